"""`run.toml`: how a run was asked for, so that it can be run again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from data.call.seal import read_seal
from data.errors import Failure, SitingError
from data.intake import Inputs
from data.standing import RUN
from data.text import Lang, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILES = ("households", "applicants", "centers", "travel", "rules", "columns", "gazetteer")


def run_table(
    inputs: Inputs, folder: Path, *, run: Mapping[str, Any], seed: int, key_fingerprint: str = ""
) -> dict[str, Any]:
    """Return what replays a run.

    Files are named relative to the folder, so that it replays after inputs and folder were moved together:
    those inside it, and those that share with the folder's parent more of their path than the file system's
    root (``../../data/households.csv``). Others, as on another drive, are named whole.

    Parameters
    ----------
    inputs : Inputs
        Files of the run.
    folder : Path
        The folder that is being filled; it stands beside its final place.
    run : mapping
        The command and its own options.
    seed : int
        Seed of the run.
    key_fingerprint : str
        Of the key whose pseudonyms replaced national codes; empty where there were none.
    """
    files = {role: _named(path, folder) for role in _FILES if (path := getattr(inputs, role)) is not None}
    plain = {key: value for key, value in run.items() if not isinstance(value, dict)}
    tables = {
        key: {name: one for name, one in value.items() if one is not None}
        for key, value in run.items()
        if isinstance(value, dict)
    }
    return {
        **plain,
        "seed": seed,
        "scenario": inputs.scenario,
        **({"key_fingerprint": key_fingerprint} if key_fingerprint else {}),
        **({"seal": read_seal(inputs.seal).as_line()} if inputs.seal else {}),
        "inputs": {
            **files,
            "boundaries": [_named(path, folder) for path in inputs.boundaries],
            "keep": list(inputs.keep),
        },
        **tables,
    }


def read_run(path: Path, *, key: Path | None = None) -> tuple[Inputs, int, Lang | None]:
    """Return inputs, seed and language of pages (None if not told) of a ``run.toml``.

    Relative files stand beside it.

    Where the run had pseudonyms, the inputs ask for a key of the same fingerprint.

    Parameters
    ----------
    path : Path
        The ``run.toml``.
    key : Path, optional
        The file that ``--key`` names.

    Raises
    ------
    SitingError
        ``unreadable_run`` if it is none.
    """
    try:
        run = tomllib.loads(path.read_text(encoding="utf-8"))
        named = run["inputs"]
        files: dict[str, Any] = {role: path.parent / named[role] for role in _FILES if role in named}
        return (
            Inputs(
                **files,
                boundaries=tuple(path.parent / one for one in named.get("boundaries", [])),
                keep=tuple(named.get("keep", [])),
                key=key,
                key_fingerprint=str(run.get("key_fingerprint", "")),
                scenario=str(run.get("scenario", "")),
                seal=str(run.get("seal", "")),
            ),
            int(run["seed"]),
            _lang(run),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        said = phrase("cli.unreadable_run")
        raise SitingError.of([Failure(path.name, 0, "unreadable_run", "", said)]) from error


def fingerprint_of(folder: Path) -> str:
    """Return the fingerprint of the key that a plan folder's pseudonyms were made with; empty for none."""
    try:
        run = tomllib.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return str(run.get("key_fingerprint", ""))


def _lang(run: Mapping[str, Any]) -> Lang | None:
    return next((one for one in get_args(Lang) if one == run.get("lang")), None)


def seen_from(run: Mapping[str, Any], inside: str) -> dict[str, Any]:
    """Return a run as a folder inside the plan folder replays it: its relative files stand further up.

    Parameters
    ----------
    run : mapping
        Of `run_table`.
    inside : str
        That folder's path from the plan folder, with forward slashes.
    """
    up = "/".join([".."] * len(inside.split("/")))

    def moved(name: str) -> str:
        return name if Path(name).is_absolute() else f"{up}/{name}"

    inputs = dict(run["inputs"])
    inputs |= {role: moved(inputs[role]) for role in _FILES if role in inputs}
    inputs["boundaries"] = [moved(name) for name in inputs["boundaries"]]
    return {**run, "inputs": inputs}


def _named(path: Path, folder: Path) -> str:
    whole, inside = path.resolve(), folder.resolve()
    if whole.is_relative_to(inside):
        return whole.relative_to(inside).as_posix()
    shared = [one for one in whole.parents if inside.parent.is_relative_to(one)]
    if not shared or shared[0] == Path(whole.anchor):
        return whole.as_posix()
    up = [".."] * (len(inside.parts) - len(shared[0].parts))
    return "/".join([*up, whole.relative_to(shared[0]).as_posix()])
