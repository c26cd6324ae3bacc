"""Which acts of centers are paid: each once, and only to whose home it was on that day."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.work.invoices import (
    UNPAID_COLUMNS,
    Bill,
    is_monthly,
    lines_of,
    month_lines,
    served_in,
    unit_lines,
)
from data.work.months import JalaliMonth, months_before
from data.work.tariffs import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from data.work.invoices import Served
    from data.work.tariffs import Tariffs
    from data.work.whereabouts import Whereabouts

CASEWORK, EDUCATION, VISIT, FILE_OPENED = "casework", "education", "visit", "file_opened"
PAID = ""


def bill_of(where: Whereabouts, activity: pd.DataFrame, tariffs: Tariffs, month: JalaliMonth) -> Bill:
    """Return what centers are paid for what they did in a month.

    Pieces (visits, files, interviews) are paid where the home was the center's own on that day: a home's
    visits once in the tariffs' interval, the first of them; as many files as a household has cases, ever; an
    interview once a day. A case's month is paid where any of its centers did casework for it in that month,
    to all of them by their days; a center's month where the center gave education in it.

    Parameters
    ----------
    where : Whereabouts
        Who was where.
    activity : DataFrame
        As `data.work.tables.TABLES` has it, of this month and all before it; later rows do not count.
    tariffs : Tariffs
        The prices.
    month : JalaliMonth
        The month.

    Raises
    ------
    SitingError
        As `data.work.invoices.served_in`.
    """
    served = served_in(where, tariffs, month)
    acts = judged(where, activity, tariffs, month)
    inside = acts[acts["date"] >= month.first.isoformat()]
    paid = inside[inside["reason"] == PAID]
    contract = tariffs.contract_of(where.status)
    of_contract = paid["household_id"].map(contract).astype(object).fillna(tariffs.first_contract)
    lines = [
        line
        for one in dict.fromkeys(tariff.contract for tariff in tariffs.each)
        for line in _lines(
            served, paid[(of_contract == one) | (paid["kind"] == EDUCATION)], tariffs, one, month
        )
    ]
    priced = {KINDS[one.unit] for one in tariffs.each}
    unpriced = Counter(inside.loc[~inside["kind"].isin(priced), "kind"])
    unpaid = inside[(inside["reason"] != PAID) & inside["kind"].isin(priced)]
    return Bill(
        month,
        "activity",
        lines_of(lines, tariffs, where.province),
        unpaid[list(UNPAID_COLUMNS)].reset_index(drop=True),
        dict(sorted(unpriced.items())),
    )


def judged(where: Whereabouts, activity: pd.DataFrame, tariffs: Tariffs, month: JalaliMonth) -> pd.DataFrame:
    """Return the acts up to the end of a month by day and id, with the ``reason`` why each is not paid.

    Parameters
    ----------
    where, activity, tariffs, month
        As `bill_of`.
    """
    acts = activity[activity["date"] <= month.last.isoformat()]
    acts = acts.sort_values(["date", "activity_id"], kind="stable", ignore_index=True)
    days = [date.fromisoformat(one) for one in acts["date"]]
    owner = where.center_on(acts["household_id"].tolist(), days)
    own = (owner != "") & (owner == acts["center_id"].to_numpy(object))
    of_center = (acts["kind"] == EDUCATION).to_numpy()
    is_open = where.open_on(acts["center_id"].tolist(), days)
    barred = set(tariffs.unpaid_flags)
    flagged = np.array([bool(barred & set(one.split())) for one in acts["flags"]], bool)
    by_owner = set(zip(acts["household_id"][own], acts["date"][own], acts["kind"][own], strict=True))
    again: dict[str, Callable[[str, date], str]] = defaultdict(_Daily)
    again[VISIT] = _Visits(tariffs)
    again[FILE_OPENED] = _Files(where)
    reasons: list[str] = []
    rows = zip(
        acts["household_id"], acts["kind"], acts["date"], days, own, of_center, is_open, flagged, strict=True
    )
    for household, kind, iso, day, is_own, is_center, stands, is_flagged in rows:
        if is_flagged:
            reasons.append("flagged")
        elif is_center:
            reasons.append(PAID if stands else "center_closed")
        elif not is_own:
            reasons.append("claimed_twice" if (household, iso, kind) in by_owner else "not_its_home")
        else:
            reasons.append(PAID if kind == CASEWORK else again[kind](household, day))
    return acts.assign(reason=pd.Series(reasons, dtype=object))


class _Daily:
    """Once a day for each household."""

    def __init__(self) -> None:
        self._last: dict[str, date] = {}

    def __call__(self, household: str, day: date) -> str:
        if self._last.get(household) == day:
            return "claimed_twice"
        self._last[household] = day
        return PAID


class _Visits:
    """Once in the tariffs' interval for each household."""

    def __init__(self, tariffs: Tariffs) -> None:
        self._months, self._rolling = tariffs.visit_months, tariffs.visit_counted == "rolling"
        self._last: dict[str, date] = {}

    def __call__(self, household: str, day: date) -> str:
        last = self._last.get(household)
        if last is not None and last == day:
            return "claimed_twice"
        if last is not None and self._is_soon(last, day):
            return "too_soon"
        self._last[household] = day
        return PAID

    def _is_soon(self, last: date, day: date) -> bool:
        if self._rolling:
            return day < months_before(last, -self._months)
        return self._period(last) == self._period(day)

    def _period(self, day: date) -> tuple[int, int]:
        month = JalaliMonth.of(day)
        return month.year, (month.month - 1) // self._months


class _Files:
    """As many as a household has cases, as its center knew them then."""

    def __init__(self, where: Whereabouts) -> None:
        self._cases = where.homes.groupby("household_id")["cases"].max()
        self._opened: Counter[str] = Counter()

    def __call__(self, household: str, day: date) -> str:
        del day
        if self._opened[household] >= int(self._cases.get(household, 1)):
            return "opened_before"
        self._opened[household] += 1
        return PAID


def _lines(
    served: Served, paid: pd.DataFrame, tariffs: Tariffs, contract: str, month: JalaliMonth
) -> Iterator[dict[str, object]]:
    """Yield the lines of one contract."""
    by_kind = dict(list(paid.groupby("kind")))
    place = served.centers.set_index("center_id")["place"]
    for item in tariffs.items(contract):
        unit = tariffs.unit_of(item, contract)
        done = by_kind.get(KINDS[unit], paid.iloc[:0])
        if is_monthly(tariffs, item, contract):
            ids = done["household_id" if unit == "case_month" else "center_id"]
            spans_of = served.spans if unit == "case_month" else served.open_spans
            basis = {one.basis for one in tariffs.each if (one.item, one.contract) == (item, contract)}
            spans = spans_of(contract, None if basis == {"served"} else ids)
            yield from month_lines(spans, tariffs, item, contract, month)
            continue
        counted = done.groupby(["center_id", "date"]).size().rename("quantity").reset_index()
        begin = [(date.fromisoformat(one) - month.first).days for one in counted["date"]]
        there = counted["center_id"].map(_first(place)).astype(object).fillna("other")
        counted = counted.assign(begin=begin, place=there)
        yield from unit_lines(counted.assign(end=counted["begin"] + 1), tariffs, item, contract, month)


def _first(place: pd.Series) -> pd.Series:
    return place[~place.index.duplicated()]
