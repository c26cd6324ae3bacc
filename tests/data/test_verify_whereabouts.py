"""A finding says where its reader looks it up: the row of an exported file, else a table's name and id."""

from __future__ import annotations

from dataclasses import replace

from data.verify import findings
from tests.data.network_inputs import BUILDING, EXISTING
from tests.data.network_plan import edited
from tests.data.network_wrong import NETWORK, PLAN, Planted, moved, ungrouped, without


def where(planted: Planted, code: str) -> list[tuple[str, int, str]]:
    return [(one.file, one.row, one.id) for one in findings(*planted) if one.code == code]


def test_a_household_that_is_lost_goes_by_its_table_and_id() -> None:
    assert where(without(NETWORK, ["A-0100"]), "lost_household") == [("households", 0, "A-0100")]


def test_a_household_that_is_served_is_found_in_the_rows_of_who_is_served() -> None:
    planted = moved(NETWORK, [BUILDING[0]], EXISTING)
    assert where(planted, "split_not_named") == [("assignments.csv", 682, BUILDING[0])]
    rows = {(file, row - 2, who) for file, row, who in where(ungrouped(), "not_kept_together")}
    ids = PLAN.assignments["household_id"]
    assert rows
    assert all(file == "assignments.csv" and ids[position] == who for file, position, who in rows)


def test_a_household_that_is_left_out_is_found_in_the_rows_of_who_is_left_out() -> None:
    planted = without(NETWORK, list(BUILDING[:1]), unassigned={BUILDING[0]: ("no_capacity", "")})
    assert where(planted, "split_not_named") == [("unassigned.csv", 2, BUILDING[0])]


def test_rows_are_those_of_the_file_which_is_in_the_order_of_its_ids() -> None:
    wrong = edited(PLAN, "assignments", 5, "km", 99.0)
    backwards = replace(wrong, assignments=wrong.assignments.iloc[::-1].reset_index(drop=True))
    expected = [("assignments.csv", 7, "A-0005")]
    assert where((NETWORK.problem, wrong), "wrong_distance") == expected
    assert where((NETWORK.problem, backwards), "wrong_distance") == expected


def test_a_unit_has_no_file_and_goes_by_its_name() -> None:
    wrong = edited(PLAN, "units", 0, "cases", 9)
    assert where((NETWORK.problem, wrong), "wrong_unit_number") == [("units", 0, "A")]


def test_every_finding_is_said_in_both_languages() -> None:
    (found,) = (one for one in findings(*without(NETWORK, ["A-0100"])) if one.code == "lost_household")
    assert found.line("en") == (
        "households [lost_household] A-0100: the household has neither a center nor a reason"
    )
    assert "خانوار" in found.line("fa")
