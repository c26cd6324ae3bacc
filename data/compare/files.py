"""A comparison as files: its tables for spreadsheets, and its summary."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from data.compare.comparison import records
from data.compare.public import figures_of_many, sentence_of_many, tables_of_many
from data.compare.said import sentence
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import COMPARISON
from data.summary import to_json
from data.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from data.compare.comparison import Comparison


def comparison_files(found: Comparison, least: int | None = None) -> dict[str, bytes]:
    """Return the content of every file of a comparison by its name; the summary lists the others' hashes.

    Parameters
    ----------
    found : Comparison
        What `data.compare.comparing.compare` found.
    least : int, optional
        ``k``: the files tell of no fewer households and may be handed on (`data.compare.public`). What is
        withheld reads ``under`` and ``k``.
    """
    tables = found.tables() if least is None else tables_of_many(found, least)
    files = {
        f"{name}.csv": to_csv(_with_words(table, least), synthetic=found.synthetic)
        for name, table in tables.items()
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    figures = found.figures() if least is None else figures_of_many(found, least)
    return files | {SUMMARY: to_json({**figures, **_said(found, least), "exports": hashes})}


def record(found: Comparison, least: int | None = None) -> dict[str, Any]:
    """Return all of a comparison, its tables and its sentence too, ready for JSON; of ``k`` or more."""
    if least is None:
        return {**found.as_dict(), **_said(found)}
    tables = {name: records(table) for name, table in tables_of_many(found, least).items()}
    return {**figures_of_many(found, least), **tables, **_said(found, least)}


def write_comparison(
    found: Comparison, out: Path, *, plans: Sequence[Path], overwrite: bool = False, least: int | None = None
) -> None:
    """Write a comparison into a new folder.

    Parameters
    ----------
    found : Comparison
        What `data.compare.comparing.compare` found.
    out : Path
        The folder to write.
    plans : sequence of Path
        The folders that were compared; nothing is written among their files.
    overwrite : bool
        Whether it may replace a comparison that stands there.
    least : int, optional
        ``k`` of what may be handed on (`comparison_files`).

    Raises
    ------
    SitingError
        If the place is taken or one of the plans', or the machine fails.
    """
    for plan in plans:
        refuse_over_plan(plan, out)

    def fill(folder: Path) -> None:
        for name, content in comparison_files(found, least).items():
            (folder / name).write_bytes(content)

    write_folder(out, overwrite=overwrite, fill=fill, kind=COMPARISON)


def _said(found: Comparison, least: int | None = None) -> dict[str, Any]:
    if least is None:
        return {"sentence": {"fa": sentence(found, "fa"), "en": sentence(found, "en")}}
    return {"sentence": {lang: sentence_of_many(found, least, lang) for lang in ("fa", "en")}}


def _with_words(table: pd.DataFrame, least: int | None) -> pd.DataFrame:
    """Return a table with words in place of what is withheld."""
    if least is None:
        return table
    counts = [str(name) for name in table if str(table[name].dtype) == "Int64"]
    words = text("compare.under_few", "en", few=least)
    return table.assign(**{name: table[name].astype(object).fillna(words) for name in counts})
