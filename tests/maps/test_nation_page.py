"""The page of a nation: every center of every province, found and reached, and nothing its provinces hide."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.hashing import file_hash, value_hash
from data.nation.folder import nation_head
from maps import Missing
from maps.around import around_of
from maps.coarse import STEPS_A_DEGREE, coarse, line_steps, steps
from maps.density import broad_steps
from maps.nation_ground import COLUMNS
from tests.maps.browsing import DESK, PHONE, seen_after
from tests.maps.drawn_nation import data_of, moved, page_of, province, summary_of
from tests.maps.test_in_a_browser import browser

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

__all__ = ["browser"]
HOSTILE = "</script><script>document.title='taken'</script>"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, problem: Problem, plan: Plan) -> Path:
    """Lorestan with its centers' pages, and another province that has only its own."""
    folder = tmp_path_factory.mktemp("nation")
    summaries = [
        province(folder, problem, plan),
        province(folder, problem, moved(plan, 3.0, "قم"), center_pages=False, code="16", province="قم"),
    ]
    page_of(folder, summaries)
    return folder


def words(page: Path, lang: str = "en") -> str:
    markup = re.sub(r"<(script|style).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    other = "fa" if lang == "en" else "en"
    markup = re.sub(rf'<span class="{other}".*?</span>', "", markup, flags=re.DOTALL)
    plain = unescape(re.sub(r"<[^>]+>", " ", markup))
    return re.sub(r"\s+", " ", re.sub("[\u2068\u2069]", "", plain))


def polygons(parts: Sequence[Sequence[Sequence[int]]]) -> shapely.Geometry:
    """Unpack what the page's script unpacks."""
    made = []
    for part in parts:
        rings = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / STEPS_A_DEGREE for ring in part]
        made.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(made)


def test_every_center_is_there_with_the_ground_its_province_draws(two: Path, plan: Plan) -> None:
    told = data_of(two / "map/index.html")["provinces"]
    assert [one["code"] for one in told] == ["15", "16"]
    for one in told:
        own = data_of(two / "provinces" / one["code"] / "map/index.html")
        assert [row[: len(COLUMNS)] for row in one["centers"]] == [
            [center[name] for name in COLUMNS] for center in own["centers"]
        ]
        assert [one["counties"][row[-1]] for row in one["centers"]] == [
            center["county"] for center in own["centers"]
        ]
        assert one["vacancies"] == own["vacancies"]
    drawn = [polygons(parts) for parts in told[0]["shapes"] if parts]
    assert len(drawn) == len(plan.neighbourhoods)
    for shape, ground in zip(drawn, plan.neighbourhoods.geometry, strict=True):
        assert shapely.make_valid(shape).symmetric_difference(ground).area < 0.1 * ground.area


def test_density_is_the_sum_of_what_the_provinces_tell_and_towns_lie_on_their_centers_ground(
    two: Path,
) -> None:
    told = data_of(two / "map/index.html")
    own = [data_of(two / "provinces" / code / "map/index.html") for code in ("15", "16")]
    cells = [cell for one in own for cell in one["density"]]
    assert cells
    assert len(told["density"]) < len(cells)
    squares = {}
    for step, ring in told["density"]:
        corners = np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / STEPS_A_DEGREE
        squares[tuple(ring[:2])] = (step, shapely.Polygon(corners).buffer(0.001))
    sums = dict.fromkeys(squares, 0)
    for cell in cells:
        middle = shapely.Point(np.mean(cell["ring"], axis=0)[::-1])
        [found] = [key for key, (_, square) in squares.items() if square.contains(middle)]
        sums[found] += cell["households"]
    steps_from = broad_steps(11)
    assert all(
        steps_from[step] <= sums[key] < [*steps_from, np.inf][step + 1] for key, (step, _) in squares.items()
    )
    shapes = [polygons(parts) for one in told["provinces"] for parts in one["shapes"]]
    lying = [one for one in told["towns"] if "center" in one]
    assert "Khorramabad" in {one["names"]["en"] for one in lying}
    for one in lying:
        assert shapes[one["center"]].buffer(0.005).contains(shapely.Point(one["lonlat"]))


