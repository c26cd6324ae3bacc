"""What became of every applicant of a call, and why; and who could not be told apart from whom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.order import BEYOND_GAP, KILOMETRES
from data.call.reasons import reason_words
from data.plan import CALL, MOVED_UP, ids_in
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase

    _Row = dict[str, Any]

CHOSEN, RESERVE, NOT_CHOSEN, INELIGIBLE, WITHDRAWN = (
    "chosen", "reserve", "not_chosen", "ineligible", "withdrawn",
)  # fmt: skip
REFUSED, PENDING = "refused", "pending"
COLUMNS = (
    "applicant_id", "outcome", "center_id", "site_id", "regret_km", "regret_is", "near_tie", "reason",
    "reason_fa", "reason_en",
)  # fmt: skip
TIE_COLUMNS = (
    "center_id", "applicant_id", "site_id", "other_applicant_id", "other_site_id", "km_more", "decided_by",
    "changed",
)  # fmt: skip
_OF_A_LOSING_SITE: dict[str, Any] = {
    "regret_km_at_least": math.nan, "center_id": "", "extra_km": math.nan, "extra_is": "", "gone": ""
}  # fmt: skip
"""What is known of a site that a plan did not take, and what stands there of others.

``gone`` is the center that it was compared with and that is there no more.
"""
_TOLD = ("regret_km_at_least", "center_id", "extra_km", "extra_is")
EXACT, AT_LEAST, CATCHMENT = "exact", "at_least", "catchment"
METRE_KM = 0.001


@dataclass(frozen=True)
class Outcome:
    """What became of an applicant.

    Attributes
    ----------
    applicant_id : str
        The applicant.
    outcome : str
        ``chosen``, ``reserve``, ``not_chosen``, ``ineligible`` or ``withdrawn``.
    center_id : str
        The center it runs or is the reserve of; else the one whose place its best site would take, or none.
    site_id : str
        The site that was chosen, that is the reserve, or that comes nearest to it.
    regret_km : float or None
        What the plan would cost more with that site in the place of that center; None where it is not known.
    regret_is : str
        ``exact``; ``at_least`` where it is only proven that it costs so much more; ``catchment`` where all
        who have the center would go to the site, and nobody else; or nothing.
    near_tie : bool
        Whether kilometres alone do not tell the applicant apart from another.
    reason : str
        Key of the reason.
    words : Phrase or str
        The reason as a sentence.
    """

    applicant_id: str
    outcome: str
    center_id: str
    site_id: str
    regret_km: float | None
    regret_is: str
    near_tie: bool
    reason: str
    words: Phrase | str


def outcomes_of(problem: Problem, plan: Plan) -> list[Outcome]:
    """Return what became of every applicant, in the order of their ids.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version.
    """
    ties = _rows(ties_table(problem, plan))
    centers = {str(one["applicant_id"]): one for one in _rows(plan.centers) if one["applicant_id"]}
    reserves: dict[str, _Row] = {}
    behind: dict[str, _Row] = {}
    for one in _reserves(plan):
        reserves.setdefault(str(one["applicant_id"]), one)
        for other in ids_in(one["alike"]):
            behind.setdefault(other, one)
    moved_up = plan.provenance.get(MOVED_UP, {})
    found = []
    for who, own in _by_applicant(problem, plan):
        if who in centers:
            old = str(moved_up.get(centers[who]["center_id"], ""))
            found.append(_moved_up(who, centers[who], old) if old else _chosen(who, centers[who], own, ties))
        elif any(one["ineligible"] == WITHDRAWN for one in own):
            found.append(_withdrawn(who))
        elif all(one["ineligible"] for one in own):
            found.append(_ineligible(who, own))
        elif who in reserves:
            found.append(_reserve(who, reserves[who], own, ties, is_behind=who in behind))
        else:
            found.append(_not_chosen(who, own, ties, behind.get(who)))
    return found


def applicants_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return one row an applicant with `COLUMNS`, the reason in both languages."""
    rows = [
        {
            **{name: getattr(one, name) for name in COLUMNS if not name.startswith("reason_")},
            "reason_fa": _said(one.words, "fa"),
            "reason_en": _said(one.words, "en"),
        }
        for one in outcomes_of(problem, plan)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"regret_km": float, "near_tie": bool})


