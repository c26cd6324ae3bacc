"""A proposal on disk: what is to change in a running network, who is transferred, and what it was made on."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.cells import guarded_texts, unguarded_texts
from data.change.changes import Changes
from data.disk import write_whole
from data.errors import Exit, SitingError
from data.hashing import file_hash, value_hash
from data.kinds import PROPOSAL_FILE, PROPOSAL_TABLES
from data.summary import to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1
"""Version of the layout of ``proposal.json``."""
MOVES, SEAL = "moves.csv", "seal"
_TEXTS = (
    "household_id", "from_center", "to_center", "center_id", "reason", "effective", "because_of", "date",
    "event", "place", "province", "county", "district", "area", "status", "pin", "vacancy_id", "cause",
    "pair_id", "other_province", "carried",
)  # fmt: skip
_FLOATS = ("lon", "lat", "km", "km_before", "km_after")


@dataclass(frozen=True)
class Kept:
    """A proposal as it lies on disk.

    Attributes
    ----------
    facts : mapping
        ``proposal.json``: see `write_proposal`.
    changes : Changes
        What was asked for.
    tables : mapping of str to DataFrame
        ``transfers``, ``joined``, ``left``, ``unassigned``, ``address_unknown``.
    """

    facts: Mapping[str, Any]
    changes: Changes
    tables: Mapping[str, pd.DataFrame]

    @property
    def base_head(self) -> str:
        """Head of the casebook that the proposal was made on."""
        return str(self.facts["base"]["head"])


def write_proposal(
    folder: Path, facts: Mapping[str, Any], changes: Changes, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """Write a proposal into an empty folder; return ``proposal.json``, which is written last.

    Parameters
    ----------
    folder : Path
        As `data.folder.write_folder` gives it to fill.
    facts : mapping
        What is said of the whole, as JSON knows it: ``base`` (``folder``, ``version``, ``head``), figures,
        hashes of the next plan and problem.
    changes : Changes
        Their moves are kept as ``moves.csv``, so that nothing but the proposal is needed to apply it.
    tables : mapping of str to DataFrame
        One for each of `data.kinds.PROPOSAL_TABLES`.
    """
    written = {f"{name}.csv": _csv(tables[name]) for name in PROPOSAL_TABLES}
    written[MOVES] = _csv(changes.moves)
    for name, content in written.items():
        write_whole(folder / name, content)
    kept = {
        "schema": SCHEMA,
        **facts,
        "changes": changes.as_dict(),
        "files": {name: file_hash(folder / name) for name in sorted(written)},
    }
    kept[SEAL] = value_hash(kept)
    write_whole(folder / PROPOSAL_FILE, to_json(kept))
    return kept


def read_proposal(folder: Path) -> Kept:
    """Read a proposal.

    Raises
    ------
    SitingError
        ``not_a_proposal`` (exit code 3); ``changed_proposal`` (exit code 6) where a file is not as it was
        written: what was signed is what is applied.
    """
    try:
        facts = json.loads((folder / PROPOSAL_FILE).read_text(encoding="utf-8"))
        files, told = dict(facts["files"]), dict(facts["changes"])
        facts["base"]["head"], facts["plan_hash"], facts["standing"]["planned"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _wrong("not_a_proposal", folder, Exit.INVALID_INPUT) from error
    if facts["schema"] != SCHEMA:
        raise _wrong("other_proposal", folder, Exit.REFUSED)
    if value_hash({name: one for name, one in facts.items() if name != SEAL}) != facts.get(SEAL):
        raise _wrong("changed_proposal", folder / PROPOSAL_FILE, Exit.REFUSED)
    for name, sha256 in files.items():
        if not (folder / name).is_file() or file_hash(folder / name) != sha256:
            raise _wrong("changed_proposal", folder / name, Exit.REFUSED)
    changes = Changes.from_dict(told, moves=_read(folder / MOVES))
    tables = {name: _read(folder / f"{name}.csv") for name in PROPOSAL_TABLES}
    return Kept(MappingProxyType(facts), changes, MappingProxyType(tables))


def _csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV, every number so that reading gives the same one."""
    written = io.StringIO()
    guarded_texts(table).to_csv(written, index=False, lineterminator="\n")
    return written.getvalue().encode("utf-8-sig")


def _read(file: Path) -> pd.DataFrame:
    table = pd.read_csv(
        file,
        encoding="utf-8-sig",
        dtype=dict.fromkeys(_TEXTS, "str"),
        keep_default_na=False,
        converters=dict.fromkeys(_FLOATS, _float),
    )
    return unguarded_texts(table)


def _float(cell: str) -> float:
    """Read a number as Python does, which gives the very one that was written."""
    return float(cell) if cell else float("nan")


def _wrong(code: str, path: Path, exit_code: Exit) -> SitingError:
    return SitingError(phrase(f"folder.{code}", path=path.name), code=code, exit_code=exit_code)
