"""The applicants of a call as their file tells them, before anything is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.call.seal_key import PSEUDONYM
from data.errors import Failure, SitingError
from data.pseudonyms import header_says_so, holds_national_codes
from data.readers.builder import Builder
from data.readers.headers import header_key, value_words
from data.readers.tables import sites_told
from data.readers.values import as_text, as_words
from data.schemas import APPLICANTS
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.call.rules import CallRules
    from data.readers.reading import Reading

MOST_SITES = 10_000
"""More than anybody proposes: that an applicant proposes too many is decided, not refused."""
PERSON, KEY, SYNTHETIC = "person", "key_fingerprint", "synthetic"
"""Beside the columns of `data.schemas.APPLICANTS`: a vetted file has the first two, to be vetted alike."""
_HEADER = 1
"""Row of a file's header."""


def read_applications(
    path: Path, rules: CallRules, *, columns: Path | None = None, reading: Reading | None = None
) -> pd.DataFrame:
    """Read the applications of a call.

    Parameters
    ----------
    path, columns, reading
        As `data.readers.tables.read_applicants`.
    rules : CallRules
        Which columns hold decisions of authorities, and which the national code.

    Returns
    -------
    DataFrame
        Columns of `data.schemas.APPLICANTS`, ``decision`` empty where nobody decided; a column of decisions
        for each authority, by its header; ``person``, the pseudonym of the national code, empty without one;
        ``key_fingerprint`` of the key that made it; ``synthetic``. A site that is named twice gets a number
        behind its id.

    Raises
    ------
    SitingError
        With every failing row.
    """
    file = Builder(path, "applicants", columns, reading)
    person = _persons(file, rules.national_code)
    table = sites_told(file, most=MOST_SITES)
    named = not (file.id_column("site_id") == "").all()
    again = table["site_id"].groupby(table["site_id"]).cumcount()
    if not named:
        table["site_id"] = table["site_id"].mask(
            again > 0, table["site_id"] + "-" + (again + 1).astype("str")
        )
    authorities = {}
    for name, told in _columns(file, rules.authorities, "unknown_authority").items():
        tokens, unknown = as_words(told, value_words("decision"))
        words = phrase("call.bad_authority_decision", column=name)
        file.failures += [
            Failure(path.name, int(row), "bad_decision", who, words)
            for row, who in zip(file.rows[unknown], file.ids[unknown], strict=True)
        ]
        authorities[name] = tokens.mask(unknown, "")
    shown = file.kept(_headed(file, SYNTHETIC))
    if rules.one_application and not knows_person(table["applicant_id"], person).any():
        words = phrase("call.no_national_codes")
        file.reading.note(Failure(path.name, _HEADER, "no_national_codes", "", words))
    checked = {**table, "decision": table["decision"].mask(table["decision"] == "", "pending")}
    rows, failures = file.told(checked, APPLICANTS)
    if failures:
        raise SitingError.of(failures)
    # Rows that stand below a table are left out of it, and of what stands beside it.
    kept = file.rows.isin(rows["row"])
    beside = {
        **authorities,
        PERSON: person,
        KEY: _key_of(file),
        SYNTHETIC: _first(shown, file.index),
        "decision": table["decision"],
    }
    return rows.assign(**{name: told[kept].to_numpy() for name, told in beside.items()})


def knows_person(ids: pd.Series[str], person: pd.Series[str]) -> pd.Series[bool]:
    """Return of which applications it is known whose they are: by a national code, or an id that was one."""
    known: pd.Series[bool] = (person != "") | ids.str.fullmatch(PSEUDONYM.pattern)
    return known


def _persons(file: Builder, named: str) -> pd.Series[str]:
    """Return the pseudonym of each row's national code, empty without one.

    It is asked for before any other column is read, so that a code inside their texts is known as one.
    """
    codes = _kept_persons(file)
    keys = {header_key(header) for header in file.source.headers}
    if codes is not None and (not named or header_key(named) not in keys):
        return codes
    used = set(file.at.values())
    found = [
        header
        for place, header in enumerate(file.source.headers)
        if place not in used
        and (header_says_so(header) or holds_national_codes(as_text(file.source.table[place])))
    ]
    for header, told in _columns(file, [named] if named else found[:1], "unknown_national_code").items():
        return file.reading.pseudonyms.own(told, "site", file=file.path.name, header=header)
    return pd.Series("", index=file.index, dtype="str")


def _kept_persons(file: Builder) -> pd.Series[str] | None:
    """Return the pseudonyms that a vetted file has of the national codes; None where it is no such file."""
    for header in _headed(file, PERSON):
        told = as_text(file.source.table[file.source.headers.index(header)])
        if told[told != ""].str.fullmatch(PSEUDONYM.pattern).all():
            return told
    return None


def _key_of(file: Builder) -> pd.Series[str]:
    """Return the fingerprint of the key that made the pseudonyms: of this run, else as a vetted file says."""
    own = file.reading.pseudonyms.fingerprint
    for header in _headed(file, KEY):
        told = as_text(file.source.table[file.source.headers.index(header)])
        return told.where(told != "", own)
    return pd.Series(own, index=file.index, dtype="str")


def _headed(file: Builder, name: str) -> list[str]:
    return [header for header in file.source.headers if header_key(header) == header_key(name)][:1]


def _columns(file: Builder, headers: Sequence[str], code: str) -> dict[str, pd.Series[str]]:
    """Return the cells of some columns as text; what the file does not have of them is a failure each."""
    keys = [header_key(header) for header in file.source.headers]
    missing = [header for header in headers if header_key(header) not in keys]
    if missing:
        file.failures += [
            Failure(file.path.name, _HEADER, code, "", phrase(f"call.{code}", column=header))
            for header in missing
        ]
        raise SitingError.of(file.failures)
    return {header: as_text(file.source.table[keys.index(header_key(header))]) for header in headers}


def _first(shown: dict[str, pd.Series[str]], index: pd.Index) -> pd.Series[str]:
    return next(iter(shown.values()), pd.Series("", index=index, dtype="str"))
