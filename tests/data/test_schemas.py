"""The schemas say what every column means, in both languages, and are what the readers return."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from data.readers import read_applicants, read_centers, read_households, read_moves, read_travel
from data.schemas import APPLICANTS, CENTERS, HOUSEHOLDS, MOVES, TRAVEL
from tests.data.input_files import lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd
    import pandera.pandas as pa

PERSIAN = re.compile("[آ-ی]")
READ = {
    "households": (HOUSEHOLDS, read_households, "household_id,lon,lat", "1,48.3,33.4"),
    "applicants": (APPLICANTS, read_applicants, "applicant_id,lon,lat", "1,48.3,33.4"),
    "centers": (CENTERS, read_centers, "center_id,lon,lat", "1,48.3,33.4"),
    "travel": (TRAVEL, read_travel, "household_id,site_id,km", "1,1,2.5"),
    "moves": (MOVES, read_moves, "household_id,date,event", "1,1404/1/5,leave"),
}


@pytest.mark.parametrize("name", READ)
def test_every_column_is_explained_in_persian_and_english(name: str) -> None:
    for column in READ[name][0].columns.values():
        assert column.title
        assert column.description
        assert PERSIAN.search(column.metadata["title_fa"])
        assert PERSIAN.search(column.metadata["description_fa"])


@pytest.mark.parametrize("name", READ)
def test_the_readers_return_every_column_of_their_schema(tmp_path: Path, name: str) -> None:
    schema: pa.DataFrameSchema
    read: Callable[[Path], pd.DataFrame]
    schema, read, header, row = READ[name]
    table = read(lines(header, row)(tmp_path))
    assert set(table.columns) == set(schema.columns)
    assert {column: str(kind) for column, kind in table.dtypes.items()} == {
        name: {"string[pyarrow]": "str"}.get(str(column.dtype), str(column.dtype))
        for name, column in schema.columns.items()
    }
