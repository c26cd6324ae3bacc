"""Words for users, in Persian and English, from one catalogue.

The catalogue is the set of TOML files beside this module. ``maps.toml`` holds the texts whose key begins
with ``maps.``; each entry is a table with ``fa`` and ``en``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, total_ordering
from importlib.resources import files
from typing import Literal, get_args

Lang = Literal["fa", "en"]
LANGS: tuple[str, ...] = get_args(Lang)
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@total_ordering
@dataclass(frozen=True)
class Phrase:
    """A sentence of the catalogue that is not said yet: whoever prints it knows the user's language.

    It pickles, so an error may carry it from one process to another; phrases are ordered as their English
    sentences are.

    Attributes
    ----------
    key : str
        ``room.name``, as for `text`.
    values : tuple of (str, object)
        Fields of the text by name; one may be a phrase itself.
    """

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def said(self, lang: Lang = "en") -> str:
        """Return the sentence in ``lang``."""
        return text(self.key, lang, **dict(self.values))

    def __str__(self) -> str:
        return self.said()

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)


def phrase(key: str, /, **values: object) -> Phrase:
    """Return the phrase of ``key`` with ``values`` to fill in, as `text` takes them."""
    return Phrase(key, tuple(sorted(values.items())))


@cache
def _catalogue(room: str) -> dict[str, dict[str, str]]:
    source = files(__name__).joinpath(f"{room}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def text(key: str, lang: Lang = "en", /, **values: object) -> str:
    """Return the text of ``key`` in ``lang`` with ``values`` filled in.

    Parameters
    ----------
    key : str
        ``room.name``, as ``maps.legend``.
    lang : {"fa", "en"}
        Language of the user.
    **values : object
        Fields of the text; numbers are grouped by thousands and, in Persian, in Persian digits, and
        ``{field:one|many}`` chooses a word by a number; phrases are said in the same language.

    Raises
    ------
    KeyError
        If the catalogue has no such text: a bug, found by the tests.
    """
    room, _, name = key.partition(".")
    shown = {field: _shown(value, lang) for field, value in values.items()}
    return _catalogue(room)[name][lang].format(**shown)


class _Count(str):
    """A number as it is shown; in a text, ``{cases:case|cases}`` is the word that goes with it."""

    __slots__ = ("is_one",)
    is_one: bool

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        one, many = spec.split("|")
        return one if self.is_one else many


def _shown(value: object, lang: Lang) -> object:
    if isinstance(value, Phrase):
        return value.said(lang)
    if not isinstance(value, int | float):
        return value
    count = _Count(number(value, lang))
    count.is_one = value == 1
    return count


def number(value: float, lang: Lang = "en", *, digits: int | None = None) -> str:
    """Write a number for a user: grouped by thousands, Persian digits and marks in Persian.

    Parameters
    ----------
    value : float
        Any finite number; a boolean is refused by its type.
    lang : {"fa", "en"}
        Language of the user.
    digits : int, optional
        Decimals; whole numbers have none, others one unless told.
    """
    if digits is None:
        digits = 0 if isinstance(value, int) else 1
    written = f"{value:,.{digits}f}"
    if lang == "fa":
        return written.replace(",", "٬").replace(".", "٫").translate(PERSIAN_DIGITS)
    return written
