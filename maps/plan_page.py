"""The map of one plan: neighbourhoods, centers, caseloads, vacancies, in one page that needs no internet."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from data.given import given_kind, given_lang, given_mapping, given_path
from data.plan import Plan
from data.public import plan_of_many
from data.rules import Rules
from data.text import phrase, text
from maps import facts
from maps.around import NOTHING
from maps.classes import COLOURS, FULL, KM_COLOURS, NO_DATA_COLOUR, OVER, UNDER, LoadClasses
from maps.density import density_cells, density_steps
from maps.file_names import file_names
from maps.ground import counties_of, county_labels
from maps.legend import km_legend, seed_note, share_inside, symbols
from maps.names import plan_title
from maps.page import DIRECTIONS, asset, figure, in_both, say, write_page
from maps.served import badges, coming, without_center
from maps.stage import stage_script
from maps.towns import towns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from markupsafe import Markup

    from data.privacy.publishing import Published
    from data.text import Lang
    from maps.around import Around
    from maps.origin import Origin

LAYERS = ("ground", "density", "borders", "labels", "towns", "centers", "vacancies", "unassigned")
MARGIN = 0.2
"""How much wider than the plan the map of what lies round it is, as a share of its longer side."""
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
    "search_hint",
    "switch_help",
    "close",
    "map",
    "layers",
    "see_centers",
    "unassigned_here",
    "under_few",
    "near_free",
    "near_none",
    "free_of",
    "found_none",
    "found_count",
    "north",
    "table_centers",
    "free_places",
    "center",
    "province",
    "see_province",
)
SCRIPT_FIELDS = {name: f"{{{name}}}" for name in ("load", "most", "count", "few")}
"""Fields that the script fills."""
REASONS = ("vacancy", "no_capacity", "too_far", "outside_boundaries", "no_location", "not_in_phase")
NO_BOUNDARIES: Mapping[str, gpd.GeoDataFrame] = MappingProxyType({})


def draw(
    out: Path | str,
    *,
    plan: Plan,
    boundaries: Mapping[str, gpd.GeoDataFrame] = NO_BOUNDARIES,
    lang: Lang = "en",
    title: str = "",
    origin: Origin | None = None,
    center_pages: bool = False,
    shown: Published | None = None,
    around: Around = NOTHING,
) -> Path:
    """Write ``out/index.html``.

    The page carries both languages and everything it needs; it fetches nothing. Of households it says only
    how many. The same plan gives the same bytes.

    Parameters
    ----------
    out : Path or str
        Folder of the page, usually ``PLAN/map``; made when it is not there.
    plan : Plan
        What is drawn.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level (``province``, ``county``, ``district``), drawn as thin lines.
    lang : {"fa", "en"}
        Language the page opens in.
    title : str
        Heading; without one, the names of the provinces in the plan.
    origin : Origin, optional
        The version of which the plan is.
    center_pages : bool
        Whether each center has a page of its own (`maps.center_page`), to which this one then leads.
    shown : Published, optional
        What of the plan, after all that was told of it before, may be published: nothing else of it is then
        drawn, a search finds a center also by the villages and quarters it serves, and the map counts by
        county who has no center. Without it the plan is taken for the first that is told.
    around : Around
        Layers of the user's, and tiles. With tiles the page loads their pictures, and says so.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    SitingError
        ``not_a_path``, ``wrong_type``, ``no_such_language``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import demo_problem
    >>> from maps import draw
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> with TemporaryDirectory() as folder:
    ...     draw(Path(folder), plan=plan, boundaries=problem.boundaries, lang="fa").name
    'index.html'
    """
    folder, lang = given_path(out, "out"), given_lang(lang)
    given_mapping(boundaries, "boundaries")
    rules: Mapping[str, Any] = given_kind(plan, Plan, "plan").provenance["rules"]
    least = int(rules.get("privacy_k", Rules.privacy_k))
    ways = facts.measured_of(plan, least) if shown is None else shown.measured
    plan = plan_of_many(plan, least) if shown is None else shown.plan
    load = str(rules.get("count", "cases"))
    classes = LoadClasses(int(rules["min_cases"]), int(rules["max_cases"]))
    centers = facts.center_rows(plan, classes, load)
    for row, near in zip(centers, facts.beside_in_unit(plan), strict=True):
        row["near"] = near
    if shown is not None:
        served = coming(shown.places)
        for row in centers:
            row["places"] = [place for place, _, _ in served.get(row["id"], []) if place]
    distance = str(plan.provenance.get("distance") or "straight_line")
    ground = facts.places_of(plan)
    extent = facts.extent(plan)
    box = facts.widened(extent, MARGIN)
    counties = counties_of(plan, boundaries, box)
    badged = [] if shown is None else badges(without_center(*shown.released), counties)
    given, told = around.drawn(box), facts.figures(plan, ways)
    stage = stage_script(LAYERS, extent, given=around.layers, tiles=around.tiles)
    return write_page(
        folder / "index.html",
        "plan.html",
        kind="plan",
        lang=lang,
        scripts=[asset(name) for name in ("reader.js", "paper.js", "search.js", "plan.js")] + [stage],
        data={
            "colours": COLOURS,
            "km_colours": KM_COLOURS,
            "no_data": NO_DATA_COLOUR,
            "margin": 20,
            "centers": centers,
            "vacancies": facts.vacancy_rows(plan),
            "unassigned": badged,
            "few": least,
            "density": density_cells(shown),
            "grounds": facts.grounds(plan),
            "lines": facts.unit_lines(plan, boundaries, box),
            "labels": county_labels(counties),
            "towns": towns(box, plan),
            "backdrops": given,
            "texts": script_texts(load, distance),
            "pages": page_names(plan.centers) if center_pages else [],
            "figures": told,
        },
        origin=origin,
        tiles=around.tiles,
        backdrops=given,
        plain_title=title or plan_title(ground, lang),
        title=title or in_both(lambda one: plan_title(ground, one)),
        bordered=any(len(one) for one in boundaries.values()),
        synthetic=bool(plan.provenance.get("synthetic", False)),
        figures=told,
        density=density_steps(least) if shown and len(shown.density) else [],
        few=least,
        load=load,
        legend=legend(classes, [center["class"] for center in centers]),
        km_legend=km_legend([center["km_class"] for center in centers]),
        symbols=symbols(centers),
        vacancies=len(plan.vacancies),
        unassigned=[
            (reason_words(code), say("under_few", few=least) if n is None else figure(n))
            for code, n in facts.unassigned_by_reason(plan, least).items()
        ],
        badges=bool(badged),
        distance=distance_note(distance, rules),
        km=phrase(f"maps.km_{distance}"),
        share=share_inside(plan),
        seed=seed_note(plan),
    )


def page_names(centers: pd.DataFrame) -> list[str]:
    """Return the file name of each center's own page, in the order of the table."""
    return file_names([(str(one),) for one in centers["center_id"]], ending=".html")


