"""Where a variant leaves people without a center, or centers without an applicant: what is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import reduce
from math import inf
from typing import TYPE_CHECKING

from data.build.variant import standing_sites
from data.text import phrase
from siting.what_if.judging import SERVED

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase
    from siting.what_if.tried import Outcome
    from siting.what_if.variants import Variant

SHOWN_UNITS = 5


def with_enough(answer: Outcome) -> Variant | None:
    """Return the question with as many centers as the cases of every unit need at the least.

    Parameters
    ----------
    answer : Outcome
        Of a variant.

    Returns
    -------
    Variant or None
        None where the answer leaves nobody more without a center than before, or not for want of centers.
    """
    variant, judged = answer.variant, answer.judged
    if variant is None or judged is None or judged.kind != SERVED or judged.cases_more <= 0:
        return None
    needed = int(answer.plan.units["needed"].sum())
    if not isinstance(variant.rules.centers, int) or variant.rules.centers >= needed:
        return None
    label = phrase("try.label_enough", label=variant.label, count=needed)
    return replace(variant, label=label, rules=replace(variant.rules, centers=needed))


def short_note(answer: Outcome, enough: Variant) -> Phrase:
    """Return which units have too few centers, proven by their cases, and which row and rules have enough."""
    units = answer.plan.units
    short = units[units["planned"] < units["needed"]]
    named = [
        phrase("try.short_unit", unit=str(unit), needed=int(needed), planned=int(planned))
        for unit, needed, planned in short[["unit", "needed", "planned"]].itertuples(index=False)
    ]
    rules = {name: value for name, _, value in answer.changed} | {"centers": enough.rules.centers}
    return phrase(
        "try.said_short",
        needed=int(units["needed"].sum()),
        planned=int(units["planned"].sum()),
        units=_chained(named),
        row=enough.label,
        rules=", ".join(f"{name} = {_toml(value)}" for name, value in rules.items()),
    )


def fewer_note(reference: tuple[Problem, Plan], found: tuple[Problem, Plan]) -> Phrase | None:
    """Return why a plan opens fewer centers than are asked for, where the one in force does not already."""
    problem, plan = found
    missing = _missing(*found)
    if missing <= 0 or missing <= _missing(*reference):
        return None
    values = {"asked": problem.rules.centers, "opened": len(plan.centers), "vacant": len(plan.vacancies)}
    key = "try.said_fewer_applicants" if _who_could(problem) <= len(plan.centers) else "try.said_fewer"
    return phrase(key, **values)


def _missing(problem: Problem, plan: Plan) -> int:
    asked = problem.rules.centers
    return asked - len(plan.centers) if isinstance(asked, int) else 0


def _who_could(problem: Problem) -> int:
    """Return how many centers there could be at most: those that stand, and one of each other applicant."""
    sites, centers = problem.sites, problem.centers
    run = set(centers["applicant_id"]) - {""} if "applicant_id" in centers else set()
    taken = sites["site_id"].isin(standing_sites(problem)) | sites["applicant_id"].isin(run)
    return len(centers) + int(sites.loc[(sites["ineligible"] == "") & ~taken, "applicant_id"].nunique())


def _chained(named: list[Phrase]) -> Phrase:
    """Return phrases one after the other; of many the first, and how many more there are."""
    if len(named) > SHOWN_UNITS:
        named = [*named[:SHOWN_UNITS], phrase("try.short_more", count=len(named) - SHOWN_UNITS)]
    return reduce(lambda first, then: phrase("try.and_then", first=first, then=then), named)


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return "inf" if value == inf else json.dumps(value, ensure_ascii=False)
