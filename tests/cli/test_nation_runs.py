"""A province that fails is its own loss; what is missing is planned by --resume, and nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import door.nation
import door.province
import door.work
from data.summary import schema
from tests.cli.small_nation import PROVINCES, SIZES, content, write_households

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Siting

PLAN = door.province.plan_sites
ORDER_OF_SIZE = ["15", "16", "13", "00"]


@pytest.fixture(scope="module")
def households(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_households(tmp_path_factory.mktemp("input"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, siting: Siting, households: Path) -> Path:
    out = tmp_path_factory.mktemp("whole") / "nation"
    result = siting("plan", households, "--out", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    return out


def summary_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def province_of(problem: Any) -> str:
    name = problem.households["province"].iloc[0]
    return next(code for code, one in PROVINCES.items() if one[0] == name)


def failing(errors: dict[str, Callable[[], BaseException | None]]) -> Callable[..., Any]:
    """Return a search that does something else before, or instead, in some provinces."""

    def plan(problem: Any, **options: Any) -> Any:
        error = errors.get(province_of(problem), lambda: None)()
        if error is not None:
            raise error
        return PLAN(problem, **options)

    return plan


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_whole_nation_says_that_nothing_is_missing(whole: Path) -> None:
    summary = summary_of(whole)
    jsonschema.validate(summary, schema())
    assert summary["missing"] == []
    assert '<section class="missing"' not in (whole / "map" / "index.html").read_text(encoding="utf-8")
    assert [one["code"] for one in summary["provinces"]] == ["16", "15", "00", "13"]


@pytest.mark.parametrize("options", [("--workers", 2), ("--workers", 2, "--backend", "threads")])
def test_any_workers_give_the_same_bytes(
    siting: Siting, tmp_path: Path, households: Path, whole: Path, options: tuple[object, ...]
) -> None:
    # run.toml says where the inputs lie from there.
    out = whole.parent / tmp_path.name
    result = siting("plan", households, "--out", out, *options)
    assert result.exit_code == 0, result.output
    assert content(out) == content(whole)


@pytest.mark.parametrize(
    "words",
    [
        ("en", "province ایلام is not planned", "Mend the input and plan all of it anew"),
        ("fa", "استان ایلام برنامه‌ریزی نشد", "ورودی را درست کنید"),
    ],
)
def test_a_province_with_bad_rows_does_not_lose_the_others(
    siting: Siting, tmp_path: Path, whole: Path, words: tuple[str, str, str]
) -> None:
    lang, said, advice = words
    out = tmp_path / "nation"
    file = write_households(tmp_path, broken="16")
    result = siting("plan", file, "--out", out, "--workers", 1, "--lang", lang)
    assert result.exit_code == 3
    assert said in result.stderr
    assert "  households.csv:192 [missing_unit] 16-0: " in result.stderr
    assert advice in result.stderr
    assert (tmp_path / "nation.failures.csv").read_text(encoding="utf-8-sig").count("missing_unit") == 2
    summary = summary_of(out)
    jsonschema.validate(summary, schema())
    missing = {"code": "16", "province": "ایلام", "households": SIZES["16"], "reason": "missing_unit"}
    assert summary["missing"] == [missing]
    page = (out / "map" / "index.html").read_text(encoding="utf-8")
    told = re.search('<section class="missing".*?</section>', page, re.DOTALL)
    assert told
    for word in (
        "Ilam",
        "ایلام",
        "180 households",
        "its county is not given",
        "شهرستان آن گفته نشده",
        "missing_unit",
    ):
        assert word in told.group()
    assert summary["households"] == sum(SIZES.values()) - SIZES["16"]
    for code in ("00", "13", "15"):
        name = f"provinces/{code}/assignments.csv"
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    verified = siting("verify", out, "--lang", lang)
    assert verified.exit_code == 7
    assert "provinces/16 [unplanned_province] 16: " in verified.stderr
    assert len(verified.stderr.splitlines()) == 1
    assert [line.split(":")[0] for line in verified.stdout.splitlines()] == ["00", "13", "15"]


def test_a_number_of_centers_is_not_shared_out_without_one_province(siting: Siting, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("centers = 4", encoding="utf-8")
    file = write_households(tmp_path, broken="16")
    result = siting("plan", file, "--rules", tmp_path / "rules.toml", "--out", tmp_path / "nation")
    assert result.exit_code == 3
    assert "[missing_unit]" in result.stderr
    assert not (tmp_path / "nation").exists()


def test_the_worst_failure_is_the_exit_code_and_a_bug_says_where(
    siting: Siting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_households(tmp_path, broken="16")
    errors = {"13": lambda: ZeroDivisionError("no ground"), "00": lambda: OSError(28, "full", "casebook")}
    monkeypatch.setattr(door.province, "plan_sites", failing(errors))
    result = siting("plan", file, "--out", tmp_path / "nation", "--workers", 1)
    assert result.exit_code == 1
    reasons = {one["code"]: one["reason"] for one in summary_of(tmp_path / "nation")["missing"]}
    assert reasons == {"16": "missing_unit", "13": "bug", "00": "disk_full"}
    page = (tmp_path / "nation" / "map" / "index.html").read_text(encoding="utf-8")
    assert "3 provinces are not planned" in page
    assert "a fault of the program itself" in page
    # What the program or the machine said of it may hold paths and values.
    assert "no ground" not in page
    assert "casebook" not in page
    assert "[bug] a fault of the program itself (ZeroDivisionError: no ground)" in result.stderr
    assert "Traceback" in result.stderr
    assert {one.name for one in (tmp_path / "nation" / "provinces").iterdir()} == {"15"}


def test_when_all_provinces_fail_nothing_is_left(
    siting: Siting, tmp_path: Path, households: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {code: lambda: OSError(28, "full", "casebook") for code in PROVINCES}
    monkeypatch.setattr(door.province, "plan_sites", failing(every))
    result = siting("plan", households, "--out", tmp_path / "nation", "--workers", 1)
    assert result.exit_code == 8
    assert not list(tmp_path.iterdir())


def test_an_interrupted_nation_keeps_what_is_finished_and_resume_makes_it_whole(
    siting: Siting, tmp_path: Path, households: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = whole.parent / tmp_path.name
    command = ("plan", households, "--out", out, "--workers", 1)
    monkeypatch.setattr(door.province, "plan_sites", failing({"13": interrupt}))
    cut = siting(*command)
    assert cut.exit_code == 130
    assert "the provinces finished until then stand in" in cut.stderr
    assert [one["reason"] for one in summary_of(out)["missing"]] == ["interrupted", "interrupted"]
    assert siting("verify", out).exit_code == 7
    before = {code: (out / "provinces" / code / "casebook.gpkg").read_bytes() for code in ("15", "16")}
    redone: list[str] = []
    seen = {code: lambda code=code: redone.append(code) for code in PROVINCES}
    monkeypatch.setattr(door.province, "plan_sites", failing(seen))
    resumed = siting(*command, "--resume")
    assert resumed.exit_code == 0, resumed.output
    assert redone == ["13", "00"]
    assert content(out) == content(whole)
    after = {code: (out / "provinces" / code / "casebook.gpkg").read_bytes() for code in before}
    assert after == before
    assert siting("verify", out).exit_code == 0


def test_a_province_taken_away_is_missing_and_a_whole_nation_has_nothing_to_do(
    siting: Siting, tmp_path: Path, households: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(whole)
    monkeypatch.setattr(door.nation, "Work", None)
    nothing = siting("plan", households, "--out", whole, "--resume", "--lang", "fa")
    assert nothing.exit_code == 0
    assert "هیچ استانی کم نیست" in nothing.stderr
    assert content(whole) == before
    monkeypatch.undo()
    out = whole.parent / tmp_path.name
    assert siting("plan", households, "--out", out, "--workers", 1).exit_code == 0
    (out / "provinces" / "16").rename(tmp_path / "16")
    assert siting("plan", households, "--out", out, "--workers", 1, "--resume").exit_code == 0
    assert content(out) == before


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--seed", "4", "other_seed"),
        ("--rules", "rules.toml", "other_input"),
        ("--keep", "county", "other_columns"),
    ],
)
def test_another_run_is_not_resumed(
    siting: Siting,
    households: Path,
    whole: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    option: str,
    value: str,
    code: str,
) -> None:
    monkeypatch.chdir(households.parent)
    (households.parent / "rules.toml").write_text("max_cases = 400", encoding="utf-8")
    before = content(whole)
    result = siting("plan", households, "--out", whole, "--resume", option, value)
    assert result.exit_code == 6
    assert f"[{code}]" in result.stderr
    assert content(whole) == before


def test_other_inputs_or_versions_are_not_resumed(siting: Siting, tmp_path: Path, whole: Path) -> None:
    other = write_households(tmp_path, broken="16")
    assert "households.csv [other_input]" in siting("plan", other, "--out", whole, "--resume").stderr
    same = write_households(tmp_path)
    summary = summary_of(whole)
    content_before = (whole / "summary.json").read_bytes()
    summary["versions"]["siting"] = "0.0.1"
    (whole / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    refused = siting("plan", same, "--out", whole, "--resume")
    (whole / "summary.json").write_bytes(content_before)
    assert refused.exit_code == 6
    assert "run.toml [other_version] siting: those provinces were made with 0.0.1" in refused.stderr


def test_only_a_nation_is_resumed(siting: Siting, tmp_path: Path, lorestan: Path, households: Path) -> None:
    one = siting("demo", "lorestan", "--scale", 0.1, "--out", lorestan, "--resume")
    assert (one.exit_code, "[not_a_nation]" in one.stderr) == (6, True)
    none = siting("plan", households, "--out", tmp_path / "nowhere", "--resume")
    assert (none.exit_code, "[nothing_to_resume]" in none.stderr) == (6, True)
    both = siting("plan", households, "--out", tmp_path / "nowhere", "--resume", "--overwrite")
    assert both.exit_code == 2
    assert not list(tmp_path.iterdir())


class Deadly:
    """Stands for the work on a province; where it is unpacked, it may end the process."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __reduce__(self) -> tuple[object, ...]:
        return eval, (self.source,)


