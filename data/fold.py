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
_SPACES = dict.fromkeys(
    "\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff", " "
)
_CLEAN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})
_FOLD = str.maketrans(_LETTERS | _DIGITS | _MARKS | _SPACES | {"ـ": None, "آ": "ا"})
_NUMBER = str.maketrans(_DIGITS | _MARKS)
_RUNS = re.compile(r"[\s_\-]+")


def clean(value: str) -> str:
    """Return a value to keep: Arabic ya and kaf as Persian, no blanks at the ends, composed letters."""
    return unicodedata.normalize("NFC", value).translate(_CLEAN).strip(" \t\r\n\u00a0\u200e\u200f\ufeff")


def fold(value: str) -> str:
    """Return a key to compare names by: one spelling of letters, digits and blanks, lower case."""
    plain = unicodedata.normalize("NFKC", value).translate(_FOLD)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _RUNS.sub(" ", bare).strip().casefold()


def latin_digits(value: str) -> str:
    """Return a text with Persian and Arabic digits and decimal marks as Latin ones."""
    return value.translate(_NUMBER)
