"""A comparison as files: its tables for spreadsheets, and its summary."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from data.compare.said import sentence
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import COMPARISON
from data.summary import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.compare.comparison import Comparison


def comparison_files(found: Comparison) -> dict[str, bytes]:
    """Return the content of every file of a comparison by its name; the summary lists the others' hashes."""
    files = {
        f"{name}.csv": to_csv(table, synthetic=found.synthetic) for name, table in found.tables().items()
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    return files | {SUMMARY: to_json({**found.figures(), **_said(found), "exports": hashes})}


def record(found: Comparison) -> dict[str, Any]:
    """Return all of a comparison, its tables and its sentence too, ready for JSON."""
    return {**found.as_dict(), **_said(found)}


def write_comparison(found: Comparison, out: Path, *, plans: Sequence[Path], overwrite: bool = False) -> None:
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

    Raises
    ------
    SitingError
        If the place is taken or one of the plans', or the machine fails.
    """
    for plan in plans:
        refuse_over_plan(plan, out)

    def fill(folder: Path) -> None:
        for name, content in comparison_files(found).items():
            (folder / name).write_bytes(content)

    write_folder(out, overwrite=overwrite, fill=fill, kind=COMPARISON)


def _said(found: Comparison) -> dict[str, Any]:
    return {"sentence": {"fa": sentence(found, "fa"), "en": sentence(found, "en")}}
