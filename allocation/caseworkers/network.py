"""The beats of every center of a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.caseworkers.balance import first_fit
from allocation.caseworkers.charge import NOBODY, Homes
from allocation.caseworkers.dividing import divide, fewest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

NO_ROOM, NO_CASEWORKER, TOO_LARGE = "no_room", "no_caseworker", "too_large"
"""Why a household has no caseworker: those of its center are full, there is none, or it has more cases than
one may have."""


@dataclass(frozen=True)
class NetworkBeats:
    """Who visits whom.

    Attributes
    ----------
    beats : DataFrame
        One row a household, in the order they were given: ``household_id``, ``center_id``, ``caseworker_id``,
        ``reason`` (why it has none).
    middles : DataFrame
        One row a caseworker: ``caseworker_id``, ``center_id``, ``x``, ``y``, metres.
    """

    beats: pd.DataFrame
    middles: pd.DataFrame


def needed_caseworkers(served: pd.DataFrame, most: int) -> dict[str, int]:
    """Return the fewest caseworkers of each center: ceil(cases / most), more only if those cannot be packed.

    Parameters
    ----------
    served : DataFrame
        As `beats_of_network`.
    most : int
        Cases of a caseworker at most.

    Returns
    -------
    dict of str to int
        Caseworkers by center.

    Examples
    --------
    >>> import pandas as pd
    >>> from allocation import needed_caseworkers
    >>> served = pd.DataFrame(
    ...     {
    ...         "household_id": ["H1", "H2", "H3"],
    ...         "center_id": ["C", "C", "C"],
    ...         "cases": [1, 1, 1],
    ...         "x": [0.0, 10.0, 2000.0],
    ...         "y": [0.0, 0.0, 0.0],
    ...         "caseworker_id": ["", "", ""],
    ...         "moved": [False, False, False],
    ...     }
    ... )
    >>> needed_caseworkers(served, 2)
    {'C': 2}
    """
    return {center: _needed(homes, most) for center, _, homes in _centers(served, {})}


def beats_of_network(
    served: pd.DataFrame, workers: Mapping[str, Sequence[str]], *, most: int, move_km: float, seed: int
) -> NetworkBeats:
    """Divide the households of each center among its caseworkers.

    Parameters
    ----------
    served : DataFrame
        One row a household: ``household_id``, ``center_id``, ``cases``, ``x``, ``y`` (metres),
        ``caseworker_id`` of today (empty for none) and ``moved`` (whether it lives elsewhere since).
    workers : mapping of str to sequence of str
        Ids of the caseworkers of each center; where it begins the first has the westernmost beat.
    most : int
        Cases of each at most.
    move_km : float
        As `allocation.caseworkers.dividing.divide`.
    seed : int
        Of the starts; every center has its own, so that none depends on the others.

    Returns
    -------
    NetworkBeats
        Who visits whom, and the middle of every beat, metres.

    Examples
    --------
    >>> import pandas as pd
    >>> from allocation import beats_of_network
    >>> served = pd.DataFrame(
    ...     {
    ...         "household_id": ["H1", "H2", "H3"],
    ...         "center_id": ["C", "C", "C"],
    ...         "cases": [1, 1, 1],
    ...         "x": [0.0, 10.0, 2000.0],
    ...         "y": [0.0, 0.0, 0.0],
    ...         "caseworker_id": ["", "", ""],
    ...         "moved": [False, False, False],
    ...     }
    ... )
    >>> found = beats_of_network(served, {"C": ["W1", "W2"]}, most=2, move_km=1.0, seed=0)
    >>> found.beats["caseworker_id"].tolist()
    ['W1', 'W1', 'W2']
    """
    caseworker = np.full(len(served), "", dtype=object)
    reason = np.full(len(served), "", dtype=object)
    middles: list[pd.DataFrame] = []
    for center, rows, homes in _centers(served, workers):
        own = np.array(workers.get(center, ()), dtype=object)
        if not len(own):
            reason[rows] = NO_CASEWORKER
            continue
        found = divide(homes, len(own), most, move_km=move_km, rng=np.random.default_rng(seed))
        has = found.caseworker != NOBODY
        caseworker[rows[has]] = own[found.caseworker[has]]
        reason[rows[~has]] = np.where(homes.cases[~has] > most, TOO_LARGE, NO_ROOM)
        x, y = found.middles.T
        middles.append(pd.DataFrame({"caseworker_id": own, "center_id": center, "x": x, "y": y}))
    columns = ["caseworker_id", "center_id", "x", "y"]
    return NetworkBeats(
        served[["household_id", "center_id"]].assign(caseworker_id=caseworker, reason=reason),
        pd.concat(middles, ignore_index=True) if middles else pd.DataFrame(columns=columns),
    )


def _centers(
    served: pd.DataFrame, workers: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, NDArray[np.int64], Homes]]:
    """Yield each center with its rows and its households."""
    points, cases = served[["x", "y"]].to_numpy(float), served["cases"].to_numpy(np.int64)
    moved, today = served["moved"].to_numpy(bool), served["caseworker_id"]
    by_center = {
        str(name): np.asarray(rows, np.int64) for name, rows in served.groupby("center_id").indices.items()
    }
    for center, rows in sorted(by_center.items()):
        position = {one: number for number, one in enumerate(workers.get(center, ()))}
        at = np.array([position.get(one, NOBODY) for one in today.iloc[rows]], np.int64)
        yield center, rows, Homes(points[rows], cases[rows], at, moved[rows])


def _needed(homes: Homes, most: int) -> int:
    count = max(fewest(homes, most), 1)
    cases = homes.cases[homes.cases <= most]
    while (first_fit(cases, count, most) == NOBODY).any() and not _packs(homes, count, most):
        count += 1
    return count


def _packs(homes: Homes, count: int, most: int) -> bool:
    alone = Homes(homes.points, homes.cases)
    found = divide(alone, count, most, move_km=0.0, rng=np.random.default_rng(0))
    return not ((found.caseworker == NOBODY) & (homes.cases <= most)).any()
