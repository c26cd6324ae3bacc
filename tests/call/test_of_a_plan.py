"""What a plan says of its call: everybody's outcome, letters, and who comes in when somebody leaves."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from cli import app
from data.call.order import TieBreak
from data.call.outcomes import outcomes_of, reason_words
from data.casebook import CASEBOOK, Casebook
from data.change.changes import Changes, check_changes
from data.errors import SitingError
from data.folder import write_folder, write_plan
from data.kinds import PROPOSAL, is_letters_folder
from data.record.past import history
from data.record.said import history_lines
from data.rules import Rules
from data.text import LANGS, phrase
from data.verify import verify
from door.call import second_call, write_letters
from door.record import apply_proposal
from siting.call.decline import decline, withdrawal_of
from siting.call.declined_said import decline_sentences
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites

HOSTILE = "<script>alert(1)</script>\u202e"
SEAL = "ab" * 32
EAST = np.array([30, 0])
HOMES = np.array([(x, y) for x in range(4) for y in range(4)])


def made() -> Any:
    offered = sites(
        [(1.5, 1.5), (1.5, 1.5), (1.5, 2.5), (31.5, 1.5), (31.5, 2.5), (31.5, 1.5)],
        ["A", HOSTILE, "C", "D", "E", "F"],
        score=[5, 9, 0, 0, 0, 0],
        decision=["accepted"] * 5 + ["refused"],
        decision_reason=[""] * 5 + [phrase("call.vet_not_accessible").said("en")],
        county=["A"] * 3 + ["B"] * 3,
    )
    return problem(
        people(np.vstack([HOMES, HOMES + EAST]), county=["A"] * 16 + ["B"] * 16),
        offered,
        rules=Rules(min_cases=4, max_cases=20, centers=2, privacy_k=3),
    )


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = made()
    plan = plan_sites(own, seed=7, ties=TieBreak(7, seal=SEAL))
    place = tmp_path_factory.mktemp("call") / "plan"

    def fill(temp: Path) -> None:
        write_plan(temp, own, plan, verify(own, plan), run={"seed": 7})

    write_folder(place, overwrite=False, fill=fill)
    return place


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded, tmp_path / "plan"))


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


def test_everybody_is_told_what_became_of_them_and_why(folder: Path) -> None:
    table = {row["applicant_id"]: row for row in rows(folder / "applicants.csv")}
    assert set(table) == {"A", HOSTILE, "C", "D", "E", "F"}
    assert {who: row["outcome"] for who, row in table.items() if row["outcome"] == "chosen"} == {
        HOSTILE: "chosen",
        "D": "chosen",
    }
    assert (table[HOSTILE]["reason"], table["A"]["reason"]) == ("won_score", "lost_score")
    assert table["A"]["near_tie"] == "true"
    assert (table["A"]["outcome"], float(table["A"]["regret_km"])) == ("reserve", 0.0)
    assert (table["E"]["outcome"], table["E"]["regret_is"]) == ("reserve", "exact")
    assert table["F"]["outcome"] == "ineligible"
    assert table["F"]["reason_fa"] == phrase("call.vet_not_accessible").said("fa")
    ties = rows(folder / "ties.csv")
    assert [(one["applicant_id"], one["other_applicant_id"], one["decided_by"]) for one in ties] == [
        (HOSTILE, "A", "score")
    ]


def test_the_regret_of_a_loser_is_what_the_plan_costs_with_it(folder: Path) -> None:
    book = Casebook.open(folder / CASEBOOK)
    own, plan = book.problem(), book.plan()
    one = next(one for one in outcomes_of(own, plan) if one.applicant_id == "E")
    use = own.sites["use"].mask(own.sites["applicant_id"] == "E", "required")
    again = plan_sites(
        problem(
            people(np.vstack([HOMES, HOMES + EAST]), county=["A"] * 16 + ["B"] * 16),
            sites(
                own.sites[["lon", "lat"]].sub([48.3, 33.5]).div(0.01).to_numpy(),
                own.sites["applicant_id"].tolist(),
                use=use.tolist(),
                score=own.sites["score"].tolist(),
                preference=own.sites["preference"].tolist(),
                county=own.sites["county"].tolist(),
            ),
            rules=own.rules,
        )
    )
    assert one.regret_km == pytest.approx(again.objective_km - plan.objective_km, abs=0.01)


def test_the_reserve_takes_the_place_and_the_others_stay(folder: Path, tmp_path: Path) -> None:
    found = withdrawal_of(folder, "D")
    assert (found.reserve_id, found.site_id) == ("E", "E-1")
    place = tmp_path / "proposal"
    facts: list[dict[str, Any]] = []
    before = Casebook.open(folder / CASEBOOK).plan()

    def fill(temp: Path) -> None:
        facts.append(decline(folder, found, temp, effective="1405/01/01"))

    write_folder(place, overwrite=False, fill=fill, kind=PROPOSAL)
    assert facts[0]["transferred_cases"] == 16
    assert facts[0]["objective_km"]["after"] > facts[0]["objective_km"]["before"]
    apply_proposal(folder, place, who="", why="no premises", lang="en")
    plan = Casebook.open(folder / CASEBOOK).plan()
    assert sorted(plan.centers["applicant_id"]) == sorted([HOSTILE, "E"])
    there = before.assignments["center_id"] == f"C-{HOSTILE}-1"
    stays = set(before.assignments.loc[there, "household_id"])
    now = plan.assignments.set_index("household_id")["center_id"]
    assert set(now[list(stays)]) == {f"C-{HOSTILE}-1"}
    table = {row["applicant_id"]: row for row in rows(folder / "applicants.csv")}
    assert (table["D"]["outcome"], table["D"]["reason"]) == ("withdrawn", "withdrawn")
    assert (table["E"]["outcome"], table["E"]["reason"]) == ("chosen", "moved_up")
    assert table["D"]["reason_en"] == phrase("call.why_withdrawn").said("en")
    assert plan.provenance["call"]["seal"] == SEAL
    of = {who: history(Casebook.open(folder / CASEBOOK), who) for who in ("D", "E", "F")}
    assert [(one.version, one.outcome, one.center_id) for one in of["D"]] == [  # type: ignore[union-attr]
        (1, "chosen", "C-D-1"),
        (2, "withdrawn", ""),
    ]
    assert [(one.version, one.outcome, one.center_id) for one in of["E"]] == [  # type: ignore[union-attr]
        (1, "reserve", "C-D-1"),
        (2, "chosen", "C-E-1"),
    ]
    assert [one.outcome for one in of["F"]] == ["ineligible"]  # type: ignore[union-attr]
    for lang in LANGS:
        assert all("C-D-1" in history_lines(of[who], lang)[0] for who in ("D", "E"))


def test_without_a_reserve_the_place_is_called_again(folder: Path, tmp_path: Path) -> None:
    for number, who in enumerate(("D", "E")):
        place = tmp_path / f"proposal{number}"
        found = withdrawal_of(folder, who)
        write_folder(
            place,
            overwrite=False,
            fill=lambda temp, one=found: decline(folder, one, temp, effective="1405/01/01"),  # type: ignore[misc]
            kind=PROPOSAL,
        )
        apply_proposal(folder, place, who="", why="", lang="en")
    assert not found.site_id
    called = second_call(folder)
    assert [(one["county"], one["households"]) for one in called] == [("B", 16)]
    assert set(Casebook.open(folder / CASEBOOK).plan().unassigned["reason"]) == {"vacancy"}
    assert all(round(one["lon"], 2) == one["lon"] for one in called)


def withdrawn(folder: Path, who: str, place: Path) -> dict[str, Any]:
    """Apply the withdrawal of an applicant; return its ``proposal.json``."""
    found, facts = withdrawal_of(folder, who), []

    def fill(temp: Path) -> None:
        facts.append(decline(folder, found, temp, effective="1405/01/01"))

    write_folder(place, overwrite=False, fill=fill, kind=PROPOSAL)
    apply_proposal(folder, place, who="", why="", lang="en")
    return facts[0]


def test_a_reserve_that_withdraws_moves_nobody_and_the_next_is_the_reserve(
    folder: Path, tmp_path: Path
) -> None:
    before = Casebook.open(folder / CASEBOOK).plan()
    found = withdrawal_of(folder, "A")
    assert (found.center_id, found.sites, found.reserve_of) == ("", ("A-1",), (f"C-{HOSTILE}-1",))
    for lang in LANGS:
        lines = decline_sentences(found, {}, lang)
        assert len(lines) == 2
        assert f"C-{HOSTILE}-1" in lines[1]
    facts = withdrawn(folder, "A", tmp_path / "proposal")
    assert (facts["transfers"], facts["unassigned"]) == (0, 0)
    book = Casebook.open(folder / CASEBOOK)
    plan = book.plan()
    assert plan.centers["center_id"].tolist() == before.centers["center_id"].tolist()
    assert plan.objective_km == before.objective_km
    assert plan.reserves.set_index("center_id").loc[f"C-{HOSTILE}-1", "applicant_id"] == "C"
    told = {one.applicant_id: one for one in outcomes_of(book.problem(), plan)}
    assert (told["A"].outcome, told["C"].outcome) == ("withdrawn", "reserve")
    assert book.log()[-1].kind == "decline"
    (last,) = [one for one in history(book, "A") if one.version == 2]
    assert last.outcome == "withdrawn"  # type: ignore[union-attr]
    facts = withdrawn(folder, HOSTILE, tmp_path / "next")
    assert set(Casebook.open(folder / CASEBOOK).plan().centers["applicant_id"]) == {"C", "D"}


def test_after_a_second_call_a_plan_follows_from_its_tables_and_what_stands_stays(
    folder: Path, tmp_path: Path
) -> None:
    """Who waits gets the new applicant's center, as `siting call` says; nobody else moves."""
    withdrawn(folder, "D", tmp_path / "first")
    withdrawn(folder, "E", tmp_path / "second")
    problem = Casebook.open(folder / CASEBOOK).problem()
    # A direction mark in an id is read as none.
    served = rows(folder / "assignments.csv")
    serves = {row["household_id"]: row["center_id"].replace("\u202e", "") for row in served}
    table = problem.households[["household_id", "lon", "lat", "cases", "province", "county"]]
    table.assign(pin=table["household_id"].map(serves)).to_csv(tmp_path / "homes.csv", index=False)
    (place,) = rows(folder / "vacancies.csv")
    second = "applicant_id,site_id,preference,lon,lat,province,county"
    point = ",".join(place[name] for name in ("lon", "lat", "province", "county"))
    # Whoever runs a center from the first call opens no other, however near.
    again = f"{HOSTILE},S-1,1,{point}".replace("\u202e", "")
    (tmp_path / "second.csv").write_text(f"{second}\n{again}\nN,N-1,1,{point}\n", encoding="utf-8")
    (tmp_path / "rules.toml").write_text("min_cases = 4\nmax_cases = 20\n", encoding="utf-8")
    options = ["--applicants", "second.csv", "--rules", "rules.toml"]
    told = CliRunner().invoke(
        app,
        [
            "plan", str(tmp_path / "homes.csv"), "--centers", str(folder / "centers.csv"), "--out",
            str(tmp_path / "next"), *(str(tmp_path / one) if "." in one else one for one in options),
        ],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    after = {row["household_id"]: row["center_id"] for row in rows(tmp_path / "next" / "assignments.csv")}
    assert serves.items() <= after.items()
    assert {after[one] for one in set(after) - set(serves)} == {"C-N-1"}
    runs = [row["applicant_id"] for row in rows(tmp_path / "next" / "centers.csv")]
    assert sorted(runs) == sorted([HOSTILE.replace("\u202e", ""), "N"])


def test_who_does_not_compete_has_nothing_to_withdraw(folder: Path, tmp_path: Path) -> None:
    withdrawn(folder, "A", tmp_path / "proposal")
    for who, code in (("A", "does_not_compete"), ("F", "does_not_compete"), ("Z", "unknown_applicant")):
        with pytest.raises(SitingError) as error:
            withdrawal_of(folder, who)
        assert error.value.code == code
        why = {"A": "state_withdrawn", "F": "vet_not_accessible", "Z": "unknown_applicant"}[who]
        told = phrase(f"call.{why}", applicant=who, path="plan").said("en")
        assert str(error.value).endswith(told)


def test_a_site_that_nobody_offers_is_not_taken_back(folder: Path) -> None:
    book = Casebook.open(folder / CASEBOOK)
    for site in ("Z-9", "F-1", "D-1"):
        with pytest.raises(SitingError) as error:
            check_changes(book.problem(), book.plan(), Changes(withdrawn=(site,)))
        assert [one.code for one in error.value.failures] == ["not_offered"]


def test_a_letter_for_everybody_names_the_seal_and_runs_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "letters"
    counts = write_letters(folder, out, lang="fa", overwrite=False)
    assert counts == {
        "letters": 6,
        "by_outcome": {"chosen": 2, "ineligible": 1, "not_chosen": 1, "reserve": 2},
        "deadline": "",
    }
    assert is_letters_folder(out)
    pages = sorted((out / "letters").iterdir())
    assert len(pages) == 6
    whole = (out / "letters.html").read_text(encoding="utf-8")
    assert whole.count("<article") == 6
    book = Casebook.open(folder / CASEBOOK)
    homes = book.problem().households["household_id"]
    for page in [whole, *(one.read_text(encoding="utf-8") for one in pages)]:
        assert 'lang="fa" dir="rtl"' in page
        assert SEAL in page
        assert book.head in page
        assert "<script" not in page
        assert "\u202e" not in page
        assert not [one for one in homes if re.search(rf"\b{one}\b", page)]
    assert "&lt;script&gt;" in whole
    write_letters(folder, out, lang="en", overwrite=True)
    assert "Decision on an application" in (out / "letters.html").read_text(encoding="utf-8")


def test_a_reason_in_words_of_its_own_stays_as_it_is() -> None:
    assert reason_words("competence") == "competence"
    assert str(reason_words("too_late")) == str(phrase("call.vet_too_late"))
