"""`siting services DIR` and `siting services place`: exit codes, what is written, what the record keeps."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from data.casebook import CASEBOOK, Casebook
from data.kinds import SERVICES_FILES
from data.work.catalogue_file import shipped_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

CATALOGUE = shipped_catalogue()
NEEDS = [one.id for one in CATALOGUE.services if one.needs]
HEARING = "hearing_screening"


@pytest.fixture(scope="module")
def plan(lorestan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(lorestan, tmp_path_factory.mktemp("services") / "plan")


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def offers(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    file = folder / "offers.csv"
    lines = ["center_id,service_id,capacity", *(",".join(one) for one in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


def test_without_offers_who_gets_nothing_is_listed_and_the_exit_code_says_so(
    siting: Siting, plan: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = siting("services", plan, "--out", out, "--json")
    assert told.exit_code == 4
    summary = json.loads(told.stdout)
    assert summary["no_giver"] == NEEDS
    assert set(contents(out)) == set(SERVICES_FILES)
    given, without = table(out / "services.csv"), table(out / "without.csv")
    assert len(given) + len(without) == summary["households"] * len(CATALOGUE.ids)
    assert {(one["service_id"], one["reason"]) for one in without} == {(one, "no_giver") for one in NEEDS}
    assert all(one in told.stderr for one in NEEDS)


def test_with_offers_everybody_is_served_and_a_second_run_is_the_same_bytes(
    siting: Siting, plan: Path, tmp_path: Path
) -> None:
    centers = [one["center_id"] for one in table(plan / "centers.csv")]
    file = offers(tmp_path, [(center, name, "") for name in NEEDS for center in centers[:2]])
    out = tmp_path / "out"
    first = siting("services", plan, "--offers", file, "--out", out, "--lang", "fa")
    assert first.exit_code == 0, first.output
    book = Casebook.open(plan / CASEBOOK)
    version, kept = book.version, book.work("offers")
    assert len(kept) == len(centers) * len(CATALOGUE.ids)
    before = contents(out)
    # The record says who gives what from now on, and what it knows already is no new version.
    again = siting("services", plan, "--out", out, "--overwrite", "--lang", "fa")
    assert again.exit_code == 0
    assert contents(out) == before
    assert Casebook.open(plan / CASEBOOK).version == version
    assert siting("verify", plan).exit_code == 0
    own = {one["household_id"]: one["center_id"] for one in table(plan / "assignments.csv")}
    elsewhere = [one for one in table(out / "services.csv") if one["center_id"] != own[one["household_id"]]]
    assert {one["service_id"] for one in elsewhere} == set(NEEDS)
    assert {one["center_id"] for one in elsewhere} == set(centers[:2])


def test_the_page_and_the_workbook_name_no_household(siting: Siting, plan: Path, tmp_path: Path) -> None:
    centers = [one["center_id"] for one in table(plan / "centers.csv")]
    file = offers(tmp_path, [(centers[0], HEARING, "500")])
    for lang in ("en", "fa"):
        out = tmp_path / lang
        siting("services", plan, "--offers", file, "--out", out, "--lang", lang)
        page = (out / "services.html").read_text(encoding="utf-8")
        assert page.count("<svg") == len(NEEDS)
        assert "<script" not in page
        book = openpyxl.load_workbook(out / "services.xlsx", read_only=True)
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        households = {one["household_id"] for one in table(plan / "assignments.csv")}
        assert not households & cells
        assert not any(f">{one}<" in page for one in households)
        for one in CATALOGUE.services:
            assert one.name("fa" if lang == "fa" else "en") in page


def test_counts_on_the_page_are_of_many(siting: Siting, plan: Path, tmp_path: Path) -> None:
    centers = [one["center_id"] for one in table(plan / "centers.csv")]
    out = tmp_path / "out"
    siting("services", plan, "--offers", offers(tmp_path, [(centers[0], HEARING, "500")]), "--out", out)
    least = Casebook.open(plan / CASEBOOK).problem().rules.privacy_k
    book = openpyxl.load_workbook(out / "services.xlsx")
    for name in ("Coverage", "Areas", "Counties"):
        heads = [cell.value for cell in book[name][2]]
        counted = [at for at, head in enumerate(heads) if str(head).startswith("Households")]
        assert counted
        for row in book[name].iter_rows(min_row=3, values_only=True):
            assert all(row[at] % least == 0 for at in counted if isinstance(row[at], int))


@pytest.mark.parametrize(
    ("file", "code"),
    [("offers", "unknown_center"), ("catalogue", "unknown_domain"), ("missing", "missing_file")],
)
def test_a_wrong_file_is_refused_and_nothing_is_kept(
    siting: Siting, plan: Path, tmp_path: Path, file: str, code: str
) -> None:
    head, out = Casebook.open(plan / CASEBOOK).head, tmp_path / "out"
    asked = {
        "offers": ["--offers", offers(tmp_path, [("nowhere", HEARING, "")])],
        "catalogue": ["--catalogue", tmp_path / "mine.toml"],
        "missing": ["--catalogue", tmp_path / "nothing.toml"],
    }[file]
    (tmp_path / "mine.toml").write_text('[[service]]\nid = "a"\nfa = "ا"\ndomain = "x"\n', encoding="utf-8")
    told = siting("services", plan, *asked, "--out", out)
    assert told.exit_code == 3
    assert f"[{code}]" in told.stderr
    assert not out.exists()
    assert Casebook.open(plan / CASEBOOK).head == head


def test_a_catalogue_of_ones_own_is_kept_with_its_offers(siting: Siting, plan: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(plan, tmp_path / "plan")
    file = tmp_path / "mine.toml"
    file.write_text('[[service]]\nid = "speech"\nfa = "گفتاردرمانی"\ndomain = "توانبخشی"\n', encoding="utf-8")
    assert siting("services", mine, "--catalogue", file, "--out", tmp_path / "a").exit_code == 0
    told = siting("services", mine, "--out", tmp_path / "b", "--json")
    assert [one["service_id"] for one in json.loads(told.stdout)["services"]] == ["speech"]


def test_a_nation_is_told_to_go_by_province(siting: Siting, nation: Path) -> None:
    told = siting("services", nation)
    assert told.exit_code == 2
    assert "provinces" in told.stderr


@pytest.mark.parametrize("within", [[], ["--within-km", 10]])
def test_devices_are_placed_with_the_folder_before_or_after_the_service(
    siting: Siting, plan: Path, tmp_path: Path, within: list[object]
) -> None:
    centers = [one["center_id"] for one in table(plan / "centers.csv")]
    file = offers(tmp_path, [(centers[0], HEARING, "")])
    asked = ["--offers", file, "--devices", 2, *within, "--json"]
    told = siting("services", "place", HEARING, plan, *asked)
    assert told.exit_code == 0, told.output
    assert siting("services", "place", plan, "غربالگری شنوایی", *asked).stdout == told.stdout
    found = json.loads(told.stdout)
    assert len(found["chosen"]) == 2
    assert centers[0] not in {one["center_id"] for one in found["chosen"]}
    assert found["bound_gap"] == 0
    if within:
        assert found["value"] == found["after"]["within_10_km"] >= found["before"]["within_10_km"]
    else:
        assert found["value"] == found["after"]["travel_km"] < found["before"]["travel_km"]


def test_the_offers_with_new_devices_are_taken_back_by_services(
    siting: Siting, plan: Path, tmp_path: Path
) -> None:
    mine = shutil.copytree(plan, tmp_path / "plan")
    file = tmp_path / "more.csv"
    told = siting("services", "place", HEARING, mine, "--devices", 2, "--out", file, "--json")
    chosen = {one["center_id"] for one in json.loads(told.stdout)["chosen"]}
    assert siting("services", mine, "--offers", file, "--out", tmp_path / "out").exit_code == 4
    givers = {
        one["center_id"] for one in table(tmp_path / "out" / "givers.csv") if one["service_id"] == HEARING
    }
    assert chosen <= givers
    assert siting("services", "place", HEARING, mine, "--out", file).exit_code == 6


@pytest.mark.parametrize(
    ("asked", "code"),
    [(["dentistry"], "no_such_service"), ([HEARING, "--devices", 999], "too_many_devices")],
)
def test_what_cannot_be_placed_is_refused(siting: Siting, plan: Path, asked: list[object], code: str) -> None:
    told = siting("services", "place", asked[0], plan, *asked[1:])
    assert told.exit_code == 3
    assert f"[{code}]" in told.stderr


def test_candidates_may_be_points_that_are_no_centers(siting: Siting, plan: Path, tmp_path: Path) -> None:
    center = table(plan / "centers.csv")[3]
    file = tmp_path / "candidates.csv"
    file.write_text(f"center_id,lon,lat\nhospital,{center['lon']},{center['lat']}\n", encoding="utf-8")
    told = siting("services", "place", "vision_screening", plan, "--candidates", file, "--json")
    assert [one["center_id"] for one in json.loads(told.stdout)["chosen"]] == ["hospital"]
