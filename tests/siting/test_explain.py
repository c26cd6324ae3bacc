"""What an explanation says is what solving again says: held against an independent integer program."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from data.casebook import Casebook
from data.change.changes import Changes, check_changes
from data.errors import Exit, SitingError
from data.geodesy import geodesic_km
from data.rules import Rules
from data.verify import verify
from siting.explain.applicant import ApplicantFacts
from siting.explain.center import CenterFacts, gap_km_of
from siting.explain.explaining import explain, explain_folder
from siting.explain.household import HouseholdFacts
from siting.explain.prices import Prices
from siting.explain.said import explained
from siting.explain.swaps import LOSS, TIE, WIN, Swap, at_least, pairs_of, verdict
from siting.explain.version import stood_of
from siting.plan import plan_sites
from siting.running.rebalancing import rebalance_network
from tests.engine_problems import EAST, centers, people, problem, scattered, sites, together
from tests.siting.running_networks import moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from siting.explain.explaining import Facts

SAME_KM = 0.002
MOST = 14
Version = tuple["Problem", "Plan"]
Make = Callable[[int], Version]


@cache
def town(seed: int = 1) -> Version:
    """Forty families, six applicants with eight sites, three centers that are nearly full."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 12, (40, 2))
    offered = sites(rng.uniform(0, 12, (8, 2)), list("QRSTUVQR"), preference=[1, 1, 1, 1, 1, 3, 2, 2])
    rules = Rules(min_cases=8, max_cases=MOST, preference_km=0.25, centers="fewest")
    made = problem(people(spots), offered, rules=rules)
    return made, plan_sites(made)


@cache
def running(seed: int = 1) -> Version:
    """The same a season later: three families moved, and a transfer has its price."""
    made, plan = town(seed)
    own, serves = made.households.set_index("household_id"), plan.assignments.set_index("household_id")
    rows = []
    for number, who in enumerate(("H0003", "H0011", "H0020")):
        to = serves.index[serves["center_id"] != serves.loc[who, "center_id"]][0]
        lon, lat = own.loc[to, "lon"] + 0.001 * number, own.loc[to, "lat"] + 0.001
        rows.append({"household_id": who, "event": "move", "lon": lon, "lat": lat})
    asked = Changes(moves(rows), file="moves.csv")
    check_changes(made, plan, asked)
    proposal = rebalance_network(made, plan, asked)
    return proposal.problem, proposal.plan


def standing(version: Version) -> list[str]:
    """Open centers by the ids of their places: sites that opened, centers that stood."""
    plan = version[1]
    stood = plan.centers["status"] == "existing"
    return plan.centers["site_id"].where(~stood, plan.centers["center_id"]).tolist()


def least_km(
    version: Version,
    open_: Iterable[str],
    *,
    only: tuple[str, str] | None = None,
    room: Mapping[str, int] | None = None,
    cut: Mapping[str, float] | None = None,
) -> float:
    """What serving everybody from some places costs at least; infinite where it cannot be done."""
    made, plan = version
    places = {row.site_id: row for row in made.sites.itertuples()}
    places |= {row.center_id: row for row in made.centers.itertuples()}
    folk, at = made.households, list(open_)
    transfers = bool(plan.provenance.get("rebalancing"))
    cost = np.zeros((len(folk), len(at)))
    low, high = np.zeros(len(at)), np.zeros(len(at))
    for number, name in enumerate(at):
        place, new = places[name], name not in set(made.centers["center_id"])
        many = np.full(len(folk), place.lon), np.full(len(folk), place.lat)
        cost[:, number] = geodesic_km(folk["lon"], folk["lat"], *many) - (cut or {}).get(name, 0.0)
        if not pd.isna(place.preference):
            cost[:, number] += made.rules.preference_km * (place.preference - 1)
        elsewhere = (folk["center_id"] != "") & (folk["center_id"] != name)
        cost[:, number] += made.rules.move_km * elsewhere * transfers
        stayed = int((folk["center_id"] == name).sum())
        low[number] = min(made.rules.min_cases, stayed) if transfers and not new else made.rules.min_cases
        high[number] = (made.rules.max_cases if new else place.max_cases) + (room or {}).get(name, 0)
    barred = np.zeros(cost.shape)
    if only is not None:
        row = int(np.flatnonzero(folk["household_id"] == only[0])[0])
        barred[row] = np.array(at) != only[1]
    once = np.kron(np.eye(len(folk)), np.ones(len(at)))
    loads = np.kron(np.ones(len(folk)), np.eye(len(at)))
    found = milp(
        cost.ravel(),
        integrality=1,
        bounds=Bounds(0, 1 - barred.ravel()),
        constraints=[LinearConstraint(once, 1, 1), LinearConstraint(loads, low, high)],
    )
    return float(found.fun) if found.success else np.inf


