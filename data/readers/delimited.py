"""Delimited text: the delimiter and the header row are found, not asked for."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from data.readers.decode import decode
from data.readers.failures import failure
from data.readers.grid import HEADER_WITHIN, header_row, trimmed
from data.readers.source import Recognises, Source, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.errors import Failure

_DELIMITERS = (",", ";", "\t", "|")
_FIELD_LIMIT = 10_000_000
_ARROW_BLOCK = 1 << 24


def read_delimited(path: Path, recognises: Recognises) -> Source:
    """Read comma, semicolon, tab or bar separated text.

    Raises
    ------
    SitingError
        ``unreadable_encoding``, ``unreadable_file``, ``unclosed_quote`` or ``empty_file``.
    """
    text = decode(path)
    csv.field_size_limit(_FIELD_LIMIT)
    delimiter, header_at, headers, offset = _layout(path, text, recognises)
    body = text[offset:]
    if '"' in body:
        _check_quotes(path, body, delimiter, header_at)
    table = _quick(body, delimiter, len(headers))
    failures: list[Failure] = []
    if table is None:
        table, failures = _careful(path, body, delimiter, len(headers), header_at)
    rows = np.arange(len(table), dtype=np.int64) + header_at + 2
    blank = (table == "").all(axis=1).to_numpy(dtype=bool)
    return Source(
        path.name,
        headers,
        table.loc[~blank].reset_index(drop=True),
        rows[~blank],
        failures=tuple(failures),
    )


def _layout(path: Path, text: str, recognises: Recognises) -> tuple[str, int, tuple[str, ...], int]:
    """Return delimiter, position of the header row, the headers, and where the data begin in the text."""
    best: tuple[tuple[int, int], str, int, tuple[str, ...], int] | None = None
    for delimiter in _DELIMITERS:
        first = _first_records(text, delimiter)
        if not first:
            continue
        at, score = header_row([record for record, _ in first], recognises)
        headers = trimmed(first[at][0])
        rank = (score, len(headers))
        if best is None or rank > best[0]:
            best = (rank, delimiter, at, headers, first[at][1])
    if best is None or not best[3]:
        raise refuse(path, "unreadable_file")
    return best[1:]


def _first_records(text: str, delimiter: str) -> list[tuple[list[str], int]]:
    offset = 0

    def lines() -> Iterator[str]:
        nonlocal offset
        for line in io.StringIO(text, newline=""):
            offset += len(line)
            yield line

    records = []
    try:
        for record in csv.reader(lines(), delimiter=delimiter):
            records.append((record, offset))
            if len(records) == HEADER_WITHIN:
                break
    except csv.Error:
        return records
    return records


def _quick(body: str, delimiter: str, width: int) -> pd.DataFrame | None:
    """Read regular rows fast; None where rows are uneven."""
    if not body:
        return pd.DataFrame({place: pd.Series([], dtype="str") for place in range(width)})
    names = [str(place) for place in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(body.encode()),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_ARROW_BLOCK, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values='"' in body, ignore_empty_lines=False
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    frame: pd.DataFrame = table.to_pandas()
    return frame.set_axis(range(width), axis=1).astype("str")


def _check_quotes(path: Path, body: str, delimiter: str, header_at: int) -> None:
    """Refuse a quotation mark that is left open: whatever follows, whole rows, would be one cell's text.

    A mark that is out of place within one line swallows nothing, and is read as it stands.
    """
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    row, begun = header_at + 2, 0
    while True:
        try:
            next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - begun > 1 or "end of data" in str(error):
                raise refuse(path, "unclosed_quote", row) from error
        row, begun = row + 1, reader.line_num


def _careful(
    path: Path, body: str, delimiter: str, width: int, header_at: int
) -> tuple[pd.DataFrame, list[Failure]]:
    """Read uneven rows: short ones are filled up, long ones are failures unless the rest is blank."""
    records: list[list[str]] = []
    failures: list[Failure] = []
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    try:
        for record in reader:
            if any(value.strip() for value in record[width:]):
                row = header_at + 2 + len(records)
                failures.append(failure(path.name, row, "ragged_row", wanted=width))
            records.append(record[:width] + [""] * (width - len(record)))
    except csv.Error as error:
        raise refuse(path, "unreadable_file", header_at + 2 + len(records)) from error
    return pd.DataFrame(records, columns=range(width), dtype="str"), failures
