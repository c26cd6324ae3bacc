"""A disk that is really full, and one that is really read-only: a sentence, and all as it was before."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from data.kinds import is_proposal_folder
from tests.life.conftest import unavailable
from tests.life.tiny import holds, version_of
from tests.life.trial import COMMANDS, MADE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.life.conftest import Ground
    from tests.life.killing import Killer

KB = 1024
SIZE = 8192 * KB
FEW_KB = {
    "apply": (300, 1500),
    "revert": (1450,),
    "rebalance": (12,),
    "grow": (8,),
}
"""Free space that is too little, each where another part of the work runs out of it."""
MANY_KB = {"apply": 16, "revert": 16, "rebalance": 4, "grow": 4}
"""Steps in which the free space grows until it is enough."""


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A small file system of its own, in memory."""
    folder.mkdir()
    mount = shutil.which("mount")
    asked = [mount or "mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
    made = subprocess.run(asked, capture_output=True, text=True, check=False) if mount else None
    if made is None or made.returncode:
        unavailable(f"this machine mounts nothing: {made.stderr.strip() if made else 'no mount'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path, proposed: Ground) -> Iterator[Path]:
    """A small disk with the ground on it."""
    with mounted(tmp_path / "disk", "-o", f"size={SIZE}") as place:
        yield proposed.copied(place / "ground")


@contextmanager
def only(free: int, disk: Path) -> Iterator[None]:
    """Leave so many bytes of a disk free."""
    filler = disk.parent / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - free, 0)))
    try:
        yield
    finally:
        filler.unlink()


def runs_out(name: str, free: int, disk: Path, killer: Killer) -> bool:
    """Run a command with so many bytes free; tell whether they were too few, and all is as before."""
    command = COMMANDS[name]
    given = disk / command.args[0]
    before = version_of(given)
    with only(free, disk):
        ended = killer(*command.line(disk))
        if ended.code == 0:
            return False
        assert ended.code == 8, killer.said
        assert "[disk_full]" in killer.said
        assert "the disk is full" in killer.said
        assert "Traceback" not in killer.said
        assert (version_of(given), holds(given)) == (before, [])
    assert not (disk / MADE).exists()
    assert [*disk.rglob(".*"), *disk.rglob("*-journal")] == []
    return True


@pytest.mark.parametrize("name", COMMANDS)
def test_on_a_full_disk_nothing_is_half_written_and_with_room_all_is(
    disk: Path, killer: Killer, name: str
) -> None:
    for kilobytes in FEW_KB[name]:
        assert runs_out(name, kilobytes * KB, disk, killer), f"{kilobytes} KB were enough"
    assert not runs_out(name, SIZE, disk, killer)
    assert is_proposal_folder(disk / MADE) if name in {"rebalance", "grow"} else holds(disk / "plan") == []


@pytest.mark.soak
@pytest.mark.parametrize("name", COMMANDS)
def test_wherever_the_disk_becomes_full_nothing_is_half_written(
    disk: Path, killer: Killer, name: str
) -> None:
    tries = 0
    while runs_out(name, tries * MANY_KB[name] * KB, disk, killer):
        tries += 1
    assert tries > 3


def test_on_a_read_only_disk_all_can_be_read_and_nothing_is_changed(disk: Path, killer: Killer) -> None:
    remount = ["mount", "-o", "remount,ro", str(disk.parent)]
    subprocess.run(remount, check=True)
    for name, command in COMMANDS.items():
        ended = killer(*command.line(disk))
        assert ended.code == 8, f"{name}: {killer.said}"
        assert "[no_permission]" in killer.said
        assert "no permission for" in killer.said
    for reads in (("verify", disk / "plan"), ("history", disk / "later"), ("show", disk / "later", 1)):
        assert killer(*reads).code == 0, killer.said
    assert (version_of(disk / "plan"), version_of(disk / "later")) == (1, 2)
