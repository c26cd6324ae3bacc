"""Questions become answers: what each plans, and how it stands beside what it is held against."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from data.compare.comparing import compare
from data.compare.sides import Side
from data.errors import Failure, SitingError, said
from data.summary import distance_kind
from data.text import phrase
from siting.number import check_numbers
from siting.what_if.enough import fewer_note, short_note, with_enough
from siting.what_if.judging import judge
from siting.what_if.tried import NotPossible, Outcome
from siting.what_if.variants import changed_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase
    from siting.what_if.trying import Asked
    from siting.what_if.variants import Variant

    Plans = Callable[[Sequence[Problem]], list[tuple[Problem, Plan]]]
    Answer = Outcome | NotPossible
    Question = tuple[Variant, Problem | NotPossible]

WRONGLY_ASKED = ("rule_of_reading", "count_not_kept", "unknown_site")
"""Of a question that a plan cannot be asked; what else keeps it from being planned is its answer."""


def to_plan(asked: Asked, variant: Variant) -> Problem | NotPossible:
    """Return what a question plans, or why there is no plan of it.

    Raises
    ------
    SitingError
        One of `WRONGLY_ASKED`.
    """
    try:
        problem = variant.problem(asked.now)
        check_numbers([problem])
    except SitingError as error:
        failures = [replace(one, file=variant.name) if one.file == "rules" else one for one in error.failures]
        failures = failures or [Failure(variant.name, 0, error.code, "", error.words)]
        if any(one.code in WRONGLY_ASKED for one in failures):
            raise SitingError.of(failures) from error
        changed = changed_rules(asked.now.rules, variant.rules)
        return NotPossible(variant.label, variant, tuple(one.words for one in failures), changed)
    return problem


def answers(asked: Asked, reference: Outcome, questions: Sequence[Question], plans: Plans) -> list[Answer]:
    """Plan questions side by side and judge each; a short one is followed by the one that has enough centers.

    Parameters
    ----------
    asked : Asked
        Of which plan.
    reference : Outcome
        What they are held against.
    questions : sequence of (Variant, Problem or NotPossible)
        Each with what `to_plan` returns.
    plans : callable
        Plans problems, in order.
    """
    variants = [one for one, _ in questions]
    found = _judged(asked, reference, questions, plans)
    enough = [with_enough(one) if isinstance(one, Outcome) else None for one in found]
    anew = [one for one in enough if one is not None and _asked_already(one, variants) is None]
    made = iter(_judged(asked, reference, [(one, to_plan(asked, one)) for one in anew], plans))
    told: list[Answer] = []
    for answer, one in zip(found, enough, strict=True):
        if one is None or isinstance(answer, NotPossible):
            told.append(answer)
            continue
        other = _asked_already(one, variants)
        notes = (*answer.notes, short_note(answer, other or one))
        told += [replace(answer, notes=notes), *([] if other else [next(made)])]
    return told


def outcome_of(asked: Asked, label: Phrase | str, problem: Problem, plan: Plan) -> Outcome:
    """Return a plan beside the one in force."""
    before = _side(phrase("try.in_force"), asked.problem, asked.plan)
    return Outcome(label, problem, plan, compare(before, _side(label, problem, plan)))


def _judged(asked: Asked, reference: Outcome, questions: Sequence[Question], plans: Plans) -> list[Answer]:
    base = (asked.now, reference.plan)
    same = [not isinstance(own, NotPossible) and one.is_in_force(*base) for one, own in questions]
    todo = [
        own
        for (_, own), skip in zip(questions, same, strict=True)
        if not (skip or isinstance(own, NotPossible))
    ]
    made = iter(plans(todo))
    told: list[Answer] = []
    for (variant, own), skip in zip(questions, same, strict=True):
        if isinstance(own, NotPossible):
            told.append(own)
            continue
        found = (own, reference.plan) if skip else next(made)
        outcome = outcome_of(asked, variant.label, *found)
        more = (None if skip else fewer_note(base, found), _staff_note(base, found))
        told.append(
            replace(
                outcome,
                variant=variant,
                judged=judge(base, found, variant, same=skip),
                changed=changed_rules(asked.now.rules, found[0].rules),
                notes=(*variant.notes, *filter(None, more)),
            )
        )
    return told


def _staff_note(base: tuple[Problem, Plan], found: tuple[Problem, Plan]) -> Phrase | None:
    """Return how many caseworkers are needed where the cases that one takes are other than in force."""
    (before, _), (after, plan) = base, found
    if before.rules.caseworker_cases == after.rules.caseworker_cases:
        return None
    needed = [
        int(np.ceil(own.centers["cases"] / one.rules.caseworker_cases).sum())
        for one, own in ((before, base[1]), (after, plan))
    ]
    return phrase("try.note_caseworkers", before=needed[0], after=needed[1])


def _asked_already(one: Variant, variants: Sequence[Variant]) -> Variant | None:
    asks = (one.rules, one.require, one.forbid)
    return next((other for other in variants if (other.rules, other.require, other.forbid) == asks), None)


def _side(label: Phrase | str, problem: Problem, plan: Plan) -> Side:
    return Side(
        label=said(label, "en"),
        assignments=plan.assignments,
        centers=plan.centers,
        unassigned=plan.unassigned,
        synthetic=problem.synthetic,
        distance=distance_kind(problem.rules, travel_file=problem.travel is not None),
        version=None,
        head="",
        privacy_k=problem.rules.privacy_k,
    )
