from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from data.casebook import CASEBOOK, Casebook
from data.cells import unguarded
from data.errors import Exit, SitingError
from data.exports import OTHER_PLACES, export, export_files, places, to_csv, write_exports
from data.rules import Rules
from data.summary import schema, summarize, weighted_km

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "0" * 64


def rows(content: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def files(made: Any) -> dict[str, bytes]:
    return export_files(made.problem, made.plan)


@pytest.fixture
def handed_on(made: Any) -> dict[str, bytes]:
    return export_files(made.problem, made.plan, public=True)


def test_every_table_of_the_plan_folder_is_exported(files: dict[str, bytes]) -> None:
    assert list(files) == [
        "assignments.csv",
        "centers.csv",
        "exceptions.csv",
        "neighbourhoods.geojson",
        "places.csv",
        "reserves.csv",
        "unassigned.csv",
        "vacancies.csv",
    ]


def test_csv_has_a_bom_line_feeds_and_fixed_decimals(made: Any, files: dict[str, bytes]) -> None:
    content = files["assignments.csv"]
    assert content.startswith(b"\xef\xbb\xbfhousehold_id,center_id,km,cases,province,county,district,area,")
    assert b"\r" not in content
    for row, km in zip(rows(content), made.plan.assignments["km"], strict=True):
        assert row["km"] == f"{km:.3f}"
    assert rows(files["vacancies.csv"])[0]["lon"] == "48.123456"


def test_what_is_missing_is_empty_and_a_whole_number_has_no_decimals(files: dict[str, bytes]) -> None:
    first, second = rows(files["centers.csv"])
    assert (first["preference"], second["preference"]) == ("1", "")
    assert second["applicant_id"] == second["district"] == ""
    assert rows(files["unassigned.csv"])[1]["vacancy_id"] == ""


def test_true_and_false_are_written_small_and_negative_zero_as_zero() -> None:
    table = pd.DataFrame({"a": [True, False], "extra_km": [-0.0, -0.0001], "n": [np.nan, -0.0]})
    assert to_csv(table, synthetic=False).decode("utf-8-sig") == "a,extra_km,n\ntrue,0.000,\nfalse,0.000,0\n"


def test_invented_households_are_marked_in_every_row_of_every_table(
    made: Any, files: dict[str, bytes]
) -> None:
    for name, content in files.items():
        if name.endswith(".csv"):
            assert content.decode("utf-8-sig").splitlines()[0].endswith(",synthetic")
            assert all(row["synthetic"] == "true" for row in rows(content))
    assert json.loads(files["neighbourhoods.geojson"])["synthetic"] is True
    real = export_files(replace(made.problem, synthetic=False), made.plan)
    assert not any(b"synthetic" in content for name, content in real.items() if name.endswith(".csv"))
    assert json.loads(real["neighbourhoods.geojson"])["synthetic"] is False


def test_rows_stand_in_the_order_of_their_ids(made: Any, files: dict[str, bytes]) -> None:
    shuffled = made.plan.assignments.sample(frac=1, random_state=3)
    again = export_files(made.problem, replace(made.plan, assignments=shuffled))
    assert again == files


def test_text_that_looks_like_a_formula_is_none_and_comes_back_unchanged(made: Any) -> None:
    odd = made.plan.assignments.copy()
    odd.loc[0, "household_id"] = '=1+1,"x"'
    content = export_files(
        replace(made.problem, households=made.problem.households.iloc[1:]),
        replace(made.plan, assignments=odd),
    )["assignments.csv"]
    written = {row["household_id"] for row in rows(content)}
    assert not [one for one in written if one.startswith("=")]
    assert '=1+1,"x"' in {unguarded(one) for one in written}


def test_no_place_of_too_few_households_is_shown(made: Any) -> None:
    shown = places(made.problem, made.plan)
    assert (shown["households"] >= made.problem.rules.privacy_k).all()
    assert OTHER_PLACES in set(shown["place"])


def test_small_places_of_one_county_and_center_are_counted_together(made: Any) -> None:
    everything = places(replace(made.problem, rules=Rules(privacy_k=1)), made.plan)
    assert everything["households"].sum() == len(made.plan.assignments)
    assert everything["cases"].sum() == made.plan.assignments["cases"].sum()
    shown = places(replace(made.problem, rules=Rules(privacy_k=9)), made.plan)
    others = shown[shown["place"] == OTHER_PLACES]
    small = everything[everything["households"] < 9]
    expected = small.groupby(["county", "center_id"])["households"].sum()
    assert others.set_index(["county", "center_id"])["households"].to_dict() == {
        key: count for key, count in expected.items() if count >= 9
    }


def test_places_too_small_even_together_are_left_out(made: Any) -> None:
    assert places(replace(made.problem, rules=Rules(privacy_k=10_000)), made.plan).empty


def test_the_ground_is_geojson_by_the_right_hand_rule(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "ground.geojson").write_bytes(files["neighbourhoods.geojson"])
    ground = pyogrio.read_dataframe(tmp_path / "ground.geojson")
    assert ground["center_id"].tolist() == ["C-1", "C-2"]
    assert ground.crs == "EPSG:4326"
    document = json.loads(files["neighbourhoods.geojson"])
    for feature in document["features"]:
        assert shapely.is_ccw(shapely.geometry.shape(feature["geometry"]).exterior)
        assert "synthetic" in document
        assert "crs" not in document


def test_nothing_handed_on_names_a_household_or_an_applicant(made: Any, handed_on: dict[str, bytes]) -> None:
    assert list(handed_on) == ["centers.csv", "neighbourhoods.geojson", "places.csv", "vacancies.csv"]
    everything = b"".join(handed_on.values()).decode()
    private = [
        *made.problem.households["household_id"],
        *made.problem.sites["applicant_id"],
        "applicant",
        "S-1",
    ]
    assert not any(name in everything for name in private)


def test_a_figure_of_too_few_households_is_not_handed_on(handed_on: dict[str, bytes]) -> None:
    vacancy = rows(handed_on["vacancies.csv"])[0]
    assert (vacancy["households"], vacancy["cases"]) == ("", "")
    assert all(int(row["households"]) >= 11 for row in rows(handed_on["centers.csv"]))


def test_a_point_that_may_be_somebodys_home_is_handed_on_coarsely(handed_on: dict[str, bytes]) -> None:
    vacancy = rows(handed_on["vacancies.csv"])[0]
    assert (vacancy["lon"], vacancy["lat"]) == ("48.120000", "33.650000")
    assert [row["lat"] for row in rows(handed_on["centers.csv"])] == ["33.500000", "33.510000"]


def test_the_summary_follows_its_schema_and_counts_everyone(made: Any) -> None:
    summary = summarize(made.problem, made.plan, exports={"centers.csv": HEAD}, head=HEAD, version=1)
    jsonschema.validate(json.loads(json.dumps(summary, allow_nan=False)), schema())
    assert (
        summary["assigned"] + summary["unassigned"] == summary["households"] == len(made.problem.households)
    )
    assert summary["cases"] == made.problem.households["cases"].sum()
    assert summary["unassigned_by_reason"] == {"no_location": 1, "vacancy": 1}
    assert summary["rules"]["max_km"] is None
    assert summary["distance"] == "straight_line"
    assert str(summary["terms"]["merit_km"]) == "0.0"
    assert summary["bound_gap"] == pytest.approx(0.01)


def test_a_plan_that_serves_nobody_still_has_a_summary(made: Any) -> None:
    empty = replace(
        made.plan,
        assignments=made.plan.assignments.iloc[:0],
        centers=made.plan.centers.iloc[:0],
        neighbourhoods=made.plan.neighbourhoods.iloc[:0],
        bound=None,
    )
    summary = summarize(made.problem, empty, exports={}, head=HEAD, version=1)
    jsonschema.validate(summary, schema())
    assert summary["km"] == dict.fromkeys(("mean", "median", "p90", "max", "worst_tenth_mean"))
    assert summary["load"]["median"] is None
    assert summary["bound_gap"] is None
    assert rows(export_files(made.problem, empty)["places.csv"]) == []


@pytest.mark.parametrize(
    ("km", "cases", "median", "p90"),
    [
        ([1.0, 2.0], [1, 1], 1.0, 2.0),
        ([3.0, 1.0, 2.0], [1, 1, 1], 2.0, 3.0),
        ([1.0, 5.0], [9, 1], 1.0, 1.0),
        ([1.0, 5.0], [899, 101], 1.0, 5.0),
        ([4.0], [0], 4.0, 4.0),
    ],
)
def test_median_and_p90_are_the_smallest_km_that_reach_their_share_of_cases(
    km: list[float], cases: list[int], median: float, p90: float
) -> None:
    figures = weighted_km(km, cases)
    assert (figures["median"], figures["p90"], figures["max"]) == (median, p90, max(km))


def test_the_summary_lists_the_hash_of_each_file_it_stands_beside(tmp_path: Path, made: Any) -> None:
    summary = write_exports(tmp_path, made.problem, made.plan, head=HEAD, version=1)
    assert summary["exports"] == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(tmp_path.iterdir())
        if file.name != "summary.json"
    }
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")) == summary


