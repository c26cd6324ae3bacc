"""What a version of a province stands on: what was done to its nation, and what it did by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.casebook.working import is_work
from data.nation.pairs import Halves
from data.nation.pending import NATION_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.casebook import Entry

_CONTENT = ("plan_hash", "problem_hash")


def made_alone(log: Sequence[Entry]) -> list[frozenset[int]]:
    """Return for each version those that a province made by itself and that this one stands on.

    By itself it may take back its own and be as before; to take back its part of what was done to the nation,
    or to do that again, is one of its own.
    """
    alone: list[frozenset[int]] = [frozenset()]
    common: list[frozenset[int]] = [frozenset()]
    for entry in log[1:]:
        together, new = NATION_ID in entry.payload, frozenset([entry.version])
        if is_work(entry):
            # What its centers did is no change of who is served where.
            common.append(common[-1])
            alone.append(alone[-1])
        elif entry.kind != "revert":
            common.append(common[-1] | new if together else common[-1])
            alone.append(alone[-1] if together else alone[-1] | new)
        else:
            to = int(entry.payload["to"])
            is_own = not together and common[to - 1] != common[-1]
            common.append(common[to - 1])
            alone.append(alone[to - 1] | new if is_own else alone[to - 1])
    return alone


def is_as_in(log: Sequence[Entry], version: int) -> bool:
    """Whether what is in force is what a version was."""
    then, now = log[version - 1], log[-1]
    if then.version == now.version:
        return True
    alike = all(then.payload.get(name) == now.payload.get(name) for name in _CONTENT)
    return alike and Halves.standing(log[:version]) == Halves.standing(log)
