"""How a result shows itself in a notebook: a small table in both languages and, where one draws it, a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.text import Phrase


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
    """

    title: Phrase
    rows: tuple[tuple[Phrase, object], ...]
    synthetic: bool = False


class Shown:
    """Shows itself in a notebook by its card; who draws maps may add one (`picture`)."""

    def _card(self) -> Card:
        """Return what it says of itself."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """Return the card as HTML, and below it the picture that is known of it."""
        from data.display import html_of  # noqa: PLC0415 - only a notebook asks

        return html_of(self._card()) + picture(self)


@singledispatch
def picture(shown: object) -> str:
    """Return HTML that draws a result; nothing where no room that draws it was imported.

    ``import maps`` registers what it draws here: this room does not know it.
    """
    del shown
    return ""
