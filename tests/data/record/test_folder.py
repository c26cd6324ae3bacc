from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import pytest

from data.casebook import Casebook
from data.errors import Exit, Failure, SitingError
from data.folder import write_failures, write_folder, write_plan, write_stats
from data.kinds import is_plan_folder

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[3]
STATS = {"seconds": {"read": 0.1}, "peak_mb": 99.5, "machine": "2 cores"}


def one_file(text: str = "new") -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        (folder / "casebook.gpkg").write_text(text)
        (folder / "map").mkdir()
        (folder / "map" / "index.html").write_text(text)

    return fill


def fails(error: Any) -> Callable[[Path], None]:
    def fill(folder: Path) -> Never:
        (folder / "half.csv").write_text("half")
        raise error

    return fill


def modes(folder: Path) -> tuple[set[int], set[int]]:
    return {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()}, {
        path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()
    }


def test_a_folder_is_private_with_all_its_files(tmp_path: Path) -> None:
    write_folder(tmp_path / "out" / "plan", overwrite=False, fill=one_file())
    assert modes(tmp_path / "out" / "plan") == ({0o700}, {0o600})
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["plan"]


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt(), SitingError("no plan")])
def test_a_run_that_fails_leaves_nothing_behind(tmp_path: Path, error: Any) -> None:
    with pytest.raises(type(error)):
        write_folder(tmp_path / "not" / "there" / "plan", overwrite=False, fill=fails(error))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fails_keeps_the_folder_it_would_have_replaced(tmp_path: Path) -> None:
    write_folder(tmp_path / "plan", overwrite=False, fill=one_file("old"))
    with pytest.raises(ValueError, match="a bug"):
        write_folder(tmp_path / "plan", overwrite=True, fill=fails(ValueError("a bug")))
    assert (tmp_path / "plan" / "casebook.gpkg").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_overwriting_keeps_nothing_of_the_folder_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr("data.folder.exchange", lambda *_: False)
    write_folder(tmp_path / "plan", overwrite=False, fill=one_file("old"))
    (tmp_path / "plan" / "notes.txt").write_text("mine")
    write_folder(tmp_path / "plan", overwrite=True, fill=one_file("new"))
    assert (tmp_path / "plan" / "casebook.gpkg").read_text() == "new"
    assert not (tmp_path / "plan" / "notes.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_what_is_there_is_not_replaced_unless_told(tmp_path: Path) -> None:
    write_folder(tmp_path / "plan", overwrite=False, fill=one_file("old"))
    with pytest.raises(SitingError) as refusal:
        write_folder(tmp_path / "plan", overwrite=False, fill=one_file("new"))
    assert (refusal.value.code, refusal.value.exit_code) == ("exists", Exit.REFUSED)
    assert (tmp_path / "plan" / "casebook.gpkg").read_text() == "old"


@pytest.mark.parametrize("content", ["folder", "file", "dangling"])
def test_only_a_plan_folder_is_ever_replaced(tmp_path: Path, content: Any) -> None:
    place = tmp_path / "home"
    if content == "folder":
        place.mkdir()
        (place / "summary.json").write_text("{}")
    elif content == "file":
        place.write_text("mine")
    else:
        place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(SitingError) as refusal:
        write_folder(place, overwrite=True, fill=one_file())
    assert (refusal.value.code, refusal.value.exit_code) == ("not_a_plan_folder", Exit.REFUSED)
    assert os.path.lexists(place)


def test_a_nation_is_a_plan_folder(tmp_path: Path) -> None:
    (tmp_path / "provinces").mkdir()
    assert not is_plan_folder(tmp_path)
    (tmp_path / "summary.json").write_text("{}")
    assert is_plan_folder(tmp_path)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "disk_full"),
        (PermissionError(13, "Permission denied"), "no_permission"),
        (OSError(30, "Read-only file system"), "no_permission"),
        (OSError(5, "Input/output error"), "machine"),
    ],
)
def test_a_failing_machine_is_said_in_a_sentence(tmp_path: Path, error: Any, code: str) -> None:
    with pytest.raises(SitingError) as failure:
        write_folder(tmp_path / "plan", overwrite=False, fill=fails(error))
    assert (failure.value.code, failure.value.exit_code) == (code, Exit.MACHINE)
    assert "plan" in failure.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_should_be_is_a_failing_machine(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SitingError) as failure:
        write_folder(tmp_path / "file" / "plan", overwrite=False, fill=one_file())
    assert failure.value.exit_code == Exit.MACHINE


