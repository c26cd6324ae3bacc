"""What a way that is far counts more than its kilometres, household by household."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import texts
from data.verify.local import local

if TYPE_CHECKING:
    import pandas as pd

    from data.rules import Rules
    from data.verify.columns import Numbers, Rows, Texts
    from data.verify.ledger import Ledger


def beyond_km(ledger: Ledger, who: Rows, km: Numbers) -> Numbers:
    """Return what a case counts more for ways of household rows, pair by pair, km."""
    far_km = ledger.people.far_km[who]
    is_set = np.isfinite(far_km)
    beyond = np.maximum(km - np.where(is_set, far_km, 0.0), 0.0)
    return np.where(is_set, ledger.people.far_weight[who] * beyond, 0.0)


def by_area(rules: Rules, table: pd.DataFrame, provinces: Texts, name: str) -> Numbers:
    """Return a rule that has an urban and a rural number (``name_urban``, ``name_rural``) for each row."""
    urban, rural = (local(rules, provinces, f"{name}_{area}") for area in ("urban", "rural"))
    return np.where(texts(table, "area") == "rural", rural, urban)
