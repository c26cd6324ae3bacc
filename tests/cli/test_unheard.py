"""Who reads the output may leave at any time; machines are told what is wrong as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

BAD = "household_id,lon,lat\n1,48.3,33.4\n1,48.3,33.4\n"


def exit_code(*arguments: object, deaf: tuple[str, ...]) -> int:
    """Run a command whose readers have left before it says a word."""
    read, write = os.pipe()
    os.close(read)
    streams = {name: write if name in deaf else subprocess.DEVNULL for name in ("stdout", "stderr")}
    command = [sys.executable, "-m", "cli", *(str(one) for one in arguments)]
    try:
        return subprocess.run(command, check=False, **streams).returncode
    finally:
        os.close(write)


@pytest.mark.parametrize("deaf", [("stdout",), ("stderr",), ("stdout", "stderr")])
def test_the_exit_code_is_the_same_when_nobody_listens(tmp_path: Path, deaf: tuple[str, ...]) -> None:
    (tmp_path / "in.csv").write_text(BAD)
    assert exit_code("verify", tmp_path, deaf=deaf) == 3
    assert exit_code("check", tmp_path / "in.csv", "--json", deaf=deaf) == 3
    assert exit_code("rules", deaf=deaf) == 0


def test_check_tells_machines_what_is_wrong(siting: Siting, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(BAD)
    result = siting("check", tmp_path / "in.csv", "--json", "--lang", "fa")
    assert result.exit_code == 3
    rows = json.loads(result.stdout)["failures"]
    assert [(row["file"], row["row"], row["code"], row["id"]) for row in rows] == [
        ("in.csv", 3, "duplicate_id", "1")
    ]
    assert "شناسه" in rows[0]["message"]
    assert "in.csv:3 [duplicate_id] 1" in result.stderr


def test_what_is_wrong_as_a_whole_is_told_as_a_row_of_no_file(siting: Siting, tmp_path: Path) -> None:
    result = siting("verify", tmp_path, "--json")
    (row,) = json.loads(result.stdout)["failures"]
    assert result.exit_code == 3
    assert (row["file"], row["row"], row["code"]) == ("", 0, "missing_casebook")
