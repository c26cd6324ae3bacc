"""Pages that a reviewer trusts: a plan becomes one HTML file that needs no internet.

Importing this room also lets plans show themselves as maps in a notebook.

Public names: `draw`, `draw_changes`, `draw_nation`, `Missing`, `write_report`, `around_of`, `Origin`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from data.plan import Plan as _Plan
from data.shown import picture as _picture

if TYPE_CHECKING:
    from maps.around import around_of
    from maps.changes import draw_changes
    from maps.nation_page import Missing, draw_nation
    from maps.origin import Origin
    from maps.plan_page import draw
    from maps.report.writing import write_report

__all__ = [
    "Missing",
    "Origin",
    "around_of",
    "draw",
    "draw_changes",
    "draw_nation",
    "write_report",
]

_HOMES = {
    "Missing": "maps.nation_page",
    "Origin": "maps.origin",
    "around_of": "maps.around",
    "draw": "maps.plan_page",
    "draw_changes": "maps.changes",
    "draw_nation": "maps.nation_page",
    "write_report": "maps.report.writing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    # `help` and completion ask here, and would miss what is only loaded when it is asked for.
    return __all__


@_picture.register(_Plan)
def _map_of(plan: _Plan) -> str:
    from maps.frame import framed  # noqa: PLC0415 - only a notebook asks

    return framed(plan)
