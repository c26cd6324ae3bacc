"""The tie-break of a run: by the rules of its call, and under the seal that it must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.call.order import TieBreak
from data.call.rules import read_call_rules
from data.call.seal import check_seal, seal_of
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
    has_call = path is not None and CALL in read_named(path)
    now = seal_of(rules, call, seed)
    if seal:
        check_seal(seal, now)
    return TieBreak(seed, call.tie_km, applies=bool(seal) or has_call, seal=now.hash if seal else "")
