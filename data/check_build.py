"""What only shows when the tables are seen together: units, provinces of applicants, pins, required sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.errors import Failure, SitingError
from data.fold import fold
from data.gazetteer import counties

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from data.rules import Rules
    from data.tables import Tables


def check_overrides(tables: Tables, rules: Rules) -> None:
    """Refuse rules of a province that nobody knows: a misspelt name would lose them in silence.

    Raises
    ------
    SitingError
        With ``unknown_province``.
    """
    provinces = counties()
    known = {
        fold(name)
        for name in (
            *tables.households["province"].unique(),
            *provinces["province_fa"],
            *provinces["province_en"],
        )
    }
    failures = [
        Failure(tables.file("rules"), 0, "unknown_province", name, "there is no province of this name")
        for name in rules.overrides
        if fold(name) not in known
    ]
    if failures:
        raise SitingError.of(failures)


def check_sites(tables: Tables, rules: Rules) -> None:
    """Refuse applicants whose sites lie in two provinces, and households no center could hold.

    Raises
    ------
    SitingError
        With ``sites_in_two_provinces``, ``missing_area`` or ``cases_over_max``.
    """
    failures = [*_in_two_provinces(tables)]
    if rules.area_apart:
        failures += _without_area(tables)
    if rules.count == "cases":
        failures += _larger_than_a_center(tables, rules)
    if failures:
        raise SitingError.of(failures)


def _in_two_provinces(tables: Tables) -> list[Failure]:
    sites = tables.applicants
    if sites is None:
        return []
    known = sites[sites["province"] != ""]
    first = known.groupby("applicant_id")["province"].transform("first")
    strays = known.loc[known["province"] != first, ["row", "site_id"]]
    message = (
        "lies in another province than the applicant's other sites; an applicant applies in one province"
    )
    return _each(tables.file("applicants"), strays, "sites_in_two_provinces", message)


def _without_area(tables: Tables) -> list[Failure]:
    lacking = tables.households.loc[tables.households["area"] == "", ["row", "household_id"]]
    message = "the rule area_apart needs to know whether the household is urban or rural"
    return _each(tables.file("households"), lacking, "missing_area", message)


def _larger_than_a_center(tables: Tables, rules: Rules) -> list[Failure]:
    most = max([rules.max_cases, *(rules.for_province(name).max_cases for name in rules.overrides)])
    if tables.centers is not None and tables.centers["max_cases"].notna().any():
        most = max(most, int(tables.centers["max_cases"].max()))
    households, source = tables.households, tables.file("households")
    over = households.loc[households["cases"] > most, ["row", "household_id", "cases"]]
    return [
        Failure(
            source,
            int(row),
            "cases_over_max",
            name,
            f"has {cases} cases, more than any center may hold ({most}); give each its own row",
        )
        for row, name, cases in over.itertuples(index=False)
    ]


def _each(source: str, rows: pd.DataFrame, code: str, message: str) -> list[Failure]:
    """Return one failure a row of ``rows``, whose columns are the row in the file and who it is."""
    return [Failure(source, int(row), code, name, message) for row, name in rows.itertuples(index=False)]


def check_units(
    tables: Tables, rules: Rules, households: pd.DataFrame, sites: pd.DataFrame, centers: pd.DataFrame
) -> None:
    """Refuse households without a unit where no boundaries could tell it, and sites that cannot be required.

    Raises
    ------
    SitingError
        With ``missing_unit``, ``required_site_ineligible``, ``two_required_sites`` or ``too_many_required``.
    """
    failures = [] if tables.boundaries else _without_unit(tables, rules, households, centers)
    failures += _not_to_be_required(tables, rules, households, sites)
    if failures:
        raise SitingError.of(failures)


def _without_unit(
    tables: Tables, rules: Rules, households: pd.DataFrame, centers: pd.DataFrame
) -> list[Failure]:
    lost = set(households.loc[households["reason"] == "outside_boundaries", "household_id"])
    source = tables.households
    rows = source.loc[source["household_id"].isin(lost), ["row", "household_id"]]
    message = (
        f"its {rules.within} is not given and there are no boundaries to tell it from; fill the column, "
        "add --boundaries, or set within"
    )
    return [
        *_each(tables.file("households"), rows, "missing_unit", message),
        *(
            Failure(tables.file("centers"), 0, "missing_unit", name, f"its {rules.within} cannot be told")
            for name in centers.loc[centers["unit"] == "", "center_id"]
        ),
    ]


def _not_to_be_required(
    tables: Tables, rules: Rules, households: pd.DataFrame, sites: pd.DataFrame
) -> list[Failure]:
    if tables.applicants is None:
        return []
    source = tables.file("applicants")
    required = sites[sites["use"] == "required"]
    rows = dict(zip(tables.applicants["site_id"], tables.applicants["row"].astype(int), strict=True))
    barred = required.loc[required["ineligible"] != "", ["site_id", "ineligible"]]
    failures = [
        Failure(source, rows[site], "required_site_ineligible", site, f"is required but ineligible: {why}")
        for site, why in barred.itertuples(index=False)
    ]
    message = "two sites of one applicant are required, by use or by a household's pin; at most one may open"
    failures += [
        Failure(source, rows[site], "two_required_sites", site, message)
        for site in required.loc[required["applicant_id"].duplicated(keep=False), "site_id"]
    ]
    cases = households[households["reason"] == ""].groupby("unit")["cases"].sum()
    for unit, asked in required[required["ineligible"] == ""].groupby("unit").size().items():
        there = int(cases.get(unit, 0))
        if asked * rules.min_cases > there:
            message = (
                f"{asked} sites are required, but its {there} cases fill at most "
                f"{there // rules.min_cases} centers"
            )
            failures.append(Failure(source, 0, "too_many_required", str(unit), message))
    return failures


def check_pins(
    tables: Tables, households: pd.DataFrame, sites: gpd.GeoDataFrame, centers: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the sites with those that a household is pinned to required.

    Raises
    ------
    SitingError
        With ``unknown_pin``, ``pin_outside_unit`` or ``pin_ineligible``.
    """
    pinned = households[(households["pin"] != "") & (households["reason"] == "")]
    if pinned.empty:
        return sites
    unit = dict(zip(sites["site_id"], sites["unit"], strict=True)) | dict(
        zip(centers["center_id"], centers["unit"], strict=True)
    )
    barred = set(sites.loc[sites["ineligible"] != "", "site_id"]) - set(centers["center_id"])
    rows = tables.households.set_index("household_id")["row"]
    failures = []
    for name, pin, own in pinned[["household_id", "pin", "unit"]].itertuples(index=False):
        if pin not in unit:
            code, message = "unknown_pin", "is pinned to a site or center that is in no file"
        elif pin in barred:
            code, message = "pin_ineligible", "is pinned to a site that may not open"
        elif unit[pin] != own:
            code, message = "pin_outside_unit", "is pinned to a center of another unit"
        else:
            continue
        failures.append(Failure(tables.file("households"), int(rows[name]), code, name, message))
    if failures:
        raise SitingError.of(failures)
    marked = sites.copy()
    marked["use"] = np.where(marked["site_id"].isin(set(pinned["pin"])), "required", marked["use"])
    return marked
