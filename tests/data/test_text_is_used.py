"""No sentence waits in the catalogue for a reader it will never have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted((ROOT / "data" / "text").glob("*.toml"))
PLACES = (
    "*.py",
    "door/*.py",
    "data/**/*.py",
    "allocation/**/*.py",
    "siting/**/*.py",
    "maps/**/*.py",
    "maps/assets/*.html",
)
CODE = "\n".join(file.read_text(encoding="utf-8") for place in PLACES for file in sorted(ROOT.glob(place)))
QUOTED = set(re.findall(r"""["'](\w+(?:\.\w+)?)["']""", CODE))
FIELDS = set(re.findall(r"^    (\w+): ", CODE, re.MULTILINE))
UNITS = {one.replace(" ", "_") for one in re.findall(r'_about\("([a-z ]+)"', CODE)}
"""The rules' own, of which the code makes keys."""
OPENINGS = set(re.findall(r"""["'](?:(\w+)\.)?(\w+_)(?:\{|["'] (?:~|\+))""", CODE))
"""Room, where it is said, and what a key begins with: ``"cli.left_{reason}"``, ``"load_" + load``."""
CLOSINGS = set(re.findall(r"""f["']\{\w+\}(_\w+)["']""", CODE))
"""What a key ends with: ``f"{how}_map"``."""


def is_used(room: str, name: str) -> bool:
    """Whether the code names a text, or makes its name of a beginning or an end and another name."""
    rests = {name.removeprefix(one) for said, one in OPENINGS if said in ("", room) and name.startswith(one)}
    starts = {name.removesuffix(one) for one in CLOSINGS if name.endswith(one)}
    named = {f"{room}.{name}", name, *starts} & QUOTED
    return bool(named or rests & (QUOTED | FIELDS | UNITS))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_every_text_is_used_somewhere(room: Path) -> None:
    names = tomllib.loads(room.read_text(encoding="utf-8"))
    assert names
    assert [name for name in names if not is_used(room.stem, name)] == []


def test_a_text_that_nothing_names_is_found() -> None:
    assert is_used("cli", "bug")
    assert is_used("cli", "left_vacancy")
    assert is_used("folder", "changed_map")
    assert is_used("maps", "load_cases")
    assert is_used("rules", "meaning_max_km")
    assert is_used("rules", "unit_km_a_case_and_score_point")
    assert not is_used("cli", "other_planet")
    assert not is_used("cli", "left_behind_the_moon")
    assert not is_used("cli", "other_worker")
