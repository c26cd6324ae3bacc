"""Whatever goes wrong is said in the language that was asked for; places and codes stay as they are."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import pytest

import door.folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

PERSIAN = re.compile("[\u0600-\u06ff]")
HEAD = "household_id,lon,lat,county,pin\n"
SITES = "applicant_id,site_id,lon,lat,county,use\n"


def households(folder: Path, count: int = 200) -> Path:
    rows = "".join(f"H{number},{48 + number / 1000:.3f},33.5,A,\n" for number in range(count))
    return written(folder / "households.csv", HEAD + rows)


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_failing_rows_are_told_and_listed_in_persian(siting: Siting, tmp_path: Path) -> None:
    rows = "".join(f"H{number},33.5,48.3,A,\n" for number in range(21))
    file = written(tmp_path / "households.csv", HEAD + rows)
    result = siting("plan", file, "--out", tmp_path / "plan", "--lang", "fa")
    assert result.exit_code == 3
    lines = [line for line in result.stderr.splitlines() if "[" in line]
    assert lines[0] == (
        "households.csv:2 [lon_lat_swapped] H0: بیرون از ایران است؛ با جابه‌جایی طول و عرض درون ایران می‌شود"
    )
    assert result.stderr.splitlines()[-2:] == [
        "... و ۱ ایراد دیگر",
        "فهرست کامل (۲۱ ایراد) در plan.failures.csv است.",
    ]
    with (tmp_path / "plan.failures.csv").open(encoding="utf-8-sig", newline="") as listed:
        table = list(csv.DictReader(listed))
    assert (table[20]["row"], table[20]["code"]) == ("22", "lon_lat_swapped")
    assert all(PERSIAN.search(row["message"]) for row in table)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("centers = 99", "too_many_centers"),
        ("status = ['pensioner']", "missing_column"),
        ("max_cases = 0", "rule_out_of_range"),
        ("within = 'street'", "wrong_rule_type"),
        ("bounds = 3", "unknown_rule"),
        ("min_cases = 500", "impossible_rules"),
        ("[province.'Atlantis']\nmax_cases = 400", "unknown_province"),
        ("area_apart = true", "missing_column"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_in_either_language(
    siting: Siting, tmp_path: Path, rules: str, code: str
) -> None:
    command = ("plan", households(tmp_path), "--rules", written(tmp_path / "rules.toml", rules))
    said = {}
    for lang in ("en", "fa"):
        result = siting(*command, "--out", tmp_path / "plan", "--workers", 1, "--lang", lang)
        assert result.exit_code == 3
        said[lang] = next(line for line in result.stderr.splitlines() if f"[{code}]" in line)
    assert not PERSIAN.search(said["en"])
    assert PERSIAN.search(said["fa"])
    assert said["fa"].split("]")[0] == said["en"].split("]")[0]


@pytest.mark.parametrize(
    "command",
    [
        ("demo", "atlantis"),
        ("demo", "lorestan", "--centers", "many"),
        ("demo", "lorestan", "--cases", "0-3"),
        ("plan", "run.toml"),
        ("catchments", "nowhere.csv"),
        ("export", "nowhere"),
    ],
)
def test_every_refusal_at_the_door_is_in_the_language_asked(
    siting: Siting, tmp_path: Path, command: tuple[str, ...]
) -> None:
    words = [tmp_path / word if "." in word else word for word in command]
    result = siting(*words, "--out", tmp_path / "out", "--lang", "fa")
    assert result.exit_code in (2, 3)
    assert all(PERSIAN.search(line) for line in result.stderr.splitlines())


def test_an_interrupted_run_says_so_in_persian(
    siting: Siting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(door.folder, "found_folder", interrupt)
    result = siting("plan", households(tmp_path), "--out", tmp_path / "plan", "--lang", "fa")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "اجرا قطع شد."


def test_travel_of_another_run_is_refused_and_a_larger_one_is_counted(siting: Siting, tmp_path: Path) -> None:
    applicants = written(tmp_path / "applicants.csv", SITES + "P,P-1,48.1,33.5,A,\n")
    travel = tmp_path / "travel.csv"
    command = ("check", households(tmp_path), "--applicants", applicants, "--travel", travel, "--lang", "en")
    written(travel, "household_id,site_id,km\nX1,P-1,1\nH0,S-9,2\n")
    refused = siting(*command)
    assert refused.exit_code == 3
    assert [line.split("]")[0] for line in refused.stderr.splitlines()] == [
        "travel.csv:2 [unknown_household",
        "travel.csv:3 [unknown_site",
    ]
    written(travel, "household_id,site_id,km\nX1,P-1,1\nH0,S-9,2\nH0,P-1,3\n")
    counted = siting(*command)
    assert counted.exit_code == 0
    assert "travel.csv [foreign_travel]" in counted.stderr


def test_a_plan_says_which_travel_it_leaves_aside(siting: Siting, tmp_path: Path) -> None:
    file = households(tmp_path)
    applicants = written(tmp_path / "applicants.csv", SITES + "P,P-1,48.1,33.5,A,\n")
    pairs = "".join(f"H{number},P-1,2\n" for number in range(200))
    travel = written(tmp_path / "travel.csv", "household_id,site_id,km\n" + pairs + "X1,P-1,1\n")
    result = siting(
        "plan", file, "--applicants", applicants, "--travel", travel, "--out", tmp_path / "plan",
        "--workers", 1, "--lang", "fa",
    )  # fmt: skip
    assert result.exit_code == 0
    (note,) = [line for line in result.stderr.splitlines() if "foreign_travel" in line]
    assert note.startswith("travel.csv [foreign_travel] ")
    assert note.endswith(": ۱ ردیف (۱ خانوار و ۰ محل)")


def test_check_lists_columns_it_did_not_read_and_headers_that_occur_twice(
    siting: Siting, tmp_path: Path
) -> None:
    rows = "".join(f"H{number},48.3,33.5,A,x,y,z\n" for number in range(3))
    file = written(tmp_path / "in.csv", "household_id,lon,lat,county,remark,colour,remark\n" + rows)
    found = json.loads(siting("check", file, "--json").stdout)
    dropped = ["remark", "colour", "remark"]
    [told] = found["files"]
    assert (told["file"], told["rows"]) == ("in.csv", 3)
    assert (told["not_read"], told["repeated"]) == (dropped, ["remark"])
    assert [(note["file"], note["row"], note["code"]) for note in found["notes"]] == [
        ("in.csv", 1, "repeated_header")
    ]
    kept = json.loads(siting("check", file, "--keep", "colour", "--json").stdout)
    assert kept["files"][0]["not_read"] == ["remark", "remark"]
    english, persian = (siting("check", file, "--lang", lang).stdout for lang in ("en", "fa"))
    assert "columns not read: remark · colour · remark" in english
    assert "occur more than once: remark" in english
    assert "این ستون‌ها به کار نرفت: remark · colour · remark" in persian
    assert "این سرستون‌ها بیش از یک بار آمده‌اند: remark" in persian


def test_rules_are_explained_in_persian_and_read_back_as_the_same(siting: Siting, tmp_path: Path) -> None:
    printed = siting("rules", "--lang", "fa").stdout
    assert "# هر مرکز دست‌کم این شمار پرونده دارد [پرونده برای هر مرکز]\nmin_cases = 150" in printed
    again = siting("rules", written(tmp_path / "rules.toml", printed)).stdout
    assert again == siting("rules").stdout
