"""Who is eligible by the rules of a call: a decision for every site, and the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.call.reading import PERSON, knows_person
from data.call.reasons import REFUSING
from data.fold import fold
from data.readers.headers import header_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from data.call.rules import CallRules

ACCEPTED = "accepted"
_BETWEEN_WORDS = re.compile(r"[^\w]|_")
_NEGATIONS = frozenset(
    {
        "غیر", "غیرمرتبط", "نا", "نامرتبط", "بی", "بدون", "فاقد", "بجز", "جز", "نیست", "ندارد", "not", "non",
        "unrelated", "without", "except",
    }
)  # fmt: skip
"""Words of who says that a degree is none of those that are named beside them."""
_END_OF_DAY, _END_OF_TIME = "T24", "T"


def vet(table: pd.DataFrame, rules: CallRules, *, sites_per_applicant: int) -> pd.DataFrame:
    """Return the applications with a decision and a reason each.

    What an authority refused stays refused in its own words, what it left open stays open. All else is
    refused for the first rule it breaks, left open where the file does not tell what a rule asks for, and
    else accepted.

    Parameters
    ----------
    table : DataFrame
        As `data.call.reading.read_applications` gives it.
    rules : CallRules
        The rules of the call.
    sites_per_applicant : int
        Sites that an applicant may propose; those of the last preferences are too many.

    Returns
    -------
    DataFrame
        The same rows in the same order, ``decision`` decided, and ``reason``: one of
        `data.call.reasons.REASONS`, empty for what is accepted or was decided in words.
    """
    reason = np.full(len(table), "", dtype=object)
    for name, marked in _broken(table, rules):
        reason[marked & (reason == "")] = name
    many = _too_many(table, reason, sites_per_applicant)
    reason[many & ~np.isin(reason, REFUSING)] = "too_many_sites"
    for name, marked in _unknown(table, rules):
        reason[marked & (reason == "")] = name
    told = table["decision_reason"].to_numpy(dtype=object) != ""
    by_hand = (table["decision"] == "refused").to_numpy()
    left_open = (table["decision"] == "pending").to_numpy() & (reason == "authority_pending")
    decision = np.where(reason == "", ACCEPTED, np.where(np.isin(reason, REFUSING), "refused", "pending"))
    reason[(by_hand | left_open) & told] = ""
    return table.assign(decision=decision, reason=reason)


def _broken(table: pd.DataFrame, rules: CallRules) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield which sites break each rule, in the order of `data.call.reasons.REFUSING`."""
    decided = table[["decision", *rules.authorities]]
    yield "authority_refused", (decided == "refused").any(axis=1).to_numpy()
    kind, day = table["kind"].map(header_key), table["registered_at"].str.slice(0, 10)
    kinds = {header_key(one) for one in rules.kinds}
    yield "kind_not_accepted", ((kind != "") & bool(kinds) & ~kind.isin(kinds)).to_numpy()
    field = table["field"]
    yield (
        "field_not_accepted",
        (_needs_field(table, rules) & (field != "") & ~_accepted(field, rules)).to_numpy(),
    )
    yield "not_accessible", ((table["accessible"] == "false") & rules.accessible).to_numpy()
    yield "too_early", ((day != "") & (day < rules.opens)).to_numpy()
    yield "too_late", ((day != "") & bool(rules.deadline) & (day > rules.deadline)).to_numpy()
    if rules.one_application:
        yield "same_national_code", _later(_in_time(table, rules), PERSON, "applicant_id")[0]
    twice = table["applicant_id"] + "\n" + table["preference"].astype("str")
    yield "applied_twice", _later(table.assign(twice=twice), "twice", "row")[0]


