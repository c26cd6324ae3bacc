"""The households and sites of a run, located by their places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.gazetteer.match import Gazetteer, Spot
    from data.tables import Tables


def located_by_place(tables: Tables, own: Sequence[Spot]) -> Tables:
    """Return the tables with a point for every household and site whose place is known.

    Parameters
    ----------
    tables : Tables
        As read.
    own : sequence of Spot
        Of the user's gazetteer, meant before the country's places; may be empty.
    """
    lacking = {
        role: table
        for role, table in (("households", tables.households), ("applicants", tables.applicants))
        if table is not None and _lacks(table)
    }
    if not lacking:
        return tables
    from data.locating.rows import placed  # noqa: PLC0415 - heavy

    gazetteer = known_places(own)
    done = {role: placed(table, gazetteer, file=tables.file(role)) for role, table in lacking.items()}
    notes = tuple(note for one in done.values() for note in one.notes)
    households, applicants = (
        done[role].rows if role in done else None for role in ("households", "applicants")
    )
    return replace(
        tables,
        households=tables.households if households is None else households,
        applicants=tables.applicants if applicants is None else applicants,
        notes=(*tables.notes, *notes),
    )


def known_places(own: Sequence[Spot] = ()) -> Gazetteer:
    """Return the places a row is looked up in: the user's own, then the country's."""
    from data.gazetteer.match import Gazetteer  # noqa: PLC0415 - heavy
    from data.gazetteer.match_known import country_spots  # noqa: PLC0415 - heavy

    return Gazetteer((tuple(own), country_spots()))


def _lacks(table: pd.DataFrame) -> bool:
    return bool((table["lon"].isna() & (table["place"] != "")).any())