def test_who_has_no_center_stands_on_the_map_as_the_province_tells_it(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    summary = province(tmp_path, problem, plan)
    page = tmp_path / "provinces/15/map/index.html"
    badges = [
        {"names": {"fa": name, "en": name}, "lonlat": [48.3, 33.4], "households": count}
        for name, count in (("many", 22), ("few", 0))
    ]
    told = page.read_text(encoding="utf-8")
    given = re.sub(
        r'"unassigned":\[.*?\](?=,")', lambda _: f'"unassigned":{json.dumps(badges)}', told, count=1
    )
    page.write_text(given, encoding="utf-8")
    summary |= {"unassigned": 25, "unassigned_by_reason": {"too_far": 25}}
    summary["exports"] = {"map/index.html": file_hash(page)}
    drawn = page_of(tmp_path, [summary])
    assert data_of(drawn)["unassigned"] == badges[:1]
    assert "households of this county have no center; counties with fewer than 11" in words(drawn)
    assert "households of this county" not in words(page_of(tmp_path / "other", [summary_of(plan)]))


def test_layers_of_the_users_lie_under_a_nation_too(
    problem: Problem, plan: Plan, tmp_path: Path, browser: str
) -> None:
    rails = gpd.GeoDataFrame(geometry=[shapely.LineString([(48.0, 33.0), (49.0, 34.0)])], crs=4326)
    rails.to_file(tmp_path / "rails.gpkg")
    summaries = [province(tmp_path, problem, plan)]
    page = page_of(tmp_path, summaries, around=around_of([tmp_path / "rails.gpkg"], tiles=True))
    assert "rails" in words(page)
    assert "loads pictures of the ground from the internet" in words(page)
    page = page_of(tmp_path, summaries, around=around_of([tmp_path / "rails.gpkg"]))
    seen = seen_after(browser, page, 'seen.lines = all("path.backdrop").length;')
    assert seen["lines"] == 1


def test_a_border_that_two_share_stays_one() -> None:
    rng = np.random.default_rng(3)
    wiggly = np.c_[np.linspace(33.0, 34.0, 400), 48.5 + 0.001 * rng.random(400)][:, ::-1]
    west = shapely.Polygon([(48.0, 33.0), *wiggly, (48.0, 34.0)])
    east = shapely.Polygon([(49.0, 33.0), *wiggly, (49.0, 34.0)])
    packed = [steps(one) for one in coarse(np.array([west, east], dtype=object))]
    one, other = (polygons(parts) for parts in packed)
    assert sum(map(len, packed[0][0])) < len(wiggly)
    assert one.is_valid
    assert other.is_valid
    assert one.intersection(other).area == 0
    assert one.union(other).area == pytest.approx(1.0, rel=0.001)
    assert one.intersection(other).length == pytest.approx(1.0, rel=0.01)


def test_ground_that_may_not_be_told_stays_empty() -> None:
    square = shapely.box(48.0, 33.0, 48.5, 33.5)
    shapes = np.array([shapely.Polygon(), square], dtype=object)
    assert [bool(steps(one)) for one in coarse(shapes)] == [False, True]
    [ring] = line_steps(square)
    assert np.cumsum(np.reshape(ring, (-1, 2)), axis=0).tolist()[0] in [[480000, 330000], [485000, 330000]]


def test_a_nation_links_to_its_provinces(plan: Plan, tmp_path: Path) -> None:
    summaries = [summary_of(plan, province=HOSTILE), summary_of(plan, code="16")]
    page = page_of(tmp_path, summaries)
    assert 'href="../provinces/15/map/index.html"' in page.read_text(encoding="utf-8")
    assert HOSTILE not in page.read_text(encoding="utf-8")
    told = words(page)
    assert f"{2 * summaries[0]['cases']:,} cases" in told
    assert "Distances are straight lines" in told
    assert "Borders on this map are illustrative" in told
    assert "GeoNames (CC BY 4.0)" in told


@pytest.mark.parametrize("how", ["gone", "changed", "older"])
def test_centers_whose_own_page_is_not_as_it_was_drawn_are_counted_and_not_drawn(
    problem: Problem, plan: Plan, tmp_path: Path, how: str
) -> None:
    summary = province(tmp_path, problem, plan)
    page = tmp_path / "provinces/15/map/index.html"
    if how == "gone":
        page.unlink()
    else:
        page.write_text(page.read_text(encoding="utf-8").replace('"grounds":', '"g":'), encoding="utf-8")
    if how == "older":
        summary["exports"] = {"map/index.html": file_hash(page)}
    drawn = page_of(tmp_path, [summary])
    assert data_of(drawn)["provinces"] == []
    assert f"gone or was changed {len(plan.centers)} centers" in words(drawn)


def test_the_gap_of_a_nation_is_said_only_where_every_province_has_a_bound(
    plan: Plan, tmp_path: Path
) -> None:
    known = [summary_of(plan), summary_of(plan, code="16", objective_km=300.0, bound_km=290.0)]
    assert "3.00 gap to the proven bound" in words(page_of(tmp_path / "a", known))
    known[1]["bound_km"] = None
    assert "gap to the proven bound" not in words(page_of(tmp_path / "b", known))


def test_a_nation_says_how_far_its_families_go_as_a_province_does(plan: Plan, tmp_path: Path) -> None:
    summaries = [summary_of(plan), summary_of(plan, code="16")]
    told = words(page_of(tmp_path / "a", summaries))
    assert "4.6 mean straight-line distance" in told
    assert "9.9 90 in 100 are nearer" in told
    nobody = dict.fromkeys(("mean", "median", "p90"))
    told = words(page_of(tmp_path / "b", summaries, km=nobody))
    assert told.count("– ") >= 3


def test_what_a_province_hides_is_in_no_sum(plan: Plan, tmp_path: Path) -> None:
    left = [{"too_far": 40, "no_capacity": 3}, {"too_far": 4}, {"no_capacity": 5, "vacancy": 11}]
    summaries = [
        summary_of(plan, code=str(code), unassigned_by_reason=one, unassigned=sum(one.values()))
        for code, one in enumerate(left)
    ]
    told = words(page_of(tmp_path, summaries))
    assert "too far 40, and in 1 province under 11" in told
    assert "no capacity left in 2 provinces under 11" in told
    assert "their center is a vacancy 11 " in told
    row = told[told.index("no center median km") :]
    assert " 43 – " in row
    assert " under 11 – " in row
    assert " 4 " not in row[: row.index("About this map")]


def test_missing_provinces_are_named_and_in_no_total(plan: Plan, tmp_path: Path) -> None:
    lost = [Missing(HOSTILE, 180, "its county is not given", "missing_unit")]
    page = page_of(tmp_path, [summary_of(plan)], missing=lost)
    assert HOSTILE not in page.read_text(encoding="utf-8")
    told = words(page)
    assert "One province is not planned, and in no total" in told
    assert "its county is not given missing_unit" in told
    assert f"{len(plan.assignments) + len(plan.unassigned):,} households" in told


def test_the_page_says_from_which_records_it_comes(plan: Plan, tmp_path: Path) -> None:
    summaries = [summary_of(plan, code="16", head="b" * 64), summary_of(plan, code="15", head="a" * 64)]
    page = page_of(tmp_path, summaries, day="2026-11-22")
    told = words(page)
    head = value_hash(["a" * 64, "b" * 64])
    assert head == nation_head({"16": "b" * 64, "15": "a" * 64})
    assert f"as siting compare has it of a nation: {head}" in told
    assert "Made from 2 records, one a province" in told
    assert "Last recorded: 2026-11-22" in told
    assert "تازه‌ترین ثبت: ۱۴۰۵/۰۹/۰۱" in words(page, "fa")
    assert "Seal of the call" not in told
    sealed = page_of(tmp_path, [one | {"seal": "c" * 64} for one in summaries])
    assert words(sealed).count("c" * 64) == 1


def test_the_same_provinces_give_the_same_bytes(problem: Problem, plan: Plan, tmp_path: Path) -> None:
    pages = [page_of(tmp_path / name, [province(tmp_path / name, problem, plan)]) for name in ("a", "b")]
    assert pages[0].read_bytes() == pages[1].read_bytes()


SEARCHED = """
const found = search("E-NAME");
seen.found = found.length;
const before = stage.getZoom();
found[0].click();
seen.nearer = stage.getZoom() > before;
seen.told = $("#detail-body").textContent;
seen.links = all("#detail-body a").map((one) => one.getAttribute("href"));
seen.focus = document.activeElement.tagName;
press("Escape", document.body);
seen.left = $("#detail-body").textContent;
seen.wide = document.documentElement.scrollWidth <= innerWidth;
"""


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("EC-0003", ["../provinces/16/map/index.html"]),
        (
            "C-0003",
            ["../provinces/15/map/centers/C-0003.html", "../provinces/15/map/index.html"],
        ),
    ],
)
def test_a_search_leads_to_a_center_its_page_and_its_province(
    browser: str, two: Path, size: str, name: str, links: list[str]
) -> None:
    seen = seen_after(browser, two / "map/index.html", SEARCHED.replace("E-NAME", name), size=size)
    assert seen["found"] == (1 if name[0] == "E" else 2)
    assert seen["nearer"]
    assert name in seen["told"]
    assert seen["links"] == links
    for link in links:
        assert (two / "map" / link).is_file()
    assert seen["focus"] == "H3"
    assert seen["left"] == ""
    assert seen["wide"]