def household(version: Version, name: str) -> HouseholdFacts:
    told = explain(*version, kind="household", subject=name)
    assert isinstance(told, HouseholdFacts)
    return told


def center(version: Version, name: str) -> CenterFacts:
    told = explain(*version, kind="center", subject=name)
    assert isinstance(told, CenterFacts)
    return told


def applicant(version: Version, name: str) -> ApplicantFacts:
    told = explain(*version, kind="applicant", subject=name)
    assert isinstance(told, ApplicantFacts)
    return told


def place_of(version: Version, center_id: str) -> str:
    return dict(zip(version[1].centers["center_id"], standing(version), strict=True))[center_id]


def owner_of(version: Version, site_id: str) -> str:
    return str(version[0].sites.set_index("site_id").loc[site_id, "applicant_id"])


def unused(version: Version) -> list[str]:
    """Sites of applicants who have no center."""
    made, plan = version
    able = made.sites[~made.sites["applicant_id"].isin(plan.centers["applicant_id"])]
    return able.loc[able["ineligible"] == "", "site_id"].tolist()


VERSIONS = [(town, 1), (town, 2), (running, 1)]


@pytest.mark.parametrize(("make", "seed"), VERSIONS)
def test_a_nearer_center_costs_what_an_integer_program_says(make: Make, seed: int) -> None:
    version = make(seed)
    now = least_km(version, standing(version))
    tried = 0
    for name in version[0].households["household_id"]:
        for one in household(version, name).nearer:
            place = place_of(version, one.center_id)
            then = least_km(version, standing(version), only=(name, place))
            assert one.extra_km == pytest.approx(then - now, abs=SAME_KM)
            assert one.obstacle != "missed"
            assert (one.obstacle == "full") <= (one.cases == one.max_cases)
            tried += 1
    assert tried


def test_so_many_places_more_bring_a_family_there_and_one_fewer_does_not() -> None:
    version, helped = town(1), 0
    for name in version[0].households["household_id"]:
        told = household(version, name).places
        if told is None or told.places is None:
            continue
        place, open_ = place_of(version, told.center_id), standing(version)
        for places, comes in ((told.places, True), (told.places - 1, False)):
            room = {place: places}
            forced = least_km(version, open_, only=(name, place), room=room)
            assert (forced <= least_km(version, open_, room=room) + SAME_KM) == comes
        helped += 1
    assert helped


@pytest.mark.parametrize(("make", "seed"), [(town, 1), (town, 2)])
def test_one_place_more_does_what_an_integer_program_says(make: Make, seed: int) -> None:
    version, reasons = make(seed), []
    open_ = standing(version)
    now = least_km(version, open_)
    for name in version[0].households["household_id"]:
        for one in household(version, name).nearer:
            assert (one.one_more is not None) == (one.obstacle == "full")
            if one.one_more is None:
                continue
            place = place_of(version, one.center_id)
            free = least_km(version, open_, room={place: 1})
            there = least_km(version, open_, only=(name, place), room={place: 1})
            assert one.one_more.comes == (there <= free + SAME_KM)
            reasons.append(one.one_more.why_not)
            if one.one_more.why_not == "others":
                assert one.one_more.saves_km == pytest.approx(now - free, abs=SAME_KM)
                assert one.one_more.saves_by_it_km == pytest.approx(now - there, abs=SAME_KM)
                assert free < there
    assert {"", "others"} <= set(reasons)


