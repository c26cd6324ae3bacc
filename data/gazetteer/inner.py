"""Further points of a county's or district's ground, so that its real places and these see most of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.gazetteer.land import MARGIN_KM, room_km, written
from data.gazetteer.tables import BEARINGS
from data.geodesy import LCC, WGS84

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

INHABITED_KM = 22.0
STAR_KM = 15.0
MOST_POINTS = 6
LEAST_COUNTY_KM = 3.0
LEAST_DISTRICT_KM = 0.4
DISTRICT_MARGIN_KM = 0.05


def county_points(ground: gpd.GeoDataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return inner points of the inhabited ground of each county.

    Ground counts as inhabited within 22 km of a real place of any county: villages are invented there and not
    in the deserts.

    Parameters
    ----------
    ground : GeoDataFrame
        Land by census code, LCC metres.
    places : DataFrame
        Real places with ``lon``, ``lat`` and ``census_code``.

    Returns
    -------
    DataFrame
        ``census_code``, ``district`` (0), ``lon``, ``lat`` and ``room_km``.
    """
    points = gpd.GeoSeries(gpd.points_from_xy(places["lon"], places["lat"]), crs=WGS84).to_crs(LCC)
    inhabited = points.buffer(INHABITED_KM * 1000, quad_segs=4).union_all()
    own = points.groupby(places["census_code"].to_numpy()).apply(list).to_dict()
    rows = [
        row
        for code, shape in ground.geometry.items()
        for row in _points_of(shape.intersection(inhabited), own.get(code, []), LEAST_COUNTY_KM, code, 0)
    ]
    return _table(rows, ground.geometry.to_dict())


def district_points(code: str, polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return inner points of each district of a city, the columns of `county_points`."""
    shapes = polygons.set_index("district").geometry.to_dict()
    rows = [
        row
        for number, shape in shapes.items()
        for row in _points_of(shape, [], LEAST_DISTRICT_KM, code, int(number))
    ]
    return _table(rows, {(code, number): shape for number, shape in shapes.items()})


def _points_of(
    shape: Any,  # noqa: ANN401
    known: list[Any],
    least_km: float,
    code: str,
    district: int,
) -> list[tuple[str, int, Any]]:
    """Take the center of the largest circle of what no point sees yet, and again."""
    seen = [_star(point, shape) for point in known]
    rows = []
    for _ in range(MOST_POINTS):
        unseen = shape.difference(shapely.union_all(seen)) if seen else shape
        if unseen.is_empty:
            break
        circle = shapely.maximum_inscribed_circle(unseen, 50)
        if circle.length < least_km * 1000:
            break
        point = shapely.get_point(circle, 0)
        rows.append((code, district, point))
        seen.append(_star(point, shape))
    return rows


def _star(point: Any, shape: Any) -> Any:  # noqa: ANN401
    room = room_km(gpd.GeoSeries([point]), gpd.GeoSeries([shape]), STAR_KM)[0] * 1000
    bearing = np.arange(BEARINGS) * 2 * np.pi / BEARINGS
    ring = np.column_stack([np.sin(bearing), np.cos(bearing)]) * np.maximum(room, 1.0)[:, None]
    return shapely.make_valid(shapely.Polygon(ring + shapely.get_coordinates(point)))


def _table(rows: list[tuple[str, int, Any]], shapes: Mapping[Hashable, Any]) -> pd.DataFrame:
    points = gpd.GeoSeries([point for _, _, point in rows], crs=LCC)
    own = gpd.GeoSeries([shapes[(code, number) if number else code] for code, number, _ in rows], crs=LCC)
    degrees = points.to_crs(WGS84)
    room: NDArray[np.float64] = room_km(
        points, own, margin_km=DISTRICT_MARGIN_KM if rows[0][1] else MARGIN_KM
    )
    return pd.DataFrame(
        {
            "census_code": [code for code, _, _ in rows],
            "district": [number for _, number, _ in rows],
            "lon": degrees.x.round(4),
            "lat": degrees.y.round(4),
            "room_km": written(room),
        }
    )
