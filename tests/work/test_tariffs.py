"""Tariffs say on every day what is paid, and what is wrong in them is told at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from data.errors import Exit, SitingError
from data.work.months import JalaliMonth
from data.work.rates import Rates, read_rates
from data.work.tariff_file import read_tariffs
from tests.work.fee_life import prices, written

if TYPE_CHECKING:
    from pathlib import Path

ONE = """
[[tariff]]
item = "visit"
unit = "visit"
contract = "cbr"
place = "any"
amount = 100
from = "{since}"
until = "{until}"
"""
OF_CBR = (("1400-01-01", "1400-06-31"), ("1400-07-01", "1400-12-29"))


def wrong(file: Path) -> list[tuple[str, str]]:
    with pytest.raises(SitingError) as caught:
        read_tariffs(file)
    assert caught.value.exit_code == Exit.INVALID_INPUT
    assert all(one.file == file.name and one.said("fa") and one.said("en") for one in caught.value.failures)
    return [(one.code, one.id) for one in caught.value.failures]


def spans(*days: tuple[str, str]) -> str:
    return "".join(ONE.format(since=since, until=until) for since, until in days)


def test_what_ships_are_the_published_figures_of_tehran() -> None:
    tariffs = read_tariffs()
    tehran = {one.item: one for one in tariffs.each if one.place == "metropolis"}
    amounts = {item: one.amount for item, one in tehran.items()}
    assert amounts == {"visit": 78_125, "casework": 12_500, "education": 8_750_000, "opening": 50_000}
    assert all(one.source and not one.assumed for one in tehran.values())
    assert all(one.assumed for one in tariffs.each if one.place == "other")


def test_a_county_is_a_metropolis_in_either_language() -> None:
    tariffs = read_tariffs()
    assert {tariffs.place_of(*one) for one in [("تهران", "تهران"), ("Tehran", "Tehran")]} == {"metropolis"}
    assert tariffs.place_of("تهران", "ری") == "other"
    assert (
        tariffs.place_of("Razavi Khorasan", "مشهد") == tariffs.place_of("خراسان رضوی", "مشهد") == "metropolis"
    )


def test_days_that_follow_one_another_are_good(tmp_path: Path) -> None:
    tariffs = prices(tmp_path, more=spans(*OF_CBR))
    assert [one.since for one in tariffs.of("visit", "cbr", "other")] == [
        date(2021, 3, 21),
        date(2021, 9, 23),
    ]


def test_a_gap_and_an_overlap_name_the_days_and_the_other_tariff(tmp_path: Path) -> None:
    gap = written(tmp_path, more=spans(OF_CBR[0], ("1400-07-03", "1400-12-29")))
    with pytest.raises(SitingError) as caught:
        read_tariffs(gap)
    assert {one.code for one in caught.value.failures} == {"tariff_gap"}
    assert "no tariff from 1400-07-01 to 1400-07-02, after tariff 9" in caught.value.failures[0].message
    assert caught.value.failures[0].id == "tariff[10].from"
    overlap = written(tmp_path, more=spans(OF_CBR[0], ("1400-06-31", "1400-12-29")))
    assert {code for code, _ in wrong(overlap)} == {"tariff_overlap"}


def test_a_tariff_without_an_end_overlaps_the_one_after_it(tmp_path: Path) -> None:
    more = ONE.replace('until = "{until}"\n', "").format(since="1400-01-01") + spans(OF_CBR[1])
    assert {code for code, _ in wrong(written(tmp_path, more=more))} == {"tariff_overlap"}


def test_every_place_overlaps_with_any(tmp_path: Path) -> None:
    more = spans(OF_CBR[0], OF_CBR[0]).replace('place = "any"', 'place = "metropolis"', 1)
    assert {code for code, _ in wrong(written(tmp_path, more=more))} == {"tariff_overlap"}


def test_all_that_is_wrong_is_told_in_one_pass_by_table_and_key(tmp_path: Path) -> None:
    more = spans(OF_CBR[0])
    file = written(
        tmp_path,
        ("amount = 78125\nfrom", "amount = -5\nfrom"),
        ("amount = 12500\nfrom", "amount = 12500.5\nfrom"),
        ('unit = "center_month"', 'unit = "center_year"'),
        ('counted = "periods"', 'counted = "sometimes"'),
        more=more.replace('place = "any"\n', "").replace("1400-01-01", "1400-13-01") + "\n[surplus]\n",
    )
    assert set(wrong(file)) == {
        ("negative", "tariff[1].amount"),
        ("negative", "tariff[5].amount"),
        ("fractional", "tariff[2].amount"),
        ("fractional", "tariff[6].amount"),
        ("unknown_unit", "tariff[3].unit"),
        ("unknown_unit", "tariff[7].unit"),
        ("missing_place", "tariff[9].place"),
        ("bad_date", "tariff[9].from"),
        ("wrong_type", "visits.counted"),
        ("unknown_key", "surplus"),
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('contract = "pension"', 'contract = "lottery"', "unknown_contract"),
        ('unit = "visit"', 'unit = "visit"\nbasis = "served"', "wrong_basis"),
        ("amount = 78125", 'amount = "78125"', "wrong_type"),
        ("amount = 78125", "amount = true", "wrong_type"),
        ('item = "opening"', 'item = "visit"', "two_units"),
        ('cbr = ["cbr"]', 'cbr = ["pensioner"]', "two_contracts"),
        ("months = 6", "months = 5", "out_of_range"),
        ('item = "opening"\n', "", "missing_key"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in {one for one, _ in wrong(written(tmp_path, (old, new)))}


def test_rial_are_whole_toman_or_refused(tmp_path: Path) -> None:
    in_rial = ('currency = "toman"', 'currency = "rial"')
    assert {code for code, _ in wrong(written(tmp_path, in_rial))} == {"fractional_toman"}
    tariffs = prices(tmp_path, in_rial, ("amount = 78125", "amount = 781250"))
    assert [one.amount for one in tariffs.each[:2]] == [78_125, 1_250]


@pytest.mark.parametrize("content", ["[[tariff]", "", "tariff = 3"])
def test_a_file_without_tariffs_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tariffs.toml"
    file.write_text(content, encoding="utf-8")
    assert wrong(file)
    assert wrong(tmp_path / "nothing.toml") == [("missing_file", "")]


def test_rates_ship_as_the_program_has_them(tmp_path: Path) -> None:
    assert read_rates() == Rates()
    file = tmp_path / "rates.toml"
    file.write_text("files_opened_a_month = 16\n", encoding="utf-8")
    assert read_rates(file) == Rates(files_opened_a_month=16)


def test_wrong_rates_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(
        "visits_a_year = -1\ncasework_percent = 101\nfull_cases = 0\nspeed = 3\n", encoding="utf-8"
    )
    with pytest.raises(SitingError) as caught:
        read_rates(file)
    ids = [one.id for one in caught.value.failures]
    assert set(ids) == {"visits_a_year", "casework_percent", "full_cases", "speed"}


@pytest.mark.parametrize("written_month", ["1400-04", "1400/4", "۱۴۰۰-۰۴", " 1400.04 "])
def test_a_jalali_month_is_read_as_offices_write_it(written_month: str) -> None:
    assert JalaliMonth.read(written_month) == JalaliMonth(1400, 4)


@pytest.mark.parametrize("written_month", ["1400-13", "1400", "2021-06", "1400-00", "tir"])
def test_what_is_no_jalali_month_is_refused(written_month: str) -> None:
    with pytest.raises(ValueError, match="month"):
        JalaliMonth.read(written_month)


def test_a_leap_year_has_thirty_days_of_esfand() -> None:
    assert (JalaliMonth(1399, 12).days, JalaliMonth(1400, 12).days) == (30, 29)
    assert JalaliMonth(1400, 12).next == JalaliMonth(1401, 1)
    assert JalaliMonth(1400, 1).plus(-1) == JalaliMonth(1399, 12)
