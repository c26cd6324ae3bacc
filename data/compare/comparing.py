"""Two plans held against each other: who changes center, who wins by distance, who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compare.comparison import Comparison, Shift, Standing
from data.compare.gini import gini
from data.compare.tables import (
    CHANGES,
    KEPT,
    NOTHING_KM,
    TRANSFER,
    between_centers,
    between_districts,
    by_place,
    loads,
    pairs,
)
from data.summary import km_figures, weighted_km

if TYPE_CHECKING:
    import pandas as pd

    from data.compare.sides import Side

FAR_KM = 1.0
MOST_AFFECTED, WORST_LOSSES = 5, 10


def compare(a: Side, b: Side) -> Comparison:
    """Hold two sides against each other.

    Parameters
    ----------
    a, b : Side
        What is before and what is after; of other households than A's, B may know more and fewer.
    """
    table = pairs(a, b)
    transfers, load = between_centers(table), loads(table, a, b)
    longer = table["longer_km"]
    return Comparison(
        a=_standing(a, load["cases_before"][load["there"] != "only_b"]),
        b=_standing(b, load["cases_after"][load["there"] != "only_a"]),
        synthetic=a.synthetic or b.synthetic,
        households=_counts(table),
        cases=_cases(table),
        nearer=_shift(table[longer < -NOTHING_KM]),
        further=_shift(table[longer > NOTHING_KM]),
        transfers_centers=transfers,
        transfers_districts=between_districts(transfers, a, b),
        loads=load,
        by_area=by_place(table, ("area",)),
        by_county=by_place(table, ("province", "county")),
        most_affected=_most_affected(load),
        worst_losses=_worst_losses(table),
    )


def _standing(one: Side, load: pd.Series) -> Standing:
    km, cases = one.assignments["km"].to_numpy(float), one.assignments["cases"].to_numpy(np.int64)
    figures = {"min": load.min(), "median": load.median(), "max": load.max()}
    return Standing(
        label=one.label,
        version=one.version,
        head=one.head,
        distance=one.distance,
        households=len(one.assignments) + len(one.unassigned),
        assigned=len(one.assignments),
        unassigned=len(one.unassigned),
        cases=int(cases.sum()),
        centers=len(one.centers),
        load={name: _plain(value) if len(load) else None for name, value in figures.items()},
        km=km_figures(km, cases),
        gini=gini(km, cases),
        seal=one.seal,
    )


def _plain(value: float) -> float:
    return int(value) if value == int(value) else float(value)


def _counts(table: pd.DataFrame) -> dict[str, int]:
    there, kinds = table["there"].value_counts(), table["kind"].value_counts()
    ways = {"in_both": "both", "only_in_a": "only_a", "only_in_b": "only_b"}
    return {
        **{name: int(there.get(one, 0)) for name, one in ways.items()},
        **{kind: int(kinds.get(kind, 0)) for kind in (KEPT, *CHANGES)},
    }


def _cases(table: pd.DataFrame) -> dict[str, int]:
    counted = table["cases_after"].where(table["center_after"] != "", table["cases_before"])
    sums = counted.groupby(table["kind"]).sum()
    return {kind: int(sums.get(kind, 0)) for kind in (KEPT, *CHANGES)}


def _shift(some: pd.DataFrame) -> Shift:
    by_km = some["longer_km"].abs().to_numpy()
    weight = (some["cases_before"] + some["cases_after"]).to_numpy()
    return Shift(
        households=len(some),
        transferred=int((some["kind"] == TRANSFER).sum()),
        by_1_km=int((by_km > FAR_KM).sum()),
        mean_km=weighted_km(by_km, weight)["mean"],
        max_km=weighted_km(by_km, weight)["max"],
    )


def _most_affected(load: pd.DataFrame) -> pd.DataFrame:
    touched = load.assign(touched=load["households_left"] + load["households_came"])
    touched = touched[touched["touched"] > 0]
    ordered = touched.sort_values(["touched", "center_id"], ascending=[False, True], ignore_index=True)
    return ordered.drop(columns="touched").head(MOST_AFFECTED)


def _worst_losses(table: pd.DataFrame) -> pd.DataFrame:
    names = {"center_before": "from_center", "center_after": "to_center"}
    columns = [*names.values(), "km_before", "km_after", "longer_km"]
    losses = table[table["longer_km"] > NOTHING_KM].rename(columns=names)[columns]
    ordered = losses.sort_values(columns[:-1]).sort_values("longer_km", ascending=False, kind="stable")
    return ordered.head(WORST_LOSSES).reset_index(drop=True)
