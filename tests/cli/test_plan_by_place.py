"""A province whose households tell their places alone is planned: towns of many families at one point too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from data.scenarios import make_scenario, write_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


def test_a_demo_without_coordinates_is_planned(siting: Siting, tmp_path: Path) -> None:
    files = write_inputs(make_scenario("lorestan", scale=0.03, seed=0), tmp_path)
    households = pd.read_csv(files["households"], dtype="str", keep_default_na=False, encoding="utf-8-sig")
    of_a_county = households["county"] == households["county"].mode()[0]
    households.loc[households.index[of_a_county][:500], "place"] = "شهر نو"
    points = households.astype({"lon": float, "lat": float}).groupby(["province", "county", "place"])
    points[["lon", "lat"]].median().reset_index().to_csv(tmp_path / "places.csv", index=False)
    households.assign(lon="", lat="").to_csv(tmp_path / "bare.csv", index=False)
    assert households["place"].value_counts().max() >= 500
    result = siting(
        "plan", tmp_path / "bare.csv", "--gazetteer", tmp_path / "places.csv",
        "--applicants", files["applicants"], "--boundaries", files["boundaries"], "--rules", files["rules"],
        "--out", tmp_path / "plan", "--workers", 1,
    )  # fmt: skip
    assert result.exit_code in (0, 4), result.output
    summary = json.loads((tmp_path / "plan" / "summary.json").read_text(encoding="utf-8"))
    assert summary["located_by_place"] == {"exact": len(households), "spelling": 0, "near": 0}
    assert "their distances are from there" in result.stdout
    assert siting("verify", tmp_path / "plan").exit_code == 0
    assert "places.csv" in (tmp_path / "plan" / "run.toml").read_text(encoding="utf-8")
