"""Which version each province of a nation goes back to, when what the nation did is taken back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from data.errors import Exit, SitingError
from data.hashing import value_hash
from data.nation.events import events_of, logs_of, versions_at
from data.nation.lineage import is_as_in, made_alone
from data.nation.pending import NATION_ID
from data.summary import to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.nation.events import Event, Logs

REVERT = "revert.json"
_VERSION_DIGITS = 6
"""A number of more digits than any nation has versions is the beginning of an id."""


@dataclass(frozen=True)
class NationRevert:
    """What is to be taken back in a nation.

    Attributes
    ----------
    id : str
        What stands for it in the logs of the provinces.
    heads : mapping of str to str
        Head of the casebook of every province that goes back, by code.
    to : mapping of str to int
        Version of each that is to be in force again, by code.
    """

    id: str
    heads: Mapping[str, str]
    to: Mapping[str, int]

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces that go back, in their order."""
        return sorted(self.to)

    def write(self, folder: Path) -> None:
        """Write it into a folder as ``revert.json``."""
        (folder / REVERT).write_bytes(to_json(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> NationRevert:
        """Read what `write` wrote."""
        return cls(**json.loads((folder / REVERT).read_text(encoding="utf-8")))


def asked_revert(nation: Path, asked: str) -> NationRevert:
    """Return what must be done in which province to take back what a nation did.

    Parameters
    ----------
    nation : Path
        Its folder.
    asked : str
        A version of the nation, that is to be in force again; or the id of one of its proposals, or of what
        took one back, that alone is to be taken back.

    Raises
    ------
    SitingError
        As `event_asked`; exit code 6: ``in_force_already`` where there is nothing to take back,
        ``changed_since`` where a province was changed since by something else.
    """
    logs = logs_of(nation)
    events = events_of(logs)
    event = event_asked(events, asked, nation=nation.resolve().name)
    wanted = versions_at(events, event.version)
    if not is_version(asked):
        wanted = {code: version - 1 for code, version in event.provinces.items()}
        _check_last(event, events, logs)
    else:
        _check_common(wanted, logs, events)
    to = {code: version for code, version in wanted.items() if not is_as_in(logs[code], version)}
    if not to:
        code = "in_force_already" if is_version(asked) else "taken_back_already"
        words = phrase(f"nation.{code}", path=nation.resolve().name, asked=asked)
        raise SitingError(words, code="in_force_already", exit_code=Exit.REFUSED)
    heads = {code: logs[code][-1].hash for code in sorted(to)}
    return NationRevert(value_hash(["revert", heads, to]), heads, to)


def is_version(asked: str) -> bool:
    """Whether what a user wrote is the number of a version, not an id."""
    return asked.isdecimal() and len(asked) <= _VERSION_DIGITS


def event_asked(events: Sequence[Event], asked: str, *, nation: str) -> Event:
    """Return the event that a user names by its version, or by the first letters of its id.

    Parameters
    ----------
    events : sequence of Event
        Of the nation.
    asked : str
        What the user wrote.
    nation : str
        Name of its folder.

    Raises
    ------
    SitingError
        Exit code 2: ``no_such_version``, ``unknown_event`` or ``ambiguous_event``.
    """
    if is_version(asked):
        if not 1 <= int(asked) <= len(events):
            words = phrase("folder.no_such_version", path=nation, version=int(asked), last=len(events))
            raise SitingError(words, code="no_such_version", exit_code=Exit.USAGE)
        return events[int(asked) - 1]
    # What was taken back for want of an end is not what its id stands for.
    found = [one for one in events if asked and one.nation_id.startswith(asked) and one.kind != "undone"]
    if len(found) == 1:
        return found[0]
    code = "ambiguous_event" if found else "unknown_event"
    words = phrase(f"nation.{code}", path=nation, asked=asked)
    raise SitingError(words, code=code, exit_code=Exit.USAGE)


def _check_last(event: Event, events: Sequence[Event], logs: Logs) -> None:
    """Refuse unless each province is as an event left it, or as it was before."""
    for code, version in event.provinces.items():
        if not is_as_in(logs[code], version) and not is_as_in(logs[code], version - 1):
            raise _changed_since(code, version + 1, events)


def _check_common(wanted: Mapping[str, int], logs: Logs, events: Sequence[Event]) -> None:
    """Refuse where a province is not as the nation alone made it since."""
    for code, at in wanted.items():
        alone = made_alone(logs[code])
        if alone[-1] != alone[at - 1] and not is_as_in(logs[code], at):
            own = next(one for one in logs[code][at:] if NATION_ID not in one.payload)
            raise _changed_since(code, own.version, events)


def _changed_since(code: str, version: int, events: Sequence[Event]) -> SitingError:
    by = next(one for one in events if one.provinces.get(code) == version)
    words = phrase("nation.changed_since", province=code, version=version, own=by.version)
    if by.nation_id:
        words = phrase("nation.changed_since_together", province=code, version=by.version)
    return SitingError(words, code="changed_since", exit_code=Exit.REFUSED)
