"""What a nation was in one of its versions, as its summary said it then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from data.casebook import CASEBOOK, Casebook
from data.errors import SitingError
from data.nation.check import Figures
from data.nation.folder import PROVINCES, SUMMARY, nation_summary
from data.rules import Rules
from data.summary import summarize
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def stated(nation: Path) -> dict[str, Any]:
    """Return the summary of a nation as it stands.

    Raises
    ------
    SitingError
        ``unreadable_summary`` where it is not as it was written.
    """
    try:
        summary: dict[str, Any] = json.loads((nation / SUMMARY).read_text(encoding="utf-8"))
        summary["missing"], summary["rules"]["count"], [one["code"] for one in summary["provinces"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SitingError(phrase("folder.unreadable_summary"), code="unreadable_summary") from error
    return summary


def names_of(nation: Path) -> dict[str, str]:
    """Return the name of each province of a nation by its code; as `stated`."""
    return {str(one["code"]): str(one["province"]) for one in stated(nation)["provinces"]}


def summary_at(nation: Path, versions: Mapping[str, int]) -> dict[str, Any]:
    """Return the summary that a nation had when each province was in some version.

    Provinces are read one after the other; hashes of files are not among what is said of then.

    Parameters
    ----------
    nation : Path
        Its folder.
    versions : mapping of str to int
        Of the provinces, by code: `data.nation.events.versions_at`.

    Raises
    ------
    SitingError
        As `stated`; of a casebook.
    """
    now = stated(nation)
    own, figures = [], []
    for code, version in ((str(one["code"]), versions[one["code"]]) for one in now["provinces"]):
        book = Casebook.open(nation / PROVINCES / code / CASEBOOK)
        problem, plan = book.problem(version), book.plan(version)
        figures.append(Figures.of(problem, plan))
        told = summarize(problem, plan, exports={}, head=book.log()[version - 1].hash, version=version)
        own.append({**told, "code": code, "province": figures[-1].province})
    summary = nation_summary(
        own,
        loads=np.concatenate([one.loads for one in figures]),
        km=np.concatenate([one.km for one in figures]),
        cases=np.concatenate([one.cases for one in figures]),
        rules=Rules(),
        missing=now["missing"],
    )
    return {**summary, "rules": now["rules"]}
