"""The files beside a record, made before its next version is written, and put in their place right after it.

They are drawn and written where nobody looks, in a hidden folder inside the plan's. A disk that is too small
for them is full before the record is changed, and of a process that is killed there is only a moment in which
the record is ahead of its files.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.disk import machine_error, sync, write_whole
from data.exports import SUMMARY, export_files, hashes_of
from data.folder import sweep
from data.standing import map_hashes
from data.summary import summarize, to_json
from maps import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from data.casebook import Casebook
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang

_NEXT, _ROOM = "next", "room"
_ROOM_BYTES = 1 << 20
"""Kept free for what can only be written once the version has its number and its head."""


@dataclass(frozen=True)
class Staged:
    """Files that are ready.

    Attributes
    ----------
    folder, beside : Path
        Of the plan, and the hidden one inside it.
    problem, plan : Problem, Plan
        That they tell of.
    drawn, written : mapping of str to str
        SHA-256 of the files of the map and of the exports, the summary not yet among them.
    """

    folder: Path
    beside: Path
    problem: Problem
    plan: Plan
    drawn: Mapping[str, str]
    written: Mapping[str, str]

    def put(self, book: Casebook, version: int) -> dict[str, Any]:
        """Put the files in their place, the summary last; return it.

        Parameters
        ----------
        book : Casebook
            The plan's.
        version : int
            That they are of. Where another came since, its writer's files are the ones to stand there.

        Raises
        ------
        SitingError
            If the machine fails.
        """
        head = book.log()[version - 1].hash
        exports = {**self.written, **self.drawn}
        summary = summarize(self.problem, self.plan, exports=exports, head=head, version=version)
        try:
            (self.beside / _ROOM).unlink()
            if book.version == version:
                book.note_files(self.drawn)
                write_whole(self.beside / SUMMARY, to_json(summary))
                for name in (*self.drawn, *self.written, SUMMARY):
                    place = self.folder / name
                    place.parent.mkdir(mode=0o700, exist_ok=True)
                    (self.beside / name).replace(place)
                for touched in {(self.folder / name).parent for name in exports}:
                    sync(touched)
        except OSError as error:
            raise machine_error(error, self.folder) from error
        return summary


@contextmanager
def staged(folder: Path, problem: Problem, plan: Plan, lang: Lang) -> Iterator[Staged]:
    """Draw and write what stands beside the record of a plan, and hold it ready.

    Parameters
    ----------
    folder : Path
        Of the plan.
    problem, plan : Problem, Plan
        As the next version has them.
    lang : {"fa", "en"}
        Language that the map opens in.

    Raises
    ------
    SitingError
        If the machine fails.
    """
    sweep(folder / _NEXT)
    beside = None
    try:
        try:
            beside = Path(tempfile.mkdtemp(prefix=f".{_NEXT}.{os.getpid()}.", suffix=".part", dir=folder))
            ready = _made(folder, beside, problem, plan, lang)
        except OSError as error:
            raise machine_error(error, folder) from error
        yield ready
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _made(folder: Path, beside: Path, problem: Problem, plan: Plan, lang: Lang) -> Staged:
    draw(beside / "map", plan=plan, boundaries=problem.boundaries, lang=lang)
    drawn = map_hashes(beside)
    for name in drawn:
        (beside / name).chmod(0o600)
        sync(beside / name)
    exports = export_files(problem, plan)
    for name, content in exports.items():
        write_whole(beside / name, content)
    # A file with holes would keep no room: it is written.
    write_whole(beside / _ROOM, bytes(_ROOM_BYTES))
    return Staged(folder, beside, problem, plan, drawn, hashes_of(exports))
