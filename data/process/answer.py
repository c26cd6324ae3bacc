"""How every command answers: exit codes, messages on stderr, options that all commands share."""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from data.errors import Exit, Failure, SitingError
from data.privacy.typed import refuse_personal, unrepeated
from data.process.unheard import unheard
from data.process.workers import Backend, Workers
from data.text import Lang, phrase, text

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
GazetteerFile = Annotated[
    Path | None,
    typer.Option(
        "--gazetteer",
        help="Places with names, county and point: rows without coordinates that tell one stand there.",
    ),
]
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
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace what the same command wrote there before.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed: same inputs and seed, same plan.")]
SeedIfAny = Annotated[
    int | None, typer.Option("--seed", min=0, help="Seed: same inputs and seed, same plan; 0 unless told.")
]
WorkerCount = Annotated[
    int, typer.Option("--workers", min=0, help="Processes; 0 for one a core. The plan does not depend on it.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        min=0,
        help="Seconds for the whole command: the search ends in time to write the best plan so far.",
    ),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Plan only what is missing in the nation's folder --out, same inputs."),
]
BackendName = Annotated[
    Backend,
    typer.Option("--backend", help="What provinces are spread over; dask and ray are existing clusters."),
]
Address = Annotated[str, typer.Option("--address", help="Address of the cluster, as tcp://host:8786.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of messages and pages.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

_FOR_THE_LOG = ("who", "why")


def answered(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a user can mend into a sentence on stderr and the exit code of its kind."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with unheard():
            try:
                for name in _FOR_THE_LOG:
                    refuse_personal(f"--{name}", str(kwargs.get(name) or ""))
                return command(*args, **kwargs)
            except SitingError as raised:
                error = unrepeated(raised, kwargs.values(), _lang(kwargs))
                if kwargs.get("as_json"):
                    typer.echo(_as_json(error, _lang(kwargs)))
                out = kwargs.get("out")
                report(error, out if isinstance(out, Path) else None, _lang(kwargs))
                raise typer.Exit(int(error.exit_code)) from None
            except KeyboardInterrupt:
                typer.echo(text("cli.interrupted", _lang(kwargs)), err=True)
                raise typer.Exit(int(Exit.INTERRUPTED)) from None

    return wrapped


def _as_json(error: SitingError, lang: Lang) -> str:
    """Return an error's failing rows as machines read them; what is wrong as a whole is a row of no file."""
    rows = error.failures or (Failure("", 0, error.code, "", error.words),)
    listed = [
        {"file": one.file, "row": one.row, "code": one.code, "id": one.id, "message": one.said(lang)}
        for one in rows
    ]
    return json.dumps({"failures": listed}, ensure_ascii=False, indent=1)


def _lang(options: Mapping[str, object]) -> Lang:
    return "fa" if options.get("lang") == "fa" else "en"


def report(error: SitingError, out: Path | None, lang: Lang = "en") -> None:
    """Print an error's rows to stderr and, beside the folder that was asked for, all of them to a file."""
    for line in error.lines(lang):
        typer.echo(line, err=True)
    if out is not None and error.exit_code == Exit.INVALID_INPUT:
        list_failures(out, error.failures, lang)


def list_failures(out: Path, failures: Sequence[Failure], lang: Lang = "en") -> None:
    """Write all failing rows to a file beside the folder that was asked for, and say so; nothing for none."""
    if not failures:
        return
    from data.folder import write_failures  # noqa: PLC0415 - heavy

    try:
        target = write_failures(out, failures, lang=lang)
    except SitingError as machine:
        typer.echo(machine.said(lang), err=True)
    else:
        typer.echo(text("cli.all_failures", lang, count=len(failures), file=target.name), err=True)


def cores() -> int:
    """Return how many workers there are when nobody says."""
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Asked:
    """What `plan` and `demo` are asked alike.

    Attributes
    ----------
    out : Path
        The folder to write.
    run : mapping
        How the run was asked for, for ``run.toml``.
    seed : int
        As `siting.plan_sites`.
    workers : Workers
        What provinces, or the units of one, are spread over.
    time_limit : float or None
        Seconds.
    lang : {"fa", "en"}
        Language of messages, and the one that the map opens in.
    overwrite, resume, as_json : bool
        The options of these names.
    """

    out: Path
    run: Mapping[str, Any]
    seed: int
    workers: Workers
    time_limit: float | None
    lang: Lang
    overwrite: bool
    resume: bool
    as_json: bool

    def check(self) -> None:
        """Refuse what cannot be asked together.

        Raises
        ------
        SitingError
            With exit code 2.
        """
        from data.rules import usage_error  # noqa: PLC0415 - heavy

        if self.resume and self.overwrite:
            raise usage_error(phrase("cli.resume_or_overwrite"))
        self.workers.check()


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
