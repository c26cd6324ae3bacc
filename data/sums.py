"""Sums that are the same on every machine.

What ``@`` makes of floats is left to a library that adds in another order on another processor: a last bit
of difference, which is enough for a search to take another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def weighted_sum(weight: NDArray[np.number], values: NDArray[np.number]) -> NDArray[np.float64]:
    """Return the weighted sum of values along their first axis, in an order that only their shape decides.

    Parameters
    ----------
    weight : ndarray, shape (n,)
        Of each row.
    values : ndarray, shape (n,) or (n, m)
        What is added up; doubles or whole numbers.

    Returns
    -------
    ndarray of float64, shape () or (m,)
        Contiguous.

    Examples
    --------
    >>> import numpy as np
    >>> from data.sums import weighted_sum
    >>> weighted_sum(np.array([1, 2]), np.array([[0.5, 1.0], [0.25, 3.0]])).tolist()
    [1.0, 7.0]
    """
    rows = weight.reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray((rows * values).sum(axis=0, dtype=np.float64))