@pytest.fixture
def folder(tmp_path: Path, made: Any) -> Path:
    path = tmp_path / "plan" / CASEBOOK
    Casebook.create(path, made.problem, made.plan, made.certificate, seed=7, who="", why="")
    return path.parent


def test_exports_of_a_casebook_are_those_of_the_plan(
    tmp_path: Path, folder: Path, files: dict[str, bytes]
) -> None:
    summary = export(folder, tmp_path / "again", public=False)
    assert {name: (tmp_path / "again" / name).read_bytes() for name in files} == files
    assert summary["head"] == Casebook.open(folder / CASEBOOK).head


def test_stale_exports_are_written_anew_in_their_place(folder: Path, files: dict[str, bytes]) -> None:
    (folder / "centers.csv").write_text("stale")
    export(folder, folder, public=False)
    assert (folder / "centers.csv").read_bytes() == files["centers.csv"]
    assert (folder / CASEBOOK).is_file()


def test_what_is_handed_on_holds_no_casebook_and_lists_only_itself(tmp_path: Path, folder: Path) -> None:
    summary = export(folder, tmp_path / "public", public=True)
    names = sorted(file.name for file in (tmp_path / "public").iterdir())
    assert names == ["centers.csv", "neighbourhoods.geojson", "places.csv", "summary.json", "vacancies.csv"]
    assert sorted(summary["exports"]) == [name for name in names if name != "summary.json"]


