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
        Of `data.privacy.history.snapshot`.
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
        Of that version.
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


def release_of(versions: Sequence[Version], least: int) -> Release:
    """Return the release that the last of some versions stands in.

    Parameters
    ----------
    versions : sequence of Version
        All from the first of a casebook on.
    least : int
        ``k``.
    """
    release = _decided(1, versions[0], None, least)
    centers = versions[0].centers
    for number, one in enumerate(versions[1:], start=2):
        if one.centers != centers or changed(release.households, one.households) >= least:
            release, centers = _decided(number, one, release, least), one.centers
    return release


def _decided(number: int, one: Version, before: Release | None, least: int) -> Release:
    households = one.households
    cells, places = cell_counts(households), _counted(households, PLACE)
    if before is not None:
        cells, places = ratchet(before.cells, cells, least), ratchet(before.places, places, least)
    shown = told(places, least).index
    served = households[households["center_id"] != ""]
    unnamed = served[~pd.MultiIndex.from_frame(served[list(PLACE)]).isin(shown)]
    others = _counted(unnamed, _OF_CENTER)
    if before is not None:
        others = ratchet(before.others, others, least)
    return Release(number, households, cells, places, others)


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


def _counted(households: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    served = households[households["center_id"] != ""].assign(**{COUNT: 1})
    return served.groupby(list(by))[[COUNT, "cases"]].sum().astype("int64")
