"""What goes in as national codes comes out nowhere: in no file of the folder, in no message."""

from __future__ import annotations

import csv
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.national_codes import code, dashed, mistyped, persian

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

FOLK = [code(1_354_241 + number * 1_234_567) for number in range(320)]
OWNERS = [code(45_000_000 + number * 7_654_321) for number in range(2)]
KEPT = "کد سرپرست"


def written(number: int, right: str) -> str:
    """The code of a row as people write it; every fortieth mistyped."""
    if number % 40 == 7:
        return mistyped(right)
    return (right, persian(right), dashed(right), right.lstrip("0"))[number % 4]


def inputs(folder: Path, *, cases: str = "1") -> tuple[object, ...]:
    """Households named by «کد ملی», applicants by theirs, travel by both, one household pinned."""
    folder.mkdir(exist_ok=True)
    rows = [["کد ملی", "lon", "lat", "county", "cases", "pin", KEPT, "یادداشت"]]
    for number, right in enumerate(FOLK):
        pin = f"{OWNERS[0]}-1" if number == 0 else ""
        head = FOLK[number - number % 3]
        point = [f"48.3{number:03d}", f"33.4{number % 7}"]
        rows.append([written(number, right), *point, "A", cases, pin, head, f"file {right}/1"])
    sites = [["applicant_id", "lon", "lat", "county"]]
    sites += [[one, f"48.{3 + place}", "33.43", "A"] for one in OWNERS for place in range(2)]
    travel = [["household_id", "site_id", "km"]]
    travel += [
        [
            dashed(right) if written(number, right) != mistyped(right) else mistyped(right),
            f"{one}-{place}",
            "2.5",
        ]
        for number, right in enumerate(FOLK)
        for one in OWNERS
        for place in (1, 2)
    ]
    for name, table in (("households", rows), ("applicants", sites), ("travel", travel)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    options = ["--applicants", folder / "applicants.csv", "--travel", folder / "travel.csv"]
    return (folder / "households.csv", *options, "--keep", KEPT, "--keep", "یادداشت")


def spellings() -> re.Pattern[bytes]:
    codes = [*FOLK, *OWNERS, *(mistyped(one) for one in FOLK)]
    whole = [form(one) for one in codes for form in (str, persian, dashed)]
    short = [one.lstrip("0") for one in codes if one.startswith("0")]
    return re.compile("|".join(re.escape(one) for one in [*whole, *short]).encode())


SPELLINGS = spellings()


def assert_no_code(*contents: bytes | str) -> None:
    for content in contents:
        raw = content.encode() if isinstance(content, str) else content
        assert SPELLINGS.search(raw) is None


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def exported(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files(folder)
        if file.suffix in {".csv", ".geojson", ".html"} or file.name == "summary.json"
    }


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    return inputs(tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "own.key"
    file.write_text("0123456789abcdef" * 4)
    return file


@pytest.fixture(scope="module")
def plan(
    given: tuple[object, ...], key: Path, siting: Siting, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("planned") / "plan"
    result = siting("plan", *given, "--key", key, "--out", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("[pseudonyms]") == 7
    assert "households.csv:1 [pseudonyms] column کد ملی " in result.stderr
    assert str(key) in result.stderr
    assert key.read_text() not in result.output
    assert_no_code(result.output)
    return out


def test_no_byte_of_the_plan_folder_is_a_code(plan: Path, key: Path) -> None:
    assert {"casebook.gpkg", "run.toml", "assignments.csv", "index.html"} <= {one.name for one in files(plan)}
    for file in files(plan):
        content = file.read_bytes()
        assert_no_code(content)
        assert key.read_bytes() not in content


def test_ids_still_meet(plan: Path) -> None:
    with (plan / "assignments.csv").open(encoding="utf-8-sig", newline="") as file:
        assigned = list(csv.DictReader(file))
    assert len({one["household_id"] for one in assigned}) == len(FOLK)
    # Only where the ids of the travel file were found are the kilometres those of the file.
    assert {one["km"] for one in assigned} == {"2.500"}


def test_exports_and_what_is_handed_on_hold_no_code(plan: Path, siting: Siting, tmp_path: Path) -> None:
    for more in ([], ["--public"]):
        out = tmp_path / f"export{len(more)}"
        result = siting("export", plan, "--out", out, *more)
        assert result.exit_code == 0, result.output
        assert_no_code(result.output, *(file.read_bytes() for file in files(out)))
    assert siting("verify", plan).exit_code == 0


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_check_shows_no_code(given: tuple[object, ...], siting: Siting, lang: str, settings: Path) -> None:
    result = siting("check", *given, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert_no_code(result.output)
    assert "[pseudonyms]" in result.stderr
    assert str(settings) in result.stderr


@pytest.mark.parametrize("break_it", ["cases", "twice", "column", "travel"])
def test_a_run_that_fails_tells_no_code(siting: Siting, tmp_path: Path, break_it: str) -> None:
    arguments = inputs(tmp_path / "in", cases="0" if break_it == "cases" else "1")
    households, travel = tmp_path / "in" / "households.csv", tmp_path / "in" / "travel.csv"
    content = households.read_text(encoding="utf-8")
    if break_it == "twice":
        households.write_text(content + content.split("\n", 1)[1], encoding="utf-8")
    elif break_it == "column":
        households.write_text(content.replace("lon,", "east,", 1).replace("48.", "x"), encoding="utf-8")
    elif break_it == "travel":
        travel.write_text(travel.read_text(encoding="utf-8").replace("2.5", "far"), encoding="utf-8")
    result = siting("plan", *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 3, result.output
    assert {one.name for one in tmp_path.iterdir()} == {"in", "out.failures.csv"}
    assert_no_code(result.output, (tmp_path / "out.failures.csv").read_bytes())


def test_a_code_that_is_typed_is_found_and_not_told(
    plan: Path, key: Path, siting: Siting, tmp_path: Path
) -> None:
    for asked in (["history", plan, FOLK[3]], ["explain", plan, "--household", persian(FOLK[3])]):
        found = siting(*asked, "--key", key)
        assert found.exit_code == 0, found.output
        assert_no_code(found.output)
    for asked in (["history", plan, mistyped(FOLK[3])], ["explain", plan, "--household", mistyped(FOLK[3])]):
        lost = siting(*asked, "--key", key)
        assert lost.exit_code == 3, lost.output
        assert_no_code(lost.output)
    refused = siting("apply", plan, tmp_path / "none", "--why", f"move {FOLK[3]}")
    assert refused.exit_code == 2, refused.output
    assert "[personal_remark] --why holds a national code" in refused.stderr
    assert_no_code(refused.output)


def test_same_key_same_bytes_other_key_same_centers(
    plan: Path, given: tuple[object, ...], key: Path, siting: Siting, tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    other.write_text("another key of thirty-two letters")
    for name, file in (("same", key), ("other", other)):
        result = siting("plan", *given, "--key", file, "--out", tmp_path / name, "--workers", 1)
        assert result.exit_code == 0, result.output
    assert exported(tmp_path / "same") == exported(plan)

    def centers(folder: Path) -> list[tuple[str, ...]]:
        with (folder / "centers.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            return sorted((one["lon"], one["lat"], one["preference"], one["cases"]) for one in rows)

    assert centers(tmp_path / "other") == centers(plan)
    assert exported(tmp_path / "other")["assignments.csv"] != exported(plan)["assignments.csv"]


def test_a_replay_needs_the_same_key(plan: Path, key: Path, siting: Siting, tmp_path: Path) -> None:
    run = plan / "run.toml"
    assert re.search(r'^key_fingerprint = "[0-9a-f]{8}"$', run.read_text(encoding="utf-8"), re.MULTILINE)
    for more in ([], ["--lang", "fa"]):
        refused = siting("plan", run, "--out", tmp_path / "no", *more)
        assert refused.exit_code == 6, refused.output
        assert "[other_key]" in refused.stderr
        assert not (tmp_path / "no").exists()
    again = siting("plan", run, "--key", key, "--out", tmp_path / "again", "--workers", 1)
    assert again.exit_code == 0, again.output
    assert exported(tmp_path / "again")["assignments.csv"] == exported(plan)["assignments.csv"]


@pytest.mark.parametrize("command", ["plan", "catchments"])
def test_a_key_in_the_folder_that_is_written_is_refused(
    plan: Path, siting: Siting, tmp_path: Path, command: str
) -> None:
    out = tmp_path / "out"
    shutil.copytree(plan, out)
    key = out / "own.key"
    key.write_text("0123456789abcdef")
    households = inputs(tmp_path / "in")[0]
    result = siting(command, households, "--key", key, "--out", out, "--overwrite")
    assert result.exit_code == 6, result.output
    assert "[key_inside_folder]" in result.stderr
    assert key.exists()


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_key_that_was_named_and_is_not_there_is_an_error(
    given: tuple[object, ...], siting: Siting, tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "none.key"
    if by == "environment":
        monkeypatch.setenv("SITING_KEY_FILE", str(missing))
    result = siting("check", *given, *(["--key", missing] if by == "option" else []))
    assert result.exit_code == 3, result.output
    assert "none.key [missing_key]" in result.stderr
    assert not missing.exists()
