from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from data.errors import Exit, SitingError
from data.rules import read_rules
from data.scenarios import SCENARIOS, Scenario, make_scenario, write_inputs
from data.scenarios.settings import SETTINGS

SMALL = {"lorestan": 0.1, "tehran": 0.1, "mashhad": 0.15, "khuzestan": 0.15, "iran": 0.01}


@pytest.fixture(scope="module")
def lorestan() -> Scenario:
    return make_scenario("lorestan", seed=7)


@pytest.fixture(scope="module", params=SCENARIOS)
def small(request: pytest.FixtureRequest) -> Scenario:
    return make_scenario(request.param, seed=7, scale=SMALL[request.param])


def applicants_of(scenario: Scenario) -> pd.DataFrame:
    return scenario.applicants.drop_duplicates("applicant_id")


def test_lorestan_is_forty_thousand_households_in_eleven_counties_for_107_centers(lorestan: Scenario) -> None:
    households = lorestan.households
    assert len(households) == households["cases"].sum() == 40_000
    assert households["county"].nunique() == 11
    assert lorestan.rules.centers == 107
    assert lorestan.rules.share == "cases"


def test_khorramabad_has_its_share_of_the_people_and_most_of_it_is_urban(lorestan: Scenario) -> None:
    own = lorestan.households[lorestan.households["county"] == "خرم آباد"]
    assert len(own) == pytest.approx(0.288 * 40_000, abs=40)
    assert (own["area"] == "urban").mean() == pytest.approx(380_829 / 506_471, abs=0.005)


def test_every_county_of_lorestan_has_applicants_enough(lorestan: Scenario) -> None:
    applicants = applicants_of(lorestan)
    assert len(applicants) >= 250
    assert len(lorestan.applicants) == 5 * len(applicants)
    accepted = applicants[applicants["decision"] == "accepted"].groupby("county").size()
    cases = lorestan.households.groupby("county")["cases"].sum()
    centers = 107 * cases / 40_000
    assert (applicants.groupby("county").size().reindex(cases.index) >= 1.7 * centers).all()
    assert (accepted.reindex(cases.index) >= np.ceil(centers)).all()


def test_the_full_numbers_are_those_the_programme_published() -> None:
    assert (SETTINGS["tehran"].centers, SETTINGS["tehran"].households) == (92, 41_000)
    assert SETTINGS["mashhad"].households == 77 * 450 == 34_650
    assert (SETTINGS["iran"].centers, SETTINGS["iran"].households) == (2_300, 900_000)


def test_tehran_serves_pensioners_the_waiting_list_and_care_homes_in_22_districts() -> None:
    tehran = make_scenario("tehran", seed=7)
    households = tehran.households
    assert len(households) == 41_000
    assert set(households["district"]) == {str(number) for number in range(1, 23)}
    assert set(tehran.rules.status) == set(households["status"]) == {"pensioner", "waiting_list", "care_home"}
    assert tehran.rules.cross_district_km > 0
    assert tehran.rules.within == "county"
    residents = households[households["status"] == "care_home"].groupby(["lon", "lat"]).size()
    assert residents.max() > 20
    assert households.groupby(["lon", "lat"]).size().max() < 150
    assert (households["status"] == "waiting_list").sum() == pytest.approx(13_000, abs=400)


def test_mashhad_fills_every_place_and_no_building_is_large() -> None:
    mashhad = make_scenario("mashhad", seed=7)
    assert mashhad.households["cases"].sum() == 450 * mashhad.rules.centers == 34_650
    assert mashhad.households.groupby(["lon", "lat"]).size().max() <= 5


def test_khuzestan_has_27_counties_and_some_lack_applicants() -> None:
    khuzestan = make_scenario("khuzestan", seed=7)
    cases = khuzestan.households.groupby("county")["cases"].sum()
    applicants = applicants_of(khuzestan).groupby("county").size().reindex(cases.index, fill_value=0)
    assert len(cases) == 27
    assert khuzestan.rules.centers == "fewest"
    assert (khuzestan.applicants.groupby("county").size().reindex(cases.index, fill_value=0) == 0).any()
    assert (applicants < np.ceil(cases / 450)).sum() >= 3


def test_a_household_has_all_its_columns_and_says_it_is_synthetic(small: Scenario) -> None:
    households = small.households
    assert households["household_id"].is_unique
    assert households["synthetic"].all()
    for column in ("province", "county", "place", "area", "status"):
        assert households[column].ne("").all()
        assert households[column].notna().all()
    assert set(households["area"]) <= {"urban", "rural"}
    assert households["lon"].round(6).eq(households["lon"]).all()
    assert (households["cases"] == 1).all()


def test_some_households_in_towns_share_a_building() -> None:
    households = make_scenario("lorestan", seed=1).households
    towns = households[households["area"] == "urban"]
    together = towns.groupby(["lon", "lat"])["household_id"].transform("size")
    assert (together > 1).mean() == pytest.approx(0.10, abs=0.02)
    assert together.max() <= 6


def test_villages_are_small_and_invented_ones_bear_a_number(small: Scenario) -> None:
    rural = small.households[small.households["area"] == "rural"]
    if rural.empty:
        assert SETTINGS[small.name].city
        return
    sizes = rural.groupby(["county", "place"]).size()
    assert sizes.median() <= 20
    assert sizes.index.get_level_values("place").str.startswith("روستای ").mean() > 0.3


