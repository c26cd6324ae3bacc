"""The page of one center: its load, who would come next, its neighbours, its places."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from data.geodesy import LCC
from data.plan import Bound
from data.privacy.publishing import published
from maps.center_page import draw_centers
from maps.load_bar import WIDTH, LoadBar
from maps.runner_up import runner_ups
from tests.maps.browsing import DESK, PHONE, seen_after
from tests.maps.test_in_a_browser import browser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

__all__ = ["browser"]


def drawn(folder: Path, problem: Problem, plan: Plan, **options: Any) -> Path:
    shown = published(problem, plan)
    draw_centers(folder, plan=shown.plan, places=shown.places, judged=plan, **options)
    return folder / "centers"


def told(page: Path, lang: str = "en") -> str:
    """Return what a page says in a language, in one line."""
    markup = re.sub(r"<(script|style).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    other = "fa" if lang == "en" else "en"
    markup = re.sub(rf'<(span|div) class="{other}".*?</\1>', "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    told_data: dict[str, Any] = json.loads(found.group(1))
    return told_data


def with_next(plan: Plan, extra_km: float, *, gap_km: float | None = 50.0) -> Plan:
    reserves = pd.DataFrame(
        {"center_id": ["C-0001"], "applicant_id": ["A-99"], "site_id": ["A-99-1"], "extra_km": [extra_km]}
    )
    bound = None if gap_km is None else Bound(plan.objective_km - gap_km, pd.Series(dtype=float), {})
    return replace(plan, reserves=reserves, bound=bound)


def test_every_center_has_a_page_that_leads_back_and_to_its_neighbours(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    pages = drawn(tmp_path, problem, plan)
    for center in plan.centers["center_id"]:
        page = (pages / f"{center}.html").read_text(encoding="utf-8")
        links = re.findall(r'href="([^"#:]+\.html)"', page)
        assert links[0] == "../index.html"
        assert all((pages / link).is_file() for link in links[1:])


def test_neighbours_are_told_with_their_distance_and_free_places(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    roomy = replace(plan, centers=plan.centers.assign(max_cases=5000))
    pages = drawn(tmp_path, problem, roomy)
    units = roomy.centers.set_index("center_id")
    for center in ("C-0001", "C-0007"):
        page = (pages / f"{center}.html").read_text(encoding="utf-8")
        rows = re.findall(r'<tr><td><a href="([^"]+)\.html">.*?</tr>', page)
        cells = re.findall(
            r'<tr><td><a href="[^"]+">.*?</a></td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', page
        )
        assert rows
        for other, (_, load, free) in zip(rows, cells, strict=True):
            row = units.loc[other]
            assert f">{row['cases']:,}<" in load
            own = row["unit"] == units.loc[center, "unit"]
            assert (f">{5000 - row['cases']:,}<" in free) if own else free == "–"


def test_places_are_named_from_k_households_on_and_the_rest_gathered(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    pages = drawn(tmp_path, problem, plan)
    named = published(problem, plan).places
    assert len(named)
    for row in named.itertuples():
        page = told(pages / f"{row.center_id}.html")
        assert ("other places" if row.place == "(other places)" else row.place) in page


def test_the_page_says_that_counts_of_places_are_rounded_and_what_its_colours_are(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    pages = drawn(tmp_path, problem, plan)
    few = replace(problem, rules=replace(problem.rules, privacy_k=13))
    more = replace(plan, provenance={**plan.provenance, "rules": few.rules.as_dict()})
    told_of = {
        k: told(page / "C-0001.html") for k, page in ((11, pages), (13, drawn(tmp_path / "k", few, more)))
    }
    for k, words in told_of.items():
        assert f"Counts in this table are multiples of {k}, rounded down" in words
        assert f"Every other count is a multiple of {k}" in words
    page = (pages / "C-0001.html").read_text(encoding="utf-8")
    own = data_of(pages / "C-0001.html")["centers"]
    legend = page[page.index('<section class="legend">') : page.index('<section class="neighbours">')]
    assert set(re.findall(r"swatch class-(\d)", legend)) == {str(one["class"]) for one in own}
    assert set(re.findall(r'class="mark (\w+ \w+)"', legend)) == {
        f"{one['area']} {one['status']}" for one in own
    }


@pytest.mark.parametrize(
    ("load", "step"), [(0, "under"), (149, "under"), (150, "within"), (450, "within"), (451, "over")]
)
def test_the_bar_stands_against_150_and_450(load: int, step: str) -> None:
    bar = LoadBar(load, 150, 450)
    assert bar.step == step
    assert 0 <= bar.at(load) < WIDTH
    assert bar.at(150) == pytest.approx(bar.at(450) / 3, abs=0.1)
    assert bar.at(450) < WIDTH


def test_the_bar_runs_from_the_right_in_persian(problem: Problem, plan: Plan, tmp_path: Path) -> None:
    page = (drawn(tmp_path, problem, plan) / "C-0003.html").read_text(encoding="utf-8")
    english, persian = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    width = re.search(r'class="(?:under|within|over)" x="([\d.]+)" y="4" width="([\d.]+)"', persian)
    assert width
    assert float(width[1]) + float(width[2]) == pytest.approx(WIDTH)
    assert re.search(r'class="(?:under|within|over)" x="0"', english)
    assert "150" in english
    assert "۱۵۰" in persian


@pytest.mark.parametrize(
    ("extra_km", "gap_km", "tie"),
    [(12.34, 50.0, True), (60.0, 50.0, False), (12.34, None, False), (-3.0, 50.0, False)],
)
def test_a_runner_up_within_the_gap_is_a_near_tie(
    plan: Plan, extra_km: float, gap_km: float | None, *, tie: bool
) -> None:
    assert runner_ups(with_next(plan, extra_km, gap_km=gap_km))["C-0001"].near_tie == tie


def test_who_would_have_come_next_is_told_coarsely_and_without_a_name(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    pages = drawn(tmp_path, problem, with_next(plan, 12.345))
    page = told(pages / "C-0001.html")
    assert "would cost 12 km more" in page
    assert "gap to its proven bound (50 km)" in page
    assert "A-99" not in (pages / "C-0001.html").read_text(encoding="utf-8")
    assert "Next best applicant" not in told(pages / "C-0003.html")
    persian = told(drawn(tmp_path / "fa", problem, with_next(plan, -4.0), lang="fa") / "C-0001.html", "fa")
    assert "دست‌کم به همین خوبی" in persian


def test_the_county_is_outlined_from_its_polygon_else_from_its_neighbourhoods(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    county = str(plan.centers["county"].iloc[0])
    around = gpd.GeoSeries([shapely.box(48.6, 33.7, 48.9, 34.1)], crs="EPSG:4326").to_crs(LCC)
    layer: Mapping[str, gpd.GeoDataFrame] = {
        "county": gpd.GeoDataFrame({"name": [county], "province": ["لرستان"]}, geometry=around)
    }
    given = data_of(drawn(tmp_path / "a", problem, plan, boundaries=layer) / "C-0001.html")
    made = data_of(drawn(tmp_path / "b", problem, plan) / "C-0001.html")
    corner = shapely.Point(48.9, 33.7)
    for data, own in ((given, True), (made, False)):
        assert data["lines"][0]["level"] == "county"
        points = [(lon, lat) for part in data["lines"][0]["parts"] for lat, lon in part]
        assert (shapely.MultiPoint(points).distance(corner) < 1e-4) == own
    assert [one["names"]["en"] for one in made["labels"] if "kind" not in one] == ["Borujerd"]
    assert [one["kind"] for one in made["labels"][:2]] == ["own", "center"]


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_it_opens_beside_its_assets_alone_and_fits(
    browser: str,
    problem: Problem,
    plan: Plan,
    tmp_path: Path,
    *,
    size: str,
    lang: Any,
) -> None:
    pages = drawn(tmp_path, problem, with_next(plan, 12.0), lang=lang)
    do = """
      seen.wide = document.documentElement.scrollWidth <= innerWidth;
      seen.font = [...document.fonts].every((one) => one.status === "loaded");
      const top = (selector) => $(selector).getBoundingClientRect().top + scrollY;
      seen.first = innerWidth > 700 || (top("h1") < top("#stage") && top("#stage") < top(".figures"));
      seen.marks = all("#stage .leaflet-marker-icon.mark").length;
      const address = (one) => one.getAttribute("src") || one.getAttribute("href");
      seen.needed = all("script[src], link[href]").map(address);
      const names = all("#stage .label bdi").filter((one) => getComputedStyle(one).visibility === "visible");
      seen.names = names.map((one) => one.textContent);
    """
    seen = seen_after(browser, pages / "C-0001.html", do, size=size)
    data = data_of(pages / "C-0001.html")
    assert seen["wide"]
    assert seen["font"]
    assert seen["first"]
    assert seen["marks"] == len(data["centers"]) > 1
    assert data["centers"][0]["name"] in seen["names"]
    files = [one for one in seen["needed"] if one != "data:,"]
    assert all(one.startswith("../assets/") and (pages / one).is_file() for one in files)
    assert len(files) == 5


def test_a_neighbour_is_visited_by_keyboard(
    browser: str, problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    pages = drawn(tmp_path, problem, plan)
    do = """
      const marks = all("#stage .leaflet-marker-icon.mark");
      seen.own = marks[0].tabIndex;
      seen.other = marks[1].tabIndex;
      seen.role = marks[1].getAttribute("role");
      seen.name = marks[1].getAttribute("aria-label");
    """
    seen = seen_after(browser, pages / "C-0001.html", do)
    assert (seen["own"], seen["other"], seen["role"]) == (-1, 0, "button")
    assert seen["name"] == data_of(pages / "C-0001.html")["centers"][1]["name"]
