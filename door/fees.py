"""What centers are paid for a month, put together from the record, checked, and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.errors import SitingError
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import FEES, FEES_FILES, is_nation_folder
from data.nation.check import province_folders
from data.nation.folder import nation_head
from data.summary import to_json
from data.text import phrase
from data.work.fee_totals import amounts_of, fee_sums, fee_table
from data.work.in_force import day_of
from data.work.money import in_currency
from data.work.paid import bill_of
from data.work.planned import planned_bill
from data.work.rates import read_rates
from data.work.whereabouts import together, whereabouts_of
from door.fee_check import check_bill
from maps.file_names import file_names
from maps.origin import Origin
from maps.work.fee_book import fee_workbook
from maps.work.fees import Issued, invoice_page, month_name

if TYPE_CHECKING:
    from pathlib import Path

    from data.text import Lang
    from data.work.money import Currency
    from data.work.months import JalaliMonth
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs
    from data.work.whereabouts import Whereabouts

SCHEMA = 1
INVOICES, UNPAID, BOOK, PAGES = FEES_FILES
_MONEY = ("unit_amount", "amount")


def fees_of(
    folder: Path,
    month: JalaliMonth,
    tariffs: Tariffs,
    rates: Rates | None = None,
    *,
    currency: Currency = "toman",
) -> Issued:
    """Return what the centers of a plan or a nation are paid for a month, recounted.

    Parameters
    ----------
    folder : Path
        Of the plan or the nation.
    month : JalaliMonth
        The month.
    tariffs : Tariffs
        The prices.
    rates : Rates, optional
        What centers do, for a plan of fees; without them what was recorded is paid, and where a record holds
        no activity of any month, the usual rates are taken.
    currency : {"toman", "rial"}
        In which amounts are shown.

    Raises
    ------
    SitingError
        ``no_activity`` where something was recorded of other months only; prices that are missing;
        ``VerificationError``; of the record.
    """
    books = books_of(folder)
    where = together([whereabouts_of(one) for one in books])
    activity = pd.concat([one.work("activity") for one in books], ignore_index=True)
    if rates is None and activity.empty:
        rates = read_rates()
    if rates is None:
        _require(activity, month, folder.name)
        bill = bill_of(where, activity, tariffs, month)
    else:
        bill = planned_bill(where, tariffs, rates, month)
    check_bill(bill, books, where, activity, tariffs, rates=rates)
    synthetic = any(one.problem().synthetic for one in books)
    return Issued(
        bill, _open(where, bill.lines, month), tariffs, rates, currency, origin_of(books), synthetic
    )


def write_fees(
    issued: Issued, folder: Path, out: Path, *, lang: Lang, overwrite: bool = False
) -> dict[str, Any]:
    """Write invoices, their lines and their sums into a private folder; return the summary.

    Of a plan there is a page a center; of a nation a page a province, each invoice on a sheet of its own.

    Parameters
    ----------
    issued : Issued
        The month.
    folder, out : Path
        Of the plan or nation, and the folder to write outside it.
    lang : {"fa", "en"}
        Of pages and workbook.
    overwrite : bool
        Whether fees that stand there may be replaced.

    Raises
    ------
    SitingError
        Where the place is taken, or the machine fails.
    """
    refuse_over_plan(folder, out)
    lines = _shown(issued.bill.lines, issued.currency)
    table = fee_table(issued.bill.lines, issued.about, list(issued.about.index))
    summary = summary_of(issued, table)
    title = f"{month_name(issued.bill.month, lang)}"

    def fill(place: Path) -> None:
        (place / INVOICES).write_bytes(to_csv(lines, synthetic=issued.synthetic))
        (place / UNPAID).write_bytes(to_csv(issued.bill.unpaid, synthetic=issued.synthetic))
        (place / BOOK).write_bytes(
            fee_workbook(
                table,
                issued.bill.lines,
                issued.tariffs,
                issued.currency,
                title=title,
                origin=issued.origin,
                synthetic=issued.synthetic,
                lang=lang,
            )
        )
        (place / PAGES).mkdir()
        for name, centers in _pages(issued, nation=is_nation_folder(folder)).items():
            page = invoice_page(issued, centers, lang)
            (place / PAGES / name).write_text(page, encoding="utf-8", newline="\n")
        (place / SUMMARY).write_bytes(to_json(summary))

    write_folder(out, overwrite=overwrite, fill=fill, kind=FEES)
    return summary


def summary_of(issued: Issued, table: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of a month, as JSON knows them; amounts are in the currency that it names."""
    bill = issued.bill
    used = set(bill.lines["tariff"])
    return {
        "schema": SCHEMA,
        "month": str(bill.month),
        "first": bill.month.first.isoformat(),
        "last": bill.month.last.isoformat(),
        "days": bill.month.days,
        "source": bill.source,
        "synthetic": issued.synthetic,
        "currency": issued.currency,
        **sums_of(table, issued.currency),
        "unpaid": _counted(bill.unpaid),
        "unpriced": dict(bill.unpriced),
        "rates": None if issued.rates is None else dict(vars(issued.rates)),
        "tariffs": {
            "file": issued.tariffs.file,
            "visit_months": issued.tariffs.visit_months,
            "visit_counted": issued.tariffs.visit_counted,
            "used": [
                {
                    "tariff": one.number,
                    "item": one.item,
                    "unit": one.unit,
                    "contract": one.contract,
                    "place": one.place,
                    "amount": in_currency(one.amount, issued.currency),
                    "source": one.source,
                    "assumed": one.assumed,
                }
                for one in issued.tariffs.each
                if one.number in used
            ],
        },
        "version": issued.origin.version,
        "head": issued.origin.head,
        **sealed(issued.origin.seal),
    }


