"""Questions of a plan, planned side by side and verified; nothing of the plan itself is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from joblib import Parallel, delayed, parallel_config

from data.call.order import TieBreak
from data.change.succession import continued
from data.compare.comparing import compare
from data.compare.sides import Side
from data.errors import Failure, SitingError, said
from data.plan import CALL
from data.process.deadline import never
from data.summary import distance_kind
from data.text import phrase
from data.verify import verify
from siting.fairness import fair_problem
from siting.number import check_numbers
from siting.plan import plan_sites
from siting.what_if.judging import judge
from siting.what_if.tried import Outcome, Tried
from siting.what_if.variants import Variant, changed_rules, of_number, of_sites, of_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase


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
        With everything that cannot be asked, in one pass: unknown rules or sites, values out of range, a
        number of centers that nobody can plan.

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
    asked = Asked.of(problem, plan)
    failures: list[Failure] = []
    variants = []
    for name, values in (rules or {}).items():
        try:
            variants.append(of_values(name, values, asked.now))
        except SitingError as error:
            failures.extend(error.failures)
    variants += of_sites(require, forbid, asked.now)
    variants += [of_number(one, asked.now) for one in centers]
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
    problems = _problems(asked, variants, failures)
    chosen = int(asked.plan.provenance.get("seed") or 0) if seed is None else seed
    skipped = [not asked.runs and one.is_in_force(asked.now, asked.plan) for one in variants]
    todo = [one for one, skip in zip(problems, skipped, strict=True) if not skip]
    jobs = [asked.now, *todo] if asked.runs else todo
    ties = _tie_break(asked.plan)
    plans = Parallel(n_jobs=max(1, min(workers, len(jobs))))(
        delayed(_planned)(one, ties, chosen, stop) for one in jobs
    )
    made = iter(plans)
    in_force = _outcome(asked, phrase("try.in_force"), asked.problem, asked.plan)
    reference = _outcome(asked, phrase("try.anew"), *next(made)) if asked.runs else in_force
    outcomes = []
    for variant, own, skip in zip(variants, problems, skipped, strict=True):
        found = (own, reference.plan) if skip else next(made)
        cost = judge((asked.now, reference.plan), found, variant, same=skip)
        outcome = _outcome(asked, variant.label, *found)
        changed = changed_rules(asked.now.rules, found[0].rules)
        outcomes.append(replace(outcome, variant=variant, judged=cost, changed=changed))
    return Tried(in_force, reference, tuple(outcomes), chosen)


def _problems(asked: Asked, variants: Sequence[Variant], failures: Sequence[Failure]) -> list[Problem]:
    """Return what each variant plans; refuse in one pass all that cannot be planned."""
    found, problems = list(failures), []
    for variant in variants:
        try:
            problem = variant.problem(asked.now)
            check_numbers([problem])
            problems.append(problem)
        except SitingError as error:
            named = [
                replace(one, file=variant.name) if one.file == "rules" else one for one in error.failures
            ]
            found += named or [Failure(variant.name, 0, error.code, "", error.words)]
    if not found and not variants:
        found = [Failure("try", 0, "nothing_to_try", "", phrase("try.nothing"))]
    if found:
        raise SitingError.of(found)
    return problems


def _planned(
    problem: Problem, ties: TieBreak | None, seed: int, stop: Callable[[], bool]
) -> tuple[Problem, Plan]:
    """Plan and verify one variant, in a process that the variants share."""
    with parallel_config(backend="sequential"):
        fair = fair_problem(problem, seed=seed, stop=stop)
        plan = plan_sites(fair, seed=seed, ties=ties, stop=stop)
    verify(fair, plan)
    return fair, plan


def _tie_break(plan: Plan) -> TieBreak | None:
    """Return the tie-break that a plan was made with; None for one of an older record."""
    told = plan.provenance.get(CALL)
    if told is None:
        return None
    tie_km = inf if told["tie_km"] is None else float(told["tie_km"])
    return TieBreak(
        seed=int(told["seed"]), tie_km=tie_km, applies=bool(told["applies"]), seal=str(told["seal"])
    )


def _outcome(asked: Asked, label: Phrase | str, problem: Problem, plan: Plan) -> Outcome:
    before = _side(phrase("try.in_force"), asked.problem, asked.plan)
    return Outcome(label, problem, plan, compare(before, _side(label, problem, plan)))


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
