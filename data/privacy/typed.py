"""National codes and phone numbers that somebody types on the command line: looked up, and never told."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from data.errors import Exit, SitingError
from data.fold import latin_digits
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from data.text import Lang

T = TypeVar("T")

_LEAST_DIGITS, _CODE_DIGITS, _SHOWN = 8, 10, 2
_OF_NOBODY = ("unknown_", "like_")
_RUN = re.compile(rf"(?<!\d)\d(?:[\s\-\u200b-\u200f]?\d){{{_LEAST_DIGITS - 1},}}")
_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
_CODE = re.compile(_ALONE.format(r"(\d{10}|\d{3}[-\s]\d{6}[-\s]\d)"))
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+|00)98[-\s]?\d{10}|(?:(?:\+|00)98[-\s]?|0)9\d{2}[-\s]?\d{3}[-\s]?\d{2}[-\s]?\d{2}"
    r"|0\d{2}[-\s]?\d{8})(?![0-9A-Za-z])"
)


def asked_about(subject: str, folder: Path, key: Path | None, tell: Callable[[str], T]) -> T:
    """Return what ``tell`` says of an id as somebody typed it, or as files of it are read.

    Where no such id is there and it holds a number long enough for a national code, the code's pseudonym is
    asked about in a plan that has pseudonyms, and in any other a masked form: no message repeats the number.

    Parameters
    ----------
    subject : str
        As typed.
    folder : Path
        Of the plan or the nation.
    key : Path or None
        As `data.key_file.KeyFile.find`.
    tell : callable
        Told of an id; raises `SitingError` where there is none.

    Raises
    ------
    SitingError
        Of ``tell``; ``other_key`` (exit code 6) where the plan's key is another.
    """
    try:
        return tell(subject)
    except SitingError as error:
        if not _of_nobody(error):
            raise
        if _RUN.search(subject) is not None:
            meant = _meant(subject, folder, key)
        elif (meant := _as_read(subject)) == subject:
            raise
    return tell(meant)


def masked(text: str) -> str:
    """Return a text in which only the last two digits are left of every number of 8 digits or more."""
    return _RUN.sub(lambda found: f"…{_digits(found[0])[-_SHOWN:]}", text)


def refuse_personal(option: str, text: str) -> None:
    """Refuse a remark for the log that holds a national code or a phone number: nothing leaves the log.

    Parameters
    ----------
    option : str
        Where it was given.
    text : str
        The remark. A number of ten digits with the check digit of a national code is taken for one.

    Raises
    ------
    SitingError
        ``personal_remark``, exit code 2.
    """
    plain = latin_digits(text)
    if _PHONE.search(plain) or any(_is_code(found[0]) for found in _CODE.finditer(plain)):
        words = phrase("cli.personal_remark", option=option)
        raise SitingError(words, code="personal_remark", exit_code=Exit.USAGE)


def unrepeated(error: SitingError, typed: Iterable[object], lang: Lang) -> SitingError:
    """Return an error that repeats no national code that stands in what was typed.

    Parameters
    ----------
    error : SitingError
        As it was raised.
    typed : iterable of object
        Values of a command's options and arguments; texts in lists too.
    lang : {"fa", "en"}
        Language that it is told in, where it has to be told otherwise.
    """
    texts = [one for value in typed for one in (value if isinstance(value, (list, tuple)) else [value])]
    codes = [
        found[0]
        for text in texts
        if isinstance(text, str)
        for found in _CODE.finditer(latin_digits(text))
        if _is_code(found[0])
    ]
    if not codes:
        return error

    def masks(told: str) -> str:
        plain = latin_digits(told) if any(one in latin_digits(told) for one in codes) else told
        return functools.reduce(lambda text, one: text.replace(one, masked(one)), codes, plain)

    rows = [replace(one, id=masks(one.id), words=masks(one.said(lang))) for one in error.failures]
    return SitingError(masks(error.said(lang)), code=error.code, exit_code=error.exit_code, failures=rows)


def _of_nobody(error: SitingError) -> bool:
    """Tell whether no version has the id: of one that left, the error tells what is known."""
    words = error.failures[0].words if error.failures else error.words
    return isinstance(words, Phrase) and words.key.partition(".")[2].startswith(_OF_NOBODY)


def _meant(subject: str, folder: Path, key: Path | None) -> str:
    from data.pseudonyms import Pseudonyms  # noqa: PLC0415 - heavy, and few ids look like codes
    from data.replay import fingerprint_of  # noqa: PLC0415 - heavy

    expected = fingerprint_of(folder)
    if not expected:
        return masked(subject)
    pseudonyms = Pseudonyms(key, expected=expected)

    def of_one(found: re.Match[str]) -> str:
        is_short = len(_digits(found[0])) <= _CODE_DIGITS
        return pseudonyms.of(found[0]) if is_short else masked(found[0])

    return _RUN.sub(of_one, subject)


def _as_read(subject: str) -> str:
    import pandas as pd  # noqa: PLC0415 - heavy, and most ids are found as typed

    from data.readers.values import as_ids  # noqa: PLC0415 - heavy

    return str(as_ids(pd.Series([subject], dtype="str"))[0])


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdecimal())


def _is_code(text: str) -> bool:
    import pandas as pd  # noqa: PLC0415 - heavy, and few remarks hold ten digits

    from data.pseudonyms import holds_national_codes  # noqa: PLC0415 - heavy

    return holds_national_codes(pd.Series([_digits(text)], dtype="str"))
