"""The public names of the rooms, as an analyst imports them."""

from __future__ import annotations

from importlib import import_module

ROOMS = ("data", "siting", "allocation", "maps")
NAMES = [(room, name) for room in ROOMS for name in import_module(room).__all__]
