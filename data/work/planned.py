"""What centers would be paid for a month by rates, where nothing is recorded yet."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from data.work.invoices import UNPAID_COLUMNS, Bill, is_monthly, lines_of, month_lines, served_in, unit_lines
from data.work.money import whole_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.work.invoices import Served
    from data.work.months import JalaliMonth
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs
    from data.work.whereabouts import Whereabouts


def planned_bill(where: Whereabouts, tariffs: Tariffs, rates: Rates, month: JalaliMonth) -> Bill:
    """Return what centers would be paid for a month.

    Visits and files are whole numbers for each center and contract: what is due of a year's number by the end
    of the month less what was due before it, so that a year's months add up to the year.

    Parameters
    ----------
    where : Whereabouts
        Who was where.
    tariffs : Tariffs
        The prices.
    rates : Rates
        What centers do.
    month : JalaliMonth
        The month.

    Raises
    ------
    SitingError
        As `data.work.invoices.served_in`.
    """
    served = served_in(where, tariffs, month)
    found = (
        line
        for contract in dict.fromkeys(one.contract for one in tariffs.each)
        for line in _lines(served, tariffs, rates, contract)
    )
    nothing = pd.DataFrame(columns=list(UNPAID_COLUMNS))
    return Bill(month, "rates", lines_of(found, tariffs, where.province), nothing, {})


def _lines(served: Served, tariffs: Tariffs, rates: Rates, contract: str) -> Iterator[dict[str, object]]:
    month = served.month
    for item in tariffs.items(contract):
        unit = tariffs.unit_of(item, contract)
        if is_monthly(tariffs, item, contract):
            if unit == "case_month":
                spans = served.spans(contract)
                spans = spans.assign(quantity=[rates.casework(int(one)) for one in spans["quantity"]])
            else:
                spans = served.open_spans(contract)
                spans = spans if rates.has_education(month.month) else spans.iloc[:0]
            yield from month_lines(spans, tariffs, item, contract, month)
        else:
            yield from unit_lines(_pieces(served, rates, contract, unit), tariffs, item, contract, month)


def _pieces(served: Served, rates: Rates, contract: str, unit: str) -> pd.DataFrame:
    """Return the pieces of a month by center: visits by homes, files and interviews by cases."""
    month, homes = served.month, served.homes
    homes = homes[homes["contract"] == contract]
    days = homes["end"] - homes["begin"]
    share = days if unit == "visit" else days * homes["cases"]
    by_center = share.groupby([homes["center_id"], homes["place"]], sort=True).sum()
    rate = rates.visits if unit == "visit" else rates.files
    quantity = [whole_in(rate(Fraction(int(one), month.days)), month.month) for one in by_center]
    table = by_center.rename("share").reset_index().drop(columns="share")
    return table.assign(begin=0, end=month.days, quantity=quantity)
