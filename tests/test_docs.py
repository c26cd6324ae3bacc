"""What the guides tell to type works, in the order they tell it, and the dictionary is of today."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from persiantools.jdatetime import JalaliDate
from typer.main import get_command
from typer.testing import CliRunner

from cli import app
from data import demo_problem
from data.dictionary import dictionary, main
from data.dictionary_outputs import outputs, title_of
from data.exports import export_files
from data.scenarios import make_scenario, write_inputs
from data.text import LANGS
from siting import plan_sites

if TYPE_CHECKING:
    from data.text import Lang

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
RUN, FILE, PYTHON = "sh", "csv ", "python"
"""Blocks that are run as they stand; tables that lie in a file of that name; and code. Others need the
internet or a large run."""
MOST_BYTES = 150_000
SMALL_PICTURES = (
    "guide_map_en.png",
    "guide_map_fa.png",
    "guide_center_en.png",
    "guide_center_fa.png",
    "lorestan.png",
)


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(kind, body) for kind, body in FENCE.findall(page.read_text(encoding="utf-8"))]


def commands(body: str) -> list[list[str]]:
    """Return the words of each `siting` command of a block, remarks left out."""
    lines = [line.strip() for line in body.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines if re.match(r"(\S*/)?siting ", line)]
    return [one[1:] for one in words]


def every_command(click: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    inner = getattr(click, "commands", {})
    if not inner:
        return [(path, click)]
    return [found for name, one in inner.items() for found in every_command(one, (*path, name))]


EVERY = every_command(get_command(app))


@pytest.mark.parametrize(
    ("path", "command"), EVERY, ids=lambda one: "-".join(one) if isinstance(one, tuple) else ""
)
def test_every_help_has_an_example_that_names_its_command(path: tuple[str, ...], command: Any) -> None:
    examples = re.findall(r"Example: siting (.+)", command.help)
    assert examples
    for example in examples:
        assert example.split()[0] == path[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_on_a_page_are_commands_with_such_options(page: Path) -> None:
    """Also of those that are not run here: nothing is told that would be wrong usage."""
    by_path = dict(EVERY)
    for _, body in blocks(page):
        for words in commands(body):
            told = [one for one in words if one not in (">", "rules.toml") and not one.startswith(">")]
            path = tuple(told[:2]) if tuple(told[:2]) in by_path else (told[0],)
            if path == ("--help",):
                continue
            if path == ("services",):
                path = ("services", "share")
            known = {name for one in by_path[path].params for name in one.opts} | {"--help"}
            asked = {one.split("=")[0] for one in told if one.startswith("--")}
            assert asked <= known, f"{page.name}: siting {shlex.join(words)}"


def run_page(page: Path, folder: Path, patch: pytest.MonkeyPatch) -> int:
    """Run what a page tells, in order; return how many commands that were."""
    patch.chdir(folder)
    done = 0
    for kind, body in blocks(page):
        if kind.startswith(FILE):
            (folder / kind.removeprefix(FILE)).write_text(body, encoding="utf-8")
        if kind == PYTHON:
            exec(compile(body, page.name, "exec"), {})  # noqa: S102 - the page's own code
        if kind != RUN:
            continue
        assert len(commands(body)) == len(body.splitlines()), body
        for words in commands(body):
            run(words, folder)
            done += 1
    return done


def run(words: list[str], folder: Path) -> None:
    """Run a command as a terminal in that folder would."""
    arguments, target = (words[:-2], words[-1]) if {">", ">>"} & {*words} else (words, None)
    result = CliRunner().invoke(app, [coming(one, arguments[at - 1]) for at, one in enumerate(arguments)])
    assert result.exit_code == 0, f"{shlex.join(words)}\n{result.output}\n{result.exception!r}"
    if target:
        with (folder / target).open("a" if ">>" in words else "w", encoding="utf-8") as file:
            file.write(result.stdout)


def coming(word: str, before: str) -> str:
    """Return a word; the day that visits begin must lie ahead, whenever this is run."""
    return (JalaliDate.today() + timedelta(days=3)).isoformat() if before == "--from" else word


def test_the_guide_works_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maps.report.pdf.browser", lambda: None, raising=False)
    assert run_page(DOCS / "guide.en.md", tmp_path, monkeypatch) > 15
    assert (tmp_path / "plan" / "map" / "index.html").is_file()
    assert (tmp_path / "public" / "centers.csv").is_file()
    assert list((tmp_path / "plan-visits").glob("*.ics"))


def test_the_quick_start_of_the_readme_works_with_such_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_inputs(make_scenario("lorestan", seed=0, scale=0.02), tmp_path / "input")
    for name in ("households", "applicants"):
        pd.read_csv(files[name]).to_excel(tmp_path / f"{name}.xlsx", index=False)
    shutil.copy(files["boundaries"], tmp_path / "counties.gpkg")
    body = next(body for _, body in blocks(ROOT / "README.md") if "siting check" in body)
    monkeypatch.chdir(tmp_path)
    assert len(commands(body)) == 5
    for words in commands(body):
        run(words, tmp_path)
    assert (tmp_path / "public" / "centers.csv").is_file()


def test_both_guides_tell_the_same_commands() -> None:
    english, persian = (blocks(DOCS / f"guide.{lang}.md") for lang in ("en", "fa"))
    assert english == persian


def test_installing_is_checked_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_page(DOCS / "install.md", tmp_path, monkeypatch) == 2


@pytest.mark.parametrize("lang", LANGS)
def test_the_dictionary_is_made_from_the_schemas_of_today(lang: Lang) -> None:
    kept = (DOCS / f"data-dictionary.{lang}.md").read_text(encoding="utf-8")
    assert kept == dictionary(lang), f"python -m data.dictionary {lang} > docs/data-dictionary.{lang}.md"


def needed_on(platform: dict[str, str], begin: list[str]) -> set[str]:
    """Return what some requirements need on a platform, through all that is installed here."""
    found: set[str] = set()
    ahead = [Requirement(one) for one in begin]
    while ahead:
        one = ahead.pop()
        name = canonicalize_name(one.name)
        if name in found or (one.marker is not None and not one.marker.evaluate({**platform, "extra": ""})):
            continue
        found.add(name)
        try:
            ahead += [Requirement(told) for told in requires(name) or []]
        except PackageNotFoundError:
            # What only the other platform needs is not installed here.
            continue
    return found


def test_wheels_for_windows_hold_what_pip_does_not_see_from_linux() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    windows = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
    linux = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
    unseen = needed_on(windows, asked) - needed_on(linux, asked)
    assert "colorama" in unseen
    listed = (DOCS / "install.md").read_text(encoding="utf-8").split("> requirements.txt")[0]
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    for name in unseen:
        assert f"'{name}'" in listed
        assert f"\n{name}==" in pinned


def test_the_dictionary_tells_every_column_of_every_table_that_a_plan_writes() -> None:
    problem = demo_problem("lorestan", scale=0.02)
    files = export_files(problem, plan_sites(problem))
    told = outputs()
    written = {name.removesuffix(".csv"): content for name, content in files.items() if name.endswith(".csv")}
    assert set(told) == set(written)
    for name, content in written.items():
        columns = content.decode("utf-8-sig").partition("\n")[0].split(",")
        assert columns[: len(told[name])] == list(told[name]), name
    every_column_of_a_call = ("applicants", "ties", "reserves", "exceptions", "places")
    for name in every_column_of_a_call:
        assert [*told[name], "synthetic"] == written[name].decode("utf-8-sig").partition("\n")[0].split(",")


@pytest.mark.parametrize("lang", LANGS)
def test_no_column_of_a_plan_is_left_without_words(lang: Lang) -> None:
    assert [
        (name, column)
        for name, columns in outputs().items()
        for column in columns
        if title_of(f"{name}.csv", column, lang) == column and "_" in column
    ] == []


def test_the_dictionary_is_printed_in_no_other_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["dictionary", "de"])
    with pytest.raises(SystemExit, match=r"fa\|en|en\|fa"):
        main()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_of_a_page_are_there(page: Path) -> None:
    told = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    assert [one for one in told if ":" not in one and not (page.parent / one).exists()] == []


@pytest.mark.parametrize("name", SMALL_PICTURES)
def test_pictures_of_the_guides_are_small(name: str) -> None:
    assert 1_000 < (DOCS / name).stat().st_size < MOST_BYTES
