"""What the page of a comparison says of two plans: official figures of centers; of households, only many."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.compare.public import rounded, tables_of_many
from data.compare.tables import ENDS, NOTHING_KM
from maps.page import isolate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from data.compare.comparison import Comparison

FAR_KM: tuple[float, ...] = (0, 0.5, 1, 2, 5, 10)
"""Where classes of a way that grows or shrinks begin, km."""
_WAYS = ("left", "came")
_HERE = {"before": "only_b", "after": "only_a"}
"""The kind of center that is not there."""


def flows(found: Comparison, least: int) -> list[dict[str, Any]]:
    """Return who goes from where to where.

    Parameters
    ----------
    found : Comparison
        What is told.
    least : int
        ``k``.

    Returns
    -------
    list of dict
        Flows of ``k`` households or more, most first: ``from`` and ``to`` (numbers of centers, None for
        none), ``kind``, ``households``, a multiple of ``k``.
    """
    table = tables_of_many(found, least)["transfers_centers"]
    ids = pd.Index(found.loads["center_id"])
    starts, ends = (ids.get_indexer(table[f"{end}_center"]) for end in ("from", "to"))
    rows = [
        {
            "from": int(start) if start >= 0 else None,
            "to": int(end) if end >= 0 else None,
            "kind": str(kind),
            "households": int(count),
        }
        for start, end, kind, count in zip(starts, ends, table["kind"], table["households"], strict=True)
    ]
    return sorted(rows, key=lambda row: -row["households"])


def change_limits(least: int) -> tuple[int, int, int]:
    """Return from how many cases more or less on a change of load is told as small, as middling, as large."""
    return 1, max(2, least // 3), max(3, least)


def change_class(change: int, limits: Sequence[int]) -> int:
    """Return the class of a change of load: 0 for the largest loss, the middle for none."""
    size = int(np.searchsorted(limits, abs(change), side="right"))
    return len(limits) + (size if change > 0 else -size)


def center_rows(
    found: Comparison,
    before: Iterable[Mapping[str, Any]],
    after: Iterable[Mapping[str, Any]],
    *,
    load: str,
    limits: Sequence[int],
    least: int,
) -> list[dict[str, Any]]:
    """Return what a click on each center says, in the order of ``found.loads``.

    Parameters
    ----------
    found : Comparison
        What is told.
    before, after : iterable of mapping
        Rows of `maps.facts.center_rows` of either side.
    load : {"cases", "households"}
        What the rules count.
    limits : sequence of int
        Of `change_limits`.
    least : int
        ``k``.
    """
    own = {end: {row["id"]: row for row in rows} for end, rows in zip(ENDS, (before, after), strict=True)}
    told = tables_of_many(found, least)["loads"]
    passed = {
        name: [None if pd.isna(one) else int(one) for one in told[f"households_{name}"]] for name in _WAYS
    }
    rows = []
    for number, line in enumerate(found.loads.to_dict("records")):
        both = [own[end].get(line["center_id"]) for end in ENDS]
        last = next(one for one in reversed(both) if one is not None)
        loads = [None if line["there"] == _HERE[end] else int(line[f"{load}_{end}"]) for end in ENDS]
        change = (loads[1] or 0) - (loads[0] or 0)
        rows.append(
            {
                **{name: last[name] for name in ("id", "name", "ground", "lonlat", "area", "county")},
                "was": None if both[0] is None else both[0]["lonlat"],
                "there": line["there"],
                "moved": line["moved_km"] > NOTHING_KM,
                "status": last["status"],
                "loads": loads,
                "change": change,
                "step": change_class(change, limits),
                "classes": [None if one is None else one["class"] for one in both],
                "most": last["most"],
                "households": [int(line[f"households_{end}"]) for end in ENDS],
                **{name: passed[name][number] for name in _WAYS},
            }
        )
    return _called(rows)


def _called(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add what each center is called: its name, and its id too where another has the same name."""
    times = Counter(row["name"] for row in rows)
    for row in rows:
        plain = row["name"] or row["id"]
        row["called"] = (
            plain if times[row["name"]] == 1 or not row["name"] else f"{isolate(plain)} {isolate(row['id'])}"
        )
    return rows


def way_classes(longer_km: pd.Series, least: int) -> list[dict[str, Any]]:
    """Return how many are nearer and how many further, by how much.

    Parameters
    ----------
    longer_km : Series
        Of `data.compare.tables.pairs`.
    least : int
        ``k``.

    Returns
    -------
    list of dict
        ``first`` and ``last`` of each class, km (None for an open end); ``nearer`` and ``further``, multiples
        of ``k``, None for fewer.
    """
    rows = []
    for first, last in zip(FAR_KM, (*FAR_KM[1:], None), strict=True):
        row: dict[str, Any] = {"first": first, "last": last}
        for name, by in (("nearer", -longer_km), ("further", longer_km)):
            here = (by > max(first, NOTHING_KM)) & (by <= (np.inf if last is None else last))
            row[name] = rounded(int(here.sum()), least)
        rows.append(row)
    return rows


def place_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by area or province of `tables_of_many`, what is before and after together.

    Returns
    -------
    list of dict
        ``name`` and the table's other columns; those that end in ``_before`` and ``_after`` as pairs. None
        for what is withheld or is not there.
    """
    plain = table.astype(object).where(table.notna(), None)
    rows = []
    for line in plain.to_dict("records"):
        row: dict[str, Any] = {"name": str(line[str(table.columns[0])])}
        for column in map(str, table.columns[1:]):
            stem, _, end = column.rpartition("_")
            if end in ENDS:
                row.setdefault(stem, [None, None])[ENDS.index(end)] = line[column]
            else:
                row[column] = line[column]
        rows.append(row)
    return rows
