"""Cells into values, a whole column at a time: text, ids, numbers, words of a vocabulary, dates."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.cells import unguarded
from data.fold import bare, clean, latin_digits
from data.readers.dates import read_date, read_moment
from data.readers.grid import cell_text
from data.readers.headers import header_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NOTHING = ("NULL", "null", "Null", "NaN", "nan", "#N/A", "<NA>", "None", "NONE")
_NO_NUMBER = frozenset({"", "-", "--", "—", "–", "n/a", "na"})
_WHOLE_FLOAT = r"\d+(?:\.0+)?"
_DECIMAL = re.compile(r"([+-]?\d+)[.,/](\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DIGITS_ONLY = str.maketrans({chr(start + n): str(n) for start in (0x06F0, 0x0660) for n in range(10)})


def by_unique(text: pd.Series[str], change: Callable[[str], object]) -> pd.Series:
    """Apply a function to each different value once."""
    codes, values = pd.factorize(text)
    changed = pd.Series([change(value) for value in values.tolist()], dtype="object")
    return changed.take(codes).set_axis(text.index)


def as_text(column: pd.Series) -> pd.Series[str]:
    """Return cleaned text; whole numbers without a point, what means nothing as empty."""
    if pd.api.types.is_bool_dtype(column) or not _is_text(column):
        texts = [("" if pd.isna(value) else cell_text(_plain(value))) for value in column]
        text = pd.Series(texts, index=column.index, dtype="str")
    else:
        text = column.fillna("").astype("str")
    text = text.str.strip() if text.str.isascii().all() else by_unique(text, clean).astype("str")
    text = text.mask(text.isin(_NOTHING), "")
    return text.map(unguarded).astype("str") if text.str.startswith("'").any() else text


def as_ids(column: pd.Series) -> pd.Series[str]:
    """Return ids as text: leading zeros kept, Latin digits, ``1234.0`` of a spreadsheet as ``1234``.

    Nothing that nobody sees is part of an id.
    """
    text = as_text(column)
    if not text.str.isascii().all():
        text = by_unique(text, lambda value: bare(value).translate(_DIGITS_ONLY)).astype("str")
    if text.str.endswith(".0").any() and text[text != ""].str.fullmatch(_WHOLE_FLOAT).all():
        text = text.str.replace(r"\.0+$", "", regex=True)
    return text


def as_numbers(
    column: pd.Series, *, whole: bool = False, percent: bool = False
) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return numbers (NaN where empty) and which cells hold something that is no number.

    Persian and Arabic digits and marks, decimal commas and slashes, and thousands grouped by commas are read.
    Where ``1,250`` could be either, it is a decimal comma unless only whole numbers make sense. An apostrophe
    before a number is a spreadsheet's mark of text; with ``percent`` a sign of percent after it is left out.
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.astype("float64")
        return numbers, pd.Series(np.isinf(numbers), index=column.index, dtype=bool)
    text = as_text(column)
    numbers = pd.to_numeric(text.where(text != "", other=None), errors="coerce").astype("float64")
    left = numbers.isna() & (text != "")
    if left.any():
        parsed = by_unique(text[left], partial(_number, whole=whole, percent=percent))
        left = left & ~left.where(
            ~left, parsed.map(lambda value: value is not None).reindex(text.index)
        ).astype(bool)
        numbers = numbers.fillna(parsed.astype("float64").reindex(text.index))
    infinite = np.isinf(numbers)
    return numbers.mask(infinite), left | infinite


def holds_words(column: pd.Series) -> pd.Series[bool]:
    """Return which cells hold letters or digits; a dash holds none, nor does what is no text."""
    told = [isinstance(value, str) and any(map(str.isalnum, value)) for value in column]
    return pd.Series(told, index=column.index, dtype=bool)


def as_words(column: pd.Series, words: Mapping[str, str]) -> tuple[pd.Series[str], pd.Series[bool]]:
    """Return the token of each word of a vocabulary, and which cells hold none of them (kept as cleaned)."""
    text = as_text(column)
    known = by_unique(text, lambda value: words.get(header_key(value), "")).astype("str")
    unknown = (known == "") & (text != "")
    return known.mask(unknown, text), unknown


def as_dates(column: pd.Series, *, times: bool = False) -> tuple[pd.Series[str], pd.Series[bool]]:
    """Return ISO dates as text, empty where empty, and which cells hold no date.

    Parameters
    ----------
    column : Series
        As it lies in the file.
    times : bool
        Whether the time of day is kept where one is told.
    """
    text = as_text(column)
    read = by_unique(text, _iso_moment if times else _iso)
    bad = read.isna()
    return read.mask(bad, "").astype("str"), bad


def _is_text(column: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(column) and not pd.api.types.is_object_dtype(column)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _iso(text: str) -> str | None:
    if not text:
        return ""
    try:
        return read_date(text).isoformat()
    except ValueError:
        return None


def _iso_moment(text: str) -> str | None:
    try:
        return read_moment(text) if text else ""
    except ValueError:
        return None


def _number(text: str, *, whole: bool, percent: bool) -> float | None:
    plain = latin_digits(bare(text).replace("٬", "")).replace(" ", "").replace("\u00a0", "").casefold()
    plain = plain.removeprefix("'")
    if percent:
        plain = plain.removesuffix("%").removesuffix("٪")
    if plain in _NO_NUMBER:
        return float("nan")
    found = _DECIMAL.fullmatch(plain)
    if _GROUPED.fullmatch(plain) and (whole or not found):
        plain = plain.replace(",", "")
    elif found:
        plain = f"{found[1]}.{found[2]}"
    try:
        return float(plain)
    except ValueError:
        return None
