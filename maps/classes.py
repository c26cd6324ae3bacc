"""Load classes against the least and the most cases of a center, in colours the colour-blind tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

UNDER, LOW, MIDDLE, HIGH, FULL, OVER = range(6)
COLOURS = ("#e9a13b", "#d4e4ef", "#9cc3dc", "#5496c2", "#1f5c8c", "#7d2457")


@dataclass(frozen=True)
class LoadClasses:
    """Under the least, three equal steps between, full, and over.

    Parameters
    ----------
    least, most : int
        Cases a center by rule, for instance 150 and 450.
    """

    least: int
    most: int

    @property
    def ranges(self) -> tuple[tuple[int | None, int | None], ...]:
        """First and last load of each class; None for an open end."""
        third = max(1, (self.most - self.least) // 3)
        second, last = self.least + third, self.least + 2 * third
        return (
            (None, self.least - 1),
            (self.least, second - 1),
            (second, last - 1),
            (last, self.most - 1),
            (self.most, self.most),
            (self.most + 1, None),
        )

    def of(self, load: ArrayLike, most: ArrayLike | None = None) -> NDArray[np.int64]:
        """Return the class of each load, ``(n,)``; ``most`` is each center's own limit where it has one."""
        loads = np.asarray(load, dtype=float)
        limit = np.full(loads.shape, float(self.most)) if most is None else np.asarray(most, dtype=float)
        limit = np.where(np.isfinite(limit), limit, self.most)
        steps = np.digitize(loads, [self.ranges[step][0] or 0 for step in (LOW, MIDDLE, HIGH)])
        bounded = np.where(loads >= limit, FULL, steps)
        return np.where(loads > limit, OVER, bounded).astype(np.int64)


KM_COLOURS = ("#fdeacb", "#f3b963", "#de8329", "#a54e19", "#5d2610")
KM_LIMITS: tuple[float, ...] = (1, 2.5, 5, 10)
NO_DATA_COLOUR = "#d3d8da"


def km_ranges() -> tuple[tuple[float | None, float | None], ...]:
    """Return from and to of each class of distance, km, nearest first; None for an open end."""
    return tuple(zip((None, *KM_LIMITS), (*KM_LIMITS, None), strict=True))


def km_class(km: float | None) -> int | None:
    """Return the class of a distance, km; None where there is none, as of a center that serves nobody."""
    return None if km is None else int(np.digitize(km, KM_LIMITS))
