"""Towns and villages that a reader knows the country by, from the gazetteer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from data.gazetteer import places
from maps.names import label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.plan import Plan
    from maps.stage import Bounds

PEOPLE_BY_ZOOM = ((500_000, 5.0), (100_000, 7.0), (30_000, 8.0), (10_000, 9.0), (3_000, 10.0), (0, 11.0))
"""From how many people on a place is written from which zoom on."""
MOST = 400
NO_CENTER = -1


def towns(box: Bounds, plan: Plan) -> list[dict[str, Any]]:
    """Return the places of the gazetteer in a box, the largest first, each with the zoom it is written from.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north, degrees.
    plan : Plan
        Whose neighbourhoods they lie in: ``center`` is the number of that center among the plan's, if any.

    Returns
    -------
    list of dict
        At most `MOST`.
    """
    number = pd.Index(plan.centers["center_id"]).get_indexer(plan.neighbourhoods["center_id"])
    return towns_on(box, plan.neighbourhoods.geometry.to_numpy(), number)


def towns_on(
    box: Bounds, shapes: NDArray[np.object_], number: NDArray[np.int64], most: int = MOST
) -> list[dict[str, Any]]:
    """Return `towns` of a box, whose ``center`` is the number of the first shape that they lie in, if any.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north, degrees.
    shapes : ndarray of Geometry, shape (n,)
        In degrees.
    number : ndarray of int, shape (n,)
        Of each shape.
    most : int
        Places, at most.
    """
    west, south, east, north = box
    known = _known()
    here = known[known["lon"].between(west, east) & known["lat"].between(south, north)]
    here = here.sort_values(["population", "geoname_id"], ascending=[False, True]).head(most)
    centers = _centers(shapes, number, here)
    return [
        {
            **label({"fa": row["name_fa"] or row["name_en"], "en": row["name_en"]}, (row["lon"], row["lat"])),
            "kind": "town",
            "from": next(zoom for people, zoom in PEOPLE_BY_ZOOM if row["population"] >= people),
            **({} if center < 0 else {"center": int(center)}),
        }
        for row, center in zip(here.to_dict("records"), centers, strict=True)
    ]


@cache
def _known() -> pd.DataFrame:
    """Return the gazetteer's places, joined once for all pages."""
    return places()


def _centers(shapes: NDArray[np.object_], number: NDArray[np.int64], here: pd.DataFrame) -> list[int]:
    """Return the number of the shape that each place lies in, `NO_CENTER` for none."""
    points = shapely.points(here[["lon", "lat"]].to_numpy(float))
    found = np.full(len(here), NO_CENTER)
    place, ground = shapely.STRtree(shapes).query(points, predicate="intersects")
    found[place[::-1]] = number[ground[::-1]]
    return found.tolist()
