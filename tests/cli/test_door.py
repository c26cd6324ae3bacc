from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

HEAVY = (
    "numpy",
    "pandas",
    "geopandas",
    "shapely",
    "pyproj",
    "ortools",
    "sklearn",
    "scipy",
    "folium",
    "pandera",
)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, cli; print(*sorted(set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "typer" in loaded
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize(
    "command",
    ["plan", "demo", "check", "catchments", "verify", "export", "history", "show", "compare", "rules"],
)
def test_every_command_has_help_with_an_example(siting: Siting, command: str) -> None:
    result = siting(command, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output


def test_a_wrong_word_is_a_usage_error(siting: Siting, tmp_path: Path) -> None:
    assert siting("plant").exit_code == 2
    assert siting("demo", "atlantis", "--out", tmp_path / "x").exit_code == 2
    assert siting("demo", "lorestan", "--centers", "many", "--out", tmp_path / "x").exit_code == 2
    assert not list(tmp_path.iterdir())


def test_printed_rules_are_toml_that_reads_back_as_the_defaults(siting: Siting, tmp_path: Path) -> None:
    printed = siting("rules").stdout
    rules = tomllib.loads(printed)
    assert (rules["min_cases"], rules["max_cases"], rules["within"]) == (150, 450, "county")
    file = tmp_path / "rules.toml"
    file.write_text(printed, encoding="utf-8")
    assert siting("rules", file).stdout == printed


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("min_cases = 451", "impossible_rules"),
        ("centers = 'price'", "impossible_rules"),
        ("max_cases = -1", "rule_out_of_range"),
        ("max_case = 400", "unknown_rule"),
        ("within = 'street'", "wrong_rule_type"),
        ("centers = 'many'", "wrong_rule_type"),
        ("max_cases = true", "wrong_rule_type"),
        ("detour_urban = 0.5", "rule_out_of_range"),
        ("[province.لرستان]\ncenters = 5", "unreadable_rules"),
        ('[province."لرستان"]\ncenters = 5', "rule_not_by_province"),
        ('[province."لرستان"]\nmin_cases = 600', "impossible_rules"),
        ("province = 3", "wrong_rule_type"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_by_name(
    siting: Siting, tmp_path: Path, content: str, code: str
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(content, encoding="utf-8")
    result = siting("rules", file)
    assert result.exit_code == 3
    assert f"rules.toml [{code}]" in result.stderr
