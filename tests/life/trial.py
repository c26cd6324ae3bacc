"""One command on a copy of the ground: killed, judged, and run again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.change.proposal import read_proposal
from data.hashing import file_hash
from data.kinds import is_plan_folder, is_proposal_folder
from tests.life.tiny import holds, version_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.life.conftest import Ground
    from tests.life.killing import Killer

MADE = "made"


@dataclass(frozen=True)
class Command:
    """A command that writes.

    Attributes
    ----------
    name : str
        As on the command line.
    args : tuple of str
        Its arguments; what stands in the ground by its name there.
    writes : str
        The folder it changes, or `MADE`, which it makes.
    """

    name: str
    args: tuple[str, ...]
    writes: str

    def line(self, ground: Path) -> list[str]:
        """Return the command line for a copy of the ground."""
        there = {one.name for one in ground.iterdir()} | {MADE}
        return [self.name, *(str(ground / one) if one in there else one for one in self.args)]


COMMANDS = {
    one.name: one
    for one in (
        Command("apply", ("plan", "proposal"), "plan"),
        Command("revert", ("later", "1"), "later"),
        Command("rebalance", ("plan", "--moves", "moves.csv", "--out", MADE), MADE),
        Command("grow", ("plan", "--households", "waiting.csv", "--out", MADE, "--workers", "1"), MADE),
    )
}


@dataclass(frozen=True)
class Trial:
    """A command, a copy of what it is given, and who runs and kills it."""

    command: Command
    ground: Path
    killer: Killer

    @classmethod
    def of(cls, name: str, proposed: Ground, ground: Path, killer: Killer) -> Trial:
        """Copy what a command is given."""
        command = COMMANDS[name]
        ground.mkdir()
        for given in (proposed.folder / one for one in command.args):
            if given.exists():
                (shutil.copytree if given.is_dir() else shutil.copy)(given, ground / given.name)
        return cls(command, ground, killer)

    @property
    def target(self) -> Path:
        """The folder that is changed or made."""
        return self.ground / self.command.writes

    def dies(self, **how: Any) -> bool:
        """Run the command, killed as `Killer` is told, judge what it left, and tell whether it died."""
        before, given = version_of(self.target) if self.target.exists() else 0, self._given()
        ended = self.killer(*self.command.line(self.ground), **how)
        assert ended.code in {None, 0}, self.killer.said
        now = self._state()
        assert now - before in ({1} if ended.code == 0 else {0, 1})
        assert self._given() == given, "what the command does not write stays as it is"
        self._whole()
        self._again(new=now > before)
        assert self._given() == given
        self._whole()
        left = [*self.ground.rglob(".*"), *self.ground.rglob("*-journal")]
        assert left == [], "the next run sweeps away what was left"
        shutil.rmtree(self.ground)
        return ended.code is None

    def _state(self) -> int:
        """Return the version of the target, which must hold; of a proposal 1, where there is none 0."""
        if not self.target.exists():
            return 0
        if self.command.writes == MADE:
            read_proposal(self.target)
            return 1
        holds(self.target)
        return version_of(self.target)

    def _given(self) -> dict[str, str]:
        """Return the content of all that the command only reads."""
        files = [one for one in self.ground.rglob("*") if one.is_file() and one.parent.name[0] != "."]
        read = [one for one in files if not one.is_relative_to(self.target)]
        return {one.relative_to(self.ground).as_posix(): file_hash(one) for one in read}

    def _whole(self) -> None:
        """Hold that there are but finished folders, the files that were given, and private hidden folders."""
        there = [one for one in self.ground.iterdir() if one.is_dir()]
        hidden = [one for one in (*there, *self.target.glob(".*")) if one.name[0] == "."]
        assert all(is_plan_folder(one) or is_proposal_folder(one) for one in there if one not in hidden)
        assert all(one.stat().st_mode & 0o077 == 0 for one in hidden)

    def _again(self, *, new: bool) -> None:
        """Run the command again, to its end."""
        ended = self.killer(*self.command.line(self.ground))
        if new and (self.command.name != "revert" or ended.code):
            refusals = {"apply": "stale_proposal", "revert": "in_force_already"}
            assert ended.code == 6, self.killer.said
            assert f"[{refusals.get(self.command.name, 'exists')}]" in self.killer.said
        else:
            assert ended.code == 0, self.killer.said
        if self.command.writes == MADE:
            read_proposal(self.target)
        elif holds(self.target):
            # The record is whole, the files beside it may be of the version before: `verify` says what helps.
            assert self.killer("revert", self.target, version_of(self.target)).code == 0, self.killer.said
            assert holds(self.target) == []
