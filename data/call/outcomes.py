"""What became of every applicant of a call, and why; and who could not be told apart from whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.order import BEYOND_GAP, KILOMETRES
from data.plan import CALL
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase

CHOSEN, RESERVE, NOT_CHOSEN, INELIGIBLE = "chosen", "reserve", "not_chosen", "ineligible"
COLUMNS = (
    "applicant_id", "outcome", "center_id", "site_id", "regret_km", "regret_is", "near_tie", "reason",
    "reason_fa", "reason_en",
)  # fmt: skip
TIE_COLUMNS = (
    "center_id", "applicant_id", "site_id", "other_applicant_id", "other_site_id", "km_more", "decided_by",
    "changed",
)  # fmt: skip
EXACT, AT_LEAST, CATCHMENT = "exact", "at_least", "catchment"


@dataclass(frozen=True)
class Outcome:
    """What became of an applicant.

    Attributes
    ----------
    applicant_id : str
        The applicant.
    outcome : str
        ``chosen``, ``reserve``, ``not_chosen`` or ``ineligible``.
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
    sites = pd.DataFrame(problem.sites.drop(columns="geometry", errors="ignore"))
    told = {"decision_reason": "", "registered_at": ""}
    sites = sites.assign(**{name: value for name, value in told.items() if name not in sites})
    losing = plan.losing_sites.reindex(
        columns=["site_id", "regret_km_at_least", "center_id", "extra_km", "extra_is", "near_tie"]
    )
    sites = sites.merge(losing, on="site_id", how="left")
    centers = plan.centers[plan.centers["applicant_id"] != ""].set_index("applicant_id")
    reserves = plan.reserves.sort_values(["extra_km", "center_id"], kind="stable")
    reserves = reserves.drop_duplicates("applicant_id").set_index("applicant_id")
    ties = ties_table(problem, plan)
    found = []
    for who, own in sites.groupby("applicant_id", sort=True):
        name = str(who)
        if name in centers.index:
            found.append(_chosen(name, centers.loc[[name]].iloc[0], own, ties))
        elif (own["ineligible"] != "").all():
            found.append(_ineligible(name, own))
        elif name in reserves.index:
            found.append(_reserve(name, reserves.loc[[name]].iloc[0], own, ties))
        else:
            found.append(_not_chosen(name, own, ties))
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


def _chosen(who: str, center: pd.Series, own: pd.DataFrame, ties: pd.DataFrame) -> Outcome:
    site = str(center["site_id"])
    tie = _tie(ties, "site_id", [site])
    required = (own.loc[own["site_id"] == site, "use"] == "required").any() and center["status"] == "new"
    reason = "required" if required else "least_km"
    words = phrase(f"call.why_{reason}", center=str(center["center_id"]))
    if tie is not None and not required:
        reason, words = f"won_{tie['decided_by']}", _tie_words("won", tie, tie["other_applicant_id"])
    return Outcome(who, CHOSEN, str(center["center_id"]), site, None, "", tie is not None, reason, words)


def _ineligible(who: str, own: pd.DataFrame) -> Outcome:
    reasons = own.sort_values("preference", kind="stable")
    first = reasons.iloc[0]
    reason, told = str(first["ineligible"]), str(first["decision_reason"] or "")
    words: Phrase | str = phrase(f"build.ineligible_{reason}")
    if reason in ("refused", "pending") and told:
        words = reason_words(told)
    return Outcome(who, INELIGIBLE, "", str(first["site_id"]), None, "", False, reason, words)  # noqa: FBT003 - no tie


def _reserve(who: str, reserve: pd.Series, own: pd.DataFrame, ties: pd.DataFrame) -> Outcome:
    site, center = str(reserve["site_id"]), str(reserve["center_id"])
    lost = _tie(ties, "other_site_id", own["site_id"].tolist())
    row = own[own["site_id"] == site].iloc[0]
    is_same = row["center_id"] == center and pd.notna(row["extra_km"])
    regret, regret_is = (row["extra_km"], row["extra_is"]) if is_same else (reserve["extra_km"], CATCHMENT)
    reason, words = "reserve", phrase("call.why_reserve", center=center, km=_km(reserve["extra_km"]))
    if lost is not None:
        reason, words = f"lost_{lost['decided_by']}", _tie_words("lost", lost, lost["applicant_id"])
    return Outcome(
        who, RESERVE, center, site, _number(regret), str(regret_is), lost is not None, reason, words
    )


def _not_chosen(who: str, own: pd.DataFrame, ties: pd.DataFrame) -> Outcome:
    able = own[own["ineligible"] == ""]
    ranked = able.sort_values(["extra_km", "regret_km_at_least", "preference"], kind="stable")
    best = ranked.iloc[0]
    lost = _tie(ties, "other_site_id", able["site_id"].tolist())
    center = str(best["center_id"]) if isinstance(best["center_id"], str) else ""
    regret, regret_is = _number(best["extra_km"]), str(best["extra_is"] or "")
    if regret is None and (proven := _number(best["regret_km_at_least"])):
        regret, regret_is = proven, AT_LEAST
    if regret is None:
        reason = "no_place"
    else:
        reason = "costs_more" if regret_is == EXACT else "costs_at_least" if regret > 0 else "not_proven"
    if lost is not None:
        reason, words = f"lost_{lost['decided_by']}", _tie_words("lost", lost, lost["applicant_id"])
    else:
        words = phrase(f"call.why_{reason}", center=center, km=_km(regret or 0.0))
    site = str(best["site_id"])
    return Outcome(
        who, NOT_CHOSEN, center, site, regret, regret_is if regret is not None else "", lost is not None,
        reason, words,
    )  # fmt: skip


def reason_words(told: str) -> Phrase | str:
    """Return a reason of a decision as a phrase where it is one of ``siting vet``, else as it stands."""
    from data.call.vetting import REASONS  # noqa: PLC0415 - which knows what is refused

    for reason in REASONS:
        words = phrase(f"call.vet_{reason}")
        if told in (words.said("fa"), words.said("en"), reason):
            return words
    return told


def _tie(ties: pd.DataFrame, column: str, sites: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the tie of some sites that says most: one the tie-break decided, then the closest."""
    own = ties[ties[column].isin(sites) & (ties["center_id"] != "")]
    if own.empty:
        return None
    weak = own["decided_by"].isin([BEYOND_GAP, KILOMETRES])
    order = own.assign(weak=weak, apart=own["km_more"].abs()).sort_values(["weak", "apart"], kind="stable")
    return {str(name): value for name, value in order.iloc[0].to_dict().items()}


def _tie_words(side: str, tie: Mapping[str, Any], other: str) -> Phrase:
    """Return the sentence of a tie for who won or lost it against another."""
    values = {"center": tie["center_id"], "other": other, "km": _km(tie["km_more"])}
    return phrase(f"call.{side}_{tie['decided_by']}", **values)


def _km(value: float) -> float:
    return round(abs(float(value)), 1)


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def _said(words: Phrase | str, lang: Any) -> str:  # noqa: ANN401 - one of the two languages
    return words if isinstance(words, str) else words.said(lang)
