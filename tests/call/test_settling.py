"""What decides between two sites for one place: kilometres unless a seal says otherwise, never by turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from allocation.unit import units_of
from data.call.order import KILOMETRES, TieBreak, claims_of
from data.call.outcomes import outcomes_of, ties_table
from data.process.deadline import never
from data.rules import Rules
from data.text import text
from siting.call import ties as ties_module
from siting.call.bench import Bench
from siting.call.kept import alike_km
from siting.call.ties import AT_LEAST, EXACT, settle_ties
from siting.explain.applicant import explain_applicant
from siting.explain.center import explain_center
from siting.explain.said import explained
from siting.explain.stood import TIE_KM
from siting.explain.swaps import TIE, WIN
from siting.plan import plan_sites
from siting.solve import solve
from tests.engine_problems import people, problem, sites

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from siting.call.ties import Settled
    from siting.solve import Solved

RULES = Rules(min_cases=2, max_cases=20, preference_km=0.0, centers=2)
WEST = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
HOMES = [*WEST, *[(x + 20, y) for x, y in WEST]]
NEAR, FAR, FURTHER = (0.5, 0.5), (0.5, 1.6), (0.5, 2.6)
EAST_NEAR, EAST_FAR = (20.5, 0.5), (20.5, 1.2)
OPEN_TIES = TieBreak(0, applies=False)


def anew(one: Solved, open_: NDArray[np.int64]) -> Solved:
    return solve(one.unit, open_, one.n_centers, may_wait=True, rng=np.random.default_rng(0))


def settled(offered: pd.DataFrame, open_: list[int], rule: TieBreak) -> Settled:
    """Settle a network that no search has found: the sites that are open at first are told."""
    made = problem(people(HOMES), offered, rules=RULES)
    (unit,) = units_of(made)
    at = np.flatnonzero(np.isin(unit.facilities.id, offered["site_id"].iloc[open_].tolist()))
    start = solve(unit, at, len(open_), may_wait=True, rng=np.random.default_rng(0))
    return settle_ties(made, [start], None, rule, resolve=anew, stop=never)


def opened(found: Settled) -> set[str]:
    (one,) = found.solved
    return set(one.unit.facilities.id[one.open])


def test_without_a_seal_what_one_swap_saves_is_not_spent_on_another() -> None:
    offered = sites([NEAR, FAR, EAST_NEAR, EAST_FAR], score=[90, 0, 0, 90])
    found = settled(offered, [1, 2], TieBreak(0, tie_km=50.0, applies=False))
    assert opened(found) == {"P00-1", "P02-1"}
    changed = [(one.site_id, one.other_site_id, one.decided_by) for one in found.ties if one.changed]
    assert changed == [("P00-1", "P01-1", KILOMETRES)]
    assert [one.km_more < -1 for one in found.ties if one.changed] == [True]


@pytest.mark.parametrize(
    ("rule", "first", "decided"),
    [
        (TieBreak(0, tie_km=50.0, applies=False), "P00-1", [KILOMETRES]),
        (TieBreak(0, tie_km=0.1), "P00-1", []),
        (TieBreak(0, tie_km=50.0), "P01-1", []),
    ],
    ids=["no_seal", "no_tie", "a_tie"],
)
def test_who_saves_more_than_a_tie_opens_though_another_comes_first(
    rule: TieBreak, first: str, decided: list[str]
) -> None:
    offered = sites([NEAR, FAR, EAST_NEAR], score=[0, 90, 0])
    found = settled(offered, [1, 2], rule)
    assert first in opened(found)
    assert [one.decided_by for one in found.ties if one.changed] == decided


def test_what_ties_have_settled_one_by_one_is_not_taken_back_for_what_it_cost_together() -> None:
    """Each ties with the next, and the first and the last differ by more: claims do not go round."""
    offered = sites([NEAR, FAR, FURTHER, EAST_NEAR], score=[0, 5, 9, 0])
    start = settled(offered, [0, 3], OPEN_TIES)
    extra = dict(zip(start.losers["site_id"], start.losers["extra_km"], strict=True))
    each = max(extra["P01-1"], extra["P02-1"] - extra["P01-1"])
    assert each < extra["P02-1"] - 0.1
    found = settled(offered, [0, 3], TieBreak(0, tie_km=each + 0.01))
    assert opened(found) == {"P02-1", "P03-1"}
    assert [one.decided_by for one in found.ties if one.changed] == ["score", "score"]


def test_without_a_seal_the_reason_is_kilometres_whoever_comes_first() -> None:
    offered = sites([NEAR, FAR, EAST_NEAR], score=[90, 0, 0])
    for scores in ([90.0, 0.0, 0.0], [0.0, 90.0, 0.0]):
        found = settled(offered.assign(score=scores), [0, 2], TieBreak(0, tie_km=50.0, applies=False))
        assert opened(found) == {"P00-1", "P02-1"}
        assert [(one.site_id, one.decided_by) for one in found.ties] == [("P00-1", KILOMETRES)]
    sealed = settled(offered, [0, 2], TieBreak(0, tie_km=50.0))
    assert [one.decided_by for one in sealed.ties] == ["score"]


@pytest.mark.parametrize("seed", range(6))
def test_without_a_seal_no_swap_is_left_that_saves_nor_made_that_costs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    offered = sites(rng.uniform(0, 20, (9, 2)), score=rng.integers(0, 5, 9).astype(float))
    start = [int(one) for one in rng.choice(9, 2, replace=False)]
    found = settled(offered, start, OPEN_TIES)
    (one,) = found.solved
    bench = Bench(one, anew)
    free = [site for site in range(9) if site not in set(one.open)]
    assert min(bench.extra_km(site) for site in free) > -2 * TIE_KM
    assert all(abs(tie.km_more) <= TIE_KM for tie in found.ties)


def test_a_site_at_the_point_of_one_that_is_solved_is_told_as_that_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ties_module, "MOST_SOLVED", 1)
    offered = sites([NEAR, EAST_NEAR, *[FAR] * 5, FURTHER])
    found = settled(offered, [0, 1], TieBreak(0, tie_km=50.0, applies=False))
    losers = found.losers.set_index("site_id")
    twins = [f"P{number:02d}-1" for number in range(2, 7)]
    assert len(set(losers.loc[twins, "extra_km"])) == 1
    assert set(losers.loc[twins, "extra_is"]) == {EXACT}
    assert losers.loc[twins, "near_tie"].all()
    assert losers.loc["P07-1", "extra_is"] == AT_LEAST
    assert {one.other_site_id for one in found.ties} == set(twins)


def town() -> Any:
    """Two in one building beside an open site, the worse of them first in the file; one further off."""
    offered = sites([NEAR, FAR, FAR, FURTHER, EAST_NEAR], score=[99, 10, 79, 90, 0])
    return problem(people(HOMES), offered, rules=RULES)


@pytest.mark.parametrize(
    ("rule", "reserve", "decided"),
    [
        (OPEN_TIES, "P02", "score"),
        (TieBreak(0, tie_km=1.0), "P02", "score"),
        (TieBreak(0, tie_km=50.0), "P03", "score"),
    ],
    ids=["the_same_cost", "beyond_a_tie", "inside_a_tie"],
)
def test_of_those_who_cost_the_same_the_first_claim_is_the_reserve(
    rule: TieBreak, reserve: str, decided: str
) -> None:
    made = town()
    plan = plan_sites(made, ties=rule)
    row = plan.reserves.set_index("center_id").loc["C-P00-1"]
    assert (row["applicant_id"], row["decided_by"]) == (reserve, decided)
    told = next(one for one in outcomes_of(made, plan) if one.applicant_id == reserve)
    assert told.regret_km == row["extra_km"]


def test_who_is_next_alone_was_not_told_apart_from_anybody() -> None:
    made = problem(people(HOMES), sites([NEAR, FAR, FURTHER, EAST_NEAR]), rules=RULES)
    assert plan_sites(made).reserves.set_index("center_id").loc["C-P00-1", "decided_by"] == ""


def test_an_explanation_says_what_the_letter_says_of_a_tie() -> None:
    offered = sites([NEAR, FAR, EAST_NEAR], score=[0, 90, 0])
    made = problem(people(HOMES), offered, rules=RULES)
    plan = plan_sites(made, ties=TieBreak(0, tie_km=50.0))
    letters = {one.applicant_id: one.words for one in outcomes_of(made, plan)}
    assert set(plan.centers["applicant_id"]) == {"P01", "P02"}
    lost, won = (explain_applicant(made, plan, one) for one in ("P00", "P01"))
    assert (lost.verdict, won.verdict) == (TIE, TIE)
    center = explain_center(made, plan, "C-P01-1")
    for facts, who in ((lost, "P00"), (won, "P01"), (center, "P01")):
        said = explained(facts, "en")
        assert any(str(letters[who]) in line for line in said)
        assert text("explain.verdict_settled", "en") in said
        assert "score" in str(letters[who])
        assert not any("has missed" in one for one in said)


def test_a_saving_beyond_a_tie_is_still_said_to_be_missed() -> None:
    offered = sites([NEAR, FAR, EAST_NEAR], score=[0, 90, 0])
    made = problem(people(HOMES), offered, rules=RULES)
    plan = plan_sites(made, ties=TieBreak(0, tie_km=50.0))
    call = dict(plan.provenance["call"]) | {"limit_km": 0.5, "ties": []}
    other = plan.__class__(**{**_fields(plan), "provenance": {**plan.provenance, "call": call}})
    facts = explain_applicant(made, other, "P00")
    assert (facts.verdict, facts.tie) == (WIN, None)
    assert any("has missed" in one for one in explained(facts, "en"))
    assert alike_km(call) == 0.5


def _fields(plan: Any) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}


def test_ties_of_the_table_are_those_of_the_claims() -> None:
    made = town()
    plan = plan_sites(made, ties=TieBreak(0, tie_km=50.0))
    claims = dict(zip(made.sites["site_id"], claims_of(made.sites, 0), strict=True))
    table = ties_table(made, plan)
    assert len(table)
    for row in table.itertuples():
        assert claims[row.site_id] < claims[row.other_site_id]
