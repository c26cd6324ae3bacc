"""A page for each center: its neighbourhood and those beside it, its figures, and who comes from where."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from data.geodesy import geodesic_km
from data.rules import Rules
from data.text import phrase
from maps import facts
from maps.around import NOTHING
from maps.classes import COLOURS, LoadClasses
from maps.ground import counties_of, county_labels, county_lines
from maps.legend import symbols
from maps.load_bar import LoadBar
from maps.names import both
from maps.page import Shared, write_assets, write_page
from maps.plan_page import distance_note, legend, page_names, script_texts, worded
from maps.runner_up import runner_ups
from maps.served import coming
from maps.stage import stage_script
from maps.towns import towns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from data.plan import Plan
    from data.text import Lang
    from maps.around import Around
    from maps.origin import Origin
    from maps.stage import Bounds

ASSETS, PAGES = "assets", "centers"
"""Folders beside ``index.html``: what the pages share, and they themselves."""
LAYERS = ("ground", "borders", "labels", "towns", "centers")
MARGIN = 0.35
"""How much wider than the neighbourhood its map is, as a share of its longer side."""
_SHARED = Shared(f"../{ASSETS}", ("reader.js", "paper.js", "center.js"))
_NO_BOUNDARIES: Mapping[str, gpd.GeoDataFrame] = MappingProxyType({})


def draw_centers(
    out: Path,
    *,
    plan: Plan,
    places: pd.DataFrame,
    boundaries: Mapping[str, gpd.GeoDataFrame] = _NO_BOUNDARIES,
    judged: Plan | None = None,
    lang: Lang = "en",
    origin: Origin | None = None,
    around: Around = NOTHING,
) -> int:
    """Write ``out/centers/CENTER.html`` for every center and what they share; return how many.

    Parameters
    ----------
    out : Path
        Folder of the plan's page, whose `maps.draw` leads here with ``center_pages``.
    plan : Plan
        What is drawn, and may be published (`data.privacy.publishing.Published`).
    places : DataFrame
        Which village or quarter goes to which center, as may be published.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level; of counties without one the neighbourhoods are the ground.
    judged : Plan, optional
        The plan whose reserves and bound are told, that of the release; ``plan`` unless told.
    lang : {"fa", "en"}
        Language the pages open in.
    origin : Origin, optional
        The version of which the plan is.
    around : Around
        Layers of the user's, and tiles.
    """
    write_assets(out / ASSETS)
    rules: Mapping[str, Any] = plan.provenance["rules"]
    load, least = str(rules.get("count", "cases")), int(rules.get("privacy_k", Rules.privacy_k))
    distance = str(plan.provenance.get("distance") or "straight_line")
    classes = LoadClasses(int(rules["min_cases"]), int(rules["max_cases"]))
    rows = facts.center_rows(plan, classes, load)
    views = _views(plan, boundaries, rows)
    served = coming(places)
    next_best = runner_ups(plan if judged is None else judged)
    texts = script_texts(load, distance)
    for view in views:
        row, given = rows[view.number], around.drawn(view.box)
        write_page(
            out / PAGES / view.page,
            "center.html",
            kind="center",
            lang=lang,
            scripts=[stage_script(LAYERS, view.extent, given=around.layers, tiles=around.tiles)],
            shared=_SHARED,
            origin=origin,
            tiles=around.tiles,
            data={
                "colours": COLOURS,
                "margin": 40,
                "centers": [{**rows[one], "page": views[one].page} for one in view.shown],
                "grounds": [views[one].rings for one in view.shown],
                "lines": view.lines,
                "labels": view.labels,
                "towns": towns(view.box, plan),
                "backdrops": given,
                "texts": texts,
            },
            plain_title=row["name"] or row["id"],
            title=row["name"] or row["id"],
            synthetic=bool(plan.provenance.get("synthetic", False)),
            row=row,
            county=both(row["county"]),
            applicant=worded("kind", row["kind"]),
            underfull=worded("underfull", row["underfull"]),
            bar=LoadBar(row["load"], classes.least, row["most"]),
            next_best=next_best.get(row["id"]),
            near=[(rows[one], views[one].page, km, own) for one, km, own in view.near],
            places=served.get(row["id"], []),
            backdrops=given,
            few=least,
            load=load,
            legend=legend(classes, [rows[one]["class"] for one in view.shown]),
            symbols=symbols([rows[one] for one in view.shown]),
            distance=distance_note(distance, rules),
            km=phrase(f"maps.km_{distance}"),
        )
    return len(rows)


@dataclass(frozen=True)
class _View:
    """What the page of a center shows on its map.

    ``near`` has the numbers of the centers beside it, the km to them, and whether they are of its unit.
    """

    number: int
    page: str
    rings: Sequence[Any]
    extent: Bounds
    box: Bounds
    lines: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    near: list[tuple[int, float, bool]]

    @property
    def shown(self) -> list[int]:
        return [self.number, *(one for one, _, _ in self.near)]


def _views(
    plan: Plan, boundaries: Mapping[str, gpd.GeoDataFrame], rows: Sequence[Mapping[str, Any]]
) -> list[_View]:
    names = page_names(plan.centers)
    rings = {ground["center"]: ground["rings"] for ground in facts.grounds(plan)}
    own = facts.beside_in_unit(plan)
    whole = facts.widened(facts.extent(plan), MARGIN)
    counties = counties_of(plan, boundaries, whole)
    outlines = county_lines(counties, facts.border_m(whole))
    labels = county_labels(counties)
    views = []
    for number, near in enumerate(facts.beside(plan)):
        lon, lat = np.array([rows[one]["lonlat"] for one in (number, *near)]).T
        km = geodesic_km(lon[:1].repeat(len(near)), lat[:1].repeat(len(near)), lon[1:], lat[1:])
        extent = _extent(rings.get(number), rows[number])
        box = facts.widened(extent, MARGIN)
        called = [_called(rows[number], "own"), *(_called(rows[one], "center") for one in near)]
        lines = [{"level": "county", "parts": facts.within(outlines, box)}]
        here = [one for one in labels if _inside(one["lonlat"], box)]
        beside = [(one, float(far), one in own[number]) for one, far in zip(near, km, strict=True)]
        views.append(
            _View(number, names[number], rings.get(number, []), extent, box, lines, called + here, beside)
        )
    return views


def _called(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the label of a center."""
    name = row["name"] or row["id"]
    return {"names": {"fa": name, "en": name}, "lonlat": row["lonlat"], "kind": kind}


def _inside(lonlat: Sequence[float], box: Bounds) -> bool:
    west, south, east, north = box
    return west <= lonlat[0] <= east and south <= lonlat[1] <= north


def _extent(rings: Sequence[Any] | None, row: Mapping[str, Any]) -> Bounds:
    """Return west, south, east, north of a neighbourhood and its center, degrees."""
    lon, lat = row["lonlat"]
    if not rings:
        return facts.widened((lon, lat, lon, lat), MARGIN)
    south, west = np.min([(lat, lon), *(point for part in rings for point in part[0])], axis=0)
    north, east = np.max([(lat, lon), *(point for part in rings for point in part[0])], axis=0)
    return float(west), float(south), float(east), float(north)
