"""The cells that neighbourhoods are made of, and the center that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from data.geodesy import to_plane
from siting.ground.costs import Costs
from siting.ground.grounds import LEVELS, grounds_of, keys_of
from siting.ground.inside import inside
from siting.ground.lattice import NOBODY, Lattice, share_ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from data.problem import Problem

FURTHEST_M = 1e9
"""Beyond every ground."""


@dataclass(frozen=True)
class Laid:
    """The lattice over the ground of one unit.

    Attributes
    ----------
    ground : Geometry
        Of the unit, LCC metres. Cells that reach over its edge count only up to there.
    lattice : Lattice
        Over the ground.
    labels : ndarray of int, shape (rows, columns)
        Number of the center of every cell, -1 everywhere where nobody of the unit is served.
    """

    ground: shapely.Geometry
    lattice: Lattice
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """The ground of every unit, ready to be laid with cells.

    Attributes
    ----------
    problem : Problem
        Boundaries and rules.
    served : DataFrame
        As `served_at_home`.
    centers : DataFrame
        One row an open center.
    grounds : dict of tuple of str to Geometry
        As `siting.ground.grounds.grounds_of`.
    """

    problem: Problem
    served: pd.DataFrame
    centers: pd.DataFrame
    grounds: dict[tuple[str, ...], shapely.Geometry]

    @classmethod
    def of(cls, problem: Problem, assignments: pd.DataFrame, centers: pd.DataFrame) -> Cells:
        """Take the ground of a plan; tables as `siting.ground.neighbourhoods.partition` takes them."""
        served = served_at_home(problem, assignments, centers)
        return cls(problem, served, centers, grounds_of(problem, served))

    def laid(self, only: Iterable[int] | None = None) -> Iterator[Laid]:
        """Yield the ground of every unit with its cells shared out among the centers.

        Parameters
        ----------
        only : iterable of int, optional
            Numbers of the grounds wanted, in the order of `grounds`; all unless told.
        """
        rules, keys = self.problem.rules, list(self.grounds)
        centers_xy = to_plane(self.centers["lon"], self.centers["lat"])
        at, known = pd.factorize(pd.Index(self.served["ground"], tupleize_cols=False))
        number_of = {key: number for number, key in enumerate(known)}
        for key in keys if only is None else [keys[one] for one in only]:
            ground = self.grounds[key]
            lattice = Lattice.over(
                shapely.bounds(ground), fine_m=rules.grid_urban_m, coarse_m=rules.grid_rural_m
            )
            here = self.served[at == number_of[key]]
            here = here[lattice.cells(here[["x", "y"]].to_numpy())[1]]
            labels = np.full((lattice.rows, lattice.columns), NOBODY)
            if len(here):
                owners, owner = np.unique(here["owner"], return_inverse=True)
                shared = share_ground(
                    lattice,
                    here[["x", "y"]].to_numpy(),
                    owner,
                    centers_xy[owners],
                    Costs.of(here, self.centers.iloc[owners], rules),
                    crumb=rules.privacy_k,
                    on=inside(lattice, ground),
                )
                labels = owners[shared]
            yield Laid(ground, lattice, labels)

    def owners(self, xy: NDArray[np.float64], *, snap_m: float = 0.0) -> NDArray[np.int64]:
        """Return the number of the center in whose cell each point lies, -1 for none, ``(n,)``.

        Parameters
        ----------
        xy : ndarray
            LCC metres, ``(n, 2)``.
        snap_m : float
            A point outside all ground counts as on its edge if that is no further.
        """
        found = np.full(len(xy), NOBODY)
        number, away = self._nearest(xy)
        whose = np.where(away <= snap_m, number, NOBODY)
        wanted = [int(one) for one in np.unique(whose) if one != NOBODY]
        for one, laid in zip(wanted, self.laid(wanted), strict=True):
            mine = np.flatnonzero(whose == one)
            points = shapely.points(xy[mine])
            edge = shapely.get_point(shapely.shortest_line(laid.ground, points), 0)
            cells, _ = laid.lattice.cells(shapely.get_coordinates(edge))
            found[mine] = laid.labels.ravel()[cells]
        return found

    def away_m(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each point lies outside the nearest ground, metres, 0 inside one, ``(n,)``."""
        return self._nearest(xy)[1]

    def _nearest(self, xy: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the first ground nearest to each point and how far it is, metres."""
        number, away = np.full(len(xy), NOBODY), np.full(len(xy), FURTHEST_M)
        on = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if not self.grounds or not len(on):
            return number, away
        tree = shapely.STRtree(list(self.grounds.values()))
        (point, ground), metres = tree.query_nearest(shapely.points(xy[on]), return_distance=True)
        order = np.lexsort((-ground, -point))
        number[on[point[order]]], away[on[point[order]]] = ground[order], metres[order]
        return number, away


def served_at_home(problem: Problem, assignments: pd.DataFrame, centers: pd.DataFrame) -> pd.DataFrame:
    """Return served households with a location.

    Returns
    -------
    DataFrame
        ``lon``, ``lat``, ``x``, ``y`` (metres), ``cases``, ``owner`` (number of the center), ``ground`` (key
        of the unit), ``place``, ``county``, ``district``, ``area``.
    """
    households = problem.households.set_index("household_id").loc[assignments["household_id"]]
    served = pd.DataFrame(
        {
            "lon": households["lon"].to_numpy(float),
            "lat": households["lat"].to_numpy(float),
            "cases": assignments["cases"].to_numpy(),
            "owner": pd.Index(centers["center_id"]).get_indexer(assignments["center_id"]),
            "ground": keys_of(households, LEVELS[problem.rules.within]),
            **{name: _words(households, name) for name in ("place", "county", "district", "area")},
        }
    )
    served[["x", "y"]] = to_plane(served["lon"], served["lat"])
    located: pd.DataFrame = served[np.isfinite(served["x"]) & (served["owner"] >= 0)]
    return located.reset_index(drop=True)


def _words(table: pd.DataFrame, name: str) -> NDArray[np.object_]:
    words = table[name].fillna("") if name in table else pd.Series("", index=table.index)
    return words.to_numpy(dtype=object)
