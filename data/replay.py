"""`run.toml`: how a run was asked for, so that it can be run again."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from data.errors import Failure, SitingError
from data.intake import Inputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FILES = ("households", "applicants", "centers", "travel", "rules", "columns")


def run_table(inputs: Inputs, folder: Path, *, run: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return what replays a run. Files inside the plan folder are named relative to it.

    Parameters
    ----------
    inputs : Inputs
        Files of the run.
    folder : Path
        The folder that is being filled.
    run : mapping
        The command and its own options.
    seed : int
        Seed of the run.
    """

    def named(path: Path) -> str:
        whole, inside = path.resolve(), folder.resolve()
        return whole.relative_to(inside).as_posix() if whole.is_relative_to(inside) else whole.as_posix()

    files = {role: named(path) for role in _FILES if (path := getattr(inputs, role)) is not None}
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
        "inputs": {
            **files,
            "boundaries": [named(path) for path in inputs.boundaries],
            "keep": list(inputs.keep),
        },
        **tables,
    }


def read_run(path: Path) -> tuple[Inputs, int]:
    """Return the inputs and the seed of a ``run.toml``; relative files stand beside it.

    Raises
    ------
    SitingError
        ``unreadable_run`` if it is none.
    """
    try:
        run = tomllib.loads(path.read_text(encoding="utf-8"))
        named = run["inputs"]
        files: dict[str, Any] = {role: path.parent / named[role] for role in _FILES if role in named}
        return Inputs(
            **files,
            boundaries=tuple(path.parent / one for one in named.get("boundaries", [])),
            keep=tuple(named.get("keep", [])),
            scenario=str(run.get("scenario", "")),
        ), int(run["seed"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        message = "no run to replay; give the run.toml of a plan folder"
        raise SitingError.of([Failure(path.name, 0, "unreadable_run", "", message)]) from error
