"""A caseworker's homes as the solver sees them: stops, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.geodesy import KM_DECIMALS, all_pairs_published_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.work.rules import WorkRules

Stop = tuple[int, ...]
"""Rows of the homes that are visited at once."""
NO_DUE = 10**7
"""The day, as an ordinal, of a home that is never due."""
HOUR = 60


@dataclass(frozen=True)
class Beat:
    """The homes of a caseworker, in the order of the record.

    Attributes
    ----------
    center_id, caseworker_id : str
        Whose they are.
    lon, lat : ndarray
        Degrees, shape ``(n + 1,)``; the center is the first.
    rural : ndarray of bool, shape (n + 1,)
        Whether a home is in a village; false for the center.
    care : ndarray of bool, shape (n,)
        Whether a household lives in a care home.
    due : ndarray of int, shape (n,)
        Ordinal of the day when it is to be visited at the latest; `NO_DUE` for none inside the period.
    overdue : ndarray of bool, shape (n,)
        Whether it should have been visited before, or never was.
    """

    center_id: str
    caseworker_id: str
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    rural: NDArray[np.bool_]
    care: NDArray[np.bool_]
    due: NDArray[np.int64]
    overdue: NDArray[np.bool_]

    @property
    def homes(self) -> int:
        """How many homes there are."""
        return len(self.care)


@dataclass(frozen=True)
class Ways:
    """The ways between a center (row 0) and homes (their rows plus 1).

    Attributes
    ----------
    km, minutes : ndarray, shape (n + 1, n + 1)
        As they are published, and at the speed of town or country; a way to or from a village is rural.
    """

    km: NDArray[np.float64]
    minutes: NDArray[np.float64]

    @classmethod
    def of(cls, beat: Beat, rules: WorkRules, *, detour_urban: float, detour_rural: float) -> Ways:
        """Measure all ways of a beat: WGS84 geodesics times the detour of their area."""
        straight = all_pairs_published_km(beat.lon, beat.lat, beat.lon, beat.lat)
        rural = beat.rural[:, None] | beat.rural[None, :]
        km = np.round(straight * np.where(rural, detour_rural, detour_urban), KM_DECIMALS)
        return cls(km, km / np.where(rural, rules.speed_rural_kmh, rules.speed_urban_kmh) * HOUR)

    def among(self, stops: Sequence[Stop]) -> Ways:
        """Return the ways between the center and stops, in their order."""
        rows = np.array([0, *(stop[0] + 1 for stop in stops)])
        return Ways(self.km[np.ix_(rows, rows)], self.minutes[np.ix_(rows, rows)])

    def round_km(self, stops: Sequence[Stop]) -> float:
        """Return the km of a round trip from the center over stops in their order."""
        at = [0, *(stop[0] + 1 for stop in stops), 0]
        return float(self.km[at[:-1], at[1:]].sum())

    def round_minutes(self, stops: Sequence[Stop]) -> float:
        """Return the minutes on the way of a round trip."""
        at = [0, *(stop[0] + 1 for stop in stops), 0]
        return float(self.minutes[at[:-1], at[1:]].sum())


@dataclass(frozen=True)
class Setting:
    """A beat, its ways, and the limits of a day.

    Attributes
    ----------
    beat, ways, rules : Beat, Ways, WorkRules
        All that rounds are made from.
    """

    beat: Beat
    ways: Ways
    rules: WorkRules

    def visits(self, stop: Stop) -> int:
        """Return how many visits a stop is: one in a care home, else one a household."""
        return 1 if self.beat.care[stop[0]] else len(stop)

    def minutes(self, stop: Stop) -> float:
        """Return how long a stop lasts."""
        each = len(stop) * self.rules.visit_minutes
        most = max(self.rules.care_home_minutes, self.rules.visit_minutes)
        return min(each, most) if self.beat.care[stop[0]] else each

    def fits(self, stops: Sequence[Stop]) -> bool:
        """Whether a day holds a round trip over stops."""
        if sum(self.visits(stop) for stop in stops) > self.rules.visits_a_day:
            return False
        minutes = self.ways.round_minutes(stops) + sum(self.minutes(stop) for stop in stops)
        return minutes <= self.rules.hours_a_day * HOUR


def stops_of(rows: Sequence[int], setting: Setting) -> tuple[list[Stop], list[int]]:
    """Gather homes at one point into stops; those that a day can hold, and the homes too far for a day.

    A care home is one stop. Other households at one point are one, too; where they are more than a day holds,
    they are parted into as few as can be.

    Parameters
    ----------
    rows : sequence of int
        The homes.
    setting : Setting
        Of them all.
    """
    beat, rules = setting.beat, setting.rules
    at: dict[tuple[float, float, bool], list[int]] = {}
    for row in rows:
        at.setdefault((beat.lon[row + 1], beat.lat[row + 1], bool(beat.care[row])), []).append(row)
    stops: list[Stop] = []
    too_far: list[int] = []
    for homes in at.values():
        left = rules.hours_a_day * HOUR - setting.ways.round_minutes([(homes[0],)])
        if beat.care[homes[0]]:
            most = len(homes) if setting.minutes(tuple(homes)) <= left else 0
        else:
            most = min(rules.visits_a_day, int(left // rules.visit_minutes))
        if most < 1:
            too_far += homes
        else:
            stops += [tuple(homes[start : start + most]) for start in range(0, len(homes), most)]
    return stops, too_far
