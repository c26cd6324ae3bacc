"""Oversight: where every center stands on a day, and who waits for it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from shutil import copytree
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from cli import app
from data.casebook import CASEBOOK, Casebook
from data.work.in_force import IRAN, day_of, served_since, version_on
from data.work.months import months_before
from data.work.rules import WorkRules
from data.work.status import Working, status_table, summed
from data.work.tariff_file import read_tariffs
from door.record import apply_proposal
from door.status import status_of
from door.working import keep
from tests.maps.handing_over import eventful, founded

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from data.plan import Plan

DAY, LONG_AGO = date(2026, 11, 20), date(2026, 1, 1)
NO_ROSTER = pd.DataFrame(columns=["caseworker_id", "center_id", "since", "until"], dtype=str)
NO_BEATS = pd.DataFrame(columns=["household_id", "center_id", "caseworker_id"], dtype=str)
NO_VISITS = pd.DataFrame(columns=["household_id", "date"], dtype=str)
NO_OFFERS = pd.DataFrame({"center_id": [], "service_id": [], "capacity": []})
NO_ACTS = pd.DataFrame(columns=["date", "household_id", "center_id", "kind", "flags"], dtype=str)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("status") / "plan")


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    return Casebook.open(folder / CASEBOOK).plan()


def homes(plan: Plan) -> pd.DataFrame:
    return plan.assignments[["household_id", "center_id"]].astype(str)


def beats(plan: Plan) -> pd.DataFrame:
    return homes(plan).assign(caseworker_id=lambda table: table["center_id"] + "-1")


def roster(plan: Plan, **until: str) -> pd.DataFrame:
    own = beats(plan)[["caseworker_id", "center_id"]].drop_duplicates()
    return own.assign(since="", until=[until.get(one, "") for one in own["center_id"]])


def seen(plan: Plan, table: dict[str, pd.DataFrame], since: date = LONG_AGO, day: date = DAY) -> pd.DataFrame:
    ids = homes(plan)["household_id"]
    working = Working(
        **{
            "caseworkers": NO_ROSTER,
            "beats": NO_BEATS,
            "visits": NO_VISITS,
            "activity": NO_ACTS,
            "offers": NO_OFFERS,
            "fees_toman": pd.Series(dtype="int64"),
            "since": pd.Series([since] * len(ids), index=ids),
            **table,
        }
    )
    return status_table(plan, working, day, cases_per_caseworker=150, visit_months=6).set_index("center_id")


def visited(plan: Plan, when: str, center: str = "E1") -> pd.DataFrame:
    own = homes(plan)
    return own[own["center_id"] == center].assign(date=when, kind="visit", flags="")


def test_every_home_is_done_due_or_overdue_and_never_two_of_them(plan: Plan) -> None:
    for since in (LONG_AGO, DAY - timedelta(days=3)):
        table = seen(plan, {"activity": visited(plan, "2026-10-01").iloc[:5]}, since)
        assert (
            table["visits_done"] + table["visits_due"] + table["visits_overdue"] == table["households"]
        ).all()
        assert table.loc["E1", "visits_done"] == 5
        waiting, other = (
            ("visits_overdue", "visits_due") if since == LONG_AGO else ("visits_due", "visits_overdue")
        )
        assert table[waiting].sum() == table["households"].sum() - 5
        assert table[other].sum() == 0


def test_a_visit_counts_for_six_jalali_months_and_not_a_day_longer(plan: Plan) -> None:
    lapsed = months_before(DAY, 6)
    for when, done in ((lapsed, 0), (lapsed + timedelta(days=1), 1), (DAY, 1), (DAY + timedelta(days=1), 0)):
        table = seen(plan, {"activity": visited(plan, when.isoformat()).iloc[:1]})
        assert table["visits_done"].sum() == done, when


def test_without_a_caseworker_is_who_has_none_whose_has_left_or_who_moved_on(plan: Plan) -> None:
    own, everyone = beats(plan), roster(plan)
    assert seen(plan, {"beats": own, "caseworkers": everyone})["no_caseworker"].sum() == 0
    assert seen(plan, {"beats": own.iloc[3:], "caseworkers": everyone})["no_caseworker"].sum() == 3
    gone = seen(plan, {"beats": own, "caseworkers": roster(plan, E1="2026-11-19")})
    assert gone.loc["E1", "no_caseworker"] == gone.loc["E1", "households"]
    assert gone.loc["E1", "places_staffed"] == 0
    moved = own.assign(center_id="another")
    assert seen(plan, {"beats": moved, "caseworkers": everyone})["no_caseworker"].sum() == len(own)


def test_places_are_free_up_to_the_most_as_locate_counts_them_and_staffed_by_the_roster(plan: Plan) -> None:
    doors = plan.centers.set_index("center_id")
    left = (doors["max_cases"] - doors["cases"]).clip(lower=0).to_dict()
    for working in ({}, {"beats": beats(plan), "caseworkers": roster(plan, E1="2026-11-19")}):
        table = seen(plan, working, since=DAY)
        assert table["free"].to_dict() == left
        assert table["max_cases"].to_dict() == doors["max_cases"].to_dict()
        staffed = table["max_cases"].clip(upper=150) if working else table["max_cases"]
        assert table["places_staffed"].drop("E1").to_dict() == staffed.drop("E1").to_dict()
    assert table.loc["E1", "free"] == left["E1"]
    assert table.loc["E1", "concerned"] == table.loc["E1", "cases"] + table.loc["E1", "households"]


def test_where_no_beats_are_recorded_nobody_is_said_to_lack_a_caseworker(plan: Plan) -> None:
    table = seen(plan, {}, since=DAY)
    assert table["no_caseworker"].isna().all()
    assert table["concerned"].sum() == 0


def test_the_center_with_most_families_concerned_comes_first(plan: Plan) -> None:
    own = beats(plan)
    lacking = own.drop(index=own[own["center_id"] == "E2"].index)
    table = seen(plan, {"beats": lacking, "caseworkers": roster(plan)}, since=DAY)
    assert table.index[0] == "E2"
    assert table["concerned"].is_monotonic_decreasing
    assert table.loc["E2", "concerned"] == table.loc["E2", "households"]


def test_a_service_is_missing_where_a_center_does_not_give_it_itself(plan: Plan) -> None:
    rows = [("E0", "screening", 0), ("E0", "counselling", 9), ("E1", "screening", 5), ("E2", "screening", 0)]
    offers = pd.DataFrame(rows, columns=["center_id", "service_id", "capacity"])
    assert seen(plan, {"offers": offers})["services_missing"].to_dict() == {"E0": 1, "E1": 0, "E2": 1}
    assert seen(plan, {})["services_missing"].isna().all()


def test_sums_are_those_of_the_centers(plan: Plan) -> None:
    table = seen(plan, {"beats": beats(plan), "caseworkers": roster(plan)}).reset_index()
    every, by_county = summed(table, []), summed(table, ["province", "county"])
    assert int(every["centers"].iloc[0]) == len(plan.centers) == by_county["centers"].sum()
    assert int(every["cases"].iloc[0]) == plan.assignments["cases"].sum() == by_county["cases"].sum()


def test_months_are_of_the_jalali_calendar() -> None:
    # 31 Shahrivar 1405 and the last day of Esfand of a common year.
    assert months_before(date(2026, 9, 22), 6) == date(2026, 3, 20)
    assert months_before(months_before(DAY, 6), -6) == DAY


def test_the_past_is_seen_as_the_log_had_it(folder: Path, tmp_path: Path) -> None:
    plan = copytree(folder, tmp_path / "plan")
    book = Casebook.open(plan / CASEBOOK)
    first = book.log()[0]
    apply_proposal(plan, eventful(plan, tmp_path / "proposal"), lang="en")
    log = book.log()
    today = datetime.now(UTC).astimezone(IRAN).date()
    assert version_on(log, today) == 2
    assert version_on(log[:1], day_of(first.when_utc)) == 1
    assert version_on(log, day_of(first.when_utc) - timedelta(days=1)) is None
    found = status_of(plan, today, WorkRules(), read_tariffs())
    assert found.origin.head == log[-1].hash
    assert set(found.table["center_id"]) == set(book.plan().centers["center_id"])
    since = served_since(book, log, 2)
    assert set(since.index) == set(book.plan().assignments["household_id"])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_command_shows_a_table_and_writes_the_same_bytes_twice(
    folder: Path, tmp_path: Path, lang: str
) -> None:
    out = tmp_path / "status"
    result = run("status", folder, "--out", out, "--lang", lang)
    assert result.exit_code == 0, result.output
    before = {one.name: one.read_bytes() for one in out.iterdir()}
    assert run("status", folder, "--out", out, "--lang", lang).exit_code == 6
    assert run("status", folder, "--out", out, "--lang", lang, "--overwrite").exit_code == 0
    assert {one.name: one.read_bytes() for one in out.iterdir()} == before
    page = before["status.html"].decode()
    assert not any(
        str(one) in page for one in Casebook.open(folder / CASEBOOK).plan().assignments["household_id"]
    )


def test_as_json_it_has_a_row_for_each_center(folder: Path) -> None:
    told = json.loads(run("status", folder, "--json").output)
    assert {one["center_id"] for one in told["centers"]} == {"E0", "E1", "E2"}
    assert told["missing"] == ["activity", "beats", "offers", "visits"]


@pytest.mark.parametrize(("day", "code"), [("yesterday", 2), ("1399-01-01", 2), ("1450-01-01", 2)])
def test_a_day_that_cannot_be_shown_is_refused_in_a_sentence(folder: Path, day: str, code: int) -> None:
    result = run("status", folder, "--date", day)
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_what_was_written_down_late_counts_for_the_day_it_was_done(folder: Path, tmp_path: Path) -> None:
    plan = copytree(folder, tmp_path / "plan")
    book = Casebook.open(plan / CASEBOOK)
    today = datetime.now(UTC).astimezone(IRAN).date()
    acts = visited(book.plan(), today.isoformat()).head(2)
    acts = acts.assign(activity_id=["a", "b"], caseworker_id="E1-1", result="")
    keep(plan, {"activity": acts}, kind="activity", lang="en", after=book.head)
    table = status_of(plan, today, WorkRules(), read_tariffs()).table.set_index("center_id")
    assert table["visits_done"].sum() == 2
    # Two visits outside a metropolis, at the price of the only one that was published.
    assert table.loc["E1", "fees_toman"] == 2 * 78_125
    assert table["fees_toman"].sum() == 2 * 78_125
