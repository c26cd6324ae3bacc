"""Tables, rules, records and checks: what every other room stands on and what knows none of them.

Public names: `read_problem`, `read_problems`, `demo_problem`, `read_rules`, `open_plan`, `save_plan`,
`verify_plan`, `compare_plans`, `Problem`, `Plan`, `Rules`, `Certificate`, `Comparison`, `Casebook`,
`TieBreak`, `SitingError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.call.order import TieBreak
    from data.casebook.book import Casebook
    from data.compare.comparison import Comparison
    from data.compare.plans import compare_plans
    from data.errors import SitingError
    from data.opening import demo_problem, open_plan, read_problem, read_problems
    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules, read_rules
    from data.saving import save_plan
    from data.verify.certificate import Certificate
    from data.verify.checking import verify as verify_plan

__all__ = [
    "Casebook",
    "Certificate",
    "Comparison",
    "Plan",
    "Problem",
    "Rules",
    "SitingError",
    "TieBreak",
    "compare_plans",
    "demo_problem",
    "open_plan",
    "read_problem",
    "read_problems",
    "read_rules",
    "save_plan",
    "verify_plan",
]

_HOMES = {
    "Casebook": "data.casebook.book",
    "Certificate": "data.verify.certificate",
    "Comparison": "data.compare.comparison",
    "Plan": "data.plan",
    "Problem": "data.problem",
    "Rules": "data.rules",
    "SitingError": "data.errors",
    "TieBreak": "data.call.order",
    "compare_plans": "data.compare.plans",
    "demo_problem": "data.opening",
    "open_plan": "data.opening",
    "read_problem": "data.opening",
    "read_problems": "data.opening",
    "read_rules": "data.rules",
    "save_plan": "data.saving",
    "verify_plan": "data.verify.checking",
}
_CALLED_THERE = {"verify_plan": "verify"}
"""A package of this room has the name already."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), _CALLED_THERE.get(name, name))


def __dir__() -> list[str]:
    # `help` and completion ask here, and would miss what is only loaded when it is asked for.
    return __all__
