"""Before and after: the figures of `siting compare`, flows of many, and a page that shows them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from data.casebook import CASEBOOK, Casebook
from data.compare.comparing import compare
from data.compare.files import record
from data.compare.sides import side
from data.errors import SitingError
from data.folder import write_folder, write_plan
from data.verify import verify
from door.compared import draw_compared
from maps.compare_facts import change_class, change_limits, flows, way_classes
from maps.compare_page import CHANGE_COLOURS
from maps.page import asset
from siting.ground.neighbourhoods import partition
from tests.data.network import Network, network
from tests.maps.browsing import DESK, PHONE, seen_after
from tests.maps.test_center_page import data_of, told
from tests.maps.test_in_a_browser import browser

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan

__all__ = ["browser"]
RUN = {"command": "plan", "seed": 0}
HOUSEHOLD = re.compile(r"\b[AB]-\d{4}\b")
HOSTILE = "</script><script>document.title='taken'</script>`${1}`\\\"'\u202e=cmd|x"


def grounded(made: Network, name: str = "") -> Plan:
    """Return the network's plan, its ground parted and its rules told."""
    plan = made.plan()
    told_rules = {**plan.provenance, "rules": made.problem.rules.as_dict()}
    ground = partition(made.problem, plan.assignments, plan.centers)
    km = plan.assignments.groupby("center_id")["km"]
    ways = {"km_median": km.median().round(3), "km_p90": km.quantile(0.9).round(3)}
    centers = plan.centers.assign(**{name: plan.centers["center_id"].map(one) for name, one in ways.items()})
    centers = centers.assign(name=name) if name else centers
    return replace(plan, centers=centers, neighbourhoods=ground, provenance=told_rules)


def founded(out: Path, made: Network, *, name: str = "") -> Path:
    def fill(folder: Path) -> None:
        plan = grounded(made, name)
        write_plan(folder, made.problem, plan, verify(made.problem, plan), run=RUN)

    write_folder(out, overwrite=False, fill=fill)
    return out


