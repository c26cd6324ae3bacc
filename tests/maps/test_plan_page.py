from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from jinja2 import TemplateNotFound

from data.summary import weighted_km
from data.text import LANGS
from maps import draw
from maps.classes import (
    COLOURS,
    FULL,
    HIGH,
    KM_COLOURS,
    LOW,
    MIDDLE,
    NO_DATA_COLOUR,
    OVER,
    UNDER,
    LoadClasses,
    km_class,
    km_ranges,
)
from maps.facts import figures, measured_of
from maps.origin import Origin
from maps.page import asset, json_for_script, write_page
from maps.plan_page import LAYERS

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

HOSTILE = "</script><script>document.title='taken'</script>"


def page_of(folder: Path, plan: Plan, **options: object) -> str:
    return draw(folder, plan=plan, **options).read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_the_same_plan_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    first = draw(tmp_path / "one", plan=plan).read_bytes()
    assert first == draw(tmp_path / "two", plan=plan).read_bytes()


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_opens_in_its_language_and_carries_both(plan: Plan, tmp_path: Path, lang: str) -> None:
    page = page_of(tmp_path, plan, lang=lang)
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "fa" else "ltr"}"' in page
    assert "households behind this map are invented" in page
    assert "خانوارهای این نقشه ساختگی‌اند" in page


def test_nothing_is_fetched_from_anywhere(plan: Plan, tmp_path: Path) -> None:
    page = page_of(tmp_path, plan)
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!data:|#)", markup)
    assert not re.search(r"url\((?!data:)", re.sub(r"url\(#", "url(data:#", markup))
    said = re.sub(r"/\*.*?\*/|http-equiv", "", markup, flags=re.DOTALL)
    assert "http" not in said
    assert "sourceMappingURL" not in page
    assert "default-src &#39;none&#39;; script-src &#39;sha256-" in page
    assert "unsafe-inline" not in page


def test_no_household_is_in_the_page(plan: Plan, problem: Problem, tmp_path: Path) -> None:
    page = page_of(tmp_path, plan)
    assert not re.search(r"H-\d{6}", page)
    points = {
        f"{lon:.5f},{lat:.5f}"
        for lon, lat in zip(problem.households["lon"], problem.households["lat"], strict=True)
    }
    numbers = re.findall(r"(?<=\[)-?\d+\.\d+,-?\d+\.\d+(?=\])", page)
    written = {f"{float(x):.5f},{float(y):.5f}" for x, y in (pair.split(",") for pair in numbers)}
    assert len(written) > 100
    assert not points & written
    assert not points & {",".join(pair.split(",")[::-1]) for pair in written}


def test_hostile_names_stay_text(plan: Plan, tmp_path: Path) -> None:
    hostile = replace(
        plan,
        centers=plan.centers.assign(name=HOSTILE, kind=HOSTILE, county=HOSTILE),
        unassigned=plan.unassigned.assign(reason=HOSTILE),
        provenance={**plan.provenance, "scenario": HOSTILE},
    )
    page = page_of(tmp_path, hostile, title=HOSTILE)
    assert HOSTILE not in page
    assert data_of(page)["centers"][0]["name"] == HOSTILE


def test_json_cannot_leave_its_element() -> None:
    written = str(json_for_script({"a": "</script><!--\u2028&"}))
    assert not set(written) & set("<>&\u2028")
    assert json.loads(written) == {"a": "</script><!--\u2028&"}


def test_a_page_of_unknown_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateNotFound):
        write_page(tmp_path / "x.html", "nowhere.html", lang="en", scripts=[], data={})


@pytest.mark.parametrize(
    ("load", "step"),
    [
        (0, UNDER),
        (149, UNDER),
        (150, LOW),
        (249, LOW),
        (250, MIDDLE),
        (350, HIGH),
        (449, HIGH),
        (450, FULL),
        (451, OVER),
    ],
)
def test_load_is_judged_against_150_and_450(load: int, step: int) -> None:
    assert LoadClasses(150, 450).of([load]).tolist() == [step]


def test_a_center_of_its_own_limit_is_full_at_that_limit() -> None:
    assert LoadClasses(150, 450).of([300, 301, 300], [300, 300, np.nan]).tolist() == [FULL, OVER, MIDDLE]


def test_distances_are_weighted_by_cases(plan: Plan) -> None:
    served = weighted_km(plan.assignments["km"], plan.assignments["cases"])
    shown = figures(plan, measured_of(plan, 11))
    assert {name: shown[f"km_{name}"] for name in ("mean", "median", "p90")} == {
        name: round(served[name], 1) for name in ("mean", "median", "p90")
    }
    nobody = measured_of(replace(plan, assignments=plan.assignments.iloc[:0]), 11)
    assert nobody["km_mean"] is nobody["km_p90"] is None
    assert shown["cases"] == 4000 + 203


