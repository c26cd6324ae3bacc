"""All checks in one pass, and the certificate when none found anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.given import given_version
from data.verify.bound import check_bound
from data.verify.certificate import _certify
from data.verify.columns import check_columns
from data.verify.distances import check_distances
from data.verify.everyone import check_households, check_reasons
from data.verify.finding import VerificationError
from data.verify.ledger import open_ledger
from data.verify.loads import check_loads
from data.verify.openings import check_sites
from data.verify.terms import check_terms
from data.verify.together import check_groups, check_pins
from data.verify.underfull import check_underfull
from data.verify.units import check_borders, check_units
from data.verify.vacancies import check_vacancies
from data.verify.whereabouts import located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import geopandas as gpd

    from data.errors import Failure
    from data.plan import Plan
    from data.problem import Problem
    from data.verify.certificate import Certificate
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

_CHECKS: Mapping[str, Callable[[Ledger], Iterator[Finding]]] = {
    "households": check_households,
    "reasons": check_reasons,
    "loads": check_loads,
    "underfull": check_underfull,
    "sites": check_sites,
    "borders": check_borders,
    "units": check_units,
    "pins": check_pins,
    "groups": check_groups,
    "distances": check_distances,
    "vacancies": check_vacancies,
    "terms": check_terms,
    "bound": check_bound,
}
CHECKS = ("columns", *_CHECKS)


def verify(
    problem: Problem, plan: Plan, *, neighbourhoods: Callable[[], gpd.GeoDataFrame] | None = None
) -> Certificate:
    """Recount a plan from its tables alone.

    Parameters
    ----------
    problem : Problem
        What was to be planned.
    plan : Plan
        What is claimed.
    neighbourhoods : callable, optional
        Returns the plan's neighbourhoods where those it has are not its own yet. No check counts ground, and
        it is asked for last, when it may have been drawn meanwhile.

    Returns
    -------
    Certificate
        Of this plan, with those neighbourhoods, for this problem; the casebook writes nothing without it.

    Raises
    ------
    VerificationError
        If anything differs; ``failures`` names all of it.
    SitingError
        ``wrong_type`` of what is no problem, or no plan.

    Examples
    --------
    >>> from data import demo_problem, verify_plan
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> len(verify_plan(problem, plan).checks) > 10
    True
    """
    given_version(problem, plan)
    found = findings(problem, plan)
    if found:
        raise VerificationError.of(found)
    whole = plan if neighbourhoods is None else replace(plan, neighbourhoods=neighbourhoods())
    return _certify(problem, whole, CHECKS)


def findings(problem: Problem, plan: Plan) -> list[Failure]:
    """Return everything wrong with a plan, in table and row order; an empty list when it is right.

    Each names the exported file and its row where there is one (row 1 is the header), else the table and the
    id.
    Tables with missing columns or unreadable numbers are named alone: nothing can be counted from them.
    """
    found = list(check_columns(plan))
    if not found:
        ledger = open_ledger(problem, plan)
        found = [finding for check in _CHECKS.values() for finding in check(ledger)]
    return sorted(located(found, plan))