def followed(out: Path, first: Network, to_existing: int, *, name: str = "") -> Path:
    """Add a version in which the first so many households of county A are the existing center's."""
    second = grounded(replace(first, serves=network(to_existing=to_existing).serves), name)
    Casebook.open(out / CASEBOOK).commit(
        second, verify(first.problem, second), kind="rebalance", who="planner", why="some go"
    )
    return out


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions: then fifty households go from the existing center to C-P1, then eight come back."""
    first = network()
    out = founded(tmp_path_factory.mktemp("before") / "plan", first)
    return followed(followed(out, first, 250), first, 258)


@pytest.fixture(scope="module")
def page(plan: Path) -> Path:
    return draw_compared(plan, ("1", "2"), None, lang="en") / "index.html"


def test_the_page_stands_beside_the_plan_under_both_versions(plan: Path, page: Path) -> None:
    assert page.parent == plan.resolve().parent / "plan-compare-1-2"
    assert {one.name for one in page.parent.iterdir()} == {"index.html"}


def test_the_legend_has_the_marks_that_the_map_has(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    legend = text[text.index('<section class="legend">') : text.index('<section class="sums">')]
    stay = [one for one in data_of(page)["centers"] if one["there"] == "both" and not one["moved"]]
    marks = {f"{one['area']} {one['status']}" for one in stay}
    assert marks
    assert marks <= set(re.findall(r'class="mark ([\w ]+)"', legend))
    assert set(re.findall(r'class="mark (\w+ \w+)"', legend)) == marks


def test_figures_are_those_of_siting_compare(plan: Path, page: Path) -> None:
    found = compare(side(plan.with_name("plan@1")), side(plan.with_name("plan@2")))
    public, exact = record(found, 11), record(found)
    drawn = data_of(page)
    by_id = {row["center_id"]: row for row in exact["loads"]}
    for center in drawn["centers"]:
        row = by_id[center["id"]]
        assert center["loads"] == [row["cases_before"], row["cases_after"]]
        assert center["households"] == [row["households_before"], row["households_after"]]
    rows = [row for row in public["transfers_centers"] if row["households"]]
    ids = [center["id"] for center in drawn["centers"]]
    shown = [(ids[one["from"]], ids[one["to"]], one["households"]) for one in drawn["flows"]]
    assert shown == [(row["from_center"], row["to_center"], row["households"]) for row in rows]
    assert shown == [("E1", "C-P1", 44)]
    for lang in ("en", "fa"):
        assert unescape(public["sentence"][lang]) in told(page, lang)
    words = told(page)
    for end in ("a", "b"):
        for value in (public[end]["km"]["mean"], public[end]["gini"]):
            assert str(value) in words


def test_a_flow_of_few_is_not_counted_and_has_no_arrow(plan: Path) -> None:
    page = draw_compared(plan, ("2", "3"), None, lang="en") / "index.html"
    drawn = data_of(page)
    assert drawn["flows"] == drawn["rest"] == []
    # Where eight go and where nobody goes is told alike.
    assert {(center["left"], center["came"]) for center in drawn["centers"]} == {(None, None)}
    assert "Between no two centers 11 households or more are transferred." in told(page)
    assert "میان هیچ دو مرکزی ۱۱ خانوار یا بیشتر جابه‌جا نمی‌شوند." in told(page, "fa")
    # Eight make no release: the ground stays. Loads are official figures.
    assert drawn["grounds"][0] == drawn["grounds"][1]
    assert {tuple(center["loads"]) for center in drawn["centers"] if center["change"]} == {
        (260, 268),
        (450, 442),
    }


def test_every_other_count_is_a_multiple_of_k(plan: Path) -> None:
    found = compare(side(plan.with_name("plan@1")), side(plan.with_name("plan@2")))
    for least in (1, 7, 11):
        going = flows(found, least)
        assert all(one["households"] % least == 0 for one in going)
        ways = way_classes(pd.Series([0.2] * 25 + [-3.0] * 4 + [0.0] * 9 + [float("nan")]), least)
        assert {one[way] for one in ways for way in ("nearer", "further")} <= {None, *range(0, 26, least)}
    assert ways[0] == {"first": 0, "last": 0.5, "nearer": None, "further": 22}
    assert ways[3] == {"first": 2, "last": 5, "nearer": None, "further": None}


def test_classes_of_change_are_even_on_both_sides() -> None:
    limits = change_limits(150)
    assert limits == (1, 50, 150)
    assert [change_class(one, limits) for one in (-150, -50, -1, 0, 1, 49, 50, 150)] == [
        0,
        1,
        2,
        3,
        4,
        4,
        5,
        6,
    ]


def test_the_legend_has_the_colours_of_the_map() -> None:
    style = asset("compare.css")
    assert all(
        f".change-{step} {{ --load: {colour}; }}" in style for step, colour in enumerate(CHANGE_COLOURS)
    )


def test_no_household_is_in_the_page(plan: Path, page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    assert not HOUSEHOLD.search(content)
    people = Casebook.open(plan / CASEBOOK).problem().households
    points = {(f"{lon:.5f}", f"{lat:.5f}") for lon, lat in zip(people["lon"], people["lat"], strict=True)}
    assert not [lon for lon, lat in points if f"{lon},{lat}" in content or f"{lat},{lon}" in content]


def test_the_same_versions_give_the_same_bytes(plan: Path, page: Path, tmp_path: Path) -> None:
    again = draw_compared(plan, ("1", "2"), tmp_path / "again", lang="en") / "index.html"
    assert again.read_bytes() == page.read_bytes()


def test_both_sides_say_where_they_are_from(plan: Path, page: Path) -> None:
    words = told(page)
    for entry in Casebook.open(plan / CASEBOOK).log()[:2]:
        assert entry.hash in words
        assert f"Version {entry.version} of the plan · {entry.day}" in words


def test_another_plan_and_equal_versions_are_compared_too(plan: Path, tmp_path: Path) -> None:
    other = founded(tmp_path / "other", network(in_b=180))
    drawn = draw_compared(plan, ("1", str(other)), None, lang="en")
    assert drawn.name == "plan-compare-1-other"
    assert "20" in told(drawn / "index.html")
    same = draw_compared(plan, ("2", "2"), tmp_path / "same", lang="en")
    assert "A and B do not differ" in told(same / "index.html")


def test_arrows_that_would_hide_one_another_are_not_drawn(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.compare_page.MOST_CHANGED", 1)
    page = draw_compared(plan, ("1", "2"), tmp_path / "page", lang="en") / "index.html"
    drawn = data_of(page)
    assert drawn["flows"] == []
    assert [one["households"] for one in drawn["rest"]] == [44]
    assert "2 centers change: arrows would hide one another" in told(page)


def test_a_nation_is_drawn_by_its_provinces(plan: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(plan, tmp_path / name / "provinces" / "15")
        summary = {"provinces": [{"code": "15", "province": "لرستان"}]}
        (tmp_path / name / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    drawn = data_of(
        draw_compared(tmp_path / "one", (str(tmp_path / "one"), str(tmp_path / "two")), None, lang="fa")
        / "index.html"
    )
    assert drawn["grounds"] == [[], []]
    assert len(drawn["outlines"]) == 1
    assert [label["names"]["en"] for label in drawn["labels"]] == ["Lorestan"]


def test_a_page_is_not_written_into_a_plan_nor_over_something_else(plan: Path, tmp_path: Path) -> None:
    with pytest.raises(SitingError, match="plan"):
        draw_compared(plan, ("1", "2"), plan / "changes", lang="en")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(SitingError) as refused:
        draw_compared(plan, ("1", "2"), tmp_path / "mine", lang="en", overwrite=True)
    assert refused.value.code == "not_a_map_folder"
    with pytest.raises(SitingError) as unknown:
        draw_compared(plan, ("1", "9"), tmp_path / "new", lang="en")
    assert unknown.value.code == "no_such_version"


VIEWS = """
  const areas = () => all("#stage path.leaflet-interactive:not(.flow)");
  const fills = () => new Set(areas().map((one) => one.getAttribute("fill"))).size;
  const look = () => ({ areas: areas().length, arrows: all("path.flow").length, fills: fills() });
  seen.changes = look();
  for (const view of ["before", "after"]) {
    const choice = $(`input[value=${view}]`);
    choice.click();
    seen[view] = { ...look(), legend: getComputedStyle($(`.by-${view}`)).display };
  }
  $("input[value=changes]").click();
  $("button[data-center]").click();
  seen.told = $("#detail-body").textContent;
  seen.focus = document.activeElement.tagName;
  seen.wide = page.scrollWidth <= innerWidth;
  press("Escape", document.body);
  seen.left = $("#detail-body").textContent;
  $("#switch").click();
  seen.sentence = $(".sentence .fa").getBoundingClientRect().width > 0;
  const mark = $("#stage .mark");
  press("Enter", mark);
  seen.reached = $("#detail-body").textContent.length > 0;
