"""National codes become keyed pseudonyms: nobody without the key can tell whose, and ids still meet.

A pseudonym is ``N-`` and 14 letters of Crockford's base 32 (no I, L, O, U), the first 70 bits of
HMAC-SHA256(key, code). Among 2,000,000 codes two share one with odds of 1 in 590,000,000 (n^2 / 2^71).
"""

from __future__ import annotations

import base64
import hmac
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from data.errors import Exit, Failure, SitingError
from data.fold import bare, latin_digits
from data.key_file import KeyFile, fingerprint
from data.readers.failures import failure
from data.readers.headers import header_key
from data.readers.values import by_unique
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Group = Literal["household", "site"]
"""Ids that refer to each other: of households; of applicants, sites and centers."""

_LEAST_DIGITS, DIGITS = 8, 10
_LETTERS = 14
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_MARKS = re.compile(
    "[\\s'_\\-\u00a0\u00ad\u0640\u200b-\u200f\u2010-\u2015\u202a-\u202f\u2066-\u2069\u2212\ufeff]+"
)
_SHAPE = f"[0-9]{{{DIGITS}}}|[1-9][0-9]{{{_LEAST_DIGITS - 1},{DIGITS - 2}}}"
_ENDS_AS_FLOAT = re.compile(r"\.0+$")
_DIGITS_INSIDE = rf"[0-9۰-۹٠-٩](?:[\s\-]?[0-9۰-۹٠-٩]){{{_LEAST_DIGITS - 1}}}"
_INSIDE = re.compile(rf"(?<!\d)\d(?:[\s\-]?\d){{{_LEAST_DIGITS - 1},{DIGITS - 1}}}(?!\d)")
_RUN_INSIDE = re.compile(rf"(?<!\d)\d{{{_LEAST_DIGITS},{DIGITS}}}(?!\d)")
_SAYS_SO = ("کدملی", "شمارهملی", "nationalcode", "nationalid", "nationalno", "codemelli", "kodemelli")
_SHARE = 1 / 3
_ENOUGH, _LEAST_SHARE = 10, 1 / 4
_WITHOUT_WHOLE = 4