def script_texts(load: str = "cases", distance: str = "straight_line") -> dict[Lang, dict[str, str]]:
    """Return what the page's script says, by language."""
    km = phrase(f"maps.km_{distance}")
    texts = {
        lang: {key: text(f"maps.{key}", lang, km=km, **SCRIPT_FIELDS) for key in SCRIPT_TEXTS}
        for lang in DIRECTIONS
    }
    if load == "households":
        for lang in DIRECTIONS:
            texts[lang]["row_load"] = texts[lang]["row_households"]
    return texts


def worded(kind: str, value: str) -> Markup | str:
    """Return what a value of a column is called, or the value itself where it has no name of ours."""
    key = f"{kind}_{value}"
    return say(key) if key in SCRIPT_TEXTS else value


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


def reason_words(code: str) -> Markup | str:
    """Return why households have no center, or the code itself where it has no words of ours."""
    return say(f"reason_{code}") if code in REASONS else code


def distance_note(distance: str, rules: Mapping[str, Any]) -> Markup:
    """Return what a kilometre on the page is, by the summary's ``distance`` and the rules."""
    if distance == "detour":
        return say("distance_detour", urban=float(rules["detour_urban"]), rural=float(rules["detour_rural"]))
    return say("distance_travel_file" if distance == "travel_file" else "distance_straight_line")