def test_an_applicant_proposes_five_sites_in_one_province(small: Scenario) -> None:
    sites = small.applicants
    by_applicant = sites.groupby("applicant_id")
    assert by_applicant["preference"].agg(lambda own: sorted(own) == [1, 2, 3, 4, 5]).all()
    assert by_applicant["province"].nunique().eq(1).all()
    assert sites["site_id"].is_unique
    assert sites["score"].between(0, 100).all()
    assert sites.loc[sites["decision"] == "refused", "decision_reason"].ne("").all()
    assert sites.loc[sites["decision"] != "refused", "decision_reason"].eq("").all()


def test_about_one_applicant_in_ten_reaches_into_a_second_county(lorestan: Scenario) -> None:
    reach = lorestan.applicants.groupby("applicant_id")["county"].nunique()
    assert 0.04 < (reach == 2).mean() < 0.18
    assert reach.max() == 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_scale_keeps_whole_counties_or_districts_at_full_density(name: str) -> None:
    part = make_scenario(name, seed=7, scale=SMALL[name])
    setting = SETTINGS[name]
    assert len(part.households) == pytest.approx(SMALL[name] * setting.households, rel=0.3)
    if name == "lorestan":
        whole = make_scenario(name, seed=7).households.groupby("county").size()
        kept = part.households.groupby("county").size()
        assert kept.equals(whole[kept.index])
    if isinstance(part.rules.centers, int):
        assert part.rules.centers * 450 >= part.households["cases"].sum()
        assert part.rules.centers * 150 <= part.households["cases"].sum()


def test_fewer_households_are_spread_as_the_whole_and_need_fewer_centers(lorestan: Scenario) -> None:
    fewer = make_scenario("lorestan", seed=7, households=8_000)
    assert len(fewer.households) == 8_000
    share = fewer.households["county"].value_counts(normalize=True)
    whole = lorestan.households["county"].value_counts(normalize=True)
    assert (share - whole).abs().max() < 0.001
    assert isinstance(fewer.rules.centers, int)
    assert 8_000 / 450 <= fewer.rules.centers < 107


def test_the_centers_asked_for_are_the_rule() -> None:
    assert make_scenario("lorestan", seed=7, households=2_000, centers="fewest").rules.centers == "fewest"
    assert make_scenario("lorestan", seed=7, households=2_000, centers=9).rules.centers == 9


def test_a_mix_of_cases_leaves_the_households_and_raises_the_centers() -> None:
    mixed = make_scenario("lorestan", seed=7, scale=0.1, cases="1-4")
    plain = make_scenario("lorestan", seed=7, scale=0.1)
    assert len(mixed.households) == len(plain.households)
    assert set(mixed.households["cases"]) == {1, 2, 3, 4}
    assert isinstance(mixed.rules.centers, int)
    assert mixed.rules.centers * 450 >= mixed.households["cases"].sum()


def test_a_single_household_is_a_scenario_too() -> None:
    alone = make_scenario("lorestan", seed=7, households=1)
    assert len(alone.households) == 1
    assert alone.rules.centers == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"name": "atlantis"}, "unknown_scenario"),
        ({"name": "lorestan", "households": 0}, "bad_households"),
        ({"name": "lorestan", "scale": 0.0}, "bad_scale"),
        ({"name": "lorestan", "scale": 2.0}, "bad_scale"),
        ({"name": "lorestan", "centers": 0}, "bad_centers"),
        ({"name": "lorestan", "cases": "4-1"}, "bad_cases_option"),
        ({"name": "lorestan", "cases": "many"}, "bad_cases_option"),
    ],
)
def test_what_cannot_be_meant_is_refused_as_wrong_usage(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(SitingError) as caught:
        make_scenario(**arguments, seed=1)
    assert caught.value.code == code
    assert caught.value.exit_code == Exit.USAGE


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    written = [
        write_inputs(make_scenario("khuzestan", seed=seed, scale=0.1), tmp_path / name)
        for name, seed in (("one", 3), ("two", 3), ("other", 4))
    ]
    for role in ("households", "applicants", "boundaries", "rules", "readme"):
        assert written[0][role].read_bytes() == written[1][role].read_bytes()
    assert written[0]["households"].read_bytes() != written[2]["households"].read_bytes()


def test_the_files_are_what_a_planner_has_and_each_says_synthetic(small: Scenario, tmp_path: Path) -> None:
    paths = write_inputs(small, tmp_path / "input")
    households = pd.read_csv(paths["households"], encoding="utf-8-sig", dtype="str", keep_default_na=False)
    assert paths["households"].read_bytes().startswith(b"\xef\xbb\xbf")
    assert households["synthetic"].eq("true").all()
    assert len(households) == len(small.households)
    assert read_rules(paths["rules"]) == small.rules
    assert "SYNTHETIC" in paths["rules"].read_text(encoding="utf-8")
    assert "SYNTHETIC" in paths["readme"].read_text(encoding="utf-8-sig")
    for layer, _ in pyogrio.list_layers(paths["boundaries"]):
        table = gpd.read_file(paths["boundaries"], layer=layer)
        assert table["note"].str.contains("ILLUSTRATIVE").all()
        assert {"name", "province", "county"} <= set(table.columns)
        assert table.is_valid.all()


def test_writing_twice_into_one_folder_leaves_the_second_scenario(tmp_path: Path) -> None:
    write_inputs(make_scenario("tehran", seed=1, households=500), tmp_path)
    paths = write_inputs(make_scenario("lorestan", seed=1, households=500), tmp_path)
    assert [layer for layer, _ in pyogrio.list_layers(paths["boundaries"])] == ["province", "county"]
    assert Path(paths["readme"]).exists()
