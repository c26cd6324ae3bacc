"""What a reader does with the page of a plan: finds, clicks, colours, goes on by keyboard, prints."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from data.privacy.publishing import published
from maps import draw
from maps.center_page import draw_centers
from maps.page import asset
from tests.maps.browsing import DESK, PHONE, seen_after
from tests.maps.conftest import plan_of, problem_of, scatter
from tests.maps.test_in_a_browser import browser

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

__all__ = ["browser"]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return problem_of(scatter(4000, 2, seed=3))


@pytest.fixture(scope="module")
def plan(problem: Problem) -> Plan:
    """Centers of names of their own, one without a household; and households without a center."""
    made = plan_of(problem, 12)
    centers = made.centers.assign(name=[f"مرکز نیکی {n}" for n in range(len(made.centers))], max_cases=5000)
    idle = centers.iloc[[-1]].assign(
        center_id="C-IDLE", cases=0, households=0, caseworkers=0, km_median=np.nan, km_p90=np.nan, name="Idle"
    )
    lost = pd.DataFrame(
        {
            "household_id": made.assignments["household_id"].iloc[:14],
            "reason": "no_capacity",
            "vacancy_id": "",
            "cases": 1,
        }
    )
    return replace(made, centers=pd.concat([centers, idle], ignore_index=True), unassigned=lost)


@pytest.fixture(scope="module")
def page(problem: Problem, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("map")
    shown = published(problem, plan)
    draw_centers(folder, plan=shown.plan, places=shown.places)
    return draw(folder, plan=plan, shown=shown, center_pages=True)


def test_a_center_is_found_by_name_number_place_county_and_town(browser: str, page: Path) -> None:
    typed = ["نيكي ٣", "c-0003", "خرم‌آباد شمالی", "KHORRAM", "بروجرد", "Borujerd"]
    do = f"""
      seen.each = {json.dumps(typed)}.map((one) => {{
        $("#detail").classList.remove("open");
        const found = search(one).length, said = $("#find-said").textContent;
        $("#found button").click();
        const open = $("#detail").classList.contains("open");
        return {{ found, said, open, left: all("#found button").length }};
      }});
    """
    each = seen_after(browser, page, do)["each"]
    assert len(each) == len(typed)
    for name, seen in zip(typed, each, strict=True):
        assert seen["found"] >= 1, name
        assert (seen["said"], seen["open"], seen["left"]) == (f"{seen['found']} found", True, 0), name


def test_a_neighbourhood_finds_its_center_also_where_that_has_a_name_of_its_own(
    browser: str, page: Path, plan: Plan
) -> None:
    ground = plan.neighbourhoods.iloc[4]
    seen = seen_after(
        browser, page, f"seen.found = search({ground['name']!r}).map((one) => one.textContent);"
    )
    own = plan.centers.set_index("center_id").loc[ground["center_id"], "name"]
    assert seen["found"][0].startswith(own)


def test_nothing_of_that_name_is_said(browser: str, page: Path) -> None:
    seen = seen_after(browser, page, """search("zzz"); seen.said = $("#find-said").textContent;""")
    assert seen["said"] == "Nothing of that name was found."


def test_a_click_tells_what_a_center_is_and_who_beside_it_has_room(
    browser: str, page: Path, plan: Plan
) -> None:
    number = int(plan.centers["households"].where(plan.centers["status"] == "new", 0).argmax())
    do = f"""
      all("#stage .leaflet-marker-icon.mark")[{number}].click();
      seen.told = $("#detail-body").textContent;
      seen.link = $("#detail-body a.page").getAttribute("href");
      const near = all("#detail-body .near button");
      seen.near = near.length;
      const first = near[0].querySelector("bdi").textContent;
      near[0].click();
      seen.followed = $("#detail-body h3").textContent === first;
    """
    seen = seen_after(browser, page, do)
    row = plan.centers.iloc[number]
    for words in (
        f"Cases{row['cases']:,} of 5,000",
        f"Caseworkers{row['caseworkers']}",
        f"Median straight-line distance (km){row['km_median']:.1f}",
        f"90 in 100 nearer than (km){row['km_p90']:.1f}",
        "Applicantnatural person",
        f"Applicant's own order{row['preference']}",
        "Neighbours with free places",
    ):
        assert words in seen["told"]
    assert seen["near"] > 0
    assert seen["followed"]
    assert seen["link"] == f"centers/{row['center_id']}.html"
    assert (page.parent / seen["link"]).is_file()


def test_colours_show_load_or_distance_and_grey_where_there_is_no_data(
    browser: str, page: Path, plan: Plan
) -> None:
    do = """
      const fills = () => all("#stage path.leaflet-interactive").map((one) => one.getAttribute("fill"));
      seen.load = fills();
      seen.legends = [getComputedStyle($(".by-load")).display, getComputedStyle($("div.by-km")).display];
      $("input[value=km]").click();
      seen.km = fills();
      seen.after = [getComputedStyle($(".by-load")).display, getComputedStyle($("div.by-km")).display];
      seen.colours = shown.km_colours;
      seen.grey = shown.no_data;
      seen.idle = shown.centers.find((one) => one.id === "C-IDLE").km_class;
      seen.legend = $(".legend").innerText;
    """
    seen = seen_after(browser, page, do)
    limits = [1, 2.5, 5, 10]
    ground = plan.centers.set_index("center_id").loc[plan.neighbourhoods["center_id"], "km_median"]
    assert seen["km"] == [seen["colours"][int(np.digitize(km, limits))] for km in ground.round(1)]
    assert set(seen["load"]).isdisjoint(seen["km"])
    assert (seen["legends"], seen["after"]) == (["block", "none"], ["none", "block"])
    assert seen["idle"] is None
    assert seen["grey"] in asset("page.css")
    assert re.search(r"no data \(nobody is served there\)\s*1 center", seen["legend"])


def test_every_layer_can_be_taken_off(browser: str, page: Path) -> None:
    do = """
      const count = () => all("#stage .leaflet-marker-icon, #stage path").length;
      seen.steps = all(".leaflet-control-layers-overlays input").map((box) => {
        const before = count();
        box.click();
        return [box.parentNode.querySelector(".en").textContent.trim(), before - count()];
      });
    """
    steps = dict(seen_after(browser, page, do)["steps"])
    assert {"Neighbourhoods", "Borders", "Names", "Towns and villages", "Centers"} <= set(steps)
    for name in ("Neighbourhoods", "Borders", "Names", "Towns and villages", "Centers", "Without a center"):
        assert steps[name] > 0, name


def test_the_keyboard_reaches_what_the_mouse_does(browser: str, page: Path) -> None:
    do = """
      search("نیکی");
      press("ArrowDown", $("#find"));
      seen.first = document.activeElement === all("#found button")[0];
      press("ArrowDown", document.activeElement);
      seen.second = document.activeElement === all("#found button")[1];
      press("Escape", document.activeElement);
      seen.cleared = $("#find").value === "" && document.activeElement === $("#find");
      const mark = $("#stage .leaflet-marker-icon.mark");
      seen.mark = [mark.tabIndex, mark.getAttribute("role"), mark.getAttribute("aria-label").length > 0];
      mark.focus();
      press("Enter", mark);
      seen.told = document.activeElement === $("#detail-body h3");
      press("Escape", document.activeElement);
      seen.closed = !$("#detail").classList.contains("open");
      seen.back = document.activeElement === mark;
      search("c-0001");
      press("Enter", $("#find"));
      seen.chosen = $("#detail-body").textContent.includes("C-0001");
      const order = all("a, button, input, summary").filter((one) => one.offsetParent && one.tabIndex >= 0);
      seen.skip = order[0].getAttribute("href");
    """
    seen = seen_after(browser, page, do)
    assert seen["mark"] == [0, "button", True]
    assert seen["skip"] == "#stage"
    for step in ("first", "second", "cleared", "told", "closed", "back", "chosen"):
        assert seen[step], step


def test_who_has_no_center_is_counted_on_the_map_in_steps_of_k(browser: str, page: Path) -> None:
    seen = seen_after(browser, page, """seen.badges = all("#stage .badge").map((one) => one.textContent);""")
    assert set(seen["badges"]) <= {"11", "under 11"}
    assert seen["badges"]


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_it_fits_the_screen_in_both_languages(
    browser: str,
    problem: Problem,
    plan: Plan,
    tmp_path: Path,
    *,
    size: str,
    lang: Any,
) -> None:
    made = draw(tmp_path, plan=plan, lang=lang, shown=published(problem, plan))
    do = """
      seen.wide = document.documentElement.scrollWidth <= innerWidth;
      const panel = $(".panel");
      seen.panel = panel.scrollWidth <= panel.clientWidth || getComputedStyle(panel).display === "contents";
      seen.north = getComputedStyle($(".north"), "::after").content;
      const top = (selector) => $(selector).getBoundingClientRect().top + scrollY;
      seen.first = innerWidth > 700 || (top("h1") < top(".synthetic") && top(".synthetic") < top("#stage"));
      seen.scale = $(".leaflet-control-scale-line").textContent;
      seen.figure = $(".figures dd").innerText;
      search("C-0001")[0].click();
    """
    seen = seen_after(browser, made, do, size=size)
    assert seen["wide"]
    assert seen["panel"]
    assert seen["first"]
    assert seen["north"] == ('"ش"' if lang == "fa" else '"N"')
    assert seen["scale"].endswith("کیلومتر" if lang == "fa" else "km")
    assert seen["figure"] == ("۴٬۰۱۴" if lang == "fa" else "4,014")


def test_on_paper_the_map_lies_beside_its_legend_and_the_table_follows(browser: str, page: Path) -> None:
    do = """
      const box = (one) => one.getBoundingClientRect();
      dispatchEvent(new Event("beforeprint"));
      seen.a4 = [box($("#stage")).width, box($("#stage")).height].map(Math.round);
      seen.rows = all("#table tbody tr").length;
      dispatchEvent(new Event("afterprint"));
      document.documentElement.dataset.paper = "a3";
      dispatchEvent(new Event("beforeprint"));
      seen.a3 = [box($("#stage")).width, box($("#stage")).height].map(Math.round);
      const shape = box($(".leaflet-overlay-pane svg g"));
      seen.inside = shape.right <= box($("#stage")).right + 1 && shape.bottom <= box($("#stage")).bottom + 1;
      dispatchEvent(new Event("afterprint"));
      seen.rows_told = $("#table").textContent.includes("C-0003");
    """
    seen = seen_after(browser, page, do)
    millimetres = 96 / 25.4
    assert seen["a4"] == pytest.approx([202 * millimetres, 170 * millimetres], abs=2)
    assert seen["a3"] == pytest.approx([307 * millimetres, 254 * millimetres], abs=2)
    assert seen["inside"]
    assert seen["rows"] == 13
    assert seen["rows_told"]
