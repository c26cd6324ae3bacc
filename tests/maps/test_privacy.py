"""Whoever has every public file of two versions, and subtracts one from the other, finds nobody."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cli import app
from data.casebook import CASEBOOK, Casebook
from data.exports import export_files, public_files
from data.geodesy import to_plane
from data.privacy.publishing import published, published_summary
from maps import draw
from maps.center_page import draw_centers
from maps.origin import Origin
from maps.report.document import document
from maps.report.network import read_plan, told
from maps.report.sheet import all_tables, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.privacy.publishing import Published
    from data.problem import Problem
    from data.text import Lang

ORIGIN = Origin(1, "0" * 64, "2026-01-01")
OFFICIAL = ["cases", "households", "caseworkers", "status", "underfull_reason"]
"""Of a center: its totals, and what follows from them."""
TOTALS = {
    "households",
    "cases",
    "assigned",
    "unassigned",
    "load",
    "inputs",
    "exports",
    "head",
    "casebook_version",
}
NUMBER = re.compile(rb"-?\d+\.\d+|-?\d{4,}")
BATCH = 30
BY_CHANCE = {4: 5, 5: 0, 6: 0}
"""How many points of a file may lie at a home by chance, by decimals of a degree:
within 10 m of one of some thousand homes a border, a square of the density or a known village does."""


def siting(*arguments: object) -> None:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output


def rows(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, encoding="utf-8-sig", dtype={"household_id": str})


def moved(plan: Path, moves: Path, count: int) -> pd.DataFrame:
    """Write moves of some households of the largest center of a county beside homes of its smallest one's."""
    homes = rows(plan / "assignments.csv").merge(
        rows(plan / "input" / "households.csv")[["household_id", "lon", "lat"]]
    )
    county = homes.groupby("county")["center_id"].nunique().idxmax()
    here = homes[homes["county"] == county]
    sizes = here.groupby("center_id").size()
    leave = here[here["center_id"] == sizes.idxmax()].iloc[7 : 7 + count]
    beside = here[here["center_id"] == sizes.idxmin()].iloc[3 : 3 + count]
    made = pd.DataFrame(
        {
            "household_id": leave["household_id"].to_numpy(),
            "date": "2025-10-01",
            "event": "move",
            "lon": (beside["lon"].to_numpy() + 0.0007).round(6),
            "lat": (beside["lat"].to_numpy() + 0.0004).round(6),
        }
    )
    made.to_csv(moves, index=False)
    return made


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenth of Lorestan: founded, then one household moves, then a month of moves."""
    folder = tmp_path_factory.mktemp("privacy")
    plan = folder / "plan"
    siting("demo", "lorestan", "--scale", 0.1, "--out", plan, "--workers", 1)
    for number, count in enumerate((1, BATCH)):
        moves, proposal = folder / f"moves-{number}.csv", folder / f"proposal-{number}"
        moved(plan, moves, count)
        siting("rebalance", plan, "--moves", moves, "--out", proposal)
        siting("apply", plan, proposal)
    return plan


@pytest.fixture(scope="module")
def versions(network: Path) -> list[tuple[Problem, Plan, Published]]:
    book = Casebook.open(network / CASEBOOK)
    told = []
    for version in range(1, 4):
        problem, plan = book.problem(version), book.plan(version)
        told.append((problem, plan, published(problem, plan, book, version)))
    return told


@pytest.fixture(scope="module")
def public(network: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every public file of all versions, by its name."""
    folder = tmp_path_factory.mktemp("public")
    siting("export", network, "--public", "--out", folder / "tables")
    for version in range(1, 4):
        siting("map", network, "--version", version, "--out", folder / f"map-{version}")
    siting("map", network)
    shutil.copytree(network / "map", folder / "map")
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in {".html", ".csv", ".json", ".geojson"}
    }


def every_home(versions: list[tuple[Problem, Plan, Published]]) -> pd.DataFrame:
    homes = pd.concat([pd.DataFrame(problem.households) for problem, _, _ in versions])
    return homes.drop_duplicates(["household_id", "lon", "lat"])


def test_no_public_file_has_the_id_of_a_household(
    public: dict[str, bytes], versions: list[tuple[Problem, Plan, Published]]
) -> None:
    ids = {one.encode() for one in every_home(versions)["household_id"]}
    words = re.compile(rb"[A-Za-z]+-\d+")
    for name, content in public.items():
        assert not ids & set(words.findall(content)), name