class Pseudonyms:
    """Replaces the national codes of one run, and remembers which, so that what refers to them follows.

    Parameters
    ----------
    key : Path, optional
        The key's file; else as `data.key_file.KeyFile.find`. It is read (or made) when first needed.
    expected : str
        Fingerprint the key must have; any without it.

    Attributes
    ----------
    notes : list of Failure
        Which column of which file was replaced, each once: nothing is wrong, but a user must know.
    fingerprint : str
        Of the key that was used; empty while none was needed.
    """

    def __init__(self, key: Path | None = None, *, expected: str = "") -> None:
        self.file = KeyFile.find(key)
        self.notes: list[Failure] = []
        self.fingerprint = ""
        self._expected = expected
        self._secret = self.file.secret() if key is not None else b""
        self._codes: dict[Group, set[str]] = {"household": set(), "site": set()}
        self._plain: dict[Group, set[str]] = {"household": set(), "site": set()}
        self._kept: dict[Group, dict[str, str]] = {"household": {}, "site": {}}

    def own(self, ids: pd.Series[str], group: Group, *, file: str, header: str) -> pd.Series[str]:
        """Return the ids a table gives its rows, replaced where they are national codes."""
        if header_says_so(header) or holds_national_codes(ids):
            self._codes[group] |= set(by_unique(ids[ids != ""], normal).unique())
            return self._replaced(ids, file=file, header=header)
        ids = self._inside(ids, file=file, header=header)
        self._plain[group] |= set(ids.unique())
        return ids

    def other(self, ids: pd.Series[str], group: Group, *, file: str, header: str) -> pd.Series[str]:
        """Return ids of another table's rows, replaced as they were there; what no table knows, by itself.

        All of them are where the households' own ids were: one that is not among them is a code as well.
        """
        if group == "household" and self._codes[group]:
            return self._replaced(ids, file=file, header=header)
        replaced = self._inside(self._known(ids, group, file=file, header=header), file=file, header=header)
        # Arrow's `isin` makes an object of every known id.
        known = self._plain[group]
        unknown = pd.Series([one not in known for one in ids], index=ids.index, dtype=bool)
        strange = ids[(replaced == ids) & unknown]
        if header_says_so(header) or holds_national_codes(strange):
            replaced[strange.index] = self._replaced(strange, file=file, header=header)
        return replaced

    def remember(self, ids: pd.Series[str], group: Group) -> None:
        """Take ids that a network has already, codes replaced: they stay as they are, and judge nothing."""
        self._plain[group] |= set(ids.unique())
        if not ids.str.isascii().all():
            told = {bare(one): one for one in ids.unique()}
            self._kept[group] |= {one: kept for one, kept in told.items() if one not in self._plain[group]}

    def as_kept(self, ids: pd.Series[str], group: Group) -> pd.Series[str]:
        """Return ids as the network has them: one that was taken with marks nobody sees keeps them."""
        return ids.replace(self._kept[group]) if self._kept[group] else ids

    def text(
        self, values: pd.Series[str], *, file: str, header: str, enough: float | None = _ENOUGH
    ) -> pd.Series[str]:
        """Return any other column, national codes replaced, also those that stand inside a text.

        Parameters
        ----------
        values : Series of str
            Cleaned cells.
        file, header : str
            What to tell the user.
        enough : float, optional
            As `holds_national_codes`; None of a column that means nothing to the program. Names of places
            must be beyond doubt: boundaries are found by them.
        """
        if header_says_so(header) or holds_national_codes(values, enough=enough):
            return self._replaced(values, file=file, header=header)
        return self._inside(values, file=file, header=header, free=enough is None)

    def remarks(self, values: pd.Series[str], *, file: str, header: str) -> pd.Series[str]:
        """Return what people wrote in their own words, every number that may be a code replaced.

        One in ten other numbers of ten digits is lost so: in a remark that is less than a code that stays.
        """

        def of_one(found: re.Match[str]) -> str:
            run = normal(_whole_run(found[0]))
            return self.of(run) if run and _right([run])[0] else found[0]

        suspect = values[values.str.contains(_DIGITS_INSIDE, regex=True)]
        changed = by_unique(suspect, lambda text: _INSIDE.sub(of_one, text)).astype("str")
        if not (changed != suspect).any():
            return values
        self._note(file, header)
        return changed.reindex(values.index).fillna(values).astype("str")

    def of(self, code: str) -> str:
        """Return the pseudonym of one code, however it is written; empty of nothing."""
        if not code:
            return ""
        digest = hmac.digest(self._key(), normal(code).encode(), "sha256")
        letters = base64.b32encode(digest[:DIGITS]).translate(_CROCKFORD)[:_LETTERS].decode()
        return f"N-{letters}"

    def _known(self, ids: pd.Series[str], group: Group, *, file: str, header: str) -> pd.Series[str]:
        if not self._codes[group]:
            return ids.copy()
        known = by_unique(ids, normal).isin(self._codes[group])
        return ids.mask(known, self._replaced(ids[known], file=file, header=header))

    def _replaced(self, values: pd.Series[str], *, file: str, header: str) -> pd.Series[str]:
        if not (values != "").any():
            return values
        replaced = by_unique(values, self.of).astype("str")
        self._note(file, header)
        return replaced

    def _inside(
        self, values: pd.Series[str], *, file: str, header: str, free: bool = False
    ) -> pd.Series[str]:
        """Replace codes inside longer texts: known ones; in a free column all, if most are codes."""
        codes = self._codes["household"] | self._codes["site"]
        suspect = values[values.str.contains(_DIGITS_INSIDE, regex=True)] if codes or free else values[:0]
        every = free and holds_national_codes(by_unique(suspect, _whole_run).astype("str"))
        if suspect.empty or not (codes or every):
            return values

        def of_one(found: re.Match[str]) -> str:
            known = normal(found[0]) in codes
            return self.of(found[0]) if known or (every and _whole_run(found[0])) else found[0]

        def of_all(value: str) -> str:
            return _RUN_INSIDE.sub(of_one, _INSIDE.sub(of_one, value))

        changed = by_unique(suspect, of_all).astype("str")
        changed = changed[changed != suspect]
        if changed.empty:
            return values
        self._note(file, header)
        values = values.copy()
        values[changed.index] = changed
        return values

    def _note(self, file: str, header: str) -> None:
        note = failure(file, 1, "pseudonyms", column=header, key=str(self.file.path))
        if note not in self.notes:
            self.notes.append(note)

    def _key(self) -> bytes:
        if not self.fingerprint:
            self._secret = self._secret or self._fetched()
            own = fingerprint(self._secret)
            if self._expected not in ("", own):
                raise _other_key(self._expected, self.file)
            self.fingerprint = own
        return self._secret

    def _fetched(self) -> bytes:
        try:
            return self.file.secret(make=not self._expected)
        except SitingError as error:
            if self._expected and error.code == "missing_key":
                raise _other_key(self._expected, self.file) from error
            raise


