"""Sites that must open, by ``use`` or by a household's pin: whether they can, and whose row says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.errors import Failure, SitingError
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from data.rules import Rules
    from data.tables import Tables


def check_pins(
    tables: Tables, households: pd.DataFrame, sites: gpd.GeoDataFrame, centers: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the sites with those that a household is pinned to required.

    Raises
    ------
    SitingError
        With ``unknown_pin``, ``pin_outside_unit`` or ``pin_ineligible``.
    """
    pinned = _pinned(households)
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
            code = "unknown_pin"
        elif pin in barred:
            code = "pin_ineligible"
        elif unit[pin] != own:
            code = "pin_outside_unit"
        else:
            continue
        failures.append(
            Failure(tables.file("households"), int(rows[name]), code, name, phrase(f"build.{code}"))
        )
    if failures:
        raise SitingError.of(failures)
    marked = sites.copy()
    marked["use"] = np.where(marked["site_id"].isin(set(pinned["pin"])), "required", marked["use"])
    return marked


def not_to_be_required(
    tables: Tables, rules: Rules, households: pd.DataFrame, sites: pd.DataFrame
) -> Iterator[Failure]:
    """Yield what cannot be required: an ineligible site, two of one applicant, more than the cases fill.

    What the applicants' file asks for by ``use`` is told at its rows; what only a pin asks for, at the row of
    every household that is pinned there.

    Parameters
    ----------
    tables : Tables
        As read, with the rows in the files.
    rules : Rules
        Of the province.
    households, sites : DataFrame
        Of the problem; sites that `check_pins` marked.
    """
    if tables.applicants is None:
        return
    required = sites[sites["use"] == "required"]
    by_use = set(tables.applicants.loc[tables.applicants["use"] == "required", "site_id"])
    rows = dict(zip(tables.applicants["site_id"], tables.applicants["row"].astype(int), strict=True))
    source = tables.file("applicants")
    for site, why in required.loc[required["ineligible"] != "", ["site_id", "ineligible"]].itertuples(
        index=False
    ):
        said = phrase("build.required_site_ineligible", reason=phrase(f"build.ineligible_{why}"))
        yield Failure(source, rows[site], "required_site_ineligible", site, said)
    for _, own in required.groupby("applicant_id")["site_id"]:
        asked = [site for site in own if site in by_use]
        if len(asked) > 1:
            for site in asked:
                yield Failure(
                    source, rows[site], "two_required_sites", site, phrase("build.two_required_sites")
                )
        if len(own) > 1:
            said = phrase("build.two_required_sites_by_pin")
            yield from _at_pins(tables, households, set(own) - by_use, "two_required_sites", said)
    yield from _too_many(tables, rules, households, required[required["ineligible"] == ""], by_use)


def _too_many(
    tables: Tables, rules: Rules, households: pd.DataFrame, required: pd.DataFrame, by_use: set[str]
) -> Iterator[Failure]:
    cases = households[households["reason"] == ""].groupby("unit")["cases"].sum()
    for unit, own in required.groupby("unit")["site_id"]:
        there, told = int(cases.get(unit, 0)), sum(site in by_use for site in own)
        if len(own) * rules.min_cases <= there:
            continue
        values = {"asked": len(own), "there": there, "most": there // rules.min_cases}
        if told * rules.min_cases > there:
            said = phrase("build.too_many_required", **values)
            yield Failure(tables.file("applicants"), 0, "too_many_required", str(unit), said)
        else:
            said = phrase("build.too_many_required_by_pin", unit=str(unit), **values)
            yield from _at_pins(tables, households, set(own) - by_use, "too_many_required", said)


def _at_pins(
    tables: Tables, households: pd.DataFrame, sites: set[str], code: str, said: Phrase
) -> Iterator[Failure]:
    """Yield a failure for every household that is pinned to one of the sites."""
    pinned = _pinned(households)
    names = set(pinned.loc[pinned["pin"].isin(sites), "household_id"])
    table = tables.households
    for row, name in table.loc[table["household_id"].isin(names), ["row", "household_id"]].itertuples(
        index=False
    ):
        yield Failure(tables.file("households"), int(row), code, name, said)


def _pinned(households: pd.DataFrame) -> pd.DataFrame:
    return households[(households["pin"] != "") & (households["reason"] == "")]
