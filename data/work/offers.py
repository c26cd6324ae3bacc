"""Who gives what: a planner's table of offers, read against the network, and what it says of every center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pandera.pandas as pa

from data.errors import Failure
from data.readers.builder import Builder
from data.readers.values import as_numbers
from data.text import phrase
from data.work.tables import NO_LIMIT, TABLES, as_kept, none_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from data.work.catalogue import Catalogue

COLUMNS = TABLES["offers"].columns
_ANY = pa.DataFrameSchema({}, name="offers")
_PAIR = ["center_id", "service_id"]


def read_offers(path: Path, catalogue: Catalogue, centers: Sequence[str]) -> pd.DataFrame:
    """Read who gives what.

    Parameters
    ----------
    path : Path
        One row a center and service: ``center_id``, ``service_id`` (or the service's name in either
        language), ``capacity`` (cases a half-year, whole, from 0; empty without limit), ``borrowed`` (who
        lends what the service needs; empty for the center's own).
    catalogue : Catalogue
        The services there are.
    centers : sequence of str
        Ids of the network's centers.

    Returns
    -------
    DataFrame
        As the casebook keeps ``offers``, of the rows of the file alone; `NO_LIMIT` without limit.

    Raises
    ------
    SitingError
        With every failing row.
    """
    file = Builder(path, "offers", None)
    file.need(*_PAIR)
    center = file.identify("center_id")
    told = file.text("service_id")
    found = {name: catalogue.find(name) for name in told.unique()}
    service = told.map({name: one.id if one else "" for name, one in found.items()}).astype("str")
    capacity, bad = as_numbers(file.raw("capacity"), whole=True)
    bad |= (capacity < 0) | (capacity != np.floor(capacity)) & capacity.notna()
    table = pd.DataFrame(
        {
            "center_id": center,
            "service_id": service,
            "borrowed": file.id_column("borrowed"),
            "capacity": capacity.mask(bad).fillna(NO_LIMIT).clip(upper=NO_LIMIT).astype("int64"),
        }
    )
    judged = table.assign(told=told, bad=bad, row=file.rows)
    file.failures += _wrong(judged, path.name, catalogue, centers)
    return as_kept("offers", file.finish({name: table[name] for name in COLUMNS}, _ANY))


def effective(catalogue: Catalogue, centers: Sequence[str], told: pd.DataFrame) -> pd.DataFrame:
    """Return what every center gives: a row for every center and service, capacity 0 where it gives nothing.

    A row that is told counts. Where none is, a service that needs neither staff nor device is given without
    limit, and any other is not given.

    Parameters
    ----------
    catalogue : Catalogue
        The services.
    centers : sequence of str
        Ids of the network's centers; rows of others do not count.
    told : DataFrame
        As `read_offers`.
    """
    index = pd.MultiIndex.from_product([sorted(centers), catalogue.ids], names=_PAIR)
    default = [0 if one.needs else NO_LIMIT for one in catalogue.services]
    capacity = pd.Series(np.tile(np.array(default, dtype=np.int64), len(centers)), index=index)
    rows = told.set_index(_PAIR).reindex(index)
    whole = pd.DataFrame(
        {
            "borrowed": rows["borrowed"].fillna(""),
            "capacity": rows["capacity"].fillna(capacity).astype("int64"),
        }
    )
    return as_kept("offers", whole.reset_index())


def told_in(kept: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the rows of kept offers that say something else than the catalogue they were made under."""
    default = {one.id: 0 if one.needs else NO_LIMIT for one in catalogue.services}
    usual = kept["service_id"].map(default)
    other = (kept["capacity"] != usual) | (kept["borrowed"] != "")
    return kept[other].reset_index(drop=True) if len(kept) else none_of("offers")


def _wrong(table: pd.DataFrame, file: str, catalogue: Catalogue, centers: Sequence[str]) -> Iterator[Failure]:
    """Yield the rows that no network and catalogue can mean."""
    again = table.duplicated(_PAIR) & (table["center_id"] != "") & (table["service_id"] != "")
    nobody, known = table["center_id"] == "", table["center_id"].isin(list(centers))
    ids = ", ".join(catalogue.ids)
    for rows, code in (
        (nobody, "missing_center"),
        (~known & ~nobody, "unknown_center"),
        (table["service_id"] == "", "unknown_service"),
        (again, "duplicate_offer"),
        (table["bad"], "bad_capacity"),
    ):
        for row in table[rows].to_dict("records"):
            said: dict[str, object] = {}
            if code == "unknown_service":
                said = {"told": row["told"], "known": ids}
            elif code == "duplicate_offer":
                said = {"service": row["service_id"]}
            words = phrase(f"services.{code}", **said)
            yield Failure(file, int(row["row"]), code, str(row["center_id"]), words)
    yield from _wrongly_lent(table[table["service_id"] != ""], file, catalogue, set(centers))


def _wrongly_lent(
    table: pd.DataFrame, file: str, catalogue: Catalogue, centers: set[str]
) -> Iterator[Failure]:
    """Yield the rows whose lender cannot lend what the service needs."""
    about = {one.id: one for one in catalogue.services}
    pairs = list(zip(table["center_id"], table["service_id"], strict=True))
    capacity = dict(zip(pairs, table["capacity"], strict=True))
    borrowed = dict(zip(pairs, table["borrowed"] != "", strict=True))
    for row in table[table["borrowed"] != ""].to_dict("records"):
        center, lender = str(row["center_id"]), str(row["borrowed"])
        service = about[str(row["service_id"])]
        pair = (lender, service.id)
        has_some = capacity.get(pair, 0 if service.needs else NO_LIMIT) > 0
        said = {"service": service.id}
        if lender == center:
            code, said = "borrowed_from_itself", {}
        elif not service.may_borrow:
            code = "not_to_be_borrowed"
        elif lender in centers and (borrowed.get(pair, False) or not has_some):
            code, said = "lender_has_none", {**said, "lender": lender}
        else:
            continue
        yield Failure(file, int(row["row"]), code, center, phrase(f"services.{code}", **said))
