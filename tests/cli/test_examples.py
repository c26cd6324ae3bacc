"""Examples of helps run on what the default demo makes, in the order that `siting --help` lists them."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from persiantools.jdatetime import JalaliDate
from typer.main import get_command
from typer.testing import CliRunner

from cli import app
from data.scenarios import make_scenario, write_inputs
from door.order import ORDER

ID = re.compile(r"\bLR-A\d{4}(?:-\d+)?")
OFFERED = "hearing_screening"


def help_of(command: Any) -> list[str]:
    """Return the examples that a command tells, those of its own commands after it."""
    told = re.findall(r"Example: siting (.+)", command.help or "")
    inner = getattr(command, "commands", {})
    return [*told, *(one for own in inner.values() for one in help_of(own))]


COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
EXAMPLES = list(dict.fromkeys(one for name in ORDER for one in help_of(COMMANDS[name])))


def test_every_command_has_its_place_in_the_order_and_help_keeps_it() -> None:
    assert sorted(ORDER) == sorted(COMMANDS)
    shown = CliRunner().invoke(app, ["--help"], terminal_width=200).output
    listed = re.findall(r"^\W*(\w+)  ", shown.split("Commands")[1], re.MULTILINE)
    assert [name for name in listed if name in COMMANDS] == list(ORDER)


@pytest.mark.parametrize("name", sorted(name for name in COMMANDS if hasattr(COMMANDS[name], "commands")))
def test_a_group_shows_an_example_of_its_own(name: str) -> None:
    assert "Example: siting " in COMMANDS[name].help


def test_examples_name_no_demo_but_the_one_that_is_made() -> None:
    assert {one for told in EXAMPLES for one in re.findall(r"out/\w+", told)} == {"out/lorestan"}


@pytest.fixture(scope="module")
def sites() -> pd.DataFrame:
    return pd.DataFrame(make_scenario("lorestan", seed=0).applicants)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if ID.search(one)])
def test_who_an_example_names_applies_in_the_demo(example: str, sites: pd.DataFrame) -> None:
    """A center is named for its site, a caseworker for the center; who is eligible may have one."""
    allowed = sites[sites["decision"] == "accepted"]
    for found in ID.findall(example):
        assert found in {*allowed["applicant_id"], *allowed["site_id"]}, example


def write_files(demo: Path, place: Path) -> None:
    """Write what the examples take for a user's own files.

    Those of a plan are of one county; those of the network that runs fit the demo.
    """
    own = write_inputs(make_scenario("lorestan", seed=0, scale=0.03), place / "own")
    for kind in ("households", "applicants"):
        table = pd.read_csv(own[kind])
        table.to_csv(place / f"{kind}.csv", index=False)
        table.to_excel(place / f"{kind}.xlsx", index=False)
    shutil.copy(own["boundaries"], place / "counties.gpkg")
    households = pd.read_csv(demo / "input" / "households.csv")
    where, doors = households.head(20), households.iloc[:: len(households) // 20].head(20)
    moved = where[["household_id"]].assign(
        date="1405/09/20",
        event="move",
        lon=doors["lon"].array,
        lat=doors["lat"].array,
    )
    moved.to_csv(place / "moves.csv", index=False)
    joining = where.assign(household_id=[f"W-{one}" for one in range(20)])
    joining.to_excel(place / "waiting.xlsx", index=False)
    center = pd.read_csv(demo / "centers.csv")["center_id"].iloc[0]
    offer = {"center_id": [center], "service_id": [OFFERED], "capacity": [""], "borrowed": [""]}
    pd.DataFrame(offer).to_csv(place / "offers.csv", index=False)
    done = {
        "date": [JalaliDate.today().isoformat()], "center_id": [center], "kind": ["education"],
        "caseworker_id": [f"{center}-1"], "household_id": [""],
    }  # fmt: skip
    pd.DataFrame(done).to_excel(place / "mehr.xlsx", index=False)


def edit_as_in_qgis(file: Path) -> None:
    """Lower the most of a center that is not full."""
    with closing(sqlite3.connect(file)) as desk, desk:
        desk.execute(
            "UPDATE centers SET max_cases = max_cases - 1 WHERE cases = (SELECT min(cases) FROM centers)"
        )


@pytest.mark.soak
def test_every_example_runs_in_the_order_of_the_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert EXAMPLES[0].startswith("demo lorestan --out out/lorestan")
    failed = []
    for example in EXAMPLES:
        words = shlex.split(example)
        target = words[words.index(">") + 1] if ">" in words else None
        words = [coming(word, before) for before, word in zip(["", *words], words, strict=False)]
        result = CliRunner().invoke(app, words[: words.index(">")] if target else words)
        # Who resigns leaves cases that nobody else of the center may have: a code of its own says so, and
        # again where homes without a caseworker get no visit.
        allowed = {0, 4} if "--resign" in words or words[0] in ("services", "visits") else {0}
        if result.exit_code not in allowed:
            failed.append(f"{example}\n{result.output}\n{result.exception!r}")
        if target:
            Path(target).write_text(result.stdout, encoding="utf-8")
        if "--editable" in words:
            edit_as_in_qgis(Path(words[-1]))
        if words[0] == "demo":
            write_files(tmp_path / "out" / "lorestan", tmp_path)
    assert not failed, "\n\n".join(failed)


def coming(word: str, before: str) -> str:
    """Return a word; visits begin on a day that lies ahead, and a month is paid for what was done in it."""
    today = JalaliDate.today()
    days = {"--from": (today + timedelta(days=3)).isoformat(), "--month": today.isoformat()[:7]}
    return str(days.get(before, word))
