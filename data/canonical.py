"""The values of a column as bytes, the same whatever types hold them in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Parts = list[bytes | memoryview]

GEOMETRY = "geometry"
_INFERRED = {"boolean": "boolean", "integer": "integer", "floating": "real"}


def cells(values: pd.Series) -> tuple[str, Parts]:
    """Return the kind of a column and its values as bytes.

    Parameters
    ----------
    values : Series
        Of any type; categories count as what they stand for.

    Returns
    -------
    str, list of bytes
        ``integer`` and ``real``: which rows have a value, a byte each, and the values of those, 8 bytes each,
        little-endian, -0.0 unlike 0.0. ``boolean``: the same, a byte each. ``geometry`` (shapes, told by the
        column's name) and ``text`` (all else, as `str` writes it): the length of every row in bytes, 8 bytes
        each, and then the WKB or UTF-8 of all rows; as in a CSV a text that is missing is an empty one.
        Of no kind, and without parts, is a column in which no row has a value.
    """
    if values.name == GEOMETRY:
        return _geometry(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    kind = _kind(values)
    return _text(values) if kind == "text" else _numbers(values, kind)


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_object_dtype(values.dtype):
        return _INFERRED.get(pd.api.types.infer_dtype(values, skipna=True), "text")
    if pd.api.types.is_bool_dtype(values.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(values.dtype):
        return "integer"
    return "real" if pd.api.types.is_float_dtype(values.dtype) else "text"


def _numbers(values: pd.Series, kind: str) -> tuple[str, Parts]:
    present = values.notna().to_numpy(bool)
    if not present.any():
        return "", []
    held = {"boolean": "u1", "integer": "<i8", "real": "<f8"}[kind]
    known = values if present.all() else values[present]
    return kind, [present.tobytes(), known.to_numpy(held).tobytes()]


def _text(values: pd.Series) -> tuple[str, Parts]:
    if pd.api.types.is_string_dtype(values.dtype) and not pd.api.types.is_object_dtype(values.dtype):
        written = pa.array(values.array, from_pandas=True)
    else:
        plain = values.astype(object)
        shown = [str(cell) if here else "" for cell, here in zip(plain, plain.notna(), strict=True)]
        written = pa.array(shown, pa.large_string())
    if isinstance(written, pa.ChunkedArray):
        written = written.combine_chunks()
    lengths, content = _laid_out(pc.fill_null(written.cast(pa.large_string()), ""))
    return ("text", [lengths, content]) if len(content) else ("", [])


def _geometry(values: pd.Series) -> tuple[str, Parts]:
    import shapely  # noqa: PLC0415 - heavy

    wkb = [b"" if one is None else one for one in shapely.to_wkb(np.asarray(values, object), byte_order=1)]
    content = b"".join(wkb)
    lengths = np.array([len(one) for one in wkb], "<i8").tobytes()
    return ("geometry", [lengths, content]) if content else ("", [])


def _laid_out(written: Any) -> tuple[bytes, memoryview]:  # noqa: ANN401 - pyarrow has no types
    """Return the lengths of texts, 8 bytes each, and the texts one after the other."""
    _, ends, content = written.buffers()
    if ends is None or content is None:
        return bytes(8 * len(written)), memoryview(b"")
    at: NDArray[np.int64] = np.frombuffer(ends, "<i8")[written.offset : written.offset + len(written) + 1]
    return np.diff(at).astype("<i8").tobytes(), memoryview(content)[at[0] : at[-1]]
