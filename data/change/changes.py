"""What is asked of a network that runs: events of households, centers closed, opened, moved, resized."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.change.check_moves import unsure, wrong_moves
from data.change.check_network import wrong_network
from data.change.check_wishes import wrong_wishes
from data.change.unplaced import not_found
from data.errors import SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.errors import Failure
    from data.plan import Plan
    from data.problem import Problem


@dataclass(frozen=True)
class Relocation:
    """Where a center goes.

    Attributes
    ----------
    lon, lat : float
        Degrees, WGS84.
    date : str
        From when, ISO.
    """

    lon: float
    lat: float
    date: str


def no_moves() -> pd.DataFrame:
    """Return the table of events where nothing happened."""
    from data.schemas import MOVES  # noqa: PLC0415 - heavy

    return pd.DataFrame({name: pd.Series(dtype=str(column.dtype)) for name, column in MOVES.columns.items()})


@dataclass(frozen=True)
class Changes:
    """Everything that changes at once; dates are ISO, from when each is in force.

    Attributes
    ----------
    moves : DataFrame
        As `data.readers.read_moves` gives it; may be empty.
    close : mapping of str to str
        Date by ``center_id``.
    declined : mapping of str to str
        Of the centers that close, those that their applicants give up: the ``site_id`` of the reserve that
        takes the place, or nothing where it stays vacant; then its families wait for the next call.
    withdrawn : tuple of str
        Sites that their applicants, who run no center, offer no more.
    open : mapping of str to str
        Date by ``site_id``.
    relocate : mapping of str to Relocation
        By ``center_id``.
    max_cases : mapping of str to tuple of int and str
        Most cases and date by ``center_id``.
    wanted : mapping of str to str
        Center (one that opens: its site) by household that is to go there this once, where the bounds allow
        it.
    pins : mapping of str to str
        Pin by household, empty for one that is taken off.
    admitted : tuple of str
        Households that are served from now on, whatever their status.
    effective : str
        From when ``wanted`` and ``pins`` are in force.
    file : str
        Name of the file of the moves, for messages.
    inputs : mapping of str to str
        SHA-256 by role of what was read.
    faults : tuple of Failure
        Rows of the file that could not be read, or cannot be meant whatever the network; nothing is changed
        while there are any.
    """

    moves: pd.DataFrame = field(default_factory=no_moves)
    close: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    declined: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    withdrawn: tuple[str, ...] = ()
    open: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    relocate: Mapping[str, Relocation] = field(default_factory=lambda: MappingProxyType({}))
    max_cases: Mapping[str, tuple[int, str]] = field(default_factory=lambda: MappingProxyType({}))
    wanted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    admitted: tuple[str, ...] = ()
    effective: str = ""
    file: str = ""
    inputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[Failure, ...] = ()

    @property
    def kind(self) -> str:
        """What the record calls a version that they make, as `data.record.said.KINDS` knows it."""
        if self.declined or self.withdrawn:
            return "decline"
        return "grow" if self.admitted else "rebalance"

    def is_empty(self) -> bool:
        """Tell whether nothing changes."""
        of_centers = self.close or self.withdrawn or self.open or self.relocate or self.max_cases
        of_households = self.wanted or self.pins or self.admitted or self.faults
        return self.moves.empty and not (of_centers or of_households)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in one order, without the moves, which are a table."""
        return {
            "close": dict(sorted(self.close.items())),
            "declined": dict(sorted(self.declined.items())),
            "withdrawn": list(self.withdrawn),
            "open": dict(sorted(self.open.items())),
            "relocate": {name: asdict(there) for name, there in sorted(self.relocate.items())},
            "max_cases": {
                name: {"cases": cases, "date": date} for name, (cases, date) in sorted(self.max_cases.items())
            },
            "wanted": dict(sorted(self.wanted.items())),
            "pins": dict(sorted(self.pins.items())),
            "admitted": list(self.admitted),
            "effective": self.effective,
            "file": self.file,
            "inputs": dict(sorted(self.inputs.items())),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], moves: pd.DataFrame | None = None) -> Changes:
        """Return what `as_dict` made plain.

        Parameters
        ----------
        values : mapping
            Of `as_dict`.
        moves : DataFrame, optional
            The events; none unless told.
        """
        return cls(
            moves=no_moves() if moves is None else moves,
            close=dict(values["close"]),
            # A proposal of before has nothing of the kind.
            declined=dict(values.get("declined", {})),
            withdrawn=tuple(values.get("withdrawn", ())),
            open=dict(values["open"]),
            relocate={name: Relocation(**there) for name, there in values["relocate"].items()},
            max_cases={name: (one["cases"], one["date"]) for name, one in values["max_cases"].items()},
            wanted=dict(values.get("wanted", {})),
            pins=dict(values.get("pins", {})),
            admitted=tuple(values.get("admitted", ())),
            effective=values.get("effective", ""),
            file=values["file"],
            inputs=dict(values["inputs"]),
        )


def wrong_changes(problem: Problem, plan: Plan, changes: Changes) -> list[Failure]:
    """Return what cannot be meant of this network, as `check_changes` takes it; nothing where all can."""
    return [
        *changes.faults,
        *wrong_moves(problem, plan, changes),
        *wrong_network(problem, plan, changes),
        *wrong_wishes(problem, plan, changes),
    ]


def lost_arrivals(problem: Problem, changes: Changes) -> list[Failure]:
    """Return who arrives at a place that nobody can find.

    That alone refuses nothing: they would be without a center, and are told beside the proposal. Whoever must
    mend a file anyway is told of them too.
    """
    moves = changes.moves[~changes.moves["household_id"].isin(unsure(changes))]
    return not_found(moves, problem.households, changes.file or "moves")


def check_changes(problem: Problem, plan: Plan, changes: Changes) -> None:
    """Refuse changes that cannot be meant of this network, all of them at once.

    A unit may lose its last center: who lived by it is then unassigned, and listed.

    Parameters
    ----------
    problem : Problem
        Of the network that runs.
    plan : Plan
        That network.
    changes : Changes
        What is asked.

    Raises
    ------
    SitingError
        With the faults of the file; ``nothing_changes``; beside other failures ``no_location``; of the moves
        ``unknown_household``, ``already_here``, ``cases_over_max``, ``unknown_pin``, ``pin_outside_unit``;
        of wishes and pins what `data.change.check_wishes.wrong_wishes` yields; of the centers
        ``unknown_center``, ``unknown_site``, ``site_open_already``, ``ineligible_site``,
        ``applicant_has_center``, ``conflicting_changes``, ``outside_boundaries``, ``other_unit``,
        ``bad_max_cases``, ``bad_date`` and what a point can be.
    """
    if changes.is_empty():
        raise SitingError(phrase("changes.nothing_changes"), code="nothing_changes")
    if failures := wrong_changes(problem, plan, changes):
        raise SitingError.of([*failures, *lost_arrivals(problem, changes)])
