"""A folder is replaced by the command that wrote it, and by no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.errors import SitingError
from data.folder import write_failures, write_folder
from data.kinds import (
    CATCHMENTS,
    COMPARISON,
    COMPARISON_FILES,
    EXPORT,
    HANDOVER,
    PLAN,
    REPORT,
    REPORT_FILES,
    Kind,
)

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    PLAN: ["casebook.gpkg", "summary.json", "centers.csv"],
    EXPORT: ["centers.csv", "vacancies.csv", "places.csv", "neighbourhoods.geojson", "summary.json"],
    CATCHMENTS: ["catchments.csv", "catchments.geojson"],
    COMPARISON: list(COMPARISON_FILES),
    HANDOVER: ["index.csv", "notify.csv", "C-1_to_C-2.xlsx"],
    REPORT: list(REPORT_FILES),
}


def write(out: Path, kind: Kind, text: str, *, overwrite: bool = False) -> None:
    def fill(folder: Path) -> None:
        for name in FILES[kind]:
            (folder / name).write_text(text)

    write_folder(out, overwrite=overwrite, fill=fill, kind=kind)


@pytest.mark.parametrize("there", FILES, ids=lambda kind: kind.refusal)
@pytest.mark.parametrize("new", FILES, ids=lambda kind: kind.refusal)
def test_overwrite_replaces_a_folder_of_ones_own_kind_alone(tmp_path: Path, there: Kind, new: Kind) -> None:
    out = tmp_path / "out"
    write(out, there, "old")
    if there == new:
        write(out, new, "new", overwrite=True)
        assert {file.read_text() for file in out.iterdir()} == {"new"}
        return
    with pytest.raises(SitingError) as refusal:
        write(out, new, "new", overwrite=True)
    assert refusal.value.code == new.refusal
    assert {file.read_text() for file in out.iterdir()} == {"old"}


def test_a_folder_within_is_nothing_that_exports_may_replace(tmp_path: Path) -> None:
    write(tmp_path / "out", EXPORT, "old")
    (tmp_path / "out" / "more").mkdir()
    with pytest.raises(SitingError, match="does not hold exports alone"):
        write(tmp_path / "out", EXPORT, "new", overwrite=True)


def test_the_place_where_one_stands_is_told_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path  # noqa: PLC0415 - at run time here alone

    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(SitingError, match="here exists already"):
        write(Path(), PLAN, "new")
    assert write_failures(Path(), []).resolve() == tmp_path / "here.failures.csv"