"""


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_views_change_and_a_center_tells_who_comes_and_goes(browser: str, page: Path, size: str) -> None:
    seen: dict[str, Any] = seen_after(browser, page, VIEWS, size=size)
    assert seen["changes"] == {"areas": 3, "arrows": 1, "fills": 3}
    for view in ("before", "after"):
        assert seen[view]["areas"] == 3
        assert seen[view]["arrows"] == 0
        assert seen[view]["legend"] == "block"
    assert "44" in seen["told"]
    assert seen["focus"] == "H3"
    assert seen["wide"]
    assert seen["left"] == ""
    assert seen["sentence"]
    assert seen["reached"]


def test_hostile_names_are_shown_as_text(browser: str, tmp_path: Path) -> None:
    first = network()
    name = HOSTILE * 40
    out = followed(founded(tmp_path / "plan", first, name=name), first, 250, name=name)
    page = draw_compared(out, ("1", "2"), None, lang="en") / "index.html"
    tell = """
      $("button[data-center]").click();
      seen.title = document.title;
      seen.told = $("#detail-body h3").textContent;
    """
    seen = seen_after(browser, page, tell)
    assert seen["title"] != "taken"
    # What turns the direction of a text is not read from a file at all.
    assert HOSTILE.replace("\u202e", "") in seen["told"]
