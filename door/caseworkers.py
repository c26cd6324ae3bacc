"""Caseworkers and their beats kept in the record and written for the centers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.change.changes import Changes, no_moves
from data.errors import Exit, SitingError
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import check_place, write_folder
from data.kinds import CASEWORKERS, PROPOSAL, is_nation_folder
from data.nation.check import province_folders
from data.record.sealed import require_sealed
from data.replay import fingerprint_of
from data.summary import to_json, weighted_km
from data.text import phrase
from door.beats import KIND, found_caseworkers
from door.working import keep
from siting.running.proposing import proposed

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang
    from data.work.staff import Roster
    from door.beats import AskedCaseworkers, Found


def write_caseworkers(
    folder: Path,
    out: Path,
    asked: AskedCaseworkers,
    *,
    lang: Lang,
    overwrite: bool = False,
    who: str = "",
    why: str = "",
) -> dict[str, Any]:
    """Divide every center's households among its caseworkers, keep that in the record and write it.

    Where a center has fewer than it needs, the proposal of a rebalancing lies beside: every center with a
    known staff holds as many cases as its caseworkers may have.

    Parameters
    ----------
    folder, out : Path
        Of the plan, and the folder to write outside it.
    asked : AskedCaseworkers
        What is asked.
    lang : {"fa", "en"}
        Language that the map opens in.
    overwrite : bool
        Whether caseworkers that stand there may be replaced.
    who, why : str
        For the log.

    Returns
    -------
    dict
        ``summary.json``.

    Raises
    ------
    SitingError
        Of the staff list, of the record, where the place is taken, or the machine fails.
    """
    if is_nation_folder(folder):
        first = province_folders(folder)[0]
        words = phrase("caseworkers.of_nation", path=folder.name, province=str(first))
        raise SitingError(words, code="caseworkers_of_nation", exit_code=Exit.USAGE)
    refuse_over_plan(folder, out)
    check_place(out, overwrite=overwrite, kind=CASEWORKERS)
    check_place(_beside(out), overwrite=True, kind=PROPOSAL)
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    problem, plan = book.problem(), book.plan()
    require_sealed(log[-1], problem, plan)
    found = found_caseworkers(book, log, problem, plan, asked, fingerprint=fingerprint_of(folder))
    with_one = found.beats[found.beats["caseworker_id"] != ""]
    version = keep(
        folder,
        {KIND: found.roster.table, "beats": with_one},
        kind=KIND,
        lang=lang,
        after=log[-1].hash,
        payload={
            "effective": asked.day.isoformat(),
            "by_staff": found.roster.by_staff,
            "fixed": sorted(found.roster.fixed),
            "changed_caseworker": len(found.changes),
            "no_caseworker": len(found.beats) - len(with_one),
        },
        who=who,
        why=why,
    )
    proposal = _proposal(folder, out, found, limits_of(problem, plan, found.roster, asked.day), asked.day)
    summary = summary_of(found, problem, day=asked.day, version=version, head=book.head, proposal=proposal)
    summary |= sealed(book.seal())
    files = {
        "caseworkers.csv": found.caseworkers,
        "beats.csv": found.beats,
        "changes.csv": found.changes,
    }

    def fill(place: Path) -> None:
        for name, table in files.items():
            (place / name).write_bytes(to_csv(table, synthetic=problem.synthetic))
        (place / SUMMARY).write_bytes(to_json(summary))

    write_folder(out, overwrite=overwrite, fill=fill, kind=CASEWORKERS)
    return summary


def summary_of(
    found: Found, problem: Problem, *, day: date, version: int, head: str, proposal: str
) -> dict[str, Any]:
    """Return ``summary.json`` of caseworkers that were kept.

    Parameters
    ----------
    found : Found
        What was found.
    problem : Problem
        Of the plan.
    day : date
        The first day on which the beats hold.
    version, head : int, str
        Of the record.
    proposal : str
        Name of the proposal's folder beside, empty for none.
    """
    beats, changes = found.beats, found.changes
    served = beats[beats["caseworker_id"] != ""]
    loads = found.caseworkers["cases"]
    return {
        "synthetic": bool(problem.synthetic),
        "effective": day.isoformat(),
        "centers": int(beats["center_id"].nunique()),
        "caseworkers": len(found.caseworkers),
        "households": len(beats),
        "cases": int(beats["cases"].sum()),
        "most": problem.rules.caseworker_cases,
        "load": {
            "min": int(loads.min()) if len(loads) else None,
            "median": float(loads.median()) if len(loads) else None,
            "max": int(loads.max()) if len(loads) else None,
        },
        "km": weighted_km(served["km"].to_numpy(), served["cases"].to_numpy()),
        "travel_km": round(float(found.caseworkers["travel_km"].sum()), 3),
        "first": found.first,
        "changes": len(changes),
        "by_reason": {
            str(name): int(count) for name, count in changes["reason"].value_counts().sort_index().items()
        },
        "no_caseworker": {
            str(name): int(count)
            for name, count in beats.loc[beats["reason"] != "", "reason"].value_counts().sort_index().items()
        },
        "short": found.short.to_dict("records"),
        "proposal": proposal,
        "casebook_version": version,
        "head": head,
    }


def _proposal(folder: Path, out: Path, found: Found, limits: dict[str, int], day: date) -> str:
    """Write what a rebalancing would do where caseworkers are too few; return the folder's name."""
    if not limits or not (found.short["needed"] > found.short["caseworkers"]).any():
        return ""
    place = _beside(out)
    changes = Changes(
        moves=no_moves(),
        max_cases={center: (cases, day.isoformat()) for center, cases in limits.items()},
        effective=day.isoformat(),
    )

    def fill(temp: Path) -> None:
        proposed(folder, changes, temp)

    write_folder(place, overwrite=True, fill=fill, kind=PROPOSAL)
    return place.name


def _beside(out: Path) -> Path:
    """Return where the proposal lies that helps where caseworkers are too few."""
    return out.resolve().with_name(f"{out.resolve().name}-proposal")


def limits_of(problem: Problem, plan: Plan, roster: Roster, day: date) -> dict[str, int]:
    """Return the places of every center whose caseworkers are told and hold less than the center may.

    A center without caseworkers keeps its families, as closing it is not for this to ask, and gets no more.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The network.
    roster : Roster
        Who works where.
    day : date
        When.
    """
    count = roster.on(day)["center_id"].value_counts()
    limits = {}
    for center, cases, most in plan.centers[["center_id", "cases", "max_cases"]].itertuples(index=False):
        places = int(count.get(center, 0)) * problem.rules.caseworker_cases or int(cases)
        if not roster.follows(center) and 0 < places < most:
            limits[center] = places
    return limits
