"""Pages that a reviewer trusts: a plan becomes one HTML file that needs no internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps.nation_page import Missing, draw_nation
    from maps.plan_page import draw

__all__ = ["Missing", "draw", "draw_nation"]

_HOMES = {
    "Missing": "maps.nation_page",
    "draw": "maps.plan_page",
    "draw_nation": "maps.nation_page",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 - only when a name is asked for

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
