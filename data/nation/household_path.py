"""The way of one household through the provinces of a nation, and what each of them is told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from data.change.arrivals import CARRIED
from data.errors import Failure
from data.events import ARRIVALS
from data.nation.pairs import PAIR_COLUMNS, pair_id
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from data.nation.destinations import Destinations

_OWN = ("cases", "status")
ADDED = (*PAIR_COLUMNS, CARRIED)
"""Columns that the events of a province have beside those that a planner gives."""


@dataclass
class HouseholdPath:
    """The way of one household through the provinces.

    Attributes
    ----------
    who : str
        Its id.
    home : tuple of (str, mapping) or None
        Code of the province that has it before all events, and what is known of it there.
    destinations : Destinations
        Where arrivals lead.
    names : mapping of str to str
        Name of each province by its code.
    rows : list of (str, dict)
        What happened so far: a province and an event of it.
    now : str or None
        Code of the province where it is after these.
    record : dict
        What is known of it then.
    """

    who: str
    home: tuple[str, Mapping[str, object]] | None
    destinations: Destinations
    names: Mapping[str, str]
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    now: str | None = field(init=False)
    record: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.now = None if self.home is None else self.home[0]
        self.record = {} if self.home is None else dict(self.home[1])

    def follow(self, events: Iterable[Any]) -> Iterator[Failure]:
        """Take the events in their order; yield those that cannot be meant."""
        for event in events:
            code = "already_here" if event.event == "join" else "unknown_household"
            if (self.now is not None) == (event.event == "join"):
                words = phrase(f"changes.{code}")
                yield Failure(self.destinations.file, int(event.row), code, self.who, words)
            elif (lost := self._take(event)) is not None:
                yield lost
                # Where the family is from then on nobody knows.
                return

    def _take(self, event: Any) -> Failure | None:  # noqa: ANN401 - a row of the moves
        """Take an event; return why nobody can tell where it leads."""
        row = event._asdict()
        if event.event not in ARRIVALS:
            self.rows.append((str(self.now), row))
            self.now = None if event.event == "leave" else self.now
            return None
        there = self.destinations.of_event(event, self.now)
        if isinstance(there, Failure):
            return there
        if event.province:
            row["province"] = self.names[there]
        if event.event == "join":
            self.record = {"cases": event.cases, "status": event.status}
        elif there != self.now:
            self.rows.append((str(self.now), {**row, **_nowhere(), "event": "leave"}))
            row |= {"event": "join", "province": self.names[there], **self._carried()}
        self.rows.append((there, row))
        self.now = there
        return None

    def _carried(self) -> dict[str, Any]:
        """Return what a family takes along: its cases, its status, and what else its input said of it."""
        own = {name: self.record[name] for name in _OWN}
        further = {name: told for name, told in sorted(self.record.items()) if name not in _OWN and told}
        return {**own, CARRIED: json.dumps(further, ensure_ascii=False) if further else ""}

    def pair(self) -> list[tuple[str, str, str, str, str]]:
        """Return the pair, where the household is in another province at the end than it was before."""
        if self.home is None or self.now is None or self.home[0] == self.now:
            return []
        date = next(row["date"] for code, row in reversed(self.rows) if _is_half(code, row, "join", self.now))
        own = pair_id(self.who, date, self.home[0], self.now)
        return [(own, self.who, self.home[0], self.now, date)]

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """Return the events of the first and of the last province; it only passed through the others."""
        ends = {self.now} if self.home is None else {self.home[0], self.now}
        ends = ends - {None} or {self.rows[-1][0]}
        rows = [(code, {**dict.fromkeys(ADDED, ""), **row}) for code, row in self.rows]
        for own, _, left, joined, _ in self.pair():
            for code, event, other in ((left, "leave", joined), (joined, "join", left)):
                half = next(row for at, row in reversed(rows) if _is_half(at, row, event, code))
                half |= {"pair_id": own, "other_province": other}
        return {str(end): [row for code, row in rows if code == end] for end in ends}


def _is_half(code: str, row: Mapping[str, Any], event: str, wanted: str) -> bool:
    return code == wanted and row["event"] == event


def _nowhere() -> dict[str, Any]:
    """Return what a leave says of where a family goes: nothing."""
    texts = ("province", "county", "district", "place", "area", "pin")
    return {"lon": float("nan"), "lat": float("nan"), **dict.fromkeys(texts, "")}
