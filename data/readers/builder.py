"""A table taking shape: columns found, cells parsed, and everything that is wrong gathered on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.errors import SitingError
from data.readers.below import BELOW, told_below
from data.readers.failures import failure
from data.readers.headers import header_key, resolve, value_words, words_of
from data.readers.mapping import Mapped, named_in_vain, read_column_map
from data.readers.reading import Reading, Seen
from data.readers.rivals import settle
from data.readers.serials import told_as_serials
from data.readers.source import read_source
from data.readers.subjects import nameable
from data.readers.unusable import Unusable, lost_digits, with_unusable, without_errors
from data.readers.values import as_dates, as_ids, as_numbers, as_text, as_words, holds_words
from data.readers.ways import AXES, points_of
from data.schemas import POINTS, problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandera.pandas as pa

    from data.errors import Failure
    from data.pseudonyms import Group

_IDS: dict[str, Group] = {
    "household_id": "household",
    "applicant_id": "site",
    "site_id": "site",
    "center_id": "site",
    "pin": "site",
}
_OWN = {
    "households": ("household_id",),
    "applicants": ("applicant_id", "site_id"),
    "centers": ("center_id",),
}
"""The ids a table gives; its others refer to those of another table."""
_NEVER_TAKEN = ("bad_mapping", "duplicate_column", "unknown_column")
"""Failures of the columns themselves: what stands in them cannot be judged."""
_FILLED_UP = ("place",)
"""Of these the next best header tells what the best leaves blank: a town where no village is."""
_REMARKS = ("result", "decision_reason")
_NEVER_CODES = ("phone", "grade", "place_code")


class Builder:
    """Reads one file as one of the tables; each method returns a column aligned with the file's rows.

    Parameters
    ----------
    path : Path
        The file.
    table : str
        Of `data.readers.headers`, as ``households``.
    columns : Path or None
        The planner's mapping file.
    reading : Reading, optional
        What the files of a run share; of its own without it.

    Raises
    ------
    SitingError
        When the file as a whole cannot be read.
    """

    def __init__(self, path: Path, table: str, columns: Path | None, reading: Reading | None = None) -> None:
        words = words_of(table)
        self.path = path
        self.table = table
        self.reading = reading or Reading()
        self.mapping = read_column_map(columns, table)
        declared = self.mapping.headers
        self.source = read_source(
            path,
            lambda header: words.column_of(header) is not None or header_key(header) in declared,
            crs=self.mapping.crs,
        )
        found = resolve(self.source.headers, words, self.mapping.named, path.name)
        self.at, wrong, notes = settle(self.source, table, found.at, found.rivals)
        in_vain = self._in_vain(alone=reading is None)
        self.failures = [*found.failures, *wrong, *in_vain, *self.source.failures]
        self.reading.note(*self.source.notes, *self._repeated(), *notes)
        self.behind = {name: found.behind[name] for name in _FILLED_UP if name in found.behind}
        used = {*self.at.values(), *(place for several in self.behind.values() for place in several)}
        # Where there is a geometry, columns that tell a point are only held against it.
        idle = {self.at[axis] for axis in AXES if axis in self.at and self.source.points is not None}
        self.source, self.unusable = without_errors(self.source, used - idle)
        self.unread = set(range(len(self.source.headers))) - (used - idle)
        taken = {column: place for column, place in self.at.items() if place not in idle}
        self.reading.seen.append(Seen.of(self.source, table, taken, self.unread, self.mapping.crs))
        self.undated: dict[int, str] = {}
        self.index = self.source.table.index
        self.ids = pd.Series("", index=self.index, dtype="str")

    @property
    def rows(self) -> pd.Series[int]:
        """Row numbers in the file."""
        return pd.Series(self.source.rows, index=self.index, dtype="int64")

    def need(self, *columns: str, point: bool = False, or_place: bool = False) -> None:
        """Refuse the file when a column is missing, or is there twice; all of them at once."""
        missing = [column for column in columns if column not in self.at]
        located = self.source.points is not None or "point" in self.at or {"x", "y"} <= self.at.keys()
        if (
            point
            and not located
            and not (or_place and "place" in self.at and not {"lon", "lat"} & self.at.keys())
        ):
            missing += [axis for axis in ("lon", "lat") if axis not in self.at]
        failures = [failure(self.path.name, 1, "missing_column", column=column) for column in missing]
        failures += [one for one in self.failures if one.code in _NEVER_TAKEN]
        if failures:
            raise SitingError.of(failures)

    def _in_vain(self, *, alone: bool) -> list[Failure]:
        """Return the columns that the mapping names in vain for a table that is read alone.

        Of several it can be said only when all were read; axes may be those of another table.
        """
        keys = frozenset(header_key(header) for header in self.source.headers)
        self.reading.mapped.append(Mapped(self.path.name, keys, self.mapping))
        columns = replace(self.mapping, x="", y="")
        return named_in_vain([Mapped(self.path.name, keys, columns)]) if alone else []

    def raw(self, column: str) -> pd.Series:
        """Return a column as it lies in the file; empty when the file has none."""
        if column not in self.at:
            return pd.Series("", index=self.index, dtype="str")
        return self.source.table[self.at[column]]

    def refuse(self, bad: pd.Series[bool], code: str, **values: object) -> None:
        """Note rows that fail."""
        told = failure(self.path.name, 0, code, **values)
        rows = self.source.rows[bad.to_numpy(bool)].tolist()
        self.failures += [
            replace(told, row=row, id=subject) for row, subject in zip(rows, self.ids[bad], strict=True)
        ]

    def identify(self, column: str) -> pd.Series[str]:
        """Return the ids the failures of the following columns are told by."""
        self.ids = self.id_column(column)
        return self.ids

    def id_column(self, column: str) -> pd.Series[str]:
        """Return ids (or numbers that are names) as text; pseudonyms where they are national codes."""
        ids = as_ids(self.raw(column))
        if column not in self.at or column in _NEVER_CODES:
            return ids
        if column not in _IDS:
            return self._without_codes(column, ids)
        short = lost_digits(ids)
        if short.any():
            lost = self.source.rows[short.to_numpy(bool)].tolist()
            self.unusable += [Unusable(row, self.at[column], "id_lost_digits") for row in lost]
            ids = ids.mask(short, "")
        pseudonyms, own = self.reading.pseudonyms, column in _OWN.get(self.table, ())
        return (pseudonyms.own if own else pseudonyms.other)(
            pseudonyms.as_kept(ids, _IDS[column]),
            _IDS[column],
            file=self.path.name,
            header=self._header(column),
        )

    def text(self, column: str) -> pd.Series[str]:
        """Return cleaned text; pseudonyms where it is national codes."""
        text = as_text(self.raw(column))
        for place in self.behind.get(column, ()):
            text = text.mask(text == "", as_text(self.source.table[place]))
        return self._without_codes(column, text) if column in self.at else text

    def _without_codes(self, column: str, text: pd.Series[str]) -> pd.Series[str]:
        pseudonyms, file, header = self.reading.pseudonyms, self.path.name, self._header(column)
        text = pseudonyms.text(text, file=file, header=header)
        return pseudonyms.remarks(text, file=file, header=header) if column in _REMARKS else text

    def _header(self, column: str) -> str:
        return self.source.headers[self.at[column]]

    def _repeated(self) -> list[Failure]:
        keys = pd.Series([header_key(header) for header in self.source.headers], dtype="str")
        again = keys[(keys != "") & keys.duplicated()].index
        return [
            failure(self.path.name, 1, "repeated_header", column=self.source.headers[place])
            for place in again
        ]

    def number(self, column: str, code: str, default: float) -> pd.Series[float]:
        """Return numbers, the default where empty; ``code`` for what is none."""
        numbers, bad = as_numbers(self.raw(column), percent=True)
        self.refuse(bad, code)
        return numbers.fillna(default)

    def whole(
        self, column: str, code: str, default: float, *, no_words: bool = False, **values: object
    ) -> pd.Series[float]:
        """Return whole numbers as floats, the default where empty; ``code`` for fractions and text.

        With ``no_words`` even a word for nothing (``NULL``, ``NaN``, ``#N/A``) is text.
        """
        numbers, bad = as_numbers(self.raw(column), whole=True)
        bad |= numbers.notna() & (numbers != np.floor(numbers))
        if no_words:
            bad |= numbers.isna() & holds_words(self.raw(column))
        self.refuse(bad, code, **values)
        return numbers.mask(bad).fillna(default)

    def words(self, column: str, vocabulary: str, *, code: str = "", default: str = "") -> pd.Series[str]:
        """Return tokens of a vocabulary; others are kept, or fail with ``code``."""
        tokens, unknown = as_words(self.raw(column), value_words(vocabulary))
        if code:
            self.refuse(unknown, code)
            tokens = tokens.mask(unknown, default)
        elif unknown.any():
            tokens = self._without_codes(column, tokens)
        return tokens.mask(tokens == "", default)

    def dates(self, column: str, *, times: bool = False) -> pd.Series[str]:
        """Return ISO dates, with the time of day after them where it is told and wanted."""
        dates, bad = as_dates(self.raw(column), times=times)
        self.refuse(bad, "bad_date")
        self.undated |= dict(zip(self.source.rows[bad], as_text(self.raw(column)[bad]), strict=True))
        return dates

    def points(self, place: pd.Series[str] | None = None) -> pd.DataFrame:
        """Return ``lon`` and ``lat`` in degrees; without both, a row needs a place where that is enough."""
        points, bad, notes = points_of(self.path, self.source, self.at, self.mapping)
        self.reading.note(*notes)
        told = bad | self.rows.isin([one.row for one in self.source.failures])
        half = (points["lon"].isna() != points["lat"].isna()) & ~told
        nowhere = points["lon"].isna() & points["lat"].isna() & ~told
        if place is not None:
            nowhere &= place == ""
        self.refuse(bad, "bad_coordinate")
        self.refuse(half, "half_point")
        self.refuse(nowhere, "missing_location")
        self.check(points, POINTS)
        return points

    def kept(self, keep: Sequence[str]) -> dict[str, pd.Series[str]]:
        """Return further columns a planner asked for; of national codes, their pseudonyms."""
        keys = [header_key(header) for header in self.source.headers]
        columns: dict[str, pd.Series[str]] = {}
        for name in keep:
            if header_key(name) not in keys:
                self.failures.append(failure(self.path.name, 0, "unknown_keep_column", column=name))
                continue
            place = keys.index(header_key(name))
            if place not in self.at.values():
                told, header = as_text(self.source.table[place]), self.source.headers[place]
                columns[name] = self.reading.pseudonyms.text(
                    told, file=self.path.name, header=header, enough=None
                )
                self.unread.discard(place)
        return columns

    def check(self, table: pd.DataFrame, schema: pa.DataFrameSchema, **values: object) -> None:
        """Note what a schema refuses."""
        self.failures += problems(table, schema, file=self.path.name, rows=self.rows, ids=self.ids, **values)

    def faults(self) -> list[Failure]:
        """Return all that is wrong with the rows so far, cells in which nothing can be read among it."""
        ids = dict(zip(self.source.rows.tolist(), self.ids, strict=True)) if self.unusable else {}
        return told_as_serials(with_unusable(self.source, self.unusable, ids, self.failures), self.undated)

    def finish(self, columns: Mapping[str, pd.Series], schema: pa.DataFrameSchema) -> pd.DataFrame:
        """Return the table, or raise all that is wrong with it at once."""
        table, failures = self.told(columns, schema)
        if failures:
            raise SitingError.of(failures)
        return table

    def told(
        self, columns: Mapping[str, pd.Series], schema: pa.DataFrameSchema
    ) -> tuple[pd.DataFrame, list[Failure]]:
        """Return the table and all that is wrong with it; what cannot be read in a row is empty there.

        Rows that fail as what stands below the table are left out.
        """
        table = pd.DataFrame({**columns, "row": self.rows}, index=self.index)
        self.check(table, schema)
        headers = self.source.headers
        self.reading.unread[self.path.name] = tuple(headers[at] for at in sorted(self.unread) if headers[at])
        found = self.faults()
        failures = [nameable(one) for one in told_below(self.source, self.ids, found)]
        below = {one.row for one in found} - {one.row for one in failures if one.code not in BELOW}
        return (table[~table["row"].isin(below)].reset_index(drop=True) if below else table), failures
