"""What only shows when the tables are seen together: units, provinces of applicants, cases over a center."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.build.required import not_to_be_required
from data.errors import Failure, SitingError
from data.gazetteer import counties
from data.gazetteer.areas import area_id
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.rules import Rules
    from data.tables import Tables

NOT_IN_PHASE = "not_in_phase"
UNSERVED = ("no_location", "outside_boundaries", NOT_IN_PHASE)
"""Why a household of the input is not even to be served."""
WITHDRAWN, NO_HOUSEHOLDS = "withdrawn", "no_households"
"""Why a site does not compete: its applicant left, nobody is to be served in its unit."""
OFFERED = ("", NO_HOUSEHOLDS)
"""Of sites, those that applicants may take back: they compete, or will once somebody lives there."""


def check_overrides(tables: Tables, rules: Rules) -> None:
    """Refuse rules of a province that nobody knows: a misspelt name would lose them in silence.

    Raises
    ------
    SitingError
        With ``unknown_province``.
    """
    provinces = counties()
    known = {
        area_id("province", name)
        for name in (
            *tables.households["province"].unique(),
            *provinces["province_fa"],
            *provinces["province_en"],
        )
    }
    failures = [
        Failure(tables.file("rules"), 0, "unknown_province", name, phrase("build.unknown_province"))
        for name in rules.overrides
        if area_id("province", name) not in known
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
    said = phrase("build.sites_in_two_provinces")
    return _each(tables.file("applicants"), strays, "sites_in_two_provinces", said)


def _without_area(tables: Tables) -> list[Failure]:
    lacking = tables.households.loc[tables.households["area"] == "", ["row", "household_id"]]
    return _each(tables.file("households"), lacking, "missing_area", phrase("build.missing_area"))


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
            phrase("build.cases_over_max", cases=int(cases), most=most),
        )
        for row, name, cases in over.itertuples(index=False)
    ]


def _each(source: str, rows: pd.DataFrame, code: str, said: Phrase) -> list[Failure]:
    """Return one failure a row of ``rows``, whose columns are the row in the file and who it is."""
    return [Failure(source, int(row), code, name, said) for row, name in rows.itertuples(index=False)]


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
    failures += not_to_be_required(tables, rules, households, sites)
    if failures:
        raise SitingError.of(failures)


def check_served(tables: Tables, households: pd.DataFrame, *, may_rest: bool) -> None:
    """Refuse households of which nobody is to be served.

    Parameters
    ----------
    tables : Tables
        As read.
    households : DataFrame
        Of the problem.
    may_rest : bool
        Whether all of them may be of a later phase, which is no failure of a province among others.

    Raises
    ------
    SitingError
        With `nobody_to_serve`.
    """
    reasons = households["reason"]
    if (reasons == "").any() or (may_rest and is_at_rest(households)):
        return
    provinces = set(households["province"])
    name = provinces.pop() if len(provinces) == 1 else ""
    left = {str(reason): int(count) for reason, count in reasons.value_counts().items()}
    raise SitingError.of([nobody_to_serve(name, left, tables.file("households"))])


def is_at_rest(households: pd.DataFrame) -> bool:
    """Tell whether every household of a problem is of a later phase."""
    return bool((households["reason"] == NOT_IN_PHASE).all())


def nobody_to_serve(province: str, left: Mapping[str, int], file: str = "households") -> Failure:
    """Return the ``no_households`` of a problem.

    Parameters
    ----------
    province : str
        Name of its province; empty where it has none, or several.
    left : mapping of str to int
        How many households are left out by which reason.
    file : str
        Name of their file; their role unless told.
    """
    counts = {reason: left.get(reason, 0) for reason in UNSERVED}
    return Failure(file, 0, "no_households", province, phrase("build.no_households", **counts))


def _without_unit(
    tables: Tables, rules: Rules, households: pd.DataFrame, centers: pd.DataFrame
) -> list[Failure]:
    lost = set(households.loc[households["reason"] == "outside_boundaries", "household_id"])
    source = tables.households
    rows = source.loc[source["household_id"].isin(lost), ["row", "household_id"]]
    level = phrase(f"build.level_{rules.within}")
    failures = _each(
        tables.file("households"), rows, "missing_unit", phrase("build.missing_unit", level=level)
    )
    if tables.centers is not None:
        unplaced = tables.centers["center_id"].isin(centers.loc[centers["unit"] == "", "center_id"])
        rows = tables.centers.loc[unplaced, ["row", "center_id"]]
        said = phrase("build.missing_unit_of_center", level=level)
        failures += _each(tables.file("centers"), rows, "missing_unit", said)
    return failures