def test_a_family_whose_own_center_is_at_its_least_does_not_come_by_a_place_more() -> None:
    spots = np.array([(0, 0), (1, 0), (6, 0), (9, 0), (9, 1), (8, 0)], dtype=float)
    made = problem(
        people(spots), sites([(0, 0), (9, 0)], ["Q", "R"]), rules=Rules(min_cases=3, max_cases=3, centers=2)
    )
    (one,) = household((made, plan_sites(made)), "H0002").nearer
    assert one.one_more is not None
    assert (one.obstacle, one.one_more.comes, one.one_more.why_not) == ("full", False, "least")
    told = household((made, plan_sites(made)), "H0002")
    assert told.places is not None
    assert told.places.places is None
    assert "because its own center (C-Q-1) would fall below its least" in " ".join(explained(told, "en"))


def test_one_place_more_is_too_few_for_those_who_stay_together() -> None:
    spots = np.array([(0, 0), (4, 0), (4, 0), (4, 0), (8, 0), (9, 0), (9.5, 0)], dtype=float)
    made = problem(
        people(spots), sites([(0, 0), (7, 0)], ["Q", "R"]), rules=Rules(min_cases=1, max_cases=4, centers=2)
    )
    told = household((made, plan_sites(made)), "H0001")
    assert told.together == 2
    (one,) = told.nearer
    assert one.one_more is not None
    assert (one.obstacle, one.one_more.comes, one.one_more.why_not) == ("full", False, "together")
    assert told.places is not None
    assert told.places.places == 2


def test_families_that_stay_together_elsewhere_do_not_blur_what_one_change_costs() -> None:
    rng = np.random.default_rng(11)
    spots = rng.uniform(0, 12, (40, 2))
    made = problem(
        people(spots, cases=[1 + 3 * (number % 4 == 0) for number in range(40)]),
        sites(rng.uniform(0, 12, (6, 2)), list("QRSTUV")),
        rules=Rules(min_cases=8, max_cases=25, centers="fewest"),
    )
    version, tried = (made, plan_sites(made)), 0
    for name in made.households["household_id"]:
        for one in household(version, name).nearer:
            if one.extra_km is None or one.obstacle == "missed":
                continue
            assert one.parted
            assert one.extra_km > -SAME_KM
            tried += 1
    assert tried


def test_prices_that_outweigh_the_way_are_told_one_by_one() -> None:
    spots = np.array([(0, 0), (4, 0), (9, 0)], dtype=float)
    made = problem(
        people(spots, district=["one", "one", "two"]),
        sites([(0, 0), (7, 0)], ["Q", "R"], district=["one", "two"], preference=[1, 2]),
        rules=Rules(min_cases=1, max_cases=2, cross_district_km=9.0, preference_km=0.25),
    )
    (one,) = household((made, plan_sites(made)), "H0001").nearer
    assert one.dearer is not None
    assert one.dearer.order_km == pytest.approx(0.25)
    assert one.dearer.district_km == pytest.approx(9.0)
    assert one.dearer.transfer_km == 0.0


def test_the_rank_and_kilometres_of_a_center_are_those_of_the_plan() -> None:
    made, plan = town(1)
    row = plan.assignments.iloc[7]
    told = household((made, plan), row["household_id"])
    own = made.households.set_index("household_id").loc[row["household_id"]]
    many = np.full(len(plan.centers), own["lon"]), np.full(len(plan.centers), own["lat"])
    km = geodesic_km(*many, plan.centers["lon"], plan.centers["lat"])
    assert (told.center_id, told.km) == (row["center_id"], row["km"])
    assert told.rank == 1 + int((km < row["km"]).sum())
    assert (told.open_centers, told.together, told.reason) == (3, 0, "")


