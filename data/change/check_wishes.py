"""Families that cannot go where a planner wants them, or be pinned there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.change.wishes import spread_wishes
from data.errors import Failure
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from data.change.changes import Changes
    from data.plan import Plan
    from data.problem import Problem


def wrong_wishes(problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    """Yield the wishes and pins that cannot be meant of this network.

    Parameters
    ----------
    problem, plan : Problem and Plan
        The network.
    changes : Changes
        What is asked of it.
    """
    if not (changes.wanted or changes.pins):
        return
    centers = plan.centers[~plan.centers["center_id"].isin(changes.close)]
    sites = problem.sites[problem.sites["site_id"].isin(changes.open)]
    unit = dict(zip(sites["site_id"], sites["unit"], strict=True))
    unit |= dict(zip(centers["center_id"], centers["unit"], strict=True))
    on_site = dict(zip(centers["site_id"], centers["unit"], strict=True))
    on_site.pop("", None)
    people = problem.households.set_index("household_id")[["unit", "reason", "pin"]]
    told = people.loc[people.index.isin([*changes.wanted, *changes.pins])].to_dict("index")
    file = changes.file or "changes"
    for who, where in changes.wanted.items():
        if code := _wrong(told.get(who), where, unit):
            yield Failure(file, 0, f"wish_{code}", who, phrase(f"edited.wish_{code}", center=where))
    for who, where in changes.pins.items():
        if where and (code := _wrong(told.get(who), where, {**on_site, **unit})):
            yield Failure(file, 0, f"pin_{code}", who, phrase(f"edited.pin_{code}", center=where))
    standing = dict(zip(centers["site_id"], centers["center_id"], strict=True))
    for who, where in changes.wanted.items():
        pin = changes.pins.get(who, told[who]["pin"] if who in told else "")
        if pin in {**on_site, **unit} and standing.get(pin, pin) != where:
            yield Failure(file, 0, "pinned_elsewhere", who, phrase("edited.pinned_elsewhere", pin=pin))
    yield from _apart(problem, plan, changes, file)


def _wrong(household: Mapping[str, str] | None, where: str, unit: Mapping[str, str]) -> str:
    """Return the code of what is wrong with a wish or a pin; empty for nothing."""
    if household is None:
        return "of_nobody"
    if where not in unit:
        return "to_nothing"
    if household["reason"] != "":
        return "of_unserved"
    return "outside_unit" if unit[where] != household["unit"] else ""


def _apart(problem: Problem, plan: Plan, changes: Changes, file: str) -> Iterator[Failure]:
    """Yield those who stay together, are served together and are wanted in different centers."""
    today = plan.assignments.set_index("household_id")["center_id"]
    households = problem.households.assign(
        center_id=problem.households["household_id"].map(today).fillna("").to_numpy()
    )
    spread = spread_wishes(households, changes.wanted)
    for who, where in changes.wanted.items():
        if spread.get(who, where) != where:
            yield Failure(file, 0, "wishes_apart", who, phrase("edited.wishes_apart"))
