"""How a result shows itself in a notebook: a small table in both languages and, where one draws it, a map."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.text import Lang, Phrase


@dataclass(frozen=True)
class Card:
    """What a result says of itself; nothing in it names a household.

    Attributes
    ----------
    title : Phrase
        What it is.
    rows : tuple of (Phrase, object)
        Each figure with what it is; a value is a number, a text, a phrase, or None.
    synthetic : bool
        Whether the households are invented.
    said : mapping of str to sequence of str
        By language, sentences to stand below the figures.
    """

    title: Phrase
    rows: tuple[tuple[Phrase, object], ...]
    synthetic: bool = False
    said: Mapping[Lang, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))


class Shown:
    """Shows itself by its card: as a table in a notebook, as lines when printed, in one line among others.

    Who draws maps may add one to the table (`picture`).
    """

    def _card(self) -> Card:
        """Return what it says of itself."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """Return the card as HTML, and below it the picture that is known of it."""
        from data.display import html_of  # noqa: PLC0415 - only a notebook asks

        return html_of(self._card()) + picture(self)

    def __str__(self) -> str:
        from data.display import text_of  # noqa: PLC0415 - only who prints it asks

        return text_of(self._card())

    def __repr__(self) -> str:
        from data.display import line_of  # noqa: PLC0415 - only who looks at it asks

        return f"<{type(self).__name__}: {line_of(self._card())}>"


@singledispatch
def picture(shown: object) -> str:
    """Return HTML that draws a result; nothing where no room that draws it was imported.

    ``import maps`` registers what it draws here: this room does not know it.
    """
    del shown
    return ""
