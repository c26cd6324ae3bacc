"""The tables of one run as they were read, before they are checked against each other."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.errors import SitingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    import pandas as pd

    from data.errors import Failure


@dataclass(frozen=True)
class Tables:
    """Everything a planner handed in, each table with the columns of its reader.

    Attributes
    ----------
    households : DataFrame
        As `data.readers.read_households` gives it.
    applicants, centers, travel : DataFrame or None
        As their readers give them; None where no file was given.
    boundaries : mapping of str to GeoDataFrame
        By level; empty without a file.
    files : mapping of str to str
        Name of the file of each role (``households``, ``applicants``, ...), for messages.
    inputs : mapping of str to str
        SHA-256 of each input file by role.
    scenario : str
        What the run is called.
    synthetic : bool
        Whether the households are invented.
    key_fingerprint : str
        Of the key whose pseudonyms replace national codes; empty where there were none.
    notes : tuple of Failure
        What was read although it may be meant otherwise.
    unread : mapping of str to tuple of str
        By file, the headers of columns that were left out.
    """

    households: pd.DataFrame
    applicants: pd.DataFrame | None = None
    centers: pd.DataFrame | None = None
    boundaries: Mapping[str, gpd.GeoDataFrame] = field(default_factory=lambda: MappingProxyType({}))
    travel: pd.DataFrame | None = None
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    inputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    scenario: str = ""
    synthetic: bool = False
    key_fingerprint: str = ""
    notes: tuple[Failure, ...] = ()
    unread: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def file(self, role: str) -> str:
        """Return the name of a role's file, for messages."""
        return self.files.get(role, role)

    @contextmanager
    def naming_files(self) -> Iterator[None]:
        """Name the user's files in what a stage refuses that knows only their roles.

        Raises
        ------
        SitingError
            What the block raised, its failures told by the names of the files.
        """
        try:
            yield
        except SitingError as error:
            if not any(one.file in self.files for one in error.failures):
                raise
            failures = [replace(one, file=self.file(one.file)) for one in error.failures]
            raise SitingError.of(failures) from error
