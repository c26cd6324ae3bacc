"""The asking side of `tests.life.killed_at`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.life.tracing import Ended

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """The exit code and the words of a command."""

    code: int | None
    words: str


@dataclass(frozen=True)
class Killer:
    """A process that runs commands and kills them.

    Attributes
    ----------
    server : Popen
        `tests.life.killed_at`.
    says : Path
        File that a command's words go to.
    """

    server: subprocess.Popen[str]
    says: Path

    @classmethod
    def started(cls, says: Path) -> Killer:
        """Start it with one thread a library: a fork has none of its parent's."""
        command = [sys.executable, "-m", "tests.life.killed_at"]
        alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        pipe, env = subprocess.PIPE, {**os.environ, **alone}
        return cls(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=env), says)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.communicate()

    def __call__(self, *args: object, **how: Any) -> Ended:
        """Run a command, killed before its call ``at`` (``torn``: within it) or ``after`` some seconds."""
        return Ended(**self._asked({**_command(args, self.says), **how}))

    def together(self, *commands: Sequence[object]) -> list[Said]:
        """Run commands that begin at once; return what became of each."""
        files = [self.says.with_name(f"said-{number}") for number in range(len(commands))]
        codes = self._asked({"together": [*map(_command, commands, files)]})
        words = [one.read_text(encoding="utf-8") for one in files]
        return [Said(*one) for one in zip(codes, words, strict=True)]

    def _asked(self, request: dict[str, Any]) -> Any:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    @property
    def said(self) -> str:
        """The words of the last command."""
        return self.says.read_text(encoding="utf-8")


def _command(args: Sequence[object], says: Path) -> dict[str, Any]:
    return {"args": [str(one) for one in args], "says": str(says)}
