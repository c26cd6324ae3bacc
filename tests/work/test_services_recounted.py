"""Services recounted from tables alone: what is right passes, and every planted fault is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from allocation.services.covered import cover_all
from data.casebook import CASEBOOK, Casebook
from data.verify.finding import VerificationError
from data.verify.services import Stated, verify_services
from data.work.catalogue import Catalogue
from data.work.catalogue_file import shipped_catalogue
from data.work.offers import effective
from tests.maps.handing_over import founded

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.plan import Plan
    from data.problem import Problem

HEARING = "hearing_screening"
SERVICES = tuple(one for one in shipped_catalogue().services if one.id in {HEARING, "home_visit"})
CATALOGUE = Catalogue(SERVICES, 2)
Case = tuple["Problem", "Plan", pd.DataFrame, Stated]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """45 households; one center screens fewer than its own, another all its own and two others."""
    book = Casebook.open(founded(tmp_path_factory.mktemp("services") / "plan") / CASEBOOK)
    problem, plan = book.problem(), book.plan()
    centers = sorted(plan.centers["center_id"])
    loads = plan.centers.set_index("center_id")["cases"]
    told = pd.DataFrame(
        {
            "center_id": centers[:2],
            "service_id": HEARING,
            "borrowed": "",
            "capacity": [int(loads[centers[0]]) - 3, int(loads[centers[1]]) + 2],
        }
    )
    offers = effective(CATALOGUE, centers, told)
    found, prices, _ = cover_all(problem, plan, CATALOGUE, offers)
    return problem, plan, offers, Stated(found.given(), found.without(), prices)


def codes(case: Case, stated: Stated) -> set[str]:
    problem, plan, offers, _ = case
    with pytest.raises(VerificationError) as told:
        verify_services(problem, plan, offers, stated)
    return {one.code for one in told.value.failures}


def away(case: Case) -> pd.Series:
    """Who is screened elsewhere than at the own center, by the rows of the table."""
    _, plan, _, stated = case
    own = stated.given["household_id"].map(plan.assignments.set_index("household_id")["center_id"])
    return (stated.given["service_id"] == HEARING) & (stated.given["center_id"] != own)


def test_what_was_shared_out_is_found_right(case: Case) -> None:
    problem, plan, offers, stated = case
    verify_services(problem, plan, offers, stated)
    assert away(case).sum() == 2
    assert set(stated.without["reason"]) == {"no_capacity"}


def test_a_household_is_there_once(case: Case) -> None:
    stated = case[3]
    again = pd.concat([stated.given, stated.given.iloc[:1]])
    for given in (again, stated.given.iloc[1:]):
        assert codes(case, replace(stated, given=given)) == {"not_once"}
    strange = stated.given.assign(household_id=stated.given["household_id"].where(lambda s: s.index > 0, "?"))
    assert codes(case, replace(stated, given=strange)) == {"strange_row", "not_once"}


def test_kilometres_are_measured_again(case: Case) -> None:
    stated = case[3]
    row = stated.given.index[away(case)][0]
    given = stated.given.copy()
    given.loc[row, "km"] += 0.01
    assert "wrong_km" in codes(case, replace(stated, given=given))


def swapped(case: Case, one: str, other: str) -> Stated:
    """What is said with two households in each other's place."""
    stated = case[3]
    at = {one: other, other: one}
    hearing = stated.given["service_id"] == HEARING
    names = stated.given["household_id"]
    given = stated.given.assign(household_id=names.where(~hearing, names.replace(at)))
    return replace(
        stated,
        given=given,
        without=stated.without.assign(household_id=stated.without["household_id"].replace(at)),
    )


def test_a_sharing_that_travels_more_than_the_proof_allows_is_found(case: Case) -> None:
    problem, plan, _, stated = case
    km = case[3].given.set_index(["household_id", "service_id"])["km"]
    guests = stated.given.loc[away(case), "household_id"].tolist()
    lacking = stated.without["household_id"].tolist()
    told = swapped(case, guests[0], lacking[-1])
    measured = cover_km(problem, plan, told)
    assert measured["km"].sum() > km.sum()
    assert "travels_more" in codes(case, replace(told, given=measured))


def cover_km(problem: Problem, plan: Plan, stated: Stated) -> pd.DataFrame:
    """The same rows with their right kilometres."""
    from allocation.services.ways import ways_of  # noqa: PLC0415 - only this

    ways = ways_of(problem, plan)
    row = {name: at for at, name in enumerate(ways.household_id)}
    column = {name: at for at, name in enumerate(ways.center_id)}
    km = [
        ways.km[row[who], column[where]]
        for who, where in zip(stated.given["household_id"], stated.given["center_id"], strict=True)
    ]
    return stated.given.assign(km=km)


def but_for_hearing(capacity: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The same offers, but every center screens so many."""
    return lambda rows: rows.assign(capacity=rows["capacity"].where(rows["service_id"] != HEARING, capacity))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda rows: rows.assign(capacity=rows["capacity"].where(rows["service_id"] != HEARING, 5)),
            "over_capacity",
        ),
        (
            lambda rows: rows.assign(capacity=rows["capacity"].where(rows["service_id"] != HEARING, 99)),
            "room_at_own",
        ),
        (lambda rows: rows[rows["service_id"] != HEARING], "strange_service"),
    ],
)
def test_other_offers_do_not_allow_it(
    case: Case, change: Callable[[pd.DataFrame], pd.DataFrame], code: str
) -> None:
    problem, plan, offers, stated = case
    assert code in codes((problem, plan, change(offers), stated), stated)


def test_a_reason_is_recounted(case: Case) -> None:
    stated = case[3]
    assert "wrong_reason" in codes(case, replace(stated, without=stated.without.assign(reason="no_giver")))
