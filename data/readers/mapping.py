"""The planner's own mapping of headers: which column is which, and the CRS of coordinates."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.errors import Failure, SitingError
from data.readers.crs import is_crs
from data.readers.failures import failure
from data.readers.headers import TABLES, header_key, words_of
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


_AXES = ("x", "y")


@dataclass(frozen=True)
class ColumnMap:
    """What a planner declared about a file's columns; see `read_column_map`.

    Attributes
    ----------
    file : str
        Name of the mapping file.
    columns : mapping of str to str
        Header by column.
    crs, x, y : str
        CRS of coordinates, and the headers of the two axes.
    own : frozenset of str
        Columns, and axes, that were named for this table alone.
    """

    file: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    crs: str = ""
    x: str = ""
    y: str = ""
    own: frozenset[str] = frozenset()

    @property
    def named(self) -> dict[str, str]:
        """The header of every column and axis that it names."""
        return {**self.columns, **{axis: name for axis in _AXES if (name := getattr(self, axis))}}

    @property
    def headers(self) -> frozenset[str]:
        """Folded keys of every header it names."""
        return frozenset(header_key(header) for header in self.named.values())


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
        ``missing_file``, ``bad_mapping`` or ``unknown_crs``.
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
    texts = {key: {**common, **own}.get(key, "") for key in ("crs", *_AXES)}
    if texts["crs"] and not is_crs(texts["crs"]):
        raise SitingError.of([failure(path.name, 0, "unknown_crs", texts["crs"])])
    mine = {**common.get("columns", {}), **own.get("columns", {})}
    known = words_of(table).columns
    columns = {column: header for column, header in mine.items() if column in known}
    alone = frozenset({*own.get("columns", {}), *(axis for axis in _AXES if own.get(axis))})
    return ColumnMap(path.name, MappingProxyType(columns), own=alone, **texts)


@dataclass(frozen=True)
class Mapped:
    """A table that was read, and what the planner's mapping says of it.

    Attributes
    ----------
    file : str
        Name of the table's file.
    keys : frozenset of str
        Folded keys of its headers.
    mapping : ColumnMap
        What was declared.
    """

    file: str
    keys: frozenset[str]
    mapping: ColumnMap

    def lacks(self, *, own: bool) -> list[tuple[str, str]]:
        """Return column and header of what was named for it (alone, or for all tables) and is not there."""
        return [
            (column, header)
            for column, header in self.mapping.named.items()
            if (column in self.mapping.own) == own and header_key(header) not in self.keys
        ]


def named_in_vain(tables: Sequence[Mapped]) -> list[Failure]:
    """Return the headers that a mapping names for some of these tables, and none of those has.

    Parameters
    ----------
    tables : sequence of Mapped
        Every table that was read.

    Returns
    -------
    list of Failure
        ``unknown_column``, told of the mapping file.
    """
    failures = [
        _unknown(one.mapping, column, header, [one])
        for one in tables
        for column, header in one.lacks(own=True)
    ]
    asked = {entry: one.mapping for one in tables for entry in one.lacks(own=False)}
    for (column, header), mapping in asked.items():
        meant = [one for one in tables if one.mapping.named.get(column) == header]
        if not any(header_key(header) in one.keys for one in meant):
            failures.append(_unknown(mapping, column, header, meant))
    return failures


def _unknown(mapping: ColumnMap, column: str, header: str, tables: Sequence[Mapped]) -> Failure:
    told = ", ".join(sorted({one.file for one in tables}))
    return failure(mapping.file, 0, "unknown_column", header, column=column, files=told)


def _all_columns() -> frozenset[str]:
    return frozenset().union(*(words_of(table).columns for table in TABLES))


def _problems(section: Any, columns: frozenset[str]) -> list[Phrase]:  # noqa: ANN401 - whatever the TOML holds
    if not isinstance(section, dict):
        return [phrase("readers.mapping_section")]
    known = ("crs", *_AXES, "columns")
    problems = [phrase("readers.mapping_unknown_entry", name=key) for key in section if key not in known]
    problems += [
        phrase("readers.mapping_not_text", name=key)
        for key in ("crs", *_AXES)
        if not isinstance(section.get(key, ""), str)
    ]
    if bool(section.get("x")) != bool(section.get("y")):
        problems.append(phrase("readers.mapping_half_axes"))
    named = section.get("columns", {})
    if not isinstance(named, dict) or not all(isinstance(header, str) for header in named.values()):
        return [*problems, phrase("readers.mapping_columns")]
    strange = [column for column in named if column not in columns]
    return problems + [phrase("readers.mapping_unknown_column", name=column) for column in strange]