def _unknown(table: pd.DataFrame, rules: CallRules) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield which sites do not tell what a rule asks for, in the order of `data.call.reasons.PENDING`."""
    decided = table[list(rules.authorities)].isin(["pending", ""]).any(axis=1) | (
        table["decision"] == "pending"
    )
    yield "authority_pending", decided.to_numpy()
    yield "kind_unknown", ((table["kind"] == "") & bool(rules.kinds)).to_numpy()
    yield "field_unknown", (_needs_field(table, rules) & (table["field"] == "")).to_numpy()
    yield "accessible_unknown", ((table["accessible"] == "") & rules.accessible).to_numpy()
    yield "date_unknown", ((table["registered_at"] == "") & bool(rules.opens or rules.deadline)).to_numpy()
    known = knows_person(table["applicant_id"], table[PERSON])
    # A file without any is told of as a whole; who is no natural person has no national code.
    asked = table["kind"].isin(["natural", ""]) & (rules.one_application and bool(known.any()))
    yield "national_code_unknown", (~known & asked).to_numpy()
    unsure = np.zeros(len(table), dtype=bool)
    if rules.one_application:
        unsure |= _later(_in_time(table, rules), PERSON, "applicant_id")[1]
    twice = table["applicant_id"] + "\n" + table["preference"].astype("str")
    unsure |= _later(table.assign(twice=twice), "twice", "row")[1]
    yield "first_unknown", unsure


def _needs_field(table: pd.DataFrame, rules: CallRules) -> pd.Series[bool]:
    """Return whose degree is asked for; who does not say what they are is taken for a person."""
    kinds = {header_key(one) for one in rules.field_kinds}
    needs: pd.Series[bool] = table["kind"].map(header_key).isin({*kinds, ""}) | (not kinds)
    return needs & bool(rules.fields)


def _accepted(field: pd.Series[str], rules: CallRules) -> pd.Series[bool]:
    """Return which fields are, or name in whole words, one of those that are accepted: ``MA social work``."""
    keys = frozenset(header_key(one) for one in rules.fields)
    return field.map(lambda told: _names(told, keys)).astype(bool)


def _names(told: str, keys: frozenset[str]) -> bool:
    """Whether words that stand together in a text are one of some keys, however they are spaced."""
    words = [key for one in _BETWEEN_WORDS.split(fold(told)) if (key := header_key(one))]
    if not _NEGATIONS.isdisjoint(words):
        return False
    return any(
        "".join(words[first:end]) in keys
        for first in range(len(words))
        for end in range(first + 1, len(words) + 1)
    )


def _in_time(table: pd.DataFrame, rules: CallRules) -> pd.DataFrame:
    """Return applications, those that are not of the call without a person: they stand in nobody's way."""
    day = table["registered_at"].str.slice(0, 10)
    late = bool(rules.deadline) & (day > rules.deadline)
    return table.assign(**{PERSON: table[PERSON].mask((day != "") & ((day < rules.opens) | late), "")})


def _later(table: pd.DataFrame, by: str, one: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the applications of somebody that were surely not the first, and those that may not have been.

    A day without an hour is any time of that day; who tells no day may have come at any time.

    Parameters
    ----------
    table : DataFrame
        Of the applications.
    by : str
        Column that is the same for what may be there once; empty for what may be there often.
    one : str
        Column that tells one application from another.
    """
    when, day = table["registered_at"], table["registered_at"].str.slice(0, 10)
    told = pd.DataFrame({"by": table[by], "one": table[one], "from": when})
    # ISO texts: nothing comes before every day, and T24 after every hour of its own.
    told["until"] = when.mask(when == day, day + _END_OF_DAY).mask(when == "", _END_OF_TIME)
    span = told.groupby(["by", "one"], sort=False)[["from", "until"]].min()
    first_until = span.groupby("by", sort=False)["until"].transform("min")
    later = span["from"] > first_until
    # Of those that may be the first, one alone is.
    unsure = ~later & ((~later).groupby(span.index.get_level_values("by")).transform("sum") > 1)
    named = (table[by] != "").to_numpy()
    rows = pd.MultiIndex.from_frame(told[["by", "one"]])
    return named & later.loc[rows].to_numpy(bool), named & unsure.loc[rows].to_numpy(bool)


def _too_many(table: pd.DataFrame, reason: NDArray[np.object_], most: int) -> NDArray[np.bool_]:
    """Return the sites beyond those that an applicant may propose, counted over those nobody refused."""
    stands = ~np.isin(reason, REFUSING)
    order = table.assign(stands=stands).sort_values(["applicant_id", "preference", "row"], kind="stable")
    rank = order[order["stands"]].groupby("applicant_id").cumcount().reindex(table.index)
    return np.asarray((rank >= most) | (table["preference"] > most))
