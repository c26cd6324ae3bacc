"""siting fees: a month's invoices, what a year costs, and what is wrong said at once."""

from __future__ import annotations

import csv
import json
from shutil import copytree
from typing import TYPE_CHECKING

import openpyxl
import pytest

from data.casebook import CASEBOOK, Casebook
from door.working import keep
from tests.work.fee_life import acts, iso, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

MONTH = ("--month", "1400-04")


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def told(siting: Siting, *arguments: object) -> dict[str, object]:
    result = siting("fees", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


@pytest.fixture(scope="module")
def worked(lorestan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lorestan, where every tenth home was visited in Tir 1400 and every center gave education."""
    folder = copytree(lorestan, tmp_path_factory.mktemp("worked") / "lorestan")
    book = Casebook.open(folder / CASEBOOK)
    served = book.plan().assignments[["household_id", "center_id"]].astype(str).to_numpy().tolist()
    visits = [(iso(6), home, center, "visit") for home, center in served[::10]]
    education = [(iso(7), "", center, "education") for center in sorted({center for _, center in served})]
    keep(folder, {"activity": acts(*visits, *education)}, kind="activity", lang="en", after=book.head)
    return folder


def test_a_month_without_activity_is_an_estimate_and_says_by_which_rates(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    result = siting("fees", lorestan, *MONTH, "--out", tmp_path / "fees")
    assert result.exit_code == 0, result.output
    assert "Estimate: counted from rates" in result.output
    assert "25 files opened a month in a center of 450 cases" in result.output
    assert "Tehran's are assumed" in result.output
    summary = json.loads((tmp_path / "fees" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["source"], summary["rates"]["files_opened_a_month"]) == ("rates", 25)


def test_invoices_pages_and_sums_tell_of_the_same_money(siting: Siting, worked: Path, tmp_path: Path) -> None:
    summary = told(siting, worked, *MONTH, "--out", tmp_path / "fees", "--lang", "fa")
    lines = rows_of(tmp_path / "fees" / "invoices.csv")
    assert sum(int(line["amount"]) for line in lines) == summary["total"]
    assert all(int(line["amount"]) == int(line["quantity"]) * int(line["unit_amount"]) for line in lines)
    visits = sum(int(line["quantity"]) for line in lines if line["item"] == "visit")
    assert visits == len(range(0, len(Casebook.open(worked / CASEBOOK).plan().assignments), 10))
    pages = sorted((tmp_path / "fees" / "invoices").iterdir())
    assert len(pages) == summary["centers"]
    page = pages[0].read_text(encoding="utf-8")
    assert 'dir="rtl"' in page
    assert "تیر ۱۴۰۰" in page
    assert "<script" not in page
    book = openpyxl.load_workbook(tmp_path / "fees" / "fees.xlsx")
    assert len(book.sheetnames) == 5
    assert book.worksheets[0].cell(3, book.worksheets[0].max_column).value == summary["total"]


def test_no_household_is_named_but_in_the_list_of_what_is_not_paid(
    siting: Siting, worked: Path, tmp_path: Path
) -> None:
    told(siting, worked, *MONTH, "--out", tmp_path / "fees")
    ids = Casebook.open(worked / CASEBOOK).plan().assignments["household_id"].astype(str).tolist()[:50]
    for file in (tmp_path / "fees").rglob("*"):
        if file.is_file() and file.suffix != ".xlsx":
            assert not [one for one in ids if one in file.read_text(encoding="utf-8")], file.name


def test_rial_are_ten_times_toman(siting: Siting, worked: Path, tmp_path: Path) -> None:
    toman = told(siting, worked, *MONTH, "--out", tmp_path / "toman")
    rial = told(siting, worked, *MONTH, "--out", tmp_path / "rial", "--currency", "rial")
    assert rial["total"] == 10 * int(str(toman["total"]))
    assert {line["currency"] for line in rows_of(tmp_path / "rial" / "invoices.csv")} == {"rial"}


def test_the_same_month_is_the_same_bytes_and_private(siting: Siting, worked: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        told(siting, worked, *MONTH, "--out", tmp_path / name)
    files = [one for one in sorted((tmp_path / "one").rglob("*")) if one.is_file()]
    assert len(files) > 4
    for one in files:
        assert one.read_bytes() == (tmp_path / "other" / one.relative_to(tmp_path / "one")).read_bytes()
        assert one.stat().st_mode & 0o077 == 0


def test_only_fees_are_replaced(siting: Siting, worked: Path, tmp_path: Path) -> None:
    told(siting, worked, *MONTH, "--out", tmp_path / "fees")
    assert siting("fees", worked, *MONTH, "--out", tmp_path / "fees").exit_code == 6
    assert told(siting, worked, *MONTH, "--out", tmp_path / "fees", "--overwrite")["centers"]
    assert siting("fees", worked, *MONTH, "--out", worked, "--overwrite").exit_code == 6


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "--month 1400-04 or --year 1400"),
        (("--month", "1400-13"), 2, "no Jalali month"),
        (("--month", "1400-04", "--year", "1400"), 2, "--month is for the invoices"),
        (("--month", "1400-05"), 3, "has no activity of 1400-05"),
        (("--month", "1398-05", "--rates", "RATES"), 3, "its tariffs begin on 1399-09-01"),
    ],
)
def test_what_cannot_be_paid_is_a_sentence(
    siting: Siting, worked: Path, tmp_path: Path, *, arguments: tuple[str, ...], code: int, words: str
) -> None:
    rates = tmp_path / "rates.toml"
    rates.write_text("", encoding="utf-8")
    given = [str(rates) if one == "RATES" else one for one in arguments]
    result = siting("fees", worked, *given, "--out", tmp_path / "fees")
    assert result.exit_code == code, result.output
    assert words in result.output
    assert not (tmp_path / "fees").exists()


def test_bad_tariffs_are_told_all_at_once(siting: Siting, worked: Path, tmp_path: Path) -> None:
    file = written(tmp_path, ("amount = 78125", "amount = -1"), ('item = "opening"', 'item = ""'))
    result = siting("fees", worked, *MONTH, "--tariffs", file, "--out", tmp_path / "fees")
    assert result.exit_code == 3
    assert "tariffs.toml [negative] tariff[1].amount" in result.output
    assert "tariffs.toml [missing_key] tariff[4].item" in result.output
    assert siting("tariffs", file).exit_code == 3


def test_the_shipped_tariffs_can_be_printed_and_given_back(siting: Siting, tmp_path: Path) -> None:
    for name, option in (("tariffs", ()), ("rates", ("--rates",))):
        printed = siting("tariffs", *option)
        file = tmp_path / f"{name}.toml"
        file.write_text(printed.stdout, encoding="utf-8")
        good = siting("tariffs", file, *option)
        assert good.exit_code == 0, good.output
        assert "all good" in good.output


def test_a_year_and_what_more_centers_would_cost(siting: Siting, worked: Path, tmp_path: Path) -> None:
    asked = ("--year", 1400, "--more-centers", 28, "--out", tmp_path / "year")
    summary = told(siting, worked, *asked)
    (more,) = summary["more_centers"]["places"]  # type: ignore[index]
    assert more == {"place": "other", "same_cases": 28 * 12 * 8_750_000, "full": 28 * 257_812_500}
    assert sum(int(one["total"]) for one in rows_of(tmp_path / "year" / "centers.csv")) == summary["total"]


def test_a_nation_adds_its_provinces_up_and_says_what_a_rebalancing_costs(
    siting: Siting, founded: Path, proposal: Path, tmp_path: Path
) -> None:
    summary = told(siting, founded, *MONTH, "--out", tmp_path / "month")
    assert sum(one["total"] for one in summary["provinces"]) == summary["total"]  # type: ignore[index,attr-defined,misc]
    assert len(list((tmp_path / "month" / "invoices").iterdir())) == len(summary["provinces"])  # type: ignore[arg-type]
    year = told(siting, founded, "--year", 1400, "--against", proposal, "--out", tmp_path / "year")
    against = year["against"]
    assert against["after"] - against["before"] == against["difference"]  # type: ignore[index]
    assert sum(one["difference"] for one in against["by_center"]) == against["difference"]  # type: ignore[index]
    province = next(iter((founded / "provinces").iterdir()))
    assert siting("fees", province, "--against", proposal, "--out", tmp_path / "no").exit_code == 6
