"""Short codes of points: the same points have the same codes in every run, and no code tells a home."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are misread."""
GRID_DEGREES = 1e-2
"""As coarse as a proposed point may be told (`data.public`): an id is told wherever its center is."""
WIDTH = 6


def point_codes(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
    """Return a code of 6 letters a point (to 0.01 degrees, 1 km); those that share one get ``-2``, ``-3``."""
    codes: list[str] = []
    seen: dict[str, int] = {}
    for one_lon, one_lat in zip(lon.tolist(), lat.tolist(), strict=True):
        number = round((one_lon + 180) / GRID_DEGREES) * 2**15 + round((one_lat + 90) / GRID_DEGREES)
        letters = ""
        for _ in range(WIDTH + 1):
            number, digit = divmod(number, 32)
            letters = LETTERS[digit] + letters
        code = letters.lstrip("0").rjust(WIDTH, "0")
        seen[code] = seen.get(code, 0) + 1
        codes.append(code if seen[code] == 1 else f"{code}-{seen[code]}")
    return codes
