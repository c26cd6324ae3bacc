"""The same rows have the same hash whatever types hold them, and no other rows have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.hashing import table_hash

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=4), min_size=1, max_size=8)


def hashed(values: Any, dtype: Any = None) -> str:
    return table_hash(pd.DataFrame({"column": pd.Series(values, dtype=dtype)}))


@pytest.mark.parametrize(
    ("values", "dtypes"),
    [
        (["آ", "", "b"], ["str", "object", "category", "string"]),
        ([1, 2, 2], ["int64", "Int64", "object", "int32", "category"]),
        ([1.5, -0.0, np.nan], ["float64", "Float64"]),
        ([True, False], ["bool", "boolean", "object"]),
        ([None, None], ["str", "object", "float64", "Int64", "category"]),
        ([], ["str", "object", "float64", "int64"]),
    ],
)
def test_types_in_memory_do_not_count(values: list[Any], dtypes: list[str]) -> None:
    assert len({hashed(values, dtype) for dtype in dtypes}) == 1


@pytest.mark.parametrize(
    ("some", "others"),
    [
        (["ab", "c"], ["a", "bc"]),
        (["a", ""], ["", "a"]),
        ([1, 2], [2, 1]),
        ([1, 2], [1.0, 2.0]),
        ([1, 2], ["1", "2"]),
        ([0.0], [-0.0]),
        ([1.0], [np.nextafter(1.0, 2.0)]),
        ([1.0, np.nan], [np.nan, 1.0]),
        ([True], [1]),
        ([1], [1, 1]),
    ],
)
def test_other_values_have_another_hash(some: list[Any], others: list[Any]) -> None:
    assert hashed(some) != hashed(others)


@given(some=TEXTS, others=TEXTS)
def test_texts_have_one_hash_only_where_they_are_the_same(some: list[str], others: list[str]) -> None:
    same = some == others or (len(some) == len(others) and not any(some) and not any(others))
    assert (hashed(some, "str") == hashed(others, "str")) == same


@pytest.mark.parametrize("kept", [lambda table: table.iloc[1:4], lambda table: table[table["n"] > 0].tail(3)])
def test_a_part_of_a_table_is_a_table_like_any_other(kept: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    parts = [pd.DataFrame({"name": pd.Series([f"H{n}"], dtype="str"), "n": [n]}) for n in range(4)]
    part = kept(pd.concat(parts))
    fresh = pd.DataFrame({"name": pd.Series(list(part["name"]), dtype="str"), "n": part["n"].to_numpy()})
    assert table_hash(part) == table_hash(fresh)


def test_names_and_order_of_columns_count() -> None:
    table = pd.DataFrame({"a": [1], "b": [1]})
    assert table_hash(table) != table_hash(table[["b", "a"]])
    assert table_hash(table) != table_hash(table.rename(columns={"b": "c"}))


def test_shapes_count_to_the_last_bit() -> None:
    shapes = [shapely.Point(1.0, 2.0), None]
    table = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=shapes)
    other = table.set_geometry([shapely.Point(np.nextafter(1.0, 2.0), 2.0), None])
    assert table_hash(table) == table_hash(pd.DataFrame({"id": ["a", "b"], "geometry": shapes}))
    assert table_hash(table) != table_hash(other)
