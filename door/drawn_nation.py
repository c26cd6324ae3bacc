"""The map of a version of a nation, apart from it: its own page and those of its provinces as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from data.casebook import CASEBOOK, Casebook
from data.exports import refuse_over_plan
from data.folder import write_folder
from data.kinds import NATION_PAGES
from data.nation.check import Figures
from data.nation.events import events_of, logs_of, versions_at
from data.nation.folder import PROVINCES
from data.nation.reverting import event_asked
from data.nation.showing import stated
from data.standing import MAP, map_hashes
from data.summary import summarize, weighted_km
from maps import Missing, draw_nation
from maps.around import NOTHING
from maps.whole import draw_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.process.workers import Workers
    from data.text import Lang
    from maps.around import Around


@dataclass(frozen=True)
class _Drawn:
    """A province whose pages were drawn: what its nation's page says of it."""

    pages: int
    day: str
    figures: Figures
    summary: Mapping[str, Any]


def draw_nation_apart(
    nation: Path,
    out: Path,
    *,
    version: int | None,
    lang: Lang,
    workers: Workers,
    overwrite: bool = False,
    around: Around = NOTHING,
) -> int:
    """Write the pages of a version of a nation into a folder of their own; return how many.

    They stand as a nation's own do: ``out/map/index.html`` leads to ``out/provinces/CODE/map``, where each
    province is drawn in the version that it had then.

    Parameters
    ----------
    nation : Path
        Its folder.
    out : Path
        Outside it.
    version : int, optional
        Of the nation (`siting history`); the current one unless told.
    lang : {"fa", "en"}
        Language the pages open in.
    workers : Workers
        Provinces are drawn side by side.
    overwrite : bool
        Whether pages of a nation that stand there may be replaced.
    around : Around
        Layers of the user's, and tiles.

    Raises
    ------
    SitingError
        ``no_such_version`` (exit code 2), ``unreadable_summary``; where the place is taken, or the machine
        fails.
    """
    refuse_over_plan(nation, out)
    said, events = stated(nation), events_of(logs_of(nation))
    asked = str(len(events) if version is None else version)
    event = event_asked(events, asked, nation=nation.resolve().name)
    versions = versions_at(events, event.version)
    called = {str(one["code"]): str(one["province"]) for one in said["provinces"]}
    pages: list[int] = []

    def fill(target: Path) -> None:
        with workers.ready() as number:
            drawn: list[_Drawn] = Parallel(n_jobs=number)(
                delayed(_draw_province)(
                    nation / PROVINCES / code, target / PROVINCES / code, versions[code], lang, around
                )
                for code in called
            )
        draw_nation(
            target / MAP,
            summaries=[
                {**one.summary, "code": code, "province": province}
                for one, (code, province) in zip(drawn, called.items(), strict=True)
            ],
            km=weighted_km(*(_all(drawn, name) for name in ("km", "cases"))),
            missing=[
                Missing(one["province"], int(one["households"]), str(one["reason"]), str(one["reason"]))
                for one in said["missing"]
            ],
            lang=lang,
            day=max(one.day for one in drawn),
            around=around,
        )
        pages.append(1 + sum(one.pages for one in drawn))

    write_folder(out, overwrite=overwrite, fill=fill, kind=NATION_PAGES)
    return pages[-1]


def _draw_province(plan: Path, target: Path, version: int, lang: Lang, around: Around) -> _Drawn:
    book = Casebook.open(plan / CASEBOOK)
    pages = draw_whole(target / MAP, book, version=version, lang=lang, around=around)
    problem, served, entry = book.problem(version), book.plan(version), book.log()[version - 1]
    summary = summarize(problem, served, exports=map_hashes(target), head=entry.hash, version=version)
    return _Drawn(pages, entry.day, Figures.of(problem, served), summary)


def _all(drawn: list[_Drawn], name: str) -> np.ndarray:
    return np.concatenate([getattr(one.figures, name) for one in drawn])
