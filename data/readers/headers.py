"""Which column of a file is which: Persian and English headers, and the planner's own mapping."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.errors import Failure, SitingError
from data.fold import fold
from data.readers.failures import failure
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TABLES = ("households", "applicants", "centers", "travel")
_REMARK = re.compile(r"[(\[{].*?[)\]}]")
_MARKS = re.compile(r"[\s.:;,/\\*'\"()\[\]{}_-]+")
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
        for key in (header_key(header), header_key(_REMARK.sub("", header))):
            if found := self.strong.get(key) or self.weak.get(key):
                return found
        return None

    def rank(self, header: str) -> int:
        """Return 0 for a column's own name, 1 for a strong header, then the place among the weak ones."""
        keys = (header_key(header), header_key(_REMARK.sub("", header)))
        if keys[0] == header_key(self.column_of(header) or ""):
            return 0
        if any(key in self.strong for key in keys):
            return 1
        weak = list(self.weak)
        return 2 + min(weak.index(key) for key in keys if key in self.weak)


@dataclass(frozen=True)
class ColumnMap:
    """What a planner declared about a file's columns; see `read_column_map`."""

    file: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    crs: str = ""
    x: str = ""
    y: str = ""

    @property
    def headers(self) -> frozenset[str]:
        """Folded keys of every header it names."""
        named = [*self.columns.values(), self.x, self.y]
        return frozenset(header_key(header) for header in named if header)


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
    if table in ("households", "applicants", "centers"):
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


def read_column_map(path: Path | None, table: str) -> ColumnMap:
    """Read a mapping file: ``crs``, ``x``, ``y`` and ``[columns]``, for all tables or in a section of one.

    Parameters
    ----------
    path : Path or None
        TOML; None declares nothing.
    table : str
        The table being read; its own section (``[households]``) goes before the common part.

    Raises
    ------
    SitingError
        ``missing_file`` or ``bad_mapping``.
    """
    if path is None:
        return ColumnMap()
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SitingError.of([failure(path.name, 0, "missing_file")]) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SitingError.of(
            [failure(path.name, 0, "bad_mapping", problem=phrase("readers.mapping_unreadable"))]
        ) from error
    common = {key: value for key, value in named.items() if key not in TABLES}
    own = named.get(table, {})
    problems = [*_problems(common, _all_columns()), *_problems(own, words_of(table).columns)]
    if problems:
        raise SitingError.of([failure(path.name, 0, "bad_mapping", problem=problem) for problem in problems])
    columns = {**common.get("columns", {}), **own.get("columns", {})}
    known = words_of(table).columns
    texts = {key: {**common, **own}.get(key, "") for key in ("crs", "x", "y")}
    mine = {column: header for column, header in columns.items() if column in known}
    return ColumnMap(path.name, MappingProxyType(mine), **texts)


def resolve(
    headers: Sequence[str], words: Words, mapping: ColumnMap, file: str
) -> tuple[dict[str, int], list[Failure]]:
    """Tell the position of each canonical column, what the planner mapped first.

    Returns
    -------
    dict of str to int
        Position by canonical column; ``x`` and ``y`` too where the mapping names them.
    list of Failure
        ``duplicate_column`` and ``bad_mapping``.
    """
    keys = [header_key(header) for header in headers]
    failures: list[Failure] = []
    found: dict[str, int] = {}
    meant: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        if header and (column := words.column_of(header)):
            meant.setdefault(column, []).append(position)
    declared = {**mapping.columns, **{axis: name for axis in ("x", "y") if (name := getattr(mapping, axis))}}
    for column, header in declared.items():
        places = [place for place, key in enumerate(keys) if key == header_key(header)]
        if len(places) == 1:
            found[column] = places[0]
        elif places:
            failures.append(failure(file, 1, "duplicate_column", column=header))
        elif column not in meant and not (column in ("x", "y") and {"lon", "point"} & meant.keys()):
            problem = phrase("readers.mapping_column_not_there", file=file, header=header)
            failures.append(failure(mapping.file, 0, "bad_mapping", problem=problem))
    for column, places in meant.items():
        if column in found:
            continue
        ranks = [words.rank(headers[place]) for place in places]
        first = [place for place, rank in zip(places, ranks, strict=True) if rank == min(ranks)]
        if len(first) > 1 and column != "point":
            failures.append(failure(file, 1, "duplicate_column", column=column))
        found[column] = first[0]
    return found, failures


def _all_columns() -> frozenset[str]:
    return frozenset().union(*(words_of(table).columns for table in TABLES))


def _problems(section: object, columns: frozenset[str]) -> list[Phrase]:
    if not isinstance(section, dict):
        return [phrase("readers.mapping_section")]
    known = ("crs", "x", "y", "columns")
    problems = [phrase("readers.mapping_unknown_entry", name=key) for key in section if key not in known]
    problems += [
        phrase("readers.mapping_not_text", name=key)
        for key in ("crs", "x", "y")
        if not isinstance(section.get(key, ""), str)
    ]
    if bool(section.get("x")) != bool(section.get("y")):
        problems.append(phrase("readers.mapping_half_axes"))
    named = section.get("columns", {})
    if not isinstance(named, dict) or not all(isinstance(header, str) for header in named.values()):
        return [*problems, phrase("readers.mapping_columns")]
    strange = [column for column in named if column not in columns]
    return problems + [phrase("readers.mapping_unknown_column", name=column) for column in strange]
