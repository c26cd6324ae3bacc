"""Every province of a run built, and what keeps some from it told together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.build.check import NOT_IN_PHASE, is_at_rest, nobody_to_serve
from data.errors import SitingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from data.build.building import Province
    from data.errors import Failure
    from data.problem import Problem


def each_built(provinces: Iterable[Province]) -> Iterator[tuple[Province, Problem | SitingError]]:
    """Yield the problem of every province, or what says of one that nobody there is to be served.

    A province whose households are all of a later phase is a problem like any other.

    Parameters
    ----------
    provinces : iterable of Province
        Of `data.build.building.provinces_of`; no problem is kept.

    Raises
    ------
    SitingError
        After all were built, with what is wrong in every province, where rows cannot be meant or nobody is
        to be served in any.
    """
    refused: list[SitingError] = []
    empty: list[SitingError] = []
    resting: list[Failure] = []
    somebody = False
    for one in provinces:
        try:
            problem = one.build()
        except SitingError as error:
            (empty if error.code == "no_households" else refused).append(error)
            if not refused:
                yield one, error
            continue
        if is_at_rest(problem.households):
            resting.append(nobody_to_serve(one.name, {NOT_IN_PHASE: len(problem.households)}))
        else:
            somebody = True
        if not refused:
            yield one, problem
    if refused:
        raise_all([*refused, *empty])
    if not somebody:
        raise_all([*empty, *(SitingError.of([one]) for one in resting)])


def raise_all(errors: Iterable[SitingError]) -> None:
    """Raise errors as one with the rows of all; nothing for none."""
    told = list(errors)
    if len(told) == 1:
        raise told[0]
    if told:
        raise SitingError.of([failure for error in told for failure in error.failures])
