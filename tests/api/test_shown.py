"""Results show themselves in a notebook: a small table, both languages, no household, nothing unescaped."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from lxml import html

from data import Plan, Problem, Rules, compare_plans, save_plan, verify_plan
from data.compare.comparing import compare
from data.compare.plans import side_of
from data.display import html_of
from data.shown import Card
from data.text import phrase
from maps import draw, write_report
from siting import explain_applicant, explain_center, explain_household, rebalance_plan, try_variants
from siting.explain.said import explained
from tests.life.tiny import network

if TYPE_CHECKING:
    from maps.report.writing import Written


def shown() -> dict[str, object]:
    problem, plan = network()
    center = plan.centers["center_id"].iloc[0]
    proposal = rebalance_plan(problem, plan, max_cases=[f"{center}=20"], effective="1405/07/01")
    return {
        "problem": problem,
        "plan": plan,
        "rules": problem.rules,
        "certificate": verify_plan(problem, plan),
        "proposal": proposal,
        "comparison": compare_plans(plan, proposal.plan),
        "tried": try_variants(problem, plan, {"25": {"max_cases": 25}}),
        "household": explain_household(problem, plan, plan.assignments["household_id"].iloc[0]),
        "applicant": explain_applicant(problem, plan, problem.sites["applicant_id"].iloc[0]),
        "of_center": explain_center(problem, plan, center),
        "report": written_report(problem, plan),
    }


def written_report(problem: Problem, plan: Plan) -> Written:
    with TemporaryDirectory() as place:
        save_plan(Path(place, "plan"), problem, plan, draw=draw)
        return write_report(Path(place, "plan"), Path(place, "report"))


SHOWN = shown()
PLAN = SHOWN["plan"]
FACTS = ("household", "applicant", "of_center")
WHO_IS_ASKED_ABOUT = "household"
WRITTEN_OUT = ("rules", "certificate")
"""Short as they are."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_result_is_a_small_table_in_both_languages(name: str) -> None:
    written = SHOWN[name]._repr_html_()
    table = html.fragment_fromstring(written, create_parent=True).find("table")
    assert 2 <= len(table.findall("tbody/tr")) <= 20
    for row in table.findall("tbody/tr"):
        assert len(row) == 4
        assert all(cell.find("bdi") is not None for cell in row)
    assert {one.get("lang") for one in table.iter("bdi")} >= {"en", "fa"}
    assert {"ltr", "rtl"} <= {one.get("dir") for one in table.iter()}


@pytest.mark.parametrize("name", sorted(SHOWN.keys() - {WHO_IS_ASKED_ABOUT}))
def test_a_result_names_no_household(name: str) -> None:
    problem, _ = network()
    written = SHOWN[name]._repr_html_()
    assert not [one for one in problem.households["household_id"] if one in written]


@pytest.mark.parametrize("name", FACTS)
def test_an_explanation_says_the_sentences_of_the_command(name: str) -> None:
    facts = SHOWN[name]
    for lang in ("en", "fa"):
        lines = explained(facts, lang, synthetic=True)
        assert facts.said(lang).splitlines() == lines
        shown = html.fragment_fromstring(facts._repr_html_(), create_parent=True)
        below = [one.text_content().strip() for one in shown.findall(f"div[@lang='{lang}']/p")]
        assert below == [one.strip() for one in lines[1:]]
    assert str(facts) == facts.said()


@pytest.mark.parametrize("name", SHOWN)
def test_a_result_is_told_in_one_line_among_others(name: str) -> None:
    if name not in WRITTEN_OUT:
        assert repr(SHOWN[name]).startswith(f"<{type(SHOWN[name]).__name__}: ")
        assert len(repr([SHOWN[name]])) < 600
    assert "\n" not in repr(SHOWN[name])
    assert "synthetic" in str(SHOWN[name]).lower() or name in WRITTEN_OUT


@pytest.mark.parametrize("name", ["plan", "problem", "proposal", "of_center"])
def test_the_persian_column_has_persian_digits_and_words(name: str) -> None:
    table = html.fragment_fromstring(SHOWN[name]._repr_html_(), create_parent=True).find("table")
    said = [row[2].text_content() for row in table.findall("tbody/tr")]
    ids = {SHOWN["problem"].scenario, *PLAN.centers["center_id"], *PLAN.centers["applicant_id"]}
    own = [one for one in said if one not in ids]
    assert any(" تا " in one for one in own) or name == "problem"
    assert not [one for one in own if re.search("[0-9A-Za-z]", one)]


def test_a_sentence_that_wraps_is_in_a_line_of_its_own() -> None:
    caption = html.fragment_fromstring(SHOWN["plan"]._repr_html_(), create_parent=True).find("table/caption")
    assert [(one.tag, one.get("dir")) for one in caption] == [("div", "ltr"), ("div", "rtl")]


def test_figures_are_those_of_the_plan() -> None:
    _, plan = network()
    written = plan._repr_html_()
    assert f"<bdi>{len(plan.centers)}</bdi>" in written
    assert "ساختگی" in written
    assert "synthetic" in written.lower()


def test_a_hostile_name_stays_text() -> None:
    _, plan = network()
    found = compare(side_of(plan, "<script>alert(1)</script>"), side_of(plan, "\u202eb"))
    written = found._repr_html_()
    assert "<script" not in written
    assert "&lt;script&gt;" in written
    assert "\u202e" not in written


def test_rules_that_are_set_are_told() -> None:
    written = replace(Rules(), max_km=12.0)._repr_html_()
    assert "12" in written
    assert Rules()._repr_html_().count("<tr>") == 4
    assert "∞" in html_of(Card(phrase("shown.plan"), ((phrase("shown.cases"), float("inf")),)))


MAPPED = """
from data import demo_problem
from siting import plan_sites

plan = plan_sites(demo_problem("lorestan", scale=0.02))
before = plan._repr_html_()
import maps

after = plan._repr_html_()
assert "<iframe" not in before and after.startswith(before)
frame = after[len(before) :]
assert frame.startswith('<iframe sandbox="allow-scripts" srcdoc=') and frame.endswith("</iframe>")
assert not any(one in frame for one in plan.assignments["household_id"])
"""


def test_a_plan_is_a_map_where_maps_was_imported_and_only_there() -> None:
    alone = subprocess.run(
        [sys.executable, "-c", MAPPED], capture_output=True, text=True, timeout=120, check=False
    )
    assert alone.returncode == 0, alone.stderr
