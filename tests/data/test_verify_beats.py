"""The recount of beats finds every fault that is planted, and nothing in beats that are right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from data.verify.beats import BeatTables, verify_beats
from data.verify.finding import VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable


def right() -> BeatTables:
    """Five homes in a row; two caseworkers with two each, and one who is left out, for both are full."""
    ids = [f"H{one}" for one in range(5)]
    lon = np.array([48.0, 48.01, 48.02, 48.03, 48.04])
    lat = np.full(5, 33.0)
    owner = ["C-1", "C-1", "C-2", "C-2", ""]
    middle = {"C-1": 48.0, "C-2": 48.02}
    km = [
        np.round(Geod(ellps="WGS84").inv(x, 33.0, middle[one], 33.0)[2] / 1000, 3) if one else np.nan
        for x, one in zip(lon, owner, strict=True)
    ]
    beats = pd.DataFrame(
        {"household_id": ids, "center_id": "C", "caseworker_id": owner, "cases": 1, "km": km}
    )
    return BeatTables(
        assignments=pd.DataFrame({"household_id": ids, "center_id": "C", "cases": 1}),
        homes=pd.DataFrame({"household_id": ids, "lon": lon, "lat": lat}),
        beats=beats,
        caseworkers=pd.DataFrame(
            {
                "caseworker_id": ["C-1", "C-2"],
                "center_id": "C",
                "lon": [48.0, 48.02],
                "lat": 33.0,
                "cases": 2,
                "households": 2,
                "travel_km": [km[0] + km[1], km[2] + km[3]],
            }
        ),
        before=pd.DataFrame({"household_id": ["H0", "H9"], "caseworker_id": ["C-2", "C-2"]}),
        changes=pd.DataFrame(
            {
                "household_id": ["H0", "H1", "H2", "H3", "H9"],
                "from_caseworker": ["C-2", "", "", "", "C-2"],
                "to_caseworker": ["C-1", "C-1", "C-2", "C-2", ""],
            }
        ),
        most=2,
    )


def changed(table: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    table = table.copy()
    table[column] = table[column].astype(object)
    table.loc[row, column] = value
    return table


PLANTED: dict[str, Callable[[BeatTables], BeatTables]] = {
    "home_twice": lambda one: replace(one, beats=pd.concat([one.beats, one.beats[:1]], ignore_index=True)),
    "home_without_row": lambda one: replace(one, beats=one.beats[:-1]),
    "home_not_there": lambda one: replace(one, beats=changed(one.beats, 0, "center_id", "D")),
    "caseworker_not_there": lambda one: replace(
        one, caseworkers=changed(one.caseworkers, 0, "center_id", "D")
    ),
    "wrong_beat_size": lambda one: replace(one, caseworkers=changed(one.caseworkers, 1, "households", 3)),
    "beat_too_large": lambda one: replace(one, beats=changed(one.beats, 4, "caseworker_id", "C-1")),
    "uneven_beats": lambda one: replace(one, beats=changed(one.beats, 2, "caseworker_id", "C-1")),
    "home_left_out": lambda one: replace(one, most=3),
    "wrong_way": lambda one: replace(one, beats=changed(one.beats, 1, "km", 0.5)),
    "wrong_travel": lambda one: replace(one, caseworkers=changed(one.caseworkers, 1, "travel_km", 9.0)),
    "wrong_change": lambda one: replace(one, changes=one.changes[1:]),
}


def test_right_beats_hold() -> None:
    verify_beats(right())


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_found(code: str) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_beats(PLANTED[code](right()))
    assert code in {one.code for one in caught.value.failures}
    assert all(one.said(lang) for one in caught.value.failures for lang in ("fa", "en"))


def test_a_change_that_never_was_is_found() -> None:
    one = right()
    listed = pd.concat([one.changes, one.changes[:1].assign(household_id="H4")], ignore_index=True)
    with pytest.raises(VerificationError):
        verify_beats(replace(one, changes=listed))