@pytest.mark.parametrize(("make", "seed"), VERSIONS)
def test_the_best_sites_in_place_of_a_center_are_those_of_an_integer_program(make: Make, seed: int) -> None:
    version = make(seed)
    open_ = standing(version)
    now = least_km(version, open_)
    for name in version[1].centers["center_id"]:
        told = center(version, name)
        rest = [one for one in open_ if one != place_of(version, name)]
        best: dict[str, float] = {}
        for site in unused(version):
            extra = least_km(version, [*rest, site]) - now
            best[owner_of(version, site)] = min(extra, best.get(owner_of(version, site), np.inf))
        expected = sorted(best.values())[:3]
        assert [one.extra_km for one in told.alternatives] == pytest.approx(expected, abs=SAME_KM)
        assert told.applicants == len(best)
        assert told.all_compared
        for one in told.alternatives:
            there = least_km(version, [*rest, one.site_id])
            assert one.extra_km == pytest.approx(there - now, abs=SAME_KM)


@pytest.mark.parametrize(("make", "seed"), VERSIONS)
def test_who_was_not_chosen_is_held_against_the_center_that_gives_way_best(make: Make, seed: int) -> None:
    version = make(seed)
    open_ = standing(version)
    now = least_km(version, open_)
    for name in {owner_of(version, one) for one in unused(version)}:
        told = applicant(version, name)
        assert told.center_id == ""
        for one in told.sites:
            swaps = {out: least_km(version, [*(set(open_) - {out}), one.site_id]) - now for out in open_}
            assert one.swap is not None
            assert one.swap.extra_km == pytest.approx(min(swaps.values()), abs=SAME_KM)
            assert swaps[place_of(version, one.against)] == pytest.approx(one.swap.extra_km, abs=SAME_KM)
            assert one.n_compared == len(open_)


@pytest.mark.parametrize(("make", "seed"), VERSIONS)
def test_a_site_nearer_by_so_much_draws_level(make: Make, seed: int) -> None:
    version = make(seed)
    now = least_km(version, standing(version))
    asked = 0
    for name in {owner_of(version, one) for one in unused(version)}:
        for one in applicant(version, name).sites:
            if one.nearer_by_km is None:
                continue
            open_ = [*(set(standing(version)) - {place_of(version, one.against)}), one.site_id]
            level = least_km(version, open_, cut={one.site_id: one.nearer_by_km})
            assert level == pytest.approx(now, abs=2 * SAME_KM)
            asked += 1
    assert asked


def test_a_first_preference_would_cost_that_much() -> None:
    seen = 0
    for version in map(town, range(1, 6)):
        now = least_km(version, standing(version))
        for name in {owner_of(version, one) for one in unused(version)}:
            for one in applicant(version, name).sites:
                if one.first_choice_km is None:
                    continue
                off = version[0].rules.preference_km * (one.preference - 1)
                open_ = [*(set(standing(version)) - {place_of(version, one.against)}), one.site_id]
                then = least_km(version, open_, cut={one.site_id: off})
                assert one.first_choice_km == pytest.approx(then - now, abs=SAME_KM)
                assert one.preference > 1
                seen += 1
    assert seen


@pytest.mark.parametrize(("make", "seed"), VERSIONS)
def test_prices_prove_no_more_than_a_swap_costs(make: Make, seed: int) -> None:
    version = make(seed)
    stood = stood_of(*version, version[1].units["unit"].iloc[0])
    assert stood is not None
    open_, now = standing(version), least_km(version, standing(version))
    free = [one for one in range(len(stood.unit.facilities)) if one not in stood.open]
    pairs, base = pairs_of(stood.open.tolist(), free), stood.again()
    near = Prices.of(stood, base, stood.again(stood.swapped(*pairs[-1])))
    by_swap = np.array(
        [near.extra_km(stood, stood.as_it_is, one, stood.paid_km(np.array(one[1:]))[:, 0]) for one in pairs]
    )
    proven = np.maximum(at_least(stood, stood.as_it_is, pairs, base)[0], by_swap)
    for (out, into), least in zip(pairs, proven, strict=True):
        assert out is not None
        ids = stood.unit.facilities.id
        extra = least_km(version, [*(set(open_) - {ids[out]}), ids[into]]) - now
        assert least <= extra + SAME_KM


