"""Names that would be something else than text are shown as text, and change nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest

from data.privacy.publishing import published
from maps import draw
from maps.center_page import draw_centers
from tests.maps.browsing import DESK, PHONE, seen_after
from tests.maps.test_in_a_browser import browser

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

__all__ = ["browser"]
NAMES = {
    "markup": "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>",
    "template": "`${document.title='taken'}` {{ 7*7 }} {% raw %} \\u003c\\x3cscript\\\\",
    "formula": "=cmd|' /C calc'!A0",
    "long": "نامی‌که‌پایان‌ندارد" * 280,
    "wide": "W" * 5000,
    "override": "\u202e\u2067تسرپرس\u2069\u2069\u202c تهران \u202egnp.exe",
    "quotes": "\"'><style>*{display:none}</style><!-- &amp; \u2028\u2029",
}
WIDE = ("long", "wide", "override")
"""Names that may break the layout, wherever there is more room than on a phone too."""
LOOK = """
  const at = (one) => one.getBoundingClientRect();
  const shows = (one) => at(one).width > 0 && at(one).height > 0;
  const inside = (one) => at(one).left >= -1 && at(one).right <= innerWidth + 1;
  seen.title = document.title;
  seen.wide = document.documentElement.scrollWidth <= innerWidth;
  const beyond = all(".panel *").filter((one) => at(one).right > innerWidth + 1);
  seen.beyond = beyond.map((one) => one.className).slice(0, 8);
  const panel = $(".panel");
  const laid = getComputedStyle(panel).display === "contents" || panel.scrollWidth <= panel.clientWidth;
  seen.wide = seen.wide && laid;
  seen.shown = [".figures", ".origin", "#stage", "#switch"].every((one) => shows($(one)) && inside($(one)));
  seen.scripts = all("script").length;
  seen.images = all("img").length;
  seen.heading = getComputedStyle($("h1")).direction;
  seen.high = $("h1").getBoundingClientRect().height;
"""


def hostile(problem: Problem, plan: Plan, name: str) -> tuple[Problem, Plan]:
    """Return the problem and the plan with every name a hostile one."""
    county = plan.centers["county"].iloc[0]
    renamed = {county: name}
    homes = problem.households.assign(place=name, county=problem.households["county"].replace(renamed))
    told = replace(
        plan,
        centers=plan.centers.assign(name=name, kind=name, county=plan.centers["county"].replace(renamed)),
        assignments=plan.assignments.assign(county=plan.assignments["county"].replace(renamed)),
        vacancies=plan.vacancies.assign(county=name),
        neighbourhoods=plan.neighbourhoods.assign(name=name),
        unassigned=plan.unassigned.assign(reason=name),
    )
    return replace(problem, households=gpd.GeoDataFrame(homes)), told


def plain(words: str) -> str:
    """Return the letters of a name, without the marks that turn directions."""
    return re.sub(r"[\s\u202a-\u202e\u2066-\u2069]+", " ", words).strip()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("kind", NAMES)
def test_a_plans_page_shows_them_as_text(
    browser: str,
    problem: Problem,
    plan: Plan,
    tmp_path: Path,
    *,
    kind: str,
    size: str,
) -> None:
    name = NAMES[kind]
    own, told = hostile(problem, plan, name)
    page = draw(tmp_path, plan=told, shown=published(own, told), title=name, center_pages=True)
    assert "<script>document.title='taken'" not in page.read_text(encoding="utf-8")
    do = """
      all("#stage .leaflet-marker-icon.mark")[0].click();
      seen.heading_told = $("#detail-body h3").textContent;
      seen.found = search(WORDS.slice(0, 40)).length;
      dispatchEvent(new Event("beforeprint"));
      seen.cell = $("#table td").textContent;
      dispatchEvent(new Event("afterprint"));
    """.replace("WORDS", json.dumps(name).replace("<", "\\u003c"))
    seen = seen_after(browser, page, do + LOOK, size=size)
    assert plain(seen["heading_told"]) == plain(seen["cell"]) == plain(name)
    assert plain(seen["title"]) == plain(name)
    assert seen["found"] == len(plan.centers)
    assert seen["wide"], seen["beyond"]
    assert seen["shown"]
    assert seen["images"] == 0
    assert seen["heading"] == "ltr"
    assert seen["high"] < 300


@pytest.mark.parametrize("kind", NAMES)
def test_a_centers_page_shows_them_as_text(
    browser: str, problem: Problem, plan: Plan, tmp_path: Path, kind: str
) -> None:
    name = NAMES[kind]
    own, told = hostile(problem, plan, name)
    shown = published(own, told)
    draw_centers(tmp_path, plan=shown.plan, places=shown.places)
    do = """
      seen.rows = all(".neighbours td:first-child, .places td:first-child").map((one) => one.textContent);
      seen.label = $("#stage .label.own").textContent;
      seen.tall = Math.max(...all(".provinces tr").map((one) => one.getBoundingClientRect().height));
    """
    for size in (PHONE, DESK) if kind in WIDE else (PHONE,):
        seen: dict[str, Any] = seen_after(browser, tmp_path / "centers" / "C-0001.html", do + LOOK, size=size)
        assert plain(name) in {plain(one) for one in seen["rows"]}
        assert plain(seen["label"]) == plain(name)
        assert plain(seen["title"]) == plain(name)
        assert seen["wide"], seen["beyond"]
        assert seen["shown"]
        assert seen["images"] == 0
        assert seen["high"] < 300
        assert seen["tall"] < 150
