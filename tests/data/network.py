"""A small founded network made by hand: two counties, three centers, and everything true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.data.network_inputs import EXISTING, FIRST, RULES, SECOND, problem_of
from tests.data.network_plan import found

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules


@dataclass(frozen=True)
class Network:
    """A problem, and which center (empty for none) serves each household."""

    problem: Problem
    serves: dict[str, str]
    opened: dict[str, str]

    def plan(self, **changed: Any) -> Plan:
        return found(self.problem, self.serves, self.opened, **changed)


def network(*, in_a: int = 700, in_b: int = 200, to_existing: int = 300, rules: Rules = RULES) -> Network:
    """Found one center of P1 beside an existing one in county A, and one of P2 in county B."""
    problem = problem_of(in_a=in_a, in_b=in_b, rules=rules)
    serves = {}
    served = problem.households[problem.households["reason"] == ""]
    for who, county in zip(served["household_id"], served["county"], strict=True):
        in_west = int(who[2:]) < to_existing
        serves[who] = SECOND if county == "B" else EXISTING if in_west else FIRST
    return Network(problem, serves, {EXISTING: "", FIRST: "P1-1", SECOND: "P2-1"})