def sums_of(table: pd.DataFrame, currency: Currency) -> dict[str, Any]:
    """Return the sums of a table of `fee_table`: all, by item, province, county and center."""

    def plain(rows: pd.DataFrame) -> list[dict[str, Any]]:
        amounts = amounts_of(table)
        return [
            {
                str(name): in_currency(int(value), currency) if name in amounts else value
                for name, value in row.items()
            }
            for row in rows.to_dict("records")
        ]

    whole = plain(fee_sums(table, ()))[0]
    return {
        "centers": int(whole.pop("centers")),
        "total": whole.pop("total"),
        "items": whole,
        "provinces": plain(fee_sums(table, ("province",))),
        "counties": plain(fee_sums(table, ("province", "county"))),
        "by_center": plain(table),
    }


def books_of(folder: Path) -> list[Casebook]:
    """Return the casebooks of a plan, or of a nation's provinces by their codes."""
    folders = province_folders(folder) if is_nation_folder(folder) else [folder]
    return [Casebook.open(one / CASEBOOK) for one in folders]


def origin_of(books: list[Casebook]) -> Origin:
    """Return version, head, day and seal of a plan; of a nation its head, the highest version and day."""
    last = [one.log()[-1] for one in books]
    heads = {one.path.parent.name: entry.hash for one, entry in zip(books, last, strict=True)}
    head = nation_head(heads) if len(books) > 1 else last[0].hash
    return Origin(
        max(one.version for one in last),
        head,
        max(day_of(one.when_utc) for one in last).isoformat(),
        next((seal for one in books if (seal := one.seal())), ""),
    )


def _require(activity: pd.DataFrame, month: JalaliMonth, path: str) -> None:
    inside = activity["date"].between(month.first.isoformat(), month.last.isoformat())
    if not inside.any():
        raise SitingError(phrase("fees.no_activity", path=path, month=str(month)), code="no_activity")


def _open(where: Whereabouts, lines: pd.DataFrame, month: JalaliMonth) -> pd.DataFrame:
    """Return what is known of the centers that were open in a month or are paid for it."""
    there = {*where.centers_in(month)["center_id"], *lines["center_id"]}
    return where.about[where.about.index.isin(there)].sort_index()


def _shown(lines: pd.DataFrame, currency: Currency) -> pd.DataFrame:
    """Return lines with their amounts in a currency, which they name."""
    shown = {name: [in_currency(int(one), currency) for one in lines[name]] for name in _MONEY}
    return lines.assign(**shown, currency=currency)


def _pages(issued: Issued, *, nation: bool) -> dict[str, list[str]]:
    """Return the centers on each page by its name."""
    centers = [str(one) for one in issued.about.index]
    if not nation:
        names = file_names([(one,) for one in centers], ending=".html")
        return {name: [one] for name, one in zip(names, centers, strict=True)}
    by_province = issued.about.groupby("province", sort=True).groups
    names = file_names([(str(one),) for one in by_province], ending=".html")
    return {name: [str(one) for one in ids] for name, ids in zip(names, by_province.values(), strict=True)}


def _counted(unpaid: pd.DataFrame) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in unpaid.groupby("reason", sort=True).size().items()}
