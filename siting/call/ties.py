"""Applicants whom kilometres do not tell apart: the sealed tie-break says who opens, never an accident.

Two applicants tie for the place of a center where the site of one stands in the neighbourhood of the other's
and they would cost the same there but for ``tie_km``. Unless that is told it is what the bound leaves open,
``bound_gap`` of the objective, and then no site is in a tie that every plan is proven to pay for; all that is
settled together may add as much, and no more, so that the plan stays within twice the gap.

Where the tie-break does not apply (no call was sealed) kilometres decide between all but those who cost the
same to a metre; who differs by less than ``tie_km`` is marked, and nothing that costs more than a metre is
done for anybody.

Of those who tie, who comes first by the tie-break opens. Claims are heard in that order, one at a time, until
none is left. Then, of the sites that are solved exactly, the one that saves most takes its place, whoever
comes first, if it saves more than those who tie may differ by and more than the tie-break has added to the
cost of that place; and the claims are heard again. What the tie-break decided is so never taken back for what
it cost, and what the search has missed is not left lying.

That comes to an end, and to the same one on any number of workers and in whatever order the rows of a file
are: every claim that is heard puts somebody earlier in the place of somebody later, so that claims alone run
out, and between two savings they add a bounded cost to a place. The objective without what the tie-break
added is raised by no claim and lowered by every saving, by more than a metre, and it has a least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isinf
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.call.order import BEYOND_GAP, KILOMETRES, Claim, Tie, claims_of
from siting.call.bench import Bench
from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from data.call.order import TieBreak
    from data.problem import Problem
    from siting.bound.prove import Proof
    from siting.call.bench import Resolve
    from siting.solve import Solved

MOST_SOLVED = 12
"""Sites of a unit whose place is solved exactly for the record, those that may cost least first."""
EXACT, AT_LEAST = "exact", "at_least"


@dataclass(frozen=True)
class Settled:
    """A network in which ties are settled.

    Attributes
    ----------
    solved : tuple of Solved
        One a unit.
    ties : tuple of Tie
        What was settled, and what the tie-break left as it was; a saving beyond ``limit_km`` is no tie.
    limit_km : float
        Difference up to which two applicants were alike, km.
    losers : DataFrame
        One row a site that might have been open: ``site_id``, ``against`` (the facility whose place it would
        take), ``extra_km``, ``extra_is`` (`EXACT` or `AT_LEAST`), ``near_tie``.
    """

    solved: tuple[Solved, ...]
    ties: tuple[Tie, ...]
    limit_km: float
    losers: pd.DataFrame


def settle_ties(
    problem: Problem,
    solved: Sequence[Solved],
    proof: Proof | None,
    rule: TieBreak,
    *,
    resolve: Resolve,
    stop: Callable[[], bool],
) -> Settled:
    """Return the network in which the tie-break decides between all who tie.

    Parameters
    ----------
    problem : Problem
        What was solved.
    solved : sequence of Solved
        One a unit.
    proof : Proof or None
        What is proven of the problem; without it only those tie who cost the same, unless ``tie_km`` is told.
    rule : TieBreak
        The seed of the lottery, and ``tie_km``.
    resolve : callable
        Solves a unit anew with other facilities open.
    stop : callable
        Asked before anything is solved; what is not settled by then stays as it was found.
    """
    hearing = _Hearing.of(problem, solved, proof, rule, resolve)
    ties: list[Tie] = []
    while not stop() and (heard := hearing.next_swap(stop) or hearing.next_saving(stop)) is not None:
        hearing, tie = heard
        if tie.decided_by != KILOMETRES or -tie.km_more <= hearing.limit_km:
            ties.append(tie)
    kept, losers = hearing.record(stop)
    known = {(one.site_id, one.other_site_id) for one in ties}
    ties += [one for one in kept if (one.site_id, one.other_site_id) not in known]
    return Settled(tuple(one.solved for one in hearing.benches), tuple(ties), hearing.limit_km, losers)


@dataclass(frozen=True)
class _Hearing:
    """All units, who is open, and who claims whose place.

    Attributes
    ----------
    benches : tuple of Bench
        One a unit.
    claims : sequence of Claim
        By the row of the site.
    worse : sequence of ndarray of bool
        Of each unit, the facilities that no plan opens without paying for it.
    limit_km, budget_km : float
        What two may differ by, and what all swaps may still add, km.
    applies : bool
        Whether the tie-break decides between all who tie, or between those who cost the same alone.
    """

    benches: tuple[Bench, ...]
    claims: Sequence[Claim]
    worse: Sequence[NDArray[np.bool_]]
    limit_km: float
    budget_km: float
    applies: bool

    @classmethod
    def of(
        cls,
        problem: Problem,
        solved: Sequence[Solved],
        proof: Proof | None,
        rule: TieBreak,
        resolve: Resolve,
    ) -> _Hearing:
        benches = tuple(Bench(one, resolve) for one in solved)
        sizes = np.cumsum([len(one.unit.facilities) for one in solved])
        worse = [np.zeros(len(one.unit.facilities), dtype=bool) for one in solved]
        limit_km, budget_km = max(rule.tie_km, TIE_KM), inf
        if isinf(rule.tie_km):
            limit_km = TIE_KM
            if proof is not None:
                objective_km = sum(one.cost_km for one in benches)
                limit_km = max(objective_km - proof.bound.value_km, TIE_KM)
                worse = np.split(proof.opening_km - objective_km > TIE_KM, sizes[:-1])
            budget_km = limit_km
        return cls(benches, claims_of(problem.sites, rule.seed), worse, limit_km, budget_km, rule.applies)

    @property
    def alike_km(self) -> float:
        """Difference up to which the tie-break decides, km."""
        return self.limit_km if self.applies else TIE_KM

    def next_swap(self, stop: Callable[[], bool]) -> tuple[_Hearing, Tie] | None:
        """Return what the first claim that holds changes; None where no claim does."""
        least = [self._least_km(number) for number in range(len(self.benches))]
        for number, site in self._claimants():
            bench = self.benches[number]
            most_km = self._most_km(bench, site)
            if (
                self.worse[number][site]
                or least[number][site] > most_km
                or not self._comes_first(bench, site)
            ):
                continue
            if stop():
                return None
            extra_km = bench.extra_km(site)
            if extra_km <= most_km:
                return self._after(number, site, extra_km)
        return None

    def next_saving(self, stop: Callable[[], bool]) -> tuple[_Hearing, Tie] | None:
        """Return what the site changes that saves most; None where none saves beyond what counts as alike."""
        found = [
            (extra_km, self._claim(bench, site), number, site)
            for number, bench in enumerate(self.benches)
            for site, (extra_km, is_exact) in self._priced(number, stop).items()
            if is_exact and -extra_km > self.alike_km + self._added_km(bench, site)
        ]
        if not found:
            return None
        extra_km, _, number, site = min(found)
        return self._after(number, site, extra_km)

    def record(self, stop: Callable[[], bool]) -> tuple[list[Tie], pd.DataFrame]:
        """Return the ties that changed nothing, and what every site that is not open would cost."""
        ties: list[tuple[Claim, Tie]] = []
        rows = []
        for number, bench in enumerate(self.benches):
            ids = bench.solved.unit.facilities.id
            for site, (extra_km, is_exact) in self._priced(number, stop).items():
                is_tie = bool(is_exact and extra_km <= self.limit_km and not self.worse[number][site])
                told = EXACT if is_exact else AT_LEAST
                rows.append((str(ids[site]), str(ids[bench.home[site]]), extra_km, told, is_tie))
                if is_tie:
                    ties.append((self._claim(bench, site), self._kept(bench, site, extra_km)))
        names = ["site_id", "against", "extra_km", "extra_is", "near_tie"]
        kinds = ("str", "str", "float64", "str", "bool")
        table = pd.DataFrame(rows, columns=names).astype(dict(zip(names, kinds, strict=True)))
        table["extra_km"] = table["extra_km"].where(np.isfinite(table["extra_km"])).round(3) + 0.0
        return [tie for _, tie in sorted(ties, key=lambda one: one[0])], table

    def _priced(self, number: int, stop: Callable[[], bool]) -> dict[int, tuple[float, bool]]:
        """Return of each free site what it costs more, km, and whether that is exact: a twin's is its own.

        The promising ones are first, and of each who comes first.
        """
        bench, least = self.benches[number], self._least_km(number)
        found: dict[int, tuple[float, bool]] = {}
        told: list[int] = []
        n_solved = 0
        for site in sorted(least, key=lambda one: (least[one], self._claim(bench, one))):
            twin = None if site in bench.known else bench.twin_of(site, told)
            if twin is not None:
                found[site] = found[twin]
                continue
            is_exact = site in bench.known or (n_solved < MOST_SOLVED and not stop())
            found[site] = bench.extra_km(site) if is_exact else least[site], is_exact
            n_solved += is_exact
            told += [site] * is_exact
        return found

    def _most_km(self, bench: Bench, site: int) -> float:
        """Return what a claim to the place of a center may add to the cost, km."""
        if not self.applies:
            return TIE_KM - self._added_km(bench, site)
        return max(min(self.limit_km, self.budget_km), TIE_KM)

    def _added_km(self, bench: Bench, site: int) -> float:
        return bench.added_km.get(int(bench.home[site]), 0.0)

    def _claimants(self) -> Iterator[tuple[int, int]]:
        """Yield unit and facility of every site of an applicant without a center, the first claim first."""
        found = [
            (self._claim(bench, site), number, site)
            for number, bench in enumerate(self.benches)
            for site in self._free(number).tolist()
        ]
        for _, number, site in sorted(found):
            yield number, site

    def _free(self, number: int) -> NDArray[np.int64]:
        """Return the sites of a unit that could take the place of the center of their neighbourhood."""
        used = [one.solved.unit.facilities.applicant[one.solved.open] for one in self.benches]
        bench = self.benches[number]
        own = bench.solved.unit.facilities
        home = bench.home
        free = (own.row >= 0) & ~own.existing & (home >= 0) & ~np.isin(own.applicant, np.concatenate(used))
        free[free] &= ~own.fixed[home[free]] & (own.row[home[free]] >= 0)
        return np.flatnonzero(free)

    def _least_km(self, number: int) -> dict[int, float]:
        """Return what each free site of a unit costs at least in the place of a center, km."""
        bench, free = self.benches[number], self._free(number)
        known = bench.least
        if missing := [one for one in free.tolist() if one not in known]:
            proven = bench.extra_at_least_km(np.array(missing, dtype=np.int64))
            known.update(zip(missing, proven.tolist(), strict=True))
        return {one: known[one] for one in free.tolist()}

    def _claim(self, bench: Bench, facility: int) -> Claim:
        return self.claims[int(bench.solved.unit.facilities.row[facility])]

    def _comes_first(self, bench: Bench, site: int) -> bool:
        return self._claim(bench, site) < self._claim(bench, int(bench.home[site]))

    def _after(self, number: int, site: int, extra_km: float) -> tuple[_Hearing, Tie]:
        bench = self.benches[number]
        out, ids = int(bench.home[site]), bench.solved.unit.facilities.id
        decided = self._claim(bench, site).decided_by(self._claim(bench, out))
        if extra_km < -self.alike_km:
            decided = KILOMETRES
        tie = Tie(str(ids[site]), str(ids[out]), round(extra_km, 3) + 0.0, decided, changed=True)
        added = {one: km for one, km in bench.added_km.items() if one != out}
        added[site] = max(self._added_km(bench, site) + extra_km, 0.0)
        changed = Bench(bench.swapped(site), bench.resolve, added)
        benches = (*self.benches[:number], changed, *self.benches[number + 1 :])
        return replace(self, benches=benches, budget_km=self.budget_km - extra_km), tie

    def _kept(self, bench: Bench, site: int, extra_km: float) -> Tie:
        ids, out = bench.solved.unit.facilities.id, int(bench.home[site])
        decided = self._claim(bench, out).decided_by(self._claim(bench, site))
        if extra_km > self.alike_km:
            decided = KILOMETRES
        elif self._comes_first(bench, site):
            decided = BEYOND_GAP if self.applies else KILOMETRES
        return Tie(str(ids[out]), str(ids[site]), -round(extra_km, 3) + 0.0, decided, changed=False)
