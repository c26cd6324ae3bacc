"""A small network that runs, and what may happen to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.change.changes import Changes, check_changes, no_moves
from data.change.succession import Succession, succeed
from data.rules import Rules
from siting import plan_sites
from tests.data.network import Network, network
from tests.data.network_inputs import RULES
from tests.engine_problems import people, polygons, problem, sites

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem

DAY, NEXT = "2025-09-23", "2025-09-24"
COUNTIES = [("A", 0, 0, 10, 10), ("B", 10, 0, 20, 10)]
_NUMBERS = {"lon": np.nan, "lat": np.nan, "cases": 1}


def _named(made: Network) -> Network:
    """The same network, its units called as a problem that is built calls them."""
    tables = {
        name: (table := getattr(made.problem, name)).assign(unit="P/" + table["county"])
        for name in ("households", "sites", "centers")
    }
    return replace(made, problem=replace(made.problem, **tables))


NETWORK = _named(network(in_a=60, in_b=30, to_existing=25, rules=replace(RULES, min_cases=1)))
PLAN = NETWORK.plan()


def with_households(**columns: Any) -> Network:
    """The network with other columns of its households."""
    changed = replace(NETWORK.problem, households=NETWORK.problem.households.assign(**columns))
    return replace(NETWORK, problem=changed)


def moves(*rows: dict[str, Any]) -> pd.DataFrame:
    """Events as the reader gives them; each is a move of one day unless told."""
    table = pd.DataFrame([{"date": DAY, "event": "move", **_NUMBERS, **row} for row in rows])
    table = table.reindex(columns=list(no_moves().columns)).assign(row=np.arange(2, len(table) + 2))
    texts = [name for name in table if name not in {*_NUMBERS, "row"}]
    table[texts] = table[texts].astype("object").fillna("").astype("str")
    return table


def after(given: Network, *rows: dict[str, Any], **changes: Any) -> Succession:
    """What follows from events and other changes, which are checked."""
    plan = PLAN if given is NETWORK else given.plan()
    asked = Changes(moves(*rows) if rows else no_moves(), file="moves.csv", **changes)
    check_changes(given.problem, plan, asked)
    return succeed(given.problem, plan, asked)


def by_id(made: Problem) -> pd.DataFrame:
    """Households by their ids, without what the order of the rows tells."""
    table = pd.DataFrame(made.households.drop(columns=["geometry", "group"]))
    return table.set_index("household_id").sort_index()


def bounded() -> tuple[Problem, Plan]:
    """Two counties with boundaries, a center in each, everybody served."""
    spots = [(x, y) for x in (2, 5, 8, 12, 15, 18) for y in (2, 5, 8)]
    made = problem(
        people(spots, county=""),
        sites([(5, 5), (15, 5), (2, 2)], owners=["P0", "P1", "P0"], county="", score=50.0),
        boundaries={"county": polygons("county", COUNTIES)},
        rules=Rules(min_cases=1, max_cases=20, merit_km=0.01),
    )
    return made, plan_sites(made)