def normal(code: str) -> str:
    """Return one spelling of a code: Latin digits, no marks, the zeros a spreadsheet lost; else as it is."""
    plain = code
    if not (code.isascii() and code.isdecimal()):
        plain = _ENDS_AS_FLOAT.sub("", _MARKS.sub("", latin_digits(unicodedata.normalize("NFKC", code))))
        if not (plain.isascii() and plain.isdecimal()):
            return code
    return plain.zfill(DIGITS) if _LEAST_DIGITS <= len(plain) <= DIGITS else plain


def _whole_run(text: str) -> str:
    """Return the first ten digits that stand together in a text, in Latin digits; empty where none do."""
    runs = (
        normal(found[0]) for found in _INSIDE.finditer(text) if sum(map(str.isdecimal, found[0])) == DIGITS
    )
    return next(runs, "")


def is_national_code(text: str) -> bool:
    """Whether a text holds ten digits together that end in the check digit of a national code."""
    run = _whole_run(text)
    return bool(run) and bool(_right([run])[0])


def header_says_so(header: str) -> bool:
    """Whether a header names the national code: its column is then one, whatever its cells hold."""
    key = header_key(header)
    return any(word in key for word in _SAYS_SO)


def holds_national_codes(text: pd.Series[str], *, enough: float | None = None) -> bool:
    """Whether a column holds Iranian national codes, some mistyped, some other ids among them.

    Judged are the different cells that have the shape: 10 digits, or 8 or 9 where a spreadsheet lost the
    zeros. Digits that mean something else have the right check digit 1 time in 10 (each nine digits allow one
    of ten), so more than a third of them is beyond chance: of columns of 10 such ids 1 in 80 reaches it, of
    20 1 in 400, of 40 1 in 50,000. Codes must also be a quarter of all different cells, or 10; and 4 where
    all have lost zeros, as numbers of 8 or 9 digits are common.

    Parameters
    ----------
    text : Series of str
        Cleaned cells, in any digits.
    enough : float, optional
        Right codes a column must have at least; without it, a quarter of the different cells up to 10.
    """
    filled = pd.Series(text[text != ""].unique(), dtype="str")
    plain = filled if filled.str.isascii().all() else by_unique(filled, latin_digits).astype("str")
    plain = plain.str.replace(_MARKS.pattern, "", regex=True).str.replace(
        _ENDS_AS_FLOAT.pattern, "", regex=True
    )
    shaped = pd.Series(plain[plain.str.fullmatch(_SHAPE)].unique(), dtype="str")
    is_right = _right(shaped.str.zfill(DIGITS).tolist())
    right, whole = int(is_right.sum()), bool(is_right[shaped.str.len() == DIGITS].any())
    least = min(_ENOUGH, _LEAST_SHARE * len(filled)) if enough is None else enough
    return right > _SHARE * len(shaped) and right >= (least if whole else max(least, _WITHOUT_WHOLE))


def _right(codes: list[str]) -> NDArray[np.bool_]:
    """Return which codes of 10 digits end in their check digit; ten equal digits are none."""
    digits = np.frombuffer("".join(codes).encode(), dtype=np.uint8).reshape(-1, DIGITS).astype(
        np.int64
    ) - ord("0")
    rest = digits[:, :9] @ np.arange(DIGITS, 1, -1) % 11
    check = np.where(rest < 2, rest, 11 - rest)  # noqa: PLR2004 - the rule of the code
    right: NDArray[np.bool_] = (digits[:, 9] == check) & (digits != digits[:, :1]).any(axis=1)
    return right


def _other_key(expected: str, file: KeyFile) -> SitingError:
    return SitingError(
        phrase("readers.other_key", expected=expected, file=str(file.path)),
        code="other_key",
        exit_code=Exit.REFUSED,
    )
