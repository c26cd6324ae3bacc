"""Maps drawn anew: the whole set of pages of a plan or a nation, in the folder or apart from it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from joblib import Parallel, delayed

from data.casebook import CASEBOOK, Casebook
from data.disk import machine_error, write_whole
from data.errors import Exit, SitingError
from data.exports import SUMMARY, refuse_over_plan
from data.folder import put_in_place, settle, sweep, write_folder
from data.kinds import PAGES, STAFF
from data.nation.folder import PROVINCES
from data.nation.held import held, mark_stale, unmark
from data.standing import MAP, map_hashes
from data.summary import to_json
from data.text import phrase
from door.renew import renew_nation
from maps.around import NOTHING
from maps.staff import draw_staff
from maps.whole import draw_whole

if TYPE_CHECKING:
    from data.process.workers import Workers
    from data.text import Lang
    from maps.around import Around

STAFF_FOLDER = "staff"
"""Of the private pages, inside the plan's own private folder."""


def draw_apart(
    folder: Path,
    out: Path,
    *,
    version: int | None,
    lang: Lang,
    overwrite: bool = False,
    around: Around = NOTHING,
) -> int:
    """Write the pages of a version of a plan into a folder of their own; return how many.

    Parameters
    ----------
    folder : Path
        Of the plan.
    out : Path
        Outside it.
    version : int, optional
        The current one unless told.
    lang : {"fa", "en"}
        Language the pages open in.
    overwrite : bool
        Whether pages that stand there may be replaced.
    around : Around
        Layers of the user's, and tiles.

    Raises
    ------
    SitingError
        ``no_such_version``; where the place is taken, or the machine fails.
    """
    refuse_over_plan(folder, out)
    book = Casebook.open(folder / CASEBOOK)
    pages: list[int] = []
    write_folder(
        out,
        overwrite=overwrite,
        fill=lambda place: pages.append(draw_whole(place, book, version=version, lang=lang, around=around)),
        kind=PAGES,
    )
    return pages[-1]


def draw_for_staff(folder: Path, *, lang: Lang) -> int:
    """Write the private pages of a plan, or of every province, into ``staff/``; return how many.

    Parameters
    ----------
    folder : Path
        Of the plan or the nation. What stands in a plan's ``staff/`` is replaced.
    lang : {"fa", "en"}
        Language the pages open in.

    Raises
    ------
    SitingError
        ``not_a_staff_folder`` where something else stands there; of the machine.
    """
    pages: list[int] = []
    nation = sorted(one.parent for one in (folder / PROVINCES).glob(f"*/{CASEBOOK}"))
    for plan in nation or [folder]:
        book = Casebook.open(plan / CASEBOOK)

        def fill(place: Path, book: Casebook = book) -> None:
            pages.append(draw_staff(place, book, lang=lang))

        write_folder(plan / STAFF_FOLDER, overwrite=True, fill=fill, kind=STAFF)
    return sum(pages)


def draw_in_place(folder: Path, *, lang: Lang, around: Around = NOTHING) -> int:
    """Draw the pages of a plan's current version anew in its ``map/``; return how many.

    They are made beside the old ones, which they replace at once. The record then knows them, and the
    summary lists them.

    Parameters
    ----------
    folder : Path
        Of the plan.
    lang : {"fa", "en"}
        Language the pages open in.
    around : Around
        Layers of the user's, and tiles.

    Raises
    ------
    SitingError
        ``lost_race`` (exit code 6) where another version came meanwhile; of the record, or where the machine
        fails.
    """
    book = Casebook.open(folder / CASEBOOK)
    head, before = book.head, {one.name for one in book.files() if one.name.startswith(f"{MAP}/")}
    sweep(folder / MAP)
    beside = None
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{MAP}.{os.getpid()}.", suffix=".part", dir=folder))
        pages = draw_whole(beside / MAP, book, lang=lang, around=around)
        settle(beside / MAP)
        drawn = map_hashes(beside)
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        if book.head != head:
            words = phrase("maps.changed_meanwhile", path=folder.name)
            raise SitingError(words, code="lost_race", exit_code=Exit.REFUSED)
        # Killed in between, what stands there is known, be it the old or the new; of a page that was not
        # there nothing may be said before it is.
        book.note_files({name: drawn[name] for name in before & set(drawn)}, gone=before - set(drawn))
        put_in_place(beside / MAP, folder / MAP)
        book.note_files(drawn)
        kept = {name: one for name, one in summary["exports"].items() if not name.startswith(f"{MAP}/")}
        if summary["head"] == head:
            summary["exports"] = dict(sorted({**kept, **drawn}.items()))
            write_whole(folder / SUMMARY, to_json(summary))
    except OSError as error:
        raise machine_error(error, folder) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return pages


def draw_nation_whole(nation: Path, *, lang: Lang, workers: Workers, around: Around = NOTHING) -> int:
    """Draw the pages of a nation anew, and those of every province; return how many.

    Parameters
    ----------
    nation : Path
        Its folder.
    lang : {"fa", "en"}
        Language the pages open in.
    workers : Workers
        Provinces are drawn side by side.
    around : Around
        Layers of the user's, and tiles, on the pages of the provinces.

    Raises
    ------
    SitingError
        As `draw_in_place`; ``nation_busy`` (exit code 6).
    """
    with held(nation):
        folders = sorted(one.parent for one in (nation / PROVINCES).glob(f"*/{CASEBOOK}"))
        # Whoever opens it after this was killed draws its own page anew.
        mark_stale(nation, lang)
        with workers.ready() as number:
            pages = Parallel(n_jobs=number)(
                delayed(draw_in_place)(one, lang=lang, around=around) for one in folders
            )
        renew_nation(nation, lang, around)
        unmark(nation)
    return 1 + sum(int(one) for one in pages)
