"""Names of places as keys: what Persian and Latin letters write in several ways is one key."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from data.fold import clean, fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTS: Mapping[str, Any] = tomllib.loads(
    files("data.gazetteer").joinpath("match_words.toml").read_text(encoding="utf-8")
)
_KINDS = frozenset(_LISTS["kinds"])
TELLING = frozenset(_LISTS["telling"])
"""Words that tell two places of one name apart: no misspelling turns one of them into another."""
_AREA_KINDS = frozenset(_LISTS["area_kinds"])
OWN_KINDS: Mapping[str, frozenset[str]] = {
    level: frozenset(own) for level, own in _LISTS["own_kinds"].items()
}
"""Words around the name of an area that only say what it is, by its level."""
PROVINCES: Mapping[str, tuple[str, ...]] = {name: tuple(more) for name, more in _LISTS["provinces"].items()}
"""What provinces are called beside their names in the census, by the Persian one."""
_BEFORE_NUMBER = frozenset(_LISTS["before_number"])
_EZAFE = frozenset(_LISTS["ezafe"])
_NUMBERS = {word: str(number) for number, words in enumerate(_LISTS["numbers"], start=1) for word in words}
_FINAL_A: Mapping[str, str] = _LISTS["final_a"]
_LONG_VOWELS = ("ا", "و", "ه")
_ENDINGS = ("اباد", "abad")
_AS_HEARD = str.maketrans("طثصذضظحغ", "تسسزززهق", "ع")
_SOUNDS = str.maketrans("بپتثجچحخدذرزژسشصضطظغفقکگلمنهوی", "bptsjChxdzrzZsSsztzqfqkglmnhui", "اع")
_LATIN_LETTER = re.compile("[a-z]")
_PARTED = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
_NO_WORD = re.compile(r"[^\w]+")
_SILENT = re.compile("['`ʼ‘’ء]")
_DOUBLED = re.compile(r"(.)\1+")
_FINAL_H = re.compile("(?<=[ae])h$")
_FINAL_HE = re.compile("(?<=[^اوی])ه$")
_LEAST_BARE = 3
_REMEMBERED = 1 << 17


@dataclass(frozen=True)
class Name:
    """What a name of a place is compared by.

    Attributes
    ----------
    exact : str
        As written, Arabic ya and kaf Persian, blanks single, lower case.
    folded : str
        As `data.fold.fold` has it.
    spellings : frozenset of str
        Keys without blanks, of every way to write it: numbers as digits, the ya of ezafe left out.
    bare : frozenset of str
        The same without the word for what kind of place it is; empty where there is none.
    words : tuple of str
        For edit distances: one letter for each sound, آباد apart, without the word for the kind.
    sound : str
        Its consonants and long vowels, the same in Persian and in Latin letters.
    latin : bool
        Whether it is in Latin letters.
    """

    exact: str
    folded: str
    spellings: frozenset[str]
    bare: frozenset[str]
    words: tuple[str, ...]
    sound: str
    latin: bool


@lru_cache(maxsize=_REMEMBERED)
def name_of(text: str) -> Name:
    """Return the keys of a name as somebody wrote it."""
    exact = " ".join(clean(text).split()).casefold()
    folded = fold(text)
    latin = _LATIN_LETTER.search(folded) is not None
    words = _words(folded)
    inner = _without_kind(words)
    bare = _spellings(inner, latin=latin) if inner != words else frozenset[str]()
    heard = tuple(_heard(word, latin=latin) for word in _apart(inner))
    sound = "".join(_sound(word, latin=latin) for word in _without_ezafe(inner))
    return Name(exact, folded, _spellings(words, latin=latin), bare, heard, sound, latin)


@lru_cache(maxsize=_REMEMBERED)
def area_key(text: str) -> str:
    """Return the key of a county's or province's name, without the word for what it is."""
    words = _words(fold(text))
    while len(words) > 1 and words[0] in _AREA_KINDS:
        words = words[1:]
    while len(words) > 1 and words[-1] in _AREA_KINDS:
        words = words[:-1]
    joined = "".join(words)
    return _romanised(joined) if _LATIN_LETTER.search(joined) else joined


def without_own_kind(level: str, folded: str) -> str:
    """Return an area's name without the words that say of which level it is; a name of them alone stays.

    Parameters
    ----------
    level : str
        One of `OWN_KINDS`.
    folded : str
        As `data.fold.fold` has it.
    """
    words, kinds = folded.split(), OWN_KINDS[level]
    while len(words) > 1 and words[0] in kinds:
        words = words[1:]
        # شهرستانِ رشت, Shahrestan-e Rasht, County of Rasht
        while len(words) > 1 and (words[0] in _EZAFE or words[0] == "of"):
            words = words[1:]
    while len(words) > 1 and words[-1] in kinds:
        words = words[:-1]
    return " ".join(words)


def _words(folded: str) -> list[str]:
    """Return the words of a folded name: letters and digits apart, no mark, no apostrophe, no hamza alone."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one))
    found = _NO_WORD.sub(" ", _PARTED.sub(" ", _SILENT.sub("", plain))).split()
    return [word.lstrip("0") or "0" if word.isdecimal() else word for word in found]


