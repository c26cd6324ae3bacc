"""`siting compare A B`: two versions, or two folders, and nothing of a household."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from data.casebook import CASEBOOK, Casebook
from data.folder import write_folder, write_plan
from data.kinds import COMPARISON_FILES
from data.verify import verify
from tests.data.network import Network, network

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

HOUSEHOLD = re.compile(r"\b[AB]-\d{4}\b")
RUN = {"command": "plan", "seed": 0}


def founded(out: Path, made: Network) -> Path:
    def fill(folder: Path) -> None:
        plan = made.plan()
        write_plan(folder, made.problem, plan, verify(made.problem, plan), run=RUN)

    write_folder(out, overwrite=False, fill=fill)
    return out


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder of two versions: in the second, fifty households go from the existing center to C-P1."""
    first = network()
    out = founded(tmp_path_factory.mktemp("compare") / "plan", first)
    second = replace(first, serves=network(to_existing=250).serves).plan()
    Casebook.open(out / CASEBOOK).commit(
        second, verify(first.problem, second), kind="rebalance", who="planner", why="fifty go"
    )
    return out


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of fewer households in county B."""
    return founded(tmp_path_factory.mktemp("compare") / "other", network(in_b=180))


def test_two_versions_are_compared_in_one_sentence_and_tables(siting: Siting, plan: Path) -> None:
    result = siting("compare", f"{plan}@1", f"{plan}@2")
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()
    assert told[0].startswith("A: plan@1, head ")
    assert told[2].startswith("In B 50 of 902 households (5.5 %) change their center; ")
    assert any(re.fullmatch(r"transfer +E1 +C-P1 +50 +50", line) for line in told)
    assert any(re.fullmatch(r"transfer +P/A/one +P/A/two +50 +50", line) for line in told)
    assert not HOUSEHOLD.search(result.output)


def test_the_sentence_and_the_tables_are_in_persian_where_that_is_asked(siting: Siting, plan: Path) -> None:
    result = siting("compare", f"{plan}@1", plan, "--lang", "fa")
    assert result.exit_code == 0
    assert "در ب مرکز ۵۰ خانوار از ۹۰۲ خانوار (۵٫۵ درصد) عوض می‌شود؛" in result.stdout
    assert "انتقال میان مراکز" in result.stdout
    assert not re.search(r"[A-Za-z]{4}", re.sub(r"head|plan@\d|[0-9a-f]{64}", "", result.stdout))


def test_machines_read_all_of_it_as_json(siting: Siting, plan: Path) -> None:
    found = json.loads(siting("compare", f"{plan}@1", f"{plan}@2", "--json").stdout)
    assert found["transfers_centers"] == [
        {
            "from_center": "E1",
            "to_center": "C-P1",
            "kind": "transfer",
            "households": 50,
            "cases_before": 50,
            "cases_after": 50,
        }
    ]
    assert (found["a"]["version"], found["b"]["version"]) == (1, 2)
    assert found["b"]["head"] == Casebook.open(plan / CASEBOOK).head
    assert set(found["sentence"]) == {"fa", "en"}
    summary = json.loads((plan / "summary.json").read_text(encoding="utf-8"))
    assert found["a"]["km"] == summary["km"]
    assert found["a"]["load"] == summary["load"]
    assert [row["area"] for row in found["by_area"]] == ["rural", "urban"]


def test_a_folder_of_tables_is_private_the_same_bytes_and_names_nobody(
    siting: Siting, plan: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        result = siting("compare", f"{plan}@1", plan, "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
    files = {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()}
    assert files == {file.name: file.read_bytes() for file in (tmp_path / "two").iterdir()}
    assert set(files) == set(COMPARISON_FILES)
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "one" / "loads.csv").stat().st_mode & 0o777 == 0o600
    assert not [name for name, content in files.items() if HOUSEHOLD.search(content.decode())]
    assert files["transfers_centers.csv"].decode("utf-8-sig").splitlines() == [
        "from_center,to_center,kind,households,cases_before,cases_after",
        "E1,C-P1,transfer,50,50,50",
    ]


def test_only_a_comparison_is_replaced_and_no_plan_is_written_into(
    siting: Siting, plan: Path, tmp_path: Path
) -> None:
    again = ("compare", f"{plan}@1", plan, "--out", tmp_path / "out")
    assert [siting(*again).exit_code, siting(*again).exit_code] == [0, 6]
    assert siting(*again, "--overwrite").exit_code == 0
    (tmp_path / "out" / "notes.txt").write_text("mine")
    refused = siting(*again, "--overwrite")
    assert refused.exit_code == 6
    assert "[not_a_comparison_folder]" in refused.stderr
    inside = siting("compare", f"{plan}@1", plan, "--out", plan / "changes")
    assert inside.exit_code == 6
    assert "[out_in_plan]" in inside.stderr
    assert not (plan / "changes").exists()


def test_equal_versions_are_said_to_be_equal(siting: Siting, plan: Path) -> None:
    result = siting("compare", plan, f"{plan}@2")
    assert result.exit_code == 0
    assert (
        "A and B do not differ: none of 902 households changes its center or its distance." in result.stdout
    )


def test_plans_of_other_households_count_who_is_in_one_alone(siting: Siting, plan: Path, other: Path) -> None:
    found = json.loads(siting("compare", f"{plan}@1", other, "--json").stdout)
    households = found["households"]
    assert (households["in_both"], households["only_in_a"], households["only_in_b"]) == (882, 20, 0)


def test_a_folder_whose_name_has_the_sign_is_meant_itself(siting: Siting, plan: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(plan, tmp_path / "plan@7")
    found = json.loads(siting("compare", copied, f"{copied}@1", "--json").stdout)
    assert (found["a"]["label"], found["b"]["label"]) == ("plan@7@2", "plan@7@1")


@pytest.mark.parametrize(
    "case",
    [
        ("nowhere", "no_folder", "nowhere"),
        ("plan@x", "no_folder", "plan@x"),
        ("empty", "not_a_plan", "empty"),
        ("damaged", "not_a_casebook", "damaged/casebook.gpkg"),
        ("nation", "known_twice", "nation"),
        ("no-nation", "not_a_plan", "no-nation"),
    ],
)
def test_what_cannot_be_compared_is_told_by_its_folder(
    siting: Siting, plan: Path, tmp_path: Path, case: tuple[str, str, str]
) -> None:
    name, code, told = case
    (tmp_path / "plan").symlink_to(plan)
    for folder in ("empty", "damaged", "no-nation/provinces"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "damaged" / CASEBOOK).write_bytes(b"no casebook" * 100)
    for province in ("15", "16"):
        shutil.copytree(plan, tmp_path / "nation" / "provinces" / province)
    for lang in ("fa", "en"):
        result = siting("compare", plan, tmp_path / name, "--lang", lang, "--out", tmp_path / "out")
        assert result.exit_code == 3
        assert f"[{code}]" in result.stderr
        assert told in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_nation_is_compared_as_it_stands(siting: Siting, plan: Path, tmp_path: Path) -> None:
    shutil.copytree(plan, tmp_path / "nation" / "provinces" / "15")
    found = json.loads(siting("compare", f"{plan}@1", tmp_path / "nation", "--json").stdout)
    assert (found["b"]["label"], found["b"]["version"]) == ("nation", None)
    assert found["households"]["transfer"] == 50


@pytest.fixture(scope="module")
def few_go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder of two versions: in the second, three households go from the existing center to C-P1."""
    first = network()
    out = founded(tmp_path_factory.mktemp("few") / "plan", first)
    second = replace(first, serves=network(to_existing=297).serves).plan()
    Casebook.open(out / CASEBOOK).commit(
        second, verify(first.problem, second), kind="rebalance", who="planner", why="three go"
    )
    return out


