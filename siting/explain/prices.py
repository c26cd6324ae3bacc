"""What prices prove of one facility in place of another, without solving anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import LEFT_OUT_KM
from data.sums import weighted_sum
from siting.bound.tender import select

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.explain.stood import Again, Stood

Pair = tuple[int | None, int]
"""The facility that closes (none where one opens beside all), and the one that opens."""


@dataclass(frozen=True)
class Prices:
    """Prices of the open facilities, and what each group pays at its best and second best of them.

    For any prices the value of the Lagrangian is a lower limit of a swap.

    Attributes
    ----------
    price_km : ndarray of float, shape (k,)
        Price of a place at each.
    first_km, second_km : ndarray of float, shape (n_groups,)
        What a case of each group pays at its best and its second best, waiting among them.
    best : ndarray of int, shape (n_groups,)
        Position of the best; waiting and the last resort come behind the facilities.
    """

    price_km: NDArray[np.float64]
    first_km: NDArray[np.float64]
    second_km: NDArray[np.float64]
    best: NDArray[np.int64]

    @classmethod
    def of(cls, stood: Stood, base: Again, near: Again | None = None) -> Prices:
        """Return the prices of a unit.

        Parameters
        ----------
        stood, base : Stood, Again
            The unit, and its solution with nothing changed.
        near : Again, optional
            A swap that was solved: its prices are taken for what is open in both.
        """
        known = dict(zip(base.open.tolist(), base.price_km.tolist(), strict=True))
        if near is not None:
            known |= dict(zip(near.open.tolist(), near.price_km.tolist(), strict=True))
        price = np.maximum([known[one] for one in stood.open.tolist()], -LEFT_OUT_KM)
        waits = np.where(stood.waits, min(stood.unit.rules.waiting_km, LEFT_OUT_KM), LEFT_OUT_KM)
        every = np.column_stack([stood.paid_open_km + price, waits, np.full(len(waits), LEFT_OUT_KM)])
        best = every.argmin(axis=1)
        rows = np.arange(len(every))
        first = every[rows, best]
        every[rows, best] = np.inf
        return cls(price, first, every.min(axis=1), best)

    def extra_km(self, stood: Stood, now: Again, pair: Pair, paid_km: NDArray[np.float64]) -> float:
        """Return what a swap costs more than now at least, km; ``paid_km`` is a case's at what opens."""
        value = self._value_km(stood, *pair, paid_km)
        return value - now.cost_km - LEFT_OUT_KM * (now.left_out + now.short)

    def _value_km(self, stood: Stood, out: int | None, into: int, paid_km: NDArray[np.float64]) -> float:
        """Return what the unit costs at least; the price of what opens is the best while the others stay."""
        position = -1 if out is None else int(np.flatnonzero(stood.open == out)[0])
        open_ = stood.swapped(out, into)
        lower, upper = stood.bounds(open_)
        price = np.delete(self.price_km, [] if position < 0 else [position])
        cases = stood.unit.cases.astype(np.float64)
        without = np.where(self.best == position, self.second_km, self.first_km)
        value = float(
            weighted_sum(cases, without) - weighted_sum(price, np.where(price > 0, upper[:-1], lower[:-1]))
        )
        gain = np.minimum(paid_km - without, LEFT_OUT_KM)
        room, wanted = lower[-1], cases[gain < 0].sum()
        if wanted >= lower[-1]:
            gain, room = np.minimum(gain, 0.0), upper[-1]
        total, _ = select(gain, cases, len(gain), float(room))
        lacking = max(int(lower[-1]) - int(stood.unit.total), 0)
        return value + total + LEFT_OUT_KM * lacking