@pytest.mark.parametrize("decimals", BY_CHANCE)
def test_no_public_file_has_the_point_of_a_household(
    public: dict[str, bytes], versions: list[tuple[Problem, Plan, Published]], decimals: int
) -> None:
    homes = every_home(versions)
    lonlat = homes[["lon", "lat"]].to_numpy()
    xy = to_plane(lonlat[:, 0], lonlat[:, 1]).round()
    sought = {tuple(one) for one in lonlat.round(decimals)} | {
        tuple(one[::-1]) for one in lonlat.round(decimals)
    }
    in_plane = {tuple(one) for one in xy} | {tuple(one[::-1]) for one in xy}
    explained = [
        table[["lon", "lat"]] for problem, _, _ in versions for table in (problem.sites, problem.centers)
    ]
    offices = {tuple(one) for table in explained for one in table.to_numpy().round(decimals)}
    sought -= offices | {one[::-1] for one in offices}
    for name, content in public.items():
        found = [float(one) for one in NUMBER.findall(content)]
        pairs = set(zip(np.round(found, decimals), np.round(found[1:], decimals), strict=False))
        assert len(pairs & sought) <= BY_CHANCE[decimals], name
        assert not set(zip(np.round(found), np.round(found[1:]), strict=False)) & in_plane, name


def test_the_attacker_finds_a_household_in_files_that_do_not_guard_it(
    versions: list[tuple[Problem, Plan, Published]],
) -> None:
    """The private exports of the same two versions differ where the household left and where it came to."""
    (problem, plan, _), (after, next_plan, _) = versions[:2]
    files, following = export_files(problem, plan), export_files(after, next_plan)
    assert files["places.csv"] != following["places.csv"]
    assert files["neighbourhoods.geojson"] != following["neighbourhoods.geojson"]


def test_tables_of_two_versions_between_which_one_household_moved_differ_in_official_figures_alone(
    versions: list[tuple[Problem, Plan, Published]],
) -> None:
    (problem, plan, shown), (after, next_plan, following) = versions[:2]
    assert following.since == 1
    files, others = public_files(shown), public_files(following)
    assert files["places.csv"] == others["places.csv"]
    left, right = (
        replace(one.plan, centers=one.plan.centers.drop(columns=OFFICIAL)) for one in (shown, following)
    )
    pd.testing.assert_frame_equal(left.centers, right.centers)
    counts = ["cases", "households"]
    pd.testing.assert_frame_equal(
        left.neighbourhoods.drop(columns=counts), right.neighbourhoods.drop(columns=counts)
    )
    told = [
        published_summary(one, whose, of, exports={}, head="", version=1)
        for one, whose, of in ((shown, problem, plan), (following, after, next_plan))
    ]
    for name in set(told[0]) - TOTALS:
        assert told[0][name] == told[1][name], name


def test_pages_of_two_versions_between_which_one_household_moved_differ_in_official_figures_alone(
    versions: list[tuple[Problem, Plan, Published]], tmp_path: Path
) -> None:
    """The pages of the first, with the totals of the second in their place, are those of the second."""
    (problem, _, shown), (_, _, following) = versions[:2]
    centers = shown.plan.centers.assign(**{name: following.plan.centers[name] for name in OFFICIAL})
    counts = following.plan.neighbourhoods[["cases", "households"]]
    explained = replace(
        shown.plan,
        centers=centers,
        neighbourhoods=shown.plan.neighbourhoods.assign(**dict(counts.items())),
        assignments=following.plan.assignments,
    )
    one = whole(tmp_path / "one", replace(shown, plan=explained), problem)
    assert one == whole(tmp_path / "two", following, problem)
    assert one != whole(tmp_path / "zero", shown, problem)


def whole(out: Path, shown: Published, problem: Problem) -> dict[str, bytes]:
    """Draw all pages of what may be published; the boundaries are the same in every version."""
    draw(out, plan=shown.plan, boundaries=problem.boundaries, origin=ORIGIN, center_pages=True, shown=shown)
    draw_centers(
        out,
        plan=shown.plan,
        places=shown.places,
        boundaries=problem.boundaries,
        judged=shown.released[1],
        origin=ORIGIN,
    )
    return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}


def test_after_many_moved_no_count_differs_by_fewer_than_k(
    versions: list[tuple[Problem, Plan, Published]],
) -> None:
    shown, following = versions[1][2], versions[2][2]
    assert following.since == 3
    least = following.least
    for before, after, by in (
        (shown.places, following.places, ["county", "place", "center_id"]),
        (shown.density, following.density, ["column", "row"]),
    ):
        counts = [one.set_index(by)["households"] for one in (before, after)]
        change = counts[1].subtract(counts[0], fill_value=0)
        assert not ((change != 0) & (change.abs() < least)).any()
    assert not following.density.equals(shown.density)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_reports_of_two_versions_between_which_one_household_moved_differ_in_official_figures_alone(
    network: Path, lang: Lang
) -> None:
    """The first, with the official figures of the second in their place, is the second."""
    one, two = read_plan(network, 1), read_plan(network, 2)
    assert two.since == 1
    of_centers = ["load", "cases", "households", "caseworkers", "class", "status", "underfull"]
    explained = replace(
        one,
        origin=two.origin,
        summary={**one.summary, **{name: two.summary[name] for name in TOTALS}},
        centers=one.centers.assign(**{name: two.centers[name] for name in of_centers}),
        left=two.left,
    )
    assert document(explained, lang) == document(two, lang)
    assert workbook(explained, lang) == workbook(two, lang)
    assert document(replace(explained, centers=one.centers), lang) != document(two, lang)


