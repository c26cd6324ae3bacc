"""A row that is wrong is refused with its file, row, reason code and id; all rows in one pass."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import shapely

from data.errors import SitingError
from data.readers import read_applicants, read_boundaries, read_centers, read_households, read_travel
from tests.data.input_files import BOW_TIE, GOOD, HEAD, SQUARE, Build, assert_refused, layer, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITES = "applicant_id,lon,lat,preference,province,use,decision,score,registered_at,accessible\n"
SITE = "A-1,48.35,33.48,1,لرستان,candidate,accepted,1,1400/5/2,yes\n"
CENTERS = "center_id,lon,lat,status,max_cases\n"


def households(*rows: str) -> Build:
    return text(HEAD + GOOD + "".join(f"{row}\n" for row in rows))


def applicants(*rows: str) -> Build:
    return text(SITES + SITE + "".join(f"{row}\n" for row in rows))


def centers(*rows: str) -> Build:
    return text(CENTERS + "".join(f"{row}\n" for row in rows))


def travel(*rows: str) -> Build:
    return text("household_id,site_id,km\nH-1,S-1,2.5\n" + "".join(f"{row}\n" for row in rows))


SIX = [f"A-2,48.3,33.{n},{n},لرستان,,,,," for n in range(1, 7)]

BAD: list[tuple[str, Callable[..., object], Build, list[tuple[int, str]]]] = [
    ("too many cells", read_households, households("H-2,48.3,33.4,1,urban,more"), [(3, "ragged_row")]),
    ("a missing id", read_households, households(",48.3,33.4,1,urban"), [(3, "missing_id")]),
    ("an id twice", read_households, households("H-1,48.3,33.4,1,urban"), [(3, "duplicate_id")]),
    ("nowhere", read_households, households("H-2,,,1,urban"), [(3, "missing_location")]),
    ("half a point", read_households, households("H-2,48.3,,1,urban"), [(3, "half_point")]),
    ("zero", read_households, households("H-2,0,0,1,urban"), [(3, "zero_coordinates")]),
    ("swapped", read_households, households("H-2,33.4,48.3,1,urban"), [(3, "lon_lat_swapped")]),
    ("outside", read_households, households("H-2,12.5,41.9,1,urban"), [(3, "outside_iran")]),
    (
        "words for a coordinate",
        read_households,
        households("H-2,there,33.4,1,urban"),
        [(3, "bad_coordinate")],
    ),
    ("negative cases", read_households, households("H-2,48.3,33.4,-1,urban"), [(3, "bad_cases")]),
    ("no cases", read_households, households("H-2,48.3,33.4,0,urban"), [(3, "bad_cases")]),
    ("half a case", read_households, households("H-2,48.3,33.4,1.5,urban"), [(3, "bad_cases")]),
    ("words for cases", read_households, households("H-2,48.3,33.4,many,urban"), [(3, "bad_cases")]),
    ("endless cases", read_households, households("H-2,48.3,33.4,inf,urban"), [(3, "bad_cases")]),
    ("an unknown area", read_households, households("H-2,48.3,33.4,1,suburb"), [(3, "bad_area")]),
    ("an applicant without id", read_applicants, applicants(",48.3,33.4,1,لرستان,,,,,"), [(3, "missing_id")]),
    ("six sites", read_applicants, applicants(*SIX), [(8, "too_many_sites")]),
    (
        "two provinces",
        read_applicants,
        applicants("A-1,50.3,33.4,2,مرکزی,,,,,"),
        [(3, "sites_in_two_provinces")],
    ),
    ("preference 6", read_applicants, applicants("A-2,48.3,33.4,6,,,,,,"), [(3, "bad_preference")]),
    (
        "a preference in words",
        read_applicants,
        applicants("A-2,48.3,33.4,first,,,,,,"),
        [(3, "bad_preference")],
    ),
    ("a preference left out", read_applicants, applicants("A-1,48.3,33.4,,,,,,,"), [(3, "bad_preference")]),
    (
        "a preference twice",
        read_applicants,
        applicants("A-1,48.3,33.4,1,,,,,,"),
        [(3, "duplicate_id"), (3, "duplicate_preference")],
    ),
    ("a site without a point", read_applicants, applicants("A-2,,,1,,,,,,"), [(3, "missing_location")]),
    ("an unknown use", read_applicants, applicants("A-2,48.3,33.4,1,,perhaps,,,,"), [(3, "bad_use")]),
    (
        "an unknown decision",
        read_applicants,
        applicants("A-2,48.3,33.4,1,,,perhaps,,,"),
        [(3, "bad_decision")],
    ),
    ("a negative score", read_applicants, applicants("A-2,48.3,33.4,1,,,,-1,,"), [(3, "bad_score")]),
    ("a score in words", read_applicants, applicants("A-2,48.3,33.4,1,,,,good,,"), [(3, "bad_score")]),
    ("no such day", read_applicants, applicants("A-2,48.3,33.4,1,,,,,1400/12/30,"), [(3, "bad_date")]),
    ("a day of which century", read_applicants, applicants("A-2,48.3,33.4,1,,,,,99/5/2,"), [(3, "bad_date")]),
    ("half accessible", read_applicants, applicants("A-2,48.3,33.4,1,,,,,,half"), [(3, "bad_accessible")]),
    (
        "a center twice",
        read_centers,
        centers("C-1,48.3,33.4,open,", "C-1,48.3,33.4,open,"),
        [(3, "duplicate_id")],
    ),
    ("a center nowhere", read_centers, centers("C-1,,,open,"), [(2, "missing_location")]),
    ("an unknown status", read_centers, centers("C-1,48.3,33.4,asleep,"), [(2, "bad_status")]),
    ("a capacity of none", read_centers, centers("C-1,48.3,33.4,open,0"), [(2, "bad_max_cases")]),
    (
        "a center without caseworkers",
        read_centers,
        text("center_id,lon,lat,caseworkers\nC-1,48.3,33.4,0\n"),
        [(2, "bad_caseworkers")],
    ),
    ("a negative distance", read_travel, travel("H-2,S-1,-1"), [(3, "bad_km")]),
    ("no distance", read_travel, travel("H-2,S-1,"), [(3, "bad_km")]),
    ("a pair twice", read_travel, travel("H-1,S-1,3"), [(3, "duplicate_pair")]),
    ("travel to nowhere", read_travel, travel("H-2,,3"), [(3, "missing_id")]),
    (
        "a boundary that crosses itself",
        read_boundaries,
        layer("counties.gpkg", {"name": ["a", "b"]}, [SQUARE, BOW_TIE]),
        [(3, "invalid_polygon")],
    ),
    (
        "a boundary without a name",
        read_boundaries,
        layer("counties.gpkg", {"name": ["a", ""]}, [SQUARE, SQUARE]),
        [(3, "no_name")],
    ),
    (
        "a boundary of what",
        read_boundaries,
        layer("in.gpkg", {"name": ["a"]}, [SQUARE]),
        [(2, "unknown_level")],
    ),
    (
        "a level that is none",
        read_boundaries,
        layer("in.gpkg", {"name": ["a", "b"], "level": ["county", "parish"]}, [SQUARE, SQUARE]),
        [(3, "unknown_level")],
    ),
    (
        "points for boundaries",
        read_boundaries,
        layer("counties.gpkg", {"name": ["a"]}, [shapely.Point(48, 33)]),
        [(0, "not_polygons")],
    ),
    ("a table for boundaries", read_boundaries, text(HEAD + GOOD), [(0, "not_polygons")]),
    (
        "a boundary elsewhere",
        read_boundaries,
        layer("counties.gpkg", {"name": ["a"]}, [shapely.box(10, 40, 11, 41)]),
        [(2, "outside_iran")],
    ),
    (
        "a boundary in metres",
        read_boundaries,
        layer("counties.shp", {"name": ["a"]}, [shapely.box(1e5, 3e6, 2e5, 4e6)], None),
        [(0, "no_crs")],
    ),
]


@pytest.mark.parametrize(
    ("reader", "build", "expected"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_a_bad_input_is_refused_with_file_row_and_reason(
    tmp_path: Path, reader: Callable[..., object], build: Build, expected: list[tuple[int, str]]
) -> None:
    assert_refused(tmp_path, reader, build, expected)


def test_all_rows_are_told_in_one_pass_and_read_as_the_design_says(tmp_path: Path) -> None:
    path = households("H-17,33.4,48.3,1,urban", ",48.3,33.4,0,urban", "H-1,0,0,x,moon")(tmp_path)
    with pytest.raises(SitingError) as caught:
        read_households(path)
    assert [(failure.row, failure.code) for failure in caught.value.failures] == [
        (3, "lon_lat_swapped"),
        (4, "bad_cases"),
        (4, "missing_id"),
        (5, "bad_area"),
        (5, "bad_cases"),
        (5, "duplicate_id"),
        (5, "zero_coordinates"),
    ]
    assert (
        caught.value.lines()[0] == "in.csv:3 [lon_lat_swapped] H-17: outside Iran; swapped it would be inside"
    )


def test_no_message_carries_a_personal_value(tmp_path: Path) -> None:
    path = text("household_id,lon,lat,نام,cases\nH-1,33.4,48.3,زهرا,زهرا\nH-2,زهرا,12.5,زهرا,1\n")(tmp_path)
    with pytest.raises(SitingError) as caught:
        read_households(path)
    told = " ".join(caught.value.lines())
    assert not [word for word in ("زهرا", "33.4", "48.3", "12.5") if word in told]


def test_the_error_of_a_reader_survives_another_process(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read_households(households("H-1,0,0,0,moon")(tmp_path))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert again.failures == caught.value.failures


def test_a_table_that_is_no_frame_of_points_still_names_every_bad_row(tmp_path: Path) -> None:
    frame = pd.DataFrame({"household_id": ["a", "b"], "lon": [48.3, 200.0], "lat": [33.4, 33.4]})
    frame.to_parquet(tmp_path / "in.parquet")
    with pytest.raises(SitingError) as caught:
        read_households(tmp_path / "in.parquet")
    assert [(one.row, one.id, one.code) for one in caught.value.failures] == [(3, "b", "outside_iran")]
