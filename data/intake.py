"""The files of one run, read together, every problem in all of them gathered."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from data.call.admitted import read_admitted
from data.call.asked import has_call
from data.call.rules import read_call_rules
from data.call.seal import read_seal
from data.call.seal_key import check_key
from data.disk import shown_name
from data.errors import Exit, Failure, SitingError
from data.hashing import file_hash
from data.key_file import KeyFile
from data.locating.tables import located_by_place
from data.pseudonyms import Pseudonyms
from data.readers import read_applicants, read_boundaries, read_centers, read_households, read_travel
from data.readers.failures import failure
from data.readers.mapping import named_in_vain
from data.readers.reading import Reading
from data.rules import Rules, read_rules
from data.tables import Tables
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from data.gazetteer.match import Spot

T = TypeVar("T")


@dataclass(frozen=True)
class Inputs:
    """Paths of the files of one run; only households are needed.

    Attributes
    ----------
    households, applicants, centers, travel, rules, columns, gazetteer : Path or None
        One file each; ``columns`` maps headers, ``gazetteer`` lists places that rows without a point tell.
    boundaries : tuple of Path
        Any number of files.
    keep : tuple of str
        Further columns of households to keep.
    key : Path or None
        The file that ``--key`` names, of the pseudonyms' key; see `data.key_file`.
    key_fingerprint : str
        Of the key that must be used; any without it.
    scenario : str
        What the run is called; the name of the households' file unless told.
    seal : str
        What its rules, seed and key must have been sealed as: a file of ``siting seal``, or what it holds.
    """

    households: Path
    applicants: Path | None = None
    centers: Path | None = None
    boundaries: tuple[Path, ...] = ()
    travel: Path | None = None
    rules: Path | None = None
    columns: Path | None = None
    keep: tuple[str, ...] = ()
    key: Path | None = None
    key_fingerprint: str = ""
    scenario: str = ""
    gazetteer: Path | None = None
    seal: str = ""

    def files(self) -> Mapping[str, Path]:
        """Return every file by its role, boundaries numbered; not the key, of which nothing is recorded."""
        named = {
            "households": self.households,
            "applicants": self.applicants,
            "centers": self.centers,
            "travel": self.travel,
            "rules": self.rules,
            "columns": self.columns,
            "gazetteer": self.gazetteer,
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
            ``input_inside_out`` or ``key_inside_folder``, exit code 6.
        """
        KeyFile.find(self.key).refuse_inside(out)
        for path in self.files().values():
            if path.resolve().is_relative_to(out.resolve()):
                raise SitingError(
                    phrase("folder.input_inside_out", file=path.name, path=shown_name(out)),
                    code="input_inside_out",
                    exit_code=Exit.REFUSED,
                )


def read_inputs(
    inputs: Inputs,
    *,
    tell: Callable[[Failure], None] = lambda _: None,
    reading: Reading | None = None,
) -> tuple[Tables, Rules]:
    """Read every file of a run.

    Parameters
    ----------
    inputs : Inputs
        Paths.
    tell : callable
        Told of each column that pseudonyms replace, also where the read fails: the failing rows name them.
    reading : Reading, optional
        Knows afterwards what was read, also where the read fails.

    Returns
    -------
    tuple of Tables and Rules

    Raises
    ------
    SitingError
        With the failing rows of all files, in one pass; ``other_key`` (exit code 6).
    """
    reading = reading or Reading(Pseudonyms(inputs.key, expected=inputs.key_fingerprint))
    try:
        return _read(inputs, reading)
    finally:
        for note in reading.pseudonyms.notes:
            tell(note)


def _read(inputs: Inputs, reading: Reading) -> tuple[Tables, Rules]:
    failures: list[Failure] = []
    common: dict[str, Any] = {"columns": inputs.columns, "reading": reading}
    rules = _attempt(failures, lambda: read_rules(inputs.rules) if inputs.rules else Rules()) or Rules()
    centers = _optional(failures, inputs.centers, lambda path: read_centers(path, **common))
    applicants = _optional(
        failures, inputs.applicants, lambda path: _applicants(path, inputs, rules, reading)
    )
    # After those a household is pinned to, and before the travel of households.
    households = _attempt(failures, lambda: read_households(inputs.households, keep=inputs.keep, **common))
    travel = _optional(failures, inputs.travel, lambda path: read_travel(path, **common))
    own = _optional(failures, inputs.gazetteer, lambda path: _places(path, common))
    boundaries = (
        _attempt(failures, lambda: read_boundaries(inputs.boundaries, reading=reading))
        if inputs.boundaries
        else {}
    )
    read = (inputs.households, inputs.applicants, inputs.centers, inputs.travel, inputs.gazetteer)
    if len(reading.mapped) == sum(one is not None for one in read):
        failures += named_in_vain(reading.mapped)
    if inputs.travel is not None and inputs.applicants is None and inputs.centers is None:
        failures.append(failure(inputs.travel.name, 0, "travel_without_sites"))
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
        key_fingerprint=reading.pseudonyms.fingerprint,
        notes=tuple(sorted(reading.notes)),
        unread=MappingProxyType(reading.unread),
    )
    return located_by_place(tables, own or ()), rules


def _applicants(path: Path, inputs: Inputs, rules: Rules, reading: Reading) -> pd.DataFrame:
    """Read applicants; of a sealed call they are vetted by its rules, under the key that was sealed.

    Raises
    ------
    SitingError
        Of the file; as `data.call.seal_key.check_key`.
    """
    most, fingerprints = rules.sites_per_applicant, frozenset[str]()
    if inputs.seal and has_call(inputs.rules):
        call = read_call_rules(inputs.rules)
        table, fingerprints = read_admitted(
            path, call, sites_per_applicant=most, columns=inputs.columns, reading=reading
        )
    else:
        table = read_applicants(path, columns=inputs.columns, sites_per_applicant=most, reading=reading)
    if inputs.seal:
        ids = set(table["applicant_id"])
        check_key(read_seal(inputs.seal), KeyFile.find(inputs.key), ids=ids, fingerprints=fingerprints)
    return table


def _places(path: Path, common: Mapping[str, Any]) -> tuple[Spot, ...]:
    from data.locating.own import read_gazetteer  # noqa: PLC0415 - seldom given

    return read_gazetteer(path, **common)


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
