"""Every service for every household of a network, and the prices that prove how it is shared out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.services.sharing import share
from allocation.services.ways import ways_of
from data.work.coverage import Coverage, people_of

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.work.catalogue import Catalogue


def cover_all(
    problem: Problem, plan: Plan, catalogue: Catalogue, offers: pd.DataFrame
) -> tuple[Coverage, pd.DataFrame, dict[str, float]]:
    """Give every service to every served household, as `allocation.services.sharing.share` says.

    Parameters
    ----------
    problem, plan : Problem, Plan
        One version of a record.
    catalogue : Catalogue
        The services.
    offers : DataFrame
        What every center gives (`data.work.offers.effective`).

    Returns
    -------
    Coverage
        Who gets what where.
    DataFrame
        ``service_id``, ``center_id``, ``price_km``: the worth of one more place, km a case.
    dict of str to float
        By service, what keeping the cases of a household together may have cost at most, km.
    """
    ways, people = ways_of(problem, plan), people_of(problem, plan)
    by_service = {name: rows.set_index("center_id") for name, rows in offers.groupby("service_id", sort=True)}
    size = (len(catalogue.ids), len(people))
    center, km = np.empty(size, dtype=np.int64), np.full(size, np.nan)
    prices, losses = [], {}
    for place, name in enumerate(catalogue.ids):
        capacity = by_service[name]["capacity"].reindex(ways.center_id).fillna(0).to_numpy(np.int64)
        found = share(ways, capacity)
        center[place], losses[name] = found.center, round(found.loss_km, 3)
        got = np.flatnonzero(found.center >= 0)
        km[place, got] = ways.km[got, found.center[got]]
        shared = {"center_id": ways.center_id, "price_km": found.price_km}
        prices.append(pd.DataFrame(shared).assign(service_id=name))
    coverage = Coverage(catalogue, offers, people, ways.center_id, center, km)
    return coverage, pd.concat(prices, ignore_index=True), losses
