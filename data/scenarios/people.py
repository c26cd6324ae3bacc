"""The households: where each stands, who shares a building, what each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.geodesy import to_degrees
from data.scenarios.cases import draw_cases
from data.scenarios.settings import CARE_HOME, Setting
from data.scenarios.star import keep_on_ground
from data.text import PERSIAN_DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.settlements import Settlements
    from data.scenarios.towns import Anchors

SHARING = 0.10
HOME_HOUSEHOLDS = 80
HOUSEHOLD_COLUMNS = (
    "household_id",
    "lon",
    "lat",
    "cases",
    "province",
    "county",
    "district",
    "place",
    "area",
    "status",
    "synthetic",
)


@dataclass(frozen=True)
class People:
    """Households and what else is known of them.

    Attributes
    ----------
    table : DataFrame
        The households' columns.
    xy : array, shape (n, 2)
        LCC metres.
    unit : array, shape (n,)
        Row of the units.
    anchor : array, shape (n,)
        Row of the anchors.
    """

    table: pd.DataFrame
    xy: NDArray[np.float64]
    unit: NDArray[np.int64]
    anchor: NDArray[np.int64]


def populate(
    rng: np.random.Generator,
    setting: Setting,
    units: pd.DataFrame,
    anchors: Anchors,
    settlements: Settlements,
    *,
    cases: str,
) -> People:
    """Place every household of every settlement. All of them are synthetic and marked so."""
    of = settlements.table
    row = np.repeat(np.arange(len(of)), of["households"].to_numpy(np.int64))
    unit, anchor = of["unit"].to_numpy(np.int64)[row], of["anchor"].to_numpy(np.int64)[row]
    offset = settlements.offset[row] + _around(rng, of, row)
    offset = keep_on_ground(rng, offset, anchors.room[anchor])
    urban = (of["area"] == "urban").to_numpy()[row]
    offset = offset[_building(rng, row, urban, setting.building_max)]
    place = of["place"].to_numpy(dtype=object)[row]
    status = _status(rng, setting, row)
    xy = anchors.xy[anchor] + offset
    if CARE_HOME in dict(setting.status):
        xy, place = _gather_homes(xy, place, unit, status == CARE_HOME)
    lon, lat = to_degrees(xy)
    own = units.iloc[unit]
    table = pd.DataFrame(
        {
            "household_id": _ids(setting.prefix, len(row)),
            "lon": lon,
            "lat": lat,
            "cases": draw_cases(rng, cases, len(row)),
            "province": own["province"].to_numpy(),
            "county": own["county"].to_numpy(),
            "district": own["district"].to_numpy(),
            "place": pd.Series(place, dtype="str"),
            "area": np.where(urban, "urban", "rural"),
            "status": pd.Series(status, dtype="str"),
            "synthetic": True,
        }
    )
    return People(table, xy, unit, anchor)


def _around(rng: np.random.Generator, of: pd.DataFrame, row: NDArray[np.int64]) -> NDArray[np.float64]:
    drawn = rng.standard_normal((len(row), 2))
    along = drawn[:, 0] * of["long_m"].to_numpy(float)[row]
    across = drawn[:, 1] * of["short_m"].to_numpy(float)[row]
    turn = of["turn"].to_numpy(float)[row]
    return np.column_stack(
        [along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn)]
    )


def _building(
    rng: np.random.Generator, row: NDArray[np.int64], urban: NDArray[np.bool_], most: int
) -> NDArray[np.int64]:
    """Return for each household the one whose point it stands at, itself unless it shares a building."""
    total = len(row)
    index = np.arange(total)
    size = rng.integers(2, most + 1, total)
    starts = np.flatnonzero(urban & (rng.random(total) < SHARING / ((2 + most) / 2)))
    ends = np.minimum(starts + size[starts], np.append(starts[1:], total))
    leader = index.copy()
    for step in range(1, most):
        follower = starts + step
        joins = follower < ends
        joins[joins] = row[follower[joins]] == row[starts[joins]]
        leader[follower[joins]] = starts[joins]
    return leader


def _status(rng: np.random.Generator, setting: Setting, row: NDArray[np.int64]) -> NDArray[np.object_]:
    names = [name for name, _ in setting.status]
    shares = np.array([share for _, share in setting.status])
    if len(names) == 1:
        return np.full(len(row), names[0], dtype=object)
    drawn: NDArray[np.object_] = np.array(names, dtype=object)[
        rng.choice(len(names), len(row), p=shares / shares.sum())
    ]
    return drawn


def _gather_homes(
    xy: NDArray[np.float64], place: NDArray[np.object_], unit: NDArray[np.int64], lives: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Move the residents of care homes to one point for each home, where its first resident would stand."""
    residents = np.flatnonzero(lives)
    number = pd.Series(unit[residents]).groupby(unit[residents]).cumcount().to_numpy()
    home = number // HOME_HOUSEHOLDS
    first = residents[number % HOME_HOUSEHOLDS == 0]
    which = np.cumsum(number % HOME_HOUSEHOLDS == 0) - 1
    moved, named = xy.copy(), place.copy()
    moved[residents] = xy[first[which]]
    names = [
        f"{place[row]}، خانه نگهداری {str(one + 1).translate(PERSIAN_DIGITS)}"
        for row, one in zip(first, home[number % HOME_HOUSEHOLDS == 0], strict=True)
    ]
    named[residents] = np.array(names, dtype=object)[which]
    return moved, named


def _ids(prefix: str, total: int) -> pd.Series:
    numbers = pd.Series(np.arange(1, total + 1)).astype("str")
    return prefix + "-" + numbers.str.zfill(6)
