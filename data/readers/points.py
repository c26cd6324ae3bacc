"""Points in cells: degrees in two columns or one, degrees-minutes-seconds, WKT, links, or a declared CRS."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pyproj import Transformer
from pyproj.exceptions import ProjError

from data.fold import bare, latin_digits
from data.geodesy import WGS84
from data.readers.links import is_link, point_in_link
from data.readers.values import as_numbers, as_text, by_unique
from data.schemas import LAT_RANGE, LON_RANGE

Pair = tuple[float, float]

_NUMBER = r"[+-]?\d+(?:[.,/]\d+)?"
_PLAIN_PAIR = re.compile(rf"({_NUMBER})\s*[;,\s]\s*({_NUMBER})")
_DOTTED_PAIR = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[;,\s]\s*([+-]?\d+(?:\.\d+)?)")
_WKT = re.compile(
    r"(?:srid=\d+;)?\s*point\s*(?:z|m|zm)?\s*\(\s*([+-]?[\d.]+)\s+([+-]?[\d.]+)(?:\s+[+-]?[\d.]+)*\s*\)"
)
_DMS = re.compile(
    r"""([nsew])?\s*(\d+(?:\.\d+)?)\s*(?:[°:d]|\s+(?=\d)|(?=[\snsew,;]|$))
    \s*(?:(\d+(?:\.\d+)?)\s*(?:['m:]|(?=[\s,;nsew]|$)))?
    \s*(?:(\d+(?:\.\d+)?)\s*(?:"|\'\'|s(?=[\s,;]|$)|))?
    \s*([nsew])?(?=[\s,;]|$)""",
    re.VERBOSE,
)
_BLANKS = re.compile(r"\d{1,3}\s+\d{1,2}\s+\d{1,2}(?:[.,/]\d+)?")
_SIGNS = str.maketrans(
    {"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "″": '"', "”": '"', "“": '"'}
)
_WORDS = (
    ("شمالی", "n"),
    ("جنوبی", "s"),
    ("شرقی", "e"),
    ("غربی", "w"),
    ("شمال", "n"),
    ("شرق", "e"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("درجه", "°"),
    ("دقیقه", "'"),
    ("ثانیه", '"'),
    (" و ", " "),
)
_SIXTY = 60.0


def coordinates(column: pd.Series) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return the degrees (or metres) of one axis and which cells hold something else.

    Cells are numbers in any digits, or degrees, minutes and seconds with or without a hemisphere letter or
    signs: three numbers with blanks between them are no thousands.
    """
    numbers, bad = as_numbers(column)
    blank = _in_blanks(column)
    numbers, bad = numbers.mask(blank), bad | blank
    if bad.any():
        degrees = by_unique(as_text(column[bad]), _axis).astype("float64")
        numbers = numbers.fillna(degrees.reindex(column.index))
        bad = bad & numbers.isna()
    return numbers, bad


def _in_blanks(column: pd.Series) -> pd.Series[bool]:
    """Return which cells hold degrees, minutes and seconds with nothing but blanks between them."""
    if pd.api.types.is_numeric_dtype(column):
        return pd.Series(False, index=column.index)  # noqa: FBT003 - a value, not a switch
    found = by_unique(as_text(column), lambda text: _BLANKS.fullmatch(_simple(text)) is not None)
    return found.astype(bool)


def pairs(column: pd.Series) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Return ``lon`` and ``lat`` of cells that hold both, and which cells hold no point.

    WKT is longitude first, a link latitude. Of two plain numbers the order is the one that lies in Iran,
    latitude first where neither does; hemisphere letters decide where they stand.
    """
    text = as_text(column)
    read = by_unique(text, _pair)
    bad = read.isna() & (text != "")
    nothing = (np.nan, np.nan)
    values = [nothing if pair is None or isinstance(pair, float) else pair for pair in read]
    return pd.DataFrame(values, columns=["lon", "lat"], index=column.index, dtype="float64"), bad


def from_crs(crs: str, x: pd.Series[float], y: pd.Series[float]) -> pd.DataFrame:
    """Return ``lon`` and ``lat`` of coordinates in a declared CRS, which `data.readers.crs.is_crs` knows."""
    try:
        transformer = Transformer.from_crs(crs, WGS84, always_xy=True)
        lon, lat = transformer.transform(x.to_numpy(), y.to_numpy())
    except ProjError:
        lon = lat = np.full(len(x), np.nan)
    points = pd.DataFrame({"lon": lon, "lat": lat}, index=x.index)
    return points.mask(x.isna() | y.isna() | np.isinf(points["lon"]))


def _simple(text: str) -> str:
    plain = latin_digits(bare(text)).casefold().translate(_SIGNS)
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    return plain.strip()


def _pair(text: str) -> Pair | None:
    if is_link(text):
        return point_in_link(latin_digits(text))
    plain = _simple(text)
    if found := _WKT.fullmatch(plain):
        return float(found[1]), float(found[2])
    if "point" in plain:
        return None
    plain = plain.strip("()[]{} ")
    for pattern in (_DOTTED_PAIR, _PLAIN_PAIR):
        if found := pattern.fullmatch(plain):
            return _ordered(_decimal(found[1]), _decimal(found[2]))
    return _of_angles(_angles(plain))


def _of_angles(angles: list[tuple[float, str]]) -> Pair | None:
    if len(angles) != 2:  # noqa: PLR2004 - a pair
        return None
    (first, first_axis), (second, second_axis) = angles
    if first_axis and second_axis and first_axis != second_axis:
        return (first, second) if first_axis == "lon" else (second, first)
    return _ordered(first, second)


def _axis(text: str) -> float:
    plain = _simple(text)
    if _BLANKS.fullmatch(plain):
        plain = plain.replace(",", ".").replace("/", ".")
    angles = _angles(plain)
    return angles[0][0] if len(angles) == 1 else float("nan")


def _angles(plain: str) -> list[tuple[float, str]]:
    """Read angles one after another; nothing when anything is left over."""
    angles: list[tuple[float, str]] = []
    at = 0
    while at < len(plain):
        found = _DMS.match(plain, at)
        if found is None or found.end() == at:
            return []
        before, degrees, minutes, seconds, after = found.groups()
        letter = before or after or ""
        if float(minutes or 0) >= _SIXTY or float(seconds or 0) >= _SIXTY:
            return []
        value = float(degrees) + float(minutes or 0) / _SIXTY + float(seconds or 0) / _SIXTY**2
        axis = {"n": "lat", "s": "lat", "e": "lon", "w": "lon"}.get(letter, "")
        angles.append((-value if letter in ("s", "w") else value, axis))
        at = found.end()
        while at < len(plain) and plain[at] in " ,;\t":
            at += 1
    return angles


def _decimal(text: str) -> float:
    return float(text.replace(",", ".").replace("/", "."))


def _ordered(first: float, second: float) -> Pair:
    if LON_RANGE[0] <= first <= LON_RANGE[1] and LAT_RANGE[0] <= second <= LAT_RANGE[1]:
        return first, second
    return second, first
