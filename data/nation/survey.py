"""What a province's casebook knows of who and what changes in the nation, read without its whole problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data.build.admin import LEVELS, NO_POLYGON, nearest_polygon
from data.build.building import HOUSEHOLD_COLUMNS
from data.casebook import CASEBOOK, Casebook
from data.casebook.content import HOUSEHOLDS
from data.gazetteer.areas import area_id
from data.geodesy import to_plane

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_CENTERS, _SITES = "plan_centers", "problem_sites"
_TOLD = ["household_id", "cases", "status"]


@dataclass(frozen=True)
class Wanted:
    """What is asked of every province.

    Attributes
    ----------
    households, centers, sites, places : frozenset of str
        Ids that changes name, and folded names of places where somebody arrives.
    lon, lat : ndarray of float, shape (n_points,)
        Where somebody arrives, degrees.
    """

    households: frozenset[str]
    centers: frozenset[str]
    sites: frozenset[str]
    places: frozenset[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


@dataclass(frozen=True)
class Surveyed:
    """What one province knows of it.

    Attributes
    ----------
    code : str
        Name of its folder.
    version, head : int and str
        Of its casebook.
    households : int
        All that it has.
    people : mapping of str to mapping of str to object
        What is carried over of each household that was asked for and is here: ``cases``, ``status`` and the
        texts that an input's further columns gave.
    centers, sites, places, counties : frozenset of str
        Which of those asked for are here; of its counties, all, the key of
        `data.gazetteer.areas.area_id`.
    inside : ndarray of bool, shape (n_points,)
        Whether a point is in one of its polygons.
    nearest_km : ndarray of float, shape (n_points,)
        From a point to its nearest household; infinite where it has none with a location.
    """

    code: str
    version: int
    head: str
    households: int
    people: Mapping[str, Mapping[str, object]]
    centers: frozenset[str]
    sites: frozenset[str]
    places: frozenset[str]
    counties: frozenset[str]
    inside: NDArray[np.bool_]
    nearest_km: NDArray[np.float64]


def survey(folder: Path, wanted: Wanted) -> Surveyed:
    """Ask a province's casebook.

    Parameters
    ----------
    folder : Path
        Of the province.
    wanted : Wanted
        What is asked.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    book = Casebook.open(folder / CASEBOOK)
    last = book.log()[-1]
    polygons = {f"problem_boundaries_{level}": None for level in LEVELS}
    tables = book.tables(
        {HOUSEHOLDS: None, _CENTERS: ("center_id",), _SITES: ("site_id",), **polygons}, last.version
    )
    households = tables[HOUSEHOLDS]
    here = households["household_id"].isin(wanted.households)
    counties, places = (
        frozenset(area_id(name, one) for one in households[name].unique()) for name in ("county", "place")
    )
    return Surveyed(
        code=folder.name,
        version=last.version,
        head=last.hash,
        households=len(households),
        people=_people(households[here]),
        centers=wanted.centers & frozenset(tables[_CENTERS]["center_id"]),
        sites=wanted.sites & frozenset(tables[_SITES]["site_id"]),
        places=wanted.places & places,
        counties=counties - {""},
        inside=_inside([tables[one] for one in polygons if one in tables], wanted),
        nearest_km=_nearest_km(households, wanted),
    )


def _people(rows: pd.DataFrame) -> dict[str, dict[str, object]]:
    further = [name for name in rows.columns if name not in {*HOUSEHOLD_COLUMNS, "geometry"}]
    texts = [name for name in further if pd.api.types.is_string_dtype(rows[name])]
    told = pd.DataFrame(rows[[*_TOLD, *texts]]).set_index("household_id")
    records = told.to_dict("records")
    return {
        str(who): {str(name): value for name, value in one.items()}
        for who, one in zip(told.index, records, strict=True)
    }


def _inside(levels: list[pd.DataFrame], wanted: Wanted) -> NDArray[np.bool_]:
    inside = np.zeros(len(wanted.lon), dtype=bool)
    if not len(wanted.lon):
        return inside
    xy = to_plane(wanted.lon, wanted.lat)
    for polygons in levels:
        if len(polygons):
            inside |= nearest_polygon(xy, polygons["geometry"].to_numpy(), 0.0) != NO_POLYGON
    return inside


def _nearest_km(households: pd.DataFrame, wanted: Wanted) -> NDArray[np.float64]:
    known = households[households["lon"].notna()]
    if not (len(known) and len(wanted.lon)):
        return np.full(len(wanted.lon), np.inf)
    tree = cKDTree(to_plane(known["lon"].to_numpy(float), known["lat"].to_numpy(float)))
    away_m, _ = tree.query(to_plane(wanted.lon, wanted.lat))
    return np.asarray(away_m) / 1000.0
