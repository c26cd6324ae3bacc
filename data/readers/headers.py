"""Which column of a file is which, by Persian and English headers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.fold import fold
from data.readers.failures import failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.errors import Failure

STRONG = 1
"""Rank of a header that means its column beyond doubt; a column's own name has 0."""
TABLES = ("households", "applicants", "centers", "travel", "moves", "gazetteer")
_REMARK = re.compile(r"[(\[{].*?[)\]}]")
_MARKS = re.compile(r"[\s.:;,/\\*'\"()\[\]{}_-]+")
_TWICE_SAID = re.compile(r"\s[-–|/]\s|[|/\n]")
_LATIN = re.compile("[A-Za-z]")
_SHAPEFILE_NAME = 10
_EZAFE = re.compile("\u200c[یي](?=\\s|$)")


@dataclass(frozen=True)
class Words:
    """Folded headers of one table: the canonical column of each; strong ones first."""

    strong: Mapping[str, str]
    weak: Mapping[str, str]

    @property
    def columns(self) -> frozenset[str]:
        """The columns the table may have."""
        return frozenset(self.strong.values())

    def column_of(self, header: str) -> str | None:
        """Return the canonical column a header means, or None."""
        for key in _keys(header):
            if found := self.strong.get(key) or self.weak.get(key):
                return found
        return None

    def rank(self, header: str) -> int:
        """Return 0 for a column's own name, 1 for a strong header, then the place among the weak ones."""
        keys = _keys(header)
        if keys[0] == header_key(self.column_of(header) or ""):
            return 0
        if any(key in self.strong for key in keys):
            return STRONG
        weak = list(self.weak)
        return STRONG + 1 + min(weak.index(key) for key in keys if key in self.weak)


def _keys(header: str) -> tuple[str, ...]:
    """Return what a header may mean: all of it, without its remark, or in the first of two languages."""
    plain = _REMARK.sub("", header)
    parts = _TWICE_SAID.split(plain)
    scripts = [bool(_LATIN.search(part)) for part in parts]
    first = parts[:1] if sorted(scripts) == [False, True] else []
    return tuple(header_key(one) for one in (header, plain, *first))


def header_key(header: str) -> str:
    """Return the key headers are compared by."""
    return _MARKS.sub("", fold(_EZAFE.sub("", header)))


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(files("data.readers").joinpath("headers.toml").read_text(encoding="utf-8"))


@cache
def words_of(table: str) -> Words:
    """Return the headers of a table of input; ``boundaries`` too."""
    sections = [_lists()[table]]
    if table in ("households", "applicants", "centers", "moves", "gazetteer"):
        sections.append(_lists()["common"])
    strong: dict[str, str] = {}
    weak: dict[str, str] = {}
    for section in sections:
        for column, headers in section.items():
            if column != "weak":
                for header in (*headers, column[:_SHAPEFILE_NAME]):
                    strong.setdefault(header_key(header), column)
        for column, headers in section.get("weak", {}).items():
            for header in headers:
                weak.setdefault(header_key(header), column)
    return Words(MappingProxyType(strong), MappingProxyType(weak))


@cache
def value_words(name: str) -> Mapping[str, str]:
    """Return the canonical token of each folded word of a column with a fixed vocabulary."""
    tokens = _lists()["values"][name]
    return MappingProxyType({header_key(word): token for token, words in tokens.items() for word in words})


@dataclass(frozen=True)
class Resolved:
    """Where the columns of a file are.

    Attributes
    ----------
    at : mapping of str to int
        Position by canonical column; ``x`` and ``y`` too where a mapping names them.
    rivals : mapping of str to tuple of int
        Where several headers mean one column, all their positions, best first: the column's own name and
        strong headers, or equal weak ones.
    failures : tuple of Failure
        ``duplicate_column`` of a header that a mapping names and the file has twice.
    behind : mapping of str to tuple of int
        Positions of further headers that mean a column less surely, best first.
    """

    at: Mapping[str, int]
    rivals: Mapping[str, tuple[int, ...]]
    failures: tuple[Failure, ...]
    behind: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))


def resolve(headers: Sequence[str], words: Words, named: Mapping[str, str], file: str) -> Resolved:
    """Tell the position of each canonical column, what the planner named first.

    Parameters
    ----------
    headers : sequence of str
        As written.
    words : Words
        Of the table.
    named : mapping of str to str
        Header by column (or axis), as a planner's mapping declares.
    file : str
        Name of the file, for the failures.
    """
    keys = [header_key(header) for header in headers]
    failures: list[Failure] = []
    found: dict[str, int] = {}
    rivals: dict[str, tuple[int, ...]] = {}
    behind: dict[str, tuple[int, ...]] = {}
    meant: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        if header and (column := words.column_of(header)):
            meant.setdefault(column, []).append(position)
    for column, header in named.items():
        places = [place for place, key in enumerate(keys) if key == header_key(header)]
        if len(places) == 1:
            found[column] = places[0]
        elif places:
            failures.append(failure(file, 1, "duplicate_column", column=header))
    for column, places in meant.items():
        if column in found:
            continue
        ranks = {place: words.rank(headers[place]) for place in places}
        best = min(ranks.values())
        same = sorted((place for place in places if ranks[place] <= max(best, STRONG)), key=ranks.__getitem__)
        found[column] = same[0]
        behind[column] = tuple(sorted(ranks.keys() - set(same), key=lambda place: (ranks[place], place)))
        if len(same) > 1 and column != "point":
            rivals[column] = tuple(same)
    kept = {column: places for column, places in behind.items() if places}
    return Resolved(
        MappingProxyType(found), MappingProxyType(rivals), tuple(failures), MappingProxyType(kept)
    )
