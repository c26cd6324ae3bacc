from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.life import tiny, tracing
from tests.life.killing import Killer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Ground:
    """A folder with all that a command needs, to be copied for each.

    Attributes
    ----------
    folder : Path
        Holds ``plan``, ``moves.csv``, ``waiting.csv``; once `proposed`, ``proposal`` and ``later`` too.
    """

    folder: Path

    def copied(self, to: Path) -> Path:
        """Copy it all to a new folder."""
        return shutil.copytree(self.folder, to)


def unavailable(why: str) -> NoReturn:
    """Skip a test that this machine cannot hold; where every test counts, fail it."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """The tiny network with a file of moves and one of a second phase."""
    folder = tmp_path_factory.mktemp("ground")
    tiny.found(folder / "plan")
    tiny.write_moves(folder / "moves.csv")
    tiny.write_waiting(folder / "waiting.csv")
    return Ground(folder)


@pytest.fixture(scope="session")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    """The process that runs commands and kills them."""
    if why := tracing.why_not():
        unavailable(why)
    folder = tmp_path_factory.mktemp("killer")
    with Killer.started(folder / "said") as killer:
        yield killer


@pytest.fixture(scope="session")
def proposed(ground: Ground, killer: Killer, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """The same with a ``proposal`` on it, and ``later``: the network it was applied to.

    They are made in the killer's own process, which has then read all that its forks need.
    """
    folder = ground.copied(tmp_path_factory.mktemp("proposed") / "ground")
    plan, later = folder / "plan", folder / "later"
    shutil.copytree(plan, later)
    asked = {
        "rebalance": (plan, "--moves", folder / "moves.csv", "--out", folder / "proposal"),
        "grow": (plan, "--households", folder / "waiting.csv", "--out", folder / "growth", "--workers", 1),
        "apply": (later, folder / "proposal"),
    }
    for name, args in asked.items():
        ended = killer(name, *args, here=True)
        assert ended.code == 0, killer.said
    shutil.rmtree(folder / "growth")
    return Ground(folder)
