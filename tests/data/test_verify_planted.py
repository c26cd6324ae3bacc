"""Every kind of wrong plan is planted and refused, by the code of what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.data.network import network
from tests.data.network_inputs import BUILDING, EXISTING, FIRST, PINNED, RULES, SECOND
from tests.data.network_plan import edited
from tests.data.network_wrong import (
    NETWORK,
    PLAN,
    Planted,
    codes,
    from_a,
    moved,
    opening,
    pinned_away,
    ungrouped,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _twice() -> Planted:
    again = pd.concat([PLAN.assignments, PLAN.assignments.iloc[[3]]], ignore_index=True)
    return NETWORK.problem, replace(PLAN, assignments=again)


def _full() -> Planted:
    return network(to_existing=249).problem, network(to_existing=249).plan()


def _empty() -> Planted:
    start = network(in_b=149)
    return start.problem, start.plan()


def _terms(name: str) -> Planted:
    terms = dict(PLAN.terms) | {name: PLAN.terms[name] + 0.5}
    return NETWORK.problem, replace(PLAN, terms=MappingProxyType(terms), objective_km=PLAN.objective_km + 0.5)


def _bound(**changed: Any) -> Planted:
    assert PLAN.bound is not None
    return NETWORK.problem, replace(PLAN, bound=replace(PLAN.bound, **changed))


def _multiplier(value: float) -> Planted:
    assert PLAN.bound is not None
    multipliers = PLAN.bound.household_km.copy()
    multipliers.iloc[40] = value
    return _bound(household_km=multipliers)


def _edit(table: str, row: int, column: str, value: object) -> Callable[[], Planted]:
    return lambda: (NETWORK.problem, edited(PLAN, table, row, column, value))


def _dropped(table: str, row: int) -> Planted:
    kept = getattr(PLAN, table).drop(index=row).reset_index(drop=True)
    return NETWORK.problem, replace(PLAN, **{table: kept})


def _vacant(unit: str, vacancy: str = "V-1") -> Planted:
    who = from_a(100, 110)
    return without(NETWORK, who, unassigned=dict.fromkeys(who, ("vacancy", "V-1")), vacancies={vacancy: unit})


def _waits(reason: str) -> Planted:
    return without(NETWORK, ["A-0100"], unassigned={"A-0100": (reason, "")})


def _existing_with(limit: float) -> Planted:
    centers = NETWORK.problem.centers.assign(max_cases=limit)
    return replace(NETWORK.problem, centers=centers), PLAN


def _repeated(table: str, row: int) -> Planted:
    own = getattr(PLAN, table)
    return NETWORK.problem, replace(PLAN, **{table: pd.concat([own, own.iloc[[row]]], ignore_index=True)})


def _one_more_planned() -> Planted:
    units = PLAN.units.assign(planned=PLAN.units["opened"] + [1, 0])
    rules = replace(RULES, centers=int(units["planned"].sum()))
    return replace(NETWORK.problem, rules=rules), replace(PLAN, units=units)


def _doubled_multiplier() -> Planted:
    assert PLAN.bound is not None
    own = PLAN.bound.household_km
    return _bound(household_km=pd.concat([own, own.iloc[:1]]))


def _bound_value(by_km: float) -> Planted:
    assert PLAN.bound is not None
    return _bound(value_km=PLAN.bound.value_km + by_km)


PLANTED: dict[str, tuple[str, Callable[[], Planted]]] = {
    "a lost household": ("lost_household", lambda: without(NETWORK, ["A-0100"])),
    "one assigned twice": ("assigned_twice", _twice),
    "one listed twice as unassigned": ("unassigned_twice", lambda: _repeated("unassigned", 0)),
    "a unit listed twice": ("duplicate_unit", lambda: _repeated("units", 0)),
    "a vacancy without id": ("empty_vacancy_id", lambda: _vacant("A", "")),
    "a bound that leaves somebody out": (
        "bound_of_unserved",
        lambda: (NETWORK.problem, replace(_waits("no_capacity")[1], bound=PLAN.bound)),
    ),
    "two multipliers of one household": ("duplicate_multiplier", _doubled_multiplier),
    "one served and unassigned": (
        "served_and_unassigned",
        lambda: (NETWORK.problem, NETWORK.plan(unassigned={"A-0100": ("no_capacity", "")})),
    ),
    "one from nowhere": ("unknown_household", _edit("assignments", 3, "household_id", "Z-1")),
    "one nobody may serve yet": (
        "served_though_excluded",
        _edit("assignments", 3, "household_id", "B-0200"),
    ),
    "a center from nowhere": ("unknown_center", _edit("assignments", 3, "center_id", "C-9")),
    "one case too many in the table": ("wrong_cases", _edit("assignments", 30, "cases", 2)),
    "a household in another county's name": ("wrong_attribute", _edit("assignments", 3, "county", "B")),
    "an unknown reason": ("unknown_reason", lambda: _waits("forgotten")),
    "no capacity where there is room": ("untrue_reason", lambda: _waits("no_capacity")),
    "too far without a limit": ("untrue_reason", lambda: _waits("too_far")),
    "a false phase": ("untrue_reason", lambda: _waits("not_in_phase")),
    "another reason than the input's": ("untrue_reason", _edit("unassigned", 0, "reason", "no_location")),
    "a vacancy of another county": ("untrue_vacancy", lambda: _vacant("B")),
    "a vacancy that is none": ("untrue_vacancy", lambda: _vacant("A", "V-2")),
    "a wrong number of caseworkers": ("wrong_load", _edit("centers", 0, "caseworkers", 2)),
    "451 cases": ("overfull", _full),
    "more than an existing center holds": ("overfull", lambda: _existing_with(309)),
    "149 without a reason": ("underfull", _empty),
    "a reason that nobody needs": (
        "needless_underfull_reason",
        _edit("centers", 0, "underfull_reason", "small_unit"),
    ),
    "two sites of one applicant": ("two_sites_of_one_applicant", lambda: opening(NETWORK, C_P2="P1-2")),
    "one site twice": ("site_opened_twice", lambda: opening(NETWORK, C_P2="P1-1")),
    "a refused applicant": ("ineligible_site", lambda: opening(NETWORK, C_P1="P5-1")),
    "a forbidden site": ("forbidden_site", lambda: opening(NETWORK, C_P1="P6-1")),
    "a required site not opened": ("required_not_opened", lambda: opening(NETWORK, C_P1="P3-1")),
    "an existing center forgotten": ("existing_not_kept", _edit("centers", 2, "center_id", "E2")),
    "a site of nobody": ("unknown_site", _edit("centers", 0, "site_id", "P9-1")),
    "a center beside its site": ("moved_site", _edit("centers", 0, "lon", 48.3501)),
    "another applicant's name": ("wrong_center_attribute", _edit("centers", 0, "applicant_id", "P3")),
    "a better preference": ("wrong_center_attribute", _edit("centers", 1, "preference", 1)),
    "a new center called existing": ("wrong_status", _edit("centers", 0, "status", "existing")),
    "two centers of one id": ("duplicate_center_id", _edit("centers", 1, "center_id", FIRST)),
    "a center without id": ("empty_center_id", _edit("centers", 1, "center_id", "")),
    "a household across a county border": ("crosses_unit", lambda: moved(NETWORK, ["A-0679"], SECOND)),
    "a unit that opens another number": ("wrong_unit_number", _edit("units", 0, "opened", 3)),
    "a unit that needs more": ("needs_more_centers", _edit("units", 0, "needed", 1)),
    "a forgotten unit": ("missing_unit", lambda: _dropped("units", 1)),
    "another number of centers than asked": (
        "wrong_number_of_centers",
        lambda: (replace(NETWORK.problem, rules=replace(RULES, centers=4)), PLAN),
    ),
    "more centers than planned": (
        "opens_more_than_planned",
        _edit("units", 0, "planned", int(PLAN.units["opened"].iloc[0]) - 1),
    ),
    "fewer centers than planned though another could open": ("opens_fewer_than_planned", _one_more_planned),
    "a pin not kept": ("pin_not_kept", lambda: moved(NETWORK, [PINNED], EXISTING)),
    "a split building not named": ("split_not_named", lambda: moved(NETWORK, [BUILDING[0]], EXISTING)),
    "a building half served": ("split_not_named", lambda: without(NETWORK, [BUILDING[0]])),
    "a building parted by a pin not named": ("split_not_named", lambda: pinned_away(NETWORK)),
    "a building that is no group": ("not_kept_together", ungrouped),
    "an exception of no split": (
        "no_such_split",
        lambda: (NETWORK.problem, NETWORK.plan(exceptions=(("split_point", BUILDING[0], FIRST),))),
    ),
    "an exception of no center": (
        "exception_of_unknown_center",
        lambda: moved(NETWORK, [BUILDING[0]], EXISTING, exceptions=(("split_point", BUILDING[0], "C-9"),)),
    ),
    "a wrong distance": (
        "wrong_distance",
        _edit("assignments", 3, "km", float(PLAN.assignments["km"].iloc[3]) - 0.002),
    ),
    "one sent too far": (
        "beyond_max_km",
        lambda: (replace(NETWORK.problem, rules=replace(RULES, max_km=9.0)), PLAN),
    ),
    "a wrong sum of kilometres": ("wrong_term", lambda: _terms("travel_km")),
    "a wrong price of preference": ("wrong_term", lambda: _terms("preference_km")),
    "a wrong worth of merit": ("wrong_term", lambda: _terms("merit_km")),
    "a wrong price of districts": ("wrong_term", lambda: _terms("cross_district_km")),
    "a price of centers nobody asked for": ("wrong_term", lambda: _terms("center_km")),
    "a price of vacancies without any": ("wrong_term", lambda: _terms("vacancy_km")),
    "moves in a founding plan": ("wrong_term", lambda: _terms("move_km")),
    "an objective that is not its terms": (
        "wrong_objective",
        lambda: (NETWORK.problem, replace(PLAN, objective_km=PLAN.objective_km - 1)),
    ),
    "a bound its multipliers do not support": ("unsupported_bound", lambda: _bound_value(1.0)),
    "a bound above the objective": ("bound_above_objective", lambda: _bound_value(1e6)),
    "a bound that is no number": ("unsupported_bound", lambda: _bound(value_km=float("nan"))),
    "a multiplier above a vacancy": ("multiplier_above_vacancy", lambda: _multiplier(100.5)),
    "a household without multiplier": ("missing_multiplier", lambda: _multiplier(float("nan"))),
    "a unit paid for opening": (
        "wrong_unit_price",
        lambda: _bound(unit_km=MappingProxyType({"A": 1.0, "B": 0.0})),
    ),
    "a missing column": (
        "missing_column",
        lambda: (NETWORK.problem, replace(PLAN, assignments=PLAN.assignments.drop(columns="km"))),
    ),
    "a text for a number": ("no_number", _edit("assignments", 3, "km", "near")),
    "a term left out": (
        "wrong_terms",
        lambda: (NETWORK.problem, replace(PLAN, terms=MappingProxyType({"travel_km": 1.0}))),
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_defect_is_refused_by_its_code(kind: str) -> None:
    code, plant = PLANTED[kind]
    assert code in codes(*plant())


def test_the_overfull_center_of_the_planted_plan_holds_451_and_nothing_else_is_wrong() -> None:
    problem, plan = _full()
    assert plan.centers["cases"].max() == 451
    assert codes(problem, plan) == {"overfull"}


def test_the_underfull_center_of_the_planted_plan_holds_149_and_nothing_else_is_wrong() -> None:
    problem, plan = _empty()
    assert plan.centers["cases"].min() == 149
    assert codes(problem, plan) == {"underfull"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("a household across a county border", {"crosses_unit"}),
        ("a split building not named", {"split_not_named"}),
        ("a building parted by a pin not named", {"split_not_named"}),
        ("a pin not kept", {"pin_not_kept"}),
        ("a wrong distance", {"wrong_distance"}),
        ("a lost household", {"lost_household"}),
    ],
)
def test_a_defect_with_every_number_right_is_found_for_itself(kind: str, expected: set[str]) -> None:
    assert codes(*PLANTED[kind][1]()) == expected