def test_who_was_chosen_is_held_against_the_runner_up() -> None:
    version = town(1)
    open_, now = standing(version), least_km(version, standing(version))
    row = version[1].centers.iloc[0]
    told = applicant(version, row["applicant_id"])
    rest = [one for one in open_ if one != row["site_id"]]
    assert told.center_id == row["center_id"]
    assert told.runner_up is not None
    best = min(least_km(version, [*rest, one]) for one in unused(version))
    assert told.runner_up.extra_km == pytest.approx(best - now, abs=SAME_KM)
    assert told.gap_km == pytest.approx(version[1].objective_km - version[1].bound.value_km)  # type: ignore[union-attr]
    assert [one.status for one in told.sites if one.site_id == row["site_id"]] == ["open"]


def test_the_other_sites_of_who_runs_a_center_are_held_against_it() -> None:
    version = next(one for one in map(town, range(1, 9)) if {"Q", "R"} & set(one[1].centers["applicant_id"]))
    name = next(one for one in "QR" if one in set(version[1].centers["applicant_id"]))
    own = version[1].centers.set_index("applicant_id").loc[name]
    other = next(one for one in applicant(version, name).sites if one.status == "compared")
    rest = [one for one in standing(version) if one != own["site_id"]]
    extra = least_km(version, [*rest, other.site_id]) - least_km(version, standing(version))
    assert other.swap is not None
    assert other.swap.extra_km == pytest.approx(extra, abs=SAME_KM)
    assert other.against == own["center_id"]


def swap(extra_km: float, *, least_km: float | None = None, left_out: int = 0, short: int = 0) -> Swap:
    return Swap(0, 1, extra_km, extra_km if least_km is None else least_km, left_out, short, 9)


@pytest.mark.parametrize(
    ("made", "gap_km", "proven_km", "said"),
    [
        (swap(5.0), 4.0, 0.0, LOSS),
        (swap(5.0), 6.0, 0.0, TIE),
        (swap(5.0), 6.0, 0.1, LOSS),
        (swap(0.0), None, 0.0, TIE),
        (swap(0.1), None, 0.0, LOSS),
        (swap(0.1, least_km=-1.0), None, 0.0, TIE),
        (swap(-0.1), 6.0, 0.0, WIN),
        (swap(-9.0, left_out=1), 6.0, 0.0, LOSS),
        (swap(-9.0, short=1), None, 0.0, LOSS),
    ],
)
def test_a_verdict_is_clear_only_beyond_what_the_plan_may_lack(
    made: Swap, gap_km: float | None, proven_km: float, said: str
) -> None:
    assert verdict(made, gap_km=gap_km, proven_km=proven_km) == said


def test_verdicts_follow_from_the_differences_and_the_gap() -> None:
    classes = set()
    for seed in (1, 2):
        version = town(seed)
        gap = gap_km_of(version[1])
        assert gap is not None
        for name in {owner_of(version, one) for one in unused(version)}:
            for one in applicant(version, name).sites:
                assert one.swap is not None
                clear = one.proven_km is not None or one.swap.extra_km > gap
                assert one.verdict == (LOSS if clear else TIE)
                classes.add(one.verdict)
    assert LOSS in classes


def test_a_plan_that_missed_the_best_says_so() -> None:
    made, plan = town(1)
    worse = max(
        (
            (least_km((made, plan), [*(set(standing((made, plan))) - {out}), into]), out, into)
            for out, into in product(standing((made, plan)), unused((made, plan)))
        ),
        key=lambda one: (one[0] < np.inf, one[0] if one[0] < np.inf else 0.0),
    )
    _, out, into = worse
    use = made.sites["use"].mask(
        made.sites["site_id"].isin({*standing((made, plan)), into} - {out}), "required"
    )
    planned = plan_sites(replace(made, sites=made.sites.assign(use=use)))
    poor = (made, replace(planned, bound=plan.bound))
    told = applicant(poor, owner_of(poor, out))
    assert told.verdict == WIN
    assert any("has missed this" in line for line in explained(told, "en"))
    assert center(poor, f"C-{into}").verdict == LOSS