def test_reports_that_were_of_the_version_itself_would_give_the_household_away(
    network: Path, versions: list[tuple[Problem, Plan, Published]]
) -> None:
    problem, plan, _ = versions[1]
    naive, guarded = told(problem, plan, ORIGIN), read_plan(network, 2)
    assert not naive.people.equals(guarded.people)
    assert guarded.people.equals(read_plan(network, 1).people)


def test_counts_of_reports_of_two_releases_differ_by_k_or_not_at_all(network: Path) -> None:
    one, three = read_plan(network, 2), read_plan(network, 3)
    assert (one.since, three.since) == (1, 3)
    for before, after in zip(all_tables(one, "en"), all_tables(three, "en"), strict=True):
        if before.key in {"distances", "areas", "groups"}:
            counts = [place for place, column in enumerate(before.columns) if column.kind == "count"]
            told_of = [row[place] for table in (before, after) for row in table.rows for place in counts]
            assert told_of or before.key == "groups"
            assert not [count for count in told_of if isinstance(count, int) and count % one.k]


def test_a_proposed_center_and_its_id_tell_no_point(network: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    siting("plan", network / "input" / "households.csv", "--out", out, "--workers", 1)
    book = Casebook.open(out / CASEBOOK)
    problem, plan = book.problem(), book.plan()
    shown = published(problem, plan).plan.centers
    assert (shown[["lon", "lat"]] == plan.centers[["lon", "lat"]].round(2)).all(axis=None)
    assert shown["center_id"].str.fullmatch(r"P-[0-9A-Z]{6}(-\d+)?").all()
    page = (out / "map" / "index.html").read_text(encoding="utf-8")
    for lon, lat in plan.centers[["lon", "lat"]].itertuples(index=False):
        assert f"{lat:.5f}".rstrip("0") not in page or f"{lon:.5f}".rstrip("0") not in page
    applied = replace(plan, centers=plan.centers.assign(status="existing"))
    later = published(problem, applied).plan.centers
    assert (later[["lon", "lat"]] == shown[["lon", "lat"]]).all(axis=None)


def test_few_without_a_center_and_a_small_vacancy_are_told_as_few(plan: Plan, tmp_path: Path) -> None:
    page = draw(tmp_path, plan=plan).read_text(encoding="utf-8")
    told = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert [(one["load"], one["households"]) for one in told["vacancies"]] == [(None, None)]
    assert told["vacancies"][0]["lonlat"] == [48.6, 33.62]
    assert page.count("under 11") >= len(plan.unassigned["reason"].unique())
    assert "کمتر از ۱۱" in page


def test_what_is_published_of_a_plan_has_nobody_in_it(
    versions: list[tuple[Problem, Plan, Published]],
) -> None:
    for _, _, shown in versions:
        plan = shown.plan
        assert set(plan.assignments) | set(plan.unassigned) <= {"cases", "province", "county", "reason"}
        assert plan.exceptions.empty
        assert plan.bound is None or plan.bound.household_km.empty


def test_pages_for_staff_are_private_unlinked_and_in_no_export(network: Path, tmp_path: Path) -> None:
    plan = shutil.copytree(network, tmp_path / "plan")
    siting("map", plan, "--staff")
    staff = plan / "staff"
    modes = {file.stat().st_mode & 0o777 for file in staff.rglob("*") if file.is_file()}
    assert (modes, staff.stat().st_mode & 0o777) == ({0o600}, 0o700)
    pages = sorted(staff.rglob("*.html"))
    text = [page.read_text(encoding="utf-8") for page in pages]
    totals = (staff / "staff.html").read_text(encoding="utf-8")
    assert "The pages that open from here list households one by one" in totals
    assert "This page lists households" not in totals
    assert all("PRIVATE: for staff only" in one and "محرمانه" in one for one in text)
    served = rows(plan / "assignments.csv")["household_id"]
    listed = "".join(text)
    assert all(f"<bdi>{one}</bdi>" in listed for one in served)
    homes = rows(plan / "input" / "households.csv")
    assert not any(f"{lon:.4f}" in listed for lon in homes["lon"])
    assert not [
        page for page in (plan / "map").rglob("*.html") if re.search(rb"staff[/.]", page.read_bytes())
    ]
    siting("export", plan, "--public", "--out", tmp_path / "public")
    assert not [file for file in (tmp_path / "public").rglob("*") if "staff" in file.name]
    assert "staff" not in (plan / "summary.json").read_text(encoding="utf-8")
    siting("verify", plan)
    siting("map", plan, "--staff")
    (staff / "notes.txt").write_text("mine")
    assert CliRunner().invoke(app, ["map", str(plan), "--staff"]).exit_code == 6
    assert (staff / "notes.txt").is_file()
