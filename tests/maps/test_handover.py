"""What two centers sign: every family on one list, a list that prints, and everybody told where to go."""

from __future__ import annotations

import json
import re
import shutil
import stat
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from cli import app
from data.cells import unguarded_texts
from data.change.changes import Relocation
from data.text import LANGS, text
from door.record import apply_proposal, revert_to
from maps.file_names import file_names
from siting.running.said import REASONS
from tests.engine_problems import degrees
from tests.maps.handing_over import (
    ADDRESS,
    DAY,
    FORMULA,
    LATER,
    PHONE,
    cells,
    eventful,
    founded,
    listed,
    proposed,
    sheet_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def handover(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["handover", *(str(one) for one in arguments)])


def table(file: Path) -> pd.DataFrame:
    return unguarded_texts(pd.read_csv(file, encoding="utf-8-sig", dtype="str", keep_default_na=False))


def workbooks(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.xlsx"))


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("handover") / "network")


@pytest.fixture(scope="module")
def proposal(network: Path) -> Path:
    return eventful(network, network.with_name("proposal"))


@pytest.fixture(scope="module")
def lists(network: Path, proposal: Path) -> Path:
    result = handover(network, proposal)
    assert result.exit_code == 0, result.output
    assert "SYNTHETIC" in result.stdout
    return proposal.with_name("proposal-handover")


@pytest.fixture(scope="module")
def persian(network: Path, proposal: Path) -> Path:
    out = proposal.with_name("persian")
    result = handover(network, proposal, "--out", out, "--lang", "fa")
    assert result.exit_code == 0, result.output
    return out


def named(pairs: list[tuple[str, str]]) -> list[str]:
    return file_names(pairs, between="_to_", ending=".xlsx")


def test_every_transferred_household_is_on_one_list_and_told_once(lists: Path, proposal: Path) -> None:
    transfers, joined = table(proposal / "transfers.csv"), table(proposal / "joined.csv")
    assert len(transfers) > 10
    assert joined["household_id"].tolist() == ["N1"]
    on_lists = [row["Household"] for file in workbooks(lists) for row in listed(file)]
    assert sorted(on_lists) == sorted(transfers["household_id"])
    told = table(lists / "notify.csv")
    assert told["household_id"].tolist() == sorted([*on_lists, "N1"])
    at = dict(zip(told["household_id"], told["center_id"], strict=True))
    assert at == {
        **dict(zip(transfers["household_id"], transfers["to_center"], strict=True)),
        **dict(zip(joined["household_id"], joined["center_id"], strict=True)),
    }
    days = dict(zip(told["household_id"], told["effective"], strict=True))
    assert {days["N1"], days["H0040"]} == {LATER}
    assert days[FORMULA] == DAY


def test_a_list_holds_what_the_proposal_says_of_its_pair(lists: Path, proposal: Path) -> None:
    transfers = table(proposal / "transfers.csv")
    index = table(lists / "index.csv")
    assert index["file"].tolist() == [file.name for file in workbooks(lists)]
    assert "E0_to_E1.xlsx" in set(index["file"])
    for pair in index.itertuples(index=False):
        own = transfers[
            (transfers["from_center"] == pair.from_center) & (transfers["to_center"] == pair.to_center)
        ]
        rows = listed(lists / pair.file)
        assert [row["Household"] for row in rows] == own["household_id"].tolist()
        assert [row["No."] for row in rows] == list(range(1, int(pair.households) + 1))
        assert sum(row["Cases"] for row in rows) == int(pair.cases)
        assert [row["km before"] for row in rows] == own["km_before"].astype(float).tolist()
        assert [row["km after"] for row in rows] == own["km_after"].astype(float).tolist()
        assert [row["Effective"] for row in rows] == own["effective"].tolist()
        assert [row["Reason"] for row in rows] == [
            text(f"handover.reason_{one}", "en") for one in own["reason"]
        ]
        assert {row["Received"] for row in rows} == {row["File handed over"] for row in rows} == {"☐"}


def test_a_list_says_who_signs_what_and_what_it_rests_on(lists: Path, network: Path) -> None:
    said = " ".join(str(cell.value) for cell in cells(lists / "E0_to_E1.xlsx") if cell.value is not None)
    households = len(listed(lists / "E0_to_E1.xlsx"))
    assert f"{households} households, {households} cases" in said
    assert "not applied yet" in said
    assert f"version 1 of {network.name}, head " in said
    assert "SYNTHETIC" in said
    for one in ("بهار (center E1)", ADDRESS, PHONE, "Hands over: center E0", "Welfare office", "Signature:"):
        assert one in said


def test_no_id_becomes_a_formula(lists: Path, persian: Path) -> None:
    for folder in (lists, persian):
        found = [cell for file in workbooks(folder) for cell in cells(file)]
        assert not [cell for cell in found if cell.data_type == "f"]
        (own,) = [cell for cell in found if cell.value == FORMULA]
        assert own.data_type == "s"
        assert own.quotePrefix


def test_persian_lists_read_from_the_right_with_persian_digits_and_jalali_dates(persian: Path) -> None:
    for file in workbooks(persian):
        assert sheet_of(file).sheet_view.rightToLeft
        for row in listed(file, "ردیف"):
            shown = "".join(str(row[head]) for head in row if head != "شناسهٔ خانوار")
            assert not set(shown) & set("0123456789")
            assert row["تاریخ اجرا"] in {"۱۴۰۵/۰۷/۱۵", "۱۴۰۵/۰۷/۲۸"}
    assert [row["ردیف"] for row in listed(persian / "E0_to_E1.xlsx", "ردیف")][:2] == ["۱", "۲"]


def test_english_lists_read_from_the_left(lists: Path) -> None:
    assert not any(sheet_of(file).sheet_view.rightToLeft for file in workbooks(lists))


def test_a_list_prints_on_a4_with_its_head_and_number_on_every_page(lists: Path) -> None:
    sheet = sheet_of(lists / "E0_to_E1.xlsx")
    head = next(cell.row for cell in cells(lists / "E0_to_E1.xlsx") if cell.value == "No.")
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.print_area.endswith(f"!$A$1:$J${sheet.max_row}")
    assert sheet.oddFooter.center.text == "Page &P of &N"
    assert sheet.oddFooter.left.text == "From E0 to E1"
    assert "SYNTHETIC" in sheet.oddHeader.center.text


def test_a_family_is_told_the_name_or_else_where_its_center_is(lists: Path) -> None:
    told = table(lists / "notify.csv").drop_duplicates("center_id").set_index("center_id")
    assert told.loc["E1", ["name", "address", "phone"]].tolist() == ["بهار", ADDRESS, PHONE]
    assert told.loc["E2", ["name", "address", "phone"]].tolist() == ["E2 · A", "", ""]
    assert (lists / "notify.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_center_that_opens_is_told_by_where_it_is(network: Path, tmp_path: Path) -> None:
    proposal = proposed(network, tmp_path / "opened", open={"P00-1": LATER}, close={"E0": DAY})
    assert handover(network, proposal, "--out", tmp_path / "lists").exit_code == 0
    told = table(tmp_path / "lists" / "notify.csv").set_index("center_id").loc["C-P00-1"]
    assert set(told["name"]) == {"C-P00-1 · A"}
    assert (tmp_path / "lists" / "E0_to_C-P00-1.xlsx").is_file()


def test_nobody_is_sent_where_a_relocated_center_was(network: Path, tmp_path: Path) -> None:
    lon, lat = (float(one[0]) for one in degrees([(6.0, 2.0)]))
    proposal = proposed(
        network, tmp_path / "moved", close={"E0": DAY}, relocate={"E1": Relocation(lon, lat, DAY)}
    )
    assert handover(network, proposal, "--out", tmp_path / "lists").exit_code == 0
    told = table(tmp_path / "lists" / "notify.csv").set_index("center_id").loc["E1"]
    assert set(told["address"]) == {""}
    assert set(told["phone"]) == {PHONE}


def test_the_same_proposal_gives_the_same_bytes(lists: Path, network: Path, proposal: Path) -> None:
    again = proposal.with_name("again")
    assert handover(network, proposal, "--out", again).exit_code == 0
    assert sorted(file.name for file in again.iterdir()) == sorted(file.name for file in lists.iterdir())
    for file in lists.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes()
    for file in workbooks(lists):
        with zipfile.ZipFile(file) as parts:
            assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert parts.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2
            merged = re.findall(rb'mergeCell ref="([A-Z])(\d+):', parts.read("xl/worksheets/sheet1.xml"))
        # A set of ranges has another order in another process.
        assert len(merged) > 20
        assert merged == sorted(merged, key=lambda one: (one[0], int(one[1])))


def test_lists_can_be_made_once_the_proposal_is_applied_even_if_it_was_reverted(
    lists: Path, network: Path, proposal: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "network"
    shutil.copytree(network, folder)
    apply_proposal(folder, proposal, lang="en")
    applied = handover(folder, proposal, "--out", tmp_path / "applied")
    assert (applied.exit_code, applied.stderr) == (0, "")
    said = {cell.value for cell in cells(workbooks(tmp_path / "applied")[0])}
    assert "the proposal is applied and is version 2 of the plan" in said
    revert_to(folder, 1, lang="en")
    after = handover(folder, proposal, "--out", tmp_path / "after")
    assert after.exit_code == 0
    assert "applied as version 2 and version 3 took it back" in after.stderr
    for name in ("index.csv", "notify.csv"):
        assert (tmp_path / "after" / name).read_bytes() == (lists / name).read_bytes()
    for file in workbooks(lists):
        assert listed(tmp_path / "after" / file.name) == listed(file)
        said = {cell.value for cell in cells(tmp_path / "after" / file.name)}
        assert "the proposal was applied as version 2 of the plan, and version 3 took it back" in said
    revert_to(folder, 2, lang="en")
    again = handover(folder, proposal, "--out", tmp_path / "again", "--json")
    assert (json.loads(again.stdout)["applied"], json.loads(again.stdout)["taken_back"]) == (2, None)


def test_a_proposal_that_can_never_be_applied_is_not_handed_over(
    network: Path, proposal: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "network"
    shutil.copytree(network, folder)
    apply_proposal(folder, proposed(folder, tmp_path / "other", max_cases={"E2": (29, DAY)}), lang="en")
    stale = handover(folder, proposal, "--out", tmp_path / "lists")
    assert stale.exit_code == 6
    assert "made on version 1 and never applied: version 2 is another change" in stale.stderr
    later = proposed(folder, tmp_path / "later", close={"E0": DAY})
    foreign = handover(network, later, "--out", tmp_path / "lists")
    assert foreign.exit_code == 6
    assert "another casebook" in foreign.stderr
    assert not (tmp_path / "lists").exists()


def test_without_a_transfer_there_is_an_index_and_nobody_to_tell(network: Path, tmp_path: Path) -> None:
    proposal = proposed(network, tmp_path / "nothing", max_cases={"E2": (29, DAY)})
    result = handover(network, proposal)
    assert result.exit_code == 0
    assert "No household goes from one center to another" in result.stdout
    out = tmp_path / "nothing-handover"
    assert sorted(file.name for file in out.iterdir()) == ["index.csv", "notify.csv"]
    assert table(out / "index.csv").empty
    assert table(out / "notify.csv").empty


def test_the_lists_are_private_and_replaced_by_their_own_kind_alone(
    lists: Path, network: Path, proposal: Path
) -> None:
    assert stat.S_IMODE(lists.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in lists.iterdir()} == {0o600}
    assert handover(network, proposal).exit_code == 6
    assert handover(network, proposal, "--overwrite").exit_code == 0
    for place in (network / "lists", proposal / "lists", proposal, network):
        assert handover(network, proposal, "--out", place, "--overwrite").exit_code == 6
    assert not (network / "lists").exists()


@pytest.mark.parametrize("lang", LANGS)
def test_every_cause_of_a_transfer_has_its_words(lang: str) -> None:
    assert len({text(f"handover.reason_{one}", lang) for one in REASONS}) == len(REASONS)


def test_a_file_is_called_for_its_pair_and_no_two_are_called_the_same() -> None:
    assert named([("C-12", "C-15"), ("مرکز", "C-15")]) == ["C-12_to_C-15.xlsx", "مرکز_to_C-15.xlsx"]
    odd = [
        ("../a", "b"), (".a", "b"), ("a/", "b"), ("a_to_b", "c"), ("a", "b_to_c"), ("X", "y"), ("x", "y"),
        ("long" * 90, "b"), ("long" * 91, "b"),
    ]  # fmt: skip
    names = named(odd)
    assert len({name.casefold() for name in names}) == len(odd)
    assert not [name for name in names if set(name) & set('/\\:*?"<>|') or name.startswith(".")]
    assert max(len(name.encode()) for name in names) < 255