def test_vacancies_and_unassigned_are_counted_in_the_legend(plan: Plan, tmp_path: Path) -> None:
    page = page_of(tmp_path, plan)
    assert "no eligible site fills it" in page
    assert re.search(r"too far</span>.*?count\">.*?>under 11<", page)


def test_what_ships_from_others_is_what_they_published() -> None:
    for line in asset("SOURCES.txt").splitlines():
        digest, name, _ = line.split("  ")
        assert hashlib.sha256(files("maps").joinpath("assets", name).read_bytes()).hexdigest() == digest


def test_the_legend_shows_the_colours_of_the_map() -> None:
    style = asset("page.css")
    assert all(f".class-{step} {{ --load: {colour}; }}" in style for step, colour in enumerate(COLOURS))
    assert re.search(r"\.swatch::before {[^}]*opacity: var\(--ground-opacity\)", style)
    assert 'getPropertyValue("--ground-opacity")' in asset("plan.js")


def test_the_name_of_a_file_is_not_in_the_page(plan: Plan, tmp_path: Path) -> None:
    other = replace(plan, provenance={**plan.provenance, "scenario": "h_utm"})
    assert draw(tmp_path / "one", plan=plan).read_bytes() == draw(tmp_path / "two", plan=other).read_bytes()


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        ("straight_line", "mean straight-line distance, km"),
        ("detour", "mean distance with detour factor, km"),
        ("travel_file", "mean travel-file distance, km"),
    ],
)
def test_a_figure_says_which_distance_it_is(plan: Plan, tmp_path: Path, distance: str, words: str) -> None:
    rules = {**plan.provenance["rules"], "detour_urban": 1.3, "detour_rural": 1.2}
    told = replace(plan, provenance={**plan.provenance, "distance": distance, "rules": rules})
    assert words in page_of(tmp_path, told)


@pytest.mark.parametrize("synthetic", [True, False])
def test_borders_of_a_synthetic_plan_are_illustrative(plan: Plan, tmp_path: Path, *, synthetic: bool) -> None:
    page = page_of(tmp_path, replace(plan, provenance={**plan.provenance, "synthetic": synthetic}))
    for words in (
        "illustrative: invented, not official",
        "Borders on this map are illustrative",
        "نمایشی‌اند",
    ):
        assert (words in page) == synthetic


def test_places_are_credited(plan: Plan, tmp_path: Path) -> None:
    footer = re.search("<footer>.*</footer>", page_of(tmp_path, plan))
    assert footer
    assert footer.group().count("GeoNames (CC BY 4.0)") == 2


@pytest.mark.parametrize(
    ("km", "step"),
    [(0.0, 0), (0.999, 0), (1.0, 1), (2.5, 2), (4.9, 2), (5.0, 3), (10.0, 4), (80.0, 4), (None, None)],
)
def test_distances_are_classed_in_kilometres(km: float | None, step: int | None) -> None:
    assert km_class(km) == step
    assert len(km_ranges()) == len(KM_COLOURS)


def test_classes_of_distance_grow_darker_so_that_also_the_colour_blind_tell_them_apart() -> None:
    def light(colour: str) -> float:
        parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    lights = [light(colour) for colour in KM_COLOURS]
    assert all(near > 1.4 * far for near, far in pairwise(lights))
    style = asset("page.css")
    assert all(f".km-{step} {{ --load: {colour}; }}" in style for step, colour in enumerate(KM_COLOURS))
    assert f".swatch.no-data {{ background: {NO_DATA_COLOUR};" in style


def test_marks_that_turn_directions_are_not_in_a_page(plan: Plan, tmp_path: Path) -> None:
    turned = replace(plan, centers=plan.centers.assign(name="\u202eيلع\u2069\u2067", county="\u2069\u202dx"))
    page = page_of(tmp_path, turned, title="\u202dtitle\u2066")
    assert not set(page) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
    assert page.count("\u2068") == page.count("\u2069")


def test_vacancies_and_badges_lie_on_top(plan: Plan, tmp_path: Path) -> None:
    assert LAYERS[-2:] == ("vacancies", "unassigned")
    assert LAYERS.index("ground") == 0
    assert [one["id"] for one in data_of(page_of(tmp_path, plan))["vacancies"]] == ["V-1"]


def test_a_page_says_what_it_is_where_north_is_and_how_distance_is_meant(plan: Plan, tmp_path: Path) -> None:
    page = page_of(tmp_path, plan, origin=Origin(3, "ab" * 32, "2026-11-22"))
    for words in (
        "which ground each center serves",
        "کدام محله خدمت می‌دهد",
        "North is up; the scale bar is in kilometres.",
        "Distances are straight lines",
        "Version 3 of the plan",
        "۱۴۰۵/۰۹/۰۱",
        "ab" * 32,
    ):
        assert words in page
