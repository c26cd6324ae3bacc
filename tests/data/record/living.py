"""A small network that lives on: families move, join and leave, and each goes to the nearest center."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.build.building import grouped, in_order_households, located
from data.casebook import Casebook
from data.geodesy import WGS84, geodesic_km
from data.hashing import plan_hash
from data.plan import TERMS, Plan
from data.verify import certificate as verifier
from tests.engine_problems import degrees, people, problem, scattered, sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from data.problem import Problem

SPOTS = MappingProxyType({"C-1": (2.0, 2.0), "C-2": (9.0, 3.0), "C-3": (5.0, 9.0)})
ASSIGNED = ("household_id", "center_id", "km", "cases", "province", "county", "district", "area")
NOTHING_OF = MappingProxyType(
    {
        "unassigned": ("household_id", "reason", "vacancy_id", "cases"),
        "vacancies": ("vacancy_id", "lon", "lat", "province", "county", "cases", "households", "unit"),
        "reserves": ("center_id", "applicant_id", "site_id", "extra_km"),
        "exceptions": ("kind", "subject", "centers", "cases", "reason"),
        "losing_sites": ("site_id", "regret_km_at_least"),
        "units": ("unit", "cases", "needed", "planned", "opened", "vacant"),
    }
)


@dataclass(frozen=True)
class Network:
    """A problem and the plan that serves everybody who has a place."""

    problem: Problem
    plan: Plan

    @property
    def certificate(self) -> verifier.Certificate:
        hashes = plan_hash(self.plan), verifier.problem_hash(self.problem)
        return verifier.Certificate(*hashes, ("stand_in",), verifier._TOKEN)

    def lives_on(
        self,
        *,
        moves: Mapping[str, tuple[float, float]] = MappingProxyType({}),
        joins: Mapping[str, tuple[float, float]] = MappingProxyType({}),
        leaves: Iterable[str] = (),
        centers: Mapping[str, tuple[float, float]] = SPOTS,
    ) -> Network:
        """Return the network after these events; today's centers are those of this one."""
        now = pd.DataFrame(self.problem.households.drop(columns="geometry"))
        served = self.plan.assignments.set_index("household_id")["center_id"]
        now["center_id"] = served.reindex(now["household_id"], fill_value="").to_numpy()
        now = now[~now["household_id"].isin(set(leaves))].set_index("household_id", drop=False)
        for who, spot in moves.items():
            now.loc[who, ["lon", "lat"]] = [one[0] for one in degrees([spot])]
        new = now.iloc[[0] * len(joins)].assign(household_id=list(joins), center_id="")
        if joins:
            new["lon"], new["lat"] = degrees(list(joins.values()))
        everybody = in_order_households(pd.concat([now, new], ignore_index=True))
        rules = self.problem.rules
        after = replace(self.problem, households=located(grouped(everybody, rules)))
        return Network(after, nearest(after, centers))


def start(count: int = 120, *, seed: int = 3) -> Network:
    """Return a network whose households' ids say nothing of where they live."""
    rng = np.random.default_rng(seed)
    households = people(scattered(rng, count))
    households["household_id"] = rng.permutation(households["household_id"].to_numpy())
    made = problem(households, sites([(4.0, 4.0), (1.0, 8.0), (7.0, 1.0)]))
    return Network(made, nearest(made))


def found(path: Path, network: Network, **said: str) -> Casebook:
    """Found a casebook with a network."""
    words = {"who": "planner", "why": "founding", **said}
    return Casebook.create(path, network.problem, network.plan, network.certificate, seed=0, **words)


def commit(book: Casebook, network: Network, *, today: int | None, **said: Any) -> int:
    """Add a network as the version that continues another."""
    words = {"kind": "apply", "who": "analyst", "why": "a month", **said}
    return book.commit(network.plan, network.certificate, problem=network.problem, today=today, **words)


def nearest(problem: Problem, spots: Mapping[str, tuple[float, float]] = SPOTS) -> Plan:
    """Return the plan that sends every household to the nearest of some centers."""
    ids = np.array(list(spots))
    lon, lat = degrees(list(spots.values()))
    who = pd.DataFrame(problem.households.drop(columns="geometry"))
    who = who.sort_values("household_id", ignore_index=True)
    here = who["lon"].to_numpy()[:, None], who["lat"].to_numpy()[:, None]
    km = geodesic_km(*(np.broadcast_to(one, (len(who), len(ids))) for one in (*here, lon, lat)))
    at = km.argmin(axis=1)
    served = who.assign(center_id=ids[at], km=km.min(axis=1))[list(ASSIGNED)]
    by_center = served.groupby("center_id")["cases"]
    cases, households = (
        by_center.sum().reindex(ids, fill_value=0),
        by_center.size().reindex(ids, fill_value=0),
    )
    centers = pd.DataFrame({"center_id": ids, "lon": lon, "lat": lat}).assign(
        cases=cases.to_numpy(), households=households.to_numpy(), status="existing", unit="P/A"
    )
    ground = gpd.GeoDataFrame(
        {"center_id": ids}, geometry=list(shapely.box(lon - 0.01, lat - 0.01, lon, lat)), crs=WGS84
    )
    nothing = {
        name: pd.DataFrame(
            {column: pd.Series(dtype="float" if column in {"lon", "lat"} else "str") for column in columns}
        )
        for name, columns in NOTHING_OF.items()
    }
    return Plan(
        assignments=served,
        centers=centers,
        neighbourhoods=ground,
        terms=MappingProxyType(dict.fromkeys(TERMS, 0.0)),
        objective_km=round(float(served["km"].sum()), 3),
        bound=None,
        provenance=MappingProxyType({"seed": 0}),
        **nothing,
    )
