"""What centers did or will do, kept in the record: a version with other working tables and the same plan."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.nation.held import nation_of
from data.record.sealed import require_sealed
from data.work.tables import as_kept
from door.moves import within
from door.record import account
from door.staged import staged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from data.text import Lang


def keep(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    *,
    kind: str,
    lang: Lang,
    after: str,
    payload: Mapping[str, Any] | None = None,
    who: str = "",
    why: str = "",
) -> int:
    """Keep working tables as the next version of a plan and renew the files beside it; return its number.

    Parameters
    ----------
    folder : Path
        Of the plan; where it is a province of a nation, what the nation says of all is made anew too.
    tables : mapping of str to DataFrame
        Whole tables by their names (`data.work.tables.TABLES`). Where they are as they were, there is no
        new version.
    kind : str
        For the log: ``caseworkers``, ``visits``, ``activity`` or ``services``.
    lang : {"fa", "en"}
        Language that the map opens in.
    after : str
        Head of the version that the tables were made on.
    payload : mapping, optional
        What else the log is to hold, as JSON knows it.
    who, why : str
        For the log; whose account it is unless told.

    Raises
    ------
    SitingError
        ``lost_race`` (exit code 6) where another version came since; of the record, or the machine.
    """
    nation = nation_of(folder)
    with nullcontext() if nation is None else within(nation, lang):
        book = Casebook.open(folder / CASEBOOK)
        if all(as_kept(name, one).equals(book.work(name)) for name, one in tables.items()):
            return book.version
        last = book.log()[-1]
        problem, plan = book.problem(last.version), book.plan(last.version)
        require_sealed(last, problem, plan)
        with staged(folder, problem, plan, last.version + 1, lang) as ready:
            version = book.keep_work(
                tables, kind=kind, who=who or account(), why=why, after=after, payload=payload
            )
            ready.put(book, version)
        return version
