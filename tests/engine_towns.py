"""Problems with everything in them: ties, buildings, weights, two counties, pins, districts, rural places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from data.build.building import build_problems
from data.rules import Rules
from tests.engine_problems import EAST, centers, people, scattered, sites, tables, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.problem import Problem
    from data.tables import Tables


@dataclass(frozen=True)
class Case:
    """Tables and rules that make one problem."""

    tables: Tables
    rules: Rules

    def problem(self) -> Problem:
        (made,) = build_problems(self.tables, self.rules)
        return made

    def shuffled(self, rng: np.random.Generator) -> Case:
        """The same rows in another order."""

        def mixed(table: pd.DataFrame | None) -> pd.DataFrame | None:
            return None if table is None else table.iloc[rng.permutation(len(table))].reset_index(drop=True)

        parts = {name: mixed(getattr(self.tables, name)) for name in ("households", "applicants", "centers")}
        return replace(self, tables=replace(self.tables, **parts))

    def renamed(self, names: Mapping[str, str]) -> Case:
        """The same rows under other ids."""
        columns = ("household_id", "applicant_id", "site_id", "center_id", "pin")

        def other(table: pd.DataFrame | None) -> pd.DataFrame | None:
            if table is None:
                return None
            own = {
                name: table[name].map(lambda one: names.get(one, one)) for name in columns if name in table
            }
            return table.assign(**own).astype(dict.fromkeys(own, "str"))

        parts = {name: other(getattr(self.tables, name)) for name in ("households", "applicants", "centers")}
        return replace(self, tables=replace(self.tables, **parts))

    def ids(self) -> list[str]:
        """Every id of a household, an applicant, a site or a center."""
        told = [self.tables.households["household_id"]]
        if self.tables.applicants is not None:
            told += [self.tables.applicants[name] for name in ("applicant_id", "site_id")]
        if self.tables.centers is not None:
            told.append(self.tables.centers["center_id"])
        return sorted(set(pd.concat(told)))


def households(rng: np.random.Generator, count: int, *, heaviest: int = 1) -> pd.DataFrame:
    """Two counties on lattices, so that households share points and distances tie."""
    first = count * 2 // 3
    at = scattered(rng, count) + np.where(np.arange(count) < first, 0, 1)[:, None] * EAST
    county = np.where(np.arange(count) < first, "A", "B")
    area = rng.choice(["urban", "rural"], count)
    village = np.where(at[:, 0] % EAST[0] < 6, "Low", "High")
    return people(
        at,
        county=county,
        area=area,
        cases=rng.integers(1, heaviest + 1, count),
        district=rng.choice(["one", "two", ""], count),
        place=np.where(area == "rural", village, ""),
    )


def applications(rng: np.random.Generator, applicants: int) -> pd.DataFrame:
    """Applicants with three sites each at spots of their own, some in both counties."""
    count = 3 * applicants
    lattice = np.array([(x + 0.5, y + 0.5) for x in range(12) for y in range(12)])
    at = lattice[rng.choice(len(lattice), count, replace=False)]
    east = rng.random(count) < 0.4
    owners = np.repeat([f"P{number:02d}" for number in range(applicants)], 3)
    return sites(
        at + east[:, None] * EAST,
        owners.tolist(),
        county=np.where(east, "B", "A"),
        score=rng.integers(0, 90, count).astype(float),
        district=rng.choice(["one", "two", ""], count),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any mix of the rules, on 40 to 60 households."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    heaviest = draw(st.sampled_from([1, 1, 3]))
    folk = households(rng, draw(st.integers(40, 60)), heaviest=heaviest)
    offered = applications(rng, draw(st.integers(2, 14))) if draw(st.integers(0, 5)) else None
    old = centers([(3, 3), (34, 4)], county=["A", "B"]) if draw(st.booleans()) else None
    status = draw(st.booleans())
    if status:
        folk["status"] = rng.choice(["pensioner", "waiting_list"], len(folk), p=[0.8, 0.2])
    if draw(st.booleans()):
        folk.loc[rng.choice(len(folk), 2, replace=False), ["lon", "lat"]] = np.nan
    apart = draw(st.sampled_from([False, False, True]))
    if offered is not None:
        offered["use"] = rng.choice(["candidate", "forbidden"], len(offered), p=[0.9, 0.1])
        offered["decision"] = rng.choice(["accepted", "refused", "pending"], len(offered), p=[0.8, 0.1, 0.1])
        west = offered.index[(offered["county"] == "A") & (offered["use"] == "candidate")]
        if draw(st.booleans()) and len(west) and not apart:
            offered.loc[west[0], ["use", "decision"]] = ["required", "accepted"]
            if draw(st.booleans()):
                folk.loc[folk["county"] == "A", "pin"] = np.where(
                    np.arange((folk["county"] == "A").sum()) < 2, offered.loc[west[0], "site_id"], ""
                )
    rules = Rules(
        min_cases=draw(st.sampled_from([0, 4, 8])),
        max_cases=draw(st.sampled_from([12, 16, 24])),
        status=("pensioner",) if status else (),
        within=draw(st.sampled_from(["county", "county", "province", "none"])),
        area_apart=apart,
        keep_together=draw(st.sampled_from(["point", "place", "none"])),
        cross_district_km=draw(st.sampled_from([0.0, 1.5])),
        merit_km=draw(st.sampled_from([0.0, 0.002])),
        detour_rural=draw(st.sampled_from([1.0, 1.3])),
        max_km=draw(st.sampled_from([np.inf, np.inf, 9.0])),
        vacancy_km=draw(st.sampled_from([100.0, 6.0])),
    )
    return Case(tables(together(folk), offered, centers=old), rules)
