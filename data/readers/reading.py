"""What the files of one run share while they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.pseudonyms import Pseudonyms
from data.readers.headers import header_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from data.errors import Failure
    from data.readers.mapping import Mapped
    from data.readers.source import Source


@dataclass(frozen=True)
class Seen:
    """A file whose headers were read.

    Attributes
    ----------
    file, table : str
        Its name, and which table it was read as.
    rows : int
        Below the header, blank ones left out.
    columns : mapping of str to str
        The file's header by our column, ``x`` and ``y`` too where a mapping names them.
    repeated : frozenset of str
        Those of its headers that occur more than once.
    left_out : tuple of str
        Headers that were not used, of those that are not empty.
    crs : str
        That a mapping declares; empty without.
    """

    file: str
    table: str
    rows: int
    columns: Mapping[str, str]
    repeated: frozenset[str]
    left_out: tuple[str, ...]
    crs: str = ""

    @classmethod
    def of(cls, source: Source, table: str, at: Mapping[str, int], unread: Collection[int], crs: str) -> Seen:
        """Return what was seen of a file whose columns are at these places, and others are not used."""
        headers = source.headers
        keys = [header_key(header) for header in headers]
        return cls(
            source.file,
            table,
            len(source.table),
            {column: headers[place] for column, place in at.items()},
            frozenset(header for header, key in zip(headers, keys, strict=True) if keys.count(key) > 1),
            tuple(headers[place] for place in sorted(unread) if headers[place]),
            crs,
        )


@dataclass(frozen=True)
class Reading:
    """Gathers, from file to file, what a later one or the user must know.

    Attributes
    ----------
    pseudonyms : Pseudonyms
        What stands in place of national codes.
    notes : list of Failure
        What was read although it may be meant otherwise.
    unread : dict of str to tuple of str
        By file, the headers of columns that were left out.
    mapped : list of Mapped
        Every table whose headers were read, with what the planner's mapping says of it.
    seen : list of Seen
        Every file whose headers were read, also where its rows are refused.
    """

    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms)
    notes: list[Failure] = field(default_factory=list)
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mapped: list[Mapped] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def note(self, *notes: Failure) -> None:
        """Take notes, each once."""
        self.notes.extend(one for one in notes if one not in self.notes)