def every_answer(version: Version) -> list[tuple[str, Facts]]:
    made, plan = version
    asked = [("household", one) for one in made.households["household_id"]]
    asked += [("center", one) for one in plan.centers["center_id"]]
    asked += [("applicant", one) for one in made.sites["applicant_id"].unique()]
    return [(subject, explain(made, plan, kind=kind, subject=subject)) for kind, subject in asked]


@pytest.mark.parametrize(("make", "seed"), [(town, 1), (running, 1)])
def test_no_answer_names_another_household(make: Make, seed: int) -> None:
    version = make(seed)
    ids = set(version[0].households["household_id"])
    for subject, told in every_answer(version):
        said = [*explained(told, "en"), *explained(told, "fa"), json.dumps(asdict(told), allow_nan=False)]
        assert not [one for one in ids - {subject} if any(one in line for line in said)]


def test_every_answer_is_said_in_both_languages() -> None:
    for _, told in every_answer(town(1)):
        english, persian = explained(told, "en"), explained(told, "fa")
        assert len(english) == len(persian) >= 1
        assert all(any("\u0600" <= letter <= "\u06ff" for letter in line) for line in persian)
        assert not any("{" in line or "|" in line for line in [*english, *persian])


def test_a_nearer_center_across_the_border_is_named_with_its_unit() -> None:
    spots = np.array([[0, 0], [1, 0], [2, 0], [9, 0]], dtype=float)
    folk = together(people(spots), people(spots + np.array([10, 0]), prefix="B", county="B"))
    offered = together(sites([(1, 0)], ["Q"]), sites([(10, 0)], ["R"], county="B"))
    made = problem(folk, offered, rules=Rules(min_cases=1, max_cases=4))
    version = (made, plan_sites(made))
    told = household(version, "H0003")
    assert told.nearer == ()
    assert [(one.center_id, one.unit) for one in told.across] == [("C-R-1", "P/B")]
    assert told.km is not None
    assert told.across[0].km < told.km
    assert household(version, "H0000").across == ()


def test_rules_that_keep_a_family_from_a_nearer_center_are_named() -> None:
    spots = np.array([(0, 0), (1, 0), (8, 0), (9, 0), (1, 0)], dtype=float)
    made = problem(
        people(spots, pin=["Q-1", "R-1", "R-1", "", ""]),
        sites([(0, 0), (9, 0)], ["Q", "R"]),
        rules=Rules(min_cases=1, max_cases=4, keep_together="none"),
    )
    told = household((made, plan_sites(made)), "H0001")
    assert [one.obstacle for one in told.nearer] == ["pinned"]
    assert told.nearer[0].extra_km is None


def test_a_village_that_stays_together_keeps_a_family_from_its_nearer_center() -> None:
    spots = np.array([(4, 0), (1, 0), (0, 0), (9, 0)], dtype=float)
    made = problem(
        people(spots, area="rural", place=["V", "V", "V", "W"]),
        sites([(0, 0), (6, 0)], ["Q", "R"]),
        rules=Rules(min_cases=1, max_cases=3, keep_together="place"),
    )
    told = household((made, plan_sites(made)), "H0000")
    assert told.together == 2
    assert [(one.center_id, one.obstacle) for one in told.nearer] == [("C-R-1", "kept_together")]


def test_prices_that_outweigh_the_way_are_named() -> None:
    spots = np.array([(0, 0), (4, 0), (9, 0)], dtype=float)
    made = problem(
        people(spots, district=["one", "one", "two"]),
        sites([(0, 0), (7, 0)], ["Q", "R"], district=["one", "two"]),
        rules=Rules(min_cases=1, max_cases=2, cross_district_km=9.0),
    )
    told = household((made, plan_sites(made)), "H0001")
    assert [(one.center_id, one.obstacle) for one in told.nearer] == [("C-R-1", "prices")]
    assert told.nearer[0].dearer is not None
    assert told.nearer[0].dearer.district_km == pytest.approx(9.0)


