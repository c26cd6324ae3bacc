"""The gap is 0 only where the bound is the objective, whatever the sign of both."""

from __future__ import annotations

import pytest

from data.plan import gap_above
from data.summary import rounded_gap


@pytest.mark.parametrize(
    ("bound_km", "objective_km", "gap"),
    [
        (99.0, 100.0, 0.01),
        (-2200.0, -2000.0, 0.1),
        (-50.0, 100.0, 1.5),
        (0.0, 0.0, 0.0),
        (-7.0, -7.0, 0.0),
        (-1.0, 0.0, None),
    ],
)
def test_the_gap_is_a_share_of_what_the_plan_costs(
    bound_km: float, objective_km: float, gap: float | None
) -> None:
    assert gap_above(bound_km, objective_km) == pytest.approx(gap)
    assert rounded_gap(bound_km, objective_km) == pytest.approx(gap)


def test_there_is_no_gap_without_a_bound() -> None:
    assert rounded_gap(None, 100.0) is None
