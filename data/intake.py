"""The files of one run, read together, every problem in all of them gathered."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from data.errors import Exit, Failure, SitingError
from data.hashing import file_hash
from data.readers import read_applicants, read_boundaries, read_centers, read_households, read_travel
from data.rules import Rules, read_rules
from data.tables import Tables
from data.text import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

T = TypeVar("T")


@dataclass(frozen=True)
class Inputs:
    """Paths of the files of one run; only households are needed.

    Attributes
    ----------
    households, applicants, centers, travel, rules, columns : Path or None
        One file each; ``columns`` maps headers.
    boundaries : tuple of Path
        Any number of files.
    keep : tuple of str
        Further columns of households to keep.
    scenario : str
        What the run is called; the name of the households' file unless told.
    """

    households: Path
    applicants: Path | None = None
    centers: Path | None = None
    boundaries: tuple[Path, ...] = ()
    travel: Path | None = None
    rules: Path | None = None
    columns: Path | None = None
    keep: tuple[str, ...] = ()
    scenario: str = ""

    def files(self) -> Mapping[str, Path]:
        """Return every file by its role; boundaries are numbered."""
        named = {
            "households": self.households,
            "applicants": self.applicants,
            "centers": self.centers,
            "travel": self.travel,
            "rules": self.rules,
            "columns": self.columns,
            **{
                f"boundaries_{number}" if number else "boundaries": path
                for number, path in enumerate(self.boundaries)
            },
        }
        return {role: path for role, path in named.items() if path is not None}

    def refuse_inside(self, out: Path) -> None:
        """Refuse to write where an input lies: replacing that folder would take the input with it.

        Raises
        ------
        SitingError
            ``input_inside_out``, exit code 6.
        """
        for path in self.files().values():
            if path.resolve().is_relative_to(out.resolve()):
                raise SitingError(
                    text("folder.input_inside_out", file=path.name, path=out.name),
                    code="input_inside_out",
                    exit_code=Exit.REFUSED,
                )


def read_inputs(inputs: Inputs) -> tuple[Tables, Rules]:
    """Read every file of a run.

    Parameters
    ----------
    inputs : Inputs
        Paths.

    Returns
    -------
    tuple of Tables and Rules

    Raises
    ------
    SitingError
        With the failing rows of all files, in one pass.
    """
    failures: list[Failure] = []
    rules = _attempt(failures, lambda: read_rules(inputs.rules) if inputs.rules else Rules()) or Rules()
    households = _attempt(
        failures, lambda: read_households(inputs.households, columns=inputs.columns, keep=inputs.keep)
    )
    applicants = _optional(
        failures,
        inputs.applicants,
        lambda path: read_applicants(
            path, columns=inputs.columns, sites_per_applicant=rules.sites_per_applicant
        ),
    )
    centers = _optional(failures, inputs.centers, lambda path: read_centers(path, columns=inputs.columns))
    travel = _optional(failures, inputs.travel, lambda path: read_travel(path, columns=inputs.columns))
    boundaries = _attempt(failures, lambda: read_boundaries(inputs.boundaries)) if inputs.boundaries else {}
    if inputs.travel is not None and inputs.applicants is None and inputs.centers is None:
        message = "travel to which sites? give --applicants or --centers with it"
        failures.append(Failure(inputs.travel.name, 0, "travel_without_sites", "", message))
    if failures or households is None:
        raise SitingError.of(failures)
    tables = Tables(
        households=households.drop(columns="synthetic"),
        applicants=applicants,
        centers=centers,
        boundaries=MappingProxyType(boundaries or {}),
        travel=travel,
        files=MappingProxyType({role: path.name for role, path in inputs.files().items()}),
        inputs=MappingProxyType({role: file_hash(path) for role, path in inputs.files().items()}),
        scenario=inputs.scenario or inputs.households.stem,
        synthetic=bool((households["synthetic"] == "true").any()),
    )
    return tables, rules


def _optional(failures: list[Failure], path: Path | None, read: Callable[[Path], T]) -> T | None:
    return None if path is None else _attempt(failures, lambda: read(path))


def _attempt(failures: list[Failure], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except SitingError as error:
        if not error.failures:
            raise
        failures.extend(error.failures)
        return None
