"""The page of a nation: every neighbourhood, a search, and a table of provinces that leads to their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from data.errors import Exit, SitingError, said
from data.given import given_lang, given_path
from data.nation.folder import PROVINCES, bound_of, nation_head
from data.plan import gap_above
from data.public import KM_DECIMALS, few_or
from data.rules import Rules
from data.text import phrase, text
from maps.around import NOTHING as NOTHING_AROUND
from maps.classes import COLOURS, LoadClasses
from maps.density import COLOURS as DENSITY_COLOURS
from maps.density import broad_steps
from maps.facts import widened
from maps.names import both, names_of, provinces_title
from maps.nation_ground import Ground, ground_of
from maps.page import asset, figure, in_both, say, write_page
from maps.plan_page import MARGIN, distance_note, legend, reason_words, script_texts
from maps.province_pages import read_page
from maps.stage import stage_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from markupsafe import Markup

    from data.text import Lang, Phrase
    from maps.around import Around

NOTHING: Sequence[Missing] = ()
LAYERS = ("ground", "density", "borders", "labels", "towns", "centers", "vacancies", "unassigned")
TOTALS = ("households", "cases", "centers", "vacancies", "unassigned")
FIGURES = ("mean", "median", "p90")
SCRIPTS = ("reader.js", "paper.js", "search.js", "nation.js")


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
    out: Path | str,
    *,
    summaries: Sequence[Mapping[str, Any]],
    km: Mapping[str, float | None],
    missing: Sequence[Missing] = NOTHING,
    lang: Lang = "en",
    title: str = "",
    day: str = "",
    around: Around = NOTHING_AROUND,
) -> Path:
    """Write ``out/index.html`` of a nation's folder, linking to ``../provinces/CODE/map/index.html``.

    Centers and their ground are told as the page of their province tells them. Where that is not the page
    that the province's summary knows, its centers are counted and not drawn.

    Parameters
    ----------
    out : Path or str
        Folder of the page, ``NATION/map``.
    summaries : sequence of mapping
        ``summary.json`` of each province, with its ``code`` (name of its folder) and ``province`` (its name).
    km : mapping
        ``mean``, ``median`` and ``p90`` of all provinces' served cases, km; None where nobody is served.
    missing : sequence of Missing
        Provinces that were not planned: the page names each with its reason, and says that no total counts
        them.
    lang : {"fa", "en"}
        Language the page opens in.
    title : str
        Heading; without one, the names of the provinces.
    day : str
        When the last of the provinces' versions was recorded, ``YYYY-MM-DD``; empty on the page of a nation
        that is only being made.
    around : Around
        Layers of the user's, and tiles.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    SitingError
        ``nothing_given`` without a summary; ``not_a_path``, ``no_such_language``.
    """
    out, lang = given_path(out, "out"), given_lang(lang)
    if not summaries:
        words = phrase("shown.nothing_given", name="summaries")
        raise SitingError(words, code="nothing_given", exit_code=Exit.USAGE)
    rules = summaries[0]["rules"]
    distance = str(summaries[0].get("distance", "straight_line"))
    least = int(rules.get("privacy_k", Rules.privacy_k))
    places = out.parent / PROVINCES
    pages = [read_page(places / one["code"], one) for one in summaries]
    called = [str(one["province"]) for one in summaries]
    codes = [str(one["code"]) for one in summaries]
    ground = ground_of(zip(codes, called, pages, strict=True), least)
    given = around.drawn(widened(ground.extent, MARGIN))
    totals = {key: sum(int(summary[key]) for summary in summaries) for key in TOTALS}
    return write_page(
        out / "index.html",
        "nation.html",
        kind="nation",
        lang=lang,
        scripts=[
            *map(asset, SCRIPTS),
            stage_script(LAYERS, ground.extent, given=around.layers, tiles=around.tiles),
        ],
        data={
            "colours": COLOURS,
            "margin": 24,
            "few": least,
            "provinces": ground.provinces,
            "labels": ground.labels,
            "towns": ground.towns,
            "density": ground.density,
            "density_colours": DENSITY_COLOURS,
            "unassigned": ground.unassigned,
            "backdrops": given,
            "texts": _texts(str(rules.get("count", "cases")), distance),
        },
        tiles=around.tiles,
        backdrops=given,
        density=broad_steps(least) if ground.density else [],
        badges=bool(ground.unassigned),
        plain_title=title or provinces_title(called, lang),
        title=title or in_both(lambda one: provinces_title(called, one)),
        synthetic=any(summary["synthetic"] for summary in summaries),
        totals=totals,
        figures={
            f"km_{name}": None if (far := km[name]) is None else round(far, KM_DECIMALS) for name in FIGURES
        },
        km=phrase(f"maps.km_{distance}"),
        bound_gap=_bound_gap(summaries),
        missing=[(both(names_of(one.province)), one, in_both(partial(said, one.why))) for one in missing],
        rows=[
            (both(names_of(str(one["province"]))), one, page, few_or(int(one["unassigned"]), least))
            for one, page in zip(summaries, pages, strict=True)
        ],
        load=str(rules.get("count", "cases")),
        legend=_legend(ground, rules),
        not_drawn=totals["centers"] - len(ground.classes),
        unassigned=[(reason_words(one), count) for one, count in _without_center(summaries, least)],
        few=least,
        distance=distance_note(distance, rules),
        records=len(summaries),
        head=nation_head({code: str(one["head"]) for code, one in zip(codes, summaries, strict=True)}),
        last_day=day,
        seal=str(summaries[0].get("seal") or ""),
    )


def _texts(load: str, distance: str) -> dict[Lang, dict[str, str]]:
    texts = script_texts(load, distance)
    return {
        lang: {**own, "search_hint": text("maps.nation_search_hint", lang)} for lang, own in texts.items()
    }


def _legend(ground: Ground, rules: Mapping[str, Any]) -> list[tuple[int, Markup, int]]:
    return legend(LoadClasses(int(rules["min_cases"]), int(rules["max_cases"])), ground.classes)


def _bound_gap(summaries: Sequence[Mapping[str, Any]]) -> float | None:
    """Return how far the provinces together lie above their proven bounds, percent; None if one has none."""
    bounds = [bound for one in summaries if (bound := bound_of(one)) is not None]
    if len(bounds) < len(summaries):
        return None
    objective = sum(float(one["objective_km"]) for one in summaries)
    gap = gap_above(sum(bounds), objective)
    return None if gap is None else 100 * gap


def _without_center(summaries: Sequence[Mapping[str, Any]], least: int) -> list[tuple[str, Markup]]:
    """Return how many households have no center, by reason, most first.

    The page of a province hides the number of a few: here it is not in the sum either, or who subtracts the
    other provinces would have it.
    """
    counts: dict[str, list[int]] = {}
    for one in summaries:
        for reason, count in one["unassigned_by_reason"].items():
            counts.setdefault(str(reason), []).append(int(count))
    told = []
    for reason, each in counts.items():
        many = sum(count for count in each if count >= least)
        few = sum(0 < count < least for count in each)
        if many or few:
            told.append((many, few, reason))
    return [(reason, _counted(many, few, least)) for many, few, reason in sorted(told, key=_most_first)]


def _most_first(told: tuple[int, int, str]) -> tuple[int, int, str]:
    many, few, reason = told
    return -many, -few, reason


def _counted(many: int, few: int, least: int) -> Markup:
    if not few:
        return figure(many)
    if many:
        return say("and_few", count=many, few=least, provinces=few)
    return say("few_each", few=least, provinces=few)
