"""Home visits: the whole command on a province, and its solver beside OR-Tools routing on the same days."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.apart import FailedError, ran
from benchmarks.results import Column, Row, markdown
from benchmarks.whole_process import DONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from allocation.visits.beat import Setting, Stop
    from benchmarks.asked import Asked

FIRST = "2090-01-07"
"""A Saturday: the visits of a half-year in which every demo is still to come."""
CASEWORKERS = 12
"""Whose days both solvers are given."""
SECONDS = (1.0, 5.0)
MORE_ROUNDS = 6
"""OR-Tools may use so many rounds more than the visits need."""
COLUMNS = (
    Column("work", "work"),
    Column("homes", "homes", ","),
    Column("caseworkers", "caseworkers", ","),
    Column("rounds", "rounds", ","),
    Column("km", "km", ",.1f"),
    Column("seconds (median; CPU of solvers)", "seconds", ".2f"),
    Column("peak MB", "peak_mb", ",.0f"),
)


def visits(asked: Asked) -> Iterator[Row]:
    """Measure planning a half-year of a province, and both solvers at equal CPU time on its days."""
    households = "2000" if asked.quick else "40000"
    with tempfile.TemporaryDirectory() as temp:
        plan = Path(temp) / "plan"
        _run(["demo", "lorestan", "--households", households, "--out", str(plan)])
        _run(["caseworkers", str(plan)])
        arguments = ["visits", str(plan), "--from", FIRST, "--overwrite", "--anew"]
        ended = [_run(arguments) for _ in range(asked.runs)]
        yield {
            "work": "`siting visits`",
            "homes": int(households),
            "seconds": round(statistics.median(one[0] for one in ended), 2),
            "peak_mb": round(statistics.median(one[1] for one in ended), 1),
            "runs": asked.runs,
        }
        days = _days(plan, 2 if asked.quick else CASEWORKERS)
    for seconds in SECONDS[:1] if asked.quick else SECONDS:
        yield from _beside(days, seconds)


def _days(plan: Path, count: int) -> list[tuple[list[Stop], Setting]]:
    """Return the stops of some caseworkers of a plan, evenly chosen."""
    from datetime import date  # noqa: PLC0415 - what starts and measures processes stays light

    from allocation.visits.beat import Setting, Ways, stops_of  # noqa: PLC0415 - likewise
    from allocation.visits.network import beat_of  # noqa: PLC0415 - likewise
    from data.casebook import CASEBOOK, Casebook  # noqa: PLC0415 - likewise
    from data.work.rules import WorkRules  # noqa: PLC0415 - likewise
    from data.work.visit_tables import homes_of  # noqa: PLC0415 - likewise

    book, rules, first = Casebook.open(plan / CASEBOOK), WorkRules(), date.fromisoformat(FIRST)
    problem, planned = book.problem(), book.plan()
    homes = homes_of(problem, planned, book.work("beats"), book.work("activity"), rules, first=first)
    at = planned.centers.set_index("center_id")
    groups = [own.reset_index(drop=True) for _, own in homes.groupby("caseworker_id", sort=True)]
    found = []
    for own in groups[:: max(1, len(groups) // count)][:count]:
        center = at.loc[own["center_id"].iloc[0]]
        beat = beat_of(own, float(center["lon"]), float(center["lat"]), until=first)
        setting = Setting(beat, Ways.of(beat, rules, detour_urban=1.0, detour_rural=1.0), rules)
        found.append((stops_of(range(beat.homes), setting)[0], setting))
    return found


def _beside(days: Sequence[tuple[list[Stop], Setting]], seconds: float) -> Iterator[Row]:
    """Give OR-Tools some seconds for each caseworker, and PyVRP the CPU time that it took."""
    from allocation.visits.routing import ITERATIONS, rounds_of  # noqa: PLC0415 - likewise

    rows: dict[str, list[tuple[float, int, float]]] = {}
    for stops, setting in days:
        theirs = _ortools(stops, setting, seconds)
        rows.setdefault(f"OR-Tools routing, {seconds:g} s", []).append(theirs)
        rows.setdefault(f"PyVRP, CPU as OR-Tools in {seconds:g} s", []).append(
            _pyvrp(stops, setting, theirs[2])
        )
        if seconds == SECONDS[0]:
            began = time.process_time()
            found = [one for _, one in rounds_of(stops, setting)]
            km = sum(setting.ways.round_km([stops[place] for place in one]) for one in found)
            own = (km, len(found), time.process_time() - began)
            rows.setdefault(f"ours: PyVRP, {ITERATIONS:,} iterations", []).append(own)
    for work, told in rows.items():
        km, rounds, spent = (sum(one[place] for one in told) for place in range(3))
        yield {
            "work": work,
            "homes": sum(setting.beat.homes for _, setting in days),
            "caseworkers": len(days),
            "rounds": rounds,
            "km": round(km, 1),
            "seconds": round(spent, 2),
        }


def _pyvrp(stops: Sequence[Stop], setting: Setting, cpu_seconds: float) -> tuple[float, int, float]:
    import numpy as np  # noqa: PLC0415 - likewise
    from pyvrp import solve  # noqa: PLC0415 - likewise

    from allocation.visits.routing import SEED, Tier, vehicle_problem  # noqa: PLC0415 - likewise

    tiers = [Tier(len(stops), np.zeros(len(stops), np.int64))]
    data = vehicle_problem(stops, setting.ways.among(stops), setting, tiers)
    began = time.process_time()
    result = solve(data, lambda _: time.process_time() - began >= cpu_seconds, seed=SEED, collect_stats=False)
    if not result.is_feasible():
        raise FailedError("PyVRP found no rounds inside the limits")
    return result.best.distance() / 1000, len(result.best.routes()), time.process_time() - began


def _ortools(stops: Sequence[Stop], setting: Setting, seconds: float) -> tuple[float, int, float]:
    import numpy as np  # noqa: PLC0415 - likewise
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415 - likewise

    between, rules = setting.ways.among(stops), setting.rules
    visits_each = [0, *(setting.visits(stop) for stop in stops)]
    spent = np.array([0.0, *(setting.minutes(stop) for stop in stops)])
    most = -(-sum(visits_each) // rules.visits_a_day) + MORE_ROUNDS
    manager = pywrapcp.RoutingIndexManager(len(stops) + 1, most, 0)
    model: Any = pywrapcp.RoutingModel(manager)
    metres = np.round(between.km * 1000).astype(int).tolist()
    duration = (np.ceil(between.minutes * 60) + 60 * spent[:, None]).astype(int).tolist()
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(metres))
    day = int(rules.hours_a_day * 3600)
    model.AddDimension(model.RegisterTransitMatrix(duration), 0, day, True, "seconds")  # noqa: FBT003
    load = model.RegisterUnaryTransitVector(visits_each)
    model.AddDimension(load, 0, rules.visits_a_day, True, "visits")  # noqa: FBT003
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.SAVINGS
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromMilliseconds(int(1000 * seconds))
    began = time.process_time()
    found = model.SolveWithParameters(asked)
    if found is None:
        raise FailedError("OR-Tools found no rounds inside the limits")
    used = sum(bool(model.IsVehicleUsed(found, one)) for one in range(most))
    return found.ObjectiveValue() / 1000, used, time.process_time() - began


def _run(arguments: Sequence[str]) -> tuple[float, float]:
    ended = ran(["-m", "cli", *arguments])
    if ended.code not in DONE:
        raise FailedError(f"siting {' '.join(arguments)} {ended.why()}")
    return ended.seconds, ended.peak_mb


def table(rows: Iterable[Row]) -> str:
    """Return measurements as a Markdown table."""
    return markdown(COLUMNS, rows)
