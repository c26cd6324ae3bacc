"""Fees recounted day by day: what each day earns, from who was where, what was done and what it costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from data.errors import Failure
from data.text import phrase
from data.verify.fee_acts import earned
from data.verify.finding import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from data.verify.fee_acts import Key, Paid
    from data.verify.fee_days import Days, Home
    from data.work.months import JalaliMonth
    from data.work.rates import Rates

Due = tuple[str, str, str, int]
"""Center, contract, item and tariff."""
INVOICES = "invoices.csv"
_PIECES = {"visit": "visit", "interview": "interview", "file_opened": "file_opened"}


def recount(days: Days, activity: pd.DataFrame, paid: Paid, month: JalaliMonth) -> dict[Due, Fraction]:
    """Return exact toman by center, contract, item and tariff of what was done in a month.

    Parameters
    ----------
    days : Days
        Who was where.
    activity : DataFrame
        ``activity_id``, ``date``, ``household_id``, ``center_id``, ``kind``, ``flags``.
    paid : Paid
        The prices.
    month : JalaliMonth
        The month.
    """
    acts = list(earned(days, activity, paid, month))
    count = _Count(days, paid, month)
    for contract, item, unit, by_serving in paid.items():
        if unit in _PIECES:
            for act in acts:
                if act["kind"] == _PIECES[unit] and paid.by(act["household_id"]) == contract:
                    key = (act["center_id"], contract, item)
                    count.add(key, date.fromisoformat(act["date"]), Fraction(1))
        elif unit == "case_month":
            earners = {act["household_id"] for act in acts if act["kind"] == "casework"}
            count.add_cases((contract, item), None if by_serving else earners)
        else:
            givers = {act["center_id"] for act in acts if act["kind"] == "education"}
            count.add_centers((contract, item), None if by_serving else givers)
    return {key: amount for key, amount in count.due.items() if amount}


def recount_planned(days: Days, rates: Rates, paid: Paid, month: JalaliMonth) -> dict[Key, int]:
    """Return the pieces (visits, files, interviews) due in a month by center, contract and item.

    Parameters
    ----------
    days, paid, month
        As `recount`.
    rates : Rates
        What centers do.
    """
    homes: Counter[tuple[str, str]] = Counter()
    cases: Counter[tuple[str, str]] = Counter()
    alike: dict[tuple[int, ...], list[date]] = {}
    for day in _days_of(month):
        alike.setdefault(days.key(day), []).append(day)
    for same in alike.values():
        for household, (center, number) in days.at(same[0])[0].items():
            homes[center, paid.by(household)] += len(same)
            cases[center, paid.by(household)] += number * len(same)
    found: dict[Key, int] = {}
    for contract, item, unit, _ in paid.items():
        if unit not in _PIECES:
            continue
        rate = (
            Fraction(str(rates.visits_a_year)) / 12
            if unit == "visit"
            else Fraction(str(rates.files_opened_a_month)) / rates.full_cases
        )
        for (center, one_contract), number in (homes if unit == "visit" else cases).items():
            if one_contract == contract:
                done = [
                    _nearest(rate * number / month.days * months) for months in (month.month - 1, month.month)
                ]
                found[center, contract, item] = done[1] - done[0]
    return {key: number for key, number in found.items() if number}


def check_fees(lines: pd.DataFrame, due: Mapping[Due, Fraction], province: Mapping[str, str]) -> None:
    """Refuse invoices that are not what was recounted, but for the rounding of their lines.

    Parameters
    ----------
    lines : DataFrame
        As `data.work.invoices.LINE_COLUMNS`.
    due : mapping
        Of `recount`.
    province : mapping of str to str
        By center.

    Raises
    ------
    VerificationError
        ``wrong_fee`` for a center whose lines of a tariff are a toman a line or more from what is due, and
        for a province whose lines of a tariff do not add up to the nearest whole toman.
    """
    stated: Counter[Due] = Counter()
    several: Counter[Due] = Counter()
    columns = [lines[name].tolist() for name in ("center_id", "contract", "item", "tariff", "amount")]
    for center, contract, item, tariff, amount in zip(*columns, strict=True):
        stated[center, contract, item, tariff] += amount
        several[center, contract, item, tariff] += 1
    keys = sorted({*stated, *due})
    wrong = [
        _wrong(f"{key[0]} · {key[2]}", "wrong_fee", stated[key], due.get(key, Fraction(0)))
        for key in keys
        if stated[key] != due.get(key, 0)
        and not -several[key] < stated[key] - due.get(key, Fraction(0)) < several[key]
    ]
    sums: dict[tuple[str, str, int], list[Fraction]] = {}
    for key in keys:
        both = sums.setdefault((province[key[0]], key[2], key[3]), [Fraction(0), Fraction(0)])
        both[0] += stated[key]
        both[1] += due.get(key, 0)
    wrong += [
        _wrong(f"{where} · {item}", "wrong_fee", int(told), true)
        for (where, item, _), (told, true) in sorted(sums.items())
        if told != _nearest(true)
    ]
    if wrong:
        raise VerificationError.of(wrong)


def check_planned(
    lines: pd.DataFrame, due: Mapping[Key, int], month: JalaliMonth, province: Mapping[str, str]
) -> None:
    """Refuse planned invoices whose pieces are not what was recounted, or whose lines are not.

    Parameters
    ----------
    lines, province
        As `check_fees`.
    due : mapping
        Of `recount_planned`.
    month : JalaliMonth
        The month.

    Raises
    ------
    VerificationError
        ``wrong_pieces``; ``wrong_fee`` where lines are not what their quantities, prices and days come to.
    """
    stated: Counter[Key] = Counter()
    exact: dict[Due, Fraction] = {}
    for line in lines.to_dict("records"):
        key = (str(line["center_id"]), str(line["contract"]), str(line["item"]))
        pieces = line["unit"] in _PIECES
        stated[key] += int(line["quantity"]) if pieces else 0
        share = Fraction(1) if pieces else Fraction(int(line["days"]), month.days)
        exact_key = (*key, int(line["tariff"]))
        exact[exact_key] = exact.get(exact_key, Fraction(0)) + line["quantity"] * line["unit_amount"] * share
    wrong = [
        _wrong(f"{key[0]} · {key[2]}", "wrong_pieces", stated[key], Fraction(due.get(key, 0)))
        for key in sorted({*stated, *due})
        if stated[key] != due.get(key, 0)
    ]
    if wrong:
        raise VerificationError.of(wrong)
    check_fees(lines, exact, province)


def _wrong(subject: str, code: str, stated: int, true: Fraction) -> Failure:
    words = phrase(f"fees.{code}", stated=stated, true=f"{float(true):.2f}")
    return Failure(INVOICES, 0, code, subject, words)


def _nearest(value: Fraction) -> int:
    """Return the nearest whole number, a half upwards."""
    whole, rest = divmod(value.numerator, value.denominator)
    return whole + (2 * rest >= value.denominator)


def _days_of(month: JalaliMonth) -> list[date]:
    return [month.first + timedelta(days=number) for number in range(month.days)]


@dataclass
class _Count:
    """What is due so far."""

    days: Days
    paid: Paid
    month: JalaliMonth
    due: dict[Due, Fraction] = field(default_factory=dict)

    def add(self, key: Key, day: date, units: Fraction) -> None:
        """Add units at their price of a day."""
        tariff = self.paid.price(key, day)
        if tariff is not None:
            whole = (*key, tariff.number)
            self.due[whole] = self.due.get(whole, Fraction(0)) + units * tariff.amount

    def add_cases(self, what: tuple[str, str], earners: set[str] | None) -> None:
        """Add the days of cases, of some households unless of all."""
        counted: dict[tuple[int, ...], Counter[str]] = {}
        for number, day in enumerate(_days_of(self.month)):
            key = self.days.key(day)
            if key not in counted:
                homes = self.days.at(day)[0]
                counted[key] = _cases(homes, self.paid, what[0], homes if earners is None else earners)
            self._add_day(what, number, counted[key])

    def add_centers(self, what: tuple[str, str], givers: set[str] | None) -> None:
        """Add the days of centers that served somebody by the contract, of some unless of all."""
        states = {self.days.key(day): self.days.at(day) for day in _days_of(self.month)}
        serves = {
            center
            for homes, _ in states.values()
            for household, (center, _) in homes.items()
            if self.paid.by(household) == what[0]
        }
        for number, day in enumerate(_days_of(self.month)):
            there = states[self.days.key(day)][1] & serves
            self._add_day(what, number, Counter(there if givers is None else there & givers))

    def _add_day(self, what: tuple[str, str], number: int, counted: Mapping[str, int]) -> None:
        day = self.month.first + timedelta(days=number)
        for center, units in counted.items():
            self.add((center, *what), day, Fraction(units, self.month.days))


def _cases(homes: Mapping[str, Home], paid: Paid, contract: str, earners: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for household in earners:
        if household in homes and paid.by(household) == contract:
            center, cases = homes[household]
            found[center] += cases
    return found
