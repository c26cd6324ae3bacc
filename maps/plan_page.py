"""The map of one plan: neighbourhoods, centers, caseloads, vacancies, in one page that needs no internet."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from data.text import phrase, text
from maps import facts
from maps.classes import COLOURS, FULL, OVER, UNDER, LoadClasses
from maps.ground import county_labels
from maps.names import plan_title
from maps.page import DIRECTIONS, asset, in_both, say, write_page
from maps.stage import stage_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    from markupsafe import Markup

    from data.plan import Plan
    from data.text import Lang

LAYERS = ("ground", "borders", "labels", "centers", "vacancies")
SCRIPT_TEXTS = (
    "row_id",
    "row_vacancy",
    "row_load",
    "row_households",
    "row_caseworkers",
    "row_km_median",
    "row_km_p90",
    "row_type",
    "row_kind",
    "row_preference",
    "row_county",
    "row_inside",
    "row_underfull",
    "of_most",
    "urban",
    "rural",
    "any",
    "new",
    "existing",
    "vacancy",
    "kind_natural",
    "kind_legal",
    "kind_article_26",
    "underfull_small_unit",
    "underfull_existing_center",
    "underfull_hard_distance",
    "underfull_indivisible",
    "underfull_after_leaving",
    "find",
    "switch_help",
    "close",
    "map",
    "layers",
)
REASONS = ("vacancy", "no_capacity", "too_far", "outside_boundaries", "no_location", "not_in_phase")
NO_BOUNDARIES: Mapping[str, gpd.GeoDataFrame] = MappingProxyType({})


def draw(
    out: Path,
    *,
    plan: Plan,
    boundaries: Mapping[str, gpd.GeoDataFrame] = NO_BOUNDARIES,
    lang: Lang = "en",
    title: str = "",
) -> Path:
    """Write ``out/index.html``.

    The page carries both languages and everything it needs; it fetches nothing. Of households it says only
    how many. The same plan gives the same bytes.

    Parameters
    ----------
    out : Path
        Folder of the page, usually ``PLAN/map``; made when it is not there.
    plan : Plan
        What is drawn.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level (``province``, ``county``, ``district``), drawn as thin lines.
    lang : {"fa", "en"}
        Language the page opens in.
    title : str
        Heading; without one, the names of the provinces in the plan.

    Returns
    -------
    Path
        The page.
    """
    rules: Mapping[str, Any] = plan.provenance["rules"]
    load = str(rules.get("count", "cases"))
    classes = LoadClasses(int(rules["min_cases"]), int(rules["max_cases"]))
    centers = facts.center_rows(plan, classes, load)
    distance = str(plan.provenance.get("distance") or "straight_line")
    places = facts.places_of(plan)
    return write_page(
        out / "index.html",
        "plan.html",
        kind="plan",
        lang=lang,
        scripts=[asset("reader.js"), asset("plan.js"), stage_script(LAYERS, facts.extent(plan))],
        data={
            "colours": COLOURS,
            "margin": 20,
            "centers": centers,
            "vacancies": facts.vacancy_rows(plan),
            "grounds": facts.grounds(plan),
            "lines": facts.unit_lines(plan, boundaries),
            "labels": county_labels(plan, boundaries),
            "texts": script_texts(load, distance),
        },
        plain_title=title or plan_title(places, lang),
        title=title or in_both(lambda one: plan_title(places, one)),
        synthetic=bool(plan.provenance.get("synthetic", False)),
        figures=facts.figures(plan),
        load=load,
        legend=legend(classes, [center["class"] for center in centers]),
        symbols=_symbols(centers),
        vacancies=len(plan.vacancies),
        unassigned=[(_reason(reason), n) for reason, n in facts.unassigned_by_reason(plan).items()],
        distance=distance_note(distance, rules),
        km=phrase(f"maps.km_{distance}"),
        share=_share_inside(plan),
        seed=str(plan.provenance.get("seed", "")),
    )


def script_texts(load: str = "cases", distance: str = "straight_line") -> dict[Lang, dict[str, str]]:
    """Return what the page's script says, by language."""
    km = phrase(f"maps.km_{distance}")
    texts = {
        lang: {key: text(f"maps.{key}", lang, load="{load}", most="{most}", km=km) for key in SCRIPT_TEXTS}
        for lang in DIRECTIONS
    }
    if load == "households":
        for lang in DIRECTIONS:
            texts[lang]["row_load"] = texts[lang]["row_households"]
    return texts


def legend(classes: LoadClasses, steps: Sequence[int]) -> list[tuple[int, Markup, int]]:
    """Return class, words and number of centers, fullest first; beyond the limits only if any."""
    counts = np.bincount(steps, minlength=len(COLOURS))
    entries = []
    for step in reversed(range(len(COLOURS))):
        first, last = classes.ranges[step]
        if step == UNDER:
            words = say("class_under", least=classes.least)
        elif step == FULL:
            words = say("class_full", most=classes.most)
        elif step == OVER:
            words = say("class_over", most=classes.most)
        else:
            words = say("class_between", first=first, last=last)
        if counts[step] or step not in (UNDER, OVER):
            entries.append((step, words, int(counts[step])))
    return entries


def _symbols(centers: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    kinds = [(center["area"], center["status"]) for center in centers]
    return [
        (area, status, kinds.count((area, status)))
        for area in ("urban", "rural", "any")
        for status in ("new", "existing")
        if (area, status) in kinds
    ]


def _reason(reason: str) -> Markup | str:
    return say(f"reason_{reason}") if reason in REASONS else reason


def distance_note(distance: str, rules: Mapping[str, Any]) -> Markup:
    """Return what a kilometre on the page is, by the summary's ``distance`` and the rules."""
    if distance == "detour":
        return say("distance_detour", urban=float(rules["detour_urban"]), rural=float(rules["detour_rural"]))
    return say("distance_travel_file" if distance == "travel_file" else "distance_straight_line")


def _share_inside(plan: Plan) -> float | None:
    ground = plan.neighbourhoods
    if not ground["households"].sum():
        return None
    return float(100 * np.average(ground["fraction_inside"], weights=ground["households"]))