def test_a_center_at_its_least_keeps_its_families() -> None:
    spots = np.array([(0, 0), (1, 0), (6, 0), (9, 0), (9, 1), (8, 0)], dtype=float)
    made = problem(
        people(spots), sites([(0, 0), (9, 0)], ["Q", "R"]), rules=Rules(min_cases=3, max_cases=5, centers=2)
    )
    told = household((made, plan_sites(made)), "H0002")
    assert [(one.center_id, one.obstacle) for one in told.nearer] == [("C-R-1", "least")]
    assert told.nearer[0].extra_km is not None
    assert told.nearer[0].extra_km > 0
    assert told.nearer[0].others == 1


def test_who_is_too_far_hears_which_reach_would_do() -> None:
    spots = np.array([(0, 0), (1, 0), (2, 0), (20, 0)], dtype=float)
    made = problem(people(spots), sites([(1, 0)]), rules=Rules(min_cases=1, max_cases=4, max_km=5.0))
    plan = plan_sites(made)
    reasons = plan.unassigned.set_index("household_id")["reason"]
    if reasons["H0003"] == "vacancy":
        plan = replace(plan, unassigned=plan.unassigned.assign(reason="too_far"))
    told = household((made, plan), "H0003")
    own, site = made.households.set_index("household_id").loc["H0003"], made.sites.iloc[0]
    km = float(geodesic_km([own["lon"]], [own["lat"]], [site["lon"]], [site["lat"]])[0])
    assert told.needed_max_km == pytest.approx(km, abs=1e-9)
    assert told.served_then is True
    assert f"With max_km of {km:.3f} it would be served" in " ".join(explained(told, "en"))


def test_who_finds_no_room_hears_how_many_places_are_missing() -> None:
    spots = scattered(np.random.default_rng(3), 9)
    made = problem(
        people(spots),
        centers=centers([(5, 5)], max_cases=6),
        rules=Rules(min_cases=1, max_cases=6, centers=1),
    )
    plan = plan_sites(made)
    left = plan.unassigned[plan.unassigned["reason"] == "no_capacity"]["household_id"]
    assert len(left)
    told = household((made, plan), left.iloc[0])
    assert told.lacking == int(plan.unassigned["cases"].sum())
    assert told.center_id is None
    assert told.nearer[0].obstacle == "full"
    assert told.nearer[0].lose_place
    assert told.places is not None
    assert told.places.places is not None
    assert 1 <= told.places.places <= told.lacking


@pytest.mark.parametrize("reason", ["no_location", "outside_boundaries", "not_in_phase"])
def test_who_is_not_planned_for_hears_why(reason: str) -> None:
    made, plan = town(1)
    gone = made.households["household_id"] == "H0001"
    households = made.households.assign(reason=made.households["reason"].mask(gone, reason))
    row = plan.assignments["household_id"] == "H0001"
    left = plan.unassigned.reindex([0]).assign(household_id="H0001", reason=reason, vacancy_id="", cases=1)
    version = (
        replace(made, households=households),
        replace(plan, assignments=plan.assignments[~row], unassigned=left),
    )
    told = household(version, "H0001")
    assert (told.center_id, told.reason, told.nearer) == (None, reason, ())
    assert len(explained(told, "en")) == len(explained(told, "fa")) == 1


def test_a_center_that_stood_before_had_no_rival() -> None:
    rng = np.random.default_rng(5)
    made = problem(
        people(rng.uniform(0, 9, (20, 2))),
        sites([(2, 2), (7, 7), (3, 8)], ["Q", "R", "S"], decision=["accepted", "accepted", "refused"]),
        centers=centers([(5, 5)]),
        rules=Rules(min_cases=4, max_cases=10),
    )
    version = (made, plan_sites(made))
    told = center(version, "E0")
    assert (told.why_fixed, told.verdict, told.alternatives) == ("existing", "", ())
    refused = applicant(version, "S")
    assert (refused.verdict, refused.sites[0].why) == ("ineligible", "refused")
    assert "refused" in " ".join(explained(refused, "en"))
    loser = applicant(version, next(iter({"Q", "R"} - set(version[1].centers["applicant_id"]))))
    assert loser.sites[0].n_compared == 1
    assert loser.sites[0].against != "E0"


