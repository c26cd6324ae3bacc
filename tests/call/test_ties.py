"""Who ties is told apart by merit, time and lot, and by nothing else: neither row order nor chance."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.call.order import TieBreak, claims_of, lot
from data.plan import CALL
from data.rules import Rules
from data.verify import verify
from siting.explain.stood import TIE_KM
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites

RULES = Rules(min_cases=2, max_cases=20, preference_km=0.0, centers=2)
HOMES = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (20.0, 0.0), (20.0, 1.0), (21.0, 0.0), (21.0, 1.0)]
SPOTS = [(0.5, 0.5), (0.5, 0.5), (0.5, 0.7), (20.5, 0.5), (20.5, 0.5)]
"""Two at one point and one beside them in the west; two at one point in the east."""


def founded(offered: pd.DataFrame, **options: Any) -> Any:
    return plan_sites(problem(people(HOMES), offered, rules=RULES), **options)


def test_the_lot_is_the_published_hash() -> None:
    assert lot(1405, "P-7") == hashlib.sha256(b"1405|P-7").hexdigest()


@pytest.mark.parametrize(
    ("scores", "days", "first"),
    [
        ([10, 90, 0, 5, 5], [""] * 5, "P01"),
        ([90, 10, 0, 5, 5], ["2020-06-09", "2020-06-05", "", "", ""], "P00"),
        ([5, 5, 0, 5, 5], ["2020-06-09T10:00:00", "2020-06-09T09:59:00", "", "", ""], "P01"),
        ([5, 5, 0, 5, 5], ["", "2020-06-20", "", "", ""], "P01"),
    ],
    ids=["score", "score_before_time", "time_of_day", "who_said_when"],
)
def test_of_two_at_one_point_merit_then_time_decides(
    scores: list[float], days: list[str], first: str
) -> None:
    plan = founded(sites(SPOTS, score=scores, registered_at=days))
    assert first in set(plan.centers["applicant_id"])
    west = {"P00", "P01"}
    assert len(west & set(plan.centers["applicant_id"])) == 1


def test_of_equals_the_lottery_of_the_published_seed_decides() -> None:
    for seed in range(4):
        chosen = set(founded(sites(SPOTS), ties=TieBreak(seed)).centers["applicant_id"])
        for pair in (("P00", "P01"), ("P03", "P04")):
            assert min(pair, key=lambda one: lot(seed, one)) in chosen or "P02" in chosen


def test_a_near_tie_is_left_to_kilometres_until_a_tie_break_applies() -> None:
    offered = sites(SPOTS, score=[0, 0, 50, 0, 0])
    left, told = founded(offered), founded(offered, ties=TieBreak(0, tie_km=5.0))
    assert "P02" not in set(left.centers["applicant_id"])
    assert "P02" in set(told.centers["applicant_id"])
    assert left.objective_km < told.objective_km <= left.objective_km + 5.0
    assert told.bound is not None
    assert told.bound.value_km <= told.objective_km
    made = problem(people(HOMES), offered, rules=RULES)
    verify(made, told)
    settled = [one for one in told.provenance[CALL]["ties"] if one["changed"]]
    assert [(one["site_id"], one["decided_by"]) for one in settled] == [("P02-1", "score")]
    assert settled[0]["km_more"] == pytest.approx(told.objective_km - left.objective_km, abs=0.01)


def test_what_the_bound_leaves_open_is_all_that_ties_may_cost() -> None:
    rng = np.random.default_rng(11)
    homes = np.vstack([at + rng.normal(0, 2, (60, 2)) for at in ((0, 0), (9, 3), (4, 9))])
    offered = sites(
        np.vstack([at + rng.normal(0, 2, (7, 2)) for at in ((0, 0), (9, 3), (4, 9))]),
        score=rng.integers(0, 4, 21).astype(float),
    )
    made = problem(people(homes), offered, rules=Rules(min_cases=20, max_cases=90, centers=3))
    left = plan_sites(made)
    told = plan_sites(made, ties=TieBreak(0))
    assert left.bound is not None
    gap_km = left.objective_km - left.bound.value_km
    assert told.objective_km <= left.objective_km + max(gap_km, TIE_KM) + 0.01
    verify(made, told)


def _cost(made: Any, open_: tuple[str, ...]) -> float:
    """What the plan costs with these sites open and no others: the engine is told so."""
    required = made.sites.assign(use=np.where(made.sites["site_id"].isin(open_), "required", "forbidden"))
    why = required["ineligible"].mask(required["use"] == "forbidden", "forbidden")
    return plan_sites(replace(made, sites=required.assign(ineligible=why)), proven=False).objective_km


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_no_claim_is_left_that_comes_first_and_costs_no_more_than_a_tie(data: st.DataObject) -> None:
    spot = st.tuples(st.integers(0, 6), st.integers(0, 6))
    homes = data.draw(st.lists(spot, min_size=8, max_size=12))
    spots = data.draw(st.lists(spot, min_size=4, max_size=6))
    scores = data.draw(st.lists(st.integers(0, 2), min_size=len(spots), max_size=len(spots)))
    offered = sites(spots, score=[float(one) for one in scores])
    tie_km = data.draw(st.sampled_from([0.0, 2.0, 8.0]))
    made = problem(people(homes), offered, rules=replace(RULES, min_cases=1))
    plan = plan_sites(made, ties=TieBreak(3, tie_km=tie_km))
    claim = dict(zip(made.sites["site_id"], claims_of(made.sites, 3), strict=True))
    place = made.sites.set_index("site_id")
    chosen = tuple(plan.centers["site_id"])
    for site in set(place.index) - set(chosen):
        apart = {
            one: np.hypot(
                (place.loc[one, "lon"] - place.loc[site, "lon"]) * np.cos(np.radians(33.5)),
                place.loc[one, "lat"] - place.loc[site, "lat"],
            )
            for one in chosen
        }
        homes_of = [one for one in chosen if apart[one] <= min(apart.values()) + 1e-9]
        if len(homes_of) > 1 or claim[homes_of[0]] < claim[site]:
            continue
        swapped = tuple(site if one == homes_of[0] else one for one in chosen)
        assert _cost(made, swapped) - plan.objective_km > max(tie_km, TIE_KM) - 0.01


def test_the_order_of_rows_and_the_number_of_workers_change_nothing() -> None:
    rng = np.random.default_rng(2)
    offered = sites(SPOTS * 2, [f"P{number:02d}" for number in range(10)])
    first = founded(offered, ties=TieBreak(1))
    for workers in (1, 2):
        shuffled = offered.sample(frac=1, random_state=int(rng.integers(100))).reset_index(drop=True)
        again = founded(shuffled, ties=TieBreak(1), workers=workers)
        assert again.centers["applicant_id"].tolist() == first.centers["applicant_id"].tolist()
        assert again.provenance[CALL] == first.provenance[CALL]


def test_claims_are_in_one_order_whatever_ties() -> None:
    table = pd.DataFrame(
        [
            {
                "site_id": f"S{n}",
                "applicant_id": f"P{n}",
                "score": score,
                "registered_at": day,
                "preference": 1,
            }
            for n, (score, day) in enumerate(
                itertools.product([0.0, 5.0], ["", "2020-06-05", "2020-06-05T08:00:00"])
            )
        ]
    )
    claims = claims_of(table, 0)
    ranked = [table["site_id"][claims.index(one)] for one in sorted(claims)]
    assert ranked == ["S4", "S5", "S3", "S1", "S2", "S0"]
