"""Families that leave one province and join another: the two halves of a move, under one id.

Each half is in the log of its own casebook, so that either tells which other half there must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK
from data.errors import Failure
from data.hashing import value_hash
from data.nation.folder import PROVINCES
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from data.casebook import Entry

PAIR_COLUMNS = ("pair_id", "other_province")
"""Of the events of a province: the pair that a leave or a join is half of, and where the other half is."""
PAIRED = "paired"
"""Under which a proposal, and then the log, keep the halves."""
_LETTERS = 16
_CAUSES: Mapping[str, str] = MappingProxyType({"join": "moved_in", "leave": "moved_out"})


@dataclass(frozen=True)
class Halves:
    """The halves of moves between provinces that a casebook holds.

    Attributes
    ----------
    left, joined : mapping of str to str
        Code of the other province by id of the pair.
    """

    left: Mapping[str, str]
    joined: Mapping[str, str]

    @classmethod
    def standing(cls, log: Sequence[Entry]) -> Halves:
        """Return those that are in force in the last version: what was reverted no longer is."""
        left: list[dict[str, str]] = []
        joined: list[dict[str, str]] = []
        for entry in log:
            to = int(entry.payload.get("to", 0)) if entry.kind == "revert" else 0
            own = entry.payload.get(PAIRED, {})
            for versions, name in ((left, "left"), (joined, "joined")):
                here = versions[:to] if to else versions
                before = here[-1] if here else {}
                versions.append({**before, **own.get(name, {})})
        return cls(MappingProxyType(left[-1]), MappingProxyType(joined[-1]))


def pair_id(household_id: str, date: str, from_code: str, to_code: str) -> str:
    """Return the id of a move between two provinces: the same whoever makes the proposal, and whenever."""
    return value_hash([household_id, date, from_code, to_code])[:_LETTERS]


def halves_of(moves: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return what a log keeps of the halves among a province's events; nothing where there are none."""
    if PAIR_COLUMNS[0] not in moves:
        return {}
    halves = moves[moves["pair_id"] != ""]
    return {
        name: dict(sorted(rows[list(PAIR_COLUMNS)].itertuples(index=False, name=None)))
        for name, event in (("left", "leave"), ("joined", "join"))
        if len(rows := halves[halves["event"] == event])
    }


def with_pairs(table: pd.DataFrame, moves: pd.DataFrame, event: str) -> pd.DataFrame:
    """Return who joined or left with ``cause`` (``moved_in``, ``moved_out``) and the pair it is half of.

    Parameters
    ----------
    table : DataFrame
        With ``household_id``; it is returned as it is where no event of the province is half of a pair.
    moves : DataFrame
        Events of the province.
    event : {"join", "leave"}
        Which half.
    """
    if PAIR_COLUMNS[0] not in moves:
        return table
    halves = moves[(moves["pair_id"] != "") & (moves["event"] == event)].set_index("household_id")
    added = halves[list(PAIR_COLUMNS)].reindex(table["household_id"]).fillna("").reset_index(drop=True)
    cause = (added["pair_id"] != "").map({True: _CAUSES[event], False: ""})
    return table.reset_index(drop=True).assign(cause=cause, **{name: added[name] for name in PAIR_COLUMNS})


def half_pairs(provinces: Mapping[str, Halves]) -> Iterator[Failure]:
    """Yield each half that stands alone: who left and joined nowhere, or joined and left nowhere.

    Parameters
    ----------
    provinces : mapping of str to Halves
        By code; a half whose other province is not among them is not judged.
    """
    for code, halves in provinces.items():
        for own, wanted in ((halves.left, "joined"), (halves.joined, "left")):
            for pair, other in own.items():
                if other in provinces and getattr(provinces[other], wanted).get(pair) != code:
                    words = phrase(f"moves.half_{wanted}", province=other)
                    yield Failure(f"{PROVINCES}/{code}/{CASEBOOK}", 0, "half_a_pair", pair, words)
