"""Before and after on one page: what two plans say of the same ground, and who goes from where to where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from data.compare.public import figures_of_many, sentence_of_many, tables_of_many
from data.compare.said import sentence
from data.compare.tables import by_place, pairs
from data.text import phrase, text
from maps import facts
from maps.classes import COLOURS, LoadClasses
from maps.compare_facts import center_rows, change_limits, flows, place_rows, way_classes
from maps.compare_ground import Ground
from maps.legend import symbols
from maps.names import both, names_of, plan_title
from maps.page import DIRECTIONS, asset, in_both, say, write_page
from maps.plan_page import distance_note, legend, script_texts
from maps.stage import stage_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from markupsafe import Markup

    from data.compare.comparison import Comparison
    from data.text import Lang
    from maps.compare_ground import Stand

LAYERS = ("ground", "borders", "flows", "labels", "towns", "centers")
CHANGE_COLOURS = ("#8c510a", "#d8b365", "#f6e8c3", "#fbfaf6", "#c7eae5", "#5ab4ac", "#01665e")
"""From many cases fewer to many more; colours that the colour-blind tell apart."""
MOST_CHANGED = 300
"""Where more centers change than this, arrows would hide one another: none are drawn."""
MANY = 400
"""From so many centers on, those that stay are drawn as dots."""
MOST_ROWS = 200
"""Of a table on the page."""
_ROOM = 1.04
"""How much longer an axis is than what stands on it."""
_TEXTS = (
    "before",
    "after",
    "change",
    "came_from",
    "left_to",
    "households_n",
    "few_households",
    "opens",
    "closes",
    "moves",
    "not_there",
    "none_gained",
    "none_lost",
    "none_joined",
    "none_left",
    "from_to",
    "in_all_came",
    "in_all_left",
    "map",
)
_FIELDS = {name: f"{{{name}}}" for name in ("count", "few", "source", "target")}


def draw_comparison(
    out: Path, found: Comparison, before: Stand, after: Stand, *, lang: Lang = "en", title: str = ""
) -> Path:
    """Write ``out/index.html``; it carries both languages and all that it needs, and fetches nothing.

    Loads of centers are official figures. Of households it tells only how many, in multiples of ``k``.

    Parameters
    ----------
    out : Path
        Folder of the page; made when it is not there.
    found : Comparison
        Of the two sides.
    before, after : Stand
        The sides.
    lang : {"fa", "en"}
        Language the page opens in.
    title : str
        Heading; without one, the names of the provinces.
    """
    rules: Mapping[str, Any] = after.plan.provenance["rules"]
    least = max(one.side.privacy_k for one in (before, after))
    load = str(rules.get("count", "cases"))
    classes = LoadClasses(int(rules["min_cases"]), int(rules["max_cases"]))
    sides = [facts.center_rows(one.plan, classes, load) for one in (before, after)]
    rows = center_rows(found, *sides, load=load, limits=change_limits(classes.least), least=least)
    going = flows(found, least)
    places = {one for stand in (before, after) for one in facts.places_of(stand.plan)}
    ground = Ground.of(before, after, [row["id"] for row in rows])
    changed = [row for row in rows if row["change"] or row["there"] != "both" or row["moved"]]
    arrows = len(changed) <= MOST_CHANGED
    distance = found.b.distance if "+" not in found.b.distance else "straight_line"
    return write_page(
        out / "index.html",
        "compare.html",
        kind="compare",
        lang=lang,
        style=asset("compare.css"),
        scripts=[asset(name) for name in ("reader.js", "paper.js", "compare.js")]
        + [stage_script(LAYERS, ground.extent)],
        data={
            "colours": COLOURS,
            "change_colours": CHANGE_COLOURS,
            "margin": 36,
            "centers": rows,
            **vars(ground),
            "flows": [one for one in going if _is_between(one)] if arrows else [],
            "rest": [one for one in going if not (arrows and _is_between(one))],
            "few": least,
            "dots": len(rows) > MANY,
            "texts": _texts(load, distance),
        },
        plain_title=title or _title(places, lang),
        title=title or in_both(lambda one: _title(places, one)),
        synthetic=found.synthetic,
        said=in_both(lambda one: _said(found, least, one)),
        sides=[_told_side(name, one) for name, one in (("before", before), ("after", after))],
        told=figures_of_many(found, least),
        load=load,
        few=least,
        arrows=arrows,
        outlined=bool(ground.outlines),
        flows=going[:MOST_ROWS],
        more_flows=max(0, len(going) - MOST_ROWS),
        alike=found.is_measured_alike,
        distance=distance_note(distance, rules),
        km=phrase(f"maps.km_{distance}"),
        **_loads(rows, changed, classes),
        **_people(found, pairs(before.side, after.side), least),
    )


def _is_between(flow: Mapping[str, Any]) -> bool:
    return None not in (flow["from"], flow["to"])


def _loads(
    rows: Sequence[Mapping[str, Any]], changed: Sequence[Mapping[str, Any]], classes: LoadClasses
) -> dict[str, Any]:
    """Return what the template says of centers."""
    ordered = sorted(changed, key=lambda row: (-abs(row["change"]), row["id"]))
    staying = [row for row in rows if row["there"] == "both" and not row["moved"]]
    kinds = {kind: sum(row["there"] == kind for row in rows) for kind in ("only_a", "only_b")}
    standing = [[one for row in rows if (one := row["classes"][end]) is not None] for end in (0, 1)]
    return {
        "centers": rows,
        "changed": ordered[:MOST_ROWS],
        "all_changed": len(changed),
        "same_centers": len(rows) - len(changed),
        "dots": len(staying) if len(rows) > MANY else 0,
        "marks": [] if len(rows) > MANY else symbols(staying),
        "kinds": kinds | {"moved": sum(row["moved"] for row in rows)},
        "classes": classes,
        "legends": [legend(classes, steps) for steps in standing],
        "steps": _steps(change_limits(classes.least), [row["step"] for row in rows]),
        "top": _ROOM * max([classes.most, *(one or 0 for row in rows for one in row["loads"])]),
    }


def _people(found: Comparison, table: pd.DataFrame, least: int) -> dict[str, Any]:
    """Return what the template says of households."""
    told = tables_of_many(replace(found, by_county=by_place(table, ("province",))), least)
    return {
        "ways": way_classes(table["longer_km"], least),
        "areas": place_rows(told["by_area"]),
        "provinces": [(both(names_of(one["name"])), one) for one in place_rows(told["by_county"])],
    }


def _title(ground: set[tuple[str, str]], lang: Lang) -> str:
    return text("maps.compare_title", lang, title=plan_title(ground, lang))


def _said(found: Comparison, least: int, lang: Lang) -> str:
    """Return the sentence of `siting compare`, of many."""
    if not found.households["in_both"]:
        return sentence(found, lang)
    if not found.is_measured_alike:
        return text("maps.compare_unlike", lang)
    return sentence_of_many(found, least, lang)


def _told_side(name: str, one: Stand) -> dict[str, Any]:
    return {
        "name": name,
        "label": one.side.label,
        "version": one.side.version,
        "head": one.side.head,
        "seal": one.side.seal,
        "day": one.day,
        "kind": "proposal" if one.proposed else "nation" if one.provinces else "version",
    }


def _steps(limits: Sequence[int], steps: Sequence[int]) -> list[tuple[int, Markup, int]]:
    """Return class, words and number of centers of each class of change, the largest gain first."""
    words = []
    middle = len(limits)
    for step in reversed(range(2 * middle + 1)):
        size = abs(step - middle)
        way = "more" if step > middle else "fewer"
        beyond = "more_open" if step > middle else "fewer_open"
        if size == 0:
            said = say("compare_step_none")
        elif size == middle:
            said = say(f"compare_step_{beyond}", first=limits[-1])
        else:
            said = say(f"compare_step_{way}", first=limits[size - 1], last=limits[size] - 1)
        words.append((step, said, steps.count(step)))
    return words


def _texts(load: str, distance: str) -> dict[Lang, dict[str, str]]:
    texts = script_texts(load, distance)
    for lang in DIRECTIONS:
        texts[lang] |= {name: text(f"maps.compare_{name}", lang, **_FIELDS) for name in _TEXTS}
    return texts
