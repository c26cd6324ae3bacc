"""Fees added up: by center, county, province and all, and by what they are paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence


def fee_table(lines: pd.DataFrame, about: pd.DataFrame, centers: Sequence[str]) -> pd.DataFrame:
    """Return a row for each center with what it is paid, toman, by contract and item.

    Parameters
    ----------
    lines : DataFrame
        As `data.work.invoices.LINE_COLUMNS`.
    about : DataFrame
        By ``center_id``: ``name``, ``province``, ``county``.
    centers : sequence of str
        Those that the table is of, also where nothing is paid.

    Returns
    -------
    DataFrame
        ``center_id``, ``name``, ``province``, ``county``, a column ``CONTRACT/ITEM`` for each pair there is,
        in the order of the tariffs, and ``total``.
    """
    order = lines.sort_values("tariff", kind="stable")
    pairs = list(dict.fromkeys(zip(order["contract"], order["item"], strict=True)))
    table = about.reindex(sorted(set(centers) | set(lines["center_id"]))).fillna("")
    table = table.rename_axis("center_id").reset_index()
    for contract, item in pairs:
        own = lines[(lines["contract"] == contract) & (lines["item"] == item)]
        of_item = own.groupby("center_id")["amount"].sum()
        table[f"{contract}/{item}"] = table["center_id"].map(of_item).fillna(0).astype("int64")
    amounts = [name for name in table if "/" in str(name)]
    return table.assign(total=table[amounts].sum(axis=1).astype("int64"))


def fee_sums(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the sums of a table of `fee_table`, with the number of ``centers``; one row for no columns.

    Parameters
    ----------
    table : DataFrame
        Of `fee_table`.
    by : sequence of str
        Of ``province`` and ``county``.
    """
    amounts = amounts_of(table)
    if not by:
        return pd.DataFrame([{"centers": len(table), **{name: int(table[name].sum()) for name in amounts}}])
    groups = table.groupby(list(by), sort=True)
    sums = groups[amounts].sum()
    sums.insert(0, "centers", groups.size())
    return sums.reset_index()


def amounts_of(table: pd.DataFrame) -> list[str]:
    """Return the columns of amounts of a table of `fee_table`, the total last."""
    return [*(str(name) for name in table if "/" in str(name)), "total"]
