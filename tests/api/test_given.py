"""What is handed to a public name and is of another kind is refused in a sentence; a path may be text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from allocation import units_of, ways_of
from data import (
    Casebook,
    SitingError,
    TieBreak,
    demo_problem,
    open_plan,
    read_problem,
    read_rules,
    save_plan,
    verify_plan,
)
from maps import around_of, draw, draw_changes, draw_nation, write_report
from siting import (
    explain_applicant,
    explain_center,
    explain_household,
    locate_points,
    partition,
    plan_catchments,
    plan_sites,
    rebalance_plan,
    try_variants,
)
from tests.life.tiny import network

if TYPE_CHECKING:
    from collections.abc import Callable

PROBLEM, PLAN = network()
TABLE = pd.DataFrame({"household_id": ["H1"]})
WRONG: dict[str, tuple[str, Callable[[], object]]] = {
    "rules of a table": ("not_a_path", lambda: read_rules(TABLE)),
    "households of a table": ("not_a_path", lambda: read_problem(TABLE)),
    "a number for boundaries": ("not_a_path", lambda: read_problem("h.csv", boundaries=3)),
    "a number for the gazetteer": ("not_a_path", lambda: read_problem("h.csv", gazetteer=3)),
    "a number for columns to keep": ("wrong_type", lambda: read_problem("h.csv", keep=3)),
    "a word for a seed": ("wrong_type", lambda: demo_problem("lorestan", seed="x")),
    "a word for a scale": ("wrong_type", lambda: demo_problem("lorestan", scale="x")),
    "a word for a number": ("wrong_type", lambda: demo_problem("lorestan", households="x")),
    "a place that is a plan": ("not_a_path", lambda: open_plan(PLAN)),
    "arguments in another order": ("not_a_path", lambda: save_plan(PROBLEM, PLAN, "out")),
    "yes for what draws": ("wrong_type", lambda: save_plan("out", PROBLEM, PLAN, draw=True)),
    "plan before problem": ("wrong_type", lambda: verify_plan(PLAN, PROBLEM)),
    "a folder to plan": ("wrong_type", lambda: plan_sites("plan")),
    "a word for ties": ("wrong_type", lambda: plan_sites(PROBLEM, ties="score")),
    "a seed below nothing": ("too_small", lambda: plan_sites(PROBLEM, seed=-1)),
    "a word for workers": ("wrong_type", lambda: plan_sites(PROBLEM, workers="all")),
    "ground of a folder": ("wrong_type", lambda: partition("plan", PLAN.assignments, PLAN.centers)),
    "a problem for a unit": (
        "wrong_type",
        lambda: plan_catchments(PROBLEM, 2, rng=np.random.default_rng(0)),
    ),
    "a seed for a generator": ("wrong_type", lambda: plan_catchments(units_of(PROBLEM)[0], 2, rng=0)),
    "variants of a list": ("wrong_type", lambda: try_variants(PROBLEM, PLAN, ["400"])),
    "a variant of a number": ("wrong_type", lambda: try_variants(PROBLEM, PLAN, {"400": 400})),
    "variants of a folder": ("wrong_type", lambda: try_variants("plan", PLAN)),
    "numbers that are words": ("wrong_type", lambda: try_variants(PROBLEM, PLAN, centers=["x"])),
    "moves of a table": ("not_a_path", lambda: rebalance_plan(PROBLEM, PLAN, moves=TABLE)),
    "a number that closes": ("wrong_type", lambda: rebalance_plan(PROBLEM, PLAN, close=3)),
    "numbers that open": ("wrong_type", lambda: rebalance_plan(PROBLEM, PLAN, open_=[3])),
    "half a relocation": ("wrong_type", lambda: rebalance_plan(PROBLEM, PLAN, relocate=[("E0", 48.0)])),
    "a day that is no text": (
        "wrong_type",
        lambda: rebalance_plan(PROBLEM, PLAN, close=["E0"], effective=date(2026, 1, 1)),
    ),
    "transfers of a word": (
        "wrong_type",
        lambda: rebalance_plan(PROBLEM, PLAN, close=["E0"], max_transfers="x"),
    ),
    "points of a folder": ("wrong_type", lambda: locate_points("plan", PLAN, 48.0, 33.0)),
    "a number for a household": ("wrong_type", lambda: explain_household(PROBLEM, PLAN, 3)),
    "a number for an applicant": ("wrong_type", lambda: explain_applicant(PROBLEM, PLAN, 3)),
    "nothing for a center": ("wrong_type", lambda: explain_center(PROBLEM, PLAN, None)),
    "a folder to draw": ("wrong_type", lambda: draw("out", plan="plan")),
    "a page of a number": ("not_a_path", lambda: draw(3, plan=PLAN)),
    "a language that is none": ("no_such_language", lambda: draw("out", plan=PLAN, lang="de")),
    "boundaries in a list": ("wrong_type", lambda: draw("out", plan=PLAN, boundaries=["county"])),
    "changes of folders": ("wrong_type", lambda: draw_changes("out", "before", "after")),
    "a nation of nothing": ("nothing_given", lambda: draw_nation("out", summaries=[], km={})),
    "a report of a plan": ("not_a_path", lambda: write_report(PLAN, "out")),
    "a report in no language": ("no_such_language", lambda: write_report("plan", "out", lang="de")),
    "layers of a number": ("not_a_path", lambda: around_of(3)),
    "units of a folder": ("wrong_type", lambda: units_of("plan")),
    "ways of a folder": ("wrong_type", lambda: ways_of("plan", PLAN)),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_of_another_kind_is_refused_in_a_sentence(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, call = WRONG[what]
    with pytest.raises(SitingError) as error:
        call()
    assert error.value.code == code
    assert error.value.said("fa") != error.value.said("en")
    assert list(tmp_path.iterdir()) == []


def test_a_path_may_be_text_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.toml").write_text("max_cases = 440", encoding="utf-8")
    assert read_rules("rules.toml").max_cases == 440
    problem = demo_problem("lorestan", scale=0.02)
    save_plan("plan", problem, plan_sites(problem, ties=TieBreak(seed=1)))
    assert Casebook.open("plan/casebook.gpkg").version == 1
    assert draw("map", plan=open_plan("plan")[1]).is_file()
    assert "report.html" in write_report("plan", "report").files
    assert 'lang="en"' in Path("report/report.html").read_text(encoding="utf-8")[:400]


def test_households_are_located_by_places_of_ones_own(tmp_path: Path) -> None:
    rows = ("household_id,lon,lat,province,county,place", "H1,48.35,33.49,لرستان,خرم‌آباد,")
    located = "H2,,,لرستان,خرم‌آباد,چشمه‌کبود"
    (tmp_path / "households.csv").write_text("\n".join([*rows, located]), encoding="utf-8")
    own = "name,province,county,lon,lat\nچشمه‌کبود,لرستان,خرم‌آباد,48.40,33.50\n"
    (tmp_path / "places.csv").write_text(own, encoding="utf-8")
    with_own = read_problem(tmp_path / "households.csv", gazetteer=str(tmp_path / "places.csv"))
    without = read_problem(tmp_path / "households.csv")
    known = with_own.households.set_index("household_id")
    assert (known.loc["H2", "lon"], known.loc["H2", "lat"]) == (48.40, 33.50)
    assert without.households.set_index("household_id").loc["H2", "reason"] == "no_location"


def test_a_traceback_tells_which_rows_are_at_fault(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as error:
        read_problem(tmp_path / "none.csv")
    assert error.value.failures[0].line() in "\n".join(error.value.__notes__)
