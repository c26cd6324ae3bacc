"""Travel may be of more than this run, never of another, and what is left aside is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from data.build.travel import check_travel, foreign_travel
from data.errors import Exit, SitingError
from tests.engine_problems import centers, people, sites, tables

if TYPE_CHECKING:
    from data.tables import Tables


def handed_in(*pairs: tuple[str, str]) -> Tables:
    travel = pd.DataFrame(pairs, columns=["household_id", "site_id"], dtype="str")
    travel = travel.assign(km=1.0, row=np.arange(2, len(pairs) + 2))
    return tables(people([(0, 0), (1, 1)]), sites([(0, 0)]), centers=centers([(1, 1)]), travel=travel)


def test_travel_of_this_run_to_sites_and_centers_is_silent() -> None:
    run = handed_in(("H0000", "P00-1"), ("H0000", "E0"), ("H0001", "E0"))
    check_travel(run)
    assert foreign_travel(run) == ()


def test_travel_of_which_no_row_matches_is_refused_row_by_row() -> None:
    with pytest.raises(SitingError) as caught:
        check_travel(handed_in(("X1", "P00-1"), ("H0000", "S9"), ("X2", "S9")))
    assert caught.value.exit_code == Exit.INVALID_INPUT
    assert [(one.file, one.row, one.code, one.id) for one in caught.value.failures] == [
        ("travel.csv", 2, "unknown_household", "X1"),
        ("travel.csv", 3, "unknown_site", "S9"),
        ("travel.csv", 4, "unknown_household", "X2"),
        ("travel.csv", 4, "unknown_site", "S9"),
    ]


def test_a_larger_matrix_is_used_and_the_rest_of_it_counted() -> None:
    run = handed_in(("H0000", "P00-1"), ("X1", "P00-1"), ("X1", "E0"), ("H0001", "S9"))
    check_travel(run)
    (note,) = foreign_travel(run)
    assert note.line().startswith("travel.csv [foreign_travel] ")
    assert note.message.endswith(": 3 (households: 1, sites: 1)")
    assert "۳ ردیف" in note.said("fa")
