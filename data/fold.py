"""Persian and Arabic letters and digits folded to one spelling, so that names and numbers compare."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = {
    "ي": "ی",
    "ى": "ی",
    "ئ": "ی",
    "ك": "ک",
    "ة": "ه",
    "ۀ": "ه",
    "أ": "ا",
    "إ": "ا",
    "ٱ": "ا",
    "ؤ": "و",
}
_DIGITS = {chr(start + n): str(n) for start in (0x06F0, 0x0660) for n in range(10)}
_MARKS = {"٫": ".", "٬": ",", "،": ",", "−": "-"}
_UNSEEN = dict.fromkeys(
    "\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_JOINERS = "\u200b\u200c\u200d"
_SPACES = dict.fromkeys(_JOINERS, " ")
# What copies carry in place of a half-space is one.
_CLEAN = str.maketrans(_UNSEEN | {"ي": "ی", "ى": "ی", "ك": "ک", "\u200b": "\u200c"})
_FOLD = str.maketrans(_LETTERS | _DIGITS | _MARKS | _UNSEEN | _SPACES | {"ـ": None, "آ": "ا"})
_NUMBER = str.maketrans(_DIGITS | _MARKS)
_RUNS = re.compile(r"[\s_\-]+")
_LETTER = "[\u0620-\u064a\u066e-\u06d3\u06d5]"
_STRAY = re.compile(f"(?<!{_LETTER})[{_JOINERS}]+|[{_JOINERS}]+(?!{_LETTER}|[{_JOINERS}])")


def clean(value: str) -> str:
    """Return a value to keep: Arabic ya and kaf as Persian, no blanks at the ends, composed letters.

    Marks of direction, which Word and Excel put into what is copied, go wherever they stand; a half-space
    inside a name is spelling, and stays.
    """
    return unicodedata.normalize("NFC", value).translate(_CLEAN).strip(" \t\r\n\u00a0\u200c")


def bare(value: str) -> str:
    """Return an id, a number or a code without what nobody sees: a half-space only between two letters."""
    return _STRAY.sub("", clean(value))


def fold(value: str) -> str:
    """Return a key to compare names by: one spelling of letters, digits and blanks, lower case."""
    plain = unicodedata.normalize("NFKC", value).translate(_FOLD)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _RUNS.sub(" ", bare).strip().casefold()


def latin_digits(value: str) -> str:
    """Return a text with Persian and Arabic digits and decimal marks as Latin ones."""
    return value.translate(_NUMBER)
