"""Polygons of one level that claim the same ground: slivers pass, more is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from data.fold import fold
from data.geodesy import LCC
from data.readers.failures import failure

if TYPE_CHECKING:
    from data.errors import Failure

SLIVER_SHARE = 0.01
"""Share of the smaller polygon that borders drawn twice may overlap by, unsaid."""
MOST_SHARE = 0.1
"""Share that is still taken for a border drawn twice, with a note (Tehran's quarters reach 5 %)."""
M2_A_HECTARE = 1e4


def overlaps(polygons: gpd.GeoDataFrame) -> tuple[list[Failure], list[Failure]]:
    """Return the failures and the notes of polygons that overlap, in the order of the rows.

    Parameters
    ----------
    polygons : GeoDataFrame
        Of one level, each name once a parent: ``file``, ``row``, ``name``, geometry.

    Returns
    -------
    failures, notes : list of Failure
        ``overlapping_polygons``: two polygons share more than `MOST_SHARE` of the smaller.
        ``overlapping_borders``: they share more than `SLIVER_SHARE` of it; there the first of them holds.
    """
    shapes = polygons.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    keys = np.array([fold(name) for name in polygons["name"]], dtype=object)
    pairs = (one < other) & (keys[one] != keys[other])
    one, other = one[pairs], other[pairs]
    common = shapely.intersection(shapes[one], shapes[other])
    share = shapely.area(common) / np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    seen = np.lexsort((other, one))
    seen = seen[share[seen] > SLIVER_SHARE]
    m2 = gpd.GeoSeries(common[seen], crs=polygons.crs).to_crs(LCC).area.to_numpy()
    failures: list[Failure] = []
    notes: list[Failure] = []
    for pair, area_m2 in zip(seen, m2, strict=True):
        first, second = polygons.iloc[one[pair]], polygons.iloc[other[pair]]
        refused = share[pair] > MOST_SHARE
        said = failure(
            first["file"],
            int(first["row"]),
            "overlapping_polygons" if refused else "overlapping_borders",
            first["name"],
            other=second["name"],
            hectares=max(1, round(area_m2 / M2_A_HECTARE)),
            percent=round(100 * share[pair]),
        )
        (failures if refused else notes).append(said)
    return failures, notes
