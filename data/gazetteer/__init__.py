"""Real places of Iran, its census counties and the districts of two cities.

Public names: `places`, `counties`, `districts`, `ground`, `rooms`. Sources are named in ``NOTICE``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.gazetteer.tables import City, counties, districts, ground, places, rooms

__all__ = ["City", "counties", "districts", "ground", "places", "rooms"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from data.gazetteer import tables  # noqa: PLC0415 - heavy

        return getattr(tables, name)
    raise AttributeError(name)
