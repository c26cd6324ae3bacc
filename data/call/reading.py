"""The applicants of a call as their file tells them, before anything is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.errors import SitingError
from data.pseudonyms import header_says_so, holds_national_codes
from data.readers.builder import Builder
from data.readers.failures import failure
from data.readers.headers import header_key, value_words
from data.readers.tables import sites_told
from data.readers.values import as_text, as_words
from data.schemas import APPLICANTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.call.rules import CallRules
    from data.readers.reading import Reading

MOST_SITES = 10_000
"""More than anybody proposes: that an applicant proposes too many is decided, not refused."""
PERSON, SYNTHETIC = "person", "synthetic"


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
        ``synthetic``. A site that is named twice gets a number behind its id.

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
    for name, told in _columns(file, rules.authorities).items():
        tokens, unknown = as_words(told, value_words("decision"))
        file.refuse(unknown, "bad_decision")
        authorities[name] = tokens.mask(unknown, "")
    synthetic = [one for one in file.source.headers if header_key(one) == SYNTHETIC][:1]
    shown = file.kept(synthetic)
    checked = {**table, "decision": table["decision"].mask(table["decision"] == "", "pending")}
    rows, failures = file.told(checked, APPLICANTS)
    if failures:
        raise SitingError.of(failures)
    # Rows that stand below a table are left out of it, and of what stands beside it.
    kept = file.rows.isin(rows["row"])
    beside = {
        **authorities,
        PERSON: person,
        SYNTHETIC: _first(shown, file.index),
        "decision": table["decision"],
    }
    return rows.assign(**{name: told[kept].to_numpy() for name, told in beside.items()})


def _persons(file: Builder, named: str) -> pd.Series[str]:
    """Return the pseudonym of each row's national code, empty without one.

    It is asked for before any other column is read, so that a code inside their texts is known as one.
    """
    used = set(file.at.values())
    found = [
        header
        for place, header in enumerate(file.source.headers)
        if place not in used
        and (header_says_so(header) or holds_national_codes(as_text(file.source.table[place])))
    ]
    for header, codes in _columns(file, [named] if named else found[:1]).items():
        return file.reading.pseudonyms.own(codes, "site", file=file.path.name, header=header)
    return pd.Series("", index=file.index, dtype="str")


def _columns(file: Builder, headers: Sequence[str]) -> dict[str, pd.Series[str]]:
    """Return the cells of some columns as text; a header that the file does not have is a failure."""
    keys = [header_key(header) for header in file.source.headers]
    for header in headers:
        if header_key(header) not in keys:
            file.failures.append(failure(file.path.name, 0, "unknown_keep_column", column=header))
            raise SitingError.of(file.failures)
    return {header: as_text(file.source.table[keys.index(header_key(header))]) for header in headers}


def _first(shown: dict[str, pd.Series[str]], index: pd.Index) -> pd.Series[str]:
    return next(iter(shown.values()), pd.Series("", index=index, dtype="str"))
