"""What the files of one run share while they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    from data.errors import Failure
    from data.readers.mapping import Mapped


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
    """

    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms)
    notes: list[Failure] = field(default_factory=list)
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mapped: list[Mapped] = field(default_factory=list)

    def note(self, *notes: Failure) -> None:
        """Take notes, each once."""
        self.notes.extend(one for one in notes if one not in self.notes)
