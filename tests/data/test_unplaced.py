"""Of who arrives at a place that is not found, or is several, it is said which, and looked for where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data.build.report import notes
from data.change.unplaced import Unplaced, unplaced_of
from data.locating.tables import located_by_place
from data.tables import Tables
from data.text import LANGS
from tests.data.running import after, with_households
from tests.engine_problems import people

HERE = with_households().problem.households
TWICE = "ده نو"
NETWORK = with_households(place=np.where(HERE["county"] == "A", "بالا", "پایین"))
AMBIGUOUS = with_households(place=TWICE)


def lines(*rows: dict[str, object], given: object = NETWORK) -> list[str]:
    return [str(one.failure) for one in after(given, *rows).unplaced]  # type: ignore[arg-type]


def test_a_place_that_is_not_found_is_named_with_where_it_was_looked_for() -> None:
    found = lines(
        {"household_id": "A-0003", "place": "میانه", "county": "A"},
        {"household_id": "N1", "event": "join", "place": "میانه", "province": "P"},
        {"household_id": "N2", "event": "join", "place": "میانه"},
        {"household_id": "A-0004", "place": "بالا"},
        {"household_id": "A-0005", "place": "بالا", "county": "B"},
    )
    for row, who, place, where in (
        (2, "A-0003", "میانه", "county A"),
        (3, "N1", "میانه", "province P"),
        (4, "N2", "میانه", "the whole network"),
        (6, "A-0005", "بالا", "county B"),
    ):
        told = f'[no_location] {who}: the place "{place}" was looked for in {where} and not found'
        assert found.pop(0).startswith(f"moves.csv:{row} {told}")
    assert not found


def test_a_name_of_several_places_says_how_many_there_are() -> None:
    join = {"household_id": "N1", "event": "join", "place": TWICE}
    (said,) = lines(join, given=AMBIGUOUS)
    assert f'"{TWICE}" is ambiguous: 2 places of this name in the whole network; give its county' in said
    assert lines({**join, "county": "A"}, given=AMBIGUOUS) == []
    (said,) = lines({**join, "place": "حاجی آباد", "county": "شهرستان مرودشت"}, given=AMBIGUOUS)
    assert "give lon and lat, or the one that is meant in a list with --gazetteer" in said


def test_only_the_last_arrival_of_a_family_counts() -> None:
    lost = {"household_id": "A-0003", "place": "میانه"}
    assert lines(lost, {**lost, "place": "بالا", "date": "2026-01-01"}) == []
    assert lines({**lost, "place": "بالا"}, {**lost, "date": "2026-01-01", "event": "leave"}) == []


def test_it_comes_back_from_a_proposal_and_is_said_in_both_languages() -> None:
    one = Unplaced("moves.csv", 7, "H-1", TWICE, "خرم‌آباد", "", 0)
    assert unplaced_of({"unplaced": [vars(one)]}) == [one]
    assert unplaced_of({}) == []
    assert all(TWICE in one.failure.said(lang) and "خرم‌آباد" in one.failure.said(lang) for lang in LANGS)


def test_a_family_arrives_at_a_place_of_the_country_that_is_misspelt() -> None:
    given = with_households(place="x", county="بروجرد", province="لرستان")
    join = {"household_id": "N1", "event": "join", "place": "بروجزد"}
    succession = after(given, join)
    assert succession.unplaced == ()
    arrived = succession.problem.households.set_index("household_id").loc["N1"]
    assert (arrived["lon"], arrived["lat"]) == (48.7516, 33.8973)
    assert lines({**join, "place": "ناکجا"}, given=given)


def test_a_plan_names_the_places_that_are_not_found() -> None:
    table = people([(x, 1) for x in range(4)]).assign(
        place=["ناکجا", "ناکجا", "", "پایین"],
        county=["خرم‌آباد", "خرم‌آباد", "", ""],
        province="",
        row=[2, 3, 4, 5],
    )
    table.loc[:, ["lon", "lat"]] = np.nan
    tables = Tables(households=pd.DataFrame(table), files={"households": "in.csv"})
    first, second = (str(one) for one in notes(located_by_place(tables, ())))
    assert first.startswith(
        'in.csv:2 [no_location] "ناکجا" (county خرم‌آباد) stands in place of the coordinates of 2 rows and was'
    )
    assert second.startswith('in.csv:5 [no_location] "پایین" (no county told) stands')
    assert not notes(located_by_place(replace(tables, households=table.assign(lon=48.0)), ()))


def test_no_more_than_twenty_places_are_named() -> None:
    table = people([(x, 1) for x in range(25)]).assign(place=[f"ده {n}" for n in range(25)], county="", row=2)
    table["lon"] = np.nan
    tables = located_by_place(Tables(households=pd.DataFrame(table), files={"households": "in.csv"}), ())
    said = [str(one) for one in notes(tables)]
    assert len(said) == 21
    assert said[-1] == "in.csv [no_location] and 5 more places likewise"
