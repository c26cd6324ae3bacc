"""What a center is paid: every line from what was done, by whom, for whose home, and at which price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import Exit, SitingError
from data.verify.fee_acts import Paid
from data.verify.fee_days import Days, Standing
from data.verify.fees import check_fees, check_planned, recount, recount_planned
from data.verify.finding import VerificationError
from data.work.fee_totals import amounts_of, fee_sums, fee_table
from data.work.months import JalaliMonth
from data.work.paid import bill_of
from data.work.planned import planned_bill
from data.work.rates import Rates
from data.work.tariff_file import read_tariffs
from data.work.yearly import one_more, year_lines
from tests.work.fee_life import ELSEWHERE, TIR, acts, by_center, by_item, full_center, iso, life, prices

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.work.invoices import Bill
    from data.work.tariffs import Tariffs
    from data.work.whereabouts import Whereabouts

SHIPPED = read_tariffs()
EDUCATION = (iso(3), "", "C1", "education")


def planned(where: Whereabouts, **rates: float) -> Bill:
    return planned_bill(where, SHIPPED, replace(Rates(), **rates), TIR)


def total(bill: Bill) -> int:
    return int(bill.lines["amount"].sum())


def reasons(bill: Bill) -> dict[tuple[str, str], str]:
    return {(one.date, one.center_id): one.reason for one in bill.unpaid.itertuples()}


@pytest.mark.parametrize("files", [16, 25, 35])
def test_a_full_center_of_tehran_comes_out_at_the_published_band(files: int) -> None:
    bill = planned(full_center(), files_opened_a_month=files)
    lines = {"visit": 5_859_375, "casework": 5_625_000, "education": 8_750_000, "opening": files * 50_000}
    assert by_item(bill.lines) == lines
    assert total(bill) == 20_234_375 + files * 50_000
    assert 21_000_000 <= total(bill) <= 22_000_000


@pytest.mark.parametrize(
    ("rate", "value", "item", "amount"),
    [
        ("visits_a_year", 4, "visit", 2 * 5_859_375),
        ("casework_percent", 50, "casework", 225 * 12_500),
        ("education_months_a_year", 0, "education", 0),
        ("files_opened_a_month", 0, "opening", 0),
        ("full_cases", 900, "opening", 12 * 50_000),
    ],
)
def test_one_rate_moves_one_line_and_no_other(rate: str, value: int, item: str, amount: int) -> None:
    before, after = (
        by_item(planned(full_center()).lines),
        by_item(planned(full_center(), **{rate: value}).lines),
    )
    assert {name for name in before if before[name] != after.get(name, 0)} == {item}
    assert after.get(item, 0) == amount


def test_the_same_center_costs_the_same_by_what_it_did_as_by_its_rates() -> None:
    where = full_center()
    ids = list(where.status.index)
    done = [(iso(5), one, "C1", "casework") for one in ids]
    done += [(iso(6), one, "C1", "visit") for one in ids[:75]]
    done += [(iso(7), one, "C1", "file_opened") for one in ids[:25]]
    by_acts = bill_of(where, acts(*done, EDUCATION), SHIPPED, TIR)
    assert by_item(by_acts.lines) == by_item(planned(where).lines)
    assert by_acts.lines["quantity"].tolist() == planned(where).lines["quantity"].tolist()


def test_a_family_that_moves_on_the_twelfth_is_paid_to_both_by_days() -> None:
    where = life({"H1": [(0, "C1"), (12, "C2")], "H2": "C2"})
    bill = bill_of(where, acts((iso(4), "H1", "C1", "casework")), SHIPPED, TIR)
    spans = bill.lines[["center_id", "quantity", "from", "to", "days", "amount"]].to_numpy().tolist()
    assert spans == [["C1", 1, iso(1), iso(11), 11, 4_435], ["C2", 1, iso(12), iso(31), 20, 8_065]]
    assert total(bill) == 12_500


def test_a_center_that_closes_on_the_twentieth_is_paid_for_nineteen_days() -> None:
    where = life({"H1": [(0, "C1"), (20, "C2")], "H2": "C2"}, closed={"C1": 20})
    bill = bill_of(where, acts(EDUCATION, (iso(21), "", "C1", "education")), SHIPPED, TIR)
    assert bill.lines["amount"].tolist() == [round(8_750_000 * 19 / 31)]
    assert reasons(bill) == {(iso(21), "C1"): "center_closed"}


def test_who_joins_and_who_leaves_is_paid_for_the_days_there() -> None:
    where = life({"H1": [(5, "C1")], "H2": [(0, "C1"), (5, "")]})
    done = acts((iso(9), "H1", "C1", "casework"), (iso(2), "H2", "C1", "casework"))
    assert by_item(bill_of(where, done, SHIPPED, TIR).lines) == {"casework": 12_500}


def test_a_visit_that_two_centers_claim_is_paid_to_whose_home_it_was() -> None:
    where = life({"H1": [(0, "C1"), (12, "C2")], "H2": "C2"})
    claims = acts(*((iso(12), "H1", center, "visit") for center in ("C1", "C2")))
    bill = bill_of(where, claims, SHIPPED, TIR)
    assert by_center(bill.lines) == {"C2": 78_125}
    assert reasons(bill) == {(iso(12), "C1"): "claimed_twice"}


def test_a_visit_to_a_home_of_another_center_is_not_paid() -> None:
    bill = bill_of(life({"H1": "C1", "H2": "C2"}), acts((iso(2), "H1", "C2", "visit")), SHIPPED, TIR)
    assert bill.lines.empty
    assert reasons(bill) == {(iso(2), "C2"): "not_its_home"}


@pytest.mark.parametrize(
    ("before", "counted", "paid"),
    [
        ("2021-06-05", "periods", False),
        ("2021-03-15", "periods", True),
        ("2021-03-15", "rolling", False),
        ("2020-12-20", "rolling", True),
        ("2020-12-25", "rolling", False),
    ],
)
def test_a_home_is_paid_for_once_in_the_interval(
    tmp_path: Path, before: str, counted: str, *, paid: bool
) -> None:
    tariffs = prices(tmp_path, ('counted = "periods"', f'counted = "{counted}"'))
    done = acts((before, "H1", "C1", "visit"), ("2021-06-22", "H1", "C1", "visit"))
    bill = bill_of(life({"H1": "C1"}), done, tariffs, TIR)
    assert by_item(bill.lines) == ({"visit": 78_125} if paid else {})
    assert list(reasons(bill).values()) == ([] if paid else ["too_soon"])


def test_a_visit_that_was_not_paid_does_not_bar_the_next() -> None:
    done = acts((iso(2), "H1", "C2", "visit"), (iso(3), "H1", "C1", "visit"), (iso(3), "H1", "C1", "visit"))
    bill = bill_of(life({"H1": "C1", "H2": "C2"}), done, SHIPPED, TIR)
    assert by_center(bill.lines) == {"C1": 78_125}
    assert sorted(bill.unpaid["reason"]) == ["claimed_twice", "not_its_home"]


def test_as_many_files_are_paid_as_a_household_has_cases_and_the_interview_with_them() -> None:
    where = life({"H1": "C1", "H2": "C1"}, cases={"H2": 2})
    done = acts(
        *(
            (iso(day), home, "C1", "file_opened")
            for day, home in enumerate(["H1", "H1", "H2", "H2", "H2"], 1)
        ),
        (iso(1), "H1", "C1", "interview"),
    )
    bill = bill_of(where, done, SHIPPED, TIR)
    assert by_item(bill.lines) == {"opening": 3 * 50_000}
    assert bill.unpaid["reason"].tolist() == ["opened_before"] * 2
    assert bill.unpriced == {"interview": 1}


def test_impossible_days_are_paid_unless_the_tariffs_bar_them(tmp_path: Path) -> None:
    done = acts((iso(2), "H1", "C1", "visit"), flags="holiday far_apart")
    assert by_item(bill_of(life({"H1": "C1"}), done, SHIPPED, TIR).lines) == {"visit": 78_125}
    barred = prices(tmp_path, ("unpaid = []", 'unpaid = ["far_apart"]'))
    bill = bill_of(life({"H1": "C1"}), done, barred, TIR)
    assert list(reasons(bill).values()) == ["flagged"]


def test_acts_of_other_months_are_not_paid_in_this_one() -> None:
    done = acts(*((day, "H1", "C1", "visit") for day in ("2021-06-21", "2021-07-23")))
    bill = bill_of(life({"H1": "C1"}), done, SHIPPED, TIR)
    assert bill.lines.empty
    assert bill.unpaid.empty


def test_a_price_that_changes_within_the_month_parts_its_lines(tmp_path: Path) -> None:
    old = ('amount = 12500\nfrom = "1399-09-01"', 'amount = 12500\nfrom = "1399-09-01"\nuntil = "1400-04-15"')
    new = '\n[[tariff]]\nitem = "casework"\nunit = "case_month"\ncontract = "pension"\nplace = "any"\n'
    tariffs = prices(tmp_path, old, more=new + 'amount = 25000\nfrom = "1400-04-16"\n')
    bill = bill_of(life({"H1": "C1"}), acts((iso(2), "H1", "C1", "casework")), tariffs, TIR)
    assert bill.lines[["unit_amount", "days", "amount"]].to_numpy().tolist() == [
        [12_500, 15, round(12_500 * 15 / 31)],
        [25_000, 16, round(25_000 * 16 / 31)],
    ]


def test_contracts_are_paid_apart_and_each_needs_a_price(tmp_path: Path) -> None:
    where = life({"H1": "C1", "H2": "C1"}, status={"H2": "cbr"})
    done = acts((iso(2), "H1", "C1", "visit"), (iso(2), "H2", "C1", "visit"))
    with pytest.raises(SitingError) as caught:
        bill_of(where, done, SHIPPED, TIR)
    assert (caught.value.exit_code, caught.value.failures[0].code) == (Exit.INVALID_INPUT, "no_tariff")
    more = '\n[[tariff]]\nitem = "visit"\nunit = "visit"\ncontract = "cbr"\nplace = "any"\n'
    more += 'amount = 9\nfrom = "1399-09-01"\n'
    bill = bill_of(where, done, prices(tmp_path, more=more), TIR)
    assert bill.lines[["contract", "amount"]].to_numpy().tolist() == [["pension", 78_125], ["cbr", 9]]


def test_a_month_before_the_tariffs_is_refused_for_every_item() -> None:
    with pytest.raises(SitingError) as caught:
        planned_bill(full_center(3), SHIPPED, Rates(), JalaliMonth(1399, 8))
    assert [one.code for one in caught.value.failures] == ["no_tariff_then"] * 4


def test_served_is_enough_where_the_tariff_says_so(tmp_path: Path) -> None:
    tariffs = prices(tmp_path, ('unit = "case_month"', 'unit = "case_month"\nbasis = "served"'))
    bill = bill_of(life({"H1": "C1", "H2": "C2"}), acts((iso(2), "H1", "C1", "visit")), tariffs, TIR)
    assert by_item(bill.lines) == {"visit": 78_125, "casework": 25_000}


def test_outside_a_metropolis_the_other_tariff_is_paid(tmp_path: Path) -> None:
    tariffs = prices(tmp_path, ('place = "other"\namount = 78125', 'place = "other"\namount = 60000'))
    where = life({"H1": "C1", "H2": "C2"}, places={"C2": ELSEWHERE})
    done = acts(*((iso(2), f"H{one}", f"C{one}", "visit") for one in (1, 2)))
    assert by_center(bill_of(where, done, tariffs, TIR).lines) == {"C1": 78_125, "C2": 60_000}


def test_sums_of_centers_counties_provinces_and_all_are_the_lines() -> None:
    where = life({f"H{one}": f"C{one % 3}" for one in range(30)}, places={"C2": ELSEWHERE})
    bill = planned(where)
    table = fee_table(bill.lines, where.about, list(where.about.index))
    for by in ((), ("province",), ("province", "county")):
        sums = fee_sums(table, by)
        assert int(sums["total"].sum()) == total(bill)
        assert int(sums[amounts_of(table)[:-1]].to_numpy().sum()) == total(bill)
    assert dict(zip(table["center_id"], table["total"], strict=True)) == by_center(bill.lines)


def test_the_months_of_a_year_add_up_and_one_more_center_costs_what_its_own_lines_do() -> None:
    year = year_lines(full_center(373), SHIPPED, Rates(), 1400)
    visits = year.loc[year["item"] == "visit", "quantity"]
    assert visits.tolist() == [2 * 373]
    (one,) = one_more(full_center(), SHIPPED, Rates(), 1400)
    assert (one.place, one.same_cases) == ("metropolis", 12 * 8_750_000)
    assert one.full == int(year_lines(full_center(), SHIPPED, Rates(), 1400)["amount"].sum())
    assert one.full == 12 * 21_484_375


def steps_of(days: list[int], centers: list[str]) -> list[tuple[int, str]]:
    return [(0, centers[0]), *zip(sorted(set(days)), centers[1:], strict=False)]


MOVES = st.lists(st.integers(2, 31), max_size=4)


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from([f"H{one}" for one in range(6)]), MOVES, min_size=1))
def test_no_move_within_a_month_changes_what_the_nation_pays(moves: dict[str, list[int]]) -> None:
    chain = ["C1", "C2", "C3", "C1", "C2"]
    homes = {home: steps_of(days, chain) for home, days in moves.items()}
    where = life(homes)
    done = acts(*((iso(1), home, "C1", "casework") for home in homes))
    bill = bill_of(where, done, SHIPPED, TIR)
    assert total(bill) == 12_500 * len(homes)
    check_fees(bill.lines, recount(days_of(homes), done, paid_by(where), TIR), where.province)


def days_of(homes: dict[str, list[tuple[int, str]]], cases: int = 1) -> Days:
    """The same life as versions of a record: each day of a change one."""
    changes = sorted({day for steps in homes.values() for day, _ in steps} - {0})
    standings = []
    for day in [0, *changes]:
        state = {}
        for home, steps in homes.items():
            center = [one for since, one in steps if since <= day]
            if center and center[-1]:
                state[home] = (center[-1], cases)
        on = date.fromisoformat(iso(day)) if day else None
        standings.append(Standing(on, {}, state, frozenset({"C1", "C2", "C3"})))
    return Days([standings])


def paid_by(where: Whereabouts, tariffs: Tariffs = SHIPPED) -> Paid:
    return Paid(tariffs, {}, dict.fromkeys(where.about.index, "metropolis"), where.province)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_recount_by_other_means_pays_the_same(data: st.DataObject) -> None:
    chain = ["C1", "C2", "C3", "C1", "C2"]
    homes = {f"H{one}": steps_of(data.draw(MOVES), chain) for one in range(4)} | {"H9": [(0, "C3")]}
    kinds = st.sampled_from(["visit", "file_opened", "interview", "casework", "education"])
    row = st.tuples(st.integers(-40, 31), st.sampled_from(sorted(homes)), st.sampled_from(chain[:3]), kinds)
    done = acts(
        *((iso(day), home, center, kind) for day, home, center, kind in data.draw(st.lists(row, max_size=25)))
    )
    where = life(homes)
    bill = bill_of(where, done, SHIPPED, TIR)
    check_fees(bill.lines, recount(days_of(homes), done, paid_by(where), TIR), where.province)
    plan = planned(where)
    due = recount_planned(days_of(homes), Rates(), paid_by(where), TIR)
    check_planned(plan.lines, due, TIR, where.province)


@pytest.mark.parametrize("column", ["amount", "quantity"])
def test_the_recount_sees_a_line_that_was_changed(column: str) -> None:
    homes = {f"H{one}": [(0, "C1")] for one in range(40)}
    where = life(dict.fromkeys(homes, "C1"))
    lines: pd.DataFrame = planned(where).lines.copy()
    lines.loc[0, column] += 1
    due = recount_planned(days_of(homes), Rates(), paid_by(where), TIR)
    with pytest.raises(VerificationError) as caught:
        check_planned(lines, due, TIR, where.province)
    assert caught.value.exit_code == Exit.VERIFICATION_FAILED
    assert caught.value.failures[0].said("fa")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 31), max_size=6))
def test_parts_of_a_case_month_are_the_month_whatever_the_split(days: list[int]) -> None:
    ends = [1, *sorted(set(days) - {1}), 32]
    centers = ["C1", "C2", "C3"] * 4
    homes = {
        "H1": [(0 if day == 1 else day, centers[place]) for place, (day, _) in enumerate(pairwise(ends))]
    }
    bill = bill_of(life(homes), acts((iso(1), "H1", "C1", "casework")), SHIPPED, TIR)
    assert total(bill) == 12_500
