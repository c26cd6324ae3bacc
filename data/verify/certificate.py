"""The certificate of a recounted plan: what the casebook asks for before it writes anything."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from typing import TYPE_CHECKING

from data.hashing import plan_hash, table_hash, value_hash
from data.shown import Shown

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.shown import Card

_TOKEN = object()


@dataclass(frozen=True)
class Certificate(Shown):
    """Says that one plan was recounted against one problem and nothing was found wrong.

    Only `data.verify.verify` gives one; it pickles, so that another process may hand it on.

    Attributes
    ----------
    plan_hash : str
        SHA-256 of the plan's content (`data.hashing.plan_hash`).
    problem_hash : str
        SHA-256 of the problem's content (`problem_hash`).
    checks : tuple of str
        Names of the checks that passed, in the order they ran.

    Raises
    ------
    TypeError
        If anybody but the verifier constructs one.
    """

    plan_hash: str
    problem_hash: str
    checks: tuple[str, ...]
    token: InitVar[object] = None

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("a certificate is only given by data.verify.verify")

    def _card(self) -> Card:
        from data.display import certificate_card  # noqa: PLC0415 - only a notebook asks

        return certificate_card(self)


def problem_hash(problem: Problem) -> str:
    """Return the SHA-256 of households, sites, existing centers, rules and travel.

    Geometry objects are left out: longitude and latitude say where a row is. Boundaries are left out too, for
    every row carries the unit that they gave it.
    """
    tables = {"households": problem.households, "sites": problem.sites, "centers": problem.centers}
    parts: dict[str, object] = {
        name: table_hash(table.drop(columns="geometry", errors="ignore")) for name, table in tables.items()
    }
    parts["rules"] = problem.rules.as_dict()
    parts["travel"] = None if problem.travel is None else table_hash(problem.travel)
    return value_hash(parts)


def _certify(problem: Problem, plan: Plan, checks: tuple[str, ...]) -> Certificate:
    return Certificate(plan_hash(plan), problem_hash(problem), checks, _TOKEN)
