"""Who gives what: tables as offices write them, and what they mean for every center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from data.errors import SitingError
from data.work.catalogue_file import shipped_catalogue
from data.work.offers import effective, read_offers, told_in
from data.work.tables import NO_LIMIT, none_of

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = shipped_catalogue()
CENTERS = ("A", "B", "C")


def written(folder: Path, *lines: str) -> Path:
    file = folder / "offers.csv"
    file.write_text("\n".join(("شناسه مرکز,خدمت,ظرفیت,امانت از", *lines)) + "\n", encoding="utf-8")
    return file


def capacity(offers: pd.DataFrame, center: str, service: str) -> int:
    one = offers[(offers["center_id"] == center) & (offers["service_id"] == service)]
    return int(one["capacity"].item())


def test_without_offers_every_center_gives_what_needs_nothing_and_nobody_the_rest() -> None:
    offers = effective(CATALOGUE, CENTERS, none_of("offers"))
    assert len(offers) == len(CENTERS) * len(CATALOGUE.ids)
    for one in CATALOGUE.services:
        assert {capacity(offers, center, one.id) for center in CENTERS} == {0 if one.needs else NO_LIMIT}


def test_a_row_counts_for_its_center_alone_and_reads_as_offices_write(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "A,غربالگری شنوایی,۱۲۰۰,",
        "B,hearing_screening,,A",
        "C,home_visit,0,",
        "C,autism_screening,,کلینیک",
    )
    told = read_offers(file, CATALOGUE, CENTERS)
    assert told.to_numpy().tolist() == [
        ["A", "hearing_screening", "", 1200],
        ["B", "hearing_screening", "A", NO_LIMIT],
        ["C", "autism_screening", "کلینیک", NO_LIMIT],
        ["C", "home_visit", "", 0],
    ]
    offers = effective(CATALOGUE, CENTERS, told)
    assert capacity(offers, "C", "hearing_screening") == 0
    assert capacity(offers, "A", "home_visit") == NO_LIMIT
    assert capacity(offers, "C", "home_visit") == 0


def test_every_row_that_cannot_be_meant_is_told_at_once(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "A,hearing_screening,,",
        "Z,hearing_screening,,",
        "A,dentistry,,",
        "A,hearing_screening,5,",
        "B,vision_screening,1.5,",
        "B,autism_screening,-1,",
        "C,hearing_screening,,C",
        "C,home_visit,,A",
        "C,vision_screening,,A",
        ",information,,",
    )
    with pytest.raises(SitingError) as told:
        read_offers(file, CATALOGUE, CENTERS)
    assert [(one.row, one.code) for one in told.value.failures] == [
        (3, "unknown_center"),
        (4, "unknown_service"),
        (5, "duplicate_offer"),
        (6, "bad_capacity"),
        (7, "bad_capacity"),
        (8, "borrowed_from_itself"),
        (9, "not_to_be_borrowed"),
        (10, "lender_has_none"),
        (11, "missing_center"),
    ]


def test_two_centers_cannot_lend_to_each_other_what_neither_has(tmp_path: Path) -> None:
    file = written(tmp_path, "A,vision_screening,,B", "B,vision_screening,,A")
    with pytest.raises(SitingError) as told:
        read_offers(file, CATALOGUE, CENTERS)
    assert {one.code for one in told.value.failures} == {"lender_has_none"}


def test_kept_offers_tell_what_was_told_and_a_new_center_gives_as_by_default(tmp_path: Path) -> None:
    told = read_offers(written(tmp_path, "A,hearing_screening,7,", "B,home_visit,3,"), CATALOGUE, CENTERS)
    kept = effective(CATALOGUE, CENTERS, told)
    pd.testing.assert_frame_equal(told_in(kept, CATALOGUE), told)
    later = effective(CATALOGUE, ("A", "D"), told_in(kept, CATALOGUE))
    assert capacity(later, "D", "home_visit") == NO_LIMIT
    assert capacity(later, "A", "hearing_screening") == 7
