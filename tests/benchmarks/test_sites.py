"""A site choice is counted from who goes where, and a wrong answer is no figure."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import ours, peer_milp
from benchmarks.site_case import SITES_AN_APPLICANT, SPREAD_KM, SiteCase, make
from benchmarks.sites import main
from data.geodesy import geodesic_km

SMALL = {"households": 400, "applicants": 4, "centers": 2, "seed": 3}


def line() -> SiteCase:
    """Households on a line with a site at each end, and one more of the second applicant."""
    home = np.column_stack([np.linspace(54.0, 54.3, 300), np.full(300, 32.0)])
    site = np.array([[54.0, 32.0], [54.3, 32.0], [54.2, 32.0]])
    return SiteCase(home, site, np.array([0, 1, 1]), 2)


def halves() -> np.ndarray:
    return np.repeat([0, 1], 150)


def test_sites_lie_near_households_and_every_applicant_has_five() -> None:
    case = make(400, 4, 2, seed=3)
    assert np.bincount(case.applicant).tolist() == [SITES_AN_APPLICANT] * 4
    nearest = [geodesic_km(*case.home.T, *(np.full(400, at) for at in site)).min() for site in case.site]
    assert max(nearest) < 5 * SPREAD_KM


def test_an_answer_is_worth_its_geodesics() -> None:
    case = line()
    apart = geodesic_km(*case.home.T, *case.site[halves()].T)
    assert case.recount(halves()) == pytest.approx(apart.sum())


@pytest.mark.parametrize(
    ("serves", "said"),
    [
        (np.repeat([0, -1], 150), "150 households are not served"),
        (np.repeat([0], 300), "1 centers instead of 2"),
        (np.repeat([0, 1], [149, 151]), "149 cases"),
        (np.repeat([1, 2], 150), "an applicant has two"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_no_figure(serves: np.ndarray, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        line().recount(serves)


def test_the_plain_model_cannot_be_below_our_bound_nor_we_below_its() -> None:
    mine, plain = ours.sites(**SMALL), peer_milp.sites(**SMALL, limit_seconds=60)
    own, others = mine.recount(mine.run()), plain.recount(plain.run())
    slack = 1e-4
    assert others["value"] >= own["value"] * (1 - own["gap"] - slack)
    assert own["value"] >= others["value"] * (1 - others["gap"] - slack)


def test_one_line_tells_value_and_gap(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--households", "400", "--applicants", "4", "--centers", "2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["instance", "value", "gap", "seconds", "peak_mb"]
    assert told["value"] > 0
    assert 0 <= told["gap"] < 1


@pytest.mark.parametrize(("applicants", "centers"), [("4", "3"), ("1", "2"), ("4", "0")])
def test_what_no_answer_can_fit_is_refused_in_a_sentence(
    applicants: str, centers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--households", "400", "--applicants", applicants, "--centers", centers]) == 3
    assert "do not make" in capsys.readouterr().err