def _without_kind(words: list[str]) -> list[str]:
    """Return the words behind those for the kind, as long as enough of a name is left."""
    inner = words
    while len(inner) > 1 and inner[0] in _KINDS and _letters(inner[1:]) >= _LEAST_BARE:
        inner = inner[1:]
    return inner


def _letters(words: list[str]) -> int:
    return sum(len(word) for word in words if not word.isdecimal())


def _without_ezafe(words: list[str]) -> list[str]:
    return [word for place, word in enumerate(words) if not (place and word in _EZAFE)]


def _numbered(words: list[str]) -> list[str]:
    digits = [_NUMBERS.get(word, word) for word in words]
    return [
        word
        for place, word in enumerate(digits)
        if not (word in _BEFORE_NUMBER and place + 1 < len(digits) and digits[place + 1].isdecimal())
    ]


def _spellings(words: list[str], *, latin: bool) -> frozenset[str]:
    plain = _without_ezafe(words)
    if latin:
        return frozenset(("".join(words), "".join(_romanised(word) for word in plain)))
    unbound = [
        word[:-1] if place + 1 < len(plain) and len(word) > _LEAST_BARE and word[-2:-1] in _LONG_VOWELS
        and word.endswith("ی") else word
        for place, word in enumerate(plain)
    ]  # fmt: skip
    ways = (words, plain, unbound, _numbered(plain), _numbered(unbound))
    return frozenset("".join(way) for way in ways)


def _apart(words: list[str]) -> list[str]:
    """Return words without ezafe, numbers as digits, each آباد a word of its own."""
    parts: list[str] = []
    for word in _numbered(_without_ezafe(words)):
        ending = next((one for one in _ENDINGS if word.endswith(one) and word != one), "")
        parts += [word.removesuffix(ending), ending] if ending else [word]
    return parts


def _romanised(word: str) -> str:
    for pair, letter in _LISTS["latin"]:
        word = word.replace(pair, letter)
    return _FINAL_H.sub("", _DOUBLED.sub(r"\1", word))


def _heard(word: str, *, latin: bool) -> str:
    if word in TELLING or word.isdecimal():
        return word
    return _romanised(word) if latin else word.translate(_AS_HEARD) or word


def _sound(word: str, *, latin: bool) -> str:
    if not latin:
        plain = _FINAL_A.get(word, word)
        plain = _FINAL_HE.sub("", plain)
        return _DOUBLED.sub(r"\1", plain.translate(_SOUNDS))
    plain = _FINAL_H.sub("", word)
    for pair, letter in _LISTS["sounded"]:
        plain = plain.replace(pair, letter)
    return _DOUBLED.sub(r"\1", re.sub("[aeo]", "", plain))
