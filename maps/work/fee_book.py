"""Fees as a workbook: what each center, county, province and all are paid, and every line of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import text
from data.work.fee_totals import amounts_of, fee_sums
from data.work.fee_words import contract_name, item_name
from data.work.money import in_currency
from maps.report.tables import Column, Table, named
from maps.workbook import Sheet, workbook_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.text import Lang
    from data.work.money import Currency
    from data.work.tariffs import Tariffs
    from maps.origin import Origin
    from maps.report.tables import Cell, Kind

_LINES: dict[str, Kind] = {
    "center_id": "code", "contract": "text", "item": "text", "unit": "words", "quantity": "count",
    "unit_amount": "count", "from": "code", "to": "code", "days": "count", "of_days": "count",
    "amount": "count",
}  # fmt: skip

_BY: dict[str, tuple[str, ...]] = {"all": (), "provinces": ("province",), "counties": ("province", "county")}


def fee_workbook(
    table: pd.DataFrame,
    lines: pd.DataFrame,
    tariffs: Tariffs,
    currency: Currency,
    *,
    title: str,
    origin: Origin,
    synthetic: bool,
    lang: Lang,
) -> bytes:
    """Return fees as XLSX: all, provinces, counties, centers, lines.

    Parameters
    ----------
    table : DataFrame
        As `data.work.fee_totals.fee_table`.
    lines : DataFrame
        As `data.work.invoices.LINE_COLUMNS`; without days where they are of a year.
    tariffs : Tariffs
        That name the items.
    currency : {"toman", "rial"}
        In which amounts are shown.
    title : str
        What it is of.
    origin : Origin
        Of the record.
    synthetic : bool
        Whether the data are.
    lang : {"fa", "en"}
        Its language.
    """
    names = {name: _amount_name(name, tariffs, lang) for name in amounts_of(table)}
    money = text(f"fees.currency_{currency}", lang)
    sheets = [
        *(_sums(key, table, names, currency, lang) for key in _BY),
        _centers(table, names, currency, lang),
        _line_sheet(lines, tariffs, currency, lang),
    ]
    return workbook_of(sheets, title=f"{title} · {money}", synthetic=synthetic, origin=origin, lang=lang)


def _sums(key: str, table: pd.DataFrame, names: Mapping[str, str], currency: Currency, lang: Lang) -> Sheet:
    by = _BY[key]
    kinds: dict[str, Kind] = {**dict.fromkeys(by, "text"), "centers": "count"}
    heads = tuple(Column(text(f"fees.col_{one}", lang), kind) for one, kind in kinds.items())
    rows: list[tuple[Cell, ...]] = [
        (*_places(row, by, lang), int(row["centers"]), *_amounts(row, names, currency))
        for row in fee_sums(table, by).to_dict("records")
    ]
    whole = fee_sums(table, ()).to_dict("records")[0]
    of_all = (int(whole["centers"]), *_amounts(whole, names, currency))
    total: tuple[Cell, ...] = (text("fees.sum", lang), *[""] * (len(by) - 1), *of_all)
    label = text(f"fees.sheet_{key}", lang)
    made = Table(key, heads + _amount_heads(names), tuple(rows), total if by else None)
    return Sheet(label, label, made)


def _centers(table: pd.DataFrame, names: Mapping[str, str], currency: Currency, lang: Lang) -> Sheet:
    kinds: dict[str, Kind] = {"center_id": "code", "name": "text", "province": "text", "county": "text"}
    heads = tuple(Column(text(f"fees.col_{one}", lang), kind) for one, kind in kinds.items())
    rows = tuple(
        (
            row["center_id"],
            row["name"],
            *_places(row, ("province", "county"), lang),
            *_amounts(row, names, currency),
        )
        for row in table.to_dict("records")
    )
    whole = fee_sums(table, ()).to_dict("records")[0]
    total: tuple[Cell, ...] = (text("fees.sum", lang), "", "", "", *_amounts(whole, names, currency))
    label = text("fees.sheet_centers", lang)
    return Sheet(label, label, Table("centers", heads + _amount_heads(names), rows, total))


def _line_sheet(lines: pd.DataFrame, tariffs: Tariffs, currency: Currency, lang: Lang) -> Sheet:
    kinds = {name: kind for name, kind in _LINES.items() if name in lines}
    money = text(f"fees.currency_{currency}", lang)
    heads = tuple(Column(text(f"fees.col_{one}", lang, currency=money), kind) for one, kind in kinds.items())
    rows = tuple(
        tuple(_line_cell(name, line, tariffs, currency, lang) for name in kinds)
        for line in lines.to_dict("records")
    )
    label = text("fees.sheet_lines", lang)
    return Sheet(label, label, Table("lines", heads, rows))


def _line_cell(
    name: str, line: Mapping[object, object], tariffs: Tariffs, currency: Currency, lang: Lang
) -> Cell:
    value = line[name]
    if name == "contract":
        return contract_name(str(value), lang)
    if name == "item":
        return item_name(tariffs, str(line["contract"]), str(value), lang)
    if name == "unit":
        return text(f"fees.unit_{value}", lang)
    if name in {"unit_amount", "amount"}:
        return in_currency(int(str(value)), currency)
    if isinstance(value, str):
        return value
    return int(str(value)) if str(value).isdecimal() else None


def _amount_heads(names: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "count") for name in names.values())


def _amounts(row: Mapping[object, object], names: Mapping[str, str], currency: Currency) -> list[int]:
    return [in_currency(int(str(row[name])), currency) for name in names]


def _places(row: Mapping[object, object], by: tuple[str, ...], lang: Lang) -> list[str]:
    province, county = str(row.get("province", "")), str(row.get("county", ""))
    return [named(province, county if one == "county" else "", lang) for one in by]


def _amount_name(name: str, tariffs: Tariffs, lang: Lang) -> str:
    if name == "total":
        return text("fees.sum", lang)
    contract, _, item = name.partition("/")
    own = item_name(tariffs, contract, item, lang)
    several = len({one.contract for one in tariffs.each}) > 1
    return f"{contract_name(contract, lang)} · {own}" if several else own