def test_exports_do_not_replace_what_is_there(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "public").mkdir()
    with pytest.raises(SitingError) as refusal:
        export(folder, tmp_path / "public", public=True)
    assert (refusal.value.code, refusal.value.exit_code) == ("exists", Exit.REFUSED)


@pytest.mark.parametrize(
    ("where", "public", "code"),
    [
        (".", True, "out_in_plan"),
        ("public", True, "out_in_plan"),
        ("map/tables", False, "out_in_plan"),
        ("..", True, "plan_inside_out"),
        ("../..", False, "plan_inside_out"),
    ],
)
def test_exports_never_take_the_place_of_their_plan(
    folder: Path, where: str, code: str, *, public: bool
) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*")}
    with pytest.raises(SitingError) as refusal:
        export(folder, folder / where, public=public, overwrite=True)
    assert (refusal.value.code, refusal.value.exit_code) == (code, Exit.REFUSED)
    assert {file: file.read_bytes() for file in folder.rglob("*")} == before


@pytest.mark.parametrize("public", [True, False])
def test_exports_are_replaced_by_exports_when_told(tmp_path: Path, folder: Path, *, public: bool) -> None:
    export(folder, tmp_path / "out", public=False)
    (tmp_path / "out" / "centers.csv").write_text("stale")
    export(folder, tmp_path / "out", public=public, overwrite=True)
    assert (tmp_path / "out" / "centers.csv").read_bytes() != b"stale"
    assert (tmp_path / "out" / "assignments.csv").exists() is not public


def test_exports_with_somebodys_notes_beside_them_are_not_replaced(tmp_path: Path, folder: Path) -> None:
    export(folder, tmp_path / "out", public=True)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(SitingError) as refusal:
        export(folder, tmp_path / "out", public=True, overwrite=True)
    assert refusal.value.code == "not_an_export_folder"
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
