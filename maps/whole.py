"""All pages of one version of a plan, its own and one a center, in a folder that needs no internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.plan import seal_in
from data.privacy.publishing import published
from maps.around import NOTHING
from maps.backdrop import refuse_homes
from maps.center_page import draw_centers
from maps.origin import Origin
from maps.plan_page import draw

if TYPE_CHECKING:
    from pathlib import Path

    from data.casebook import Casebook
    from data.text import Lang
    from maps.around import Around


def draw_whole(
    out: Path, book: Casebook, *, version: int | None = None, lang: Lang = "en", around: Around = NOTHING
) -> int:
    """Write ``out/index.html`` and the pages it leads to; return how many pages there are.

    Parameters
    ----------
    out : Path
        Folder of the pages; made when it is not there.
    book : Casebook
        Of the plan.
    version : int, optional
        Of the plan; the current one unless told.
    lang : {"fa", "en"}
        Language the pages open in.
    around : Around
        Layers of the user's, and tiles.

    Raises
    ------
    SitingError
        ``no_such_version``; ``points_are_homes`` for a layer of the households themselves; of the casebook.
    """
    problem, plan, entry = book.problem(version), book.plan(version), book.log()[(version or 0) - 1]
    for one in around.backdrops:
        refuse_homes(one, problem.households["lon"].to_numpy(), problem.households["lat"].to_numpy())
    origin = Origin(entry.version, entry.hash, entry.day, seal_in(plan.provenance))
    shown = published(problem, plan, book, entry.version)
    draw(
        out,
        plan=plan,
        boundaries=problem.boundaries,
        lang=lang,
        origin=origin,
        center_pages=True,
        shown=shown,
        around=around,
    )
    return 1 + draw_centers(
        out,
        plan=shown.plan,
        places=shown.places,
        boundaries=problem.boundaries,
        judged=shown.released[1],
        lang=lang,
        origin=origin,
        around=around,
    )
