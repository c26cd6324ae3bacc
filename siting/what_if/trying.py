"""Questions of a plan, planned side by side and verified; nothing of the plan itself is changed."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from joblib import Parallel, delayed, parallel_config

from data.call.order import TieBreak
from data.change.succession import continued
from data.errors import Failure, SitingError
from data.given import given_mapping, given_names, given_numbers, given_version
from data.plan import CALL
from data.process.deadline import never
from data.text import phrase
from data.verify import verify
from siting.fairness import fair_problem
from siting.plan import plan_sites
from siting.what_if.answering import answers, outcome_of, to_plan
from siting.what_if.tried import Tried
from siting.what_if.variants import of_number, of_sites, of_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from data.plan import Plan
    from data.problem import Problem
    from siting.what_if.tried import NotPossible
    from siting.what_if.variants import Variant


@dataclass(frozen=True)
class Asked:
    """A plan, and what its questions are asked of.

    Attributes
    ----------
    problem, plan : Problem, Plan
        The version in force.
    now : Problem
        What is planned again: the problem that founded the network or, once it was rebalanced, the network
        as it stands, whose centers all stay.
    """

    problem: Problem
    plan: Plan
    now: Problem

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Asked:
        """Return what questions of a version are asked of."""
        runs = bool(plan.provenance.get("rebalancing"))
        return cls(problem, plan, continued(problem, plan) if runs else problem)

    @property
    def runs(self) -> bool:
        """Whether the network was rebalanced since it was founded."""
        return self.now is not self.problem


def try_variants(
    problem: Problem,
    plan: Plan,
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    require: Sequence[str] = (),
    forbid: Sequence[str] = (),
    centers: Sequence[int] = (),
    seed: int | None = None,
    workers: int = 1,
) -> Tried:
    """Plan the same households and applicants by other rules, and say what each change costs.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The plan in force, and what it was made of; neither is changed.
    rules : mapping of str to mapping, optional
        By the name of each variant the rules it changes, as ``{"400": {"max_cases": 400}}``.
    require, forbid : sequence of str
        Sites (``site_id``), each a variant of its own in which that site must, or may not, open.
    centers : sequence of int
        Numbers of centers, each a variant of its own.
    seed : int, optional
        Of the searches; the plan's own unless told.
    workers : int
        Processes that the variants are spread over; no plan depends on it.

    Returns
    -------
    Tried
        Every plan, verified, with its figures and what is proven of its price; it shows itself as a table.

    Raises
    ------
    SitingError
        With everything that cannot be asked, in one pass: unknown rules or sites, values out of range. What
        can be asked and has no plan, as a number of centers that the cases cannot fill, is an answer.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import plan_sites, try_variants
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> tried = try_variants(problem, plan, {"no order": {"preference_km": 0}})
    >>> tried.table()[["variant", "centers"]].values.tolist()
    [['the plan in force', 2], ['no order', 2]]
    """
    asked = Asked.of(*given_version(problem, plan))
    failures: list[Failure] = []
    variants = []
    for name, values in given_mapping(rules or {}, "rules").items():
        changed = given_mapping(values, f"rules[{name!r}]")
        try:
            variants.append(of_values(name, changed, asked.now))
        except SitingError as error:
            failures.extend(error.failures)
    variants += of_sites(given_names(require, "require"), given_names(forbid, "forbid"), asked.now)
    variants += [of_number(one, asked.now) for one in given_numbers(centers, "centers")]
    return tried(asked, variants, seed=seed, workers=workers, failures=failures)


def tried(
    asked: Asked,
    variants: Sequence[Variant],
    *,
    seed: int | None = None,
    workers: int = 1,
    stop: Callable[[], bool] = never,
    failures: Sequence[Failure] = (),
) -> Tried:
    """Plan variants side by side.

    Parameters
    ----------
    asked : Asked
        Of which plan.
    variants : sequence of Variant
        In order; at least one.
    seed, workers
        As `try_variants`.
    stop : callable
        As `siting.plan_sites`.
    failures : sequence of Failure
        What could not be read before; told with all that cannot be planned.

    Raises
    ------
    SitingError
        As `try_variants`.
    """
    questions = _questions(asked, variants, failures)
    chosen = int(asked.plan.provenance.get("seed") or 0) if seed is None else seed
    ties = _tie_break(asked.plan)

    def planned(problems: Sequence[Problem]) -> list[tuple[Problem, Plan]]:
        side_by_side = Parallel(n_jobs=max(1, min(workers, len(problems))))
        return list(side_by_side(delayed(_planned)(one, ties, chosen, stop) for one in problems))

    in_force = outcome_of(asked, phrase("try.in_force"), asked.problem, asked.plan)
    reference = in_force
    if asked.runs:
        reference = outcome_of(asked, phrase("try.anew"), *planned([asked.now])[0])
    return Tried(in_force, reference, tuple(answers(asked, reference, questions, planned)), chosen)


def _questions(
    asked: Asked, variants: Sequence[Variant], failures: Sequence[Failure]
) -> list[tuple[Variant, Problem | NotPossible]]:
    """Return every question once, with what it plans; refuse in one pass all that cannot be asked."""
    found = list(failures)
    questions: list[tuple[Variant, Problem | NotPossible]] = []
    for place, variant in enumerate(variants):
        if variant in variants[:place]:
            continue
        try:
            questions.append((variant, to_plan(asked, variant)))
        except SitingError as error:
            found += error.failures
    if not found and not variants:
        found = [Failure("try", 0, "nothing_to_try", "", phrase("try.nothing"))]
    if found:
        raise SitingError.of(found)
    return questions


def _planned(
    problem: Problem, ties: TieBreak | None, seed: int, stop: Callable[[], bool]
) -> tuple[Problem, Plan]:
    """Plan and verify one variant, in a process that the variants share."""
    with parallel_config(backend="sequential"):
        fair = fair_problem(problem, seed=seed, stop=stop)
        plan = fair.judged(plan_sites(fair.problem, seed=seed, ties=ties, stop=stop))
    verify(fair.problem, plan)
    return fair.problem, plan


def _tie_break(plan: Plan) -> TieBreak | None:
    """Return the tie-break that a plan was made with; None for one of an older record."""
    told = plan.provenance.get(CALL)
    if told is None:
        return None
    tie_km = inf if told["tie_km"] is None else float(told["tie_km"])
    return TieBreak(
        seed=int(told["seed"]),
        tie_km=tie_km,
        applies=bool(told["applies"]),
        seal=str(told["seal"]),
        sealed_utc=str(told.get("sealed_utc", "")),
        deadline=str(told.get("deadline", "")),
    )
