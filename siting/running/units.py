"""Units of a network that runs: who is served where today, as groups that move together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.rebalance import NO_CENTER, Beside, Network
from allocation.unit import regroup

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from allocation.unit import Unit
    from data.problem import Problem


def running(problem: Problem, unit: Unit, unopened: int, moved: Collection[str]) -> Network:
    """Return a unit as it runs, after families moved, centers closed or opened.

    Families that are together by the rules but served by several centers today stay apart; whoever comes to
    live with them goes with the most of them.

    Parameters
    ----------
    problem : Problem
        The next problem (`data.change.succession.succeed`): its ``center_id`` is today's.
    unit : Unit
        The unit of it.
    unopened : int
        Centers that the unit was given and that did not open.
    moved : collection of str
        Families that live at another point than when they were given their center.
    """
    people = problem.households.iloc[unit.households]
    open_ = np.flatnonzero(unit.facilities.fixed)
    position = position_of(unit, open_, people["center_id"])
    settled = (position >= 0) & ~people["household_id"].isin(moved).to_numpy()
    cases = people["cases"].to_numpy(dtype=np.int64)
    part = _parts(unit.group_of, position, settled, cases)
    grouped = regroup(problem, unit, part)
    at = _mostly(part, position, settled, cases)
    served_there = position == np.where(at[part] >= 0, at[part], NO_CENTER - 1)
    has_center = (people["center_id"] != "").to_numpy()
    n_groups = len(grouped.cases)
    return Network(
        unit=grouped,
        open=open_,
        unopened=unopened,
        at=at,
        staying=np.bincount(part, weights=cases * served_there, minlength=n_groups).astype(np.int64),
        had=np.bincount(part, weights=cases * has_center, minlength=n_groups).astype(np.int64),
        may_wait=len(problem.sites) > 0,
        beside=_beside(part, position, np.where(has_center & ~served_there, cases, 0)),
    )


def apart(problem: Problem, network: Network, groups: NDArray[np.int64], moved: Collection[str]) -> Network:
    """Return a network with each of the given groups parted into its households."""
    parted = np.isin(network.unit.group_of, groups)
    last = int(network.unit.group_of.max(initial=-1)) + 1
    own = np.where(parted, last + np.arange(len(parted)), network.unit.group_of)
    unit = regroup(problem, network.unit, pd.factorize(own)[0].astype(np.int64))
    return running(problem, unit, network.unopened, moved)


def position_of(unit: Unit, open_: NDArray[np.int64], center_id: pd.Series) -> NDArray[np.int64]:
    """Return the position in ``open_`` of each household's center today, or `NO_CENTER`."""
    stands = np.flatnonzero(unit.facilities.existing[open_])
    found = pd.Index(unit.facilities.id[open_[stands]], dtype=object).get_indexer(pd.Index(center_id))
    return np.where(found >= 0, np.append(stands, NO_CENTER)[found], NO_CENTER)


def _parts(
    group: NDArray[np.int64],
    position: NDArray[np.int64],
    settled: NDArray[np.bool_],
    cases: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Part groups by the center of today; others go with the most, shape (n_households,)."""
    home = np.full(int(group.max(initial=-1)) + 1, NO_CENTER, dtype=np.int64)
    stays = np.flatnonzero(settled)
    k = int(position.max(initial=0)) + 1
    pairs, at = np.unique(group[stays] * k + position[stays], return_inverse=True)
    count = np.bincount(at, weights=cases[stays], minlength=len(pairs))
    # The most comes last, and of as many the first center, so that it is what stays written.
    order = np.lexsort((-(pairs % k), count))
    home[pairs[order] // k] = pairs[order] % k
    frame = pd.DataFrame({"group": group, "part": np.where(settled, position, home[group])})
    return frame.groupby(["group", "part"], sort=False).ngroup().to_numpy().astype(np.int64)


def _beside(part: NDArray[np.int64], position: NDArray[np.int64], cases: NDArray[np.int64]) -> Beside:
    """Return the cases of each part that have a center of their own today, which is open."""
    own = np.flatnonzero((position >= 0) & (cases > 0))
    k = int(position.max(initial=0)) + 1
    pairs, at = np.unique(part[own] * k + position[own], return_inverse=True)
    count = np.bincount(at, weights=cases[own], minlength=len(pairs)).astype(np.int64)
    return Beside(pairs // k, pairs % k, count)


def _mostly(
    part: NDArray[np.int64],
    position: NDArray[np.int64],
    settled: NDArray[np.bool_],
    cases: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the center that most cases of each part have today, those who did not move before others."""
    known = np.flatnonzero(position >= 0)
    frame = pd.DataFrame({"part": part, "position": position, "settled": settled, "cases": cases})
    sums = frame.iloc[known].groupby(["part", "position", "settled"], as_index=False).sum()
    order = np.lexsort((sums["position"], -sums["cases"], ~sums["settled"], sums["part"]))
    parts = sums["part"].to_numpy(dtype=np.int64)[order]
    first = np.unique(parts, return_index=True)[1]
    at = np.full(int(part.max(initial=-1)) + 1, NO_CENTER, dtype=np.int64)
    at[parts[first]] = sums["position"].to_numpy(dtype=np.int64)[order[first]]
    return at
