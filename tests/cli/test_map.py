"""`siting map`: pages in their place or apart, known to the record, whole or as they were."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from data.casebook import CASEBOOK, Casebook
from data.nation.folder import nation_head
from data.nation.held import STALE
from data.standing import drawn_hashes, map_hashes
from tests.cli.moving_nation import killed, write

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark import ParameterSet

    from tests.cli.conftest import Siting


def seldom(*points: tuple[str, str, int]) -> list[ParameterSet]:
    """Return points that only ``make soak`` takes."""
    return [pytest.param(one, marks=pytest.mark.soak) for one in points]


DRAWN_AT = [
    ("maps.whole.draw_centers", "after", 1),
    ("door.drawn.put_in_place", "after", 1),
    *seldom(
        ("maps.whole.draw_centers", "before", 1),
        ("door.drawn.settle", "after", 1),
        ("door.drawn.put_in_place", "before", 1),
        ("door.drawn.write_whole", "after", 1),
    ),
]
NATION_AT = [
    ("door.renew.draw_nation", "after", 1),
    *seldom(
        ("door.drawn.renew_nation", "before", 1),
        ("door.renew.write_nation", "before", 1),
        ("data.nation.folder.write_whole", "after", 1),
        ("door.drawn.unmark", "before", 1),
    ),
]


@pytest.fixture
def plan(lorestan: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lorestan, tmp_path / "lorestan")


def moved(plan: Path, siting: Siting, place: Path | None = None) -> None:
    """Add a version in which one family leaves; its moves and proposal are beside the plan unless told."""
    place = plan.parent if place is None else place
    with (plan / "assignments.csv").open(encoding="utf-8-sig") as lines:
        next(lines)
        who = next(lines).split(",")[0]
    moves = write(place / "moves.csv", [f"{who},1405/07/01,leave,,,,"])
    proposal = place / "proposal"
    assert siting("rebalance", plan, "--moves", moves, "--out", proposal).exit_code == 0
    assert siting("apply", plan, proposal).exit_code == 0


def right(siting: Siting, folder: Path) -> str:
    verified = siting("verify", folder)
    assert verified.exit_code == 0, verified.output
    return verified.output


def exports(folder: Path) -> dict[str, str]:
    return dict(json.loads((folder / "summary.json").read_text(encoding="utf-8"))["exports"])


def test_the_whole_set_is_drawn_in_its_place_and_verifies(plan: Path, siting: Siting) -> None:
    centers = Casebook.open(plan / CASEBOOK).plan().centers["center_id"]
    result = siting("map", plan, "--lang", "fa", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"out": str(plan / "map"), "pages": 1 + len(centers)}
    assert {one.stem for one in (plan / "map/centers").iterdir()} == set(centers)
    known = map_hashes(plan)
    assert drawn_hashes(Casebook.open(plan / CASEBOOK)) == known
    assert {name: one for name, one in exports(plan).items() if name.startswith("map/")} == known
    assert "map" not in right(siting, plan)
    page = (plan / "map/index.html").read_text(encoding="utf-8")
    assert 'data-lang="fa"' in page
    assert Casebook.open(plan / CASEBOOK).head in page
    assert not [one for one in plan.iterdir() if one.name.startswith(".map")]


def test_every_page_leads_to_files_that_are_there(plan: Path, siting: Siting) -> None:
    assert siting("map", plan).exit_code == 0
    for page in (plan / "map").rglob("*.html"):
        markup = re.sub(r"<(script|style)>.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r'(?:href|src)="([^"#]+)"', markup):
            assert link.startswith("data:") or (page.parent / link).is_file(), (page.name, link)


def test_drawn_twice_it_is_the_same_bytes(plan: Path, siting: Siting) -> None:
    assert siting("map", plan).exit_code == 0
    before = map_hashes(plan)
    assert siting("map", plan).exit_code == 0
    assert map_hashes(plan) == before


def test_a_version_is_drawn_apart_and_the_plan_stays(plan: Path, siting: Siting, tmp_path: Path) -> None:
    assert siting("map", plan).exit_code == 0
    first = map_hashes(plan)
    moved(plan, siting)
    before = map_hashes(plan)
    result = siting("map", plan, "--version", 1, "--out", tmp_path / "first", "--json")
    assert result.exit_code == 0, result.output
    apart = map_hashes(shutil.copytree(tmp_path / "first", tmp_path / "as" / "map").parent)
    assert apart == first
    assert map_hashes(plan) == before
    taken = siting("map", plan, "--version", 1, "--out", tmp_path / "first")
    assert taken.exit_code == 6
    again = siting("map", plan, "--version", 1, "--out", tmp_path / "first", "--overwrite")
    assert again.exit_code == 0
    assert siting("map", plan, "--version", 7, "--out", tmp_path / "none").exit_code == 2
    assert not (tmp_path / "none").exists()


def test_pages_of_centers_that_a_new_version_leaves_stale_are_removed(plan: Path, siting: Siting) -> None:
    assert siting("map", plan).exit_code == 0
    moved(plan, siting)
    assert set(map_hashes(plan)) == {"map/index.html"}
    right(siting, plan)
    assert siting("map", plan).exit_code == 0
    assert len(map_hashes(plan)) > 1
    assert "map" not in right(siting, plan)


@pytest.mark.parametrize("killed_at", DRAWN_AT, ids=str)
def test_killed_midway_it_leaves_the_old_set_or_the_new(
    plan: Path, siting: Siting, killed_at: tuple[str, str, int]
) -> None:
    old = map_hashes(plan)
    killed(*killed_at, "map", plan)
    there = map_hashes(plan)
    assert there == old or len(there) > len(old)
    right(siting, plan)
    assert siting("map", plan).exit_code == 0
    assert "map" not in right(siting, plan)
    assert not list(plan.glob(".map*"))


def test_of_a_nation_every_province_is_drawn_and_its_own_page_leads_there(
    nation: Path, siting: Siting
) -> None:
    result = siting("map", nation, "--json", "--workers", 1)
    assert result.exit_code == 0, result.output
    provinces = sorted((nation / "provinces").iterdir())
    pages = sum(len(list((one / "map").rglob("*.html"))) for one in provinces)
    assert json.loads(result.stdout)["pages"] == 1 + pages
    right(siting, nation)
    assert exports(nation) == map_hashes(nation)
    assert not (nation / STALE).exists()
    page = (nation / "map/index.html").read_text(encoding="utf-8")
    heads = {one.name: Casebook.open(one / CASEBOOK).head for one in provinces}
    assert nation_head(heads) in page
    told = json.loads(re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)[0])["provinces"]
    for one in told:
        for center, name in zip(one["centers"], one["pages"], strict=True):
            assert center[0]
            assert (nation / "provinces" / one["code"] / "map/centers" / name).is_file()


def test_a_nation_after_moves_leads_only_to_pages_that_are_there(
    nation: Path, proposal: Path, siting: Siting
) -> None:
    assert siting("map", nation, "--workers", 1).exit_code == 0
    assert siting("apply", nation, proposal).exit_code == 0
    right(siting, nation)
    page = (nation / "map/index.html").read_text(encoding="utf-8")
    told = json.loads(re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)[0])["provinces"]
    assert [one["pages"] for one in told] == [[]] * len(told)
    assert sum(len(one["centers"]) for one in told) == 4


@pytest.mark.parametrize("killed_at", NATION_AT, ids=str)
def test_a_nation_whose_drawing_is_killed_is_right_at_the_next_opening(
    nation: Path, siting: Siting, killed_at: tuple[str, str, int]
) -> None:
    killed(*killed_at, "map", nation, "--workers", 1)
    right(siting, nation)
    assert exports(nation) == map_hashes(nation)
    assert siting("map", nation, "--workers", 1).exit_code == 0
    right(siting, nation)


def test_a_version_of_a_nation_is_drawn_apart_with_each_province_as_it_was(
    nation: Path, siting: Siting
) -> None:
    assert siting("map", nation, "--workers", 1).exit_code == 0
    first = map_hashes(nation), [map_hashes(one) for one in sorted((nation / "provinces").iterdir())]
    moved(min((nation / "provinces").iterdir()), siting, nation.parent)
    result = siting("map", f"{nation}@1", "--workers", 1)
    assert result.exit_code == 0, result.output
    apart = nation.with_name(f"{nation.name}-map-1")
    assert f"begin with {apart / 'map' / 'index.html'}" in result.stdout
    assert (map_hashes(apart), [map_hashes(one) for one in sorted((apart / "provinces").iterdir())]) == first
    assert siting("map", nation, "--version", 1).exit_code == 6
    assert siting("map", nation, "--version", 1, "--overwrite", "--workers", 1).exit_code == 0
    beyond = siting("map", nation, "--version", 9)
    assert (beyond.exit_code, "[no_such_version]" in beyond.stderr) == (2, True)


def test_a_version_is_named_by_an_option_or_with_the_folder_and_told_as_the_folder_was(
    plan: Path, siting: Siting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plan.parent)
    assert f"written to {plan.name}-map-1;" in siting("map", f"{plan.name}@1").stdout
    both = siting("map", f"{plan.name}@1", "--version", 2)
    assert (both.exit_code, "you name two versions, 1 and 2" in both.stderr) == (2, True)


def test_it_is_said_that_pages_with_tiles_need_the_internet(plan: Path, siting: Siting) -> None:
    assert "must be online" not in siting("map", plan).output
    assert "must be online" in siting("map", plan, "--tiles").stderr
