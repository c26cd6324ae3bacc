"""What a map says of a plan: numbers and shapes, and of households only how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.geodesy import LCC, WGS84, to_plane
from data.public import few_or, measured
from data.summary import weighted_km
from maps.classes import km_class
from maps.names import names_of
from maps.stage import IRAN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from data.plan import Plan
    from maps.classes import LoadClasses
    from maps.stage import Bounds

DECIMALS = 5
LEAST_DEGREES = 0.1
"""What is smaller is shown as if it were so wide."""
BORDER_M, BORDER_SHARE, KM_A_DEGREE = 150.0, 1 / 2000, 100.0
"""Simplified by at most so many metres, and so much of the map's width (about 100 km a degree)."""


def figures(plan: Plan, ways: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the plan's numbers: counts, and what is measured of all who are served (`measured_of`)."""
    cases = plan.assignments["cases"]
    return {
        "households": len(plan.assignments) + len(plan.unassigned),
        "cases": int(cases.sum() + plan.unassigned["cases"].sum()),
        "centers": len(plan.centers),
        "vacancies": len(plan.vacancies),
        **ways,
    }


def measured_of(plan: Plan, least: int) -> dict[str, float | None]:
    """Return what may be told of the ways of all who are served, and of the bound."""
    served = plan.assignments
    return measured(weighted_km(served["km"], served["cases"]), plan.bound_gap, len(served), least)


def unassigned_by_reason(plan: Plan, least: int) -> dict[str, int | None]:
    """Return how many households have no center, by reason, most first; None for fewer than ``k``."""
    counts = plan.unassigned.groupby("reason").size().sort_index()
    ordered = counts.sort_values(ascending=False, kind="stable")
    return {str(reason): few_or(int(n), least) for reason, n in ordered.items()}


def center_rows(plan: Plan, classes: LoadClasses, load: str) -> list[dict[str, Any]]:
    """Return what a click on each center says, in the order of their ids."""
    ground = plan.neighbourhoods.set_index("center_id")
    rows = plan.centers.assign(load_class=classes.of(plan.centers[load], plan.centers["max_cases"]))
    return [
        {
            "id": _text(row["center_id"]),
            "name": _text(row["name"]) or _text(ground["name"].get(row["center_id"])),
            "ground": _text(ground["name"].get(row["center_id"])) if _text(row["name"]) else "",
            "lonlat": [round(float(row["lon"]), DECIMALS), round(float(row["lat"]), DECIMALS)],
            "area": _text(row["area"]) or "any",
            "status": "existing" if _text(row["status"]) == "existing" else "new",
            "class": int(row["load_class"]),
            "load": int(row[load]),
            "most": _number(row["max_cases"]) or classes.most,
            "households": int(row["households"]),
            "caseworkers": int(row["caseworkers"]),
            "km_class": km_class(_number(row["km_median"])),
            "km_median": _number(row["km_median"]),
            "km_p90": _number(row["km_p90"]),
            "kind": _text(row["kind"]),
            "preference": _number(row["preference"]),
            "county": _county(row),
            "underfull": _text(row["underfull_reason"]),
            "inside": _number(100 * ground["fraction_inside"].get(row["center_id"], np.nan)),
        }
        for row in rows.to_dict("records")
    ]


def vacancy_rows(plan: Plan) -> list[dict[str, Any]]:
    """Return what a click on each vacancy says."""
    return [
        {
            "id": _text(row["vacancy_id"]),
            "lonlat": [round(float(row["lon"]), DECIMALS), round(float(row["lat"]), DECIMALS)],
            "load": _number(row["cases"]),
            "households": _number(row["households"]),
            "county": _county(row),
        }
        for row in plan.vacancies.to_dict("records")
    ]


def grounds(plan: Plan) -> list[dict[str, Any]]:
    """Return the neighbourhoods' polygons, each with the number of its center among the plan's."""
    number = pd.Index(plan.centers["center_id"]).get_indexer(plan.neighbourhoods["center_id"])
    shapes = plan.neighbourhoods.geometry.to_numpy()
    return [
        {"center": int(center), "rings": _rings(shape)}
        for center, shape in zip(number, shapes, strict=True)
        if not shape.is_empty
    ]


def beside(plan: Plan) -> list[list[int]]:
    """Return, for each center of the plan, the numbers of those whose neighbourhoods touch its own.

    The nearest come first.
    """
    number = pd.Index(plan.centers["center_id"]).get_indexer(plan.neighbourhoods["center_id"])
    shapes = plan.neighbourhoods.geometry.to_numpy()
    found: list[set[int]] = [set() for _ in range(len(plan.centers))]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for here, there in zip(number[one], number[other], strict=True):
        if here != there:
            found[here].add(int(there))
    points = to_plane(plan.centers["lon"], plan.centers["lat"])
    return [
        sorted(near, key=lambda there: (float(np.hypot(*(points[there] - points[here]))), there))
        for here, near in enumerate(found)
    ]


def beside_in_unit(plan: Plan) -> list[list[int]]:
    """Return `beside`, but only centers that may take a household: those of the same unit."""
    unit = plan.centers["unit"].to_numpy(dtype=object)
    return [[one for one in near if unit[one] == unit[here]] for here, near in enumerate(beside(plan))]


def unit_lines(plan: Plan, boundaries: Mapping[str, gpd.GeoDataFrame], box: Bounds) -> list[dict[str, Any]]:
    """Return the lines to draw: boundaries given, within a box, coarsest last, and every unit's outline."""
    lines = []
    tolerance_m = border_m(box)
    for level in ("district", "county", "province"):
        layer = boundaries.get(level)
        if layer is not None and len(layer):
            plane = layer.set_crs(LCC) if layer.crs is None else layer.to_crs(LCC)
            simple = gpd.GeoSeries(shapely.simplify(plane.geometry.to_numpy(), tolerance_m), crs=LCC)
            lines.append({"level": level, "parts": within(shapely.boundary(simple.to_crs(WGS84)), box)})
    unit = plan.centers.set_index("center_id")["unit"].reindex(plan.neighbourhoods["center_id"]).to_numpy()
    shapes = plan.neighbourhoods.geometry.to_numpy()
    outlines = [shapely.coverage_union_all(shapes[unit == one]) for one in sorted(set(unit))]
    lines.append({"level": "unit", "parts": outline(outlines)})
    return lines


def border_m(box: Bounds) -> float:
    """Return by how many metres a border may be moved on a map of a box."""
    west, south, east, north = box
    return min(BORDER_M, BORDER_SHARE * KM_A_DEGREE * 1000 * max(east - west, north - south))


def within(lines: Iterable[shapely.Geometry], box: Bounds) -> list[Any]:
    """Return what of some lines lies in a box, as lines of ``[lat, lon]``."""
    clipped = shapely.clip_by_rect(np.array(list(lines), dtype=object), *box)
    parts = shapely.get_parts(shapely.line_merge(clipped))
    return [_latlon(part) for part in parts if part.length]


def widened(bounds: Bounds, share: float) -> Bounds:
    """Return bounds that are wider on every side by a share of their longer side, or of `LEAST_DEGREES`."""
    west, south, east, north = bounds
    more = share * max(east - west, north - south, LEAST_DEGREES)
    return west - more, south - more, east + more, north + more


def places_of(plan: Plan) -> set[tuple[str, str]]:
    """Return province and county of everything in the plan."""
    tables = (plan.assignments, plan.centers, plan.vacancies)
    pairs = pd.concat([table[["province", "county"]].drop_duplicates() for table in tables])
    return {(_text(province), _text(county)) for province, county in pairs.to_numpy(dtype=object)}


def extent(plan: Plan) -> tuple[float, float, float, float]:
    """Return west, south, east, north of everything drawn, degrees; all Iran where nothing is."""
    points = pd.concat([plan.centers[["lon", "lat"]], plan.vacancies[["lon", "lat"]]]).to_numpy(float)
    if not len(points):
        return IRAN
    west_south, east_north = [points.min(axis=0)], [points.max(axis=0)]
    if len(plan.neighbourhoods) and not plan.neighbourhoods.is_empty.all():
        bounds = plan.neighbourhoods.total_bounds
        west_south.append(bounds[:2])
        east_north.append(bounds[2:])
    west, south = np.min(west_south, axis=0)
    east, north = np.max(east_north, axis=0)
    return float(west), float(south), float(east), float(north)


def _rings(shape: shapely.Geometry) -> list[Any]:
    return [
        [_latlon(ring) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in shapely.get_parts(shape)
    ]


def outline(shapes: Iterable[shapely.Geometry]) -> list[Any]:
    """Return the borders of shapes in degrees as lines of ``[lat, lon]``."""
    outlines = shapely.boundary(np.array(list(shapes), dtype=object))
    return [_latlon(part) for part in shapely.get_parts(outlines)]


def _latlon(line: shapely.Geometry) -> list[list[float]]:
    rounded: list[list[float]] = np.round(shapely.get_coordinates(line)[:, ::-1], DECIMALS).tolist()
    return rounded


def _county(row: Mapping[Hashable, Any]) -> dict[str, str]:
    """Return the name of a row's county in both languages, empty where none is told."""
    county = _text(row["county"])
    return {
        str(lang): name for lang, name in names_of(_text(row["province"]) if county else "", county).items()
    }


def _text(value: Any) -> str:  # noqa: ANN401 - a cell of a table
    return "" if value is None or pd.isna(value) else str(value)


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell of a table
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 3)
