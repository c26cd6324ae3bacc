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

from data.casebook import CASEBOOK, Casebook
from data.disk import machine_error, sync, write_whole
from data.exports import SUMMARY, ground_files, hashes_of, table_files
from data.folder import sweep
from data.hashing import file_hash
from data.plan import seal_in
from data.privacy.publishing import folded, published
from data.standing import MAP, map_hashes
from data.summary import summarize, to_json
from maps.origin import Origin, fill_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from data.plan import Plan
    from data.privacy.publishing import Published
    from data.privacy.releases import Release
    from data.problem import Problem
    from data.text import Lang

_NEXT, _ROOM = "next", "room"
_ROOM_BYTES = 1 << 20
"""Kept free for what can only be written once the version has its number and its head."""


@dataclass(frozen=True)
class Ahead:
    """What of the files can be made before the ground of the plan is parted.

    Attributes
    ----------
    release : Release
        That the version stands in.
    tables : mapping of str to bytes
        Exports without any ground.
    """

    release: Release
    tables: Mapping[str, bytes]

    @classmethod
    def of(
        cls,
        folder: Path,
        problem: Problem,
        plan: Plan,
        *,
        version: int | None = None,
        before: tuple[Problem, Plan] | None = None,
    ) -> Ahead:
        """Make it.

        Parameters
        ----------
        folder, problem, plan
            As `staged` takes them; the neighbourhoods of the plan need not be its own yet.
        version : int, optional
            As `staged` takes it; the next unless told.
        before : (Problem, Plan), optional
            As `data.privacy.publishing.folded` takes it.

        Raises
        ------
        SitingError
            If the casebook cannot be read.
        """
        book = Casebook.open(folder / CASEBOOK)
        number = book.version + 1 if version is None else version
        return cls(folded(problem, plan, book, number, before=before), table_files(problem, plan))


@dataclass(frozen=True)
class Staged:
    """Files that are ready.

    Attributes
    ----------
    folder, beside : Path
        Of the plan, and the hidden one inside it.
    problem, plan : Problem, Plan
        That they tell of.
    drawn : tuple of str
        Files of the map, which do not name the head of the version yet.
    written : mapping of str to str
        SHA-256 of the exports, the summary not yet among them.
    """

    folder: Path
    beside: Path
    problem: Problem
    plan: Plan
    drawn: tuple[str, ...]
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
        drawn = {name: _with_head(self.beside / name, head) for name in self.drawn}
        gone = {one.name for one in book.files() if one.name.startswith(f"{MAP}/")} - set(drawn)
        exports = {**self.written, **drawn}
        summary = summarize(self.problem, self.plan, exports=exports, head=head, version=version)
        try:
            (self.beside / _ROOM).unlink()
            if book.version == version:
                book.note_files(drawn, gone=gone)
                write_whole(self.beside / SUMMARY, to_json(summary))
                for name in (*drawn, *self.written, SUMMARY):
                    place = self.folder / name
                    place.parent.mkdir(mode=0o700, exist_ok=True)
                    (self.beside / name).replace(place)
                for name in gone:
                    (self.folder / name).unlink(missing_ok=True)
                for touched in {(self.folder / name).parent for name in exports}:
                    sync(touched)
        except OSError as error:
            raise machine_error(error, self.folder) from error
        return summary


def swept(folder: Path) -> None:
    """Take away what killed writers left inside a plan's folder; what others write there now stays.

    Parameters
    ----------
    folder : Path
        Of the plan.
    """
    sweep(folder / _NEXT)


@contextmanager
def staged(
    folder: Path, problem: Problem, plan: Plan, version: int, lang: Lang, *, ahead: Ahead | None = None
) -> Iterator[Staged]:
    """Draw and write what stands beside the record of a plan, and hold it ready.

    Parameters
    ----------
    folder : Path
        Of the plan.
    problem, plan : Problem, Plan
        As the version has them.
    version : int
        Its number: the next, or the last where its files are to be made anew.
    lang : {"fa", "en"}
        Language that the map opens in.
    ahead : Ahead, optional
        Of this very version; made here unless told.

    Raises
    ------
    SitingError
        If the machine fails.
    """
    swept(folder)
    beside = None
    try:
        try:
            beside = Path(tempfile.mkdtemp(prefix=f".{_NEXT}.{os.getpid()}.", suffix=".part", dir=folder))
            ahead = ahead or Ahead.of(folder, problem, plan, version=version)
            shown = published(problem, plan, Casebook.open(folder / CASEBOOK), version, release=ahead.release)
            drawn = _drawn(beside, problem, shown, Origin(version, seal=seal_in(plan.provenance)), lang)
            written = _written(beside, {**ahead.tables, **ground_files(problem, plan)})
            ready = Staged(folder, beside, problem, plan, drawn, written)
        except OSError as error:
            raise machine_error(error, folder) from error
        yield ready
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _drawn(beside: Path, problem: Problem, shown: Published, origin: Origin, lang: Lang) -> tuple[str, ...]:
    from maps import draw  # noqa: PLC0415 - heavy

    draw(beside / MAP, plan=shown.plan, boundaries=problem.boundaries, lang=lang, origin=origin, shown=shown)
    drawn = tuple(map_hashes(beside))
    for name in drawn:
        (beside / name).chmod(0o600)
        sync(beside / name)
    return drawn


def _written(beside: Path, exports: Mapping[str, bytes]) -> dict[str, str]:
    for name, content in sorted(exports.items()):
        write_whole(beside / name, content)
    # A file with holes would keep no room: it is written.
    write_whole(beside / _ROOM, bytes(_ROOM_BYTES))
    return hashes_of(dict(sorted(exports.items())))


def _with_head(page: Path, head: str) -> str:
    """Write the head into a page, bring it to the disk, and return its hash."""
    fill_head(page, head)
    sync(page)
    return file_hash(page)
