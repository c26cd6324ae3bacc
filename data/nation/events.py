"""What happened in a nation, in one order: what several provinces did under one id is one event."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK, Casebook
from data.nation.check import province_folders
from data.nation.folder import nation_head
from data.nation.pairs import Halves
from data.nation.pending import NATION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from data.casebook import Entry

Logs = dict[str, list["Entry"]]
_Key = tuple[str, int]
_FOUNDING: _Key = ("", 0)


@dataclass(frozen=True)
class Event:
    """One thing that was done in a nation.

    Attributes
    ----------
    version : int
        Its number among the nation's; the founding is 1, whenever each province was founded.
    kind : str
        What was done, as ``rebalance``; ``undone`` where what could not be finished was taken back.
    nation_id : str
        What stands for it in the logs of its provinces; empty for the founding, and where a province was
        changed by itself.
    when, who, why : str
        When it began (ISO 8601), by whom and what for.
    provinces : mapping of str to int
        Version that it made of each province that it touched, by code.
    transfers : int
        Households that changed their center within their province.
    crossed : int
        Families whose move from one province to another it brought into force, for the first time or again.
    crossed_back : int
        Families whose move it took back: each is where it was before.
    takes_back : tuple of int
        Versions of the nation that a return leaves behind.
    """

    version: int
    kind: str
    nation_id: str
    when: str
    who: str
    why: str
    provinces: Mapping[str, int]
    transfers: int
    crossed: int
    crossed_back: int
    takes_back: tuple[int, ...]


def logs_of(nation: Path) -> Logs:
    """Return the log of every province of a nation, by code."""
    return {one.name: Casebook.open(one / CASEBOOK).log() for one in province_folders(nation)}


def events_of(logs: Mapping[str, Sequence[Entry]]) -> list[Event]:
    """Return what happened in a nation, the oldest first.

    An event comes after everything that was done before it in any of its provinces, and otherwise when it
    began.

    Parameters
    ----------
    logs : mapping of str to sequence of Entry
        Of the casebooks, by code.
    """
    waiting = {code: deque(_keyed(code, log)) for code, log in sorted(logs.items())}
    parts: dict[_Key, dict[str, Entry]] = {}
    for code, queue in waiting.items():
        for key, entry in queue:
            parts.setdefault(key, {})[code] = entry
    began = {key: min(one.when_utc for one in own.values()) for key, own in parts.items()}
    events: list[Event] = []
    while any(waiting.values()):
        fronts = {queue[0][0] for queue in waiting.values() if queue}
        ready = {key for key in fronts if all(waiting[code][0][0] == key for code in parts[key])}
        # No order of a log that was written under the nation's lock leaves none ready.
        key = min(ready or fronts, key=lambda one: (one != _FOUNDING, began[one], one))
        for code in parts[key]:
            waiting[code] = deque(one for one in waiting[code] if one[0] != key)
        events.append(_event(parts[key], logs, events))
    return events


def versions_at(events: Sequence[Event], version: int) -> dict[str, int]:
    """Return the version that each province had when one of the nation was in force, by code."""
    found: dict[str, int] = {}
    for one in events[:version]:
        found.update(one.provinces)
    return found


def heads_of(logs: Mapping[str, Sequence[Entry]]) -> dict[str, int]:
    """Return every head that a nation had, with its last version of that head.

    Parameters
    ----------
    logs : mapping of str to sequence of Entry
        Of the casebooks, by code.
    """
    events = events_of(logs)
    found: dict[str, int] = {}
    for one in events:
        versions = versions_at(events, one.version)
        heads = {code: logs[code][version - 1].hash for code, version in versions.items()}
        found[nation_head(heads)] = one.version
    return found


def _keyed(code: str, log: Sequence[Entry]) -> Iterator[tuple[_Key, Entry]]:
    """Yield what each entry is part of: the second of one id in a log takes the first back."""
    seen: dict[str, int] = {}
    for entry in log:
        own = str(entry.payload.get(NATION_ID, ""))
        if entry.version == 1:
            yield _FOUNDING, entry
        elif own:
            seen[own] = seen.get(own, 0) + 1
            yield (own, seen[own]), entry
        else:
            yield (f"{code}@", entry.version), entry


def _event(own: Mapping[str, Entry], logs: Mapping[str, Sequence[Entry]], before: Sequence[Event]) -> Event:
    first = min(own.values(), key=lambda one: one.when_utc)
    nation_id = str(first.payload.get(NATION_ID, ""))
    again = any(one.nation_id == nation_id for one in before) if nation_id else False
    returns = {code: int(one.payload["to"]) for code, one in own.items() if one.kind == "revert"}
    crossed, crossed_back = _crossed(own, logs)
    return Event(
        version=len(before) + 1,
        kind="undone" if again else first.kind,
        nation_id=nation_id,
        when=first.when_utc,
        who=first.who,
        why=first.why,
        provinces={code: own[code].version for code in sorted(own)},
        transfers=sum(int(one.payload.get("transfers", 0)) for one in own.values()),
        crossed=crossed,
        crossed_back=crossed_back,
        takes_back=tuple(
            one.version
            for one in before
            if any(one.provinces.get(code, 0) > to for code, to in returns.items())
        ),
    )


def _crossed(own: Mapping[str, Entry], logs: Mapping[str, Sequence[Entry]]) -> tuple[int, int]:
    """Return how many pairs came into force by an event, and how many ceased to be in force."""
    came: set[str] = set()
    ceased: set[str] = set()
    for code, entry in own.items():
        if entry.version == 1:
            continue
        log = logs[code]
        now, then = Halves.standing(log[: entry.version]), Halves.standing(log[: entry.version - 1])
        came |= (now.left.keys() - then.left.keys()) | (now.joined.keys() - then.joined.keys())
        ceased |= (then.left.keys() - now.left.keys()) | (then.joined.keys() - now.joined.keys())
    return len(came), len(ceased)
