"""Which acts of centers are to be paid, and at what price, told again act by act."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from persiantools.jdatetime import JalaliDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from data.verify.fee_days import Days
    from data.work.months import JalaliMonth
    from data.work.tariffs import Tariff, Tariffs

Key = tuple[str, str, str]
"""Center, contract and item."""


@dataclass(frozen=True)
class Paid:
    """What fees are paid by.

    Attributes
    ----------
    tariffs : Tariffs
        The prices.
    contract : mapping of str to str
        By household; the tariffs' first one unless it is there.
    place, province : mapping of str to str
        By center.
    """

    tariffs: Tariffs
    contract: Mapping[str, str]
    place: Mapping[str, str]
    province: Mapping[str, str]

    def by(self, household: str) -> str:
        """Return the contract of a household."""
        return self.contract.get(household, self.tariffs.first_contract)

    def price(self, key: Key, day: date) -> Tariff | None:
        """Return the tariff of an item in a center's place on a day."""
        center, *what = key
        for tariff in self.tariffs.each:
            is_of_it = [tariff.contract, tariff.item] == what and tariff.place in ("any", self.place[center])
            if is_of_it and tariff.since <= day and (tariff.until is None or tariff.until >= day):
                return tariff
        return None

    def items(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield contract, item, unit, and whether being served is enough, each pair once."""
        seen = set()
        for tariff in self.tariffs.each:
            if (tariff.contract, tariff.item) not in seen:
                seen.add((tariff.contract, tariff.item))
                bases = {
                    other.basis
                    for other in self.tariffs.each
                    if (other.contract, other.item) == (tariff.contract, tariff.item)
                }
                yield tariff.contract, tariff.item, tariff.unit, bases == {"served"}


def earned(days: Days, activity: pd.DataFrame, paid: Paid, month: JalaliMonth) -> Iterator[dict[str, str]]:
    """Yield the acts of a month that are paid."""
    columns = ["activity_id", "date", "household_id", "center_id", "kind", "flags"]
    rows = [dict(zip(columns, row, strict=True)) for row in activity[columns].itertuples(index=False)]
    visited: dict[str, list[date]] = defaultdict(list)
    opened: Counter[str] = Counter()
    interviewed: set[tuple[str, str]] = set()
    for act in sorted(rows, key=lambda row: (row["date"], row["activity_id"])):
        day, household, kind = date.fromisoformat(act["date"]), act["household_id"], act["kind"]
        if day > month.last or any(flag in act["flags"].split() for flag in paid.tariffs.unpaid_flags):
            continue
        homes, centers = days.at(day)
        if kind == "education":
            good = act["center_id"] in centers
        elif homes.get(household, ("", 0))[0] != act["center_id"]:
            good = False
        elif kind == "visit":
            good = not any(_is_soon(last, day, paid.tariffs) for last in visited[household])
            visited[household] += [day] * good
        elif kind == "file_opened":
            good = opened[household] < days.most_cases(household)
            opened[household] += good
        elif kind == "interview":
            good = (household, act["date"]) not in interviewed
            interviewed.add((household, act["date"]))
        else:
            good = True
        if good and day >= month.first:
            yield act


def _is_soon(last: date, day: date, tariffs: Tariffs) -> bool:
    """Whether a visit on a day is within the interval of one that was paid."""
    (year, month, of_month), (now_year, now_month, now_of) = _jalali(last), _jalali(day)
    apart = (now_year - year) * 12 + now_month - month
    if tariffs.visit_counted == "periods":
        begins = (month - 1) // tariffs.visit_months * tariffs.visit_months
        return begins + tariffs.visit_months > apart + month - 1
    if apart != tariffs.visit_months:
        return apart < tariffs.visit_months
    return now_of < min(of_month, _length(now_year, now_month))


def _jalali(day: date) -> tuple[int, int, int]:
    there = JalaliDate(day)  # type: ignore[no-untyped-call]
    return there.year, there.month, there.day


def _length(year: int, month: int) -> int:
    return int(JalaliDate.days_in_month(month, year))
