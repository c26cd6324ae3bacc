"""Invoices to print, one a center: every line with its units, price and days, and how it was counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from persiantools.jdatetime import JalaliDate

from data.text import number, text
from data.work.fee_words import contract_name, item_name
from data.work.money import in_currency
from data.work.months import jalali_day
from data.work.tariffs import MONTHLY
from maps.dates import shown_day
from maps.names import names_of
from maps.page import asset, isolate, still_page
from maps.report.tables import Column, Table, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.text import Lang
    from data.work.invoices import Bill
    from data.work.money import Currency
    from data.work.months import JalaliMonth
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs
    from maps.origin import Origin
    from maps.report.tables import Cell, Kind

LINE_KINDS: dict[str, Kind] = {
    "item": "text", "unit": "words", "quantity": "count", "unit_amount": "count", "days": "words",
    "amount": "count",
}  # fmt: skip


@dataclass(frozen=True)
class Issued:
    """What every invoice of a month says alike.

    Attributes
    ----------
    bill : Bill
        The month's lines.
    about : DataFrame
        By ``center_id``: ``name``, ``province``, ``county``.
    tariffs : Tariffs
        The prices.
    rates : Rates or None
        What a planned bill is counted from.
    currency : {"toman", "rial"}
        In which amounts are shown.
    origin : Origin
        Of the record.
    synthetic : bool
        Whether the data are.
    """

    bill: Bill
    about: pd.DataFrame
    tariffs: Tariffs
    rates: Rates | None
    currency: Currency
    origin: Origin
    synthetic: bool


def invoice_page(issued: Issued, centers: Sequence[str], lang: Lang) -> str:
    """Return the invoices of some centers as one page, each on a sheet of its own.

    Parameters
    ----------
    issued : Issued
        The month.
    centers : sequence of str
        Whose; one with nothing to be paid has an invoice of nothing.
    lang : {"fa", "en"}
        Language of the page.
    """
    title = text("fees.title", lang, month=month_name(issued.bill.month, lang))
    return still_page(
        "invoice.html",
        asset("report.css") + asset("invoice.css"),
        lang=lang,
        title=title,
        invoices=[_invoice(issued, one, lang) for one in centers],
        estimate=text("fees.estimate", lang) if issued.rates else "",
        synthetic=text("report.synthetic", lang) if issued.synthetic else "",
        notes=notes(issued, lang),
        made=text(
            "fees.made", lang, version=issued.origin.version, day=isolate(shown_day(issued.origin.day, lang))
        ),
        head_words=text("report.head", lang),
        head=issued.origin.head,
        signs=[text("fees.sign_center", lang), text("fees.sign_office", lang)],
        cell=lambda cell, kind: written(cell, kind, lang),
        say=lambda key: text(f"fees.{key}", lang),
    )


def notes(issued: Issued, lang: Lang) -> list[str]:
    """Return how the amounts were counted: by which rates, which tariffs, and how they were rounded."""
    said = [text("fees.note_rounding", lang)]
    if issued.rates is not None:
        said.insert(0, rate_words(issued.rates, lang))
    else:
        said.insert(0, text("fees.note_activity", lang))
    used = set(issued.bill.lines["tariff"])
    if any(one.assumed for one in issued.tariffs.each if one.number in used):
        said.append(text("fees.note_assumed", lang))
    return [*said, text("fees.note_tariffs", lang, file=isolate(issued.tariffs.file))]


def rate_words(rates: Rates, lang: Lang) -> str:
    """Return the rates of a plan in a sentence."""
    return text(
        "fees.note_rates",
        lang,
        visits=_plain(rates.visits_a_year, lang),
        percent=rates.casework_percent,
        months=rates.education_months_a_year,
        files=_plain(rates.files_opened_a_month, lang),
        cases=rates.full_cases,
    )


def month_name(month: JalaliMonth, lang: Lang) -> str:
    """Return a month as ``Tir 1400``."""
    day = JalaliDate(month.first, locale=lang)  # type: ignore[no-untyped-call]
    year = number(month.year, lang).replace(",", "").replace("٬", "")
    return f"{day.strftime('%B')} {year}"


def line_table(issued: Issued, lines: pd.DataFrame, lang: Lang) -> Table:
    """Return lines of one contract as a table with their sum."""
    rows: list[tuple[Cell, ...]] = []
    for line in lines.to_dict("records"):
        unit = text(f"fees.unit_{line['unit']}", lang)
        rows.append(
            (
                item_name(issued.tariffs, str(line["contract"]), str(line["item"]), lang),
                unit,
                int(line["quantity"]),
                in_currency(int(line["unit_amount"]), issued.currency),
                _days(line, issued.bill.month, lang),
                in_currency(int(line["amount"]), issued.currency),
            )
        )
    total = in_currency(int(lines["amount"].sum()), issued.currency)
    currency = text(f"fees.currency_{issued.currency}", lang)
    heads = tuple(
        Column(text(f"fees.col_{name}", lang, currency=currency), kind) for name, kind in LINE_KINDS.items()
    )
    return Table("lines", heads, tuple(rows), (text("fees.sum", lang), "", None, None, "", total))


def _invoice(issued: Issued, center: str, lang: Lang) -> dict[str, object]:
    lines = issued.bill.lines
    own = lines[lines["center_id"] == center]
    about = issued.about.loc[center]
    place = [
        names_of(str(about["province"]), str(about["county"]))[lang],
        names_of(str(about["province"]))[lang],
    ]
    unpaid = issued.bill.unpaid
    own_unpaid = unpaid[unpaid["center_id"] == center]
    refused = Counter(zip(own_unpaid["kind"], own_unpaid["reason"], strict=True))
    return {
        "center": center,
        "name": about["name"],
        "place": " · ".join(dict.fromkeys(one for one in place if one)),
        "contracts": [
            (contract_name(str(contract), lang), line_table(issued, part, lang))
            for contract, part in own.groupby("contract", sort=False)
        ],
        "total": text(
            "fees.total",
            lang,
            amount=in_currency(int(own["amount"].sum()), issued.currency),
            currency=text(f"fees.currency_{issued.currency}", lang),
        ),
        "unpaid": [
            text("fees.unpaid_line", lang, kind=text(f"fees.kind_{kind}", lang), count=count,
                 reason=text(f"fees.reason_{reason}", lang))
            for (kind, reason), count in sorted(refused.items())
        ],
    }  # fmt: skip


def _days(line: dict[object, object], month: JalaliMonth, lang: Lang) -> str:
    """Return the days that a line is of; nothing for the whole month."""
    first, last = str(line["from"]), str(line["to"])
    if (date.fromisoformat(first), date.fromisoformat(last)) == (month.first, month.last):
        return text("fees.whole_month", lang) if line["unit"] in MONTHLY else ""
    ends = {"first": isolate(_jalali(first, lang)), "last": isolate(_jalali(last, lang))}
    if line["unit"] not in MONTHLY:
        return text("fees.between", lang, **ends)
    return text("fees.part_month", lang, days=int(str(line["days"])), of=month.days, **ends)


def _jalali(iso: str, lang: Lang) -> str:
    """Return a day as the month's own calendar has it, in both languages."""
    if lang == "fa":
        return shown_day(iso, lang)
    return jalali_day(date.fromisoformat(iso))


def _plain(value: float, lang: Lang) -> str:
    return number(int(value) if float(value).is_integer() else value, lang)
