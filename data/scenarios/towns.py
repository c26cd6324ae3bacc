"""The real places that hold a county's households: its towns, the quarters in them, and its villages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.gazetteer import counties, ground, places, rooms
from data.gazetteer.tables import CITY_COUNTY
from data.geodesy import to_plane
from data.text import PERSIAN_DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOWN_PEOPLE = 5_000
CITY_PEOPLE = 1_000_000
UNKNOWN_PEOPLE = 3_000
PEOPLE_KM2 = 7_000
LEAST_RADIUS_KM = 0.6
NO_TOWN = -1
"""In place of a town's row, for an anchor that is no quarter of any: rows are numbered from 0."""


@dataclass(frozen=True)
class Anchors:
    """Points around which households may stand.

    Attributes
    ----------
    table : DataFrame
        ``census_code``, ``district`` (text), ``name``, ``people``, ``radius_km`` (of the built ground),
        ``kind`` (``district`` of a great city, ``town``, ``quarter``, ``village`` or ``ground``, which is no
        settlement) and ``within`` (row of the town that a quarter belongs to, else `NO_TOWN`).
    xy : array, shape (n, 2)
        LCC metres.
    room : array, shape (n, 16)
        Reach of the county's land, km.
    """

    table: pd.DataFrame
    xy: NDArray[np.float64]
    room: NDArray[np.float64]


def anchors_of(units: pd.DataFrame) -> Anchors:
    """Gather the anchors of all counties of ``units``; a great city stands as its districts.

    A place inside a larger town's ground is one of the town's quarters.
    """
    of_units = counties().set_index("census_code").loc[units["census_code"].unique()].reset_index()
    real = places()
    stands_as_districts = real["census_code"].isin(CITY_COUNTY.values()) & (real["population"] > CITY_PEOPLE)
    real = real[real["census_code"].isin(of_units["census_code"]) & ~stands_as_districts]
    bare = of_units[~of_units["census_code"].isin(real["census_code"])].reset_index(drop=True)
    inner = ground()
    table = pd.concat(
        [
            _from_ground(inner[inner["census_code"].isin(of_units["census_code"])]),
            _from_places(real, of_units),
            bare.assign(district="", name=bare["county_fa"], people=bare["population"], kind="town"),
        ],
        ignore_index=True,
    )
    xy = to_plane(table["lon"], table["lat"])
    room = rooms(table["room_km"])
    built = np.sqrt(table["people"] / PEOPLE_KM2 / np.pi).clip(lower=LEAST_RADIUS_KM)
    table["radius_km"] = built.where(table["kind"] != "district", np.sqrt((room**2).mean(axis=1)))
    table["within"] = NO_TOWN
    table = _nest(table, xy, room)
    kept = ["census_code", "district", "name", "people", "radius_km", "kind", "within"]
    return Anchors(table[kept], xy, room)


def _from_ground(inner: pd.DataFrame) -> pd.DataFrame:
    number = inner["district"].astype(str)
    in_city = inner["district"] > 0
    area_km2 = (rooms(inner["room_km"]) ** 2).mean(axis=1) * np.pi
    return inner.assign(
        district=number.where(in_city, ""),
        name=("منطقه " + number.str.translate(PERSIAN_DIGITS)).where(in_city, ""),
        people=np.where(in_city, area_km2 * PEOPLE_KM2, 0.0),
        kind=np.where(in_city, "district", "ground"),
    )


def _from_places(real: pd.DataFrame, of_units: pd.DataFrame) -> pd.DataFrame:
    urban = of_units.set_index("census_code")["urban"]
    known = real.groupby("census_code")["population"].transform("sum")
    blank = real["population"] == 0
    nameless = blank.groupby(real["census_code"]).transform("sum").clip(lower=1)
    guess = ((real["census_code"].map(urban) - known) / nameless).clip(lower=UNKNOWN_PEOPLE)
    people = real["population"].where(~blank, guess)
    largest = people.groupby(real["census_code"]).transform("max")
    town = (people >= TOWN_PEOPLE) | (people == largest)
    return real.assign(
        district="",
        name=real["name_fa"].where(real["name_fa"] != "", real["name_en"]),
        people=people,
        kind=np.where(town, "town", "village"),
    )


def _nest(table: pd.DataFrame, xy: NDArray[np.float64], room: NDArray[np.float64]) -> pd.DataFrame:
    table = table.copy()
    kind, within = table["kind"].to_numpy(dtype=object), table["within"].to_numpy(copy=True)
    people, radius = table["people"].to_numpy(float), table["radius_km"].to_numpy(float)
    for rows in table.groupby("census_code").indices.values():
        cores = [row for row in rows if kind[row] in ("town", "district")]
        for core in sorted(cores, key=lambda row: (kind[row] != "district", -people[row])):
            if kind[core] == "quarter":
                continue
            reach = np.minimum(radius[core], room[core].mean())
            near = np.hypot(*(xy[rows] - xy[core]).T) / 1000 <= reach
            smaller = (people[rows] < people[core]) | (kind[core] == "district")
            free = np.isin(kind[rows], ("town", "village"))
            inside = rows[near & smaller & free & (rows != core)]
            kind[inside], within[inside] = "quarter", core
    return table.assign(kind=kind, within=within)
