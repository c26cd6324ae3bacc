"""Events that cannot have happened to the households of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.change.arrivals import outcome_of, standing_there
from data.errors import Failure
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from data.change.changes import Changes
    from data.plan import Plan
    from data.problem import Problem


_WITHOUT_ORDER = ("bad_date", "bad_event", "duplicate_event", "duplicate_id")


def wrong_moves(problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    """Yield the rows of the moves that cannot be meant of this network.

    Parameters
    ----------
    problem, plan : Problem and Plan
        The network.
    changes : Changes
        What is asked of it.
    """
    if changes.moves.empty:
        return
    file = changes.file or "moves"
    yield from not_so(changes, set(problem.households["household_id"]))
    yield from _too_large(file, problem, plan, changes)
    yield from _wrong_pins(file, problem, plan, changes)


def unsure(changes: Changes) -> set[str]:
    """Return the households of which the order of events is not known, for some of them cannot be read."""
    return {one.id for one in changes.faults if one.code in _WITHOUT_ORDER} | {""}


def not_so(changes: Changes, known: Collection[str]) -> Iterator[Failure]:
    """Yield what happened to nobody who was here, and joins of who was, by the dates of the events.

    Parameters
    ----------
    changes : Changes
        What is asked.
    known : collection of str
        Households before the events.
    """
    file, unread = changes.file or "moves", changes.moves["household_id"].isin(unsure(changes))
    yield from _by_order(file, changes.moves[~unread], known)
    yield from never_so(changes, known)


def never_so(changes: Changes, known: Collection[str]) -> Iterator[Failure]:
    """Yield of the `unsure` what cannot be, whatever the rows say that could not be read."""
    moves = changes.moves[changes.moves["household_id"].isin(unsure(changes) - {""})]
    for name, own in moves.groupby("household_id", sort=False):
        who, events = str(name), own["event"]
        if who in known:
            code = "" if events.isin(["leave", ""]).any() else "already_here"
            rows = own.loc[events == "join", "row"]
        else:
            code = "" if events.isin(["join", ""]).any() else "unknown_household"
            rows = own["row"]
        for row in rows if code else ():
            yield Failure(changes.file or "moves", int(row), code, who, phrase(f"changes.{code}"))


def _by_order(file: str, moves: pd.DataFrame, known: Collection[str]) -> Iterator[Failure]:
    here = dict.fromkeys(moves["household_id"], False) | dict.fromkeys(known, True)
    events = moves.sort_values(["household_id", "date", "row"], kind="stable")
    for row, who, event in events[["row", "household_id", "event"]].itertuples(index=False):
        code = "already_here" if event == "join" else "unknown_household"
        if here[who] == (event == "join"):
            yield Failure(file, int(row), code, who, phrase(f"changes.{code}"))
        else:
            here[who] = event != "leave"


def _too_large(file: str, problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    """Yield joins of more cases than any center may hold."""
    stands = plan.centers[~plan.centers["center_id"].isin(changes.close)]
    most = max(
        [problem.rules.max_cases, *stands["max_cases"], *(cases for cases, _ in changes.max_cases.values())]
    )
    moves = changes.moves
    joins = moves[(moves["event"] == "join") & (moves["cases"] > most)]
    if problem.rules.count == "cases":
        for row, who, cases in joins[["row", "household_id", "cases"]].itertuples(index=False):
            said = phrase("build.cases_over_max", cases=int(cases), most=int(most))
            yield Failure(file, int(row), "cases_over_max", who, said)


def _wrong_pins(file: str, problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    """Yield pins of who arrived to no center that will stand, or to one of another unit."""
    moves = changes.moves[~changes.moves["household_id"].isin({one.id for one in changes.faults})]
    if (moves["pin"] == "").all():
        return
    arrived = outcome_of(moves, problem.households).arrived
    pinned = arrived[arrived["pin"] != ""]
    centers, sites = plan.centers[~plan.centers["center_id"].isin(changes.close)], problem.sites
    opened = sites[sites["site_id"].isin(changes.open)]
    unit = {
        **dict(zip(opened["site_id"], opened["unit"], strict=True)),
        **dict(zip(centers["site_id"], centers["unit"], strict=True)),
        **dict(zip(centers["center_id"], centers["unit"], strict=True)),
    }
    there = standing_there(problem, pinned)
    for row, (who, pin, reason, own) in zip(
        pinned["row"], there[["household_id", "pin", "reason", "unit"]].itertuples(index=False), strict=True
    ):
        if pin not in unit:
            code = "unknown_pin"
        elif reason == "" and unit[pin] != own:
            code = "pin_outside_unit"
        else:
            continue
        yield Failure(file, int(row), code, str(who), phrase(f"changes.{code}"))