def test_a_worker_killed_midway_costs_nothing(
    siting: Siting, tmp_path: Path, households: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = str(tmp_path / "killed")
    found = "__import__('door.province', fromlist=['_']).found_province"
    kill = f"(open({mark!r}, 'x'), __import__('os')._exit(9))"
    once = f"{kill} if not __import__('os').path.exists({mark!r}) else {found}"
    monkeypatch.setattr(door.work, "found_province", Deadly(once))
    out = whole.parent / f"{tmp_path.name}-killed"
    result = siting("plan", households, "--out", out, "--workers", 2)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "killed").exists()
    assert content(out) == content(whole)


def test_a_province_that_kills_every_worker_is_missing_alone(
    siting: Siting, tmp_path: Path, households: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = "__import__('door.province', fromlist=['_']).found_province(problem, order)"
    always = f"lambda problem, order: __import__('os')._exit(9) if order.code == '13' else {found}"
    monkeypatch.setattr(door.work, "found_province", Deadly(always))
    result = siting("plan", households, "--out", tmp_path / "nation", "--workers", 2)
    assert result.exit_code == 8
    assert [(one["code"], one["reason"]) for one in summary_of(tmp_path / "nation")["missing"]] == [
        ("13", "worker_died")
    ]
    assert "--resume plans only what is missing" in result.stderr
