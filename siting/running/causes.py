"""Why each family is transferred: its own move, what closed, who needed the room, or because it pays."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from data.fairness import far_extra_km, rural
from data.fold import fold
from data.geodesy import KM_DECIMALS, geodesic_km

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from data.problem import Problem

EDITED = "edited"
OWN_MOVE = "own_move"
CENTER_CLOSED = "center_closed"
CENTER_RELOCATED = "center_relocated"
CENTER_OPENED = "center_opened"
MAX_CASES = "max_cases"
NEARER = "nearer"
MADE_ROOM = "made_room"
TOGETHER = "kept_together"
EXCHANGE = "exchange"
SAME_KM = 0.5e-3


def with_causes(
    problem: Problem,
    transfers: pd.DataFrame,
    entered: pd.DataFrame,
    *,
    moved: Mapping[str, str],
    closed: Mapping[str, str],
    relocated: Mapping[str, str],
    opened: Mapping[str, str],
    limited: Mapping[str, str],
    edited: Mapping[str, str],
) -> pd.DataFrame:
    """Return transfers with ``reason``, ``because_of`` and ``effective``.

    The first that is true: ``edited`` (a planner sends it there), ``own_move`` (the family lives elsewhere),
    ``center_closed``, ``center_relocated`` (its own, or a nearer one), ``center_opened`` (nearer, or to fill
    it), ``nearer`` (it pays by itself), ``kept_together`` (``because_of`` one whom it stays with),
    ``max_cases`` (its center may hold fewer and took nobody), ``made_room`` (``because_of`` the family that
    came in its place), ``exchange`` (it pays only together with others).

    Parameters
    ----------
    problem : Problem
        The next problem.
    transfers : DataFrame
        ``household_id``, ``from_center``, ``to_center``, ``row`` (in the problem's households), ``to_lon``,
        ``to_lat``, ``to_district``, in the order of their ids.
    entered : DataFrame
        ``household_id``, ``to_center`` of all who have a center and had none.
    moved, closed, relocated, opened, limited, edited : mapping of str to str
        Dates (ISO) by household or center.
    """
    groups = problem.households["group"].to_numpy()[transfers["row"].to_numpy()]
    found = _Found(
        transfers["household_id"].tolist(),
        transfers["from_center"].tolist(),
        transfers["to_center"].tolist(),
        groups.tolist(),
    )
    for number, good in enumerate(_pays(problem, transfers).tolist()):
        own, from_, to = found.ids[number], found.leaves[number], found.goes[number]
        if own in edited:
            found.name(number, EDITED, own)
        elif own in moved:
            found.name(number, OWN_MOVE, own)
        elif from_ in closed:
            found.name(number, CENTER_CLOSED, from_)
        elif from_ in relocated:
            found.name(number, CENTER_RELOCATED, from_)
        elif good and to in relocated:
            found.name(number, CENTER_RELOCATED, to)
        elif to in opened:
            # Nearer, or one of those who fill it.
            found.name(number, CENTER_OPENED, to)
        elif good:
            found.name(number, NEARER, to)
    found.name_together()
    found.name_room(entered, limited)
    effective = found.effective({**closed, **relocated, **opened, **limited, **moved, **edited})
    return transfers.assign(reason=found.reason, because_of=found.because, effective=effective)


@dataclass
class _Found:
    """The causes found so far, by position; `EXCHANGE` where there is none yet."""

    ids: list[str]
    leaves: list[str]
    goes: list[str]
    groups: list[int]
    reason: list[str] = field(init=False)
    because: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.reason, self.because = [EXCHANGE] * len(self.ids), [""] * len(self.ids)

    def name(self, number: int, reason: str, because: str) -> None:
        """Name the cause of one."""
        self.reason[number], self.because[number] = reason, because

    def name_together(self) -> None:
        """Name who is transferred with somebody of their group that has a cause of their own."""
        first: dict[tuple[int, str], str] = {}
        for number, own in enumerate(self.ids):
            if self.reason[number] != EXCHANGE:
                first.setdefault((self.groups[number], self.goes[number]), own)
        for number in range(len(self.ids)):
            whom = first.get((self.groups[number], self.goes[number]))
            if self.reason[number] == EXCHANGE and whom is not None:
                self.name(number, TOGETHER, whom)

    def name_room(self, entered: pd.DataFrame, limited: Mapping[str, str]) -> None:
        """Name, for each whom going alone pays nothing, the family that came to their center."""
        came: dict[str, deque[str]] = defaultdict(deque)
        for own, to in zip(entered["household_id"], entered["to_center"], strict=True):
            came[to].append(own)
        for own, to in zip(self.ids, self.goes, strict=True):
            came[to].append(own)
        for number, center in enumerate(self.leaves):
            if self.reason[number] != EXCHANGE:
                continue
            if came[center]:
                self.name(number, MADE_ROOM, came[center].popleft())
            elif center in limited:
                self.name(number, MAX_CASES, center)

    def effective(self, dates: Mapping[str, str]) -> list[str]:
        """Return the date of what each goes back to, along those who made room for one another."""
        at = {own: number for number, own in enumerate(self.ids)}
        latest = max([*dates.values(), ""])
        found = []
        for start in range(len(self.ids)):
            number, seen = start, set[int]()
            while self.because[number] not in dates and self.because[number] in at and number not in seen:
                seen.add(number)
                number = at[self.because[number]]
            found.append(dates.get(self.because[number], latest))
        return found


def _pays(problem: Problem, transfers: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the transfers that save more than they cost by themselves, shape (n_transfers,)."""
    rules, people = problem.rules, problem.households.iloc[transfers["row"].to_numpy()]
    old = problem.centers.set_index("center_id").reindex(transfers["from_center"])
    detour = np.where(people["area"] == "rural", rules.detour_rural, rules.detour_urban)

    def km(lon: pd.Series, lat: pd.Series, district: pd.Series) -> NDArray[np.float64]:
        away = geodesic_km(people["lon"], people["lat"], lon, lat) * detour
        home = people["district"].map(fold).to_numpy()
        there = district.fillna("").map(fold).to_numpy()
        crosses = (home != "") & (there != "") & (home != there)
        way = np.round(away, KM_DECIMALS)
        return np.asarray(way + far_extra_km(rules, way, rural(people)) + rules.cross_district_km * crosses)

    before = km(old["lon"], old["lat"], old["district"])
    after = km(transfers["to_lon"], transfers["to_lat"], transfers["to_district"])
    return np.asarray(before - after > rules.move_km - SAME_KM)
