"""Tables and rules become a problem: units, phases, groups that stay together, eligible sites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from data.build.admin import LEVELS, fill_admin
from data.build.check import check_overrides, check_served, check_sites, check_units
from data.build.columns import check_columns
from data.build.required import check_pins
from data.build.travel import check_travel
from data.build.units import together, unit_of, why_unserved
from data.errors import Failure, SitingError
from data.geodesy import LCC, to_plane
from data.problem import Problem
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from data.rules import Rules
    from data.tables import Tables

HOUSEHOLD_COLUMNS = (
    "household_id", "lon", "lat", "cases", "province", "county", "district", "place", "area", "status",
    "center_id", "pin", "unit", "group", "reason",
)  # fmt: skip
SITE_COLUMNS = (
    "site_id", "applicant_id", "preference", "score", "kind", "accessible", "use", "lon", "lat", "province",
    "county", "district", "area", "unit", "ineligible", "decision_reason", "registered_at",
)  # fmt: skip
CENTER_COLUMNS = (
    "center_id", "lon", "lat", "name", "status", "max_cases", "grade", "province", "county", "district",
    "area", "unit", "address", "phone", "applicant_id", "site_id", "preference", "score", "kind",
)  # fmt: skip
FOUNDED_TEXTS = ("applicant_id", "site_id", "kind")
"""Of a center that was founded, by whom, where and as what; a file of centers tells the first alone."""
STAYING = ("approved", "premises", "licensed", "open")


@dataclass(frozen=True)
class Province:
    """A province that is yet to be built.

    Attributes
    ----------
    name : str
        As the input writes it; empty where no province is known.
    households : int
        Rows of the input that belong to it.
    build : callable
        Returns its problem; raises `SitingError` with every row of it that cannot be meant.
    """

    name: str
    households: int
    build: Callable[[], Problem]


def build_problems(tables: Tables, rules: Rules) -> Iterator[Problem]:
    """Yield one problem a province, in the order of their names; one alone where no province is known.

    Parameters
    ----------
    tables : Tables
        As read.
    rules : Rules
        With their overrides; each problem carries those of its province.

    Raises
    ------
    SitingError
        As `provinces_of`, and with every row that cannot be meant: no unit, impossible pins; a problem of
        which nobody is to be served (``no_households``), unless it is one of several provinces and its
        households are all of a later phase.
    """
    return (province.build() for province in provinces_of(tables, rules))


def provinces_of(tables: Tables, rules: Rules) -> list[Province]:
    """Return the provinces in the order of their names, each to be built when its turn comes.

    Households of which neither a column nor a boundary tells where they belong are one unit: ``within`` is
    then ``none``, and the problem's rules say so.

    Parameters
    ----------
    tables : Tables
        As read.
    rules : Rules
        With their overrides.

    Raises
    ------
    SitingError
        With every column that a rule needs and nobody has; with every row that no province can mean: no
        province, sites in two of them, travel of another run.
    """
    filled = fill_admin(tables, snap_km=rules.boundary_snap_km)
    if not tables.boundaries and not any((filled.households[level] != "").any() for level in LEVELS):
        rules = replace(rules, within="none")
    check_overrides(filled, rules)
    check_columns(filled, rules)
    check_sites(filled, rules)
    check_travel(filled)
    households = filled.households
    provinces = sorted(set(households["province"].unique()) - {""}) if rules.within != "none" else []
    if len(provinces) <= 1:
        name = provinces[0] if provinces else ""
        own = rules.for_province(name) if name else rules
        return [Province(name, len(households), partial(_problem, filled, own))]
    known = households["province"] != ""
    if not known.all() and not filled.boundaries:
        said = phrase("build.missing_province")
        raise SitingError.of(
            [
                Failure(filled.file("households"), int(row), "missing_unit", name, said)
                for row, name in households.loc[~known, ["row", "household_id"]].itertuples(index=False)
            ]
        )
    counts = households["province"].value_counts()
    unknown = [int((~known).sum())] + [0] * (len(provinces) - 1)
    return [
        Province(
            name, int(counts[name]) + more, partial(_built, filled, name, rules, with_unknown=not number)
        )
        for number, (name, more) in enumerate(zip(provinces, unknown, strict=True))
    ]


def _built(tables: Tables, province: str, rules: Rules, *, with_unknown: bool) -> Problem:
    part = _part(tables, province, with_unknown=with_unknown)
    return _problem(part, rules.for_province(province), may_rest=True)


def _part(tables: Tables, province: str, *, with_unknown: bool) -> Tables:
    wanted = [province, ""] if with_unknown else [province]

    def of(table: pd.DataFrame | None) -> pd.DataFrame | None:
        return None if table is None else table[table["province"].isin(wanted)]

    return replace(
        tables,
        households=tables.households[tables.households["province"].isin(wanted)],
        applicants=of(tables.applicants),
        centers=of(tables.centers),
        boundaries={
            level: frame[(frame["name"] if level == "province" else frame["province"]) == province]
            for level, frame in tables.boundaries.items()
        },
    )


def _problem(tables: Tables, rules: Rules, *, may_rest: bool = False) -> Problem:
    households = _households(tables, rules)
    units = set(households.loc[households["reason"] == "", "unit"])
    sites = _sites(tables, rules, units)
    centers = _centers(tables, rules)
    # Pins require sites, and what is required is checked as such.
    sites = in_order_sites(check_pins(tables, households, sites, centers))
    check_units(tables, rules, households, sites, centers)
    check_served(tables, households, may_rest=may_rest)
    return Problem(
        households=households,
        sites=sites,
        centers=centers,
        boundaries=tables.boundaries,
        rules=rules,
        travel=_travel(tables.travel, households),
        synthetic=tables.synthetic,
        scenario=tables.scenario,
        inputs=tables.inputs,
    )


def _households(tables: Tables, rules: Rules) -> gpd.GeoDataFrame:
    table = tables.households.copy()
    if rules.count == "households":
        table["cases"] = 1
    table["unit"] = unit_of(table, rules)
    table["reason"] = why_unserved(table, rules)
    table = grouped(in_order_households(table), rules)
    columns = [
        *HOUSEHOLD_COLUMNS,
        *(name for name in table.columns if name not in {*HOUSEHOLD_COLUMNS, "row"}),
    ]
    return located(table[columns])


def in_order_households(table: pd.DataFrame) -> pd.DataFrame:
    """Return households in the order every problem has them in, which no file's order decides."""
    order = [
        "unit", "lon", "lat", "cases", "district", "place", "area", "status", "pin", "center_id",
        "household_id",
    ]  # fmt: skip
    return _in_order(table, order)


