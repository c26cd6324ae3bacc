"""Pages for staff alone: who is of each center, and who of none; ids, places and distances, no points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from data.kinds import STAFF_FILES
from data.plan import seal_in
from data.privacy.history import ID, snapshot
from data.text import phrase
from maps.facts import places_of
from maps.names import plan_title
from maps.origin import Origin
from maps.page import Shared, asset, figure, in_both, say, write_assets, write_page
from maps.plan_page import REASONS, page_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    from markupsafe import Markup

    from data.casebook import Casebook
    from data.plan import Plan
    from data.text import Lang

Row = tuple[str, tuple[Any, ...]]
"""Where its first cell leads to, empty for nowhere, and its cells."""
INDEX, WITHOUT = STAFF_FILES
CENTERS, ASSETS = "centers", "assets"
"""Folders beside them: a page of every center, and what the pages share."""


def draw_staff(out: Path, book: Casebook, *, version: int | None = None, lang: Lang = "en") -> int:
    """Write the pages of one version for staff; return how many there are.

    They are private, every page says so, and no other page leads to them.

    Parameters
    ----------
    out : Path
        A private folder.
    book : Casebook
        Of the plan.
    version : int, optional
        Of the plan; the current one unless told.
    lang : {"fa", "en"}
        Language the pages open in.

    Raises
    ------
    SitingError
        ``no_such_version``; of the casebook.
    """
    problem, plan, entry = book.problem(version), book.plan(version), book.log()[(version or 0) - 1]
    households = snapshot(problem, plan).reset_index()
    told = {
        "lang": lang,
        "origin": Origin(entry.version, entry.hash, entry.day, seal_in(plan.provenance)),
        "synthetic": problem.synthetic,
        "km": phrase(f"maps.km_{plan.provenance.get('distance') or 'straight_line'}"),
        "private": say("staff_only"),
    }
    ground = places_of(plan)
    heading = plan_title(ground, lang), in_both(lambda one: plan_title(ground, one))
    pages, names = page_names(plan.centers), _names(plan)
    write_assets(out / ASSETS)
    rows, heads = list(_centers(plan, pages, names)), ("center", "staff_name", "households", "cases")
    note = say("staff_centers", count=len(pages))
    _write(out / INDEX, heading, rows, heads, told | {"private": say("staff_only_leads"), "note": note})
    for page, center, name in zip(pages, plan.centers["center_id"], names, strict=True):
        mine = households[households["center_id"] == center].sort_values(["place", ID])
        heads = ("staff_id", "place", "cases", "staff_km")
        note = say("staff_of_center", center=str(center), count=len(mine))
        own = told | {"note": note}
        _write(out / CENTERS / page, (str(center), name or str(center)), list(_served(mine)), heads, own)
    lost = plan.unassigned.merge(households[[ID, "place"]], on=ID, how="left").sort_values(["reason", ID])
    without = heading[0], say("unassigned")
    own = told | {"note": say("staff_rows", count=len(lost))}
    _write(out / WITHOUT, without, list(_unserved(lost)), ("staff_id", "place", "staff_reason"), own)
    return len(pages) + 2


def _write(
    path: Path,
    titles: tuple[str, str | Markup],
    rows: list[Row],
    heads: tuple[str, ...],
    told: Mapping[str, Any],
) -> None:
    up = ".." if path.parent.name == CENTERS else "."
    facts = {name: value for name, value in told.items() if name != "km"}
    write_page(
        path,
        "staff.html",
        scripts=[asset("staff.js")],
        data={},
        shared=Shared(f"{up}/{ASSETS}", ()),
        plain_title=titles[0],
        title=titles[1],
        back="" if path.name == INDEX else f"{up}/{INDEX}",
        heads=[say(head, km=told["km"]) for head in heads],
        rows=rows,
        **facts,
    )


def _names(plan: Plan) -> list[str]:
    """Return what each center is called, or else its neighbourhood; empty where neither has a name."""
    ground = plan.neighbourhoods.set_index("center_id")["name"].reindex(plan.centers["center_id"])
    return [
        next((str(one) for one in names if isinstance(one, str) and one), "")
        for names in zip(plan.centers["name"], ground, strict=True)
    ]


def _centers(plan: Plan, pages: list[str], names: list[str]) -> Iterator[Row]:
    for page, name, row in zip(pages, names, plan.centers.to_dict("records"), strict=True):
        counts = (figure(row["households"]), figure(row["cases"]))
        yield f"{CENTERS}/{quote(page)}", (row["center_id"], name, *counts)
    lost = (figure(len(plan.unassigned)), figure(int(plan.unassigned["cases"].sum())))
    yield WITHOUT, (say("unassigned"), "", *lost)


def _served(mine: pd.DataFrame) -> Iterator[Row]:
    for who, place, cases, km in mine[[ID, "place", "cases", "km"]].itertuples(index=False):
        yield "", (who, place, figure(int(cases)), figure(km, 3))


def _unserved(lost: pd.DataFrame) -> Iterator[Row]:
    for who, place, reason in lost[[ID, "place", "reason"]].itertuples(index=False):
        words = say(f"reason_{reason}") if reason in REASONS else reason
        yield "", (who, place if isinstance(place, str) else "", words)
