"""The map of a nation: every center, and a table of provinces that leads to their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.text import text
from maps.classes import COLOURS, LoadClasses
from maps.page import asset, say, write_page
from maps.plan_page import distance_note, script_texts
from maps.stage import stage_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from data.text import Lang

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
        Heading, for instance of the scenario.

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
    return write_page(
        out / "index.html",
        "nation.html",
        lang=lang,
        scripts=[asset("reader.js"), asset("nation.js"), stage_script(("centers",), IRAN)],
        data={"colours": COLOURS, "points": list(points), "texts": script_texts()},
        plain_title=title or text("maps.nation_title", lang),
        title=title or say("nation_title"),
        synthetic=any(summary["synthetic"] for summary in summaries),
        totals={key: sum(int(summary[key]) for summary in summaries) for key in TOTALS},
        summaries=summaries,
        distance=distance_note(str(summaries[0].get("distance", "")), rules),
    )
