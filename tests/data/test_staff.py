"""A roster remembers everybody who ever worked at a center, and follows the caseload where nobody is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from data.errors import SitingError
from data.pseudonyms import Pseudonyms
from data.work.staff import Roster, read_staff
from data.work.tables import none_of

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 9, 23)
CENTERS = {"C-1", "C-2"}


def empty() -> Roster:
    return Roster(none_of("caseworkers"))


def names(roster: Roster, day: date = DAY) -> list[str]:
    return roster.on(day)["caseworker_id"].tolist()


def file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Roster:
    return empty().told(read_staff(path, CENTERS, Pseudonyms()), DAY)


def test_centers_have_the_caseworkers_they_need_and_these_were_there_since_the_beginning() -> None:
    roster = empty().following({"C-1": 2, "C-2": 1}, {}, DAY, first=True)
    assert names(roster) == ["C-1-1", "C-1-2", "C-2-1"]
    assert names(roster, date(2000, 1, 1)) == names(roster)


def test_one_who_is_needed_later_begins_then() -> None:
    roster = empty().following({"C-1": 1}, {}, date(2020, 1, 1), first=True)
    more = roster.following({"C-1": 2}, {}, DAY, first=False)
    assert names(more) == ["C-1-1", "C-1-2"]
    assert names(more, date(2026, 9, 22)) == ["C-1-1"]


def test_of_too_many_the_one_with_the_fewest_cases_leaves_and_a_name_is_never_given_again() -> None:
    roster = empty().following({"C-1": 3}, {}, DAY, first=True)
    fewer = roster.following({"C-1": 2}, {"C-1-1": 90, "C-1-2": 10, "C-1-3": 90}, DAY, first=False)
    assert names(fewer) == ["C-1-1", "C-1-3"]
    again = fewer.following({"C-1": 3}, {}, DAY, first=False)
    assert names(again) == ["C-1-1", "C-1-3", "C-1-4"]


def test_the_caseworkers_of_a_center_that_closed_leave() -> None:
    roster = empty().following({"C-1": 1, "C-2": 1}, {}, DAY, first=True)
    assert names(roster.following({"C-2": 1}, {}, DAY, first=False)) == ["C-2-1"]


def test_nobody_follows_one_who_resigned() -> None:
    roster = empty().following({"C-1": 2, "C-2": 1}, {}, DAY, first=True).without(["C-1-2"], DAY)
    assert names(roster, date(2026, 9, 22)) == ["C-1-1", "C-1-2", "C-2-1"]
    assert names(roster.following({"C-1": 2, "C-2": 2}, {}, DAY, first=False)) == ["C-1-1", "C-2-1", "C-2-2"]


def test_only_who_works_there_can_resign() -> None:
    roster = empty().following({"C-1": 1}, {}, DAY, first=True).without(["C-1-1"], DAY)
    with pytest.raises(SitingError) as caught:
        roster.without(["C-1-1", "Nobody"], DAY)
    assert [(one.code, one.id) for one in caught.value.failures] == [
        ("not_on_roster", "C-1-1"),
        ("unknown_caseworker", "Nobody"),
    ]


def test_a_staff_list_in_persian_tells_of_all_centers(tmp_path: Path) -> None:
    path = file(
        tmp_path, "شناسه مددکار,کد مرکز,از تاریخ,تا تاریخ", "سارا,C-1,۱۴۰۵/۰۷/۰۱,", "رضا,C-1,,1405/06/31"
    )
    roster = read(path)
    assert names(roster) == ["سارا"]
    assert names(roster, date(2026, 9, 22)) == ["رضا"]
    assert not roster.follows("C-2")


def test_whoever_a_staff_list_leaves_out_is_there_no_more(tmp_path: Path) -> None:
    before = empty().following({"C-1": 1, "C-2": 1}, {}, date(2020, 1, 1), first=True)
    staff = read_staff(file(tmp_path, "caseworker_id,center_id", "C-1-1,C-1"), CENTERS, Pseudonyms())
    after = before.told(staff, DAY)
    assert names(after) == ["C-1-1"]
    assert names(after, date(2026, 9, 22)) == ["C-1-1", "C-2-1"]


def test_everything_wrong_with_a_staff_list_is_told_at_once(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "caseworker_id,center_id,since,until",
        "A,C-1,,",
        "A,C-2,,",
        ",C-1,,",
        "B,C-9,,",
        "C,C-1,1405/07/02,1405/07/01",
        "D,C-1,yesterday,",
    )
    with pytest.raises(SitingError) as caught:
        read(path)
    assert [(one.row, one.code) for one in caught.value.failures] == [
        (3, "duplicate_id"),
        (4, "missing_id"),
        (5, "unknown_center"),
        (6, "ends_before"),
        (7, "bad_date"),
    ]


def test_a_staff_list_without_anybody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read(file(tmp_path, "caseworker_id,center_id"))
    assert caught.value.exit_code == 3
