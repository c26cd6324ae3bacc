from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from data.text import LANGS, number, text

ROOT = Path(__file__).parents[2]
ROOMS = sorted((ROOT / "data" / "text").glob("*.toml"))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_every_text_is_there_in_both_languages_with_the_same_fields(room: Path) -> None:
    texts = tomllib.loads(room.read_text(encoding="utf-8"))
    assert texts
    for name, entry in texts.items():
        assert set(entry) == set(LANGS), name
        assert all(entry.values()), name
        assert fields(entry["fa"]) == fields(entry["en"]), name


def test_every_key_that_the_code_names_is_in_the_catalogue() -> None:
    known = {
        f"{room.stem}.{name}" for room in ROOMS for name in tomllib.loads(room.read_text(encoding="utf-8"))
    }
    rooms = "|".join(room.stem for room in ROOMS)
    named = {
        key
        for place in (
            "data/**/*.py",
            "siting/**/*.py",
            "allocation/**/*.py",
            "maps/**/*.py",
            "door/*.py",
            "cli.py",
        )
        for file in ROOT.glob(place)
        for key in re.findall(rf'(?:text|phrase)\(\s*"((?:{rooms})\.\w+)"', file.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= known


def test_numbers_are_grouped_and_persian_in_persian() -> None:
    assert number(1234567) == "1,234,567"
    assert number(1234.56, "fa", digits=1) == "۱٬۲۳۴٫۶"
    assert text("cli.checked", "fa", file="a.csv", rows=1200) == "a.csv: ۱٬۲۰۰ ردیف خوانده شد."


@pytest.mark.parametrize(("units", "said"), [(1, "1 unit, "), (2, "2 units, "), (1000, "1,000 units, ")])
def test_a_word_goes_with_its_number(units: int, said: str) -> None:
    counts = {"units": units, "households": 1, "cases": 1, "needed": 1}
    sentence = text("cli.checked_units", "en", **counts)
    assert sentence == f"{said}1 household to be served, 1 case, at least 1 center needed."
    assert "|" not in text("cli.checked_units", "fa", **counts)
