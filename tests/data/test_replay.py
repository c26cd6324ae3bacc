"""A run can be replayed by whoever gets its folder and its inputs, wherever they are put."""

from __future__ import annotations

from pathlib import Path

from data.intake import Inputs
from data.replay import read_run, run_table, seen_from
from data.standing import run_bytes


def table(households: Path, folder: Path, **more: Path) -> dict[str, object]:
    inputs = Inputs(households=households, boundaries=(households.parent / "b.gpkg",), **more)
    named: dict[str, object] = run_table(inputs, folder, run={"command": "plan"}, seed=3)["inputs"]
    return named


def test_files_inside_the_folder_are_named_from_there(tmp_path: Path) -> None:
    named = table(tmp_path / "out" / "input" / "h.csv", tmp_path / "out")
    assert (named["households"], named["boundaries"]) == ("input/h.csv", ["input/b.gpkg"])


def test_files_nearby_are_named_by_the_way_that_leads_there(tmp_path: Path) -> None:
    folder = tmp_path / "plans" / "2026" / ".lorestan.77.part"
    named = table(tmp_path / "data" / "h.csv", folder, rules=tmp_path / "plans" / "2026" / "rules.toml")
    assert named["households"] == "../../../data/h.csv"
    assert named["rules"] == "../rules.toml"
    assert str(tmp_path) not in str(named)


def test_files_that_share_nothing_but_the_root_are_named_whole(tmp_path: Path) -> None:
    elsewhere = Path(tmp_path.anchor) / "no such drive" / "h.csv"
    assert table(elsewhere, tmp_path / "out")["households"] == elsewhere.as_posix()


def test_a_run_leads_to_its_files_from_the_folder_and_from_a_folder_inside_it(tmp_path: Path) -> None:
    folder = tmp_path / "plans" / "iran"
    province = folder / "provinces" / "15"
    province.mkdir(parents=True)
    inputs = Inputs(
        households=folder / "input" / "h.csv",
        applicants=tmp_path / "data" / "a.xlsx",
        boundaries=(tmp_path / "data" / "b.gpkg",),
        scenario="iran",
    )
    run = run_table(inputs, folder, run={"command": "demo", "lang": "fa", "demo": {"scale": None}}, seed=3)
    for place, its in ((folder, run), (province, seen_from(run, "provinces/15"))):
        (place / "run.toml").write_bytes(run_bytes(its))
        read, seed, lang = read_run(place / "run.toml")
        assert (seed, lang) == (3, "fa")
        assert {role: file.resolve() for role, file in read.files().items()} == dict(inputs.files())
