"""A demo says of itself how large it is, not how large it could be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from data.scenarios import make_scenario, write_inputs
from data.text import number

if TYPE_CHECKING:
    from pathlib import Path

FULL = {
    "lorestan": ("107 centers", "40,000", "11 counties"),
    "mashhad": ("77 centers", "34,650", "12 districts"),
    "khuzestan": ("fewest centers", "45,000", "27 counties"),
}


@pytest.mark.parametrize("name", ["lorestan", "tehran", "mashhad", "khuzestan", "iran"])
def test_the_note_of_a_part_tells_the_part(name: str, tmp_path: Path) -> None:
    made = make_scenario(name, seed=1, scale=0.01 if name == "iran" else 0.1)
    count = made.rules.centers
    assert count == "fewest" or f"{number(count)} center" in made.notes["en"]
    told = number(len(made.households))
    assert told in made.notes["en"]
    assert number(len(made.households), "fa") in made.notes["fa"]
    before_full_size = re.split("At full size|Full size", made.notes["en"])[0]
    large = {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", before_full_size)} - {429, 2016}
    assert max(large) == len(made.households)
    readme = write_inputs(made, tmp_path)["readme"].read_text(encoding="utf-8-sig")
    assert made.notes["en"] in readme
    assert made.notes["fa"] in readme


@pytest.mark.parametrize("name", FULL)
def test_the_note_of_the_whole_tells_the_published_numbers(name: str) -> None:
    note = make_scenario(name, seed=1).notes["en"]
    assert all(one in note for one in FULL[name])


def test_a_number_of_centers_that_was_asked_for_is_told() -> None:
    assert "with 30 centers" in make_scenario("khuzestan", seed=1, scale=0.1, centers=30).notes["en"]
    assert "the fewest centers" in make_scenario("lorestan", seed=1, scale=0.1, centers="fewest").notes["en"]