def test_the_only_applicant_is_uncontested() -> None:
    spots = np.array([(0, 0), (1, 1), (2, 0)], dtype=float)
    made = problem(people(spots), sites([(1, 0)], ["Q"]), rules=Rules(min_cases=1, max_cases=4))
    version = (made, plan_sites(made))
    assert applicant(version, "Q").verdict == "uncontested"
    assert center(version, "C-Q-1").verdict == "uncontested"


def test_places_proposed_without_applicants_are_explained_too() -> None:
    spots = scattered(np.random.default_rng(4), 30)
    made = problem(people(spots), rules=Rules(min_cases=8, max_cases=12))
    version = (made, plan_sites(made))
    told = center(version, version[1].centers["center_id"].iloc[0])
    assert told.why_fixed == "no_sites"
    for name in made.households["household_id"]:
        assert all(one.obstacle != "missed" for one in household(version, name).nearer)


def test_an_unknown_id_names_its_like_but_never_a_household() -> None:
    made, plan = town(1)
    near = plan.centers["center_id"].iloc[0]
    cases = [("center", f"{near}x", near), ("applicant", "Qx", "Q"), ("household", "H00011", "")]
    for kind, subject, like in cases:
        with pytest.raises(SitingError) as caught:
            explain(made, plan, kind=kind, subject=subject)
        error = caught.value
        assert (error.code, error.exit_code) == (f"unknown_{kind}", Exit.INVALID_INPUT)
        for lang in ("en", "fa"):
            said = error.failures[0].said(lang)
            assert like in said
            assert not [one for one in made.households["household_id"] if one in said]


def test_far_counties_do_not_come_into_a_swap() -> None:
    rng = np.random.default_rng(8)
    folk = together(
        people(rng.uniform(0, 9, (20, 2))), people(rng.uniform(0, 9, (20, 2)) + EAST, prefix="B", county="B")
    )
    offered = together(
        sites(rng.uniform(0, 9, (4, 2)), list("QRST")),
        sites(rng.uniform(0, 9, (4, 2)) + EAST, list("UVWX"), county="B"),
    )
    made = problem(folk, offered, rules=Rules(min_cases=4, max_cases=12))
    version = (made, plan_sites(made))
    for name in version[1].centers["center_id"]:
        told = center(version, name)
        owners = set("QRST") if told.unit == "P/A" else set("UVWX")
        assert {one.applicant_id for one in told.alternatives} <= owners
        assert told.applicants == 2


def test_the_season_was_a_season() -> None:
    _, plan = running(1)
    assert plan.provenance["rebalancing"]
    assert plan.bound is None
    assert set(plan.centers["status"]) == {"existing"}
    assert plan.terms["move_km"] > 0


def test_a_center_that_closed_is_told_with_the_version_it_was_open_in(tmp_path: Path) -> None:
    made, plan = town(1)
    closed = plan.centers["center_id"].iloc[0]
    proposal = rebalance_network(made, plan, Changes(close={closed: "2026-10-01"}))
    book = Casebook.create(tmp_path / "casebook.gpkg", made, plan, verify(made, plan), seed=0, who="", why="")
    proven = verify(proposal.problem, proposal.plan)
    book.commit(proposal.plan, proven, problem=proposal.problem, kind="apply", who="", why="")
    with pytest.raises(SitingError) as caught:
        explain_folder(tmp_path, kind="center", subject=closed)
    assert "until version 1" in caught.value.failures[0].said("en")
    assert "تا نسخهٔ ۱" in caught.value.failures[0].said("fa")
    assert caught.value.exit_code == Exit.INVALID_INPUT
