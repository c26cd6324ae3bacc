"""Exports in a plan folder that are not what its casebook says now: of an earlier version, or of none.

A writer that is killed after its version was written, and before the exports were, leaves those of the
version before, or some of each. Whoever reads them is told so; nobody tampered with them. No second copy of
them is needed to know: every version makes its own exports again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from data.exports import SUMMARY, export_files, hashes_of
from data.standing import MAP, drawn_hashes
from data.summary import summarize, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from data.casebook import Casebook, Entry
    from data.plan import Plan
    from data.problem import Problem


def differing_exports(folder: Path, book: Casebook, problem: Problem, plan: Plan) -> list[str]:
    """Return the names of a plan folder's exports that are not what its casebook says, or are missing.

    The map and ``run.toml`` are not among them: no export can make them again (`data.standing`).

    Parameters
    ----------
    folder : Path
        The plan folder.
    book : Casebook
        Its casebook.
    problem, plan : Problem, Plan
        Of the current version.
    """
    right = export_files(problem, plan)
    stated = {**hashes_of(right), **drawn_hashes(book)}
    right[SUMMARY] = to_json(summarize(problem, plan, exports=stated, head=book.head, version=book.version))
    return [name for name, content in right.items() if _content(folder / name) != content]


def exports_of(
    folder: Path, names: Collection[str], *, book: Casebook, entry: Entry, problem: Problem, plan: Plan
) -> list[str]:
    """Return which of the exports in a plan folder are those of one version.

    A summary also lists the files of the map. One that was written before the map was drawn anew lists those
    of before, and is of its version as much as any that lists files the casebook knows.

    Parameters
    ----------
    folder : Path
        The plan folder.
    names : collection of str
        Of the exports in question.
    book : Casebook
        Its casebook.
    entry : Entry
        The log's entry of the version.
    problem, plan : Problem, Plan
        Of the version.
    """
    right = export_files(problem, plan)
    known = {(one.name, one.sha256) for one in book.files_ever()}
    found = [name for name in names if name in right and _content(folder / name) == right[name]]
    content = _content(folder / SUMMARY)
    drawn = _drawn(content)
    if SUMMARY in names and set(drawn.items()) <= known:
        stated = {**hashes_of(right), **drawn}
        summary = summarize(problem, plan, exports=stated, head=entry.hash, version=entry.version)
        found += [SUMMARY] * (content == to_json(summary))
    return found


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _drawn(summary: bytes) -> Mapping[str, str]:
    """Return the files of the map, and their hashes, that a summary lists; none where it cannot be read."""
    try:
        stated = json.loads(summary)["exports"]
        return {name: str(one) for name, one in stated.items() if name.startswith(f"{MAP}/")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
