"""A month of moves in the small nation, and what its records say of everybody."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from pathlib import Path

from data.casebook import CASEBOOK, Casebook
from tests.cli.small_nation import PROVINCES

HEADER = "household_id,date,event,lon,lat,province,cases"
MOVES = [
    "15-3,1405/07/01,move,46.41,33.61,,",
    "15-4,1405/07/02,move,48.51,34.81,همدان,",
    "16-9,1405/07/01,move,46.42,33.60,,",
    "13-5,1405/07/03,leave,,,,",
    "00-7,1405/07/03,address_unknown,,,,",
    "NEW-1,1405/07/04,join,49.71,34.11,,2",
    "NEW-1,1405/08/04,move,48.41,33.51,,",
]
WENT = {"15-3": "16", "15-4": "13", "NEW-1": "15"}
KILLER = Path(__file__).with_name("killed.py")


def write(file: Path, rows: list[str], header: str = HEADER) -> Path:
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def living(nation: Path) -> dict[str, list[str]]:
    """Return the provinces whose record has each household."""
    found: dict[str, list[str]] = {}
    for code in PROVINCES:
        problem = Casebook.open(nation / "provinces" / code / CASEBOOK).problem()
        for who in problem.households["household_id"]:
            found.setdefault(who, []).append(code)
    return found


def versions(nation: Path) -> dict[str, int]:
    return {code: Casebook.open(nation / "provinces" / code / CASEBOOK).version for code in PROVINCES}


def killed(*command: object) -> None:
    """Run a command that kills itself at the call that the first three words tell."""
    ended = subprocess.run(
        [sys.executable, KILLER, *map(str, command)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
