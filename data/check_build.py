"""What only shows when the tables are seen together: units, provinces of applicants, pins, required sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.errors import Failure, SitingError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from data.rules import Rules
    from data.tables import Tables


def check_sites(tables: Tables, rules: Rules) -> None:
    """Refuse applicants whose sites lie in two provinces, and households no center could hold.

    Raises
    ------
    SitingError
        With ``sites_in_two_provinces``, ``missing_area`` or ``cases_over_max``.
    """
    failures = []
    sites = tables.applicants
    if sites is not None:
        known = sites[sites["province"] != ""]
        first = known.groupby("applicant_id")["province"].transform("first")
        failures += [
            Failure(
                tables.file("applicants"),
                int(row),
                "sites_in_two_provinces",
                site,
                "lies in another province than the applicant's other sites; an applicant applies in one province",
            )
            for row, site in known.loc[known["province"] != first, ["row", "site_id"]].itertuples(index=False)
        ]
    households = tables.households
    if rules.area_apart:
        lacking = households["area"] == ""
        failures += [
            Failure(
                tables.file("households"),
                int(row),
                "missing_area",
                name,
                "the rule area_apart needs to know whether the household is urban or rural",
            )
            for row, name in households.loc[lacking, ["row", "household_id"]].itertuples(index=False)
        ]
    most = max(
        [
            rules.max_cases,
            *(int(table["max_cases"]) for table in rules.overrides.values() if "max_cases" in table),
        ]
    )  # type: ignore[call-overload]
    if tables.centers is not None and tables.centers["max_cases"].notna().any():
        most = max(most, int(tables.centers["max_cases"].max()))
    if rules.count == "cases":
        over = households["cases"] > most
        failures += [
            Failure(
                tables.file("households"),
                int(row),
                "cases_over_max",
                name,
                f"has {cases} cases, more than any center may hold ({most}); give each its own row",
            )
            for row, name, cases in households.loc[over, ["row", "household_id", "cases"]].itertuples(
                index=False
            )
        ]
    if failures:
        raise SitingError.of(failures)


def check_units(
    tables: Tables, rules: Rules, households: pd.DataFrame, sites: pd.DataFrame, centers: pd.DataFrame
) -> None:
    """Refuse households without a unit where no boundaries could tell it, and sites that cannot be required.

    Raises
    ------
    SitingError
        With ``missing_unit``, ``required_site_ineligible``, ``two_required_sites`` or ``too_many_required``.
    """
    failures = []
    if not tables.boundaries:
        lost = set(households.loc[households["reason"] == "outside_boundaries", "household_id"])
        source = tables.households
        failures += [
            Failure(
                tables.file("households"),
                int(row),
                "missing_unit",
                name,
                f"its {rules.within} is not given and there are no boundaries to tell it from; fill the column, "
                "add --boundaries, or set within",
            )
            for row, name in source.loc[
                source["household_id"].isin(lost), ["row", "household_id"]
            ].itertuples(index=False)
        ]
        stray = centers.loc[centers["unit"] == "", "center_id"]
        failures += [
            Failure(tables.file("centers"), 0, "missing_unit", name, f"its {rules.within} cannot be told")
            for name in stray
        ]
    required = sites[sites["use"] == "required"]
    failures += [
        Failure(
            tables.file("applicants"),
            0,
            "required_site_ineligible",
            site,
            f"is required but ineligible: {why}",
        )
        for site, why in required.loc[required["ineligible"] != "", ["site_id", "ineligible"]].itertuples(
            index=False
        )
    ]
    twice = required[required["applicant_id"].duplicated(keep=False)]
    failures += [
        Failure(
            tables.file("applicants"),
            0,
            "two_required_sites",
            site,
            "two sites of one applicant are required; an applicant opens at most one",
        )
        for site in twice["site_id"]
    ]
    cases = households[households["reason"] == ""].groupby("unit")["cases"].sum()
    for unit, asked in required[required["ineligible"] == ""].groupby("unit").size().items():
        if asked * rules.min_cases > cases.get(unit, 0):
            failures.append(
                Failure(
                    tables.file("applicants"),
                    0,
                    "too_many_required",
                    str(unit),
                    f"{asked} sites are required, but its {cases.get(unit, 0)} cases fill at most "
                    f"{int(cases.get(unit, 0)) // rules.min_cases} centers",
                )
            )
    if failures:
        raise SitingError.of(failures)


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
