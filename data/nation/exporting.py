"""What is handed on of a nation: the exports of every province, and a summary over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.casebook import CASEBOOK, Casebook
from data.disk import write_whole
from data.exports import SUMMARY, refuse_over_plan, write_exports
from data.folder import write_folder
from data.hashing import file_hash
from data.kinds import EXPORT
from data.nation.check import Figures
from data.nation.events import events_of, logs_of
from data.nation.folder import PROVINCES, nation_head, nation_summary
from data.nation.showing import stated
from data.privacy.publishing import published
from data.public import MEASURED, public_summary
from data.rules import Rules
from data.summary import summarize, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from data.casebook import Entry
    from data.plan import Plan
    from data.problem import Problem


def export_nation(nation: Path, out: Path, *, public: bool, overwrite: bool = False) -> dict[str, Any]:
    """Write the exports of every province into ``out/CODE``, and the nation's summary beside them.

    Provinces are read one after the other. What is public is told of each by its releases (`data.privacy`).

    Parameters
    ----------
    nation : Path
        Its folder.
    out : Path
        A new folder outside it.
    public : bool
        Only what may be handed on.
    overwrite : bool
        Whether `out` may replace exports that stand there.

    Returns
    -------
    dict
        The summary, with the SHA-256 of every province's, and the nation's ``version`` and ``head``.

    Raises
    ------
    SitingError
        ``unreadable_summary``; as `data.exports.export`.
    """
    refuse_over_plan(nation, out)
    said, logs = stated(nation), logs_of(nation)
    called = {str(one["code"]): str(one["province"]) for one in said["provinces"]}
    summaries: list[dict[str, Any]] = []

    def fill(target: Path) -> None:
        own, figures = [], []
        for code, province in called.items():
            place = target / code
            place.mkdir()
            one, of = _write_province(nation / PROVINCES / code, place, public=public)
            own.append({**one, "code": code, "province": province})
            figures.append(of)
        whole = nation_summary(
            own,
            loads=np.concatenate([one.loads for one in figures]),
            km=np.concatenate([one.km for one in figures]),
            cases=np.concatenate([one.cases for one in figures]),
            rules=Rules(),
            missing=said["missing"],
        )
        least = max(int(one["rules"]["privacy_k"]) for one in own)
        summaries.append(
            {
                **(public_summary(whole, least) if public else whole),
                "rules": said["rules"],
                "version": len(events_of(logs)),
                "head": nation_head({code: logs[code][-1].hash for code in called}),
                "exports": {f"{code}/{SUMMARY}": file_hash(target / code / SUMMARY) for code in called},
            }
        )
        write_whole(target / SUMMARY, to_json(summaries[-1]))

    write_folder(out, overwrite=overwrite, fill=fill, kind=EXPORT)
    return summaries[-1]


def _write_province(plan_folder: Path, target: Path, *, public: bool) -> tuple[dict[str, Any], Figures]:
    """Write a province's exports; return its summary before anything in it is rounded, and its figures."""
    book = Casebook.open(plan_folder / CASEBOOK)
    problem, plan, last = book.problem(), book.plan(), book.log()[-1]
    shown = published(problem, plan, book, last.version) if public else None
    write_exports(target, problem, plan, head=last.hash, version=last.version, shown=shown)
    own, figures = _summary(problem, plan, last), Figures.of(problem, plan)
    if shown is None:
        return own, figures
    released, then = _summary(*shown.released, last), Figures.of(*shown.released)
    told = {**own, **{name: released[name] for name in MEASURED}}
    return told, Figures(figures.province, figures.loads, then.km, then.cases, figures.households)


def _summary(problem: Problem, plan: Plan, entry: Entry) -> dict[str, Any]:
    return summarize(problem, plan, exports={}, head=entry.hash, version=entry.version)
