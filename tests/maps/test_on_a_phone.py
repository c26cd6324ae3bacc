"""A reviewer's phone: names do not lie on one another, and what was chosen is not under what tells of it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from maps import Missing, draw, draw_nation
from tests.maps.conftest import plan_of, problem_of, scatter
from tests.maps.drawn_nation import summary_of
from tests.maps.test_in_a_browser import browser, opened, with_script

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan

__all__ = ["browser"]
PHONE, DESK = "400,800", "1400,900"
TELL = """
const boxes = (selector) =>
  [...document.querySelectorAll(selector)]
    .filter((one) => getComputedStyle(one).visibility === "visible")
    .map((one) => one.getBoundingClientRect())
    .map(({ left, right, top, bottom }) => [left, right, top, bottom]);
addEventListener("load", () => setTimeout(() => {
  const seen = {
    names: boxes(".label bdi"),
    counties: boxes(".label:not(.town) bdi").length,
    all: document.querySelectorAll(".label:not(.town) bdi").length,
    marks: boxes("#stage .leaflet-marker-icon.mark"),
    wide: document.documentElement.scrollWidth <= innerWidth,
  };
  CHOOSE
  const note = document.createElement("output");
  note.id = "seen";
  note.textContent = JSON.stringify(seen);
  document.body.append(note);
}, 400));
"""
SOUTHERNMOST = """
  const { centers } = shown;
  const souther = (one, other) => (other.lonlat[1] < one.lonlat[1] ? other : one);
  const lowest = centers.indexOf(centers.reduce(souther));
  const mark = document.querySelectorAll("#stage .leaflet-marker-icon.mark")[lowest];
  mark.click();
  dispatchEvent(new Event("resize"));
  const at = mark.getBoundingClientRect();
  seen.above = at.bottom < document.getElementById("detail").getBoundingClientRect().top;
  seen.told = document.getElementById("detail-body").textContent;
"""


@pytest.fixture(scope="module")
def crowded() -> Plan:
    """Eleven counties, so that their names and centers crowd a small screen."""
    return plan_of(problem_of(scatter(3000, 11)), 40)


def seen_in(browser: str, page: Path, profile: Path, size: str, choose: str = "") -> dict[str, Any]:
    with_script(page, TELL.replace("CHOOSE", choose))
    markup, complaints = opened(browser, page, profile, size)
    assert complaints == ""
    found = re.search(r'<output id="seen">(.*?)</output>', markup)
    assert found
    told: dict[str, Any] = json.loads(unescape(found.group(1)))
    return told


def shared(one: list[float], other: list[float]) -> float:
    wide = min(one[1], other[1]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[2], other[2])
    return max(wide, 0) * max(high, 0)


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_no_name_lies_on_another_and_few_on_marks(
    browser: str, crowded: Plan, tmp_path: Path, size: str, lang: Any
) -> None:
    seen = seen_in(browser, draw(tmp_path / "map", plan=crowded, lang=lang), tmp_path / "profile", size)
    names, marks = seen["names"], seen["marks"]
    assert seen["wide"]
    assert seen["counties"] >= 0.8 * seen["all"]
    assert not [1 for at, one in enumerate(names) for other in names[:at] if shared(one, other) > 1]
    hidden = [1 for mark in marks if any(shared(name, mark) > 0.5 * shared(mark, mark) for name in names)]
    assert len(hidden) <= 0.05 * len(marks)


def test_a_chosen_center_stays_in_sight_above_the_sheet_also_when_the_page_is_resized(
    browser: str, plan: Plan, tmp_path: Path
) -> None:
    page = draw(tmp_path / "map", plan=plan)
    assert seen_in(browser, page, tmp_path / "profile", PHONE, SOUTHERNMOST)["above"]


def test_a_county_is_told_in_the_readers_language(browser: str, plan: Plan, tmp_path: Path) -> None:
    for lang, name in (("en", "CountyKhorramabad"), ("fa", "شهرستانخرم")):
        page = draw(tmp_path / lang, plan=plan, lang=lang)
        assert name in seen_in(browser, page, tmp_path / "profile", DESK, SOUTHERNMOST)["told"]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_missing_provinces_fit_the_page(browser: str, plan: Plan, tmp_path: Path, size: str) -> None:
    lost = [Missing(name, 180, "its county is not given " * 9, "missing_unit") for name in ("ایلام", "قم")]
    page = draw_nation(
        tmp_path / "map",
        summaries=[summary_of(plan)],
        km={"mean": 4.6, "median": 3.2, "p90": 9.9},
        missing=lost,
    )
    told = page.read_text(encoding="utf-8")
    assert "2 provinces are not planned" in told
    assert "۲ استان برنامه‌ریزی نشده‌اند" in told
    assert seen_in(browser, page, tmp_path / "profile", size)["wide"]
