"""The release that a version stands in, and what was decided of every cell and place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.geodesy import to_degrees, to_plane
from data.privacy.history import changed
from data.privacy.ratchet import COUNT, ratchet, told

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

CELL_M = 1000
"""Side of a cell of the density, metres. Its corners lie on multiples of it in the plane that all is solved
in, so that a cell stays where it is whatever the households, the rules and the plan are."""
OTHER_PLACES = "(other places)"
PLACE = ("province", "county", "district", "place", "area", "center_id")
_OF_CENTER = ("province", "county", "center_id")


@dataclass(frozen=True)
class Version:
    """What is folded of one version.

    Attributes
    ----------
    households : DataFrame
        Of `data.privacy.history.snapshot`, without those that are the same in all versions.
    centers : hashable
        What tells whether the network is another one: which centers there are, and where.
    """

    households: pd.DataFrame
    centers: Hashable = ()


@dataclass(frozen=True)
class Release:
    """What was decided last.

    Attributes
    ----------
    version : int
        In which; the last that was folded stands in it.
    households : DataFrame
        Of that version, without those that are the same in all.
    cells : DataFrame
        Households by cell (``column``, ``row``), also those too few to be told.
    places, others : DataFrame
        Households and cases by place and center, and by county and center those of no place that is told.
    """

    version: int
    households: pd.DataFrame
    cells: pd.DataFrame
    places: pd.DataFrame
    others: pd.DataFrame


@dataclass(frozen=True)
class _Counts:
    """Households by cell, and households and cases by place and center."""

    cells: pd.DataFrame
    places: pd.DataFrame

    @classmethod
    def of(cls, households: pd.DataFrame) -> _Counts:
        return cls(cell_counts(households), _counted(households, PLACE))

    def with_those_of(self, households: pd.DataFrame) -> _Counts:
        more = _Counts.of(households)
        return _Counts(_sum(self.cells, more.cells), _sum(self.places, more.places))


def release_of(versions: Sequence[Version], least: int, steady: pd.DataFrame | None = None) -> Release:
    """Return the release that the last of some versions stands in.

    Parameters
    ----------
    versions : sequence of Version
        All from the first of a casebook on.
    least : int
        ``k``.
    steady : DataFrame, optional
        Households that are the same in all versions; nobody unless told.
    """
    always = _Counts.of(versions[0].households.iloc[:0] if steady is None else steady)
    release = _decided(1, versions[0], always, None, least)
    centers = versions[0].centers
    for number, one in enumerate(versions[1:], start=2):
        if one.centers != centers or changed(release.households, one.households) >= least:
            release, centers = _decided(number, one, always, release, least), one.centers
    return release


def _decided(number: int, one: Version, always: _Counts, before: Release | None, least: int) -> Release:
    counts = always.with_those_of(one.households)
    cells, places = counts.cells, counts.places
    if before is not None:
        cells, places = ratchet(before.cells, cells, least), ratchet(before.places, places, least)
    shown = told(places, least).index
    unnamed = counts.places[~counts.places.index.isin(shown)]
    others = unnamed.groupby(level=list(_OF_CENTER)).sum()
    if before is not None:
        others = ratchet(before.others, others, least)
    return Release(number, one.households, cells, places, others)


def cell_counts(households: pd.DataFrame) -> pd.DataFrame:
    """Return the households of each cell, ``column`` and ``row`` from the origin of the plane."""
    located = households[np.isfinite(households["lon"]) & np.isfinite(households["lat"])]
    index = np.floor(to_plane(located["lon"], located["lat"]) / CELL_M).astype(np.int64)
    cells = pd.DataFrame(index, columns=["column", "row"])
    return cells.groupby(["column", "row"]).size().to_frame(COUNT)


def cell_corners(cells: pd.DataFrame) -> np.ndarray:
    """Return longitude and latitude of cells' corners, anticlockwise from the south-west, ``(n, 4, 2)``.

    Parameters
    ----------
    cells : DataFrame
        ``column`` and ``row``.
    """
    steps = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    corners = (cells[["column", "row"]].to_numpy()[:, None] + steps) * float(CELL_M)
    return np.column_stack(to_degrees(corners.reshape(-1, 2))).reshape(-1, 4, 2)


def density_of(release: Release, least: int) -> pd.DataFrame:
    """Return the density that may be told: ``column``, ``row``, ``households``, a multiple of ``k``."""
    return told(release.cells, least).reset_index()


def places_of(release: Release, least: int) -> pd.DataFrame:
    """Return which village or quarter goes to which center, as may be told.

    Returns
    -------
    DataFrame
        ``province``, ``county``, ``district``, ``place``, ``area``, ``center_id``, ``households``, ``cases``,
        of which the last two are multiples of ``k``. Smaller ones of a county and center are `OTHER_PLACES`.
    """
    others = told(release.others, least).reset_index().assign(district="", place=OTHER_PLACES, area="")
    parts = [told(release.places, least).reset_index(), others]
    columns = [*PLACE, COUNT, "cases"]
    return pd.concat([one[columns] for one in parts]).sort_values(list(PLACE), ignore_index=True)


def _sum(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return one.add(other, fill_value=0).astype("int64").sort_index()


def _counted(households: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    served = households[households["center_id"] != ""].assign(**{COUNT: 1})
    return served.groupby(list(by))[[COUNT, "cases"]].sum().astype("int64")
