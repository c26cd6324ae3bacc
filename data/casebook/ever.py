"""What a casebook ever held of a table, read once: cheaper than the table of every version."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.casebook.columns import APART, Column
from data.casebook.connection import connect
from data.casebook.reading import last_version, quoted
from data.casebook.trouble import as_siting_error

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from data.casebook.book import Casebook


def values_changed(book: Casebook, name: str, column: str, until: int) -> set[str]:
    """Return what a column held, at any time, in the rows that changed between the first version and another.

    Parameters
    ----------
    book : Casebook
        The record.
    name, column : str
        Of the table in the casebook, and of a column that every version has, of texts.
    until : int
        The last version that counts.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    with as_siting_error(book.path), closing(connect(book.path)) as connection:
        rows = connection.execute(
            f'SELECT DISTINCT "{column}" FROM "{name}" WHERE _key IN'  # noqa: S608
            f' (SELECT _key FROM "{name}" WHERE _version BETWEEN 2 AND ?) AND "{column}" IS NOT NULL',
            (until,),
        ).fetchall()
    return {str(value) for (value,) in rows}


def rows_ever(
    book: Casebook, name: str, only: Collection[str], *, of: tuple[str, Collection[str]] | None = None
) -> pd.DataFrame:
    """Return every row that any version added to a table, the oldest first.

    Parameters
    ----------
    book : Casebook
        The record.
    name : str
        Of the table in the casebook.
    only : collection of str
        The columns wanted, none of them the geometry; missing where a version had none of a name.
    of : (str, collection of str), optional
        A column and values: only of rows that at any time held one of them there; all unless told.

    Returns
    -------
    DataFrame
        ``_key``, ``_version``, ``_gone`` (1 for a row that stands there no more, and has no values), and the
        columns, of Python's own types.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    with as_siting_error(book.path), closing(connect(book.path)) as connection:
        # One transaction, so that a writer between two queries cannot mix versions.
        connection.execute("BEGIN")
        told = connection.execute(
            "SELECT version, described FROM casebook_columns WHERE name = ? ORDER BY version", (name,)
        ).fetchall()
        ends = [version for version, _ in told[1:]] + [last_version(connection) + 1]
        parts = [
            _rows(
                connection,
                name,
                [Column(**one) for one in json.loads(described)["columns"]],
                span,
                only,
                of=of,
            )
            for (begin, described), end in zip(told, ends, strict=True)
            for span in [(begin, end)]
        ]
    return pd.concat(parts, ignore_index=True)


def _rows(
    connection: sqlite3.Connection,
    name: str,
    columns: list[Column],
    span: tuple[int, int],
    only: Collection[str],
    *,
    of: tuple[str, Collection[str]] | None,
) -> pd.DataFrame:
    """Return the rows of the versions in which a table had the same columns."""
    kept = [one for one in columns if one.name in only and one.kind not in APART]
    fields = {"_key": "_key", "_version": "_version", "_gone": "_gone"} | {
        one.name: one.stored for one in kept
    }
    chosen, values = "", list[str]()
    if of is not None:
        theirs = f'SELECT _key FROM "{name}" WHERE "{of[0]}" IN (SELECT value FROM json_each(?))'  # noqa: S608
        chosen, values = f" AND _key IN ({theirs})", [json.dumps(sorted(of[1]))]
    rows = connection.execute(
        f'SELECT {quoted(list(fields.values()))} FROM "{name}"'  # noqa: S608
        f" WHERE _version >= ? AND _version < ?{chosen} ORDER BY _version, _key",
        (*span, *values),
    ).fetchall()
    cells: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(fields)
    return pd.DataFrame(dict(zip(fields, cells, strict=True)), dtype=object)
