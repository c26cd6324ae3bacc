"""A misspelt name may be found or not; what it never is, inside its county, is another place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.locating import RULES, once_in_county, outcomes
from data.gazetteer.match import Gazetteer, Spot
from data.gazetteer.match_known import country_spots
from data.locating.rows import placed
from data.scenarios import make_scenario

if TYPE_CHECKING:
    import pandas as pd

COUNTRY = Gazetteer((country_spots(),))
SOME = once_in_county(country_spots())[::7]
ONLY_SPELLED = tuple(RULES)[:10]
"""Rules that change how a name is written, and not the name."""


@pytest.mark.parametrize("rule", RULES)
def test_no_misspelling_of_a_real_place_is_taken_for_another(rule: str) -> None:
    found = list(outcomes(COUNTRY, SOME, rule, np.random.default_rng(1)))
    counts = Counter(outcome for outcome, _, _ in found)
    assert [(spot.county, spot.name, asked) for outcome, spot, asked in found if outcome == "wrong"] == []
    assert counts["right"] > (0.98 if rule in ONLY_SPELLED else 0.3) * len(found)


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    return make_scenario("lorestan", scale=0.05, seed=0).households


def list_of(households: pd.DataFrame) -> tuple[Spot, ...]:
    """The places of households as an office's own list would have them."""
    points = households.groupby(["province", "county", "place"])[["lon", "lat"]].median()
    return tuple(
        Spot(province, county, place, lon, lat, (place,), (county,), (province,))
        for (province, county, place), lon, lat in points.itertuples(name=None)
    )


@pytest.mark.parametrize("rule", RULES)
def test_no_household_of_a_demo_is_sent_to_another_place(households: pd.DataFrame, rule: str) -> None:
    spots = list_of(households)
    counts = Counter(
        outcome for outcome, _, _ in outcomes(Gazetteer((spots,)), spots, rule, np.random.default_rng(2))
    )
    assert counts["wrong"] == 0
    assert counts["right"] > (0.98 if rule in ONLY_SPELLED else 0.3) * counts.total()


def test_all_households_of_a_demo_are_located_by_their_places(households: pd.DataFrame) -> None:
    spots = list_of(households)
    bare = households.assign(lon=np.nan, lat=np.nan, row=range(2, len(households) + 2))
    located = placed(bare, Gazetteer((spots,)), file="households.csv").rows
    assert (located["match_quality"] == "exact").all()
    where = {(spot.county, spot.name): (spot.lon, spot.lat) for spot in spots}
    wanted = [where[key] for key in zip(households["county"], households["place"], strict=True)]
    assert list(zip(located["lon"], located["lat"], strict=True)) == wanted
