"""The verifier certifies a plan that is right, and sees whatever is changed in one."""

from __future__ import annotations

import ast
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import Exit
from data.verify import Certificate, VerificationError, findings, problem_hash, verify
from data.verify.checking import CHECKS
from tests.data.network_inputs import EXISTING, FIRST, SECOND
from tests.data.network_plan import edited
from tests.data.network_wrong import NETWORK, PLAN


def test_a_plan_that_is_right_gets_a_certificate_of_both_hashes() -> None:
    certificate = verify(NETWORK.problem, PLAN)
    assert certificate.checks == CHECKS
    assert certificate.problem_hash == problem_hash(NETWORK.problem)
    assert pickle.loads(pickle.dumps(certificate)) == certificate  # noqa: S301 - its own bytes


def test_nobody_else_makes_a_certificate() -> None:
    with pytest.raises(TypeError, match="only given by"):
        Certificate("plan", "problem", CHECKS)
    with pytest.raises(TypeError, match="only given by"):
        replace(verify(NETWORK.problem, PLAN), plan_hash="of another plan")


def test_the_problem_hash_tells_problems_apart_and_ignores_geometry_objects() -> None:
    households = NETWORK.problem.households.copy()
    unmoved = replace(NETWORK.problem, households=households.set_geometry(households.translate(1)))
    assert problem_hash(unmoved) == problem_hash(NETWORK.problem)
    households.loc[0, "cases"] = 3
    assert problem_hash(replace(NETWORK.problem, households=households)) != problem_hash(NETWORK.problem)


def test_everything_wrong_is_named_in_one_pass_with_its_table_row_and_id() -> None:
    plan = edited(edited(PLAN, "assignments", 5, "km", 99.0), "centers", 0, "cases", 9)
    with pytest.raises(VerificationError) as caught:
        verify(NETWORK.problem, plan)
    error = caught.value
    assert error.exit_code is Exit.VERIFICATION_FAILED
    assert pickle.loads(pickle.dumps(error)).failures == error.failures  # noqa: S301 - its own bytes
    named = {(failure.file, failure.row, failure.code, failure.id) for failure in error.failures}
    assert ("assignments.csv", 7, "wrong_distance", "A-0005") in named
    assert ("centers.csv", 2, "wrong_load", FIRST) in named
    assert ("summary.json", 0, "wrong_term", "travel_km") in named


def test_the_words_are_persian_for_who_reads_persian() -> None:
    found = findings(NETWORK.problem, edited(PLAN, "centers", 0, "cases", 9))
    assert any("تخصیص" in failure.said("fa") for failure in found)


OTHER = {
    "household_id": st.sampled_from(["", "Z-1", "A-0002", "B-0200"]),
    "center_id": st.sampled_from(["", "C-9", EXISTING, FIRST, SECOND]),
    "km": st.one_of(st.floats(0, 50), st.just(float("nan"))),
    "cases": st.integers(-1, 5),
    "province": st.sampled_from(["", "Q"]),
    "county": st.sampled_from(["", "A", "B"]),
    "district": st.sampled_from(["", "one", "two"]),
    "area": st.sampled_from(["", "urban", "rural"]),
}


@st.composite
def corruptions(draw: st.DrawFn) -> tuple[int, str, object]:
    row = draw(st.integers(0, len(PLAN.assignments) - 1))
    column = draw(st.sampled_from(sorted(OTHER)))
    before = PLAN.assignments[column].iloc[row]
    slack = 0.002 if column == "km" else 0
    differs = (lambda new: not abs(new - before) <= slack) if slack else (lambda new: new != before)
    return row, column, draw(OTHER[column].filter(differs))


@settings(max_examples=60, deadline=None)
@given(corruptions())
def test_any_changed_cell_of_the_assignment_is_found(corruption: tuple[int, str, object]) -> None:
    row, column, value = corruption
    assert findings(NETWORK.problem, edited(PLAN, "assignments", row, column, value))


ODD = st.sampled_from([None, float("nan"), "", "other", -1, 10**9, 0.5, "۳"])
CHECKED = {
    "centers": ("center_id", "site_id", "lon", "lat", "cases", "households", "caseworkers", "status", "unit"),
    "unassigned": ("household_id", "reason", "vacancy_id", "cases"),
    "units": ("unit", "cases", "planned", "opened", "vacant"),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([(table, name) for table, names in CHECKED.items() for name in names]), st.data(), ODD)
def test_an_odd_cell_of_another_table_is_found_and_breaks_nothing(
    where: tuple[str, str], data: st.DataObject, value: object
) -> None:
    table, column = where
    row = data.draw(st.integers(0, len(getattr(PLAN, table)) - 1))
    before = getattr(PLAN, table)[column].iloc[row]
    nothing = value is None or value != value  # noqa: PLR0124 - NaN
    found = findings(NETWORK.problem, edited(PLAN, table, row, column, value))
    assert bool(found) == (("" if nothing else value) != before)


def test_the_verifier_knows_no_solver_and_measures_for_itself() -> None:
    folder = Path(__file__).parents[2] / "data" / "verify"
    allowed = {"errors", "fold", "given", "hashing", "plan", "problem", "rules", "text", "verify"}
    # Inputs of fees, and how a certificate shows itself.
    beside = {"data.work.months", "data.work.rates", "data.work.tariffs", "data.display", "data.shown"}
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                room, *rest = name.split(".")
                assert room not in {"siting", "allocation", "maps", "ortools", "sklearn"}, (
                    f"{file.name}: {name}"
                )
                assert room != "data" or rest[0] in allowed or name in beside, f"{file.name}: {name}"
