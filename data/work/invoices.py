"""What centers are paid for a month, line by line: each line is a number of units at one price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from data.errors import SitingError
from data.work.money import pieces_between, shared_out
from data.work.tariffs import MONTHLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from data.work.months import JalaliMonth
    from data.work.tariffs import Tariff, Tariffs
    from data.work.whereabouts import Whereabouts

Source = Literal["activity", "rates"]
LINE_COLUMNS = (
    "center_id", "contract", "item", "unit", "place", "tariff", "quantity", "unit_amount", "from", "to",
    "days", "of_days", "amount",
)  # fmt: skip
UNPAID_COLUMNS = ("activity_id", "date", "household_id", "center_id", "caseworker_id", "kind", "reason")


@dataclass(frozen=True)
class Bill:
    """A month's invoices.

    Attributes
    ----------
    month : JalaliMonth
        The month.
    source : {"activity", "rates"}
        Whether they are of what was recorded, or of what is expected.
    lines : DataFrame
        `LINE_COLUMNS`, in the order of centers, contracts and the tariffs' file. ``quantity`` units at
        ``unit_amount`` toman; of a month's unit the part for the ``days`` from ``from`` to ``to`` (ISO, both
        included) of ``of_days``, which are missing for other units. ``amount`` is toman.
    unpaid : DataFrame
        `UNPAID_COLUMNS`: acts of the month that are not paid, and why: ``flagged``, ``not_its_home``,
        ``claimed_twice``, ``too_soon``, ``opened_before``, ``center_closed``.
    unpriced : mapping of str to int
        Acts of the month of a kind that nothing is paid for by itself, as an interview that the file it
        belongs to pays for.
    """

    month: JalaliMonth
    source: Source
    lines: pd.DataFrame
    unpaid: pd.DataFrame
    unpriced: Mapping[str, int]


@dataclass(frozen=True)
class Served:
    """Whom centers served in a month, as contracts see it.

    Attributes
    ----------
    month : JalaliMonth
        The month.
    homes : DataFrame
        ``household_id``, ``center_id``, ``contract``, ``place``, ``cases``, ``begin``, ``end``.
    centers : DataFrame
        ``center_id``, ``place``, ``begin``, ``end``.
    """

    month: JalaliMonth
    homes: pd.DataFrame
    centers: pd.DataFrame

    @property
    def served_by(self) -> set[tuple[str, str]]:
        """Center and contract wherever a center served somebody by it."""
        return set(zip(self.homes["center_id"], self.homes["contract"], strict=True))

    def spans(self, contract: str, households: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the cases of a contract by center and span: ``center_id``, ``place``, ``begin``, ``end``,
        ``quantity``; of some households unless of all.
        """  # noqa: D205 - its columns are the summary
        homes = self.homes[self.homes["contract"] == contract]
        if households is not None:
            homes = homes[homes["household_id"].isin(set(households))]
        by = ["center_id", "place", "begin", "end"]
        return homes.groupby(by, sort=True)["cases"].sum().rename("quantity").reset_index()

    def open_spans(self, contract: str, centers: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the spans in which centers that serve a contract were open, each a quantity of 1."""
        wanted = {center for center, one in self.served_by if one == contract}
        wanted &= wanted if centers is None else set(centers)
        return self.centers[self.centers["center_id"].isin(wanted)].assign(quantity=1)


def served_in(where: Whereabouts, tariffs: Tariffs, month: JalaliMonth) -> Served:
    """Return whom centers served in a month.

    Raises
    ------
    SitingError
        With every price that is missing for them in that month (``no_tariff``, ``no_tariff_then``).
    """
    place = {
        str(center): tariffs.place_of(str(province), str(county))
        for center, province, county in where.about[["province", "county"]].itertuples()
    }
    contract = tariffs.contract_of(where.status)
    homes = where.homes_in(month)
    homes = homes.assign(
        contract=homes["household_id"].map(contract).astype(object).fillna(tariffs.first_contract),
        place=homes["center_id"].map(place).astype(object).fillna("other"),
    )
    centers = where.centers_in(month)
    centers = centers.assign(place=centers["center_id"].map(place).astype(object).fillna("other"))
    pairs = homes[["contract", "place"]].drop_duplicates().sort_values(["contract", "place"])
    failures = [
        failure
        for one, there in pairs.itertuples(index=False)
        for failure in tariffs.lacks(one, there, month.first, month.last)
    ]
    if failures:
        raise SitingError.of(failures)
    return Served(month, homes, centers)


def month_lines(
    spans: pd.DataFrame, tariffs: Tariffs, item: str, contract: str, month: JalaliMonth
) -> Iterator[dict[str, object]]:
    """Yield the lines of an item that is shared out by days.

    Parameters
    ----------
    spans : DataFrame
        ``center_id``, ``place``, ``begin``, ``end``, ``quantity``.
    tariffs : Tariffs
        The prices.
    item, contract : str
        What is paid, by which contract.
    month : JalaliMonth
        The month.
    """
    for one in _plain(spans):
        for tariff, since, until in in_force(tariffs, item, contract, one.place, month):
            part = one._replace(begin=max(one.begin, since), end=min(one.end, until))
            if part.begin < part.end and part.quantity:
                yield _line(part, tariff, month)


def in_force(
    tariffs: Tariffs, item: str, contract: str, place: str, month: JalaliMonth
) -> Iterator[tuple[Tariff, int, int]]:
    """Yield an item's tariffs of a month: each, its first day there, from 0, and the day after the last."""
    first = month.first
    for one in tariffs.of(item, contract, place):
        begin = max(0, (one.since - first).days)
        end = month.days if one.until is None else min(month.days, (one.until - first).days + 1)
        if begin < end:
            yield one, begin, end


def unit_lines(
    counted: pd.DataFrame, tariffs: Tariffs, item: str, contract: str, month: JalaliMonth
) -> Iterator[dict[str, object]]:
    """Yield the lines of an item that is paid by the piece.

    Parameters
    ----------
    counted : DataFrame
        ``center_id``, ``place``, ``begin``, ``end``, ``quantity``: pieces of the days from the first, from 0,
        to before the last.
    tariffs, item, contract, month
        As `month_lines`; where the price changes on one of those days, as much of them is at each price as
        its days are of all.
    """
    for one in _plain(counted):
        for tariff, since, until in in_force(tariffs, item, contract, one.place, month):
            first, last = max(one.begin, since), min(one.end, until)
            if first < last:
                days = one.end - one.begin
                number = pieces_between(one.quantity, first - one.begin, last - one.begin, days)
                if number:
                    yield _line(one._replace(begin=since, end=until, quantity=number), tariff, month)


def lines_of(
    found: Iterable[dict[str, object]], tariffs: Tariffs, province: Mapping[str, str]
) -> pd.DataFrame:
    """Return lines as a table in order, those of one price and the same days as one, with their amounts.

    Parameters
    ----------
    found : iterable of dict
        Of `month_lines` and `unit_lines`.
    tariffs : Tariffs
        The prices.
    province : mapping of str to str
        Of each center: within it the lines of one price are rounded so that they add up (`shared_out`).
    """
    columns = [name for name in LINE_COLUMNS if name != "amount"]
    table = pd.DataFrame(list(found), columns=columns)
    whole = ["tariff", "quantity", "unit_amount"]
    table = table.astype({**dict.fromkeys(whole, "int64"), "days": "Int64", "of_days": "Int64"})
    by = [name for name in columns if name != "quantity"]
    table = table.groupby(by, dropna=False, sort=False)["quantity"].sum().reset_index()
    contracts = list(dict.fromkeys(one.contract for one in tariffs.each))
    order = table["contract"].map(contracts.index).astype("int64")
    table = table.assign(_order=order).sort_values(
        ["center_id", "_order", "tariff", "from", "to"], kind="stable", ignore_index=True
    )
    days, of_days = (table[name].fillna(1).astype("int64") for name in ("days", "of_days"))
    due = (table["quantity"] * table["unit_amount"] * days).to_numpy(np.int64)
    amount = np.zeros(len(table), np.int64)
    together = pd.DataFrame({"province": table["center_id"].map(dict(province)), "tariff": table["tariff"]})
    for rows in together.groupby(["province", "tariff"], sort=False).indices.values():
        amount[rows] = shared_out(due[rows].tolist(), int(of_days.iloc[rows[0]]))
    return table.assign(amount=amount)[list(LINE_COLUMNS)]


def is_monthly(tariffs: Tariffs, item: str, contract: str) -> bool:
    """Whether an item is shared out by days."""
    return tariffs.unit_of(item, contract) in MONTHLY


class _Span(NamedTuple):
    """Units of a center on some days of a month: the first, from 0, and the day after the last."""

    center: str
    place: str
    begin: int
    end: int
    quantity: int


def _line(of: _Span, tariff: Tariff, month: JalaliMonth) -> dict[str, object]:
    monthly = tariff.unit in MONTHLY
    return {
        "center_id": of.center,
        "contract": tariff.contract,
        "item": tariff.item,
        "unit": tariff.unit,
        "place": of.place,
        "tariff": tariff.number,
        "quantity": of.quantity,
        "unit_amount": tariff.amount,
        "from": (month.first + timedelta(days=of.begin)).isoformat(),
        "to": (month.first + timedelta(days=of.end - 1)).isoformat(),
        "days": of.end - of.begin if monthly else None,
        "of_days": month.days if monthly else None,
    }


def _plain(spans: pd.DataFrame) -> Iterator[_Span]:
    columns = [spans[name].tolist() for name in ("center_id", "place", "begin", "end", "quantity")]
    yield from (_Span(*row) for row in zip(*columns, strict=True))
