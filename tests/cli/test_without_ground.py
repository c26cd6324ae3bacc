"""A center without ground of its own goes through the folder: casebook, layers, exports, page, verifier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

HEAD = "household_id,lon,lat,province,county\n"


@pytest.mark.filterwarnings("ignore:.*has GPKG application_id:RuntimeWarning")
def test_a_misspelt_county_inside_another_is_planned_shown_exported_and_verified(
    siting: Siting, tmp_path: Path
) -> None:
    rows = [f"A{n},48.3500{n % 10},33.5000{n % 7},P,Khorramabad\n" for n in range(300)]
    rows += [f"K{n},48.35003,33.5000{n},P,Khurramabbad\n" for n in range(8)]
    (tmp_path / "in.csv").write_text(HEAD + "".join(rows))
    out = tmp_path / "out"
    result = siting("plan", tmp_path / "in.csv", "--out", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    layer = gpd.read_file(out / "casebook.gpkg", layer="neighbourhoods")
    assert sorted(layer["households"]) == [8, 300]
    assert (layer.geometry.isna() | layer.geometry.is_empty).sum() == 1
    drawn = json.loads((out / "neighbourhoods.geojson").read_text(encoding="utf-8"))["features"]
    assert sorted(one["geometry"] is None for one in drawn) == [False, True]
    assert siting("verify", out).exit_code == 0
    assert siting("export", out, "--public", "--out", tmp_path / "public").exit_code == 0
