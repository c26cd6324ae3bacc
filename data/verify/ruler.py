"""Kilometres, measured without the engine's own code: WGS84 geodesics by pyproj, or the travel file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod, Transformer

from data.verify.columns import numbers, rows_of, texts
from data.verify.far import by_area

if TYPE_CHECKING:
    from data.problem import Problem
    from data.verify.columns import Numbers, Rows, Texts

DECIMALS = 3
TOLERANCE_KM = 0.001 + 1e-9
NEAR_KM = 20.0
"""Chords up to this are turned into arcs by their first term, to less than a millimetre."""
_RADIUS_KM = 6367.0
"""The earth's, between those of its sections: 6335 to 6400. Over `NEAR_KM` they differ by 0.1 mm at most."""


@dataclass(frozen=True)
class Ruler:
    """Measures households against places.

    Attributes
    ----------
    lon, lat : ndarray
        Households in degrees, shape ``(n_households,)``.
    detour : ndarray
        Road km for one straight km by household, that of towns unless rural, shape ``(n_households,)``.
    place_ids : ndarray or None
        Ids of the places in the travel file; None for straight lines.
    pairs, pair_km : ndarray
        The travel file by household row times places plus place, ascending, and its km.
    """

    lon: Numbers
    lat: Numbers
    detour: Numbers
    place_ids: Texts | None
    pairs: Rows
    pair_km: Numbers

    def km(self, rows: Rows, lon: Numbers, lat: Numbers, ids: Texts) -> Numbers:
        """Return km of household rows to places, pair by pair; ``inf`` where the travel file has no pair.

        Parameters
        ----------
        rows : ndarray
            Positions of households, shape ``(n,)``.
        lon, lat, ids : ndarray
            The place of each, degrees and the id it has in the travel file, shape ``(n,)``.
        """
        if self.place_ids is not None:
            return self._travel(rows, rows_of(self.place_ids, ids))
        _, _, metres = Geod(ellps="WGS84").inv(self.lon[rows], self.lat[rows], lon, lat)
        straight = np.round(np.asarray(metres, np.float64) / 1000, DECIMALS)
        return np.round(straight * self.detour[rows], DECIMALS)

    def near_km(self, rows: Rows, chord_km: Numbers) -> Numbers:
        """Return km of household rows to places at known chords (`earth_km`) of at most `NEAR_KM`.

        A circle's arc is longer than its chord by ``chord ** 3 / (24 * radius ** 2)`` and terms that are
        smaller by ``(chord / radius) ** 2``.
        """
        arc = chord_km + chord_km**3 / (24 * _RADIUS_KM**2)
        return np.round(np.round(arc, DECIMALS) * self.detour[rows], DECIMALS)

    def _travel(self, rows: Rows, places: Rows) -> Numbers:
        if self.place_ids is None or not self.pairs.size:
            return np.full(len(rows), np.inf)
        wanted = rows * len(self.place_ids) + places
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        known = (places >= 0) & (self.pairs[at] == wanted)
        return np.where(known, self.pair_km[at], np.inf)


def ruler_of(problem: Problem, household_ids: Texts) -> Ruler:
    """Return the ruler of a problem's households."""
    households = problem.households
    detour = by_area(problem.rules, households, texts(households, "province"), "detour")
    place_ids, pairs, pair_km = None, np.zeros(0, np.int64), np.zeros(0)
    if problem.travel is not None:
        sites = texts(problem.travel, "site_id")
        place_ids = np.unique(sites.astype(str)).astype(object)
        rows = rows_of(household_ids, texts(problem.travel, "household_id"))
        keys = rows * len(place_ids) + rows_of(place_ids, sites)
        kept = np.flatnonzero(rows >= 0)
        order = kept[np.argsort(keys[kept], kind="stable")]
        pairs, pair_km = keys[order], numbers(problem.travel, "km")[order]
    return Ruler(numbers(households, "lon"), numbers(households, "lat"), detour, place_ids, pairs, pair_km)


def earth_km(lon: Numbers, lat: Numbers) -> Numbers:
    """Return earth-centered km, shape ``(n, 3)``; the chord of two places is never above their geodesic."""
    return np.column_stack(_to_earth().transform(lon, lat, np.zeros(len(lon)))) / 1000


@cache
def _to_earth() -> Transformer:
    return Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