FOUND_BY = """
seen.en = search("Qom").length;
seen.fa = search("قم").length;
seen.nothing = search("nowhere").length;
seen.said = $("#find-said").textContent;
$("#switch").click();
seen.hint = search("").length === 0 && $("#find-said").textContent;
seen.labels = all(".label:not(.town) bdi").map((one) => one.textContent);
seen.town = search("خرم‌آباد").length;
const written = all(".label bdi").filter((one) => getComputedStyle(one).visibility === "visible");
seen.inside = written.every((one) => {
  const [name, map] = [one, $("#stage")].map((box) => box.getBoundingClientRect());
  return name.left >= map.left && name.right <= map.right && name.top >= map.top && name.bottom <= map.bottom;
});
"""


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_province_is_found_by_both_its_names_and_none_is_cut_at_the_edge(
    browser: str, two: Path, plan: Plan, size: str
) -> None:
    seen = seen_after(browser, two / "map/index.html", FOUND_BY, size=size)
    assert seen["en"] == seen["fa"] == len(plan.centers)
    assert seen["nothing"] == 0
    assert seen["said"] == "Nothing of that name was found."
    assert seen["hint"].endswith("استان")
    assert seen["labels"] == ["لرستان", "قم"]
    assert seen["town"]
    assert seen["inside"]


