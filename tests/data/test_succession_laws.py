"""Whatever happens: nobody is lost, nobody else changes, and only dates decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.change.changes import Changes, no_moves
from data.change.succession import continued, succeed
from tests.data.running import NETWORK, PLAN, by_id, moves

if TYPE_CHECKING:
    from random import Random

IDS = sorted(NETWORK.problem.households["household_id"])
NEW = [f"N-{number}" for number in range(5)]


@st.composite
def histories(draw: st.DrawFn) -> pd.DataFrame:
    """Events that can have happened, one a day and household, in any order of rows."""
    here = dict.fromkeys(IDS, True) | dict.fromkeys(NEW, False)
    rows = []
    for day in range(1, 1 + draw(st.integers(1, 4))):
        for who in draw(st.lists(st.sampled_from([*IDS[::5], *NEW]), unique=True, max_size=6)):
            event = draw(st.sampled_from(["move", "leave", "address_unknown"])) if here[who] else "join"
            lon, lat = draw(st.sampled_from([(48.22, 33.45), (48.3, 33.5), (49.1, 33.4)]))
            point = {"lon": lon, "lat": lat} if event in ("move", "join") else {}
            rows.append({"household_id": who, "event": event, "date": f"2025-10-{day:02d}", **point})
            here[who] = event != "leave"
    return moves(*draw(st.permutations(rows))) if rows else no_moves()


@settings(max_examples=25)
@given(histories())
def test_nobody_is_lost_and_nobody_else_changes(happened: pd.DataFrame) -> None:
    made = succeed(NETWORK.problem, PLAN, Changes(happened))
    before, new = by_id(continued(NETWORK.problem, PLAN)), by_id(made.problem)
    left = set(made.left["household_id"])
    assert set(new.index) == (set(before.index) - left) | set(made.joined)
    assert not left & set(new.index)
    assert not set(made.joined) & set(before.index)
    same = sorted(set(before.index) - left - set(made.moved))
    pd.testing.assert_frame_equal(before.loc[same], new.loc[same])
    assert set(made.moved) | set(made.joined) | left <= set(happened["household_id"])


@settings(max_examples=25)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_of_the_file_decides_nothing(happened: pd.DataFrame, random: Random) -> None:
    order = list(range(len(happened)))
    random.shuffle(order)
    mixed = happened.iloc[order].reset_index(drop=True).assign(row=np.arange(2, len(order) + 2))
    one, other = (succeed(NETWORK.problem, PLAN, Changes(told)) for told in (happened, mixed))
    pd.testing.assert_frame_equal(
        pd.DataFrame(one.problem.households), pd.DataFrame(other.problem.households)
    )
    assert (one.moved, one.joined) == (other.moved, other.joined)
    assert one.address_unknown == other.address_unknown
    pd.testing.assert_frame_equal(one.left, other.left)
