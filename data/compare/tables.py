"""The tables of a comparison, counted from the households of two sides; none of them names a household."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.compare.gini import gini
from data.geodesy import KM_DECIMALS, geodesic_km
from data.summary import weighted_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.compare.sides import Side

KEPT, TRANSFER = "kept", "transfer"
CHANGES = (TRANSFER, "gained", "lost", "joined", "left")
"""What may become of a household's center: another one; one for one who had none; none any more; and the
same two for a household that only one of the sides knows at all."""
DISTRICT = ("province", "county", "district")
ENDS = ("before", "after")
NOTHING_KM = 0.001
"""A way is the same when it differs by no more."""
_PLACE = ("province", "county", "area")
_FIGURES = ("households", "cases", "km_mean", "km_median", "km_p90", "gini")


def pairs(a: Side, b: Side) -> pd.DataFrame:
    """Return what becomes of every household that either side knows, one row each.

    Returns
    -------
    DataFrame
        ``household_id``, ``there`` (both, only_a, only_b), ``kind`` (``kept``, one of `CHANGES`, or empty
        where neither side serves it), and twice, ending in ``_before`` (in A) and ``_after`` (in B):
        ``center`` (empty for none), ``km`` (NaN without a center), ``cases`` (0 without), ``province``,
        ``county``, ``area``. ``longer_km`` is how much further it has to go in B, NaN where a side does not
        serve it.
    """
    table = _known(a).merge(
        _known(b),
        on="household_id",
        how="outer",
        suffixes=("_before", "_after"),
        indicator="there",
        validate="one_to_one",
    )
    names = {"both": "both", "left_only": "only_a", "right_only": "only_b"}
    table["there"] = table["there"].astype(object).map(names)
    for end in ENDS:
        for name in ("center", *_PLACE):
            table[f"{name}_{end}"] = texts(table[f"{name}_{end}"])
        table[f"cases_{end}"] = table[f"cases_{end}"].fillna(0).astype("int64")
    table["kind"] = _kinds(table)
    # Kilometres have three decimals, their difference as numbers has not.
    table["longer_km"] = (table["km_after"] - table["km_before"]).round(KM_DECIMALS)
    return table


def _known(one: Side) -> pd.DataFrame:
    served = pd.DataFrame(one.assignments[["household_id", "center_id", "km", "cases", *_PLACE]])
    served = served.rename(columns={"center_id": "center"})
    waiting = pd.DataFrame({"household_id": one.unassigned["household_id"]})
    return pd.concat([served, waiting], ignore_index=True).astype({"household_id": "str", "km": float})


def _kinds(table: pd.DataFrame) -> Any:  # noqa: ANN401 - an array of text, shape (n,)
    both = table["there"] == "both"
    had, has = table["center_before"] != "", table["center_after"] != ""
    same = table["center_before"] == table["center_after"]
    ways = [both & had & has & same, both & had & has, both & has, both & had, ~both & has, ~both & had]
    return np.select(ways, [KEPT, *CHANGES], "")


def between_centers(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many households go from which center to which.

    Returns
    -------
    DataFrame
        ``from_center``, ``to_center`` (empty where there is none), ``kind`` (of `CHANGES`), ``households``,
        ``cases_before`` (those that leave), ``cases_after`` (those that come), in the order of the ids.
    """
    changed = table[table["kind"].isin(CHANGES)]
    ends = {"center_before": "from_center", "center_after": "to_center"}
    return _summed(changed.rename(columns=ends).assign(households=1), [*ends.values(), "kind"])


def between_districts(transfers: pd.DataFrame, a: Side, b: Side) -> pd.DataFrame:
    """Return how many households go from the district of which center to that of which.

    Parameters
    ----------
    transfers : DataFrame
        Of `between_centers`.
    a, b : Side
        Whose centers say where they stand; a center of no district is told by its county.

    Returns
    -------
    DataFrame
        ``from_province``, ``from_county``, ``from_district``, ``to_province``, ``to_county``,
        ``to_district``, ``kind``, ``households``, ``cases_before``, ``cases_after``. A transfer inside a
        district is there too.
    """
    table = transfers
    for end, one in (("from", a), ("to", b)):
        where = one.centers.set_index("center_id").reindex(table[f"{end}_center"])
        table = table.assign(**{f"{end}_{name}": texts(where[name]).to_numpy() for name in DISTRICT})
    return _summed(table, [*(f"{end}_{name}" for end in ("from", "to") for name in DISTRICT), "kind"])


