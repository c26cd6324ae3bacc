from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from cli import app
from tests.door.working_network import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """Run the command line in this process."""
    return lambda *arguments: CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("working") / "plan")


@pytest.fixture(scope="session")
def _shared(_founded: Path, run: Callable[..., Result]) -> Path:
    """The network with its caseworkers, and what the command wrote beside it."""
    result = run("caseworkers", _founded, "--date", "1404/01/01")
    assert result.exit_code == 0, result.output
    return _founded.parent


@pytest.fixture
def plan(_shared: Path, tmp_path: Path) -> Path:
    """A network that has its caseworkers."""
    shutil.copytree(_shared, tmp_path, dirs_exist_ok=True)
    return tmp_path / "plan"
