"""A county is one unit however a file writes its name, and its name is never torn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.build.admin import fill_rows
from data.build.building import build_problems
from data.build.report import notes
from data.change.arrivals import outcome_of, standing_there
from data.gazetteer import counties
from data.gazetteer.areas import area_id, names_like
from data.rules import Rules
from tests.data.running import moves
from tests.data.test_build_units import by_id
from tests.engine_problems import people, polygons, problem, sites, tables

WAYS = ["خرم آباد", "خرم‌آباد", "خرماباد", "شهرستان خرم آباد", "شهرستانِ خرم‌آباد", "Khorramabad"]
WAYS += ["County of Khorramabad", "Khoram Abad county", "Shahrestan-e Khorramabad"]


def folk(*names: str, **columns: object) -> pd.DataFrame:
    return people([(x, 1) for x in range(len(names))], **{"province": "لرستان", "county": names, **columns})


def units(*names: str, **columns: object) -> set[str]:
    return set(by_id(problem(folk(*names, **columns)))["unit"])


def said(*names: str, **columns: object) -> list[str]:
    return [note.message for note in notes(tables(folk(*names, **columns)))]


def test_one_county_in_every_known_spelling_is_one_unit() -> None:
    assert units(*WAYS, "خرم آباد") == {"لرستان/خرم آباد"}


def test_one_province_in_every_known_spelling_is_one_province() -> None:
    provinces = ["لرستان", "لرستان", "استان لرستان", "Lorestan", "Lorestan Province", "ostan-e Lorestan"]
    made = list(build_problems(tables(folk(*["خرم آباد"] * 6, province=provinces)), Rules()))
    assert [set(one.households["unit"]) for one in made] == [{"لرستان/خرم آباد"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("شهر بابک", "بابک"),
        ("شهرکرد", "کرد"),
        ("بخش مرکزی", "مرکزی"),
        ("شهر خرم آباد", "خرم آباد"),
        ("رودبار", "رودبار جنوب"),
        ("1-12", "11-2"),
        ("خرم آباد", "خرم آبادد"),
    ],
)
def test_what_is_part_of_a_name_is_not_torn_off(one: str, other: str) -> None:
    assert len(units(one, other)) == 2


def test_a_county_that_nobody_knows_is_one_with_and_without_its_kind() -> None:
    assert units("شهرستان نوآباد", "نو آباد", "نوآباد", "نوآباد") == {"لرستان/نوآباد"}
    assert units("Newtown", "نوآباد") == {"لرستان/Newtown", "لرستان/نوآباد"}


def test_the_commonest_spelling_is_shown_and_of_two_the_bare_one() -> None:
    assert units("رشت", "Rasht", "Rasht", province="گیلان") == {"گیلان/Rasht"}
    assert units("شهرستان رشت", "رشت", province="گیلان") == {"گیلان/رشت"}
    assert units("شهرستان اراک", "اراک", province="استان مرکزی") == {"استان مرکزی/اراک"}


def test_each_area_of_the_census_has_a_key_of_its_own_in_either_language() -> None:
    known = counties()
    for level in ("province", "county"):
        names = known[[f"{level}_fa", f"{level}_en"]].drop_duplicates()
        keys = [{area_id(level, one) for one in row} for row in names.itertuples(index=False)]
        assert {len(one) for one in keys} == {1}
        assert len(set.union(*keys)) == len(names)
    assert names_like("county", "شهرستان رشت") == ("شهرستان رشت", "رشت", "Rasht")


def test_counties_of_one_name_in_two_provinces_stay_two() -> None:
    rows = folk("رشت", "شهرستان رشت", province=["گیلان", "لرستان"])
    made = list(build_problems(tables(rows), Rules()))
    assert [set(one.households["unit"]) for one in made] == [{"لرستان/رشت"}, {"گیلان/رشت"}]
    assert notes(tables(rows)) == ()


def test_polygons_in_another_language_are_those_of_the_households() -> None:
    bounds = {"county": polygons("county", [("Khorramabad", 0, 0, 10, 10)], province="Lorestan")}
    made = problem(folk("خرم آباد", "شهرستان خرم آباد", "خرم آباد", ""), boundaries=bounds)
    assert set(by_id(made)["unit"]) == {"لرستان/خرم آباد"}
    assert list(made.boundaries["county"]["name"]) == ["خرم آباد"]


def test_sites_of_an_applicant_are_in_one_province_however_it_is_written() -> None:
    where = {"province": ["لرستان", "استان لرستان"], "county": ["خرم آباد", "شهرستان خرم آباد"]}
    own = sites([(0, 1), (1, 1)], ["R", "R"], **where)
    assert set(problem(folk("خرم آباد", "خرم آباد"), own).sites["unit"]) == {"لرستان/خرم آباد"}


@pytest.mark.parametrize("told", ["لرستان", "استان لرستان", "Lorestan"])
def test_rules_of_a_province_hold_whatever_it_is_called(told: str) -> None:
    rules = Rules(overrides={told: {"max_cases": 300}})
    assert problem(folk("خرم آباد", province="استان لرستان"), rules=rules).rules.max_cases == 300


def test_it_is_said_which_names_are_taken_for_one() -> None:
    assert said("رشت", "رشت", "Rasht", "شهرستان رشت", province="گیلان") == [
        "these names are taken for one county: رشت · Rasht · شهرستان رشت"
    ]
    assert said("رشت", "رشت", province=["گیلان", "استان گیلان"]) == [
        "these names are taken for one province: گیلان · استان گیلان"
    ]
    assert said("خرم آباد", "خرم‌آباد", "اراک") == []


def test_of_many_such_names_the_first_are_said_and_how_many_more() -> None:
    names = [f"شهر {letter}" for letter in "ابپتثجچحخدذرزژسشصضطظعغفقک"]
    told = said(*names, *(f"شهرستان {one}" for one in names))
    assert len(told) == 21
    assert told[-1] == "and 5 more names likewise"


def later(county: str, province: str = "") -> pd.DataFrame:
    texts = {"province": province, "county": county, "district": "", "area": "", "place": ""}
    return pd.DataFrame({"lon": [np.nan], "lat": [np.nan], **{name: [said] for name, said in texts.items()}})


@pytest.mark.parametrize("told", ["رشت", "شهرستان رشت", "Rasht"])
def test_who_arrives_later_joins_the_unit_that_runs(told: str) -> None:
    made = problem(folk("رشت", "رشت", "رشت", province="گیلان"))
    told_of = moves({"event": "join", "household_id": "N1", "place": "سنگر", "county": told})
    arrived = outcome_of(told_of, made.households).arrived
    (came,) = standing_there(made, arrived).to_dict("records")
    assert (came["unit"], came["county"], came["reason"]) == ("گیلان/رشت", "رشت", "")
    assert came["lon"] > 49


def test_a_record_of_before_keeps_two_units_that_one_county_had() -> None:
    old = folk("رشت", "رشت", "شهرستان رشت", province="گیلان")
    for told, county in (("شهرستان رشت", "شهرستان رشت"), ("رشت", "رشت"), ("Rasht", "رشت")):
        assert fill_rows(later(told), old, {}, snap_km=1.0)["county"].tolist() == [county]