def in_order_sites(table: pd.DataFrame) -> pd.DataFrame:
    """Return sites in the order every problem has them in, which no file's order decides."""
    order = ["unit", "lon", "lat", "preference", "score", "use", "ineligible", "applicant_id", "site_id"]
    return _in_order(table, order)


def in_order_centers(table: pd.DataFrame) -> pd.DataFrame:
    """Return existing centers in the order every problem has them in, which no file's order decides."""
    return _in_order(table, ["unit", "lon", "lat", "center_id"])


def _in_order(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    return table.sort_values(order, kind="stable", na_position="last").reset_index(drop=True)


def grouped(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return households, which are in order, with the number of each one's group counted anew."""
    return table.assign(group=together(table, rules))


def _sites(tables: Tables, rules: Rules, units: set[str]) -> gpd.GeoDataFrame:
    if tables.applicants is None:
        empty = pd.DataFrame({name: pd.Series(dtype="object") for name in SITE_COLUMNS})
        return located(empty.astype({"lon": float, "lat": float}))
    table = tables.applicants.copy()
    table["unit"] = unit_of(table, rules)
    why = np.where(table["unit"].isin(units), "", "no_households")
    why = np.where(table["unit"] == "", "outside_boundaries", why)
    why = np.where(table["lon"].isna(), "no_location", why)
    why = np.where(table["decision"].isin(["refused", "pending"]), table["decision"], why)
    table["ineligible"] = np.where(table["use"] == "forbidden", "forbidden", why)
    return in_order_sites(located(table[list(SITE_COLUMNS)]))


def _centers(tables: Tables, rules: Rules) -> gpd.GeoDataFrame:
    if tables.centers is None:
        return no_centers()
    table = tables.centers[tables.centers["status"].isin(STAYING)].copy()
    table["unit"] = unit_of(table, rules)
    # A caseworker has so many cases at most, and a center no more than its caseworkers.
    by_staff = table["caseworkers"] * rules.caseworker_cases
    table["max_cases"] = (
        table["max_cases"].fillna(rules.max_cases).clip(upper=by_staff.fillna(np.inf)).astype("int64")
    )
    for name in set(FOUNDED_TEXTS) - set(table.columns):
        table[name] = pd.Series("", index=table.index, dtype="str")
    table["preference"], table["score"] = pd.Series(pd.NA, index=table.index, dtype="Int64"), np.nan
    return in_order_centers(located(table[list(CENTER_COLUMNS)]))


def no_centers() -> gpd.GeoDataFrame:
    """Return the table of existing centers where none stands."""
    empty = pd.DataFrame({name: pd.Series(dtype="object") for name in CENTER_COLUMNS})
    return located(empty.astype({"lon": float, "lat": float, "score": float, "preference": "Int64"}))


def located(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table of a problem with its plane geometry; a row without a location has none."""
    xy = to_plane(table["lon"].to_numpy(dtype=float), table["lat"].to_numpy(dtype=float))
    geometry = gpd.GeoSeries(gpd.points_from_xy(xy[:, 0], xy[:, 1]), index=table.index, crs=LCC)
    geometry[table["lon"].isna()] = None
    return gpd.GeoDataFrame(table, geometry=geometry, crs=LCC)


def _travel(travel: pd.DataFrame | None, households: pd.DataFrame) -> pd.DataFrame | None:
    if travel is None:
        return None
    own = travel[travel["household_id"].isin(households["household_id"])]
    return (
        own[["household_id", "site_id", "km"]].sort_values(["household_id", "site_id"]).reset_index(drop=True)
    )
