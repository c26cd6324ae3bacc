"""Rules as they hold row by row, where provinces have rules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from data.rules import Rules
    from data.verify.columns import Numbers, Texts


def local(rules: Rules, provinces: Texts, name: str) -> Numbers:
    """Return a rule's number for each province, shape ``(n,)``."""
    if not rules.overrides:
        return np.full(len(provinces), float(getattr(rules, name)))
    known = {one: float(getattr(rules.for_province(one), name)) for one in set(provinces)}
    return np.array([known[one] for one in provinces], np.float64)


def local_text(rules: Rules, provinces: Texts, name: str) -> Texts:
    """Return a rule's word for each province, shape ``(n,)``."""
    known = {one: str(getattr(rules.for_province(one), name)) for one in set(provinces)}
    return np.array([known[one] for one in provinces], object)
