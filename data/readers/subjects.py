"""Whom a message may name: an id, but not what else stands in its cell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from data.fold import latin_digits
from data.pseudonyms import is_national_code

if TYPE_CHECKING:
    from data.errors import Failure

_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)?98|0)?9\d{9}(?!\d)|(?<!\d)0[1-8]\d{9}(?!\d)")
_BETWEEN = re.compile(r"(?<=\d)[\s\-_().]+(?=\d)")
_WORDS = re.compile(r"\S\s+\S")


def nameable(failure: Failure) -> Failure:
    """Return a failure that quotes no cell that holds several words, a phone or a national code.

    Whoever signs below a table, or writes a name in the place of an id, is not named to whoever reads the
    messages; the row says where to look.
    """
    return replace(failure, id="") if failure.id and _is_personal(failure.id) else failure


def _is_personal(text: str) -> bool:
    if _WORDS.search(text):
        return True
    digits = _BETWEEN.sub("", latin_digits(text))
    return _PHONE.search(digits) is not None or is_national_code(digits)
