from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from cli import app
from tests.cli.moving_nation import MOVES, write
from tests.cli.small_nation import write_households

if TYPE_CHECKING:
    from pathlib import Path


class Siting:
    """Runs the command line in this process."""

    def __call__(self, *arguments: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="session")
def siting() -> Siting:
    return Siting()


@pytest.fixture(scope="session")
def lorestan(tmp_path_factory: pytest.TempPathFactory, siting: Siting) -> Path:
    """A tenth of Lorestan, planned once."""
    out = tmp_path_factory.mktemp("demo") / "lorestan"
    result = siting("demo", "lorestan", "--scale", 0.1, "--out", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, siting: Siting) -> Path:
    """The small nation, planned once."""
    folder = tmp_path_factory.mktemp("nation")
    result = siting("plan", write_households(folder), "--out", folder / "nation", "--workers", 1)
    assert result.exit_code == 0, result.output
    return folder / "nation"


@pytest.fixture(scope="session")
def proposal(founded: Path, siting: Siting) -> Path:
    """A month of moves in the small nation, proposed once, by one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.cpu_count", lambda: 1)
        moves = write(founded.parent / "moves.csv", MOVES)
        result = siting("rebalance", founded, "--moves", moves, "--out", founded.parent / "proposal")
    assert result.exit_code == 0, result.output
    return founded.parent / "proposal"


@pytest.fixture
def nation(founded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(founded, tmp_path / "nation")


@pytest.fixture(scope="session")
def moved(founded: Path, proposal: Path, siting: Siting) -> Path:
    """The small nation after that month, applied once."""
    folder = shutil.copytree(founded, founded.parent / "moved")
    result = siting("apply", folder, proposal, "--who", "Sara", "--why", "autumn")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def applied(moved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(moved, tmp_path / "applied")
