"""Who is eligible by the rules of a call: a decision for every site, and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.call.reading import PERSON
from data.call.reasons import REFUSING
from data.readers.headers import header_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from data.call.rules import CallRules

ACCEPTED = "accepted"


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
    field = table["field"].map(header_key)
    yield (
        "field_not_accepted",
        (_needs_field(table, rules) & (field != "") & ~_accepted(field, rules)).to_numpy(),
    )
    yield "not_accessible", ((table["accessible"] == "false") & rules.accessible).to_numpy()
    yield "too_early", ((day != "") & (day < rules.opens)).to_numpy()
    yield "too_late", ((day != "") & bool(rules.deadline) & (day > rules.deadline)).to_numpy()
    if rules.one_application:
        yield "same_national_code", _later(table, PERSON, "applicant_id")[0]
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
    unsure = np.zeros(len(table), dtype=bool)
    if rules.one_application:
        unsure |= _later(table, PERSON, "applicant_id")[1]
    twice = table["applicant_id"] + "\n" + table["preference"].astype("str")
    unsure |= _later(table.assign(twice=twice), "twice", "row")[1]
    yield "first_unknown", unsure


def _needs_field(table: pd.DataFrame, rules: CallRules) -> pd.Series[bool]:
    """Return whose degree is asked for; who does not say what they are is taken for a person."""
    kinds = {header_key(one) for one in rules.field_kinds}
    needs: pd.Series[bool] = table["kind"].map(header_key).isin({*kinds, ""}) | (not kinds)
    return needs & bool(rules.fields)


def _accepted(field: pd.Series[str], rules: CallRules) -> pd.Series[bool]:
    """Return which fields are, or name, one of those that are accepted: ``MA social work``."""
    keys = [header_key(one) for one in rules.fields]
    return field.map(lambda told: any(key in told for key in keys)).astype(bool)


def _later(table: pd.DataFrame, by: str, one: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the applications of somebody that were not the first, and those of which that cannot be told.

    Parameters
    ----------
    table : DataFrame
        Of the applications.
    by : str
        Column that is the same for what may be there once; empty for what may be there often.
    one : str
        Column that tells one application from another.
    """
    when = table["registered_at"].mask(table["registered_at"] == "")
    frame = pd.DataFrame({"by": table[by], "one": table[one], "when": when.astype(object)})
    first = frame.groupby(["by", "one"], sort=False)["when"].transform(_earliest)
    frame["first"] = first
    later, unsure = np.zeros(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
    for name, own in frame[frame["by"] != ""].groupby("by", sort=False):
        if not name or len(own["one"].drop_duplicates()) == 1:
            continue
        at = own.index.to_numpy()
        each = own.drop_duplicates("one")["first"]
        if each.isna().any() or (each == each.min()).sum() > 1:
            unsure[at] = True
        else:
            later[at] = (own["first"] != each.min()).to_numpy()
    return later, unsure


def _earliest(when: pd.Series) -> object:
    return when.min() if when.notna().all() else None


def _too_many(table: pd.DataFrame, reason: NDArray[np.object_], most: int) -> NDArray[np.bool_]:
    """Return the sites beyond those that an applicant may propose, counted over those nobody refused."""
    stands = ~np.isin(reason, REFUSING)
    order = table.assign(stands=stands).sort_values(["applicant_id", "preference", "row"], kind="stable")
    rank = order[order["stands"]].groupby("applicant_id").cumcount().reindex(table.index)
    return np.asarray((rank >= most) | (table["preference"] > most))
