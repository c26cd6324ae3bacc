"""A nation's proposal on disk: one folder a province that changes, and the families between them."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.cells import guarded_texts, unguarded_texts
from data.disk import shown_name, write_whole
from data.errors import Exit, SitingError
from data.hashing import file_hash, value_hash
from data.kinds import PROPOSAL_FILE, is_nation_folder, is_proposal_folder
from data.nation.folder import PROVINCES
from data.summary import to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1
"""Version of the layout of a nation's ``proposal.json``."""
NATION = "nation"
PAIRS = "pairs.csv"
_TEXTS = (
    "pair_id", "household_id", "from_province", "to_province", "from_center", "to_center", "date",
)  # fmt: skip
_FLOATS = ("km_before", "km_after")


@dataclass(frozen=True)
class NationKept:
    """A nation's proposal as it lies on disk.

    Attributes
    ----------
    facts : mapping
        ``proposal.json``: see `write_nation_proposal`.
    folder : Path
        Where it lies.
    """

    facts: Mapping[str, Any]
    folder: Path

    @property
    def id(self) -> str:
        """What stands for it in the logs of the provinces."""
        return str(self.facts["id"])

    @property
    def heads(self) -> dict[str, str]:
        """Head of every province's casebook that it was made on, by code."""
        return dict(self.facts["base"]["heads"])

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces that change, in their order."""
        return sorted(self.facts["provinces"])

    def of(self, code: str) -> Path:
        """Return the folder of a province's own proposal."""
        return self.folder / PROVINCES / code

    def pairs(self) -> pd.DataFrame:
        """Return the families that go from one province to another: see `write_nation_proposal`."""
        pairs = pd.read_csv(
            self.folder / PAIRS,
            encoding="utf-8-sig",
            keep_default_na=False,
            dtype=dict.fromkeys(_TEXTS, "str"),
            converters=dict.fromkeys(_FLOATS, _km),
        )
        return unguarded_texts(pairs)


def write_nation_proposal(folder: Path, facts: Mapping[str, Any], pairs: pd.DataFrame) -> dict[str, Any]:
    """Write what is a nation's own of a proposal; return its ``proposal.json``, which is written last.

    Parameters
    ----------
    folder : Path
        The proposals of its provinces stand there already.
    facts : mapping
        ``base`` (``folder``, ``heads`` by province), ``provinces`` (figures by code), and the figures of all.
    pairs : DataFrame
        Families that go from one province to another, for ``pairs.csv``.
    """
    written = io.StringIO()
    guarded_texts(pairs).to_csv(written, index=False, lineterminator="\n")
    write_whole(folder / PAIRS, written.getvalue().encode("utf-8-sig"))
    inside = [f"{PROVINCES}/{code}/{PROPOSAL_FILE}" for code in sorted(facts["provinces"])]
    files = {name: file_hash(folder / name) for name in [PAIRS, *inside]}
    kept = {"schema": SCHEMA, "kind": NATION, **facts, "files": files}
    kept["id"] = value_hash([facts["base"], files])
    write_whole(folder / PROPOSAL_FILE, to_json(kept))
    return kept


def is_nation_proposal(folder: Path) -> bool:
    """Whether a folder says of itself that it is the proposal of a nation."""
    try:
        told = json.loads((folder / PROPOSAL_FILE).read_text(encoding="utf-8"))
        return bool(told["kind"] == NATION)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def require_same_kind(folder: Path, proposal: Path) -> None:
    """Refuse a plan's proposal for a nation, and a nation's for a plan.

    Parameters
    ----------
    folder, proposal : Path
        Of the network, and of what is to be done to it.

    Raises
    ------
    SitingError
        ``proposal_of_plan`` or ``proposal_of_nation`` (exit code 6), which say what to name instead.
    """
    if not is_proposal_folder(proposal) or is_nation_folder(folder) == is_nation_proposal(proposal):
        return
    code = "proposal_of_plan" if is_nation_folder(folder) else "proposal_of_nation"
    base = _base(proposal)
    inside = folder / PROVINCES / base
    words = phrase(
        f"moves.{code}",
        path=shown_name(folder),
        proposal=shown_name(proposal),
        base=f"{shown_name(folder)}/{PROVINCES}/{base}" if inside.is_dir() else base,
    )
    raise SitingError(words, code=code, exit_code=Exit.REFUSED)


def _base(proposal: Path) -> str:
    """Return the name of the folder that a proposal says it was made on."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((proposal / PROPOSAL_FILE).read_text(encoding="utf-8"))["base"]["folder"])
    return "?"


def read_nation_proposal(folder: Path) -> NationKept:
    """Read a nation's proposal; those of its provinces are read when they are applied.

    Raises
    ------
    SitingError
        ``not_a_proposal`` (exit code 3); ``changed_proposal`` (exit code 6) where a file is not as it was
        written.
    """
    try:
        facts = json.loads((folder / PROPOSAL_FILE).read_text(encoding="utf-8"))
        files = dict(facts["files"])
        facts["id"], facts["base"]["heads"].items(), facts["provinces"].items()
        if facts["kind"] != NATION:
            raise _wrong("not_a_proposal", folder, Exit.INVALID_INPUT)
    except SitingError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _wrong("not_a_proposal", folder, Exit.INVALID_INPUT) from error
    if facts["schema"] != SCHEMA:
        raise _wrong("other_proposal", folder, Exit.REFUSED)
    same = {name: (folder / name).is_file() and file_hash(folder / name) == files[name] for name in files}
    changed = next((name for name, is_same in same.items() if not is_same), None)
    if changed is None and value_hash([facts["base"], files]) != facts["id"]:
        changed = PROPOSAL_FILE
    if changed is not None:
        raise _wrong("changed_proposal", folder / changed, Exit.REFUSED)
    return NationKept(MappingProxyType(facts), folder)


def _km(cell: str) -> float:
    """Read a number as Python does, which gives the very one that was written."""
    return float(cell) if cell else float("nan")


def _wrong(code: str, path: Path, exit_code: Exit) -> SitingError:
    return SitingError(phrase(f"folder.{code}", path=path.name), code=code, exit_code=exit_code)
