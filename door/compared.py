"""Two versions of a plan, a proposal or two nations held against each other, drawn as one page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from data.casebook import CASEBOOK, Casebook
from data.change.succession import succeed
from data.compare.comparing import compare
from data.compare.proposed import based_on
from data.compare.sides import parted, side
from data.exports import SUMMARY, refuse_over_plan
from data.folder import write_folder
from data.geodesy import WGS84
from data.kinds import PAGES, is_proposal_folder
from data.nation.check import province_folders
from data.nation.folder import PROVINCES
from data.privacy.publishing import published
from data.public import plan_of_many
from data.versioned import beside
from maps.compare_ground import Stand
from maps.compare_page import draw_comparison
from siting.running.standing import plan_as, standing_of

if TYPE_CHECKING:
    from data.compare.sides import Side
    from data.text import Lang

NEIGHBOURHOODS = "plan_neighbourhoods"
_NAMED = ("center_id", "name", "households", "cases", "fraction_inside")


def draw_compared(
    folder: Path, told: tuple[str, str], out: Path | None, *, lang: Lang, overwrite: bool = False
) -> Path:
    """Write the page of what changes from one side to the other; return the folder of the page.

    Parameters
    ----------
    folder : Path
        Of a plan or a nation.
    told : tuple of str
        Before and after: versions of it, or other folders (a proposal, a plan, ``DIR@VERSION``, a nation).
    out : Path, optional
        Where to; ``FOLDER-compare-BEFORE-AFTER`` beside it unless told.
    lang : {"fa", "en"}
        Language the page opens in.
    overwrite : bool
        Whether pages that stand there may be replaced.

    Raises
    ------
    SitingError
        What `data.compare.sides.side` raises; where the place is taken, or the machine fails.
    """
    a, b = (_place(folder, one) for one in told)
    place = out or beside(folder, "-".join(["compare", *map(_called, told)]))
    for one in (folder, parted(a)[0], parted(b)[0]):
        refuse_over_plan(one, place)
    sides = side(a, beside=b), side(b, beside=a)
    before, after = _stand(a, sides[0], beside=b), _stand(b, sides[1], beside=a)
    found = compare(*sides)

    def fill(target: Path) -> None:
        draw_comparison(target, found, before, after, lang=lang)

    write_folder(place, overwrite=overwrite, fill=fill, kind=PAGES)
    return place


def _place(folder: Path, told: str) -> Path:
    return Path(f"{folder}@{int(told)}") if told.isdecimal() else Path(told)


def _called(told: str) -> str:
    return str(int(told)) if told.isdecimal() else Path(told).resolve().name


def _stand(place: Path, own: Side, *, beside: Path) -> Stand:
    folder, version = parted(place)
    if (folder / PROVINCES).is_dir():
        return _nation(folder, own)
    if is_proposal_folder(folder):
        return _proposed(folder, own, parted(beside)[0])
    book = Casebook.open(folder / CASEBOOK)
    problem, plan, entry = book.problem(version), book.plan(version), book.log()[(version or 0) - 1]
    shown = published(problem, plan, book, entry.version).plan
    return Stand(own, shown, problem.boundaries, entry.day)


def _proposed(folder: Path, own: Side, beside: Path) -> Stand:
    """Return the network as it would stand, its ground parted anew."""
    kept, book, version = based_on(folder, beside)
    before = book.plan(version)
    following = succeed(book.problem(version), before, kept.changes).problem
    plan = plan_as(following, standing_of(kept, before), before, seed=int(kept.facts["seed"]))
    return Stand(own, published(following, plan, book, version + 1).plan, following.boundaries, proposed=True)


def _nation(folder: Path, own: Side) -> Stand:
    """Return a nation: its centers as one plan, and of its ground the outlines of its provinces."""
    places = province_folders(folder)
    books = [Casebook.open(one / CASEBOOK) for one in places]
    one = books[0].plan()
    joined = replace(
        one,
        centers=own.centers,
        assignments=own.assignments,
        unassigned=own.unassigned,
        vacancies=one.vacancies.iloc[:0],
        neighbourhoods=_names(books),
    )
    shown = plan_of_many(joined, own.privacy_k)
    day = max(book.log()[-1].day for book in books)
    told = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["provinces"]
    names = {str(one["code"]): str(one["province"]) for one in told}
    provinces = {one.name: names.get(one.name, one.name) for one in places}
    return Stand(own, shown, {}, day, provinces, folder / PROVINCES)


def _names(books: list[Casebook]) -> gpd.GeoDataFrame:
    """Return what neighbourhoods are called, without their ground: of a nation it is not drawn."""
    kept = [book.tables({NEIGHBOURHOODS: _NAMED}).get(NEIGHBOURHOODS) for book in books]
    names = pd.concat([one[list(_NAMED)] for one in kept if one is not None], ignore_index=True)
    nothing = [shapely.Polygon()] * len(names)
    return gpd.GeoDataFrame(names, geometry=nothing, crs=WGS84)
