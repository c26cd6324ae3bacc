"""What happened to households is read as offices write it, or refused row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from data.pseudonyms import Pseudonyms
from data.readers import read_households, read_moves
from data.readers.reading import Reading
from tests.data.input_files import assert_refused, lines, sheets
from tests.national_codes import code

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "household_id,date,event,lon,lat,place"
GOOD = "H-1,1404/7/1,move,48.35,33.48,"


def test_moves_in_persian_are_the_same_as_in_english(tmp_path: Path) -> None:
    english = lines(
        f"{HEAD},county,area,cases",
        "H-1,2025-09-23,move,48.35,33.48,,Khorramabad,urban,",
        "H-2,2025-09-24,join,,,ده‌نو,Khorramabad,rural,3",
        "H-3,2025-09-25,leave,,,,,,",
        "H-4,2025-09-26,address_unknown,,,,,,",
    )(tmp_path)
    persian = sheets(
        [
            [
                "کد خانوار",
                "تاریخ",
                "رویداد",
                "طول",
                "عرض",
                "روستا",
                "شهرستان",
                "شهری/روستایی",
                "تعداد پرونده",
            ],
            ["H-1", "۱۴۰۴/۷/۱", "نقل مکان", "۴۸٫۳۵", "۳۳٫۴۸", "", "Khorramabad", "شهری", ""],
            ["H-2", "14040702", "ورود", "", "", "ده‌نو", "Khorramabad", "روستایی", "۳"],
            ["H-3", "1404-07-03", "فوت", "", "", "", "", "", ""],
            ["H-4", "1404.7.4", "نشانی نامعلوم", "", "", "", "", "", ""],
        ]
    )(tmp_path)
    read = read_moves(english)
    pd.testing.assert_frame_equal(read, read_moves(persian))
    assert read["event"].tolist() == ["move", "join", "leave", "address_unknown"]
    assert read["date"].tolist() == ["2025-09-23", "2025-09-24", "2025-09-25", "2025-09-26"]
    assert read["cases"].tolist() == [1, 3, 1, 1]
    assert read["row"].tolist() == [2, 3, 4, 5]
    assert read["lon"].notna().tolist() == [True, False, False, False]


def test_the_columns_come_in_one_order_with_nothing_personal(tmp_path: Path) -> None:
    read = read_moves(lines("name,household_id,date,event", "somebody,H-1,1404/7/1,leave")(tmp_path))
    assert list(read.columns) == [
        "household_id", "date", "event", "lon", "lat", "place", "cases", "province", "county", "district",
        "area", "status", "pin", "row",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("جابه‌جایی", "move"),
        ("جابجایی", "move"),
        ("نقل‌مکان", "move"),
        ("MOVE", "move"),
        ("ورود", "join"),
        ("خروج", "leave"),
        ("انصراف", "leave"),
        ("نشاني نامعلوم", "address_unknown"),
        ("address unknown", "address_unknown"),
    ],
)
def test_an_event_is_known_by_the_word_an_office_uses(tmp_path: Path, word: str, event: str) -> None:
    read = read_moves(lines(HEAD, f"H-1,1404/7/1,{word},48.35,33.48,")(tmp_path))
    assert read["event"].tolist() == [event]


def test_a_file_of_leaves_alone_needs_no_columns_of_points(tmp_path: Path) -> None:
    read = read_moves(lines("household_id,date,event", "H-1,1404/7/1,leave")(tmp_path))
    assert np.isnan(read["lon"]).all()


def test_a_file_with_an_arrival_and_no_column_to_find_it_by_is_refused(tmp_path: Path) -> None:
    build = lines("household_id,date,event", "H-1,1404/7/1,move")
    assert_refused(tmp_path, read_moves, build, [(1, "missing_column"), (1, "missing_column")])


def test_one_household_may_have_events_on_several_dates(tmp_path: Path) -> None:
    read = read_moves(lines(HEAD, GOOD, "H-1,1404/7/2,move,48.36,33.48,", "H-1,1404/7/3,leave,,,")(tmp_path))
    assert read["household_id"].tolist() == ["H-1"] * 3


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (",1404/7/1,leave,,,", ["missing_id"]),
        ("H-2,,leave,,,", ["bad_date"]),
        ("H-2,1404/13/1,leave,,,", ["bad_date"]),
        ("H-2,1404/7/1,vanish,48.3,33.4,", ["bad_event"]),
        ("H-2,1404/7/1,,48.3,33.4,", ["bad_event"]),
        ("H-2,1404/7/1,move,,,", ["missing_location"]),
        ("H-2,1404/7/1,join,,,", ["missing_location"]),
        ("H-2,1404/7/1,join,48.3,,", ["half_point"]),
        ("H-2,1404/7/1,move,33.4,48.3,", ["lon_lat_swapped"]),
        ("H-2,1404/7/1,move,12.5,41.9,", ["outside_iran"]),
        ("H-2,1404/7/1,leave,12.5,41.9,", ["outside_iran"]),
        ("H-2,1404/7/1,move,there,33.4,", ["bad_coordinate"]),
        ("H-1,2025-09-23,leave,,,", ["duplicate_event"]),
        (GOOD, ["duplicate_event"]),
        ("H-2,,vanish,0,0,", ["bad_date", "bad_event", "zero_coordinates"]),
    ],
)
def test_a_row_that_is_wrong_is_told_with_every_reason(tmp_path: Path, row: str, codes: list[str]) -> None:
    build = lines(HEAD, GOOD, row)
    assert_refused(tmp_path, read_moves, build, [(3, one) for one in codes])


@pytest.mark.parametrize(("cell", "reason"), [("0", "bad_cases"), ("two", "bad_cases"), ("1.5", "bad_cases")])
def test_cases_of_a_join_are_whole_and_some(tmp_path: Path, cell: str, reason: str) -> None:
    build = lines(f"{HEAD},cases", f"H-1,1404/7/1,join,48.35,33.48,,{cell}")
    assert_refused(tmp_path, read_moves, build, [(2, reason)])


def test_national_codes_become_the_pseudonyms_that_households_have(tmp_path: Path) -> None:
    codes = [code(number) for number in range(1_000_000, 9_000_000, 777_777)]
    reading = Reading(Pseudonyms())
    known = read_households(
        lines("household_id,lon,lat", *(f"{one},48.3{at:02d},33.4" for at, one in enumerate(codes)))(
            tmp_path
        ),
        reading=reading,
    )
    joiner = code(123_456_789)
    path = lines(
        "household_id,date,event,lon,lat", f"{codes[3]},1404/7/1,leave,,", f"{joiner},1404/7/1,join,48.3,33.4"
    )
    read = read_moves(path(tmp_path), reading=reading)
    assert read["household_id"].tolist()[0] == known["household_id"].tolist()[3]
    assert joiner not in read["household_id"].tolist()
    alone = read_moves(path(tmp_path), reading=Reading(Pseudonyms()))
    assert alone["household_id"].tolist() == read["household_id"].tolist()


def test_ids_that_the_network_has_stay_whatever_they_look_like(tmp_path: Path) -> None:
    number = code(1_000_000)
    reading = Reading(Pseudonyms())
    reading.pseudonyms.remember(pd.Series([number, "H-2"]), "household")
    read = read_moves(lines("household_id,date,event", f"{number},1404/7/1,leave")(tmp_path), reading=reading)
    assert read["household_id"].tolist() == [number]
    assert reading.pseudonyms.notes == []
