"""What was done counts once, what cannot be is refused, and days that cannot have been are flagged."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from data.errors import SitingError
from data.pseudonyms import Pseudonyms
from data.work.activity import Known, done_by_month, merged, read_activity
from data.work.calendar import Calendar
from data.work.flags import Judge, flagged
from data.work.rules import WorkRules
from data.work.tables import none_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TODAY = date(2026, 11, 22)
SUNDAY, FRIDAY, HOLIDAY = "2026-09-27", "2026-09-25", "2026-09-28"
HOMES = 30
KNOWN = Known(
    pd.DataFrame(
        {
            "household_id": [f"H{one}" for one in range(HOMES)],
            "lon": 48.3 + np.arange(HOMES) * 1e-4,
            "lat": 33.5,
            "area": "urban",
            "status": "pensioner",
        }
    ),
    pd.DataFrame({"center_id": ["C", "D"], "lon": [48.3, 48.9], "lat": [33.5, 33.5]}),
)
HEAD = "date,household_id,center_id,caseworker,kind,result"


def read(tmp_path: Path, *lines: str) -> pd.DataFrame:
    path = tmp_path / "acts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_activity(path, KNOWN, Pseudonyms(), today=TODAY)


def acts(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Rows of day, home, caseworker and kind, as the record has them."""
    table = pd.DataFrame(rows, columns=["date", "household_id", "caseworker_id", "kind"])
    numbers = [f"{one:03d}" for one in range(len(rows))]
    return table.assign(activity_id=numbers, center_id="C", result="", flags="").reindex(
        columns=none_of("activity").columns
    )


def judge(
    known: Known = KNOWN, *, whose: str = "C", roster: pd.DataFrame | None = None, **rules: float
) -> Judge:
    def center_on(ids: Sequence[str], _: Sequence[date]) -> np.ndarray:
        return np.full(len(ids), whose, dtype=object)

    calendar = Calendar({date.fromisoformat(HOLIDAY): "a holiday"})
    return Judge(
        known, center_on, none_of("caseworkers") if roster is None else roster, calendar, WorkRules(**rules)
    )


def flags_of(table: pd.DataFrame, one: Judge) -> list[str]:
    return flagged(table, set(zip(table["caseworker_id"], table["date"], strict=True)), one).tolist()


def test_persian_and_english_are_read_alike(tmp_path: Path) -> None:
    english = read(tmp_path, HEAD, "2026-09-27,H1,C,Sara,visit,well")
    persian = read(
        tmp_path, "تاریخ,کد خانوار,کد مرکز,مددکار,نوع فعالیت,نتیجه", "۱۴۰۵/۰۷/۰۵,H1,C,Sara,بازدید منزل,well"
    )
    pd.testing.assert_frame_equal(english, persian)


def test_everything_that_cannot_be_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read(
            tmp_path,
            HEAD,
            "2026-09-27,H99,C,Sara,visit,",
            "2026-09-27,H1,X,Sara,visit,",
            "2026-09-27,H1,C,Sara,party,",
            "soon,H1,C,Sara,visit,",
            ",H1,C,Sara,visit,",
            "2026-11-23,H1,C,Sara,visit,",
            "2026-09-27,,C,Sara,visit,",
            "2026-09-27,,C,Sara,education,",
        )
    assert caught.value.exit_code == 3
    assert [(one.row, one.code) for one in caught.value.failures] == [
        (2, "unknown_household"),
        (3, "unknown_center"),
        (4, "unknown_kind"),
        (5, "bad_date"),
        (6, "bad_date"),
        (7, "after_today"),
        (8, "missing_household"),
    ]


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    told = read(tmp_path, HEAD, "2026-09-27,H1,C,Sara,visit,", "2026-09-27,H2,C,Sara,visit,")
    first = merged(none_of("activity"), told)
    again = merged(first.table, told)
    assert (len(first.new), first.repeated) == (2, 0)
    assert (len(again.new), again.repeated, again.corrected) == (0, 2, 0)
    pd.testing.assert_frame_equal(again.table, first.table)


def test_a_row_that_a_file_has_twice_counts_once(tmp_path: Path) -> None:
    told = read(tmp_path, HEAD, "2026-09-27,H1,C,Sara,visit,", "1405/07/05,H1,C,Sara,بازدید,")
    both = merged(none_of("activity"), told)
    assert (len(both.table), both.repeated) == (1, 1)


def test_another_result_of_the_same_act_corrects_it_and_an_empty_one_does_not(tmp_path: Path) -> None:
    first = merged(none_of("activity"), read(tmp_path, HEAD, "2026-09-27,H1,C,Sara,visit,absent"))
    later = merged(first.table, read(tmp_path, HEAD, "2026-09-27,H1,C,Sara,visit,met"))
    assert (later.corrected, later.table["result"].tolist()) == (1, ["met"])
    empty = merged(later.table, read(tmp_path, HEAD, "2026-09-27,H1,C,Sara,visit,"))
    assert (empty.corrected, empty.table["result"].tolist()) == (0, ["met"])


