"""Tariffs: what is paid for what, where, by which contract and from when."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from data.errors import Failure
from data.fold import fold
from data.text import phrase
from data.work.months import jalali_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "visit": "visit",
        "interview": "interview",
        "file_opened": "file_opened",
        "case_month": "casework",
        "center_month": "education",
    }
)
"""The kind of activity that earns each unit."""
MONTHLY = ("case_month", "center_month")
"""Units that are shared out by days."""
BASES = ("activity", "served")
COUNTED = ("periods", "rolling")


@dataclass(frozen=True)
class Tariff:
    """One price.

    Attributes
    ----------
    number : int
        Its place in the file, from 1.
    item, unit, contract, place : str
        As the shipped file says; ``place`` is ``metropolis``, ``other`` or ``any``.
    amount : int
        Toman a unit.
    since : date
        The first day it is in force.
    until : date or None
        The last one; None where it is in force still.
    basis : str
        ``activity`` or ``served``.
    source : str
        Where the figure is from.
    assumed : bool
        Whether no source gives it.
    names : mapping of str to str
        What the item is called, by language; empty for the house's own name.
    """

    number: int
    item: str
    unit: str
    contract: str
    place: str
    amount: int
    since: date
    until: date | None
    basis: str
    source: str
    assumed: bool
    names: Mapping[str, str]

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def holds_in(self, place: str) -> bool:
        """Whether it is of a place, ``metropolis`` or ``other``."""
        return self.place in (place, "any")


@dataclass(frozen=True)
class Tariffs:
    """All prices and what they are used by.

    Attributes
    ----------
    file : str
        Name of the file they are from.
    each : tuple of Tariff
        In the file's order.
    metropolises : frozenset of (str, str)
        Folded names of province and county, in every language the census has.
    contracts : mapping of str to str
        Contract by folded status.
    first_contract : str
        That of every other status.
    visit_months : int
        A home's visits are paid once in so many months.
    visit_counted : {"periods", "rolling"}
        From where those are counted.
    unpaid_flags : tuple of str
        Codes of impossible days that are not paid.
    """

    file: str
    each: tuple[Tariff, ...]
    metropolises: frozenset[tuple[str, str]]
    contracts: Mapping[str, str]
    first_contract: str
    visit_months: int
    visit_counted: Literal["periods", "rolling"]
    unpaid_flags: tuple[str, ...]

    def contract_of(self, status: pd.Series) -> pd.Series:
        """Return the contract that pays for households of each status."""
        known = {one: self.contracts.get(fold(one), self.first_contract) for one in status.unique()}
        return status.map(known).astype(object)

    def place_of(self, province: str, county: str) -> str:
        """Return whether a county is a ``metropolis`` or an ``other`` place."""
        return "metropolis" if (fold(province), fold(county)) in self.metropolises else "other"

    def of(self, item: str, contract: str, place: str) -> tuple[Tariff, ...]:
        """Return the tariffs of an item in a place, the oldest first."""
        found = (one for one in self.each if (one.item, one.contract) == (item, contract))
        return tuple(sorted((one for one in found if one.holds_in(place)), key=lambda one: one.since))

    def items(self, contract: str) -> tuple[str, ...]:
        """Return what a contract pays for, in the file's order."""
        return tuple(dict.fromkeys(one.item for one in self.each if one.contract == contract))

    def unit_of(self, item: str, contract: str) -> str:
        """Return the unit of an item that there is."""
        return next(one.unit for one in self.each if (one.item, one.contract) == (item, contract))

    def lacks(self, contract: str, place: str, first: date, last: date) -> list[Failure]:
        """Return what a contract pays for in a place but has no price of on every day from a first to a last.

        Returns
        -------
        list of Failure
            ``no_tariff`` where there is none, ``no_tariff_then`` for days before the first or after the last.
        """
        failures = []
        items = self.items(contract)
        where = f"{contract} · {place}"
        if not items:
            failures.append(Failure(self.file, 0, "no_tariff", where, phrase("fees.no_tariff")))
        for item in items:
            known = self.of(item, contract, place)
            subject = f"{contract} · {item} · {place}"
            if not known:
                failures.append(Failure(self.file, 0, "no_tariff", subject, phrase("fees.no_tariff")))
            elif first < known[0].since or (known[-1].until is not None and known[-1].until < last):
                ends = {"first": jalali_day(first), "last": jalali_day(last)}
                since, until = jalali_day(known[0].since), known[-1].until
                if until is None:
                    words = phrase("fees.no_tariff_before", since=since, **ends)
                else:
                    words = phrase("fees.no_tariff_then", since=since, until=jalali_day(until), **ends)
                failures.append(Failure(self.file, 0, "no_tariff_then", subject, words))
        return failures