def ties_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return one row a tie with `TIE_COLUMNS`, those that changed the plan first, in the order settled."""
    owner = dict(zip(problem.sites["site_id"], problem.sites["applicant_id"], strict=True))
    center = dict(zip(plan.centers["site_id"], plan.centers["center_id"], strict=True))
    rows = [
        {
            **one,
            "center_id": center.get(one["site_id"], ""),
            "applicant_id": owner.get(one["site_id"], ""),
            "other_applicant_id": owner.get(one["other_site_id"], ""),
        }
        for one in plan.provenance.get(CALL, {}).get("ties", [])
    ]
    return pd.DataFrame(rows, columns=list(TIE_COLUMNS)).astype({"km_more": float, "changed": bool})


def _by_applicant(problem: Problem, plan: Plan) -> Iterator[tuple[str, list[_Row]]]:
    """Yield every applicant with its sites, each with what the plan says of a site that it did not take."""
    sites = pd.DataFrame(problem.sites.drop(columns="geometry", errors="ignore"))
    of_losing = plan.losing_sites.reindex(columns=["site_id", *_TOLD])
    losing = {one["site_id"]: one for one in _rows(of_losing)}
    sites = sites.reindex(columns=list(dict.fromkeys([*sites.columns, "decision_reason"])), fill_value="")
    stands = set(plan.centers["center_id"])
    own: dict[str, list[_Row]] = {}
    for one in _rows(sites):
        told = _OF_A_LOSING_SITE | one | losing.get(one["site_id"], {})
        if told["center_id"] and pd.notna(told["center_id"]) and told["center_id"] not in stands:
            # What it would have cost in the place of a center that is gone says nothing of those that stand.
            told |= _OF_A_LOSING_SITE | {"gone": told["center_id"]}
        own.setdefault(str(one["applicant_id"]), []).append(told)
    yield from sorted(own.items())


def _reserves(plan: Plan) -> list[_Row]:
    """Return the reserves, the cheapest first; those of an older casebook do not tell of others."""
    table = plan.reserves.sort_values(["extra_km", "center_id"], kind="stable")
    told = {name: table[name].fillna("") if name in table else "" for name in ("decided_by", "alike")}
    return _rows(table.assign(**told))


def _rows(table: pd.DataFrame) -> list[_Row]:
    """Return the rows of a table: a few at a time, dictionaries are far quicker than tables."""
    return [{str(name): value for name, value in one.items()} for one in table.to_dict("records")]


def _chosen(who: str, center: _Row, own: Sequence[_Row], ties: Sequence[_Row]) -> Outcome:
    site = str(center["site_id"])
    tie = closest_tie(ties, "site_id", [site])
    is_required = any(one["site_id"] == site and one["use"] == "required" for one in own)
    required = is_required and center["status"] == "new"
    reason = "required" if required else "least_km"
    words = phrase(f"call.why_{reason}", center=str(center["center_id"]))
    if tie is not None and not required:
        reason, words = f"won_{tie['decided_by']}", tie_words("won", tie, tie["other_applicant_id"])
    return Outcome(who, CHOSEN, str(center["center_id"]), site, None, "", tie is not None, reason, words)


def _moved_up(who: str, center: _Row, old: str) -> Outcome:
    name, site = str(center["center_id"]), str(center["site_id"])
    words = phrase("call.why_moved_up", center=name, old=old)
    return Outcome(who, CHOSEN, name, site, None, "", near_tie=False, reason="moved_up", words=words)


def _withdrawn(who: str) -> Outcome:
    words = phrase("call.why_withdrawn")
    return Outcome(who, WITHDRAWN, "", "", None, "", near_tie=False, reason=WITHDRAWN, words=words)


def _ineligible(who: str, own: Sequence[_Row]) -> Outcome:
    waits = [one for one in own if one["ineligible"] == PENDING]
    # What is still open comes first: of that the applicant can mend something.
    first = min(waits or own, key=lambda one: one["preference"])
    reason = str(first["ineligible"])
    words = state_words(reason, first["decision_reason"])
    if len(waits) not in (0, len(own)):
        counts = {"pending": len(waits), "others": len(own) - len(waits)}
        words = phrase("call.why_several_states", reason=words, **counts)
    return Outcome(who, INELIGIBLE, "", str(first["site_id"]), None, "", False, reason, words)  # noqa: FBT003 - no tie


def state_words(ineligible: str, told: object) -> Phrase | str:
    """Return why a site does not compete, in the words of who decided where they left some.

    Parameters
    ----------
    ineligible : str
        Code of the reason, as `data.problem.Problem` has it of sites.
    told : object
        ``decision_reason`` of the site, if it has one.
    """
    if ineligible in (REFUSED, PENDING) and isinstance(told, str) and told:
        return reason_words(told)
    return phrase(f"call.state_{ineligible}")


def _reserve(
    who: str, reserve: _Row, own: Sequence[_Row], ties: Sequence[_Row], *, is_behind: bool
) -> Outcome:
    site, center = str(reserve["site_id"]), str(reserve["center_id"])
    # Reason and figure are about one swap, whatever else its applicant's sites tied with.
    lost = closest_tie([one for one in ties if one["center_id"] == center], "other_site_id", [site])
    is_tie = is_behind or closest_tie(ties, "other_site_id", [one["site_id"] for one in own]) is not None
    row = next(one for one in own if one["site_id"] == site)
    # That of the reserve, which is exact where sending everybody anew gives it too.
    regret = reserve["extra_km"]
    is_same = row["center_id"] == center and round(abs(row["extra_km"] - regret), 3) <= METRE_KM
    regret_is = EXACT if is_same and row["extra_is"] == EXACT else CATCHMENT
    why = "same" if not _km(regret) else "more" if regret > 0 else "shorter"
    reason, words = "reserve", phrase(f"call.why_reserve_{why}", center=center, km=_km(regret))
    if lost is not None:
        reason, words = f"lost_{lost['decided_by']}", tie_words("lost", lost, lost["applicant_id"])
        regret, regret_is = 0.0 - lost["km_more"], EXACT
    elif decided := str(reserve["decided_by"]):
        is_tie, reason = True, f"reserve_by_{decided}"
        alike = " · ".join(ids_in(reserve["alike"]))
        words = phrase(f"call.why_reserve_by_{decided}", first=words, alike=alike)
    return Outcome(who, RESERVE, center, site, _number(regret), str(regret_is), is_tie, reason, words)


def _not_chosen(who: str, own: Sequence[_Row], ties: Sequence[_Row], behind: _Row | None) -> Outcome:
    able = [one for one in own if not one["ineligible"]]
    lost = closest_tie(ties, "other_site_id", [one["site_id"] for one in able])
    behind = behind if lost is None else None
    # Reason and regret are about one swap: that which tied, that of the center whose reserve it might be,
    # else that of the site which comes nearest.
    there = [one for one in able if behind is not None and one["center_id"] == behind["center_id"]]
    if behind is not None and not there:
        # What its sites cost in the place of other centers says nothing of this one.
        there = [one | _OF_A_LOSING_SITE | {"center_id": behind["center_id"]} for one in able]
    best = min(
        there or [one for one in able if lost is None or one["site_id"] == lost["other_site_id"]],
        key=lambda one: (_last(one["extra_km"]), _last(one["regret_km_at_least"]), _last(one["preference"])),
    )
    center = best["center_id"] if isinstance(best["center_id"], str) else ""
    center = center or ("" if lost is None else str(lost["center_id"]))
    regret, regret_is = (
        _number(best["extra_km"]),
        best["extra_is"] if isinstance(best["extra_is"], str) else "",
    )
    if lost is not None and center != lost["center_id"]:
        # Since they tied its site has come to stand in another neighbourhood.
        center, regret, regret_is = str(lost["center_id"]), 0.0 - lost["km_more"], EXACT
    if regret is None and (proven := _number(best["regret_km_at_least"])):
        regret, regret_is = proven, AT_LEAST
    gone = next((str(one["gone"]) for one in able if one["gone"]), "")
    if regret is None:
        reason = "place_given_up" if gone else "no_place"
    else:
        reason = "costs_more" if regret_is == EXACT else "costs_at_least" if regret > 0 else "not_proven"
    if lost is not None:
        reason, words = f"lost_{lost['decided_by']}", tie_words("lost", lost, lost["applicant_id"])
    elif behind is not None:
        reason, named = "alike_reserve", {"center": behind["center_id"], "other": behind["applicant_id"]}
        words = phrase("call.why_alike_reserve", **named)
    else:
        words = phrase(f"call.why_{reason}", center=center or gone, km=_km(regret or 0.0))
    # A tie with somebody who gave the place up since was one all the same.
    once = {str(one["site_id"]) for one in able if one["gone"]} & {str(one["other_site_id"]) for one in ties}
    is_tie, site = lost is not None or behind is not None or bool(once), str(best["site_id"])
    return Outcome(
        who, NOT_CHOSEN, center, site, regret, regret_is if regret is not None else "", is_tie, reason, words
    )


def closest_tie(ties: Sequence[_Row], column: str, sites: Sequence[str]) -> _Row | None:
    """Return the tie of some sites that says most: one the tie-break decided, then the closest."""
    own = [one for one in ties if one["center_id"] and one[column] in sites]

    def weight(one: _Row) -> tuple[bool, float]:
        return one["decided_by"] in (BEYOND_GAP, KILOMETRES), abs(one["km_more"])

    return min(own, key=weight, default=None)


def tie_words(side: str, tie: _Row, other: str) -> Phrase:
    """Return the sentence of a tie for who won or lost it against another."""
    values = {"center": tie["center_id"], "other": other, "km": _km(tie["km_more"])}
    return phrase(f"call.{side}_{tie['decided_by']}", **values)


def _km(value: float) -> float:
    return round(abs(float(value)), 1)


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def _last(value: float) -> float:
    """Return a number to sort by; what is not known comes last."""
    return math.inf if pd.isna(value) else float(value)


def _said(words: Phrase | str, lang: Any) -> str:  # noqa: ANN401 - one of the two languages
    return words if isinstance(words, str) else words.said(lang)
