"""Where a family finds a center: its name, address and phone, or what is known in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.problem import Problem

GROUND = ("province", "county", "district")
_SEPARATOR = " · "


@dataclass(frozen=True)
class Center:
    """What a family must know to find a center.

    Attributes
    ----------
    center_id : str
        Its id.
    name, address, phone : str
        Empty where the record does not know them.
    where : str
        Its district, county or province: all that is known of them, the smallest last.
    """

    center_id: str
    name: str = ""
    address: str = ""
    phone: str = ""
    where: str = ""

    @property
    def called(self) -> str:
        """Its name; without one its id and where it is."""
        return self.name or _SEPARATOR.join(one for one in (self.center_id, self.where) if one)


def known_centers(centers: pd.DataFrame) -> dict[str, Center]:
    """Return the centers of a problem by their ids.

    Parameters
    ----------
    centers : DataFrame
        As `data.problem.Problem` has them.
    """
    rows = texts_of(centers, ["center_id", "name", "address", "phone", *GROUND])
    return {
        row["center_id"]: Center(row["center_id"], row["name"], row["address"], row["phone"], where_of(row))
        for row in rows
    }


def opened_centers(problem: Problem, opened: Mapping[str, str]) -> dict[str, Center]:
    """Return the centers that open, by their ids: of a site no more is known than where it is.

    Parameters
    ----------
    problem : Problem
        That has the sites.
    opened : mapping of str to str
        ``center_id`` by ``site_id``.
    """
    sites = problem.sites[problem.sites["site_id"].isin(list(opened))]
    rows = texts_of(sites, ["site_id", *GROUND])
    return {opened[row["site_id"]]: Center(opened[row["site_id"]], where=where_of(row)) for row in rows}


def where_of(row: Mapping[str, str]) -> str:
    """Return the county and the district of a row of text; the province where neither is known."""
    return _SEPARATOR.join(row[one] for one in ("county", "district") if row[one]) or row["province"]


def texts_of(table: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return some columns of a table as rows of text, empty for none."""
    plain = pd.DataFrame(table)[list(columns)].astype(object)
    told = plain.where(plain.notna(), "").astype("str")
    return [dict(zip(columns, row, strict=True)) for row in told.itertuples(index=False, name=None)]
