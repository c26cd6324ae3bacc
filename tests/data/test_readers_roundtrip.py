"""Whatever the format and the digits, the households that were written are the households that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.readers import read_households

if TYPE_CHECKING:
    from pathlib import Path

PERSIAN = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
ARABIC = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
DIGITS = {"latin": {}, "persian": PERSIAN, "arabic": ARABIC}
HEADERS = {
    "household_id": "کد خانوار",
    "lon": "طول جغرافیایی",
    "lat": "عرض جغرافیایی",
    "cases": "تعداد پرونده",
    "place": "روستا/محله",
    "area": "شهری/روستایی",
}
FORMATS = ["comma", "semicolon", "tab", "utf-16", "xlsx", "gpkg", "geojson", "parquet", "geoparquet"]
TABULAR = {"comma", "semicolon", "tab", "utf-16", "xlsx"}

household = st.fixed_dictionaries(
    {
        "household_id": st.from_regex(r"[0-9]{1,9}|H-[0-9]{1,6}", fullmatch=True),
        "lon": st.integers(44_000_000, 63_500_000).map(lambda degrees: degrees / 1e6),
        "lat": st.integers(25_000_000, 40_000_000).map(lambda degrees: degrees / 1e6),
        "cases": st.integers(1, 450),
        "place": st.text("ابپتجچخدرزژسشکگلمنوهی ", max_size=12).map(str.strip),
        "area": st.sampled_from(["urban", "rural", ""]),
    }
)
tables = st.lists(household, min_size=1, max_size=8, unique_by=lambda row: row["household_id"])


def write(frame: pd.DataFrame, form: str, digits: str, folder: Path) -> Path:
    path = folder / f"in.{form}"
    path.unlink(missing_ok=True)
    if form in TABULAR:
        written = frame.astype(str).rename(columns=HEADERS)
        written = written.map(lambda cell: cell.translate(DIGITS[digits]))
        if form == "xlsx":
            written.to_excel(path, index=False)
        else:
            separator = {"semicolon": ";", "tab": "\t"}.get(form, ",")
            written.to_csv(
                path, index=False, sep=separator, encoding="utf-16" if form == "utf-16" else "utf-8-sig"
            )
    elif form == "parquet":
        frame.to_parquet(path)
    else:
        points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=4326)
        ground = gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points)
        if form == "geoparquet":
            ground.to_parquet(path)
        else:
            ground.to_file(path, driver={"gpkg": "GPKG", "geojson": "GeoJSON"}[form])
    return path


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables, digits=st.sampled_from(sorted(DIGITS)))
def test_what_is_written_is_read(
    tmp_path: Path, form: str, rows: list[dict[str, object]], digits: str
) -> None:
    frame = pd.DataFrame(rows)
    path = write(frame, form, digits, tmp_path)
    read = read_households(path)
    expected = frame.astype({"household_id": "str", "place": "str", "area": "str"})
    pd.testing.assert_frame_equal(read[list(frame.columns)], expected, rtol=0, atol=1e-9)
    assert read["row"].tolist() == list(range(2, len(rows) + 2))
