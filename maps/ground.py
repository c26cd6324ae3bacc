"""Outlines and names that lie on the map's ground: counties of a plan, provinces of a nation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.fold import fold
from data.geodesy import LCC, WGS84
from maps.names import label, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.plan import Plan

SEAM_M, OUTLINE_M = 1_000.0, 1_500.0


def county_labels(plan: Plan, boundaries: Mapping[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """Return each county's name at a point that is surely inside it.

    That is inside its polygon where one is given, else inside its centers' neighbourhoods, else at the middle
    of its centers.
    """
    polygons = _polygons(boundaries.get("county"))
    shapes = plan.neighbourhoods.set_index("center_id").geometry
    labels = []
    for (province, county), centers in plan.centers.groupby(["province", "county"], sort=True, dropna=True):
        if not county:
            continue
        shape = polygons.get((fold(str(province)), fold(str(county))), polygons.get(("", fold(str(county)))))
        if shape is None:
            shape = shapely.union_all(shapes.reindex(centers["center_id"]).dropna().to_numpy())
        middle = (float(centers["lon"].mean()), float(centers["lat"].mean()))
        labels.append(label(names_of(str(province), str(county)), _inside(shape) or middle))
    return labels


def _polygons(layer: gpd.GeoDataFrame | None) -> dict[tuple[str, str], shapely.Geometry]:
    """Return the polygons of a level in degrees, by folded province (empty where not told) and name."""
    if layer is None or not len(layer):
        return {}
    plane = layer.set_crs(LCC) if layer.crs is None else layer
    provinces = plane["province"] if "province" in plane else pd.Series("", index=plane.index)
    keys = zip(provinces.map(_folded), plane["name"].map(_folded), strict=True)
    return dict(zip(keys, plane.geometry.to_crs(WGS84), strict=True))


def _folded(name: object) -> str:
    return fold(name) if isinstance(name, str) else ""


def _inside(shape: shapely.Geometry) -> tuple[float, float] | None:
    if shape.is_empty:
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
            plane = gpd.read_file(path).geometry.to_crs(LCC).to_numpy()
            # Units are parted each for itself: between two there may be a seam.
            whole = shapely.buffer(shapely.union_all(shapely.buffer(plane, SEAM_M)), -SEAM_M)
            simple = gpd.GeoSeries([shapely.simplify(whole, OUTLINE_M)], crs=LCC)
            found[code] = simple.to_crs(WGS84).iloc[0]
    return {code: shape for code, shape in found.items() if not shape.is_empty}


def province_label(province: str, shape: shapely.Geometry) -> dict[str, Any]:
    """Return a province's name at a point inside its outline."""
    return label(names_of(province), _inside(shape) or (0.0, 0.0))
