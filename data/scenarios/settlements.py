"""Quarters of towns and villages of counties, each with its households, on the ground of its county."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.scenarios.quarters import quarters_of
from data.scenarios.villages import villages_of
from data.text import PERSIAN_DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.towns import Anchors


@dataclass(frozen=True)
class Settlements:
    """Quarters and villages.

    Attributes
    ----------
    table : DataFrame
        ``unit`` (row of the units), ``anchor`` (row of the anchors), ``place``, ``area``, ``households``,
        ``long_m``, ``short_m`` (standard deviations of its ground) and ``turn`` (radians).
    offset : array, shape (n, 2)
        Metres east and north of the anchor.
    """

    table: pd.DataFrame
    offset: NDArray[np.float64]


def settle(rng: np.random.Generator, units: pd.DataFrame, anchors: Anchors, edge_share: float) -> Settlements:
    """Spread the households of each unit over quarters and villages; no two of a unit bear one name."""
    tables: list[pd.DataFrame] = []
    offsets: list[NDArray[np.float64]] = []
    for unit, rows in enumerate(_anchors_by_unit(units, anchors)):
        urban, rural = int(units["urban"].iloc[unit]), int(units["rural"].iloc[unit])
        parts = quarters_of(rng, anchors, rows, urban, edge_share=edge_share)
        parts += villages_of(rng, anchors, rows, rural)
        own = pd.concat([table for table, _ in parts], ignore_index=True)
        tables.append(own.assign(unit=unit, place=_distinct(own["place"])))
        offsets += [offset for _, offset in parts]
    return Settlements(pd.concat(tables, ignore_index=True), np.concatenate(offsets))


def _anchors_by_unit(units: pd.DataFrame, anchors: Anchors) -> list[NDArray[np.int64]]:
    own = anchors.table
    if (units["district"] == "").all():
        rows = own.groupby("census_code").indices
        return [np.asarray(rows[code]) for code in units["census_code"]]
    district, within = own["district"].to_numpy(), own["within"].to_numpy()
    inside = np.where(within >= 0, district[within], district)
    return [np.flatnonzero(inside == number) for number in units["district"]]


def _distinct(names: pd.Series) -> pd.Series:
    again = names.groupby(names).cumcount()
    numbered = names + " (" + (again + 1).astype(str).str.translate(PERSIAN_DIGITS) + ")"
    return names.where(again == 0, numbered)
