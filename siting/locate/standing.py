"""A version of a plan that is asked which center a point belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.geodesy import geodesic_km, to_plane
from data.schemas import LAT_RANGE, LON_RANGE
from data.text import Phrase, phrase
from siting.ground.cells import Cells
from siting.ground.lattice import NOBODY
from siting.locate.names import name_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from data.casebook import Casebook
    from data.plan import Plan
    from data.problem import Problem

M_PER_KM = 1000.0


@dataclass(frozen=True)
class Door:
    """A center, as whoever is sent there needs to know it.

    Attributes
    ----------
    center_id, name, neighbourhood, province, county, address, phone : str
        Empty where unknown.
    lon, lat : float
        Degrees.
    km : float
        From the point that was asked about, in a straight line.
    cases, max_cases, free : int
        How many it serves, may serve, and may serve more.
    """

    center_id: str
    name: str
    neighbourhood: str
    province: str
    county: str
    address: str
    phone: str
    lon: float
    lat: float
    km: float
    cases: int
    max_cases: int
    free: int

    @property
    def full(self) -> bool:
        """Whether it has no place left."""
        return self.free == 0


@dataclass(frozen=True)
class Located:
    """The answer for one point.

    Attributes
    ----------
    lon, lat : float
        The point, degrees.
    edge_m : float
        How far it lies outside the ground on whose edge it counts; 0 for a point inside.
    center : Door
        Whose neighbourhood it is.
    other : Door or None
        Where that is full: the nearest in its unit that is not.
    vacancy_id : str
        Of a vacancy in the unit that is nearer than the center; empty where none is.
    vacancy_km : float or None
        How far that is.
    """

    lon: float
    lat: float
    edge_m: float
    center: Door
    other: Door | None
    vacancy_id: str
    vacancy_km: float | None


@dataclass(frozen=True)
class Nowhere:
    """Why a point has no center.

    Attributes
    ----------
    code : str
        ``lon_lat_swapped``, ``outside_iran``, ``outside_ground`` or ``nobody_served``.
    words : Phrase
        The sentence.
    """

    code: str
    words: Phrase


@dataclass(frozen=True)
class Standing:
    """A version of a plan.

    Attributes
    ----------
    problem, plan : Problem, Plan
        Of the version.
    cells : Cells
        Its ground.
    """

    problem: Problem
    plan: Plan
    cells: Cells

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Standing:
        """Ask a plan, whose cells are laid as they were when its ground was parted."""
        return cls(problem, plan, Cells.of(problem, plan.assignments, plan.centers))

    @classmethod
    def at(cls, book: Casebook, version: int | None = None) -> Standing:
        """Ask a version of a casebook, the current one unless told.

        Raises
        ------
        SitingError
            If there is no such version (``no_such_version``), or the casebook cannot be read.
        """
        return cls.of(book.problem(version), book.plan(version))

    def locate(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], *, beside: bool = True
    ) -> list[Located | Nowhere]:
        """Return whose neighbourhood each point lies in.

        Parameters
        ----------
        lon, lat : ndarray
            Degrees, ``(n,)``.
        beside : bool
            Whether a point outside all ground counts as on its edge within ``boundary_snap_km``, as it does
            for a household.
        """
        xy = to_plane(lon, lat)
        center = self.cells.owners(xy)
        edge_m = np.zeros(len(xy))
        out = np.flatnonzero(center == NOBODY)
        if beside and len(out):
            center[out] = self.cells.owners(xy[out], snap_m=self.problem.rules.boundary_snap_km * M_PER_KM)
            edge_m[out] = self.cells.away_m(xy[out])
        return [
            self._outside(float(x), float(y), on_ground=away == 0)
            if number == NOBODY
            else self._inside(int(number), float(x), float(y), float(away))
            for number, x, y, away in zip(center, lon, lat, edge_m, strict=True)
        ]

    def _inside(self, number: int, lon: float, lat: float, edge_m: float) -> Located:
        centers, vacancies = self.plan.centers, self.plan.vacancies
        unit = centers["unit"] if "unit" in centers else centers["county"]
        km = _km_to(centers, lon, lat)
        center = self._door(number, float(km[number]))
        other = None
        if center.full:
            fits = np.flatnonzero((unit == unit.iloc[number]).to_numpy() & (self._free() > 0))
            if len(fits):
                nearest = int(fits[np.argmin(km[fits])])
                other = self._door(nearest, float(km[nearest]))
        own = vacancies[vacancies["unit"] == unit.iloc[number]] if "unit" in vacancies else vacancies.iloc[:0]
        away = _km_to(own, lon, lat)
        missing = int(np.argmin(away)) if len(own) and away.min() < center.km else None
        return Located(
            lon=lon,
            lat=lat,
            edge_m=round(edge_m, 1),
            center=center,
            other=other,
            vacancy_id="" if missing is None else str(own["vacancy_id"].iloc[missing]),
            vacancy_km=None if missing is None else float(away[missing]),
        )

    def _outside(self, lon: float, lat: float, *, on_ground: bool) -> Nowhere:
        if not in_iran(lon, lat):
            return not_in_iran(lon, lat)
        if on_ground and len(self.cells.grounds):
            return Nowhere("nobody_served", phrase("locate.nobody_served"))
        km = _km_to(self.plan.centers, lon, lat)
        if not len(km):
            return Nowhere("outside_ground", phrase("locate.no_center"))
        nearest = self._door(int(np.argmin(km)), float(km.min()))
        return outside(nearest.center_id, nearest.province, nearest.county, nearest.km)

    def _free(self) -> NDArray[np.int64]:
        centers = self.plan.centers
        free = np.maximum(centers["max_cases"].to_numpy(dtype=float) - centers["cases"].to_numpy(float), 0)
        return np.asarray(free, dtype=np.int64)

    def _door(self, number: int, km: float) -> Door:
        row = self.plan.centers.iloc[number]
        known = self.problem.centers[self.problem.centers["center_id"] == row["center_id"]]
        ground = self.plan.neighbourhoods
        called = ground.loc[ground["center_id"] == row["center_id"], "name"]
        return Door(
            center_id=str(row["center_id"]),
            name=_word(row, "name"),
            neighbourhood=str(called.iloc[0]) if len(called) else "",
            province=_word(row, "province"),
            county=_word(row, "county"),
            address=_word(known.iloc[0], "address") if len(known) else "",
            phone=_word(known.iloc[0], "phone") if len(known) else "",
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            km=km,
            cases=int(row["cases"]),
            max_cases=int(row["max_cases"]),
            free=int(self._free()[number]),
        )


def outside(center: str, province: str, county: str, km: float) -> Nowhere:
    """Say that a point is on nobody's ground, and where the nearest center is."""
    words = phrase("locate.outside_ground", center=center, county=name_of(province, county), km=km)
    return Nowhere("outside_ground", words)


def in_iran(lon: float, lat: float) -> bool:
    """Whether a point lies in the box around Iran."""
    return LON_RANGE[0] <= lon <= LON_RANGE[1] and LAT_RANGE[0] <= lat <= LAT_RANGE[1]


def not_in_iran(lon: float, lat: float) -> Nowhere:
    """Say that a point is outside Iran, and where its axes seem to have changed places."""
    given = {"lon": f"{lon:g}", "lat": f"{lat:g}"}
    if in_iran(lat, lon):
        return Nowhere("lon_lat_swapped", phrase("locate.lon_lat_swapped", **given))
    return Nowhere("outside_iran", phrase("locate.outside_iran", **given))


def _km_to(table: pd.DataFrame, lon: float, lat: float) -> NDArray[np.float64]:
    here = np.full(len(table), lon), np.full(len(table), lat)
    return geodesic_km(*here, table["lon"].astype(float), table["lat"].astype(float))


def _word(row: pd.Series, column: str) -> str:
    word = row.get(column, "")
    return word if isinstance(word, str) else ""
