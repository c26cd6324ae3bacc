"""What a folder of record holds that cannot be made from its casebook: the map, and what replays the run.

The casebook keeps the hash of each (`data.casebook.beside`), the summary those of the map too. The page holds
no hash of the summary, so that neither waits for the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from shlex import quote
from typing import TYPE_CHECKING, Any

import tomli_w

from data.casebook.beside import GONE
from data.errors import Failure
from data.hashing import file_hash
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.casebook import Casebook
    from data.casebook.beside import Beside

MAP, RUN = "map", "run.toml"
_STALE = "stale"
_REPLAY = "siting plan {folder}/run.toml --out {folder}-again"


def map_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder's map by its path from the folder.

    Parameters
    ----------
    folder : Path
        A plan folder or a nation's; without a map, nothing is returned. Hidden files, as file managers leave
        them, are none of the map's.
    """
    files = [file for file in sorted((folder / MAP).rglob("*")) if file.is_file()]
    return {file.relative_to(folder).as_posix(): file_hash(file) for file in files if file.name[0] != "."}


def drawn_hashes(book: Casebook, version: int | None = None) -> dict[str, str]:
    """Return the SHA-256 that each file of the map had when it was drawn for a version, the current one."""
    return {one.name: one.sha256 for one in book.files(version) if one.name.startswith(f"{MAP}/")}


def run_bytes(run: Mapping[str, Any]) -> bytes:
    """Return what ``run.toml`` holds for a run, byte for byte; a None is left out."""
    return tomli_w.dumps(_without_none(run)).encode()


def standing_faults(folder: Path, book: Casebook) -> list[Failure]:
    """Return the files beside a casebook that are missing, or are what they never were.

    Returns
    -------
    list of Failure
        ``missing_map``, ``changed_map``, ``missing_run``, ``changed_run``.
    """
    return [file_fault(folder, name, how) for name, how in _judged(folder, book) if how != _STALE]


def behind_files(folder: Path, book: Casebook) -> list[Failure]:
    """Return the files beside a casebook that are as they were at an earlier version, which is no fault.

    A map tells of the version it was drawn for, and a writer that is killed before all is in its place leaves
    files of the version before.

    Returns
    -------
    list of Failure
        ``stale_map``, ``stale_run``.
    """
    version = book.version
    return [
        file_fault(folder, name, how, version=version) for name, how in _judged(folder, book) if how == _STALE
    ]


def _judged(folder: Path, book: Casebook) -> Iterator[tuple[str, str]]:
    """Yield each file that is not as the current version has it, and how: missing, changed or stale."""
    version = book.version
    told: dict[str, list[Beside]] = {}
    for one in book.files_ever():
        told.setdefault(one.name, []).append(one)
    if RUN not in told:
        yield RUN, "changed"
    for name, said in told.items():
        here = file_hash(folder / name) if (folder / name).is_file() else GONE
        last = said[-1]
        # Noted before it is put in its place, a file that is new with a version may not have come to be.
        awaited = here == GONE and said[0].version == version > 1
        if here == last.sha256:
            if here != GONE and name != RUN and last.version != version:
                yield name, _STALE
        elif awaited or here in {one.sha256 for one in said}:
            yield name, _STALE
        else:
            yield name, "missing" if here == GONE else "changed"


def input_faults(folder: Path, hashes: Mapping[str, str]) -> list[Failure]:
    """Return the input files inside a folder that are no longer those of its plan (``changed_input``).

    Parameters
    ----------
    folder : Path
        A plan folder or a nation's; a demo keeps its inputs there.
    hashes : mapping of str to str
        SHA-256 of each input by its role, as the problem has them.
    """
    try:
        named = tomllib.loads((folder / RUN).read_text(encoding="utf-8"))["inputs"]
        many = {f"boundaries_{number}": one for number, one in enumerate(named["boundaries"])}
        files = {**named, **many, "boundaries": many.get("boundaries_0")}
        there = {role: folder / files[role] for role in hashes if isinstance(files.get(role), str)}
    except (OSError, ValueError, KeyError, TypeError):
        # A run that cannot be read is named as changed or missing itself.
        return []
    inside = folder.resolve()
    return [
        Failure(file.relative_to(folder).as_posix(), 0, "changed_input", "", phrase("folder.changed_input"))
        for role, file in there.items()
        if file.is_file() and file.resolve().is_relative_to(inside) and file_hash(file) != hashes[role]
    ]


def file_fault(folder: Path, name: str, how: str, *, version: int = 1) -> Failure:
    """Return the failure of a file of the map, or of ``run.toml``, that says what brings it back."""
    code = f"{how}_run" if name == RUN else f"{how}_map"
    replay = _REPLAY.format(folder=folder.resolve().name)
    words = phrase(f"folder.{code}", replay=replay, folder=quote(str(folder)), version=version)
    return Failure(name, 0, code, "", words)


def _without_none(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(one) if isinstance(one, Mapping) else one
        for key, one in value.items()
        if one is not None
    }
