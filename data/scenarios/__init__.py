"""Synthetic provinces to try the planner on: households, applicants, boundaries and rules, from one seed.

Public names: `make_scenario`, `write_inputs`, `Scenario`, `SCENARIOS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.scenarios.make import Scenario, make_scenario
    from data.scenarios.write import write_inputs

SCENARIOS = ("lorestan", "tehran", "mashhad", "khuzestan", "iran")
__all__ = ["SCENARIOS", "Scenario", "make_scenario", "write_inputs"]

_HOMES = {"Scenario": "make", "make_scenario": "make", "write_inputs": "write"}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 - only with the heavy module

        return getattr(import_module(f"data.scenarios.{_HOMES[name]}"), name)
    raise AttributeError(name)
