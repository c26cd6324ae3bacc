"""What an analyst asks of a plan in a notebook: why, where, and who is transferred after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.change.asked import AskedChanges
from data.change.changes import check_changes
from data.errors import Exit, SitingError
from data.given import given_kind, given_names, given_number, given_path, given_version, wrong_type
from data.text import phrase
from siting.explain.explaining import explain
from siting.locate.standing import Located, Standing
from siting.running.rebalancing import rebalance_network

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike

    from data.plan import Plan
    from data.problem import Problem
    from siting.explain.applicant import ApplicantFacts
    from siting.explain.center import CenterFacts
    from siting.explain.household import HouseholdFacts
    from siting.running.rebalancing import Proposal


_OF_ONE = 3
"""A relocation: center, longitude, latitude."""


def explain_household(problem: Problem, plan: Plan, household_id: str) -> HouseholdFacts:
    """Say why a household has its center and not a nearer one: solved again with that one thing changed.

    Parameters
    ----------
    problem, plan : Problem, Plan
        A version, founded or rebalanced.
    household_id : str
        Of the problem.

    Returns
    -------
    HouseholdFacts
        Distances in km. It shows itself as a table; ``print`` says it in sentences, ``said("fa")`` in
        Persian.

    Raises
    ------
    SitingError
        ``unknown_household``, ``wrong_type``.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import explain_household, plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> facts = explain_household(problem, plan, plan.assignments["household_id"].iloc[0])
    >>> facts.center_id == plan.assignments["center_id"].iloc[0]
    True
    """
    given_version(problem, plan)
    subject = given_kind(household_id, str, "household_id")
    facts: HouseholdFacts = explain(problem, plan, kind="household", subject=subject)  # type: ignore[assignment]
    return facts


def explain_applicant(problem: Problem, plan: Plan, applicant_id: str) -> ApplicantFacts:
    """Say why an applicant was chosen or not, against whom, and by how many km.

    Parameters
    ----------
    problem, plan : Problem, Plan
        A version, founded or rebalanced.
    applicant_id : str
        Of the problem.

    Returns
    -------
    ApplicantFacts
        With a verdict, and each site's cost in km. It shows itself as a table; ``print`` says it in
        sentences, ``said("fa")`` in Persian.

    Raises
    ------
    SitingError
        ``wrong_type``; ``unknown_applicant``, with those that are spelled much alike.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import explain_applicant, plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> chosen = plan.centers["applicant_id"].iloc[0]
    >>> explain_applicant(problem, plan, chosen).center_id == plan.centers["center_id"].iloc[0]
    True
    """
    given_version(problem, plan)
    subject = given_kind(applicant_id, str, "applicant_id")
    facts: ApplicantFacts = explain(problem, plan, kind="applicant", subject=subject)  # type: ignore[assignment]
    return facts


def explain_center(problem: Problem, plan: Plan, center_id: str) -> CenterFacts:
    """Say whom a center serves, who else applied, and what each other would cost in km.

    Parameters
    ----------
    problem, plan : Problem, Plan
        A version, founded or rebalanced.
    center_id : str
        Of the plan.

    Returns
    -------
    CenterFacts
        Costs in km, loads in cases. It shows itself as a table; ``print`` says it in sentences,
        ``said("fa")`` in Persian.

    Raises
    ------
    SitingError
        ``wrong_type``; ``unknown_center``, with those that are spelled much alike.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import explain_center, plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> explain_center(problem, plan, plan.centers["center_id"].iloc[0]).cases > 0
    True
    """
    given_version(problem, plan)
    subject = given_kind(center_id, str, "center_id")
    facts: CenterFacts = explain(problem, plan, kind="center", subject=subject)  # type: ignore[assignment]
    return facts


def locate_points(problem: Problem, plan: Plan, lon: ArrayLike, lat: ArrayLike) -> pd.DataFrame:
    """Return the center in whose neighbourhood each point lies.

    Parameters
    ----------
    problem, plan : Problem, Plan
        A version.
    lon, lat : array of float, shape (n,)
        Degrees, WGS84.

    Returns
    -------
    DataFrame
        One row a point, in order: ``lon``, ``lat``, ``center_id`` (empty for none), ``km`` in a straight
        line (NaN for none), ``free`` (cases more up to the center's most, whatever caseworkers it has),
        ``why`` (a code where there is none:
        ``lon_lat_swapped``, ``outside_iran``, ``outside_ground``, ``nobody_served``).

    Raises
    ------
    SitingError
        ``wrong_type``; ``not_points`` where these are no numbers, or not as many.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import locate_points, plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> first = plan.centers.iloc[0]
    >>> found = locate_points(problem, plan, [first["lon"], 0.0], [first["lat"], 0.0])
    >>> found["why"].tolist()
    ['', 'outside_iran']
    """
    given_version(problem, plan)
    try:
        x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    except (TypeError, ValueError) as error:
        raise _not_points() from error
    if x.shape != y.shape or x.ndim != 1 or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise _not_points()
    answers = Standing.of(problem, plan).locate(x, y)
    rows = [
        (one.center.center_id, one.center.km, one.center.free, "")
        if isinstance(one, Located)
        else ("", np.nan, 0, one.code)
        for one in answers
    ]
    table = pd.DataFrame(rows, columns=["center_id", "km", "free", "why"])
    return table.assign(lon=x, lat=y)[["lon", "lat", "center_id", "km", "free", "why"]]


def rebalance_plan(
    problem: Problem,
    plan: Plan,
    *,
    moves: Path | str | None = None,
    close: Sequence[str] = (),
    open_: Sequence[str] = (),
    relocate: Sequence[tuple[str, float, float]] | tuple[str, float, float] = (),
    max_cases: Sequence[str] = (),
    effective: str = "",
    max_transfers: int | None = None,
    columns: Path | str | None = None,
    gazetteer: Path | str | None = None,
) -> Proposal:
    """Propose the fewest well-founded transfers after a change; neither problem nor plan is changed.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The network that runs.
    moves : Path or str, optional
        File of events: ``household_id``, ``date`` (Jalali or ISO), ``event`` (move, join, leave,
        address_unknown), ``lon``, ``lat`` in degrees.
    close : sequence of str
        Centers that withdraw, each ``CENTER`` or ``CENTER@DATE``.
    open_ : sequence of str
        Sites of applicants that open, each ``SITE`` or ``SITE@DATE``.
    relocate : sequence of (str, float, float)
        Center, longitude and latitude in degrees; one alone may stand without a sequence, as in the others.
    max_cases : sequence of str
        ``CENTER=N`` cases at most.
    effective : str
        Date of what has none of its own, Jalali or ISO; today unless told.
    max_transfers : int, optional
        Cases that may be transferred at most.
    columns, gazetteer : Path or str, optional
        Of the file of events, as `data.read_problem`.

    Returns
    -------
    Proposal
        Its ``plan`` is the next plan and its ``problem`` what it solves; ``transfers`` names who and why.

    Raises
    ------
    SitingError
        With everything that cannot be meant of this network; ``not_a_path``, ``wrong_type``.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import plan_sites, rebalance_plan
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> center = plan.centers["center_id"].iloc[0]
    >>> proposal = rebalance_plan(problem, plan, max_cases=[f"{center}=440"], effective="1405/07/01")
    >>> len(proposal.plan.centers) == len(plan.centers)
    True
    """
    given_version(problem, plan)
    asked = AskedChanges(
        moves=None if moves is None else given_path(moves, "moves"),
        close=given_names(close, "close"),
        open=given_names(open_, "open_"),
        relocate=_relocations(relocate),
        max_cases=given_names(max_cases, "max_cases"),
        effective=given_kind(effective, str, "effective"),
        columns=None if columns is None else given_path(columns, "columns"),
        gazetteer=None if gazetteer is None else given_path(gazetteer, "gazetteer"),
    )
    if max_transfers is not None:
        given_number(max_transfers, "max_transfers", least=0)
    changes = asked.read()
    check_changes(problem, plan, changes)
    seed = int(plan.provenance.get("seed") or 0)
    return rebalance_network(problem, plan, changes, max_transfers=max_transfers, seed=seed)


def _relocations(values: object) -> tuple[tuple[str, str, str], ...]:
    """Return where centers go, as the command line would have it."""
    several = values if isinstance(values, list | tuple) else (values,)
    if len(several) == _OF_ONE and isinstance(several[0], str):
        several = (several,)
    for one in several:
        if not isinstance(one, list | tuple) or len(one) != _OF_ONE:
            raise wrong_type(one, "relocate", "(str, float, float)")
    return tuple((str(name), str(lon), str(lat)) for name, lon, lat in several)


def _not_points() -> SitingError:
    return SitingError(phrase("shown.not_points"), code="not_points", exit_code=Exit.USAGE)
