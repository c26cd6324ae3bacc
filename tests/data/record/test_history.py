"""What a casebook tells of its versions, of a household and of a center, and a version as it was."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, SitingError
from data.exports import export
from data.folder import write_plan
from data.hashing import file_hash
from data.record.past import history, show
from data.record.said import history_lines
from data.record.traces import center_changes, household_changes
from data.text import LANGS
from tests.data.record.living import SPOTS, commit, start

if TYPE_CHECKING:
    from pathlib import Path

CLOSED = {name: spot for name, spot in SPOTS.items() if name != "C-2"}
RELOCATED = {**CLOSED, "C-3": (6.0, 8.0)}
AT_C2 = SPOTS["C-2"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five versions: H0003 moves to C-2 while A1 joins there, C-2 closes, C-3 relocates, H0003 leaves."""
    place = tmp_path_factory.mktemp("record")
    (place / "map").mkdir()
    (place / "map" / "index.html").write_text("a page", encoding="utf-8")
    first = start()
    write_plan(place, first.problem, first.plan, first.certificate, run={})
    book = Casebook.open(place / CASEBOOK)
    second = first.lives_on(moves={"H0003": AT_C2}, joins={"A1": AT_C2})
    third = second.lives_on(centers=CLOSED)
    fourth = third.lives_on(centers=RELOCATED)
    fifth = fourth.lives_on(leaves=["H0003"], centers=RELOCATED)
    for today, network in enumerate((second, third, fourth, fifth), start=1):
        commit(book, network, today=today, why=f"month {today}")
    return place


@pytest.fixture(scope="module")
def book(folder: Path) -> Casebook:
    return Casebook.open(folder / CASEBOOK)


@pytest.fixture(scope="module")
def when(book: Casebook) -> dict[int, tuple[str, str]]:
    return {one.version: (one.kind, one.when_utc) for one in book.log()}


def test_every_version_is_told_with_its_numbers_and_what_it_changed(book: Casebook) -> None:
    told = history(book)
    assert [(one.version, one.kind, one.why) for one in told] == [
        (1, "found", ""),
        *((number + 1, "apply", f"month {number}") for number in range(1, 5)),
    ]
    assert [one.head for one in told] == [entry.hash for entry in book.log()]
    assert [one.counts["households"] for one in told] == [120, 121, 121, 121, 120]
    assert [one.counts["centers"] for one in told] == [3, 3, 2, 2, 2]
    assert told[1].changed["problem_households"] == 2


def test_a_household_is_followed_from_center_to_center(
    book: Casebook, when: dict[int, tuple[str, str]]
) -> None:
    told = household_changes(book, "A1", when)
    assert [(one.version, one.events) for one in told][:2] == [(2, ("joined",)), (3, ("center",))]
    assert (told[0].from_center, told[0].to_center, told[0].km_before, told[0].km) == ("", "C-2", None, 0.0)
    assert (told[1].from_center, told[1].km_before) == ("C-2", 0.0)
    assert told[1].km is not None
    assert told[1].km > 1
    for earlier, later in pairwise(told):
        assert (earlier.to_center, earlier.km) == (later.from_center, later.km_before)


def test_a_household_that_moves_and_leaves_is_told_so(
    book: Casebook, when: dict[int, tuple[str, str]]
) -> None:
    told = {one.version: one for one in household_changes(book, "H0003", when)}
    assert told[1].events == ("joined",)
    assert "moved" in told[2].events
    assert (told[5].events, told[5].to_center, told[5].km) == (("left",), "", None)


def test_who_is_served_further_because_the_center_moved_is_told_the_distance(
    book: Casebook, when: dict[int, tuple[str, str]]
) -> None:
    served = book.plan(3).assignments.set_index("household_id")["center_id"]
    stays = served[(served == "C-3") & served.index.isin(book.plan(4).assignments["household_id"])].index
    events = [
        one.events for who in stays for one in household_changes(book, str(who), when) if one.version == 4
    ]
    assert ("distance",) in events


def test_a_center_is_followed_through_opening_closing_and_relocating(
    book: Casebook, when: dict[int, tuple[str, str]]
) -> None:
    second = [(one.version, one.event) for one in center_changes(book, "C-2", when)]
    assert second == [(1, "opened"), (2, ""), (3, "closed")]
    third = center_changes(book, "C-3", when)
    assert [one.event for one in third] == ["opened", "", "", "relocated", ""]
    for one in third:
        row = book.plan(one.version).centers.set_index("center_id").loc["C-3"]
        assert (one.cases, one.households) == (row["cases"], row["households"])


def test_an_id_that_no_version_has_is_refused_in_a_sentence(book: Casebook) -> None:
    with pytest.raises(SitingError, match="has a household, a center or an applicant X;") as it:
        history(book, "X")
    assert (it.value.code, it.value.exit_code) == ("unknown_subject", Exit.INVALID_INPUT)


@pytest.mark.parametrize("subject", [None, "A1", "C-2"])
def test_the_past_is_said_in_both_languages_a_line_a_version(book: Casebook, subject: str | None) -> None:
    told = history(book, subject)
    lines = [history_lines(told, lang) for lang in LANGS]
    assert [len(one) for one in lines] == [len(told)] * 2
    assert lines[0] != lines[1]


def test_a_version_is_shown_as_its_summary_said_it(folder: Path, tmp_path: Path) -> None:
    first = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert show(folder, 1) == first
    now = shutil.copytree(folder, tmp_path / "now")
    (now / "map" / "index.html").write_text("a later page", encoding="utf-8")
    Casebook.open(now / CASEBOOK).note_files({"map/index.html": file_hash(now / "map" / "index.html")})
    assert show(now, 5) == export(now, now, public=False)
    assert show(now, 1) == first


def test_the_tables_of_a_version_are_written_as_they_were(folder: Path, tmp_path: Path) -> None:
    summary = export(folder, tmp_path / "first", public=False, version=1)
    assert (summary["casebook_version"], summary["head"]) == (1, show(folder, 1)["head"])
    for name in ("assignments.csv", "centers.csv", "neighbourhoods.geojson"):
        assert (tmp_path / "first" / name).read_bytes() == (folder / name).read_bytes()
    with pytest.raises(SitingError) as refusal:
        export(folder, folder, public=False, version=1)
    assert refusal.value.code == "out_in_plan"


def test_a_version_that_never_was_is_refused(folder: Path) -> None:
    with pytest.raises(SitingError) as refusal:
        show(folder, 6)
    assert refusal.value.code == "no_such_version"
