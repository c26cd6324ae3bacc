"""What of a problem is not kept with its rows, because it follows from the rest.

Rows of a problem stand in the order of their places, groups are numbered in that order, and in a version that
continues another one today's center of a household is that other version's assignment. Kept as they are, one
household that joins would renumber all that follow, and one plan that is continued would rewrite everybody's
center. So rows go by their ids, and order, groups and today's centers are told anew by whoever reads: where,
and only where, that gives back exactly what was handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.build.building import grouped, in_order_centers, in_order_households, in_order_sites
from data.casebook.columns import FOLLOWS
from data.casebook.content import HOUSEHOLDS, KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from data.problem import Problem
    from data.rules import Rules

ORDER, BY_PLACE = "order", "place"
"""Key of a table's description that tells the order of its rows, and its value for a problem's own."""
_GROUP = "group"
_IN_ORDER: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    HOUSEHOLDS: in_order_households,
    "problem_sites": in_order_sites,
    "problem_centers": in_order_centers,
}


@dataclass(frozen=True)
class Manner:
    """How a table is kept.

    Attributes
    ----------
    order : str
        `BY_PLACE` where its rows go by their ids and come back in a problem's own order; empty where the
        order of the keys is that of the rows.
    follows : tuple of str
        Columns that are not kept but counted anew.
    """

    order: str = ""
    follows: tuple[str, ...] = ()


AS_GIVEN = Manner()


def manners(problem: Problem) -> dict[str, Manner]:
    """Return how each table of a problem can be kept so that it comes back as it was given."""
    tables = {
        HOUSEHOLDS: problem.households,
        "problem_sites": problem.sites,
        "problem_centers": problem.centers,
    }
    return {
        name: Manner(
            BY_PLACE if _is_by_place(name, table) else "",
            (_GROUP,) if name == HOUSEHOLDS and _is_counted(table, problem.rules) else (),
        )
        for name, table in tables.items()
    }


def as_given(name: str, kept: pd.DataFrame, shape: Mapping[str, Any], rules: Rules) -> pd.DataFrame:
    """Return a table of a problem as it was given.

    Parameters
    ----------
    name : str
        Of the table in the casebook.
    kept : DataFrame
        Its rows in the order of their keys, today's centers among them.
    shape : mapping
        How the casebook describes it.
    rules : Rules
        Of the problem.
    """
    table = _IN_ORDER[name](kept) if shape.get(ORDER) == BY_PLACE else kept
    return grouped(table, rules) if any(one["kind"] == FOLLOWS for one in shape["columns"]) else table


def is_implied(shape: Mapping[str, Any]) -> bool:
    """Return whether a table is described as kept in another manner than it was given."""
    return ORDER in shape or any(one["kind"] == FOLLOWS for one in shape["columns"])


def with_centers(households: pd.DataFrame, center_of: pd.Series) -> pd.DataFrame:
    """Return households with another ``center_id``.

    Parameters
    ----------
    households : DataFrame
        In any order, which is kept.
    center_of : Series
        Centers by ``household_id``; who is not among them has none, told by an empty text.
    """
    told = center_of.reindex(households["household_id"], fill_value="")
    kind = households["center_id"].dtype
    return households.assign(center_id=told.astype("str" if kind == "category" else kind).array)


def _is_by_place(name: str, table: pd.DataFrame) -> bool:
    (key,) = KEYS[name]
    if key not in table or table[key].isna().any() or not table[key].is_unique:
        return False
    plain = table.drop(columns="geometry", errors="ignore")
    # Categories come back as texts, which are ordered otherwise.
    plain = plain.astype({one: "str" for one, kind in plain.dtypes.items() if kind == "category"})
    try:
        ordered = _IN_ORDER[name](plain)
    except (KeyError, TypeError):
        # A table made by hand may lack what the order goes by, or mix what cannot be ordered.
        return False
    return bool((ordered[key].to_numpy() == table[key].to_numpy()).all())


def _is_counted(households: pd.DataFrame, rules: Rules) -> bool:
    if _GROUP not in households or households[_GROUP].dtype != np.int64:
        return False
    try:
        counted = grouped(households, rules)[_GROUP].to_numpy()
    except KeyError:
        return False
    return bool((counted == households[_GROUP].to_numpy()).all())
