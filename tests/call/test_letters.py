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
from data.call.outcomes import EXACT, Outcome, outcomes_of, state_words
from data.plan import CALL, ids_as_text, ids_in
from data.rules import Rules
from data.text import LANGS, phrase
from maps.call.letters import Issue, Letter, letter_page
from maps.origin import Origin

SEAL, HEAD = "ab" * 32, "cd" * 32
SEALED: dict[str, Any] = {
    "seal": SEAL, "sealed_utc": "2020-06-01T08:00:00Z", "deadline": "2020-06-09", "applies": True,
    "seed": 1405, "limit_km": 3.2,
}  # fmt: skip
UNSEALED: dict[str, Any] = {"seal": "", "applies": False, "seed": 0, "limit_km": 3.2}


def page(
    lang: Any = "en", *, call: Any = SEALED, rules: Rules | None = None, day: str = "", **told: Any
) -> str:
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
    issue = Issue((letter,), Origin(1, HEAD, day), call, rules or Rules(), synthetic=False)
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


def loser(
    ties: list[Tie], *, reserve: bool = False, states: tuple[str, str] = ("", ""), **named: str
) -> Outcome:
    """Return what became of L, whose sites would stand beside C-W; W runs that and V another."""
    sites = pd.DataFrame(
        {
            "site_id": ["W-1", "V-1", "L-3", "L-4"], "applicant_id": ["W", "V", "L", "L"],
            "preference": [1, 1, 3, 4], "use": "candidate", "ineligible": ["", "", *states], "unit": "U",
        }
    )  # fmt: skip
    losing = pd.DataFrame(
        {
            "site_id": ["L-3", "L-4"], "regret_km_at_least": [0.0, 0.0], "center_id": ["C-W", "C-W"],
            "extra_km": [6.0, -24.2], "extra_is": "exact",
        }
    )  # fmt: skip
    row = {"applicant_id": "L", "center_id": "C-W", "site_id": "L-3", "extra_km": 7.5} | named
    reserves = pd.DataFrame([row] if reserve else [], columns=list(row))
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


@pytest.mark.parametrize(
    ("center", "reason", "regret_km"), [("W-1", "lost_score", 2.0), ("V-1", "reserve", 7.5)]
)
def test_a_reserve_is_told_of_the_center_that_it_is_the_reserve_of(
    center: str, reason: str, regret_km: float
) -> None:
    told = loser([Tie(center, "L-3", -2.0, "score", changed=True)], reserve=True)
    assert (told.reason, told.center_id, told.regret_km) == (reason, "C-W", regret_km)
    assert told.near_tie
    assert "C-W" in str(told.words)


def test_a_reserve_by_the_tie_break_is_told_so_and_so_is_who_is_alike() -> None:
    first = loser([], reserve=True, decided_by="score", alike="R")
    assert (first.outcome, first.reason, first.near_tie) == ("reserve", "reserve_by_score", True)
    assert str(first.words).startswith(str(phrase("call.why_reserve_more", center="C-W", km=7.5)))
    behind = loser([], reserve=True, applicant_id="R", site_id="R-1", decided_by="score", alike="Q;L")
    assert (behind.outcome, behind.reason, behind.near_tie) == ("not_chosen", "alike_reserve", True)
    assert behind.words == phrase("call.why_alike_reserve", center="C-W", other="R")
    assert (behind.site_id, behind.center_id, behind.regret_km) == ("L-4", "C-W", -24.2)
    elsewhere = loser([], reserve=True, applicant_id="R", center_id="C-V", decided_by="score", alike="L")
    assert (elsewhere.center_id, elsewhere.regret_km, elsewhere.regret_is) == ("C-V", None, "")
    alone = loser([], reserve=True, applicant_id="R", site_id="R-1", decided_by="", alike="")
    assert (alone.reason, alone.near_tie) == ("costs_more", False)


def test_who_is_refused_for_one_site_and_open_for_another_is_told_of_both() -> None:
    both = loser([], states=("refused", "pending"))
    assert (both.outcome, both.reason, both.site_id) == ("ineligible", "pending", "L-4")
    said = str(both.words)
    assert "1 pending, and 1 that cannot" in said
    assert phrase("call.state_pending").said("en") in said
    one = loser([], states=("refused", "refused"))
    assert (one.reason, one.site_id, one.words) == ("refused", "L-3", phrase("call.state_refused"))


@pytest.mark.parametrize(
    "why", ["forbidden", "no_location", "outside_boundaries", "withdrawn", "no_households", "refused"]
)
def test_a_letter_tells_in_words_why_a_site_did_not_compete(why: str) -> None:
    for lang in LANGS:
        words = state_words(why, "")
        assert not re.search(r"[a-z]_[a-z]|[(]", words if isinstance(words, str) else words.said(lang))
    assert not re.search("[A-Za-z]", phrase(f"call.state_{why}").said("fa"))


def test_ids_that_stand_in_one_cell_are_read_as_they_were() -> None:
    for ids in (["co; op", 'a"b', "c"], ["one"]):
        assert ids_in(ids_as_text(ids)) == ids
    assert ids_in(ids_as_text(())) == ids_in("") == []


def test_a_letter_of_a_call_that_is_still_open_says_so() -> None:
    """The day of the version counts, whenever the letter is printed."""
    opened, closed = page(day=SEALED["deadline"]), page(day="2020-06-10")
    assert "This letter was written before the call closed (2020-06-09)" in opened
    assert "This letter was written before" not in closed
