"""A letter says what is so: when the seal was made, what kilometres count, and how the lot is drawn again."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from data.call.order import Tie
from data.call.outcomes import EXACT, Outcome, outcomes_of
from data.plan import CALL
from data.rules import Rules
from data.text import phrase
from maps.call.letters import Issue, Letter, letter_page
from maps.origin import Origin

SEAL, HEAD = "ab" * 32, "cd" * 32
SEALED: dict[str, Any] = {
    "seal": SEAL, "sealed_utc": "2020-06-01T08:00:00Z", "deadline": "2020-06-09", "applies": True,
    "seed": 1405, "limit_km": 3.2,
}  # fmt: skip
UNSEALED: dict[str, Any] = {"seal": "", "applies": False, "seed": 0, "limit_km": 3.2}


def page(lang: Any = "en", *, call: Any = SEALED, rules: Rules | None = None, **told: Any) -> str:
    """Return the words of one letter."""
    outcome = {
        "applicant_id": "LR-A0021", "outcome": "not_chosen", "center_id": "C-1", "site_id": "LR-A0021-1",
        "regret_km": 12.34, "regret_is": "exact", "near_tie": False, "reason": "costs_more",
        "words": "reason",
    } | told  # fmt: skip
    sites = pd.DataFrame(
        {
            "site_id": ["LR-A0021-1", "LR-A0021-2"],
            "preference": [1, 2],
            "province": "لرستان",
            "county": "",
            "ineligible": ["", "refused"],
            "decision_reason": ["", "unfit_premises"],
        }
    )
    letter = Letter(Outcome(**outcome), sites, "2020-06-05")
    issue = Issue((letter,), Origin(1, HEAD), call, rules or Rules(), synthetic=False)
    shown = unescape(re.sub(r"<[^>]+>", " ", letter_page(issue, issue.letters, lang).split("<body")[1]))
    return re.sub("[\u2066-\u2069]", "", re.sub(r"\s+", " ", shown))


def test_before_the_call_closed_is_said_only_where_the_seal_was_made_then() -> None:
    timely = page()
    assert "sealed on 2020-06-01, before the call closed (2020-06-09)" in timely
    late = page(call=SEALED | {"sealed_utc": "2026-11-22T18:07:01Z"})
    assert "before the call closed" not in late
    assert "sealed on 2026-11-22, AFTER the call had closed (2020-06-09)" in late
    undated = page(call=SEALED | {"deadline": ""})
    assert "closed" not in undated
    assert "the rules name no deadline" in undated
    unknown = page(call={name: SEALED[name] for name in ("seal", "applies", "seed", "limit_km")})
    assert "closed" not in unknown
    assert SEAL in unknown
    assert "۱۳۹۹/۰۳/۲۰" in page("fa")


def test_anybody_draws_the_lot_of_a_letter_again() -> None:
    words = page()
    drawn = re.search(r"(\S+\|\S+) ([0-9a-f]{64})", words)
    assert drawn is not None
    assert drawn[1] == "1405|LR-A0021"
    assert hashlib.sha256(drawn[1].encode()).hexdigest() == drawn[2]


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_a_letter_of_an_unsealed_plan_speaks_of_no_seal_to_quote_and_draws_no_lot(lang: str) -> None:
    words = page(lang, call=UNSEALED)
    assert "0|LR-A0021" not in words
    assert str(phrase("call.letter_objection_unsealed").said(lang)) in words  # type: ignore[arg-type]
    assert phrase("call.letter_objection").said(lang) not in words  # type: ignore[arg-type]
    assert phrase("call.letter_order_unsealed", seed="0").said(lang) in words  # type: ignore[arg-type]


def test_less_is_never_said_as_a_negative_more() -> None:
    assert "the plan would cost 12.3 km more" in page()
    assert "the plan would be 24.2 km shorter" in page(regret_km=-24.2)
    assert "the plan would cost the same" in page(regret_km=-0.04)
    assert "with just its families: 2.3 km shorter" in page(regret_km=-2.3, regret_is="catchment")
    assert "at least" not in page(regret_km=-20.0, regret_is="at_least")
    assert "at least 20.0 km more" in page(regret_km=20.0, regret_is="at_least")
    assert not re.search(r"[-−]\s*[0-9۰-۹]+[.٫]", page("fa", regret_km=-24.2).split("اعتراض")[0])


def test_a_refused_site_is_told_its_reason_in_words() -> None:
    assert "refused: the premises are not fit for a center" in page()
    assert "رد شد: محل برای مرکز مناسب نیست" in page("fa")


def test_what_kilometres_count_is_said_as_the_rules_have_it() -> None:
    whole = page(rules=Rules(preference_km=0.05, merit_km=0.002))
    assert "travel of all cases to their centers, and 0.050 km for every case and every step below" in whole
    assert "less 0.002 km" in whole
    assert "below an applicant" not in page(rules=Rules(preference_km=0.0))


def loser(ties: list[Tie], *, reserve: bool = False) -> Outcome:
    """Return what became of L, whose sites would stand beside C-W; W runs that and V another."""
    sites = pd.DataFrame(
        {
            "site_id": ["W-1", "V-1", "L-3", "L-4"], "applicant_id": ["W", "V", "L", "L"],
            "preference": [1, 1, 3, 4], "use": "candidate", "ineligible": "", "unit": "U",
        }
    )  # fmt: skip
    losing = pd.DataFrame(
        {
            "site_id": ["L-3", "L-4"], "regret_km_at_least": [0.0, 0.0], "center_id": ["C-W", "C-W"],
            "extra_km": [6.0, -24.2], "extra_is": "exact",
        }
    )  # fmt: skip
    named = {"applicant_id": ["L"], "center_id": ["C-W"], "site_id": ["L-3"], "extra_km": [7.5]}
    reserves = pd.DataFrame(named if reserve else {name: [] for name in named})
    plan: Any = SimpleNamespace(
        centers=pd.DataFrame(
            {
                "site_id": ["W-1", "V-1"], "applicant_id": ["W", "V"], "center_id": ["C-W", "C-V"],
                "status": ["new", "new"],
            }
        ),
        reserves=reserves,
        losing_sites=losing,
        provenance={CALL: {"ties": [vars(tie) for tie in ties]}},
    )  # fmt: skip
    problem: Any = SimpleNamespace(sites=sites)
    return next(one for one in outcomes_of(problem, plan) if one.applicant_id == "L")


def test_reason_and_regret_are_about_one_swap() -> None:
    told = loser([Tie("W-1", "L-3", -6.0, "score", changed=False)])
    assert (told.reason, told.site_id, told.center_id, told.regret_km) == ("lost_score", "L-3", "C-W", 6.0)


def test_of_a_tie_for_another_center_the_regret_is_that_tie_s() -> None:
    told = loser([Tie("V-1", "L-3", -2.0, "score", changed=True)])
    assert (told.reason, told.center_id, told.regret_km, told.regret_is) == ("lost_score", "C-V", 2.0, EXACT)
    assert "C-V" in str(told.words)


@pytest.mark.parametrize(("center", "reason"), [("W-1", "lost_score"), ("V-1", "reserve")])
def test_a_reserve_is_told_of_the_center_that_it_is_the_reserve_of(center: str, reason: str) -> None:
    told = loser([Tie(center, "L-3", -2.0, "score", changed=True)], reserve=True)
    assert (told.reason, told.center_id, told.regret_km) == (reason, "C-W", 7.5)
    assert told.near_tie
    assert "C-W" in str(told.words)
