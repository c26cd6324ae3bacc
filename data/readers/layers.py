"""Layers of GIS files and Parquet as tables, whatever the file's ending says."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
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
    from pathlib import Path

    import pandas as pd


_MISLEADING = (".csv", ".tsv", ".txt", ".xls", ".xlsx")


def layers_of(path: Path) -> list[str]:
    """Return the names of a file's layers."""
    try:
        with _quiet():
            return [str(name) for name in pyogrio.list_layers(_address(path))[:, 0]]
    except DataSourceError as error:
        raise refuse(path, "unreadable_file") from error


def columns_of(path: Path, layer: str) -> list[str]:
    """Return the names of a layer's attributes."""
    try:
        with _quiet():
            return [str(name) for name in pyogrio.read_info(_address(path), layer=layer)["fields"]]
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
    records = content[int.from_bytes(content[8:10], "little") :]
    try:
        records.decode("utf-8")
    except UnicodeDecodeError:
        return "CP1256"
    return "UTF-8"