def test_an_ordinary_day_is_not_flagged() -> None:
    table = acts(*((SUNDAY, f"H{one}", "Sara", "visit") for one in range(8)))
    assert flags_of(table, judge()) == [""] * 8


def test_more_visits_than_a_day_holds_are_flagged_all_of_them() -> None:
    table = acts(*((SUNDAY, f"H{one}", "Sara", "visit") for one in range(21)))
    assert set(flags_of(table, judge())) == {"too_many_visits"}
    assert set(flags_of(table, judge(most_visits_a_day=21))) == {""}
    of_two = table.assign(caseworker_id=["Sara"] * 11 + ["Reza"] * 10)
    assert set(flags_of(of_two, judge())) == {""}


def test_a_care_home_is_one_visit_however_many_live_there() -> None:
    homes = KNOWN.homes.assign(lon=48.3, status="care_home")
    table = acts(*((SUNDAY, f"H{one}", "Sara", "visit") for one in range(25)))
    assert set(flags_of(table, judge(Known(homes, KNOWN.centers)))) == {""}


def test_days_on_which_nobody_works_are_flagged() -> None:
    table = acts((FRIDAY, "H1", "Sara", "visit"), (HOLIDAY, "H1", "Sara", "casework"))
    assert flags_of(table, judge()) == ["day_off", "holiday"]


@pytest.mark.parametrize(("degrees", "flag"), [(0.5, ""), (0.8, "far_apart")])
def test_homes_further_than_a_days_hours_are_flagged(degrees: float, flag: str) -> None:
    """Half a degree and back is 93 km, 4.6 hours in a town; 0.8 degrees are 149 km, 7.4 of the 6 hours."""
    homes = KNOWN.homes.assign(lon=np.where(KNOWN.homes["household_id"] == "H2", 48.3 + degrees, 48.3))
    table = acts((SUNDAY, "H1", "Sara", "visit"), (SUNDAY, "H2", "Sara", "visit"))
    assert flags_of(table, judge(Known(homes, KNOWN.centers))) == [flag, flag]


def test_a_family_that_moved_is_judged_by_the_nearest_place_it_ever_had() -> None:
    moved = pd.concat([KNOWN.homes, KNOWN.homes[:1].assign(lon=50.0)], ignore_index=True)
    table = acts((SUNDAY, "H0", "Sara", "visit"))
    assert flags_of(table, judge(Known(moved, KNOWN.centers))) == [""]


def test_a_home_of_another_center_is_flagged() -> None:
    table = acts((SUNDAY, "H1", "Sara", "visit"), (SUNDAY, "", "Sara", "education"))
    assert flags_of(table, judge(whose="D")) == ["other_center", ""]


def test_who_is_not_on_the_roster_of_that_day_is_flagged() -> None:
    roster = pd.DataFrame(
        [("Sara", "C", "", "2026-09-26"), ("Reza", "C", "2026-09-27", "")],
        columns=["caseworker_id", "center_id", "since", "until"],
    )
    table = acts(
        (SUNDAY, "H1", "Sara", "visit"), (SUNDAY, "H1", "Reza", "visit"), (SUNDAY, "H1", "", "visit")
    )
    assert flags_of(table, judge(roster=roster)) == ["off_roster", "", "off_roster"]
    assert flags_of(table, judge()) == ["", "", ""]


def test_days_that_are_not_asked_for_keep_their_flags() -> None:
    table = acts((FRIDAY, "H1", "Sara", "visit"), (FRIDAY, "H1", "Reza", "visit")).assign(flags="far_apart")
    assert flagged(table, {("Sara", FRIDAY)}, judge()).tolist() == ["day_off", "far_apart"]


def test_planned_and_done_are_counted_by_caseworker_and_jalali_month() -> None:
    planned = pd.DataFrame(
        [("H1", "C", "Sara", "2026-09-27"), ("H2", "C", "Sara", "2026-10-25")],
        columns=["household_id", "center_id", "caseworker_id", "date"],
    )
    done = acts(
        (SUNDAY, "H1", "Sara", "visit"), (SUNDAY, "H3", "Sara", "interview"), (FRIDAY, "H2", "Reza", "visit")
    )
    table = done_by_month(planned, done.assign(flags=["", "", "day_off"]))
    counted = table[["caseworker_id", "month", "planned_visits", "visits", "interview", "flagged"]]
    assert counted.to_numpy().tolist() == [
        ["Reza", "1405-07", 0, 1, 0, 1],
        ["Sara", "1405-07", 1, 1, 1, 0],
        ["Sara", "1405-08", 1, 0, 0, 0],
    ]


def test_nothing_planned_and_done_is_an_empty_table() -> None:
    assert done_by_month(none_of("visits"), none_of("activity")).empty
