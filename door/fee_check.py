"""Invoices held against a recount that is made from the record's tables by other means."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from data.change.effective import DAYS
from data.verify.fee_acts import Paid
from data.verify.fee_days import Days, Standing
from data.verify.fees import check_fees, check_planned, recount, recount_planned
from data.work.in_force import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.casebook import Casebook, Entry
    from data.work.invoices import Bill
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs
    from data.work.whereabouts import Whereabouts


def check_bill(
    bill: Bill,
    books: Sequence[Casebook],
    where: Whereabouts,
    activity: pd.DataFrame,
    tariffs: Tariffs,
    *,
    rates: Rates | None,
) -> None:
    """Refuse a bill that a recount of the record does not confirm.

    Parameters
    ----------
    bill : Bill
        The month's lines.
    books : sequence of Casebook
        Of the provinces, or of the plan.
    where : Whereabouts
        Of which names of places and statuses are taken, and no more.
    activity : DataFrame
        What was done.
    tariffs, rates
        As the bill was made by.

    Raises
    ------
    VerificationError
        Exit code 7.
    """
    places = where.about[["province", "county"]].itertuples()
    place = {str(one): tariffs.place_of(str(province), str(county)) for one, province, county in places}
    contract = tariffs.contract_of(where.status)
    other = contract[contract != tariffs.first_contract]
    paid = Paid(tariffs, dict(zip(other.index, other, strict=True)), place, where.province)
    days = Days([standings(book) for book in books])
    if rates is None:
        check_fees(bill.lines, recount(days, activity, paid, bill.month), where.province)
    else:
        check_planned(bill.lines, recount_planned(days, rates, paid, bill.month), bill.month, where.province)


def standings(book: Casebook) -> list[Standing]:
    """Return a network in each of its versions that changed it, table by table, the first first."""
    return [
        _standing(book, entry)
        for entry in book.log()
        if entry.version == 1 or not book.is_work(entry.version)
    ]


def _standing(book: Casebook, entry: Entry) -> Standing:
    wanted = {
        "plan_assignments": ["household_id", "center_id", "cases"],
        "plan_centers": ["center_id", "site_id"],
    }
    tables = book.tables(wanted, entry.version)
    served, centers = tables["plan_assignments"], tables["plan_centers"]
    homes = {
        str(one): (str(center), int(cases))
        for one, center, cases in served[wanted["plan_assignments"]].itertuples(index=False)
    }
    told = {one: date.fromisoformat(day) for day, ids in entry.payload.get(DAYS, {}).items() for one in ids}
    changes = entry.payload.get("changes", {})
    closed = {one: date.fromisoformat(day) for one, day in changes.get("close", {}).items()}
    opened = {
        str(center): date.fromisoformat(changes["open"][site])
        for center, site in centers[["center_id", "site_id"]].itertuples(index=False)
        if site in changes.get("open", {})
    }
    return Standing(
        day_of(entry.when_utc) if entry.version > 1 else None,
        {**told, **opened, **closed},
        homes,
        frozenset(centers["center_id"].astype(str)),
    )
