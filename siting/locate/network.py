"""A plan's folder, or a nation's, asked for the centers of points: it knows whom to ask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from data.casebook import CASEBOOK, Casebook
from data.casebook.trouble import no_such_version
from data.compare.sides import parted
from data.disk import shown_name
from data.errors import SitingError
from data.geodesy import geodesic_km, to_plane
from data.kinds import is_nation_folder
from data.nation.check import province_folders
from data.text import phrase
from siting.locate.places import Place, elsewhere, gazetteer_places, one_of, own_places
from siting.locate.standing import Nowhere, Standing, in_iran, not_in_iran, outside

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from data.gazetteer.match import Gazetteer
    from siting.locate.standing import Located

REACH_M = 5000.0
"""How far from a province's neighbourhoods as drawn its cells, and what counts as on its edge, may reach."""


@dataclass(frozen=True)
class Part:
    """A plan folder and the version that is asked.

    Attributes
    ----------
    folder : Path
        Of the plan.
    version : int
        The version.
    head : str
        Hash of the log's entry that made it.
    """

    folder: Path
    version: int
    head: str

    @cached_property
    def standing(self) -> Standing:
        """The version itself, read once."""
        return Standing.at(Casebook.open(self.folder / CASEBOOK), self.version)

    @cached_property
    def centers(self) -> pd.DataFrame:
        """Where the centers are: ``center_id``, ``lon``, ``lat``, ``county``, ``province``."""
        columns = ("center_id", "lon", "lat", "county", "province")
        tables = Casebook.open(self.folder / CASEBOOK).tables({"plan_centers": columns}, self.version)
        return tables["plan_centers"]

    @cached_property
    def drawn(self) -> shapely.Geometry:
        """The neighbourhoods of the current version together, LCC metres, as they are drawn."""
        import geopandas as gpd  # noqa: PLC0415 - a nation alone needs it

        from data.geodesy import LCC  # noqa: PLC0415 - likewise

        layer = gpd.read_file(self.folder / CASEBOOK, layer="neighbourhoods", columns=[])
        return shapely.GeometryCollection(list(layer.geometry[~layer.geometry.is_empty].to_crs(LCC)))


@dataclass(frozen=True)
class Found:
    """An answer, and the plan that gave it.

    Attributes
    ----------
    answer : Located
        The answer.
    part : Part
        Whose it is.
    """

    answer: Located
    part: Part

    def record(self) -> dict[str, Any]:
        """Return the answer ready for JSON."""
        return {
            "folder": shown_name(self.part.folder),
            "version": self.part.version,
            "head": self.part.head,
            "synthetic": bool(self.part.standing.problem.synthetic),
            "distance": "straight_line",
            **asdict(self.answer),
        }


@dataclass(frozen=True)
class Network:
    """The plans that are asked: one, or those of a nation's provinces.

    Attributes
    ----------
    parts : tuple of Part
        In the order of their codes.
    nation : bool
        Whether they are a nation's.
    """

    parts: tuple[Part, ...]
    nation: bool

    @classmethod
    def of(cls, place: Path) -> Network:
        """Open a plan's folder, ``DIR@VERSION``, or a nation's.

        Raises
        ------
        SitingError
            ``no_folder``, ``version_of_nation``, ``no_such_version``; of the record.
        """
        folder, version = parted(place)
        if not folder.is_dir():
            raise SitingError(phrase("compare.no_folder", path=shown_name(folder)), code="no_folder")
        if not is_nation_folder(folder):
            return cls((_part(folder, version),), nation=False)
        if version is not None:
            words = phrase("compare.version_of_nation", path=shown_name(folder))
            raise SitingError(words, code="version_of_nation")
        return cls(tuple(_part(one, None) for one in province_folders(folder)), nation=True)

    def locate(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[Found | Nowhere]:
        """Return the answer for each point, degrees ``(n,)``."""
        found: list[Found | Nowhere] = self._far(lon, lat)
        for part in self.parts:
            near = np.flatnonzero(self._may_hold(part, lon, lat))
            answers = part.standing.locate(lon[near], lat[near]) if len(near) else []
            for number, answer in zip(near, answers, strict=True):
                before = found[number]
                if isinstance(answer, Nowhere):
                    found[number] = before if self.nation else answer
                elif isinstance(before, Nowhere) or answer.edge_m < before.answer.edge_m:
                    found[number] = Found(answer, part)
        return found

    def place(self, name: str, county: str = "", gazetteer: Gazetteer | None = None) -> Place:
        """Return the place that a name means here, in the country's gazetteer unless told another.

        A place on the network's ground is meant before one that is not; where the gazetteer has none of this
        name there, a place of the record itself.

        Raises
        ------
        SitingError
            ``ambiguous_place``, ``unknown_place``; ``place_elsewhere`` where none is on the ground.
        """
        known = gazetteer_places(name, county, provinces=self._provinces, gazetteer=gazetteer)
        answers = self.locate(np.array([one.lon for one in known]), np.array([one.lat for one in known]))
        here = [one for one, answer in zip(known, answers, strict=True) if isinstance(answer, Found)]
        here = here or [one for part in self.parts for one in own_places(part.standing.problem, name, county)]
        if known and not here:
            raise elsewhere(name, known)
        return one_of(name, here)

    @cached_property
    def _provinces(self) -> tuple[str, ...]:
        """The provinces the centers are in."""
        names = {str(name) for part in self.parts for name in part.centers["province"].unique()}
        return tuple(sorted(names - {""}))

    def _far(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[Found | Nowhere]:
        """Say of each point what is true of it unless a plan knows better."""
        if not self.nation:
            return [Nowhere("outside_ground", phrase("locate.no_center"))] * len(lon)
        centers = pd.concat([part.centers for part in self.parts], ignore_index=True)
        xy = to_plane(lon, lat)
        known = np.isfinite(xy).all(axis=1)
        nearest = np.zeros(len(xy), dtype=np.int64)
        nearest[known] = cKDTree(to_plane(centers["lon"], centers["lat"])).query(xy[known])[1]
        there = centers.iloc[nearest]
        km = geodesic_km(lon, lat, there["lon"].astype(float), there["lat"].astype(float))
        names = there[["center_id", "province", "county"]].astype("str").itertuples(index=False, name=None)
        return [
            outside(center, province, county, float(away))
            if in_iran(float(x), float(y))
            else not_in_iran(float(x), float(y))
            for x, y, away, (center, province, county) in zip(lon, lat, km, names, strict=True)
        ]

    def _may_hold(self, part: Part, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        if not self.nation:
            return np.ones(len(lon), dtype=bool)
        shapely.prepare(part.drawn)
        return np.asarray(shapely.dwithin(part.drawn, shapely.points(to_plane(lon, lat)), REACH_M))


def _part(folder: Path, version: int | None) -> Part:
    log = Casebook.open(folder / CASEBOOK).log()
    if version is not None and not 1 <= version <= log[-1].version:
        raise no_such_version(folder / CASEBOOK, version, log[-1].version)
    entry = log[-1] if version is None else log[version - 1]
    return Part(folder, entry.version, entry.hash)
