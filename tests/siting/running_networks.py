"""Events of a running network, as the reader of moves gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.change.changes import no_moves
from data.schemas import MOVES
from tests.engine_problems import degrees

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = "2026-10-01"


def moves(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """A table of events; none for no rows."""
    if not rows:
        return no_moves()
    blank = {name: 1 if "int" in str(column.dtype) else "" for name, column in MOVES.columns.items()}
    return pd.DataFrame([{**blank, "date": DAY, "lon": np.nan, "lat": np.nan, **row} for row in rows])


def moved_to(ids: Sequence[str], spots: Any, event: str = "move") -> list[dict[str, Any]]:
    """Rows of families that come to spots, by steps of the test ground."""
    lon, lat = degrees(spots)
    return [
        {"household_id": one, "event": event, "lon": x, "lat": y}
        for one, x, y in zip(ids, lon.tolist(), lat.tolist(), strict=True)
    ]
