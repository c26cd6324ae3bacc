"""The house: imports only go down, and no text or path that should not be there."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {"data": 0, "allocation": 1, "siting": 2, "maps": 2, "door": 3, "cli": 4}
BELOW = {"maps", "siting", "allocation", "data"}
ALLOWED = {
    "data": {"data"},
    "allocation": {"allocation", "data"},
    "siting": {"siting", "allocation", "data"},
    "maps": {"maps", "data"},
    "door": {"door", *BELOW},
    "cli": {"door", *BELOW},
}


def modules() -> list[Path]:
    return [
        *(file for room in FLOORS if room != "cli" for file in sorted((ROOT / room).rglob("*.py"))),
        ROOT / "cli.py",
    ]


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_only_go_down(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0].removesuffix(".py")
    upward = {name for name in imported(file) if name.split(".")[0] in FLOORS} - {
        name for name in imported(file) if name.split(".")[0] in ALLOWED[room]
    }
    assert not upward


def test_the_verifier_knows_no_solver_and_measures_for_itself() -> None:
    barred = (
        "ortools",
        "scipy.optimize",
        "sklearn",
        "siting",
        "allocation",
        "maps",
        "data.geodesy",
        "data.summary",
    )
    for file in sorted((ROOT / "data" / "verify").glob("*.py")):
        assert not [name for name in imported(file) if name.startswith(barred)], file.name


def test_solvers_that_clash_are_not_depended_on() -> None:
    assert "highspy" not in (ROOT / "pyproject.toml").read_text()
    assert "highspy" not in (ROOT / "constraints.txt").read_text()


def test_constraints_name_versions_and_no_address() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert all("==" in line and "/" not in line and "@" not in line for line in lines)


def test_nothing_generated_is_committed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [
        name for name in listed if name.startswith(("out/", ".venv/")) or name.endswith((".pyc", ".gpkg"))
    ]


@pytest.mark.parametrize(
    "room", ["siting", "allocation", "maps", "data.readers", "data.verify", "data.casebook"]
)
def test_a_public_name_is_what_it_says_even_after_its_modules_were_imported(room: str) -> None:
    package = importlib.import_module(room)
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{room}.{module.name}")
    for name in package.__all__:
        assert not isinstance(getattr(package, name), ModuleType), name
