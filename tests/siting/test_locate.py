"""Whoever asks for a center is told which, whether it has room, and else who has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from data.errors import SitingError
from data.rules import Rules
from siting.locate.places import Place, elsewhere, gazetteer_places, one_of, own_places
from siting.locate.said import sentences
from siting.locate.standing import Located, Nowhere, Standing
from siting.plan import plan_sites
from tests.engine_problems import centers, degrees, people, polygons, problem, together

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem

TOWNS = ((3.0, 3.0), (9.0, 3.0))


def network(counts: tuple[int, int], *, rules: Rules | None = None) -> tuple[Problem, Plan]:
    """Two towns of county A with a center each, and a county B."""
    rng = np.random.default_rng(2)
    spots = [
        np.clip(at + rng.normal(0, 0.6, (count, 2)), 0.1, 11.9)
        for at, count in zip(np.array(TOWNS), counts, strict=True)
    ]
    folk = together(
        people(np.vstack(spots), place="Upper"),
        people(rng.uniform(12.2, 14, (60, 2)) - [0, 10], prefix="K", county="B"),
    )
    stand = centers(
        [*TOWNS, (13.0, 3.0)],
        county=["A", "A", "B"],
        name=["First", "", ""],
        address=["Main street 1", "", ""],
        phone=["066-1", "", ""],
    )
    layer = polygons("county", [("A", 0, 0, 12, 6), ("B", 12, 0, 16, 6)])
    given = rules or Rules(min_cases=10, max_cases=100)
    made = problem(folk, rules=given, centers=stand, boundaries={"county": layer})
    return made, plan_sites(made)


def ask(standing: Standing, *spot: float) -> Located | Nowhere:
    lon, lat = degrees([spot])
    return standing.locate(lon, lat)[0]


def test_a_point_is_told_its_center_and_how_to_reach_it() -> None:
    made, plan = network((60, 50))
    answer = ask(Standing.of(made, plan), 3.2, 3.1)
    assert isinstance(answer, Located)
    told = answer.center
    assert (told.center_id, told.name, told.address, told.phone) == ("E0", "First", "Main street 1", "066-1")
    assert (told.cases, told.max_cases, told.free) == (60, 100, 40)
    assert answer.other is None
    assert 0 < told.km < 0.5
    said = list(sentences(answer, "en", within="county", synthetic=False))
    assert said[0] == "This point lies in the neighbourhood Upper 1, county A."
    assert said[1].startswith("Its center is First (E0), 0.2")
    assert said[2:] == [
        "Address: Main street 1",
        "Telephone: 066-1",
        "It has 60 of at most 100 cases: there is room for 40 more.",
    ]


def test_of_a_full_center_the_nearest_of_its_unit_with_room_is_told() -> None:
    made, plan = network((100, 50))
    answer = ask(Standing.of(made, plan), 3.2, 3.1)
    assert isinstance(answer, Located)
    assert answer.center.full
    assert answer.other is not None
    assert (answer.other.center_id, answer.other.free) == ("E1", 50)
    said = list(sentences(answer, "en", within="county", synthetic=True))
    assert "This center is full: 100 of 100 cases." in said
    assert said[-1].startswith("The nearest in county A that has room is E1, ")
    crowded = plan.centers.assign(cases=plan.centers["cases"].where(plan.centers["county"] == "B", 100))
    none = ask(Standing.of(made, replace(plan, centers=crowded)), 3.2, 3.1)
    assert isinstance(none, Located)
    assert none.other is None
    assert list(sentences(none, "fa", within="county", synthetic=False))[-1].startswith("هیچ مرکز دیگری")


def test_a_vacancy_that_is_nearer_than_the_center_is_told() -> None:
    made, plan = network((60, 50))
    lon, lat = degrees([(5.0, 3.0)])
    row = {"vacancy_id": "V1", "lon": lon[0], "lat": lat[0], "province": "P", "county": "A", "cases": 9}
    unit = plan.centers.loc[plan.centers["center_id"] == "E0", "unit"].iloc[0]
    plan.vacancies.loc[0, [*row, "households", "unit"]] = [*row.values(), 9, unit]
    standing = Standing.of(made, plan)
    near, far = ask(standing, 4.9, 3.0), ask(standing, 3.1, 3.0)
    assert isinstance(near, Located)
    assert isinstance(far, Located)
    assert (near.vacancy_id, far.vacancy_id) == ("V1", "")
    assert "is missing (V1)" in list(sentences(near, "en", within="county", synthetic=False))[-1]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (33.53, 48.33, "lon_lat_swapped"),
        (2.0, 48.0, "outside_iran"),
        (51.4, 35.7, "outside_ground"),
    ],
)
def test_a_point_without_a_center_is_told_why(lon: float, lat: float, code: str) -> None:
    answer = Standing.of(*network((60, 50))).locate(np.array([lon]), np.array([lat]))[0]
    assert isinstance(answer, Nowhere)
    assert answer.code == code


def test_a_point_just_outside_the_boundary_counts_as_on_its_edge_as_a_household_does() -> None:
    standing = Standing.of(*network((60, 50)))
    inside, beside, outside = (ask(standing, 3.0, south) for south in (0.1, -0.5, -1.5))
    assert isinstance(inside, Located)
    assert inside.edge_m == 0
    assert isinstance(beside, Located)
    assert beside.edge_m == pytest.approx(555, abs=10)
    assert isinstance(outside, Nowhere)
    assert any("m outside" in one for one in sentences(beside, "en", within="county", synthetic=False))


def test_most_households_are_told_the_center_that_serves_them() -> None:
    made, plan = network((100, 50))
    people_at = made.households.set_index("household_id").loc[plan.assignments["household_id"]]
    answers = Standing.of(made, plan).locate(people_at["lon"].to_numpy(), people_at["lat"].to_numpy())
    own = [
        isinstance(one, Located) and one.center.center_id == center
        for one, center in zip(answers, plan.assignments["center_id"], strict=True)
    ]
    ground = plan.neighbourhoods
    stated = float((ground["fraction_inside"] * ground["households"]).sum() / ground["households"].sum())
    assert np.mean(own) == pytest.approx(stated, abs=0.05)


def test_the_gazetteer_knows_a_place_in_both_languages_and_whatever_its_letters() -> None:
    [one] = gazetteer_places("خرم آباد", "خرم آباد")
    assert gazetteer_places("خرم‌آباد", "شهرستان خرم‌آباد") == [one]
    assert gazetteer_places("شهر خرم آباد", "خرم آباد") == [one]
    assert gazetteer_places("Khorramabad", "Khorramabad") == [one]
    assert gazetteer_places("khorramabad", "تهران") == []


def test_several_places_of_a_name_are_listed_with_their_counties() -> None:
    found = gazetteer_places("علی آباد")
    assert len(found) > 1
    with pytest.raises(SitingError) as error:
        one_of("علی آباد", found)
    assert error.value.code == "ambiguous_place"
    assert [one.code for one in error.value.failures] == ["ambiguous_place"] * (len(found) + 1)
    lines = error.value.lines("fa")
    assert all(place.county in line for place, line in zip(found, lines[1:], strict=True))
    assert "--county" in lines[0]
    twice = [replace(found[0], lon=50.0), found[0]]
    with pytest.raises(SitingError, match="longitude and latitude"):
        one_of("علی آباد", twice)
    assert elsewhere("x", found).code == "place_elsewhere"


def test_a_name_nobody_knows_is_answered_with_names_like_it() -> None:
    with pytest.raises(SitingError, match="Borujerd"):
        one_of("Borujird", [])
    with pytest.raises(SitingError, match="give longitude and latitude"):
        one_of("qqqqqqqqqq", [])


def test_a_place_of_the_record_is_known_where_enough_families_live() -> None:
    made, _ = network((60, 50))
    [upper] = own_places(made, "upper")
    assert (upper.county, upper.name) == ("A", "Upper")
    few = replace(made, rules=replace(made.rules, privacy_k=111))
    assert own_places(few, "Upper") == []
    assert own_places(made, "Upper", "B") == []
    assert one_of("Upper", [upper]) == upper
    assert Place("a", "b", "c", 1, 2) < Place("a", "c", "b", 1, 2)
