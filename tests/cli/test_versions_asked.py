"""A version that is not there, or is in force already: one sentence and one exit code, whatever is asked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from data.casebook import CASEBOOK, Casebook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

CENTER = "C-LR-A0002-1"


@pytest.fixture(scope="module")
def plan(lorestan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(lorestan, tmp_path_factory.mktemp("asked") / "plan")


@pytest.mark.parametrize("version", [0, 99])
@pytest.mark.parametrize("lang", ["en", "fa"])
def test_every_command_says_of_an_unknown_version_which_there_are(
    siting: Siting, plan: Path, version: int, lang: str
) -> None:
    said = {
        siting(*line, "--lang", lang).stderr
        for line in (
            ("show", plan, version),
            ("revert", plan, version),
            ("explain", f"{plan}@{version}", "--center", CENTER),
            ("compare", plan, f"{plan}@{version}"),
            ("compare", f"{plan}@{version}", plan),
        )
    }
    told = {
        "en": f"[no_such_version] plan has no version {version}; its only version is 1\n",
        "fa": f"[no_such_version] plan نسخهٔ {'۰' if version == 0 else '۹۹'} ندارد؛ تنها نسخهٔ آن ۱ است.\n",
    }
    assert said == {told[lang]}
    assert siting("show", plan, version).exit_code == 2
    assert siting("compare", plan, f"{plan}@{version}").exit_code == 2


def test_the_version_in_force_is_not_brought_back_and_nothing_is_written(siting: Siting, plan: Path) -> None:
    before = (plan / CASEBOOK).read_bytes()
    refused = siting("revert", plan, 1)
    assert refused.exit_code == 6
    assert refused.stderr == (
        "[in_force_already] version 1 of plan is in force already; nothing was written\n"
    )
    assert (plan / CASEBOOK).read_bytes() == before
    assert siting("verify", plan).exit_code == 0


def test_what_was_brought_back_is_not_brought_back_again(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    plan = shutil.copytree(lorestan, tmp_path / "plan")
    made = siting("rebalance", plan, "--max-cases", f"{CENTER}=440", "--out", tmp_path / "proposal")
    assert made.exit_code in (0, 4), made.output
    assert siting("apply", plan, tmp_path / "proposal").exit_code == made.exit_code
    assert siting("revert", plan, 1).exit_code == 0
    again = siting("revert", plan, 1)
    assert again.exit_code == 6
    assert (
        "what version 1 of plan says is in force already, as version 3; nothing was written" in again.stderr
    )
    assert Casebook.open(plan / CASEBOOK).version == 3
    unknown = siting("show", plan, 4)
    assert "plan has no version 4; its versions are 1 to 3" in unknown.stderr


def test_files_left_behind_are_put_anew_without_another_version(
    siting: Siting, lorestan: Path, tmp_path: Path
) -> None:
    plan = shutil.copytree(lorestan, tmp_path / "plan")
    (plan / "centers.csv").write_text("of yesterday")
    assert siting("revert", plan, 1).exit_code == 0
    assert Casebook.open(plan / CASEBOOK).version == 1
    assert siting("verify", plan).exit_code == 0
    assert siting("revert", plan, 1).exit_code == 6
