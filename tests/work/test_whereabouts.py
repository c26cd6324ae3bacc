"""Who was where on a day follows from the days that changes were asked for, version by version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from data.casebook import CASEBOOK, Casebook
from data.change.effective import DAYS
from data.verify.fee_days import Days
from data.work.in_force import day_of
from data.work.months import JalaliMonth
from data.work.whereabouts import _steps, together, whereabouts_of
from door.fee_check import standings
from door.record import apply_proposal, revert_to
from tests.maps.handing_over import DAY, LATER, eventful, founded
from tests.work.fee_life import life

if TYPE_CHECKING:
    from pathlib import Path

CLOSES, MOVES = date.fromisoformat(DAY), date.fromisoformat(LATER)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 2 closes a center and moves families; version 3 brings the first back."""
    folder = founded(tmp_path_factory.mktemp("where") / "plan")
    apply_proposal(folder, eventful(folder, folder.with_name("proposal")), lang="en")
    return folder


def test_a_closing_and_a_move_are_from_their_own_days(changed: Path) -> None:
    book = Casebook.open(changed / CASEBOOK)
    where = whereabouts_of(book)
    first, second = (
        book.plan(version).assignments.set_index("household_id")["center_id"] for version in (1, 2)
    )
    left = first.index[first == "E0"]
    eve, day = [pd.Timestamp(DAY).date() - pd.Timedelta(days=1)] * len(left), [CLOSES] * len(left)
    assert set(where.center_on(left.tolist(), eve)) == {"E0"}
    expected = second.reindex(left).fillna("").tolist()
    assert where.center_on(left.tolist(), day).tolist() == expected
    assert where.open_on(["E0", "E0"], [eve[0], CLOSES]).tolist() == [True, False]
    assert where.center_on(["N1", "N1"], [CLOSES, MOVES]).tolist() == ["", "E2"]


def test_the_log_keeps_the_days_and_the_record_stays_sound(changed: Path) -> None:
    book = Casebook.open(changed / CASEBOOK)
    days = book.log()[1].payload[DAYS]
    assert set(days) == {DAY, LATER}
    assert "N1" in days[LATER]
    assert book.broken_entries() == []


def test_the_recount_places_everybody_where_the_invoices_do(changed: Path) -> None:
    book = Casebook.open(changed / CASEBOOK)
    where, days = whereabouts_of(book), Days([standings(book)])
    ids = where.homes["household_id"].unique().tolist()
    for day in (date(2026, 10, 1), CLOSES, date(2026, 10, 19), MOVES, date(2027, 1, 1)):
        told = dict(zip(ids, where.center_on(ids, [day] * len(ids)), strict=True))
        homes, centers = days.at(day)
        assert {one: center for one, center in told.items() if center} == {
            one: center for one, (center, _) in homes.items()
        }
        assert {one for one in where.about.index if where.open_on([one], [day])[0]} == centers


def test_a_version_brought_back_is_from_the_day_it_was_recorded(changed: Path, tmp_path: Path) -> None:
    from shutil import copytree  # noqa: PLC0415

    folder = copytree(changed, tmp_path / "plan")
    revert_to(folder, 1, lang="en")
    book = Casebook.open(folder / CASEBOOK)
    where = whereabouts_of(book)
    on = day_of(book.log()[2].when_utc)
    first = book.plan(1).assignments.set_index("household_id")["center_id"]
    ids = first.index.tolist()
    assert where.center_on(ids, [on] * len(ids)).tolist() == first.tolist()


def test_a_later_version_overrules_what_an_earlier_one_had_for_later() -> None:
    rows = pd.DataFrame(
        [("H", 1, "A", 0), ("H", 2, "B", 200), ("H", 3, "C", 100), ("G", 1, "A", 0), ("G", 2, "B", 50)],
        columns=["_key", "_version", "center_id", "day"],
    )
    steps = _steps(rows, ("center_id",), lambda row: int(row["day"]))
    assert steps.to_numpy().tolist() == [["G", 0, "A"], ["G", 50, "B"], ["H", 0, "A"], ["H", 100, "C"]]


def test_a_row_that_changes_nothing_of_note_is_no_step() -> None:
    rows = pd.DataFrame(
        [("H", 1, "A", 0), ("H", 2, "B", 200), ("H", 3, "B", 100)],
        columns=["_key", "_version", "center_id", "day"],
    )
    steps = _steps(rows, ("center_id",), lambda row: int(row["day"]))
    assert steps.to_numpy().tolist() == [["H", 0, "A"], ["H", 200, "B"]]


def test_who_goes_to_another_province_is_nobodys_in_the_one_it_left() -> None:
    whole = together([life({"H1": [(0, "A"), (12, "")]}), life({"H1": [(12, "B")], "H2": "B"})])
    month = JalaliMonth(1400, 4)
    days = [month.first + pd.Timedelta(days=one) for one in (10, 11, 30)]
    assert whole.center_on(["H1"] * 3, days).tolist() == ["A", "B", "B"]
    assert whole.homes_in(month)[["household_id", "center_id", "begin", "end"]].to_numpy().tolist() == [
        ["H1", "A", 0, 11],
        ["H1", "B", 11, 31],
        ["H2", "B", 0, 31],
    ]