def loads(table: pd.DataFrame, a: Side, b: Side) -> pd.DataFrame:
    """Return what each center has before and after, and why.

    Returns
    -------
    DataFrame
        ``center_id``, ``there`` (both, only_a, only_b), ``province``, ``county``, ``district``, ``area``,
        ``households_before``, ``cases_before``, ``households_after``, ``cases_after``, ``households_left``,
        ``cases_left``, ``households_came``, ``cases_came``, ``cases_recounted`` (cases that those who stay
        have more), ``moved_km`` (from where it stands in A to where in B). Of each center
        ``cases_after = cases_before - cases_left + cases_came + cases_recounted``.
    """
    columns = ["center_id", "lon", "lat", *DISTRICT, "area"]
    each = [pd.DataFrame(one.centers[columns]).set_index("center_id") for one in (a, b)]
    index = pd.Index(sorted({*each[0].index, *each[1].index}), name="center_id", dtype=object)
    before, after = (one.reindex(index) for one in each)
    in_a, in_b = index.isin(each[0].index), index.isin(each[1].index)
    made = pd.DataFrame({"there": np.select([in_a & in_b, in_a], ["both", "only_a"], "only_b")}, index=index)
    for name in (*DISTRICT, "area"):
        made[name] = np.where(in_b, texts(after[name]), texts(before[name]))
    kept, changed = table["kind"] == KEPT, table["kind"].isin(CHANGES)
    for end, some, name in (
        ("before", kept | changed, "before"),
        ("after", kept | changed, "after"),
        ("before", changed, "left"),
        ("after", changed, "came"),
    ):
        counted = table[some].groupby(f"center_{end}")[f"cases_{end}"].agg(["size", "sum"]).reindex(index)
        made[[f"households_{name}", f"cases_{name}"]] = counted.fillna(0).astype("int64").to_numpy()
    gone, come = made["cases_left"], made["cases_came"]
    made["cases_recounted"] = made["cases_after"] - (made["cases_before"] - gone + come)
    made["moved_km"] = 0.0
    stands = in_a & in_b
    ends = (one.loc[stands, name].to_numpy(float) for one in (before, after) for name in ("lon", "lat"))
    made.loc[stands, "moved_km"] = geodesic_km(*ends)
    return made.reset_index()


def by_place(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the figures of the households of each area, or of each county.

    Parameters
    ----------
    table : DataFrame
        Of `pairs`.
    names : sequence of str
        ``("area",)`` or ``("province", "county")``, where the household lives: in A for what is before, in B
        for what is after and for what changed.

    Returns
    -------
    DataFrame
        ``names``; ``households``, ``cases``, ``km_mean``, ``km_median``, ``km_p90`` and ``gini`` of those
        who are served, each ending in ``_before`` and ``_after``; and how many households change their center
        (``transfer``), are ``nearer`` and ``further``.
    """
    parts = {}
    for end in ENDS:
        served = table[table[f"center_{end}"] != ""]
        parts[end] = dict(list(served.groupby([f"{name}_{end}" for name in names])))
    nobody = table.iloc[:0]
    rows = []
    for key in sorted({*parts["before"], *parts["after"]}):
        row: dict[str, Any] = dict(zip(names, key, strict=True))
        for end in ENDS:
            row |= {f"{name}_{end}": one for name, one in _figures(parts[end].get(key, nobody), end).items()}
        here = parts["after"].get(key, nobody)
        longer = here["longer_km"]
        row |= {
            TRANSFER: int((here["kind"] == TRANSFER).sum()),
            "nearer": int((longer < -NOTHING_KM).sum()),
            "further": int((longer > NOTHING_KM).sum()),
        }
        rows.append(row)
    columns = [*names, *(f"{name}_{end}" for end in ENDS for name in _FIGURES), TRANSFER, "nearer", "further"]
    return pd.DataFrame(rows, columns=columns)


def _figures(served: pd.DataFrame, end: str) -> dict[str, Any]:
    km, cases = served[f"km_{end}"].to_numpy(), served[f"cases_{end}"].to_numpy()
    figures = weighted_km(km, cases)
    return {
        "households": len(served),
        "cases": int(cases.sum()),
        **{f"km_{name}": figures[name] for name in ("mean", "median", "p90")},
        "gini": gini(km, cases),
    }


def _summed(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    counts = ["households", "cases_before", "cases_after"]
    summed = table.groupby(by, sort=True)[counts].sum().reset_index()
    return summed.astype(dict.fromkeys(counts, "int64"))


def texts(values: pd.Series) -> pd.Series:
    """Return text without gaps: empty where there is none."""
    plain = values.astype(object)
    return plain.where(plain.notna(), "")
