"""The tie-break of a run: by the rules of its call, and under the seal that it must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.call.order import TieBreak
from data.call.rules import read_call_rules
from data.call.seal import check_seal
from data.rule_values import read_named
from data.rules import CALL

if TYPE_CHECKING:
    from pathlib import Path

    from data.rules import Rules


def tie_break_of(path: Path | None, rules: Rules, seed: int, seal: str) -> TieBreak:
    """Return the tie-break of a run; it applies where a call is sealed, or has rules of its own.

    Parameters
    ----------
    path : Path or None
        The file of rules.
    rules : Rules
        As it was read.
    seed : int
        Of the run.
    seal : str
        As `data.call.seal.read_seal` takes it; empty for none.

    Raises
    ------
    SitingError
        As `data.call.rules.read_call_rules` and `data.call.seal.check_seal`.
    """
    call = read_call_rules(path)
    if not seal:
        return TieBreak(seed, call.tie_km, applies=has_call(path))
    own = check_seal(seal, rules, call, seed)
    return TieBreak(seed, call.tie_km, seal=own.hash, sealed_utc=own.when, deadline=own.deadline)


def has_call(path: Path | None) -> bool:
    """Return whether a file of rules has those of a call."""
    return path is not None and CALL in read_named(path)