CLICKED = """
const at = (lonlat) => stage.latLngToContainerPoint([lonlat[1], lonlat[0]]);
const canvas = $(".leaflet-overlay-pane canvas");
const ground = $("#stage").getBoundingClientRect();
function click(lonlat) {
  const { x, y } = at(lonlat);
  const where = { clientX: ground.left + x, clientY: ground.top + y, bubbles: true };
  const kinds = ["mousemove", "mousedown", "mouseup", "click"];
  for (const kind of kinds) canvas.dispatchEvent(new MouseEvent(kind, where));
  return $("#detail-body").textContent;
}
const ink = () => {
  const own = document.createElement("canvas");
  [own.width, own.height] = [canvas.width, canvas.height];
  const context = own.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const made = context.getImageData(0, 0, own.width, own.height).data;
  let some = 0;
  for (let at = 3; at < made.length; at += 4) some += made[at] > 0;
  return some;
};
const pause = () => new Promise((done) => setTimeout(done, 100));
async function inkAfter(before) {
  for (let tries = 0; tries < 20 && ink() === before; tries += 1) await pause();
  return ink();
}
const one = shown.centers[5];
stage.setView([one.lonlat[1], one.lonlat[0]], 10, { animate: false });
await pause();
const bare = ink();
seen.told = click(one.lonlat);
seen.id = one.id;
seen.drawn = await inkAfter(bare);
const boxes = all(".leaflet-control-layers-overlays input");
seen.layers = boxes.length;
boxes[0].click();
seen.less = await inkAfter(seen.drawn);
boxes[0].click();
seen.again = await inkAfter(seen.less);
seen.clicked = click(shown.centers[6].lonlat).includes(shown.centers[6].id);
seen.vacancies = all(".leaflet-marker-icon.vacancy").length;
$(".leaflet-marker-icon.vacancy").click();
seen.vacancy = $("#detail-body").textContent;
seen.paint = performance.getEntriesByName("first-contentful-paint").length;
"""


def test_a_click_tells_and_layers_toggle(browser: str, two: Path, plan: Plan) -> None:
    seen = seen_after(browser, two / "map/index.html", CLICKED)
    assert seen["id"] in seen["told"]
    assert seen["layers"] == 8
    assert seen["less"] < 0.5 * seen["drawn"]
    assert seen["again"] == pytest.approx(seen["drawn"], rel=0.001)
    assert seen["clicked"]
    assert seen["vacancies"] == 2 * len(plan.vacancies)
    assert "under 11" in seen["vacancy"]
    assert seen["paint"] == 1


def test_nothing_of_a_household_is_in_it(two: Path, problem: Problem) -> None:
    page = (two / "map/index.html").read_text(encoding="utf-8")
    assert not [one for one in problem.households["household_id"] if one in page]
    assert "H-X1" not in page


def test_a_page_carries_all_and_fetches_nothing(two: Path) -> None:
    page = (two / "map/index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy.group(1).startswith("default-src &#39;none&#39;;")
    markup = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)="(?!\.\./provinces/|#|data:)[^"]*"', markup)
