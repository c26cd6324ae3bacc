"""The days on which tariffs are in force: each day once, from the first to the last."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from data.errors import Failure
from data.text import phrase
from data.work.months import jalali_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from data.work.tariffs import Tariff

PLACES = ("metropolis", "other")


def day_faults(file: str, tariffs: Sequence[Tariff]) -> list[Failure]:
    """Return where days overlap or leave a gap, and items with two units.

    Parameters
    ----------
    file : str
        Name of the file, for the failures.
    tariffs : sequence of Tariff
        All that could be read.
    """
    found: dict[tuple[str, str, str], list[Tariff]] = {}
    for one in tariffs:
        for place in PLACES:
            if one.holds_in(place):
                found.setdefault((one.contract, one.item, place), []).append(one)
    faults: list[Failure] = []
    for key in sorted(found):
        rows = sorted(found[key], key=lambda one: (one.since, one.number))
        if len({one.unit for one in rows}) > 1:
            numbers = ", ".join(str(one.number) for one in rows)
            words = phrase("fees.two_units", numbers=numbers)
            faults.append(Failure(file, 0, "two_units", f"tariff: {' · '.join(key[:2])}", words))
        faults += _breaks(file, " · ".join(key), rows)
    return sorted(set(faults))


def _breaks(file: str, subject: str, rows: Sequence[Tariff]) -> Iterator[Failure]:
    day = timedelta(days=1)
    for before, after in pairwise(rows):
        if before.until is None or after.since <= before.until:
            code, first, last = "tariff_overlap", after.since, _earlier(before.until, after.until)
        elif after.since > before.until + day:
            code, first, last = "tariff_gap", before.until + day, after.since - day
        else:
            continue
        words = phrase(
            f"fees.{code}",
            subject=subject,
            other=str(before.number),
            first=jalali_day(first),
            last=phrase("fees.no_end") if last is None else jalali_day(last),
        )
        yield Failure(file, 0, code, f"tariff[{after.number}].from", words)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
