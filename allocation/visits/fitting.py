"""A family that came fitted into visits that stand: nobody else's day changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from allocation.visits.beat import NO_DUE, stops_of
from allocation.visits.planning import NO_DAY, TOO_FAR, Round, Visits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from allocation.visits.beat import Beat, Setting, Stop
    from allocation.visits.dates import Days


@dataclass(frozen=True)
class _Place:
    """Where a stop may go: on which day, and the round as it is then; ``days`` order what costs the same."""

    extra_km: float
    day: date
    stops: tuple[Stop, ...]

    @property
    def order(self) -> tuple[float, date]:
        return round(self.extra_km, 6), self.day


def fit_visits(
    rows: Sequence[int],
    standing: Sequence[Round],
    setting: Setting,
    days: Days,
    *,
    first: date,
) -> Visits:
    """Fit homes into rounds that stand, each where it adds the fewest km.

    A home goes to a day with room that is not after its due day; failing that to a working day of its own,
    far from other rounds; failing that after its due day. Homes at the point of a stop that stands join it.
    Rounds keep their days and the order of their stops.

    Parameters
    ----------
    rows : sequence of int
        Homes without a day.
    standing : sequence of Round
        Rounds that stand, also those that are over.
    setting, days
        As `plan_visits`.
    first : date
        The first day that may change.
    """
    beat = setting.beat
    held = {one.day: one.stops for one in standing}
    gathered, too_far = stops_of(sorted(rows), setting)
    left = dict.fromkeys(too_far, TOO_FAR)

    def urgency(stop: Stop) -> tuple[bool, int, int]:
        return not beat.overdue[list(stop)].any(), int(beat.due[list(stop)].min()), stop[0]

    for stop in sorted(gathered, key=urgency):
        due = int(beat.due[list(stop)].min())
        open_days = [day for day in held if day >= first]
        free = _free(held, days, first)
        found = (
            _joined(stop, [day for day in open_days if day.toordinal() <= due], held, setting)
            or _inserted(stop, [day for day in open_days if day.toordinal() <= due], held, setting)
            or _alone(stop, [day for day in free if day.toordinal() <= due], held, days)
            or _inserted(stop, open_days, held, setting)
            or _alone(stop, free, held, days)
        )
        if found is None:
            left |= dict.fromkeys(stop, NO_DAY)
        else:
            held[found.day] = found.stops
    made = tuple(Round(day, held[day]) for day in sorted(held))
    return Visits(made, MappingProxyType(left))


def shortened(one: Round, setting: Setting) -> tuple[Round | None, list[int]]:
    """Return a round that the limits of a day hold, its last stops left off, and the homes of those."""
    stops, off = list(one.stops), list[int]()
    while stops and not setting.fits(stops):
        off += stops.pop()
    return (Round(one.day, tuple(stops)) if stops else None), off


def _free(held: dict[date, tuple[Stop, ...]], days: Days, first: date) -> list[date]:
    """Return working days without a round, in weeks that may have one more."""
    most = days.most_a_week(len(held) + 1)
    week = dict(zip(days.days, days.weeks, strict=True))
    taken = Counter(week[day] for day in held if day in week)
    return [day for day in days.days if day >= first and day not in held and taken[week[day]] < most]


def _joined(
    stop: Stop,
    open_days: Sequence[date],
    held: dict[date, tuple[Stop, ...]],
    setting: Setting,
) -> _Place | None:
    """Return the day of a stop at the same point with room for these homes."""
    for day in sorted(open_days):
        for place, other in enumerate(held[day]):
            if _same_point(stop, other, setting.beat):
                stops = held[day]
                together = (*stops[:place], (*other, *stop), *stops[place + 1 :])
                if setting.fits(together):
                    return _Place(0.0, day, together)
    return None


def _same_point(stop: Stop, other: Stop, beat: Beat) -> bool:
    one, two = stop[0], other[0]
    return bool(
        beat.lon[one + 1] == beat.lon[two + 1]
        and beat.lat[one + 1] == beat.lat[two + 1]
        and beat.care[one] == beat.care[two]
    )


def _inserted(
    stop: Stop,
    open_days: Sequence[date],
    held: dict[date, tuple[Stop, ...]],
    setting: Setting,
) -> _Place | None:
    """Return the round that grows least by a stop, among those with room."""
    found = []
    for day in open_days:
        stops = held[day]
        before = setting.ways.round_km(stops)
        for place in range(len(stops) + 1):
            longer = (*stops[:place], stop, *stops[place:])
            found.append(_Place(setting.ways.round_km(longer) - before, day, longer))
    ordered = sorted(found, key=lambda one: one.order)
    return next((one for one in ordered if setting.fits(one.stops)), None)


def _alone(stop: Stop, free: Sequence[date], held: dict[date, tuple[Stop, ...]], days: Days) -> _Place | None:
    """Return a round of its own on the day farthest from the others, the earliest of those."""
    if not free:
        return None
    at = {day: place for place, day in enumerate(days.days)}
    taken = [at[day] for day in held if day in at]

    def apart(day: date) -> int:
        return min((abs(at[day] - one) for one in taken), default=NO_DUE)

    return _Place(0.0, max(free, key=lambda day: (apart(day), -at[day])), (stop,))
