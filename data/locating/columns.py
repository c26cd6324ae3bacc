"""The columns that say which place gave a row its point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Quality = Literal["exact", "spelling", "near"]
QUALITIES: tuple[Quality, ...] = ("exact", "spelling", "near")
"""How alike the names are: the same, another spelling of it, so near that only a slip explains the rest."""
MATCHED = ("matched_place", "match_quality")
"""Which place gave a row its point, and how alike the names are; empty where none did."""


def located_counts(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many rows stand at the point of their place, by how alike the names are."""
    if MATCHED[1] not in rows:
        return dict.fromkeys(QUALITIES, 0)
    counts = rows[MATCHED[1]].value_counts()
    return {quality: int(counts.get(quality, 0)) for quality in QUALITIES}
