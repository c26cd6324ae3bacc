from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from cli import app

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
