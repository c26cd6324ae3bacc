"""The seal stands beside the head of a version wherever that is told; a plan without one names none."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from data.call.order import TieBreak
from data.casebook import CASEBOOK, Casebook
from data.errors import Exit
from data.folder import write_folder, write_plan
from data.kinds import STAFF_FILES
from data.text import LANGS, text
from data.verify import verify
from data.work.in_force import IRAN
from maps.call.closing import open_lines
from maps.dates import shown_day
from maps.staff import draw_staff
from maps.whole import draw_whole
from siting.plan import plan_sites
from tests.call.test_of_a_plan import SEAL, made


def founded(place: Path, seal: str) -> Path:
    own = made()
    plan = plan_sites(own, seed=7, ties=TieBreak(7, seal=seal))

    def fill(temp: Path) -> None:
        write_plan(temp, own, plan, verify(own, plan), run={"seed": 7})

    write_folder(place, overwrite=False, fill=fill)
    return place


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("sealed") / "plan", SEAL)


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("unsealed") / "plan", "")


def told(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_command_that_tells_the_head_tells_the_seal_once(sealed: Path, unsealed: Path) -> None:
    for command in (
        ["verify", "{}"], ["show", "{}"], ["history", "{}"], ["status", "{}"], ["call", "{}"],
        ["explain", "{}", "--applicant", "A"],
    ):  # fmt: skip
        with_it, without = (
            told(*(part.replace("{}", str(folder)) for part in command)) for folder in (sealed, unsealed)
        )
        assert with_it.count(SEAL) == 1, command
        assert "seal of the call" not in without, command
    assert told("compare", unsealed, sealed).count(SEAL) == 1
    for command in (["verify"], ["show"], ["status"], ["explain", "--applicant", "A"]):
        record = json.loads(told(command[0], sealed, *command[1:], "--json"))
        assert record["seal"] == SEAL, command
        assert "seal" not in json.loads(told(command[0], unsealed, *command[1:], "--json")), command


def test_the_seal_is_in_the_box_of_every_page_that_says_where_it_comes_from(
    sealed: Path, unsealed: Path, tmp_path: Path
) -> None:
    for folder in (sealed, unsealed):
        book, place = Casebook.open(folder / CASEBOOK), tmp_path / folder.parent.name
        draw_whole(place / "map", book)
        draw_staff(place / "staff", book)
        pages = [
            place / "map" / "index.html", *(place / "map" / "centers").glob("*.html"),
            place / "staff" / STAFF_FILES[0],
        ]  # fmt: skip
        assert len(pages) >= 3
        for page in pages:
            words = page.read_text(encoding="utf-8")
            assert book.head in words
            assert words.count(SEAL) == (folder == sealed), page.name


def test_a_seal_is_known_as_an_anchor_and_told_from_a_head(sealed: Path, unsealed: Path) -> None:
    words = told("verify", sealed, "--anchor", SEAL.upper())
    assert words.count(SEAL) == 1
    assert text("call.anchored", "en", path="plan") in words
    assert text("call.anchored", "en", path="plan") not in told("verify", sealed)
    refused = CliRunner().invoke(app, ["verify", str(unsealed), "--anchor", SEAL])
    assert refused.exit_code == Exit.VERIFICATION_FAILED
    assert "[unknown_anchor]" in refused.output


def test_who_plans_or_writes_before_the_call_closes_is_warned() -> None:
    today = datetime.now(UTC).astimezone(IRAN).date()
    assert open_lines((today - timedelta(days=1)).isoformat(), "en") == []
    assert open_lines("", "en") == []
    for lang in LANGS:
        (line,) = open_lines(today.isoformat(), lang)
        assert shown_day(today.isoformat(), lang) in line


def test_no_file_of_any_command_names_the_head_and_not_the_seal(sealed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sealed, tmp_path / "plan"))
    CliRunner().invoke(app, ["decline", str(folder), "D", "--out", str(tmp_path / "declined")])
    commands: dict[str, list[object]] = {
        "handover": [folder, tmp_path / "declined"],
        "letters": [folder],
        "report": [folder],
        "map": [folder],
        "try": [folder, "--forbid", "E-1"],
        "status": [folder],
        "services": [folder],
        "caseworkers": [folder],
        "visits": [folder, "--from", "1406/01/16"],
        "fees": [folder, "--year", "1406"],
        "compare": [folder, f"{folder}@1"],
        "export": [folder, "--public"],
    }
    for name, arguments in commands.items():
        run = [name, *map(str, arguments), "--out", str(tmp_path / name)]
        # No center gives every service.
        assert CliRunner().invoke(app, run).exit_code == (4 if name == "services" else 0), name
    heads = [one.hash for one in Casebook.open(folder / CASEBOOK).log()]
    says = {
        file.relative_to(tmp_path): any(SEAL in one for one in texts_of(file))
        for name in commands
        for file in sorted((tmp_path / name).rglob("*"))
        if file.is_file() and any(head in one for one in texts_of(file) for head in heads)
    }
    assert {file.parts[0] for file in says} == set(commands)
    assert [file.as_posix() for file, seal in says.items() if not seal] == []


def texts_of(file: Path) -> list[str]:
    """Return what a file says; of a workbook each of its parts."""
    if not zipfile.is_zipfile(file):
        return [file.read_bytes().decode("utf-8", "replace")]
    with zipfile.ZipFile(file) as parts:
        return [parts.read(one).decode("utf-8", "replace") for one in parts.namelist()]
