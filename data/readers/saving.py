"""Which header is which column, written for the next time the same office sends its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli_w

from data.disk import machine_error, shown_name, write_whole
from data.errors import Exit, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.readers.reading import Seen

_AXES = ("x", "y")


def columns_toml(seen: Sequence[Seen]) -> str:
    """Return the mapping of the files that were read, as `data.readers.mapping.read_column_map` reads it.

    A header that occurs more than once names no column, and is left to the reader.
    """
    tables: dict[str, Any] = {}
    for one in seen:
        named = {column: header for column, header in one.columns.items() if header not in one.repeated}
        axes = {axis: named[axis] for axis in _AXES if set(_AXES) <= named.keys()}
        columns = {column: header for column, header in named.items() if column not in _AXES}
        tables[one.table] = {
            **({"crs": one.crs} if one.crs else {}),
            **axes,
            **({"columns": columns} if columns else {}),
        }
    return tomli_w.dumps(tables)


def save_columns(path: Path, seen: Sequence[Seen]) -> None:
    """Write `columns_toml` to a new file.

    Raises
    ------
    SitingError
        ``exists`` (exit code 6); of the machine (8).
    """
    if path.exists():
        words = phrase("check.columns_exist", path=shown_name(path))
        raise SitingError(words, code="exists", exit_code=Exit.REFUSED)
    try:
        write_whole(path, columns_toml(seen).encode())
    except OSError as error:
        raise machine_error(error, path) from error
