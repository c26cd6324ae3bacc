"""One center in place of another: bounded by prices for all pairs, solved exactly for those that matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import LEFT_OUT_KM
from allocation.unit import NOT_ROUNDED_KM
from data.sums import weighted_sum
from siting.explain.prices import Prices
from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from siting.explain.prices import Pair
    from siting.explain.stood import Again, Stood

FIRST_SOLVED = 5
"""Swaps that are solved before any other, by a guess: what they prove spares most of the others."""
MOST_SOLVED = 24
"""Swaps that are solved for one answer; the others are then only known not to be proven worse."""
MOST_CUTS = 12
SITES_AT_A_TIME = 256
WIN, LOSS, TIE = "clear_win", "clear_loss", "near_tie"
OTHER_SIDE = {WIN: LOSS, LOSS: WIN, TIE: TIE}
"""What a verdict means for who would give way."""


@dataclass(frozen=True)
class Swap:
    """One facility in place of another, everybody sent anew.

    Attributes
    ----------
    out : int or None
        The facility that closes; None where one opens beside all.
    into : int
        The facility that opens.
    extra_km : float
        What the unit costs more than now, km; negative where it costs less.
    extra_km_at_least : float
        What it costs more at least; equal where every group is a single case.
    left_out : int
        Cases more than now that nobody serves.
    short : int
        Cases more than now that centers lack to their least.
    cases : int
        Cases that the facility would serve.
    """

    out: int | None
    into: int
    extra_km: float
    extra_km_at_least: float
    left_out: int
    short: int
    cases: int

    @property
    def judged_km(self) -> float:
        """What it costs more, with who finds no place and what is short at the price of the last resort."""
        return self.extra_km + LEFT_OUT_KM * (self.left_out + self.short)

    @property
    def fits(self) -> bool:
        """Whether nobody loses a place and no center falls short."""
        return self.left_out <= 0 and self.short <= 0


def swap_of(stood: Stood, now: Again, pair: Pair) -> Swap:
    """Solve a unit with one facility in place of another, exactly."""
    return _swap(stood, now, pair, stood.again(stood.swapped(*pair)))


def _swap(stood: Stood, now: Again, pair: Pair, then: Again) -> Swap:
    return Swap(
        *pair,
        then.cost_km - now.cost_km,
        then.least_km - now.cost_km,
        then.left_out - now.left_out,
        then.short - now.short,
        int(stood.unit.cases[then.center == pair[1]].sum()),
    )


def best_swaps(
    stood: Stood,
    now: Again,
    pairs: Sequence[Pair],
    *,
    owner: Callable[[Pair], object] = lambda _: None,
    count: int = 1,
) -> tuple[list[Swap], bool]:
    """Return the cheapest swap of each of the cheapest owners, and whether no other swap can be cheaper.

    Every swap has a proven least cost by prices; after the likeliest they are solved in that order until
    those that are left are proven to cost more. The prices of each solution prove more of the others. Where
    groups of several cases stay together, the cheapest are those of the least cost that can be proven.

    Parameters
    ----------
    stood, now : Stood, Again
        The unit, and what it costs now.
    pairs : sequence of (int or None, int)
        Swaps to choose from.
    owner : callable
        Whom a swap belongs to.
    count : int
        Owners wanted.
    """
    if not pairs:
        return [], True
    base = stood.again(whole=False)
    least, guessed = at_least(stood, now, pairs, base)
    known, tried = [Prices.of(stood, base)], np.ones(len(pairs), dtype=np.int64)
    found: dict[object, Swap] = {}

    def solve(number: int) -> None:
        then, own = stood.again(stood.swapped(*pairs[number]), whole=False), owner(pairs[number])
        swap = _swap(stood, now, pairs[number], then)
        least[number] = np.inf
        if own not in found or swap.judged_km < found[own].judged_km:
            found[own] = swap
        known.append(Prices.of(stood, base, then))

    for likely in np.argsort(guessed, kind="stable")[:FIRST_SOLVED].tolist():
        solve(likely)
    while True:
        ranked = sorted(found.values(), key=lambda one: one.judged_km)[:count]
        enough = ranked[-1].judged_km if len(ranked) == count else np.inf
        number = int(least.argmin())
        if least[number] >= enough - TIE_KM:
            return _whole(stood, now, ranked), True
        if tried[number] < len(known):
            column = stood.paid_km(np.array([pairs[number][1]]), exact=False)[:, 0] - NOT_ROUNDED_KM
            proven = [one.extra_km(stood, now, pairs[number], column) for one in known[tried[number] :]]
            least[number], tried[number] = max([least[number], *proven]), len(known)
        elif len(known) > MOST_SOLVED:
            return _whole(stood, now, ranked), False
        else:
            solve(number)


def _whole(stood: Stood, now: Again, ranked: Sequence[Swap]) -> list[Swap]:
    """Return swaps with groups whole, the cheapest first; ranked they were by the least they may cost."""
    if stood.unit.cases.max(initial=1) == 1:
        return list(ranked)
    solved = [swap_of(stood, now, (one.out, one.into)) for one in ranked]
    return sorted(solved, key=lambda one: one.judged_km)


def at_least(
    stood: Stood, now: Again, pairs: Sequence[Pair], base: Again
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each swap costs more than now at least, by the prices of the unit, and a guess.

    Parameters
    ----------
    stood, now, pairs
        As `best_swaps`.
    base : Again
        The unit solved with nothing changed.

    Returns
    -------
    least, guessed : ndarray, shape (n_pairs,)
        In km, whoever finds no place at the price of the last resort. The guess is what the families of the
        center that closes would pay more; without such a center, the least.
    """
    prices = Prices.of(stood, base)
    sites = np.array(sorted({into for _, into in pairs}), dtype=np.int64)
    least, guessed = np.empty(len(pairs)), np.empty(len(pairs))
    for some in np.array_split(sites, -(-len(sites) // SITES_AT_A_TIME) or 1):
        # To the millimetre is quick, and what rounding could take off is taken off all.
        paid = stood.paid_km(some, exact=False) - NOT_ROUNDED_KM
        column = dict(zip(some.tolist(), np.ascontiguousarray(paid.T), strict=True))
        for number, (out, into) in enumerate(pairs):
            if into in column:
                least[number] = prices.extra_km(stood, now, (out, into), column[into])
                guessed[number] = least[number] if out is None else _guess_km(stood, out, column[into])
    return least, guessed


def _guess_km(stood: Stood, out: int, paid_km: NDArray[np.float64]) -> float:
    own = np.flatnonzero(stood.center == out)
    more = np.minimum(paid_km[own], LEFT_OUT_KM) - stood.paid_open_km[own, np.flatnonzero(stood.open == out)]
    return float(weighted_sum(stood.unit.cases[own], more))


def nearer_by_km(stood: Stood, now: Again, swap: Swap) -> float | None:
    """Return by how many km a case a facility would have to be nearer for its swap to cost no more than now.

    What the unit costs falls, ever faster, with what is taken off each case there, so that Newton's steps
    come down to the number from above; each is an exact solution.

    Returns
    -------
    float or None
        Not rounded; None where the facility would serve nobody, or the swap does not fit.
    """
    cut, over, cases = 0.0, swap.extra_km, swap.cases
    if not swap.fits:
        return None
    for _ in range(MOST_CUTS):
        if not cases:
            return None
        cut += over / cases
        then = stood.again(stood.swapped(swap.out, swap.into), cut=(swap.into, cut))
        over, cases = then.cost_km - now.cost_km, int(stood.unit.cases[then.center == swap.into].sum())
        if over > -TIE_KM:
            return cut
    return cut


def verdict(swap: Swap, *, gap_km: float | None, proven_km: float = 0.0, alike_km: float = TIE_KM) -> str:
    """Return what the applicant is worth who would come in by a swap: a clear win or loss, or a near-tie.

    Parameters
    ----------
    swap : Swap
        The best one for the applicant.
    gap_km : float or None
        By how much the plan may exceed the least there is. None where that is not known, and the difference,
        exact for this one change, decides alone.
    proven_km : float
        What every plan with the applicant is proven to cost more; 0 where that is not known.
    alike_km : float
        Saving up to which the tie-break of a call decides and not kilometres, as `siting.call.kept.alike_km`.
    """
    if proven_km > 0 or not swap.fits:
        return LOSS
    if swap.extra_km < -alike_km:
        return WIN
    within = swap.extra_km <= max(TIE_KM, gap_km or 0.0)
    return TIE if within or swap.extra_km_at_least <= TIE_KM else LOSS


def pairs_of(outs: Iterable[int | None], intos: Iterable[int]) -> list[Pair]:
    """Return every swap of one of some facilities for one of others."""
    others = list(intos)
    return [(out, into) for out in outs for into in others]
