"""What a folder of record holds that cannot be made from its casebook: the map, and what replays the run.

The casebook keeps the hash of each (`data.casebook.beside`), the summary those of the map too. The page holds
no hash of the summary, so that neither waits for the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import tomli_w

from data.errors import Failure
from data.hashing import file_hash
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from data.casebook import Casebook

MAP, RUN = "map", "run.toml"
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


def drawn_hashes(book: Casebook) -> dict[str, str]:
    """Return the SHA-256 that each file of the map had when it was drawn."""
    return {one.name: one.sha256 for one in book.files() if one.name.startswith(f"{MAP}/")}


def run_bytes(run: Mapping[str, Any]) -> bytes:
    """Return what ``run.toml`` holds for a run, byte for byte; a None is left out."""
    return tomli_w.dumps(_without_none(run)).encode()


def standing_faults(folder: Path, book: Casebook) -> list[Failure]:
    """Return the files beside a casebook that are missing, changed, or of an earlier version.

    Returns
    -------
    list of Failure
        ``missing_map``, ``changed_map``, ``stale_map``, ``missing_run``, ``changed_run``.
    """
    files, version = book.files(), book.version
    found = [] if RUN in {one.name for one in files} else [file_fault(folder, RUN, "changed")]
    for one in files:
        if not (folder / one.name).is_file():
            found.append(file_fault(folder, one.name, "missing"))
        elif file_hash(folder / one.name) != one.sha256:
            found.append(file_fault(folder, one.name, "changed"))
        elif one.name != RUN and one.version != version:
            found.append(file_fault(folder, one.name, "stale"))
    return found


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


def file_fault(folder: Path, name: str, how: str) -> Failure:
    """Return the failure of a file of the map, or of ``run.toml``, that says what brings it back."""
    code = f"{how}_run" if name == RUN else f"{how}_map"
    replay = _REPLAY.format(folder=folder.resolve().name)
    return Failure(name, 0, code, "", phrase(f"folder.{code}", replay=replay))


def _without_none(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(one) if isinstance(one, Mapping) else one
        for key, one in value.items()
        if one is not None
    }
