"""Whether a travel file is of this run: a larger matrix may be handed in, a foreign one may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.errors import Failure, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from data.tables import Tables


def check_travel(tables: Tables) -> None:
    """Refuse travel of which no row has both a household and a site (or center) of the run.

    Raises
    ------
    SitingError
        With ``unknown_household`` and ``unknown_site``.
    """
    unknown = _unknown(tables)
    if tables.travel is None or not unknown.any(axis=1).all():
        return
    raise SitingError.of(
        [
            Failure(tables.file("travel"), int(row), code, name, phrase(f"build.{code}"))
            for column, code in (("household_id", "unknown_household"), ("site_id", "unknown_site"))
            for row, name in tables.travel.loc[unknown[column], ["row", column]].itertuples(index=False)
        ]
    )


def foreign_travel(tables: Tables) -> tuple[Failure, ...]:
    """Return one note on the travel rows that are not of this run; none when there are none."""
    unknown = _unknown(tables)
    rows = int(unknown.any(axis=1).sum())
    if tables.travel is None or not rows:
        return ()
    names = {
        role: int(tables.travel.loc[unknown[column], column].nunique())
        for role, column in (("households", "household_id"), ("sites", "site_id"))
    }
    said = phrase("build.foreign_travel", rows=rows, **names)
    return (Failure(tables.file("travel"), 0, "foreign_travel", "", said),)


def _unknown(tables: Tables) -> pd.DataFrame:
    """Return whether the household and the site of each row are in no table, shape (n_rows, 2)."""
    if tables.travel is None:
        return pd.DataFrame({"household_id": [], "site_id": []}, dtype=bool)
    places = [
        table[column]
        for table, column in ((tables.applicants, "site_id"), (tables.centers, "center_id"))
        if table is not None
    ]
    known = {"household_id": tables.households["household_id"], "site_id": pd.concat(places)}
    return pd.DataFrame({column: ~tables.travel[column].isin(ids) for column, ids in known.items()})
