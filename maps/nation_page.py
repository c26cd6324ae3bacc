"""The map of a nation: every center, and a table of provinces that leads to their own pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import said
from data.nation.folder import bound_of
from data.plan import gap_above
from data.text import phrase
from maps.classes import COLOURS, LoadClasses
from maps.facts import outline
from maps.ground import province_label, province_outlines
from maps.names import both, names_of, provinces_title
from maps.page import asset, in_both, write_page
from maps.plan_page import distance_note, legend, script_texts
from maps.stage import IRAN, stage_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import shapely

    from data.text import Lang, Phrase
    from maps.stage import Bounds

NOTHING: Sequence[Missing] = ()
TOTALS = ("households", "cases", "centers", "vacancies", "unassigned")
FIGURES = ("mean", "median", "p90")


@dataclass(frozen=True)
class Missing:
    """A province that has no plan, as the page tells of it.

    Attributes
    ----------
    province : str
        Its name.
    households : int
        How many it has in the input; none of them is in a total.
    why : Phrase or str
        What stopped it.
    reason : str
        The code of that, as ``summary.json`` has it.
    """

    province: str
    households: int
    why: Phrase | str
    reason: str


def draw_nation(
    out: Path,
    *,
    summaries: Sequence[Mapping[str, Any]],
    centers: pd.DataFrame,
    km: Mapping[str, float | None],
    missing: Sequence[Missing] = NOTHING,
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
    km : mapping
        ``mean``, ``median`` and ``p90`` of all provinces' served cases, km; None where nobody is served.
    missing : sequence of Missing
        Provinces that were not planned: the page names each with its reason, and says that no total counts
        them.
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
    distance = str(summaries[0].get("distance", "straight_line"))
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
        figures={f"km_{name}": km[name] for name in FIGURES},
        km=phrase(f"maps.km_{distance}"),
        bound_gap=_bound_gap(summaries),
        missing=[(both(names_of(one.province)), one, in_both(partial(said, one.why))) for one in missing],
        rows=[(both(names_of(str(one["province"]))), one) for one in summaries],
        legend=legend(classes, steps.tolist()),
        outlined=bool(grounds),
        distance=distance_note(distance, rules),
    )


def _bound_gap(summaries: Sequence[Mapping[str, Any]]) -> float | None:
    """Return how far the provinces together lie above their proven bounds, percent; None if one has none."""
    bounds = [bound for one in summaries if (bound := bound_of(one)) is not None]
    if len(bounds) < len(summaries):
        return None
    objective = sum(float(one["objective_km"]) for one in summaries)
    gap = gap_above(sum(bounds), objective)
    return None if gap is None else 100 * gap


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
