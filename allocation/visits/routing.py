"""Stops into rounds of fewest km, by PyVRP: a vehicle routing problem with a limit of visits and of hours.

At equal time it finds shorter rounds on these very days than OR-Tools (``benchmarks/work_visits.py``).
A fixed number of iterations and a seed make them the same on every machine and any number of workers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

import numpy as np

from allocation.visits.beat import HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyvrp import ProblemData

    from allocation.visits.beat import Setting, Stop, Ways

ITERATIONS, FEW_ITERATIONS = 1000, 200
SEED = 1
NEIGHBOURS = 60
"""Stops that each is tried beside: with fewer, rounds on given days are a tenth longer."""
LATE_M = 1_000_000
"""What a visit after its day costs: more than any detour saves."""
_METRES, _SECONDS = 1000, 60
_SAME = 1e-6
_TRIED = 7
"""Stops of a round up to which every order is tried."""


@dataclass(frozen=True)
class Tier:
    """Rounds that are alike in which stops they would be too late for.

    Attributes
    ----------
    rounds : int
        How many there may be.
    late : ndarray of int, shape (n_stops,)
        How bad it is for each stop to be in them; 0 for those in time.
    """

    rounds: int
    late: NDArray[np.int64]


def rounds_of(
    stops: Sequence[Stop],
    setting: Setting,
    *,
    tiers: Sequence[Tier] = (),
    start: Sequence[tuple[int, Sequence[int]]] = (),
    iterations: int = ITERATIONS,
) -> list[tuple[int, list[int]]]:
    """Return rounds of stops, each inside the limits of a day: fewest late stops, then fewest km.

    Parameters
    ----------
    stops : sequence of Stop
        At least one, each fit for a day (`stops_of`).
    setting : Setting
        Of the stops.
    tiers : sequence of Tier
        The rounds there may be; as many as there are stops, none late, unless told.
    start : sequence of (int, sequence of int)
        Rounds to begin from, as they are returned.
    iterations : int
        How long to search.

    Returns
    -------
    list of (int, list of int)
        Tier and places of the stops, in the order of the tiers.
    """
    from pyvrp import PenaltyParams, Route, Solution, SolveParams, solve  # noqa: PLC0415 - heavy
    from pyvrp.exceptions import PenaltyBoundWarning  # noqa: PLC0415 - heavy
    from pyvrp.search import NeighbourhoodParams  # noqa: PLC0415 - heavy
    from pyvrp.stop import MaxIterations  # noqa: PLC0415 - heavy

    between = setting.ways.among(stops)
    tiers = tiers or (Tier(len(stops), np.zeros(len(stops), np.int64)),)
    if len(stops) == 1:
        tier = next((place for place, one in enumerate(tiers) if not one.late[0]), 0)
        return [(tier, [0])]
    data = vehicle_problem(stops, between, setting, tiers)
    first = Solution(data, [Route(data, list(one), tier) for tier, one in start]) if start else None
    # A visit too many must never pay for one in time.
    penalty = PenaltyParams(max_penalty=2 * LATE_M)
    params = SolveParams(penalty=penalty, neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS))
    stop = MaxIterations(iterations)
    with catch_warnings():
        # A day that is full anyway is no fault of the problem.
        simplefilter("ignore", PenaltyBoundWarning)
        result = solve(data, stop, seed=SEED, collect_stats=False, params=params, initial_solution=first)
    if not result.is_feasible():
        return [(tier, list(one)) for tier, one in start] or [(0, [place]) for place in range(len(stops))]
    routes = result.best.routes()
    found = [(one.vehicle_type(), [visit.idx for visit in one if visit.is_client()]) for one in routes]
    return sorted((tier, _shortest(one, between)) for tier, one in found)


def vehicle_problem(
    stops: Sequence[Stop], between: Ways, setting: Setting, tiers: Sequence[Tier]
) -> ProblemData:
    """Return the problem of routing stops as PyVRP takes it, metres and seconds in whole numbers.

    Parameters
    ----------
    stops, setting, tiers
        As `rounds_of`.
    between : Ways
        Between the center and these stops.
    """
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType  # noqa: PLC0415 - heavy

    metres = np.round(between.km * _METRES).astype(np.int64)
    # Rounded up, a day is never longer than it may be.
    seconds: Any = np.ceil(between.minutes * _SECONDS).astype(np.int64)
    places = [Location(0, 0) for _ in range(len(stops) + 1)]
    clients = [
        Client(
            place,
            delivery=[setting.visits(stop)],
            service_duration=int(np.ceil(setting.minutes(stop) * _SECONDS)),
        )
        for place, stop in enumerate(stops, start=1)
    ]
    day = int(setting.rules.hours_a_day * HOUR * _SECONDS)
    vehicles = [
        VehicleType(tier.rounds, [setting.rules.visits_a_day], shift_duration=day, profile=number)
        for number, tier in enumerate(tiers)
    ]
    late: list[Any] = [metres + LATE_M * np.concatenate([[0], tier.late]) for tier in tiers]
    for one in late:
        np.fill_diagonal(one, 0)
    return ProblemData(places, clients, [Depot(0)], vehicles, late, [seconds] * len(tiers))


def _shortest(stops: list[int], between: Ways) -> list[int]:
    """Return a round's stops in the order of the shortest trip that takes no longer; many as they are."""
    if not 1 < len(stops) <= _TRIED:
        return stops
    orders = np.array(stops)[_orders(len(stops))] + 1
    way = np.pad(orders, ((0, 0), (1, 1)))
    km = between.km[way[:, :-1], way[:, 1:]].sum(axis=1)
    minutes = between.minutes[way[:, :-1], way[:, 1:]].sum(axis=1)
    # The first order is the one that was found.
    longer = minutes > minutes[0] + _SAME
    best = orders[int(np.argmin(np.round(np.where(longer, np.inf, km), 6)))] - 1
    return [int(one) for one in best]


@cache
def _orders(count: int) -> NDArray[np.int64]:
    """Return every order of some stops."""
    return np.array(list(permutations(range(count))), dtype=np.int64)
