"""The next best applicant of a catchment is the cheapest of all, though few of them are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from data.call.order import Claim
from data.rules import Rules
from siting import losers
from siting.plan import plan_sites
from tests.engine_problems import people, problem, scattered, sites

if TYPE_CHECKING:
    from numpy.typing import NDArray

RULES: dict[str, Any] = {"min_cases": 4, "max_cases": 12, "preference_km": 0.5}


@pytest.mark.parametrize(
    "rules",
    [{}, {"cross_district_km": 3.0, "detour_rural": 1.4}, {"max_km": 6.0}],
    ids=["plain", "districts", "limited"],
)
def test_no_applicant_that_is_not_measured_would_have_been_the_next_best(
    rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    families = people(
        scattered(rng, 60),
        district=rng.choice(["one", "two", ""], 60),
        area=rng.choice(["urban", "rural"], 60),
        cases=rng.integers(1, 4, 60),
    )
    offered = sites(
        scattered(rng, 40),
        district=rng.choice(["one", "two", ""], 40),
        preference=rng.integers(1, 6, 40),
    )
    made = problem(families, offered, rules=Rules(**RULES, **rules))
    measured: list[int] = []
    tells = losers._Catchment.promising

    def told(self: losers._Catchment, spare: NDArray[np.int64]) -> NDArray[np.int64]:
        near = tells(self, spare)
        measured.append(near.size - spare.size)
        return near

    with monkeypatch.context() as few:
        few.setattr(losers._Catchment, "promising", told)
        found = plan_sites(made).reserves
    with monkeypatch.context() as every:
        every.setattr(losers._Catchment, "promising", lambda _, spare: spare)
        assert_frame_equal(found, plan_sites(made).reserves)
    assert len(found)
    assert (min(measured) < 0) == ("max_km" not in rules)


def test_the_tie_break_orders_applicants_and_their_cheapest_site_counts() -> None:
    """Preference is in the kilometres already: it decides between sites of one applicant within a metre."""

    def claim(score: float, who: str, preference: int) -> Claim:
        return Claim(-score, "", who, preference, f"{who}-{preference}")

    claims = [claim(5, "A", 1), claim(5, "A", 2), claim(9, "B", 1), claim(9, "B", 2), claim(9, "B", 3)]
    km = np.array([10.0, 4.0, 12.0, 7.0005, 7.0])
    at, decided = losers._in_order(km, claims, 8.5)
    assert (at.tolist(), decided) == ([3, 1], "score")
    at, decided = losers._in_order(km, claims, 0.0)
    assert (at.tolist(), decided) == ([1], "")
