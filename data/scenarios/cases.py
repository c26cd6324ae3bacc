"""How many cases a household has: one unless asked otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from data.rules import usage_error
from data.text import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CASES = 20
_MIX = re.compile(r"^([1-9]\d?)(?:-([1-9]\d?))?$")


def draw_cases(rng: np.random.Generator, option: str, households: int) -> NDArray[np.int64]:
    """Draw the cases of each household, shape ``(households,)``.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    option : str
        A number (``1``: every household has one case) or a range (``1-4``: each more is half as frequent).
    households : int
        How many.

    Raises
    ------
    SitingError
        If the option is no such number or range, or above 20 cases.
    """
    match = _MIX.match(option)
    low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not low <= high <= MOST_CASES:
        said = phrase("scenarios.bad_cases_option", option=option, most=MOST_CASES)
        raise usage_error(said, "bad_cases_option")
    if low == high:
        return np.full(households, low, np.int64)
    weights = 0.5 ** np.arange(high - low + 1)
    return rng.choice(np.arange(low, high + 1), households, p=weights / weights.sum()).astype(np.int64)
