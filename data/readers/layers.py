"""Layers of GIS files and Parquet as tables, whatever the file's ending says."""

from __future__ import annotations

import codecs
import json
import warnings
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from data.readers.source import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd


_COMPANIONS = (".shx", ".dbf")
_DBF_HEAD, _DBF_NAME = 32, 10
"""Bytes of a DBF's head, and of each description of a field; and of a field's name."""
_MISLEADING = (".csv", ".tsv", ".txt", ".xls", ".xlsx")


def layers_of(path: Path) -> list[str]:
    """Return the names of a file's layers.

    Raises
    ------
    SitingError
        ``unreadable_file``, or ``missing_companion`` for a Shapefile that stands without its other files.
    """
    if missing := _missing_companions(path):
        raise refuse(path, "missing_companion", names=", ".join(missing))
    try:
        with _quiet():
            return [str(name) for name in pyogrio.list_layers(_address(path))[:, 0]]
    except DataSourceError as error:
        raise refuse(path, "unreadable_file") from error


def columns_of(path: Path, layer: str) -> list[str]:
    """Return the names of a layer's attributes."""
    try:
        with _quiet():
            told = pyogrio.read_info(_address(path), layer=layer, encoding=_attribute_encoding(path))
            return [str(name) for name in told["fields"]]
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise refuse(path, "unreadable_file") from error


def read_layer(path: Path, layer: str) -> pd.DataFrame:
    """Read one layer with its geometry, if it has any."""
    try:
        with _quiet():
            frame: pd.DataFrame = pyogrio.read_dataframe(
                _address(path), layer=layer, encoding=_attribute_encoding(path)
            )
    except (DataSourceError, DataLayerError, shapely.GEOSException, ValueError) as error:
        raise refuse(path, "unreadable_file") from error
    return frame


def parquet_table(path: Path) -> pd.DataFrame:
    """Read Parquet, as a GeoDataFrame where its metadata say so."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        frame: pd.DataFrame = (
            gpd.read_parquet(path) if b"geo" in metadata else pq.read_table(path).to_pandas()
        )
    except (pa.ArrowException, OSError, ValueError, KeyError, json.JSONDecodeError) as error:
        raise refuse(path, "unreadable_file") from error
    return frame.reset_index(drop=frame.index.names == [None])


def _address(path: Path) -> str | bytes:
    """Return what GDAL opens; the bytes where it would believe a wrong ending."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"PK"
    if path.suffix.lower() in _MISLEADING:
        return path.read_bytes()
    return f"/vsizip/{path}" if zipped else str(path)


def _missing_companions(path: Path) -> list[str]:
    """Return the names of files without which a Shapefile, zipped or not, is none."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            there = [Path(name) for name in archive.namelist()]
        shapes = [one for one in there if one.suffix.lower() == ".shp"]
    else:
        shapes = [path] if path.suffix.lower() == ".shp" else []
        beside = [one.with_suffix(end) for one in shapes for end in _COMPANIONS]
        there = [one for one in beside if one.exists() or one.with_suffix(one.suffix.upper()).exists()]
    names = {str(one).casefold() for one in there}
    needed = [one.with_suffix(end) for one in shapes for end in _COMPANIONS]
    return [one.name for one in needed if str(one).casefold() not in names]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep GDAL from warning of endings; the content has decided."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _attribute_encoding(path: Path) -> str | None:
    """Return the encoding of a Shapefile that names none: UTF-8 if it can be, else Windows-1256."""
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists() or not table.exists():
        return None
    content = table.read_bytes()
    begin = int.from_bytes(content[8:10], "little")
    try:
        content[begin:].decode("utf-8")
        for name in _field_names(content[_DBF_HEAD:begin]):
            # A name of this many bytes may have been cut inside a letter.
            codecs.getincrementaldecoder("utf-8")().decode(name, final=len(name) < _DBF_NAME)
    except UnicodeDecodeError:
        return "CP1256"
    return "UTF-8"


def _field_names(descriptors: bytes) -> Iterator[bytes]:
    for start in range(0, len(descriptors) - _DBF_HEAD + 1, _DBF_HEAD):
        yield descriptors[start : start + _DBF_NAME + 1].split(b"\0")[0][:_DBF_NAME]