def test_what_a_killed_run_left_is_swept_away_by_the_next(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from data.folder import write_folder\n"
        "def fill(folder):\n"
        "    (folder / 'half.csv').write_text('half'); print('there', flush=True); time.sleep(60)\n"
        "write_folder(Path(sys.argv[1]), overwrite=False, fill=fill)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "plan")],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    ) as process:
        assert process.stdout.readline() == b"there\n"
        write_folder(tmp_path / "plan", overwrite=False, fill=one_file())
        assert len(list(tmp_path.iterdir())) == 2, "a run that still lives keeps its folder"
        process.send_signal(signal.SIGKILL)
        process.wait()
    write_folder(tmp_path / "plan", overwrite=True, fill=one_file())
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_plan_folder_holds_the_record_and_everything_exported_from_it(tmp_path: Path, made: Any) -> None:
    summaries = []

    def fill(folder: Path) -> None:
        summaries.append(
            write_plan(
                folder,
                made.problem,
                made.plan,
                made.certificate,
                run={"command": "plan", "seed": 7, "time_limit": None, "inputs": {"centers": None}},
            )
        )
        write_stats(folder, STATS)

    write_folder(tmp_path / "plan", overwrite=False, fill=fill)
    folder = tmp_path / "plan"
    assert sorted(path.name for path in folder.iterdir()) == [
        "assignments.csv",
        "casebook.gpkg",
        "centers.csv",
        "exceptions.csv",
        "neighbourhoods.geojson",
        "places.csv",
        "reserves.csv",
        "run.toml",
        "run_stats.json",
        "summary.json",
        "unassigned.csv",
        "vacancies.csv",
    ]
    assert modes(folder) == ({0o700}, {0o600})
    assert summaries[0]["head"] == Casebook.open(folder / "casebook.gpkg").head
    assert tomllib.loads((folder / "run.toml").read_text()) == {"command": "plan", "seed": 7, "inputs": {}}
    assert json.loads((folder / "run_stats.json").read_text()) == STATS


def test_the_same_plan_writes_the_same_bytes_whenever_it_is_written(tmp_path: Path, made: Any) -> None:
    for name in ("one", "other"):
        write_folder(
            tmp_path / name,
            overwrite=False,
            fill=lambda folder, who=name: write_plan(
                folder, made.problem, made.plan, made.certificate, run={}, who=who
            ),
        )
    for file in (tmp_path / "one").iterdir():
        if file.suffix != ".gpkg":
            assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes(), file.name


def test_a_plan_without_its_certificate_makes_no_folder(tmp_path: Path, made: Any, moved: Any) -> None:
    def fill(folder: Path) -> None:
        write_plan(folder, made.problem, made.plan, moved.certificate, run={})

    with pytest.raises(SitingError) as refusal:
        write_folder(tmp_path / "plan", overwrite=False, fill=fill)
    assert refusal.value.code == "no_certificate"
    assert list(tmp_path.iterdir()) == []


def test_all_failing_rows_are_listed_beside_the_folder(tmp_path: Path) -> None:
    failures = [
        Failure("b.csv", 2, "empty", "", "no id"),
        Failure("a.csv", 1042, "lon_lat_swapped", "H-۱۷", 'outside Iran, "swapped"'),
    ]
    written = write_failures(tmp_path / "plan", failures)
    assert written == tmp_path / "plan.failures.csv"
    assert written.stat().st_mode & 0o777 == 0o600
    with written.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table == [
        ["file", "row", "code", "id", "message"],
        ["a.csv", "1042", "lon_lat_swapped", "H-۱۷", 'outside Iran, "swapped"'],
        ["b.csv", "2", "empty", "", "no id"],
    ]
    assert not (tmp_path / "plan").exists()
