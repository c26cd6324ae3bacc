"""A plan while there is time: what follows the search has its own, and an interrupt loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import Exit, SitingError
from data.process.interrupts import limit_error
from siting.plan import plan_sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.call.order import TieBreak
    from data.plan import Plan
    from data.problem import Problem
    from data.process.deadline import Deadline


def plan_in_time(
    problem: Problem,
    *,
    seed: int,
    workers: int,
    stop: Deadline,
    centers_by_unit: Mapping[str, int] | None = None,
    ties: TieBreak | None = None,
) -> Plan:
    """Plan a problem as `siting.plan_sites` does, and tell an interrupt from a limit.

    Parameters
    ----------
    problem : Problem
        What is to be planned.
    seed, workers, centers_by_unit, ties
        As `siting.plan_sites`.
    stop : Deadline
        Ends the search.

    Raises
    ------
    SitingError
        As `siting.plan_sites`.
    KeyboardInterrupt
        If an interrupt came before there was any plan.
    """
    try:
        return plan_sites(
            problem, seed=seed, workers=workers, stop=stop, centers_by_unit=centers_by_unit, ties=ties
        )
    except SitingError as error:
        if error.exit_code == Exit.LIMIT_BEFORE_PLAN and stop.is_interrupted:
            raise KeyboardInterrupt from error
        raise


def check_time(deadline: Deadline, tail: float) -> None:
    """Refuse to begin a search where what follows it would not be in time.

    Parameters
    ----------
    deadline : Deadline
        Of the whole command.
    tail : float
        What follows the search, seconds (`data.process.deadline.tail_seconds`).

    Raises
    ------
    SitingError
        ``limit_before_plan``, exit code 5.
    """
    if deadline.seconds_left < tail:
        raise limit_error(tail)
