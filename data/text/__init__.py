"""Words for users, in Persian and English, from one catalogue.

The catalogue is the set of TOML files beside this module. ``maps.toml`` holds the texts whose key begins
with ``maps.``; each entry is a table with ``fa`` and ``en``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Lang = Literal["fa", "en"]
LANGS: tuple[str, ...] = get_args(Lang)
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


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
        Fields of the text; numbers are grouped by thousands and, in Persian, in Persian digits.

    Raises
    ------
    KeyError
        If the catalogue has no such text: a bug, found by the tests.
    """
    room, _, name = key.partition(".")
    shown = {
        field: number(value, lang) if isinstance(value, int | float) else value
        for field, value in values.items()
    }
    return _catalogue(room)[name][lang].format(**shown)


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
