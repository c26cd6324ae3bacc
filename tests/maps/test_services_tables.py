"""What is told of services is of many households, and what is drawn is what their center's households get."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.text import text
from data.work.catalogue import Catalogue
from data.work.catalogue_file import shipped_catalogue
from data.work.coverage import NO_CAPACITY, NO_GIVER, Coverage
from data.work.tables import NO_LIMIT
from maps.report.small import Few
from maps.work.services_map import CLASSES, classes_of, service_map, sheet_of
from maps.work.services_tables import coverage_table, giver_table, part_tables, share_of_many

K = 11
HEARING = tuple(one for one in shipped_catalogue().services if one.id == "hearing_screening")


def covered(*centers: tuple[int, int, float], capacity: tuple[int, ...], **people: Any) -> Coverage:
    """Households in runs of (how many, who gives it, km), each run with a center of its own."""
    own = np.repeat(np.arange(len(centers)), [one[0] for one in centers])
    at = np.repeat([one[1] for one in centers], [one[0] for one in centers])
    km = np.repeat([one[2] for one in centers], [one[0] for one in centers])
    ids = np.array([f"C{one}" for one in range(len(centers))], dtype=object)
    about = {"province": "لرستان", "county": "دوره", "area": "urban", "status": "pensioner", **people}
    table = pd.DataFrame(
        {"household_id": [f"H{one}" for one in range(len(own))], "cases": 1, "own": own, **about}
    )
    offers = pd.DataFrame(
        {"center_id": ids, "service_id": HEARING[0].id, "borrowed": "", "capacity": list(capacity)}
    )
    return Coverage(
        Catalogue(HEARING, 22), offers, table, ids, at[None, :], np.where(at < 0, np.nan, km)[None, :]
    )


FOUND = covered(
    (40, 0, 1.0), (30, 0, 8.0), (25, 0, 30.0), (12, NO_CAPACITY, 0.0), (5, 0, 3.0), capacity=(100, 0, 0, 0, 0)
)


def test_a_center_is_drawn_by_what_its_households_get() -> None:
    shown = [CLASSES[one] for one in classes_of(FOUND, 0, K)]
    assert shown == ["own", "within_10", "beyond", "none", "few"]


def test_counts_are_multiples_of_k_and_a_few_are_told_alike() -> None:
    row = coverage_table(FOUND, K, "en").rows[0]
    assert row[2:5] == (33, 55, 11)
    nobody = covered((40, NO_GIVER, 0.0), (5, NO_GIVER, 0.0), capacity=(0, 0))
    assert coverage_table(nobody, K, "en").rows[0][2:5] == (0, 0, 44)
    few = covered((40, 0, 1.0), (5, 0, 2.0), capacity=(99, 0))
    # That five go elsewhere is not told, nor that nobody is without it, for there is a limit.
    assert coverage_table(few, K, "en").rows[0][2:5] == (33, Few(K), Few(K))
    free = covered((40, 0, 1.0), (5, 1, 2.0), capacity=(NO_LIMIT, NO_LIMIT))
    assert coverage_table(free, K, "en").rows[0][2:5] == (44, 0, 0)


def test_a_center_to_which_few_strangers_come_does_not_tell_how_many() -> None:
    few = covered((40, 0, 1.0), (5, 0, 2.0), capacity=(99, 0))
    assert giver_table(few, K, "en", [0]).rows[0][-2:] == (40, Few(K))
    assert giver_table(FOUND, K, "en", [0]).rows[0][-2:] == (40, 55)


@pytest.mark.parametrize(("households", "told"), [(2000, 37), (300, 35), (60, 20), (21, None)])
def test_a_share_is_told_in_steps_of_k_households(households: int, told: int | None) -> None:
    assert share_of_many(375 * households, 1000 * households, households, K) == told


def test_parts_are_told_only_where_there_are_several() -> None:
    assert list(part_tables(FOUND, K, "en", [0])) == []
    areas = ["urban"] * 70 + ["rural"] * 42
    (table,) = part_tables(
        covered((70, 0, 1.0), (42, 0, 9.0), capacity=(NO_LIMIT, 0), area=areas), K, "en", [0]
    )
    assert table.key == "by_area"
    assert [row[2:6] for row in table.rows] == [(33, Few(K), 33, 0), (66, 66, Few(K), 0)]


def test_a_map_draws_every_ground_once_and_every_giver() -> None:
    squares = [shapely.box(48 + x / 10, 33, 48.1 + x / 10, 33.1) for x in range(5)]
    ground = gpd.GeoDataFrame({"center_id": FOUND.center_id}, geometry=squares, crs="EPSG:4326")
    centers = pd.DataFrame({"center_id": FOUND.center_id, "lon": 48.05, "lat": 33.05})
    sheet = sheet_of(FOUND, centers, ground)
    first, second = (service_map(FOUND, sheet, 0, K, "fa", first=one) for one in (True, False))
    assert first.count("<path") == 5
    assert second.count("<path") == 0
    assert first.count("<use") == second.count("<use") == 5
    assert text("services.map_giver", "fa") in first
    # One giver, and its mark in the legend.
    assert first.count("<circle") == 2
