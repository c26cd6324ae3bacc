"""Outlines and names that lie on the map's ground: counties of a plan, provinces of a nation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.fold import fold
from data.geodesy import LCC, WGS84
from maps.names import label, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from data.plan import Plan
    from maps.stage import Bounds

SEAM_M, OUTLINE_M = 1_000.0, 1_500.0


@dataclass(frozen=True)
class County:
    """A county of a plan, or one beside it.

    Attributes
    ----------
    province, county : str
        As the plan or the boundaries call it; the province is empty where it is not told.
    shape : Geometry
        Its ground in degrees, empty where there is none.
    point : tuple of float
        Where its name is written: lon, lat, surely inside its ground where it has any.
    served : bool
        Whether it has a center.
    """

    province: str
    county: str
    shape: shapely.Geometry
    point: tuple[float, float]
    served: bool


def counties_of(plan: Plan, boundaries: Mapping[str, gpd.GeoDataFrame], box: Bounds) -> list[County]:
    """Return the counties of the plan's centers, then those of the boundaries that lie beside them.

    The ground of a county is its polygon where one is given, else its centers' neighbourhoods.

    Parameters
    ----------
    plan : Plan
        What is drawn.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level.
    box : tuple of float
        West, south, east, north, degrees: what the map shows; of other counties only these are returned.
    """
    polygons = _polygons(boundaries.get("county"))
    shapes = plan.neighbourhoods.set_index("center_id").geometry
    found, taken = [], set()
    for (province, county), centers in plan.centers.groupby(["province", "county"], sort=True, dropna=True):
        if not county:
            continue
        keys = ((fold(str(province)), fold(str(county))), ("", fold(str(county))))
        key = next((one for one in keys if one in polygons), None)
        taken.add(key)
        if key is None:
            shape = _whole(shapes.reindex(centers["center_id"]).dropna().to_numpy())
        else:
            shape = polygons[key][1]
        middle = (float(centers["lon"].mean()), float(centers["lat"].mean()))
        found.append(County(str(province), str(county), shape, _inside(shape) or middle, served=True))
    for key, ((province, county), shape) in sorted(polygons.items()):
        point = None if key in taken else _inside(shapely.clip_by_rect(shape, *box))
        if point:
            found.append(County(province, county, shape, point, served=False))
    return found


def county_labels(counties: Iterable[County]) -> list[dict[str, Any]]:
    """Return each county's name and where it is written; ``beside`` marks those without a center."""
    return [
        label(names_of(one.province, one.county), one.point) | ({} if one.served else {"kind": "beside"})
        for one in counties
    ]


def county_lines(counties: Sequence[County], tolerance_m: float) -> list[shapely.Geometry]:
    """Return the outline of each county in degrees, simplified; a border that two share is one line.

    Parameters
    ----------
    counties : sequence of County
        Those of `counties_of`.
    tolerance_m : float
        Metres by which a border may move.
    """
    plane = gpd.GeoSeries([one.shape for one in counties], crs=WGS84).to_crs(LCC).to_numpy()
    simple = gpd.GeoSeries(shapely.coverage_simplify(plane, tolerance_m), crs=LCC).to_crs(WGS84)
    return list(shapely.boundary(simple.to_numpy()))


def _whole(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return the ground of neighbourhoods of one county, also of two units, between which there is a seam."""
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return shapely.union_all(shapes)


Named = tuple[tuple[str, str], shapely.Geometry]


def _polygons(layer: gpd.GeoDataFrame | None) -> dict[tuple[str, str], Named]:
    """Return names and polygons of a level in degrees, by folded province (empty where not told) and name."""
    if layer is None or not len(layer):
        return {}
    plane = layer.set_crs(LCC) if layer.crs is None else layer
    provinces = plane["province"] if "province" in plane else pd.Series("", index=plane.index)
    names = list(zip(provinces.map(_plain), plane["name"].map(_plain), strict=True))
    shapes = zip(names, plane.geometry.to_crs(WGS84), strict=True)
    return {
        (fold(province), fold(name)): named for (province, name), named in zip(names, shapes, strict=True)
    }


def _plain(name: object) -> str:
    return name if isinstance(name, str) else ""


def _inside(shape: shapely.Geometry) -> tuple[float, float] | None:
    if shape.is_empty or not shape.area:
        return None
    parts = shapely.get_parts(shape)
    point = shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])
    return float(point.x), float(point.y)


def province_outlines(provinces: Path, codes: list[str]) -> dict[str, shapely.Geometry]:
    """Return the ground of every province in degrees: the union of its neighbourhoods, simplified.

    Parameters
    ----------
    provinces : Path
        Folder of the plan folders; one without ``neighbourhoods.geojson`` is left out.
    codes : list of str
        Names of the folders.
    """
    found = {}
    for code in codes:
        path = provinces / code / "neighbourhoods.geojson"
        if path.is_file():
            found[code] = province_outline(gpd.read_file(path).geometry.to_numpy())
    return {code: shape for code, shape in found.items() if not shape.is_empty}


def province_outline(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return the ground of a province in degrees, simplified, from that of its neighbourhoods in degrees."""
    plane = gpd.GeoSeries(shapes, crs=WGS84).to_crs(LCC).to_numpy()
    # Units are parted each for itself: between two there may be a seam.
    whole = shapely.buffer(shapely.union_all(shapely.buffer(plane, SEAM_M)), -SEAM_M)
    return gpd.GeoSeries([shapely.simplify(whole, OUTLINE_M)], crs=LCC).to_crs(WGS84).iloc[0]


def province_label(province: str, shape: shapely.Geometry) -> dict[str, Any]:
    """Return a province's name at a point inside its outline."""
    return label(names_of(province), _inside(shape) or (0.0, 0.0))