def test_a_public_comparison_tells_of_no_flow_of_few(siting: Siting, few_go: Path, tmp_path: Path) -> None:
    result = siting("compare", f"{few_go}@1", few_go, "--public", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "In B under 11 of at least 902 households change their center" in result.stdout
    flows = (tmp_path / "out" / "transfers_centers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert flows[1:] == []
    loads = (tmp_path / "out" / "loads.csv").read_text(encoding="utf-8-sig")
    assert "under 11" in loads
    assert "cases_recounted" not in loads
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["households"]["transfer"] is None
    assert (summary["worst_losses"], summary["most_affected"], summary["a"]["km"]["max"]) == ([], [], None)
    found = json.loads(siting("compare", f"{few_go}@1", few_go, "--public", "--json").stdout)
    assert found["transfers_centers"] == found["transfers_districts"] == []
    assert "کمتر از ۱۱" in found["sentence"]["fa"]


def test_none_and_few_are_told_alike(siting: Siting, few_go: Path) -> None:
    """Nobody was gained or lost and three were transferred; no flow from a center is told from one to it."""
    found = json.loads(siting("compare", f"{few_go}@1", few_go, "--public", "--json").stdout)
    exact = json.loads(siting("compare", f"{few_go}@1", few_go, "--json").stdout)
    assert (exact["households"]["transfer"], exact["households"]["gained"]) == (3, 0)
    assert {found["households"][name] for name in ("transfer", "gained", "lost", "joined", "left")} == {None}
    assert {row[name] for row in found["loads"] for name in ("households_left", "households_came")} == {None}
    assert {row["transfer"] for table in ("by_area", "by_county") for row in found[table]} == {None}
    assert found["same"] is False


def test_one_version_beside_itself_is_said_to_be_the_same(siting: Siting, few_go: Path) -> None:
    found = json.loads(siting("compare", few_go, few_go, "--public", "--json").stdout)
    assert found["same"] is True
    assert found["sentence"]["en"].startswith("A and B do not differ")


def test_counts_of_a_public_comparison_are_multiples_of_k(siting: Siting, plan: Path) -> None:
    found = json.loads(siting("compare", f"{plan}@1", plan, "--public", "--json").stdout)
    assert found["transfers_centers"][0]["households"] == 44
    assert found["households"]["transfer"] == 44
    exact = {"households_before", "households_after", "cases_before", "cases_after"}
    for row in found["loads"]:
        counts = [
            one
            for name, one in row.items()
            if name.startswith(("households_", "cases_")) and name not in exact
        ]
        assert all(one is None or one % 11 == 0 for one in counts)
