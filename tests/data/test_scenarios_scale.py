"""A part of a scenario is still for what the whole is for."""

from __future__ import annotations

import numpy as np
import pytest

from data.scenarios import Scenario, make_scenario
from data.scenarios.caseload import units_of
from data.scenarios.scale import keep_whole, part_of
from data.scenarios.settings import SETTINGS

SCALES = (0.3, 0.1, 0.02)


def sites_by_county(scenario: Scenario) -> dict[str, int]:
    sites = scenario.applicants.groupby("county").size()
    return {county: int(sites.get(county, 0)) for county in scenario.households["county"].unique()}


def by_district(scenario: Scenario) -> dict[str, int]:
    return scenario.households.groupby("district").size().to_dict()


@pytest.mark.parametrize("scale", [*SCALES, 0.0001])
@pytest.mark.parametrize("seed", [0, 7])
def test_a_part_of_khuzestan_lacks_applicants_in_places(scale: float, seed: int) -> None:
    sites = sites_by_county(make_scenario("khuzestan", seed=seed, scale=scale))
    assert min(sites.values()) == 0
    assert max(sites.values()) > 0


@pytest.mark.parametrize("scale", [*SCALES, 0.0001])
def test_in_a_part_of_mashhad_every_place_is_taken(scale: float) -> None:
    part = make_scenario("mashhad", seed=7, scale=scale)
    assert isinstance(part.rules.centers, int)
    assert part.households["cases"].sum() == 450 * part.rules.centers


def test_a_part_of_mashhad_is_as_dense_as_the_whole_city() -> None:
    whole = by_district(make_scenario("mashhad", seed=7))
    kept = by_district(make_scenario("mashhad", seed=7, scale=0.3))
    assert sum(kept.values()) == pytest.approx(0.3 * 34_650, rel=0.05)
    for district, households in kept.items():
        assert 0.99 * whole[district] <= households <= whole[district]
    # Less than one center's households are left out where no districts fill whole centers.
    units = units_of(SETTINGS["mashhad"], 34_650)
    for scale in np.linspace(0.001, 0.999, 60):
        part = part_of(SETTINGS["mashhad"], units, float(scale))
        before = units.set_index("district").loc[part["district"], "urban"].to_numpy()
        assert (part["urban"].to_numpy() <= before).all()
        assert 0 <= before.sum() - part["urban"].sum() < 450


@pytest.mark.parametrize("scale", [0.3, 0.1])
def test_a_part_of_tehran_is_whole_districts_as_full_as_the_city_with_all_who_wait(scale: float) -> None:
    whole = by_district(make_scenario("tehran", seed=7))
    part = make_scenario("tehran", seed=7, scale=scale)
    kept = by_district(part)
    assert len(kept) > 1
    assert kept == {district: whole[district] for district in kept}
    assert isinstance(part.rules.centers, int)
    assert sum(kept.values()) / (450 * part.rules.centers) == pytest.approx(41_000 / (450 * 92), abs=0.01)
    shares = part.households["status"].value_counts(normalize=True)
    assert shares["waiting_list"] == pytest.approx(13 / 41, abs=0.02)
    homes = part.households[part.households["status"] == "care_home"].groupby(["lon", "lat"]).size()
    assert homes.max() > 20


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", range(4))
def test_in_a_part_of_lorestan_every_county_has_applicants_enough(scale: float, seed: int) -> None:
    part = make_scenario("lorestan", seed=seed, scale=scale)
    cases = part.households.groupby("county")["cases"].sum()
    accepted = part.applicants[part.applicants["decision"] == "accepted"]
    able = accepted.groupby("county")["applicant_id"].nunique().reindex(cases.index, fill_value=0)
    assert isinstance(part.rules.centers, int)
    assert (able >= np.ceil(cases / cases.sum() * part.rules.centers)).all()
    assert (able >= np.ceil(cases / 450)).all()


@pytest.mark.parametrize(("scale", "provinces"), [(0.0001, 2), (0.001, 3), (0.01, 3)])
def test_a_part_of_the_nation_lies_in_several_provinces(scale: float, provinces: int) -> None:
    assert make_scenario("iran", seed=7, scale=scale).households["province"].nunique() >= provinces


def test_counties_are_added_only_where_one_alone_would_lose_the_purpose() -> None:
    units = units_of(SETTINGS["lorestan"], 40_000)
    assert len(keep_whole(units, 0.0001)) == 1
    assert keep_whole(units, 0.0001, several="county")["county"].nunique() == 2
    assert keep_whole(units, 0.3, several="county").equals(keep_whole(units, 0.3))


def test_so_few_households_that_no_center_is_full_are_kept_as_they_come() -> None:
    part = make_scenario("mashhad", seed=7, households=300, scale=0.5)
    assert 0 < len(part.households) < 300
    assert part.rules.centers == 1
