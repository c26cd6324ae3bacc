"""Rules that cannot be meant are refused when they are made, each for one reason."""

from __future__ import annotations

from typing import Any

import pytest

from data.errors import SitingError
from data.rules import Rules


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"max_cases": -3}, [("rule_out_of_range", "max_cases")]),
        (
            {"min_cases": -1, "max_cases": -3},
            [("rule_out_of_range", name) for name in ("max_cases", "min_cases")],
        ),
        ({"centers": "price", "center_km": -1.0}, [("rule_out_of_range", "center_km")]),
        ({"centers": "price"}, [("impossible_rules", "center_km")]),
        ({"min_cases": 500}, [("impossible_rules", "min_cases")]),
        (
            {"min_cases": 500, "max_km": -1.0},
            [("impossible_rules", "min_cases"), ("rule_out_of_range", "max_km")],
        ),
    ],
)
def test_a_rule_out_of_its_range_is_not_held_against_others_too(
    values: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    with pytest.raises(SitingError) as caught:
        Rules(**values)
    assert [(one.code, one.id) for one in caught.value.failures] == told
