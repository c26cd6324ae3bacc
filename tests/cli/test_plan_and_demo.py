from __future__ import annotations

import csv
import json
import shutil
import stat
from typing import TYPE_CHECKING

import geopandas as gpd
import jsonschema
import numpy as np
import pandas as pd
import pytest

from data.summary import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Siting

EXPORTS = (
    "applicants.csv", "assignments.csv", "centers.csv", "places.csv", "ties.csv", "unassigned.csv",
    "vacancies.csv", "reserves.csv", "exceptions.csv", "neighbourhoods.geojson", "summary.json",
)  # fmt: skip


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def summary_of(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_a_demo_writes_the_whole_plan_folder_and_its_inputs(lorestan: Path) -> None:
    present = {file.name for file in lorestan.iterdir()}
    assert present == {*EXPORTS, "casebook.gpkg", "run.toml", "run_stats.json", "map", "input"}
    assert {"households.csv", "applicants.csv", "boundaries.gpkg", "rules.toml"} <= {
        file.name for file in (lorestan / "input").iterdir()
    }
    assert (lorestan / "map" / "index.html").stat().st_size > 100_000


def test_the_folder_is_private(lorestan: Path) -> None:
    assert stat.S_IMODE(lorestan.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in lorestan.rglob("*") if file.is_file()} == {0o600}


def test_households_in_are_households_out_and_every_figure_agrees(lorestan: Path) -> None:
    households = rows(lorestan / "input" / "households.csv")
    assigned, left = rows(lorestan / "assignments.csv"), rows(lorestan / "unassigned.csv")
    ids = [row["household_id"] for row in (*assigned, *left)]
    assert sorted(ids) == sorted(row["household_id"] for row in households)
    summary = summary_of(lorestan)
    jsonschema.validate(summary, schema())
    assert (summary["households"], summary["assigned"], summary["unassigned"]) == (
        len(ids),
        len(assigned),
        len(left),
    )
    centers = rows(lorestan / "centers.csv")
    assert summary["centers"] == len(centers) == 10
    assert all(150 <= int(row["cases"]) <= 450 and not row["underfull_reason"] for row in centers)
    assert summary["terms"]["travel_km"] == pytest.approx(
        sum(int(row["cases"]) * float(row["km"]) for row in assigned), abs=0.001
    )
    assert 0 <= summary["bound_gap"] <= 0.05
    assert len({row["applicant_id"] for row in centers}) == len(centers)


def test_everything_synthetic_says_so(lorestan: Path) -> None:
    assert summary_of(lorestan)["synthetic"] is True
    assert "SYNTHETIC" in (lorestan / "map" / "index.html").read_text(encoding="utf-8")
    assert {row["synthetic"] for row in rows(lorestan / "centers.csv")} == {"true"}


def test_a_folder_is_not_replaced_unless_asked_and_the_second_run_is_the_same(
    lorestan: Path, siting: Siting, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    shutil.copytree(lorestan, again)
    before = {name: (again / name).read_bytes() for name in (*EXPORTS, "map/index.html")}
    asked = ("demo", "lorestan", "--scale", 0.1, "--out", again, "--workers", 2)
    refused = siting(*asked)
    assert refused.exit_code == 6
    assert "[exists]" in refused.stderr
    assert siting(*asked, "--overwrite").exit_code == 0
    assert {name: (again / name).read_bytes() for name in before} == before


def test_overwrite_spares_a_folder_that_is_no_plan(siting: Siting, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    result = siting("demo", "lorestan", "--scale", 0.05, "--out", tmp_path / "thesis", "--overwrite")
    assert result.exit_code == 6
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "mine"


@pytest.mark.parametrize(("name", "scale", "codes"), [
    ("tehran", 0.05, {0}), ("mashhad", 0.06, {0}), ("khuzestan", 0.15, {4}), ("iran", 0.01, {0, 4}),
])  # fmt: skip
def test_every_demo_plans_and_verifies(
    siting: Siting, tmp_path: Path, name: str, scale: float, codes: set[int]
) -> None:
    out = tmp_path / name
    result = siting("demo", name, "--scale", scale, "--out", out)
    assert result.exit_code in codes, result.output
    summary = summary_of(out)
    assert summary["assigned"] + summary["unassigned"] == summary["households"] > 0
    assert (result.exit_code == 4) == bool(summary["unassigned"])
    assert summary["vacancies"] > 0 or name != "khuzestan"
    assert summary["load"]["min"] == 450 or name != "mashhad"
    assert siting("verify", out).exit_code == 0


def planned(siting: Siting, out: Path, households: Path, applicants: Path, inputs: Path) -> dict:
    result = siting(
        "plan", households, "--applicants", applicants, "--boundaries", inputs / "boundaries.gpkg",
        "--rules", inputs / "rules.toml", "--out", out,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return summary_of(out)


def test_the_same_inputs_in_another_order_format_or_naming_give_the_same_network(
    lorestan: Path, siting: Siting, tmp_path: Path
) -> None:
    inputs, rng = lorestan / "input", np.random.default_rng(5)
    households = pd.read_csv(
        inputs / "households.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    applicants = pd.read_csv(
        inputs / "applicants.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    households = households.iloc[rng.permutation(len(households))]
    households["household_id"] = [f"x{number:05d}" for number in rng.permutation(len(households))]
    applicants["applicant_id"] = applicants["applicant_id"].map(lambda name: name[::-1])
    applicants["site_id"] = applicants["site_id"].map(lambda name: name[::-1])
    applicants = applicants.iloc[rng.permutation(len(applicants))]
    points = gpd.points_from_xy(households["lon"].astype(float), households["lat"].astype(float))
    layer = gpd.GeoDataFrame(households.drop(columns=["lon", "lat"]), geometry=points, crs="EPSG:4326")
    layer.to_crs("EPSG:32639").to_file(tmp_path / "households.gpkg")
    applicants.to_excel(tmp_path / "applicants.xlsx", index=False)
    ours = summary_of(lorestan)
    theirs = planned(
        siting, tmp_path / "out", tmp_path / "households.gpkg", tmp_path / "applicants.xlsx", inputs
    )
    for key in ("households", "cases", "assigned", "centers", "vacancies"):
        assert theirs[key] == ours[key]
    # UTM and back moves points by less than a millimetre, and kilometres are rounded to a metre.
    assert theirs["objective_km"] == pytest.approx(ours["objective_km"], rel=1e-3)


def test_without_applicants_the_plan_proposes_points(lorestan: Path, siting: Siting, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = siting("plan", lorestan / "input" / "households.csv", "--out", out)
    assert result.exit_code == 0, result.output
    centers = rows(out / "centers.csv")
    assert all(row["center_id"].startswith("P-") and not row["applicant_id"] for row in centers)
    assert summary_of(out)["bound_km"] is None
    assert summary_of(out)["km"]["mean"] < summary_of(lorestan)["km"]["mean"] * 1.1


def test_a_run_can_be_replayed(lorestan: Path, siting: Siting, tmp_path: Path) -> None:
    result = siting("plan", lorestan / "run.toml", "--out", tmp_path / "again")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "again" / "assignments.csv").read_bytes() == (
        lorestan / "assignments.csv"
    ).read_bytes()


def test_too_few_centers_serve_whom_they_can_and_say_what_is_needed(
    lorestan: Path, siting: Siting, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("centers = 7\n")
    inputs = lorestan / "input"
    result = siting(
        "plan", inputs / "households.csv", "--applicants", inputs / "applicants.csv", "--rules", rules,
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert result.exit_code == 4, result.output
    summary = summary_of(tmp_path / "out")
    assert summary["centers"] == 7
    assert set(summary["unassigned_by_reason"]) == {"no_capacity"}
    assert summary["assigned"] > 6 * 450
    assert "9 centers are needed" in result.stderr


def test_bad_rows_leave_no_folder_and_are_all_listed_beside_it(siting: Siting, tmp_path: Path) -> None:
    file = tmp_path / "households.csv"
    bad = [f"H-{number},35.7,51.4,لرستان,خرم‌آباد" for number in range(30)]
    file.write_text("\n".join(["household_id,lon,lat,province,county", *bad]), encoding="utf-8")
    result = siting("plan", file, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "households.csv:2 [lon_lat_swapped] H-0: outside Iran; swapped it would be inside" in result.stderr
    assert "... and 10 more" in result.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"households.csv", "out.failures.csv"}
    assert len(rows(tmp_path / "out.failures.csv")) == 30


def test_check_reads_and_writes_nothing(lorestan: Path, siting: Siting) -> None:
    before = set(lorestan.iterdir())
    result = siting(
        "check",
        lorestan / "input" / "households.csv",
        "--applicants",
        lorestan / "input" / "applicants.csv",
        "--json",
    )
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["served"]["households"] == summary_of(lorestan)["households"]
    assert set(lorestan.iterdir()) == before


def test_catchments_are_written_without_applicants(lorestan: Path, siting: Siting, tmp_path: Path) -> None:
    result = siting(
        "catchments", lorestan / "input" / "households.csv", "--out", tmp_path / "c", "--workers", 1
    )
    assert result.exit_code == 0, result.output
    points = rows(tmp_path / "c" / "catchments.csv")
    assert sum(int(row["cases"]) for row in points) == summary_of(lorestan)["cases"]


def test_verify_names_a_stale_export_and_export_mends_it(
    lorestan: Path, siting: Siting, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(lorestan, copy)
    content = (copy / "centers.csv").read_text(encoding="utf-8-sig")
    (copy / "centers.csv").write_text(content.replace("rural", "urban", 1), encoding="utf-8-sig")
    result = siting("verify", copy)
    assert result.exit_code == 7
    assert "centers.csv [stale_export]" in result.stderr
    assert siting("export", copy, "--out", copy).exit_code == 0
    assert siting("verify", copy).exit_code == 0


def test_the_public_export_holds_no_household(lorestan: Path, siting: Siting, tmp_path: Path) -> None:
    assert siting("export", lorestan, "--public", "--out", tmp_path / "public").exit_code == 0
    households = rows(lorestan / "input" / "households.csv")
    content = b"".join(
        file.read_bytes() for file in (tmp_path / "public").rglob("*") if file.is_file()
    ).decode()
    assert not [row["household_id"] for row in households if row["household_id"] in content]
    assert not [row for row in households if f"{row['lon']}" in content and f"{row['lat']}" in content]


def write_directory(folder: Path) -> Path:
    (folder / "households").mkdir()
    return folder / "households"


def write_broken(folder: Path) -> Path:
    (folder / "households.gpkg").write_bytes(b"SQLite format 3\0" + b"\xff" * 200)
    return folder / "households.gpkg"


def write_text(content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / "households.csv").write_text(content, encoding="utf-8")
        return folder / "households.csv"

    return write


HEAD = "household_id,lon,lat,county,area\n"


@pytest.mark.parametrize(
    ("write", "rules", "code"),
    [
        (write_directory, "", "is_directory"),
        (write_broken, "", "unreadable_file"),
        (write_text(""), "", "empty_file"),
        (write_text(HEAD), "", "empty_file"),
        (write_text("household_id,lon\n1,48\n"), "", "missing_column"),
        (write_text(HEAD + "1,48.3,33.4,A,urban\n1,48.3,33.4,A,urban\n"), "", "duplicate_id"),
        (write_text(HEAD + "1,0,0,A,urban\n"), "", "zero_coordinates"),
        (write_text(HEAD + "1,,,A,urban\n"), "", "missing_location"),
        (write_text(HEAD + "1,48.3,33.4,A,\n2,48.3,33.4,A,urban\n"), "area_apart = true", "missing_area"),
        (write_text(HEAD + "1,48.3,33.4,A,\n"), "area_apart = true", "missing_column"),
        (write_text(HEAD + "1,48.3,33.4,A,urban\n2,48.3,33.4,,urban\n"), "", "missing_unit"),
        (write_text(HEAD + "1,48.3,33.4,A,urban\n"), "min_cases = 500", "impossible_rules"),
        (write_text(HEAD + "1,48.3,33.4,A,urban\n"), "centers = 2", "too_many_centers"),
        (write_text(HEAD + "1,48.3,33.4,A,urban\n"), "status = ['pensioner']", "missing_column"),
        (
            write_text("household_id,lon,lat,county,status\n1,48.3,33.4,A,left\n"),
            "status = ['pensioner']",
            "no_households",
        ),
    ],
)
def test_what_cannot_be_planned_ends_with_3_a_reason_and_no_folder(
    siting: Siting, tmp_path: Path, write: Callable[[Path], Path], rules: str, code: str
) -> None:
    households = write(tmp_path)
    file = tmp_path / "rules.toml"
    file.write_text(rules, encoding="utf-8")
    result = siting("plan", households, "--rules", file, "--out", tmp_path / "out")
    assert result.exit_code == 3, result.output
    assert f"[{code}]" in result.stderr
    assert "Traceback" not in result.output
    left = {one.name for one in tmp_path.iterdir()} - {households.name, "rules.toml"}
    assert left == {"out.failures.csv"}
    assert rows(tmp_path / "out.failures.csv")[0]["code"] == code


@pytest.mark.parametrize("use", ["forbidden", "refused", "elsewhere"])
def test_a_unit_whose_sites_may_all_not_open_is_vacant(siting: Siting, tmp_path: Path, use: str) -> None:
    households, applicants = tmp_path / "households.csv", tmp_path / "applicants.csv"
    folk = "".join(f"{number},48.3{number:03d},33.4,A,urban\n" for number in range(200))
    households.write_text(HEAD + folk, encoding="utf-8")
    county = "B" if use == "elsewhere" else "A"
    said = {"forbidden": "forbidden,accepted", "refused": "candidate,refused"}.get(use, "candidate,accepted")
    applicants.write_text(
        f"applicant_id,lon,lat,county,use,decision\nQ,48.3,33.4,{county},{said}\n", encoding="utf-8"
    )
    result = siting("plan", households, "--applicants", applicants, "--out", tmp_path / "out")
    assert result.exit_code == 4, result.output
    assert summary_of(tmp_path / "out")["unassigned_by_reason"] == {"vacancy": 200}


def test_inputs_inside_the_folder_that_would_be_replaced_are_spared(
    lorestan: Path, siting: Siting, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(lorestan, own)
    result = siting("plan", own / "run.toml", "--out", own, "--overwrite")
    assert result.exit_code == 6
    assert "[input_inside_out]" in result.stderr
    assert (own / "input" / "households.csv").exists()


def test_rules_of_a_misspelt_province_are_refused(lorestan: Path, siting: Siting, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[province."لرسان"]\nmax_cases = 400\n', encoding="utf-8")
    households = lorestan / "input" / "households.csv"
    result = siting("plan", households, "--rules", rules, "--out", tmp_path / "x")
    assert result.exit_code == 3
    assert "rules.toml [unknown_province]" in result.stderr


def test_a_nation_that_lost_a_province_does_not_verify(siting: Siting, tmp_path: Path) -> None:
    out = tmp_path / "iran"
    assert siting("demo", "iran", "--scale", 0.004, "--out", out).exit_code in (0, 4)
    provinces = sorted((out / "provinces").iterdir())
    content = (out / "summary.json").read_text(encoding="utf-8")
    summary = json.loads(content)
    (out / "summary.json").write_text(json.dumps({**summary, "assigned": summary["assigned"] - 1}))
    assert "[wrong_total]" in siting("verify", out).stderr
    (out / "summary.json").write_text(content, encoding="utf-8")
    assert siting("verify", out).exit_code == 0
    shutil.rmtree(provinces[0])
    result = siting("verify", out)
    assert result.exit_code == 7
    assert "[missing_province]" in result.stderr
