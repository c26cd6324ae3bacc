"""Spellings of one province, county or district that a run takes for one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from data.build.admin import LEVELS
from data.errors import SHOWN_FAILURES, Failure
from data.fold import fold
from data.gazetteer.areas import area_id, says_its_kind
from data.text import phrase

if TYPE_CHECKING:
    from data.tables import Tables

JOINED = "joined_names"


def joined_names(tables: Tables) -> tuple[Failure, ...]:
    """Return a note on each area that the files write in several ways; what `fold` makes alike is one way.

    Parameters
    ----------
    tables : Tables
        As read: boundaries aside, which may well be in another language.
    """
    file = tables.file("households")
    notes = [
        Failure(file, 0, JOINED, "", phrase(f"build.joined_{level}", names=" · ".join(ways)))
        for level in LEVELS
        for ways in _ways(tables, level)
    ]
    if len(notes) > SHOWN_FAILURES:
        more = phrase("build.joined_more", count=len(notes) - SHOWN_FAILURES)
        return (*notes[:SHOWN_FAILURES], Failure(file, 0, JOINED, "", more))
    return tuple(notes)


def _ways(tables: Tables, level: str) -> list[list[str]]:
    """Return of each area that is written in several ways all of them, the commonest first."""
    columns = list(LEVELS[: LEVELS.index(level) + 1])
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for table in (tables.households, tables.applicants, tables.centers):
        if table is None:
            continue
        for names, rows in table[columns].value_counts().items():
            told = [str(name) for name in (names if isinstance(names, tuple) else (names,))]
            if told[-1]:
                area = tuple(area_id(one, name) for one, name in zip(columns, told, strict=True))
                counts[area][told[-1]] += int(rows)
    return [ways for _, own in sorted(counts.items()) if len(ways := _unlike(own, level)) > 1]


def _unlike(names: Counter[str], level: str) -> list[str]:
    """Return one spelling of each folded form, the commonest first; ties as where one is chosen."""
    ways: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (-names[name], says_its_kind(level, name), name)):
        ways.setdefault(fold(name), name)
    return list(ways.values())
