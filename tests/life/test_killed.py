"""A process killed at any moment leaves the old version or the new one, and nothing in between."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.life.trial import COMMANDS, Trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.life.conftest import Ground
    from tests.life.killing import Killer

    Try = Callable[[str], Trial]

MOMENTS = 200
FEW = (
    ("apply", "fdatasync", 1),
    ("apply", "pwrite", -20),
    ("apply", "unlink", 0),
    ("apply", "mkdir", 0),
    ("apply", "rename", 0),
    ("apply", "rename", -1),
    ("revert", "pwrite", 90),
    ("revert", "unlink", 1),
    ("rebalance", "write", 3),
    ("rebalance", "rename", -1),
    ("grow", "rename", 5),
    ("grow", "fsync", -1),
)
"""Calls before which `make test` kills a command: which of a kind. `make soak` takes every call there is."""


@pytest.fixture
def trial(proposed: Ground, killer: Killer, tmp_path: Path) -> Try:
    """A command on a fresh copy of the ground."""
    return lambda name: Trial.of(name, proposed, tmp_path / "ground", killer)


@pytest.fixture(scope="session")
def calls(proposed: Ground, killer: Killer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Every call of each command that changes the disk, in order."""
    made = {}
    for name, command in COMMANDS.items():
        ground = Trial.of(name, proposed, tmp_path_factory.mktemp("calls") / "ground", killer).ground
        ended = killer(*command.line(ground))
        assert ended.code == 0, killer.said
        made[name] = ended.calls
    return made


@pytest.mark.parametrize(("name", "kind", "which"), FEW)
def test_a_command_killed_before_a_call_leaves_the_old_version_or_the_new(
    trial: Try, calls: dict[str, list[str]], name: str, kind: str, which: int
) -> None:
    at = [number for number, call in enumerate(calls[name]) if call == kind][which]
    assert trial(name).dies(at=at)


@pytest.mark.soak
@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_killed_before_or_within_any_call_leaves_the_old_version_or_the_new(
    trial: Try, calls: dict[str, list[str]], name: str, *, torn: bool
) -> None:
    kinds = {"write", "pwrite"} if torn else {*calls[name]}
    points = [number for number, call in enumerate(calls[name]) if call in kinds]
    died = [trial(name).dies(at=at, torn=torn) for at in points]
    # The last of them may not come: a random name may save SQLite a page.
    assert died.count(True) >= len(points) - 5


@pytest.mark.soak
def test_a_command_killed_at_a_random_moment_leaves_the_old_version_or_the_new(trial: Try) -> None:
    rng = random.Random(7)  # noqa: S311 - no secret
    names = [*COMMANDS]
    died = [trial(names[one % 4]).dies(after=rng.uniform(0.0, 1.5)) for one in range(MOMENTS)]
    assert died.count(True) > MOMENTS // 4
