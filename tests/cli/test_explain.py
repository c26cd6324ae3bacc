"""`siting explain DIR`: one subject, two languages, and nothing of other households."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from data.casebook import CASEBOOK, Casebook
from data.folder import write_folder, write_plan
from data.rules import Rules
from data.verify import verify
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder of thirty families and five applicants."""
    rng = np.random.default_rng(6)
    made = problem(
        people(rng.uniform(0, 9, (30, 2))),
        sites(rng.uniform(0, 9, (5, 2)), list("QRSTU")),
        rules=Rules(min_cases=8, max_cases=16),
    )
    out = tmp_path_factory.mktemp("explain") / "plan"

    def fill(folder: Path) -> None:
        planned = plan_sites(made)
        run = {"command": "plan", "seed": 0}
        write_plan(folder, made, planned, verify(made, planned), run=run)

    write_folder(out, overwrite=False, fill=fill)
    return out


def subjects(plan: Path) -> dict[str, str]:
    book = Casebook.open(plan / CASEBOOK)
    return {
        "household": "H0003",
        "center": str(book.plan().centers["center_id"].iloc[0]),
        "applicant": "Q",
    }


@pytest.mark.parametrize("kind", ["household", "center", "applicant"])
def test_an_explanation_is_sentences_or_json(siting: Siting, plan: Path, kind: str) -> None:
    subject = subjects(plan)[kind]
    said = {
        lang: siting("explain", plan, f"--{kind}", subject, "--lang", lang).stdout.splitlines()
        for lang in ("en", "fa")
    }
    assert len(said["en"]) == len(said["fa"]) > 1
    assert subject in said["en"][1]
    assert subject in said["fa"][1]
    told = json.loads(siting("explain", plan, f"--{kind}", subject, "--json").stdout)
    book = Casebook.open(plan / CASEBOOK)
    assert (told["kind"], told[f"{kind}_id"], told["version"]) == (kind, subject, 1)
    assert (told["head"], told["synthetic"], told["distance"]) == (book.head, True, "straight_line")


def test_a_version_can_be_named(siting: Siting, plan: Path) -> None:
    asked = ("--household", "H0003", "--json")
    assert siting("explain", f"{plan}@1", *asked).stdout == siting("explain", plan, *asked).stdout
    missing = siting("explain", f"{plan}@7", *asked)
    assert missing.exit_code == 2
    assert "no version 7" in missing.stderr


def test_exactly_one_subject_is_asked_about(siting: Siting, plan: Path) -> None:
    for asked in ((), ("--household", "H0003", "--center", "C-Q-1")):
        result = siting("explain", plan, *asked)
        assert result.exit_code == 2
        assert "exactly one" in result.stderr


def test_an_unknown_id_exits_with_a_sentence(siting: Siting, plan: Path) -> None:
    center = subjects(plan)["center"]
    result = siting("explain", plan, "--center", f"{center}0")
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"much like it: {center}" in result.stderr
    unknown = siting("explain", plan, "--household", "H00031")
    assert unknown.exit_code == 3
    assert "H0003 " not in unknown.stderr
    assert "[unknown_household] H00031: no household" in unknown.stderr
