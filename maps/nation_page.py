"""The map of a nation: every center, and a table of provinces that leads to their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maps.classes import COLOURS, LoadClasses
from maps.facts import outline
from maps.ground import province_label, province_outlines
from maps.names import both, names_of, provinces_title
from maps.page import asset, in_both, write_page
from maps.plan_page import distance_note, legend, script_texts
from maps.stage import stage_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import shapely

    from data.text import Lang
    from maps.stage import Bounds

IRAN = (44.0, 25.0, 63.4, 39.8)
TOTALS = ("households", "cases", "centers", "vacancies", "unassigned")


def draw_nation(
    out: Path,
    *,
    summaries: Sequence[Mapping[str, Any]],
    centers: pd.DataFrame,
    lang: Lang = "en",
    title: str = "",
) -> Path:
    """Write ``out/index.html`` of a nation's folder, linking to ``../provinces/CODE/map/index.html``.

    The ground of a province is drawn from ``../provinces/CODE/neighbourhoods.geojson``, where that is there.

    Parameters
    ----------
    out : Path
        Folder of the page, ``NATION/map``.
    summaries : sequence of mapping
        ``summary.json`` of each province, with its ``code`` (name of its folder) and ``province`` (its name).
    centers : DataFrame
        Centers of all provinces: ``lon``, ``lat``, ``cases``, ``max_cases``.
    lang : {"fa", "en"}
        Language the page opens in.
    title : str
        Heading; without one, the names of the provinces.

    Returns
    -------
    Path
        The page.
    """
    rules = summaries[0]["rules"]
    classes = LoadClasses(int(rules["min_cases"]), int(rules["max_cases"]))
    steps = classes.of(centers["cases"], centers["max_cases"])
    points = zip(
        centers["lat"].round(5).tolist(), centers["lon"].round(5).tolist(), steps.tolist(), strict=True
    )
    called = {str(one["code"]): str(one["province"]) for one in summaries}
    grounds = province_outlines(out.parent / "provinces", list(called))
    return write_page(
        out / "index.html",
        "nation.html",
        kind="nation",
        lang=lang,
        scripts=[
            asset("reader.js"),
            asset("nation.js"),
            stage_script(("borders", "labels", "centers"), _extent(centers, grounds.values())),
        ],
        data={
            "colours": COLOURS,
            "margin": 48,
            "points": list(points),
            "outlines": [outline([shape]) for shape in grounds.values()],
            "labels": [province_label(called[code], shape) for code, shape in grounds.items()],
            "texts": script_texts(),
        },
        plain_title=title or provinces_title(called.values(), lang),
        title=title or in_both(lambda one: provinces_title(called.values(), one)),
        synthetic=any(summary["synthetic"] for summary in summaries),
        totals={key: sum(int(summary[key]) for summary in summaries) for key in TOTALS},
        bound_gap=_bound_gap(summaries),
        rows=[(both(names_of(str(one["province"]))), one) for one in summaries],
        legend=legend(classes, steps.tolist()),
        outlined=bool(grounds),
        distance=distance_note(str(summaries[0].get("distance", "")), rules),
    )


def _bound_gap(summaries: Sequence[Mapping[str, Any]]) -> float | None:
    """Return how far the provinces together lie above their proven bounds, percent; None if one has none."""
    if any(one.get("bound_km") is None for one in summaries):
        return None
    objective = sum(float(one["objective_km"]) for one in summaries)
    bound = sum(float(one["bound_km"]) for one in summaries)
    return 100 * (objective - bound) / objective if objective > 0 else 0.0


def _extent(centers: pd.DataFrame, grounds: Iterable[shapely.Geometry]) -> Bounds:
    """Return west, south, east, north of everything drawn, degrees; all Iran where nothing is."""
    boxes = [shape.bounds for shape in grounds]
    if len(centers):
        west, south = centers[["lon", "lat"]].min()
        east, north = centers[["lon", "lat"]].max()
        boxes.append((west, south, east, north))
    if not boxes:
        return IRAN
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])
