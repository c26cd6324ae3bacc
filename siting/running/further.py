"""Further households that a network does not serve: in which unit they live, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.fold import fold
from data.plan import LACKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.plan import Plan
    from siting.running.advise import Remedy
    from siting.running.rebalancing import Proposal

NOT_SERVED = ("vacancy", *LACKING)


@dataclass(frozen=True)
class Point:
    """Where a center is wanted: degrees, and the cases that wait for it."""

    lon: float
    lat: float
    cases: int


@dataclass(frozen=True)
class Left:
    """Further households of one unit that nobody serves.

    Attributes
    ----------
    unit, province : str
        Where they live.
    elsewhere : bool
        Whether that is another province than those of the network.
    network : tuple of str
        Those of the network.
    households, cases : int
        Further ones that nobody serves.
    centers : int
        Centers that stand or open in the unit.
    fewest_cases : int
        What a new center is to serve at least.
    points : tuple of Point
        Where centers are to be called for; none where the advice on the unit names them.
    """

    unit: str
    province: str
    elsewhere: bool
    network: tuple[str, ...]
    households: int
    cases: int
    centers: int
    fewest_cases: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Needed:
    """What a unit lacked before centers opened for further households.

    Attributes
    ----------
    unit : str
        The unit.
    cases, centers, places : int
        To be served; centers that stood, and what they hold at most.
    missing : int
        Places that were missing at least.
    least_opened, opened : int
        New centers that hold as many at least; those that open.
    most_cases : int
        What a new center may serve.
    """

    unit: str
    cases: int
    centers: int
    places: int
    missing: int
    least_opened: int
    opened: int
    most_cases: int


def left_of(proposal: Proposal, before: Plan) -> list[Left]:
    """Return which further households a proposal does not serve, a unit each, in the order of their names.

    Parameters
    ----------
    proposal : Proposal
        Of `siting.running.growing.grow_network`.
    before : Plan
        The network that grows.
    """
    plan, people = proposal.plan, proposal.problem.households.set_index("household_id")
    unserved = plan.unassigned[plan.unassigned["reason"].isin(NOT_SERVED)]
    unserved = unserved.assign(
        unit=people["unit"].reindex(unserved["household_id"]).to_numpy(),
        province=people["province"].reindex(unserved["household_id"]).to_numpy(),
    )
    advised = set(unserved.loc[unserved["reason"].isin(LACKING), "unit"])
    further = unserved[unserved["household_id"].isin(proposal.changes.admitted)]
    known = {*before.centers["province"], *before.assignments["province"]}
    rules = proposal.problem.rules
    return [
        Left(
            unit=str(unit),
            province=str(own["province"].iloc[0]),
            elsewhere=str(own["province"].iloc[0]) not in {*known, ""},
            network=tuple(sorted(known)),
            households=len(own),
            cases=int(own["cases"].sum()),
            centers=int((plan.centers["unit"] == unit).sum()),
            fewest_cases=rules.min_cases,
            points=() if unit in advised else _points(plan, str(unit)),
        )
        for unit, own in further.groupby("unit", sort=True)
    ]


def beyond_rules(proposal: Proposal) -> dict[str, int]:
    """Return how many further households have a status that the rules do not serve, by that status.

    They are served all the same, as of everybody whom the file of a further phase names; nothing where the
    rules serve every status.
    """
    rules, people = proposal.problem.rules, proposal.problem.households
    if not rules.status:
        return {}
    further = people[people["household_id"].isin(proposal.changes.admitted)]
    served = {fold(one) for one in (*rules.status, "")}
    other = further.loc[[fold(one) not in served for one in further["status"]], "status"]
    return {str(one): int(count) for one, count in sorted(other.value_counts().items())}


def needed_of(remedies: Sequence[Remedy], proposal: Proposal) -> list[Needed]:
    """Return what units lacked before centers opened in them, in the order of their names.

    Parameters
    ----------
    remedies : sequence of Remedy
        Of the network with no center opened.
    proposal : Proposal
        With those opened that were named.
    """
    centers = proposal.plan.centers
    opened = centers[centers["site_id"].isin(proposal.changes.open)]["unit"].value_counts()
    most = proposal.problem.rules.max_cases
    return [
        Needed(
            unit=one.unit,
            cases=one.cases,
            centers=one.centers,
            places=one.places,
            missing=one.missing,
            least_opened=-(-one.missing // most),
            opened=int(opened.get(one.unit, 0)),
            most_cases=most,
        )
        for one in remedies
        if one.missing
    ]


def _points(plan: Plan, unit: str) -> tuple[Point, ...]:
    own = plan.vacancies[plan.vacancies["unit"] == unit]
    return tuple(Point(*row) for row in own[["lon", "lat", "cases"]].itertuples(index=False, name=None))
