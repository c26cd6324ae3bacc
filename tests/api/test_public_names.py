"""What a room offers says what it does, in which units, and shows itself at work."""

from __future__ import annotations

import doctest
import inspect
import pydoc
import subprocess
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from tests.api_rooms import NAMES, ROOMS

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = [(room, name) for room, name in NAMES if inspect.isfunction(getattr(import_module(room), name))]
OF_A_NATION = "draw_nation"
"""Draws a nation's folder from the summaries in it: no example fits in a few lines."""
HEAVY = ("pandas", "numpy", "geopandas", "ortools", "sklearn", "jinja2", "joblib", "folium")


@pytest.mark.parametrize(("room", "name"), NAMES)
def test_a_public_name_is_there_and_documented(room: str, name: str) -> None:
    thing = getattr(import_module(room), name)
    assert not isinstance(thing, ModuleType)
    assert name in (import_module(room).__doc__ or "")
    assert inspect.getdoc(thing)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_offers_about_a_dozen_names(room: str) -> None:
    names = import_module(room).__all__
    assert len(names) == len(set(names)) <= 16
    with pytest.raises(AttributeError):
        _ = import_module(room).no_such_name


@pytest.mark.parametrize(("room", "name"), FUNCTIONS)
def test_a_public_function_says_what_it_takes_and_gives(room: str, name: str) -> None:
    function = getattr(import_module(room), name)
    told = inspect.getdoc(function) or ""
    taken = inspect.signature(function).parameters
    assert "Returns\n-------" in told
    assert "Examples\n--------" in told or name == OF_A_NATION
    for parameter in taken.values():
        assert parameter.annotation is not inspect.Parameter.empty
        assert parameter.name in told


@pytest.mark.parametrize(("room", "name"), FUNCTIONS)
def test_the_example_of_a_public_function_runs(
    room: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    function = getattr(import_module(room), name)
    parser, said = doctest.DocTestParser(), list[str]()
    example = parser.get_doctest(inspect.getdoc(function) or "", {}, f"{room}.{name}", None, None)
    assert example.examples or name == OF_A_NATION
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("room", ROOMS)
def test_help_and_completion_know_every_public_name(room: str) -> None:
    module = import_module(room)
    assert set(dir(module)) == set(module.__all__)
    told = pydoc.render_doc(module, renderer=pydoc.plaintext)
    for name in module.__all__:
        first = (inspect.getdoc(getattr(module, name)) or "").splitlines()[0]
        assert name in told
        assert first in told


def test_importing_the_rooms_loads_nothing_heavy() -> None:
    script = f"import sys, {', '.join(ROOMS)}; print([one for one in {HEAVY!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
