"""A file as it lies: headers, untyped columns and the row numbers a person would name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from data.errors import Failure, SitingError
from data.readers.failures import failure
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Kind = Literal["csv", "xlsx", "xls", "html", "gis", "parquet"]
Recognises = Callable[[str], bool]
_HEAD_BYTES = 4096
_TEXT_ENDINGS = ("", ".csv", ".tsv", ".tab", ".txt")
_ENDINGS = (
    *_TEXT_ENDINGS, ".xlsx", ".xlsm", ".xls", ".html", ".htm", ".gpkg", ".geojson", ".json", ".parquet",
    ".geoparquet", ".shp", ".zip",
)  # fmt: skip
_OF_MAPS = (".kml", ".kmz", ".gpx", ".gml", ".dxf", ".dwg", ".mif")
"""Formats of points that a map program opens, and saves as one that is read."""
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""What holds a workbook that a password protects, in a file that looks like an XLS otherwise."""
_SIGNATURES: dict[bytes, Kind] = {
    _COMPOUND: "xls",
    b"SQLite format 3\0": "gis",
    b"\x00\x00\x27\x0a": "gis",
    b"PAR1": "parquet",
}


@dataclass(frozen=True)
class Source:
    """A table before its columns have a meaning.

    Attributes
    ----------
    file : str
        Name of the file, without its folder.
    headers : tuple of str
        As written, in order.
    table : DataFrame
        Columns ``0..n-1`` of text or numbers, blank rows dropped.
    rows : ndarray of int, shape (n_rows,)
        Row numbers in the file.
    points : DataFrame or None
        ``lon`` and ``lat`` of the geometry, where the file has one.
    failures : tuple of Failure
        What is wrong with single rows already.
    notes : tuple of Failure
        What was taken for granted.
    uncomputed : tuple of (int, int)
        Row (in the file) and column of formulas that have no value, see `data.readers.formulas`.
    """

    file: str
    headers: tuple[str, ...]
    table: pd.DataFrame
    rows: NDArray[np.int64]
    points: pd.DataFrame | None = None
    failures: tuple[Failure, ...] = ()
    notes: tuple[Failure, ...] = ()
    uncomputed: tuple[tuple[int, int], ...] = ()


def refuse(path: Path, code: str, row: int = 0, **values: object) -> SitingError:
    """Return the error of a file that cannot be read at all."""
    return SitingError.of([failure(path.name, row, code, **values)])


def kind_of(path: Path) -> Kind:
    """Tell a file's format from its content; its ending is not believed.

    Raises
    ------
    SitingError
        ``missing_file``, ``is_directory``, ``empty_file``, ``unreadable_file``, ``password`` or
        ``unsupported_format``.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise refuse(path, "missing_file") from error
    except IsADirectoryError as error:
        raise refuse(path, "is_directory") from error
    except PermissionError as error:  # which is also what Windows says of a folder
        raise refuse(path, "is_directory" if path.is_dir() else "unreadable_file") from error
    except OSError as error:
        raise refuse(path, "unreadable_file") from error
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise refuse(path, "empty_file")
    return _kind(path, head)


def _kind(path: Path, head: bytes) -> Kind:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(_COMPOUND) and _ENCRYPTED in path.read_bytes():
        raise refuse(path, "password")
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")) and '"' in text:
        return "gis"
    if text.startswith("<"):
        if any(tag in text.casefold() for tag in ("<table", "<html", "<!doctype html", "<tr")):
            return "html"
        raise unread(path)
    return "csv"


def unread(path: Path) -> SitingError:
    """Return the error of content that is no table: damaged, or of a format that its ending tells of."""
    ending = path.suffix.lower()
    if ending in _ENDINGS:
        return refuse(path, "unreadable_file")
    if ending in _OF_MAPS:
        words = phrase("readers.unsupported_map", ending=ending)
        return SitingError.of([Failure(path.name, 0, "unsupported_format", "", words)])
    return refuse(path, "unsupported_format", ending=ending)


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise refuse(path, "unreadable_file") from error
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.lower().endswith(".shp") for name in names):
        return "gis"
    raise unread(path)


def read_source(path: Path, recognises: Recognises, *, crs: str = "") -> Source:
    """Read any supported file into a `Source`.

    Parameters
    ----------
    path : Path
        CSV, XLSX, XLS, HTML, GeoPackage, GeoJSON, Shapefile (zipped too), Parquet or GeoParquet.
    recognises : callable
        Whether a header means something; finds the header below title rows, and the sheet or layer.
    crs : str
        CRS for a geometry whose file names none.

    Raises
    ------
    SitingError
        What `kind_of` raises, ``unreadable_encoding``, ``no_crs``, ``unknown_crs``, ``wrong_crs``,
        ``metric_crs``.
    """
    kind = kind_of(path)
    if kind in ("gis", "parquet"):
        from data.readers import gis  # noqa: PLC0415 - heavy

        read = gis.read_parquet if kind == "parquet" else gis.read_features
        source = read(path, recognises, crs)
    elif kind == "csv":
        source = _text(path, recognises)
    else:
        from data.readers import sheets  # noqa: PLC0415 - heavy

        source = sheets.read_sheet(path, kind, recognises)
    if kind not in ("gis", "parquet"):
        source = _without_headers_again(source)
    if not len(source.table) and not source.failures and not source.uncomputed:
        raise refuse(path, "empty_file")
    return source


def _without_headers_again(source: Source) -> Source:
    """Leave out rows that say the headers once more, where lists were put below each other, and note them."""
    again = (source.table == list(source.headers)).all(axis=1).to_numpy(dtype=bool)
    if not again.any():
        return source
    return replace(
        source,
        table=source.table.loc[~again].reset_index(drop=True),
        rows=source.rows[~again],
        notes=(*source.notes, failure(source.file, int(source.rows[again][0]), "header_again")),
    )


def _text(path: Path, recognises: Recognises) -> Source:
    """Read text; where it holds no table that is known, its ending says what it was meant to be."""
    from data.readers.delimited import read_delimited  # noqa: PLC0415 - heavy

    meant = path.suffix.lower() in _TEXT_ENDINGS
    try:
        source = read_delimited(path, recognises)
    except SitingError as error:
        in_a_row = any(one.row and one.code != "unreadable_encoding" for one in error.failures)
        # The end of the time comes here too, and says nothing of the file.
        if meant or in_a_row or not error.failures:
            raise
        raise unread(path) from error
    if not meant and not any(recognises(header) for header in source.headers):
        raise unread(path)
    return source
