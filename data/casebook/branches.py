"""The branches of a bound as rows of a table, their multipliers packed."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.plan import Branch, Limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROW, KM = "<i4", "<f8"


def branch_table(branches: Sequence[Branch], household_id: pd.Index) -> pd.DataFrame:
    """Return branches as a table: ``unit``, ``limits``, ``unit_km``, ``rows``, ``km``.

    Parameters
    ----------
    branches : sequence of Branch
        In any order, which is kept.
    household_id : Index
        Ids of the bound's multipliers: households are told by their row in it.

    Returns
    -------
    DataFrame
        ``limits`` is JSON, a list of ``[ids, count, at_most, km]``. ``rows`` (4-byte whole numbers) and
        ``km`` (8-byte floats, both little-endian) are compressed by zlib and written in base 64.
    """
    return pd.DataFrame(
        {
            "unit": [one.unit for one in branches],
            "limits": [
                json.dumps(
                    [[limit.ids, limit.count, limit.at_most, limit.km] for limit in one.limits],
                    ensure_ascii=False,
                )
                for one in branches
            ],
            "unit_km": [float(one.unit_km) for one in branches],
            "rows": [_packed(household_id.get_indexer(one.household_km.index), ROW) for one in branches],
            "km": [_packed(one.household_km.to_numpy(), KM) for one in branches],
        }
    )


def branches_of(table: pd.DataFrame, household_id: pd.Index) -> tuple[Branch, ...]:
    """Return the branches that a table holds; the other way of `branch_table`.

    Raises
    ------
    ValueError
        If what is packed cannot be unpacked, or a row is not one of the multipliers'.
    """
    found = []
    for unit, limits, unit_km, rows, km in table[["unit", "limits", "unit_km", "rows", "km"]].itertuples(
        index=False
    ):
        at = _unpacked(rows, ROW)
        if at.size and not 0 <= at.min() <= at.max() < len(household_id):
            raise ValueError("a branch has a row that the multipliers have not")
        own = household_id[at]
        found.append(
            Branch(
                unit,
                tuple(
                    Limit(tuple(ids), count, at_most, price)
                    for ids, count, at_most, price in json.loads(limits)
                ),
                float(unit_km),
                pd.Series(_unpacked(km, KM), index=pd.Index(own, name=household_id.name), name="km"),
            )
        )
    return tuple(found)


def _packed(values: NDArray[np.int64] | NDArray[np.float64], kind: str) -> str:
    return base64.b64encode(zlib.compress(values.astype(kind).tobytes())).decode()


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    try:
        return np.frombuffer(zlib.decompress(base64.b64decode(text)), kind)
    except zlib.error as error:
        raise ValueError("what is packed is damaged") from error
