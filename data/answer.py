"""How every command answers: exit codes, messages on stderr, options that all commands share."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from data.errors import Exit, SitingError
from data.text import Lang, text

P = ParamSpec("P")
R = TypeVar("R")

HouseholdsFile = Annotated[
    Path, typer.Argument(help="Households: CSV, XLSX, XLS, GeoPackage, GeoJSON, Parquet or Shapefile.")
]
ApplicantsFile = Annotated[Path | None, typer.Option("--applicants", help="Applicants, one row a site.")]
CentersFile = Annotated[Path | None, typer.Option("--centers", help="Centers that exist already.")]
BoundaryFiles = Annotated[
    list[Path] | None,
    typer.Option("--boundaries", help="Polygons of provinces, counties or districts; may be repeated."),
]
TravelFile = Annotated[
    Path | None,
    typer.Option(
        "--travel", help="Measured travel: household_id, site_id, km. A pair it leaves out is not used."
    ),
]
RulesFile = Annotated[Path | None, typer.Option("--rules", help="Rules, TOML; `siting rules` prints them.")]
ColumnsFile = Annotated[Path | None, typer.Option("--columns", help="Mapping of headers and CRS, TOML.")]
KeepColumns = Annotated[
    list[str] | None, typer.Option("--keep", help="A further column of households to keep; may be repeated.")
]
KeyPath = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="File of the key that makes pseudonyms of national codes; else the one SITING_KEY_FILE names, "
        "else your own, made at first need.",
    ),
]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder to write; it must not exist.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a plan folder that stands there.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed: same inputs and seed, same plan.")]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Processes; 0 for one a core. The plan does not depend on it.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit", min=0, help="Seconds after which the search ends with the best plan so far."
    ),
]
Language = Annotated[Lang, typer.Option("--lang", help="Language of messages and pages.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def answered(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a user can mend into a sentence on stderr and the exit code of its kind."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SitingError as error:
            out = kwargs.get("out")
            report(error, out if isinstance(out, Path) else None, _lang(kwargs))
            raise typer.Exit(int(error.exit_code)) from None
        except KeyboardInterrupt:
            typer.echo(text("cli.interrupted", _lang(kwargs)), err=True)
            raise typer.Exit(int(Exit.INTERRUPTED)) from None
        except BrokenPipeError:
            # Whoever reads stdout has heard enough; nothing more can be written there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(int(Exit.DONE)) from None

    return wrapped


def _lang(options: Mapping[str, object]) -> Lang:
    return "fa" if options.get("lang") == "fa" else "en"


def report(error: SitingError, out: Path | None, lang: Lang = "en") -> None:
    """Print an error's rows to stderr and, beside the folder that was asked for, all of them to a file."""
    for line in error.lines(lang):
        typer.echo(line, err=True)
    if error.failures and out is not None and error.exit_code == Exit.INVALID_INPUT:
        from data.folder import write_failures  # noqa: PLC0415 - heavy

        try:
            target = write_failures(out, error.failures, lang=lang)
        except SitingError as machine:
            typer.echo(machine.said(lang), err=True)
        else:
            said = text("cli.all_failures", lang, count=len(error.failures), file=target.name)
            typer.echo(said, err=True)


class Stages:
    """Tells a person on stderr what is being done, and keeps the seconds of each stage.

    Parameters
    ----------
    quiet : bool
        Whether to keep the times only.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.seconds: dict[str, float] = {}
        self._quiet = quiet
        self._name = ""
        self._since = time.perf_counter()

    def begin(self, name: str, sentence: str) -> None:
        """End the stage before and begin another."""
        self.end()
        self._name, self._since = name, time.perf_counter()
        self.say(sentence)

    def say(self, sentence: str) -> None:
        """Say something of the stage that runs."""
        if not self._quiet:
            typer.echo(sentence, err=True)

    def end(self) -> None:
        """End the stage that runs."""
        if self._name:
            spent = time.perf_counter() - self._since
            self.seconds[self._name] = round(self.seconds.get(self._name, 0.0) + spent, 3)
            self._name = ""
