"""Rules that cannot be meant are refused when they are made, each for one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from data.errors import SitingError
from data.rules import Rules, read_rules

if TYPE_CHECKING:
    from pathlib import Path


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


def test_a_wrong_type_hides_nothing_else_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        """
min_cases = 500
max_cases = "many"
max_km_rural = -5
far_weight = nan
frob = 1
centers = "price"
[province."لرستان"]
max_km = -1
count = 3
[province."تهران"]
max_cases = 100
""",
        encoding="utf-8",
    )
    with pytest.raises(SitingError) as caught:
        read_rules(file)
    assert {(one.code, one.id) for one in caught.value.failures} == {
        ("wrong_rule_type", "max_cases"),
        ("rule_out_of_range", "max_km_rural"),
        ("rule_out_of_range", "far_weight"),
        ("unknown_rule", "frob"),
        ("impossible_rules", "center_km"),
        ("rule_out_of_range", 'province."لرستان".max_km'),
        ("wrong_rule_type", 'province."لرستان".count'),
    }
    assert {one.file for one in caught.value.failures} == {"rules.toml"}
