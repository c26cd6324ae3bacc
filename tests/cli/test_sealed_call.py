"""A plan under a seal lets nobody compete whom the sealed rules refuse, and replays under the same seal."""

from __future__ import annotations

import csv
import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

RULES = """min_cases = 4
max_cases = 40
centers = 1
privacy_k = 3
within = "none"

[call]
opens = "1399/03/01"
deadline = "1399/03/20"
"""
HEAD = "applicant_id,lon,lat,score,kind,field,accessible,registered_at,کد ملی"
APPLICANTS = (
    "LATE,48.315,33.515,90,natural,psychology,true,1399/03/21,0499370899",
    "NARROW,48.315,33.515,90,natural,psychology,false,1399/03/05,0790419904",
    "FIT,48.335,33.515,10,natural,psychology,true,1399/03/05,0013542419",
)


@pytest.fixture
def files(tmp_path: Path, siting: Siting) -> Path:
    homes = [f"H{x}{y},{48.3 + x / 100:.2f},{33.5 + y / 100:.2f}" for x in range(4) for y in range(4)]
    (tmp_path / "homes.csv").write_text("\n".join(["household_id,lon,lat", *homes]), encoding="utf-8")
    (tmp_path / "applicants.csv").write_text("\n".join([HEAD, *APPLICANTS]), encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "key").write_text("ab" * 32)
    (tmp_path / "other").write_text("cd" * 32)
    made = siting(
        "seal", "--rules", tmp_path / "rules.toml", "--seed", 1405, "--key", tmp_path / "key", "--out",
        tmp_path / "seal.json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "WARNING: the call closed on 2020-06-09" in made.output
    assert "printf '%s' '1405|ID' | sha256sum" in made.output
    return tmp_path


def test_whom_the_sealed_rules_refuse_does_not_compete(files: Path, siting: Siting) -> None:
    out, again = files / "plan", files / "again"
    options = ["--applicants", files / "applicants.csv", "--rules", files / "rules.toml", "--workers", 1]
    run = siting(
        "plan",
        files / "homes.csv",
        *options,
        "--seal",
        files / "seal.json",
        "--key",
        files / "key",
        "--out",
        out,
    )
    assert run.exit_code == 0, run.output
    assert "applicants.csv:2 [too_late] LATE-1: registered after the deadline" in run.output
    table = list(csv.DictReader((out / "applicants.csv").read_text(encoding="utf-8-sig").splitlines()))
    said = {row["applicant_id"]: (row["outcome"], row["reason_en"]) for row in table}
    assert said["FIT"][0] == "chosen"
    assert said["LATE"] == ("ineligible", "registered after the deadline")
    assert said["NARROW"] == ("ineligible", "the premises are not accessible to disabled people")
    seal = json.loads((files / "seal.json").read_text(encoding="utf-8"))["seal"]
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["seal"] == seal
    assert seal in run.output
    replayed = siting("plan", out / "run.toml", "--key", files / "key", "--out", again, "--workers", 1)
    assert replayed.exit_code == 0, replayed.output
    assert (again / "applicants.csv").read_bytes() == (out / "applicants.csv").read_bytes()


def test_another_key_than_the_sealed_one_is_refused(files: Path, siting: Siting) -> None:
    bare = [
        line.rsplit(",", 1)[1] + line[line.index(",") :].rsplit(",", 1)[0] for line in (HEAD, *APPLICANTS)
    ]
    (files / "coded.csv").write_text("\n".join(bare), encoding="utf-8")
    rules = ["--rules", files / "rules.toml", "--seal", files / "seal.json"]
    for key, code in (("key", 0), ("other", 6)):
        named = [*rules, "--key", files / key, "--out", files / f"{key}.csv"]
        assert siting("vet", files / "coded.csv", *named).exit_code == code
        files_of_plan = [
            "--applicants",
            files / "coded.csv",
            "--key",
            files / key,
            "--out",
            files / "p",
        ]
        if code:
            run = siting("plan", files / "homes.csv", *rules, *files_of_plan)
            assert run.exit_code == code, run.output
            assert "[other_sealed_key]" in run.output
    help_text = siting("vet", "--help").output
    assert "[call]" in help_text


def test_no_time_limit_decides_who_wins(files: Path, siting: Siting) -> None:
    options = ["--applicants", files / "applicants.csv", "--rules", files / "rules.toml", "--time-limit", 60]
    seal = ["--seal", files / "seal.json", "--key", files / "key"]
    run = siting("plan", files / "homes.csv", *options, *seal, "--out", files / "plan")
    assert run.exit_code == 2
    assert "settled by planning to the end" in run.output
    assert not (files / "plan").exists()


def test_a_call_that_is_interrupted_leaves_nothing(
    files: Path, siting: Siting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("the interrupt was held")

    monkeypatch.setattr("door.folder.fair_problem", interrupted)
    options = ["--applicants", files / "applicants.csv", "--rules", files / "rules.toml"]
    seal = ["--seal", files / "seal.json", "--key", files / "key"]
    run = siting("plan", files / "homes.csv", *options, *seal, "--out", files / "plan")
    assert run.exit_code == 130, run.output
    assert not (files / "plan").exists()


def test_a_seal_that_cannot_be_made_leaves_nothing(tmp_path: Path, siting: Siting) -> None:
    run = siting("seal", "--key", tmp_path / "nokey", "--out", tmp_path / "seal.json")
    assert run.exit_code == 3
    assert "[missing_key]" in run.output
    assert list(tmp_path.iterdir()) == []
