"""The report: counted from the record, the same every time, readable by who has no internet, private."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
import zlib
from dataclasses import replace
from html import unescape
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from cli import app
from data.casebook import CASEBOOK, Casebook
from data.compare.gini import gini
from data.privacy.publishing import published, published_summary
from data.public import coarsely, public_summary
from data.text import LANGS, text
from maps.origin import Origin
from maps.report import counties, groups, pdf
from maps.report.document import document
from maps.report.figures import access, distance_classes, percentiles
from maps.report.network import read_nation, read_plan, told
from maps.report.sheet import all_tables, workbook
from maps.report.small import AtLeast, Few, Sum, Withheld, beside, of_many, one_count, over
from tests.cli.small_nation import write_households
from tests.maps.reporting import ALONE, FORMULA, LONG, SCRIPT, TURNED, UNLOCATED, VACANT, WAITING, founded
from tests.maps.test_in_a_browser import browser, opened

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from maps.report.network import Network
    from maps.report.tables import Table

__all__ = ["browser"]
K = 11
NO_UNITS = pd.DataFrame(columns=["unit", "needed", "planned"])


def siting(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has none: what is tested then does not wait for a PDF."""
    monkeypatch.setattr("maps.report.writing.browser", lambda: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("report") / "network")


@pytest.fixture(scope="module")
def small(folder: Path) -> Network:
    return read_plan(folder)


@pytest.fixture(scope="module")
def large(problem: Problem, plan: Plan) -> Network:
    whole = replace(plan, unassigned=plan.unassigned.iloc[:0], vacancies=plan.vacancies.iloc[:0])
    return told(problem, replace(whole, units=NO_UNITS), Origin(1, "0" * 64))


def table(network: Network, key: str) -> Table:
    return next(one for one in all_tables(network, "en") if one.key == key)


def column(found: Table, title: str) -> list[Any]:
    at = [one.title for one in found.columns].index(title)
    return [row[at] for row in found.rows]


def sheets(content: bytes, place: Path) -> Any:
    file = place / "report.xlsx"
    file.write_bytes(content)
    return openpyxl.load_workbook(file)


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("lang", LANGS)
def test_the_same_plan_and_language_give_the_same_bytes(folder: Path, tmp_path: Path, lang: str) -> None:
    for out in ("a", "b"):
        result = siting("report", folder, "--out", tmp_path / out, "--lang", lang)
        assert result.exit_code == 0, result.output
        assert text("cli.synthetic", lang) in result.stdout
    for name in ("report.html", "report.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.usefixtures("no_browser")
def test_it_stands_beside_the_plan_and_only_replaces_its_own(folder: Path, tmp_path: Path) -> None:
    assert siting("report", folder, "--out", folder / "report").exit_code == 6
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep")
    taken = siting("report", folder, "--out", mine, "--overwrite")
    assert taken.exit_code == 6
    assert "siting report" in taken.stderr
    assert [one.name for one in mine.iterdir()] == ["letter.txt"]
    done = siting("report", folder, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["out"].endswith("network-report")
    assert said["head"] == Casebook.open(folder / CASEBOOK).head
    assert siting("report", folder).exit_code == 6
    assert siting("report", folder, "--overwrite").exit_code == 0
    assert siting("report", folder, "--version", 2).exit_code == 2


def test_totals_are_those_of_the_summary(large: Network) -> None:
    summary, total = large.summary, table(large, "counties").total
    assert total is not None
    km = summary["km"]
    assert total == (
        "Total", summary["households"], summary["cases"], summary["assigned"], summary["centers"],
        summary["vacancies"], summary["load"]["min"], summary["load"]["max"], km["mean"], km["median"],
        km["p90"],
    )  # fmt: skip
    assert sum(column(table(large, "centers"), "Load")) == summary["cases"]
    assert len(table(large, "centers").rows) == summary["centers"]
    terms = table(large, "terms")
    assert terms.total is not None
    assert sum(column(terms, "case-km")) == pytest.approx(summary["objective_km"], rel=0.01)
    assert terms.total[1] == summary["objective_km"]


def test_what_is_not_official_is_a_multiple_of_k_rounded_down(large: Network) -> None:
    people = large.served
    for key, by in (("counties", "county"), ("areas", "area")):
        exact = people.groupby(by)[["cases"]].agg(["size", "sum"]).to_numpy()
        told_of = {
            (households, cases)
            for households, cases in zip(
                column(table(large, key), "Households"), column(table(large, key), "Cases"), strict=True
            )
        }
        assert told_of == {tuple(row) for row in (exact // K * K).tolist()}
    assert [of_many(count, K) for count in (0, 1, K - 1, K, 2 * K - 1)] == [Few(K), Few(K), Few(K), K, K]


def test_a_summary_is_that_of_what_is_handed_on(folder: Path, small: Network) -> None:
    book = Casebook.open(folder / CASEBOOK)
    problem, plan = book.problem(), book.plan()
    shown = published(problem, plan, book, 1)
    assert small.summary == published_summary(shown, problem, plan, exports={}, head=book.head, version=1)


def test_every_center_vacancy_and_next_applicant_has_a_row(folder: Path, small: Network) -> None:
    plan = Casebook.open(folder / CASEBOOK).plan()
    assert sorted(column(table(small, "centers"), "Center")) == sorted(plan.centers["center_id"])
    assert column(table(small, "vacancies"), "Vacancy") == list(plan.vacancies["vacancy_id"])
    near = table(small, "reserves")
    extra = plan.reserves.set_index("center_id")["extra_km"]
    told_extra = zip(column(near, "Center"), column(near, "Costs more, case-km"), strict=True)
    assert dict(told_extra) == extra.map(coarsely).to_dict()
    assert plan.bound is not None
    gap = plan.objective_km - plan.bound.value_km
    assert [bool(mark) for mark in column(near, "Proof")] == sorted(extra <= gap, reverse=True)


def test_classes_of_distance_count_everybody_once(large: Network) -> None:
    served = large.served
    classes = distance_classes(served, K)
    km, cases = served["km"].to_numpy(), served["cases"].to_numpy()
    assert [one.low_km for one in classes[1:]] == [one.high_km for one in classes[:-1]]
    assert (classes[0].low_km, classes[-1].high_km) == (0.0, inf)
    for one in classes:
        inside = (km >= one.low_km) & (km < one.high_km)
        assert one.households == inside.sum() // K * K >= K
        assert one.cases == cases[inside].sum() // K * K


@given(km=st.lists(st.floats(0, 400), max_size=80), k=st.integers(1, 20), cases=st.integers(1, 9))
def test_no_class_of_distance_is_of_too_few(km: list[float], k: int, cases: int) -> None:
    served = pd.DataFrame({"km": pd.Series(km, dtype=float), "cases": cases})
    classes = distance_classes(served, k)
    assert bool(classes) == (len(km) >= k)
    assert (
        0 <= len(km) - sum(one.households for one in classes) <= (k - 1) * max(1, len(classes)) or not classes
    )
    assert all(one.households >= k and one.households % k == 0 for one in classes)
    assert [one.low_km for one in classes[1:]] == [one.high_km for one in classes[:-1]]


def test_the_curve_of_access_is_that_of_every_way(large: Network) -> None:
    served = large.served
    curve = access(served, K)
    assert curve is not None
    assert curve.gini == pytest.approx(gini(served["km"], served["cases"]), abs=0.005)
    ways = np.sort(served["km"].to_numpy())
    half = curve.share_of_km[curve.share_of_cases.index(0.5)]
    assert half == pytest.approx(ways[: len(ways) // 2].sum() / ways.sum(), abs=1e-3)
    assert list(curve.share_of_km) == sorted(curve.share_of_km)
    assert access(served.iloc[: 2 * K - 1], K) is None


def test_percentiles_are_weighted_by_cases() -> None:
    assert percentiles([1, 2, 3], [1, 8, 1], [10, 11, 50, 90, 91]) == [1, 2, 2, 2, 3]


def test_a_small_count_is_not_told_and_not_to_be_subtracted(small: Network) -> None:
    left = counties.unserved(small)
    shown = {reason: part.shown(K) for reason, part in left.whole.items()}
    assert shown == {"no_location": Few(K), "not_in_phase": WAITING, "vacancy": VACANT}
    assert left.everyone(K).shown(K) == AtLeast(WAITING + VACANT)
    total = table(small, "counties").total
    served = small.summary["assigned"]
    assert total is not None
    assert total[1:4] == (AtLeast(served + WAITING + VACANT), AtLeast(served), served)


def test_a_small_group_is_not_told_and_not_to_be_subtracted(small: Network) -> None:
    counts = groups.status_counts(small, counties.unserved(small))
    served = int((small.served["status"] == "pensioner").sum())
    without = int((small.people["status"] == "pensioner").sum()) - served
    assert counts == {"pensioner": (served // K * K, without // K * K), "waiting_list": (0, WAITING // K * K)}
    assert served % K
    page = document(small, "en")
    assert not re.search(rf'class="count"><bdi>({ALONE}|{UNLOCATED})<', page.split('id="counties"')[0])


@given(counts=st.lists(st.lists(st.integers(0, 30), max_size=5), max_size=5), k=st.integers(2, 15))
def test_sums_of_sums_never_give_a_small_count_away(counts: list[list[int]], k: int) -> None:
    rows = [over([one_count(n, k) for n in row], k) for row in counts]
    whole = over(rows, k)
    hidden = [sum(n for n in row if n < k) for row in counts]
    open_rows = [n for row, n in zip(rows, hidden, strict=True) if row.hidden]
    if not whole.hidden:
        assert whole.known == sum(map(sum, counts))
        assert sum(open_rows) == 0 or sum(open_rows) >= k
    for row, own in zip(rows, hidden, strict=True):
        assert bool(row.hidden) or own == 0 or own >= k


def test_sums_that_would_tell_their_parts_stay_hidden() -> None:
    assert over([Sum(0, (10,)), Sum(0, (10,))], K).hidden == (10, 10)
    assert over([one_count(1, K) for _ in range(12)], K).hidden
    assert over([one_count(6, K), one_count(7, K)], K) == Sum(13)
    assert beside([one_count(6, K), one_count(7, K)]).shown(K) == AtLeast(K)


def test_how_far_few_households_of_a_center_go_is_not_told(problem: Problem, plan: Plan) -> None:
    offered = pd.DataFrame([("A-1", "S-1", 12345.678)], columns=["applicant_id", "site_id", "extra_km"])
    of_few, of_enough = plan.centers["center_id"].iloc[:2]
    small = plan.centers.assign(households=plan.centers["households"].mask(plan.centers.index == 0, K - 1))
    reserves = pd.concat([offered.assign(center_id=of_few), offered.assign(center_id=of_enough)])
    network = told(problem, replace(plan, centers=small, reserves=reserves, units=NO_UNITS), Origin(1))
    near = table(network, "reserves")
    assert dict(zip(column(near, "Center"), column(near, "Costs more, case-km"), strict=True)) == {
        of_few: Withheld(),
        of_enough: 12300.0,
    }
    rows = {row[1]: row for row in table(network, "centers").rows}
    assert rows[of_few].count(Withheld()) == 2
    assert Withheld() not in rows[of_enough]


def test_a_percentile_is_of_enough_households_on_either_side(large: Network) -> None:
    served = large.served
    assert counties.distances(served.iloc[: 10 * K - 1], K)[2] == Withheld()
    assert counties.distances(served.iloc[: 2 * K - 1], K)[1:] == (Withheld(), Withheld())
    assert counties.distances(served.iloc[: K - 1], K) == (Withheld(),) * 3
    assert all(isinstance(km, float) for km in counties.distances(served.iloc[: 10 * K], K))
    assert set(groups.area_spread(large)) == {"urban", "rural"}
    few = replace(large, people=served[served["area"] == "urban"].iloc[: 10 * K - 1])
    assert groups.area_spread(few) == {}


@pytest.mark.parametrize("lang", LANGS)
def test_no_household_is_in_it(folder: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "report"
    assert siting("report", folder, "--out", out, "--lang", lang).exit_code == 0
    households = Casebook.open(folder / CASEBOOK).problem().households
    with zipfile.ZipFile(out / "report.xlsx") as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    whole = b"".join([(out / "report.html").read_bytes(), *parts])
    if (out / "report.pdf").is_file():
        whole += printed((out / "report.pdf").read_bytes())
    assert not [one for one in households["household_id"] if str(one).encode() in whole]
    points = households.loc[households["lon"].notna(), ["lon", "lat"]].itertuples(index=False)
    assert not [point for point in points if all(f"{one:.5f}".encode() in whole for one in point)]


def printed(content: bytes) -> bytes:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    unpacked = []
    for one in streams:
        try:
            unpacked.append(zlib.decompressobj().decompress(one))
        except zlib.error:
            unpacked.append(one)
    return b"".join(unpacked)


def test_a_split_that_a_household_named_is_told_without_it(problem: Problem, plan: Plan) -> None:
    one = str(problem.households["household_id"].iloc[0])
    told_of = {"kind": "split_point", "subject": one, "centers": "C-0001 C-0002", "cases": 3, "reason": "pin"}
    named = replace(plan, exceptions=pd.DataFrame([told_of]), units=NO_UNITS)
    rows = table(told(problem, named, Origin(1)), "splits").rows
    assert rows == (("a point", "", "C-0001 C-0002", Few(K), "one has a center by a pin"),)


def test_hostile_names_are_shown_as_text(small: Network, tmp_path: Path) -> None:
    page = document(small, "fa")
    assert "<script" not in page
    assert unescape(page).count(SCRIPT) > 2
    assert LONG not in page
    book = sheets(workbook(small, "fa"), tmp_path)
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in found if cell.data_type == "f"]
    assert {FORMULA, SCRIPT, TURNED, LONG} <= {cell.value for cell in found}
    assert all(cell.quotePrefix for cell in found if cell.value == FORMULA)


def test_the_page_runs_nothing_and_fetches_nothing(small: Network) -> None:
    page = document(small, "en")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src &#39;none&#39;" in policy.group(1)
    assert "script-src" not in policy.group(1)
    assert not re.search(r"\s(?:on\w+|style)=", page)
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)


def test_persian_sheets_run_from_the_right_with_numbers_as_numbers(large: Network, tmp_path: Path) -> None:
    book = sheets(workbook(large, "fa"), tmp_path)
    for sheet in book:
        assert sheet.sheet_view.rightToLeft
        assert sheet.freeze_panes == "A3"
        assert text("report.synthetic", "fa") in sheet["A1"].value
        assert sheet.oddHeader.center.text == text("report.synthetic", "fa")
    centers = book[text("report.sheet_centers", "fa")]
    heads = [cell.value for cell in centers[2]]
    load = heads.index(text("report.col_load", "fa"))
    values = [row[load].value for row in centers.iter_rows(min_row=3)]
    assert sum(values[:-1]) == values[-1] == large.summary["cases"]
    assert all(isinstance(value, int) for value in values)


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_bound_nothing_is_said_of_a_gap_or_its_check(small: Network, lang: str) -> None:
    summary = {**small.summary, "bound_km": None, "bound_gap": None}
    later = replace(small, summary={**summary, "casebook_version": 3})
    page = document(later, lang)
    assert text("report.no_bound_any_more", lang) in page
    assert text("report.no_bound", lang) in document(replace(small, summary=summary), lang)
    for unsaid in ("figure_gap", "check_bound", "col_regret_km"):
        assert text(f"report.{unsaid}", lang) in document(small, lang)
        assert text(f"report.{unsaid}", lang) not in page
    assert len(table(later, "checks").rows) == 13


@pytest.mark.parametrize("lang", LANGS)
def test_charts_say_in_words_what_they_show(small: Network, lang: str) -> None:
    page = document(small, lang)
    drawn = re.findall(r'<svg [^>]*aria-labelledby="(\S+) (\S+)">(.*?)</svg>', page, re.DOTALL)
    assert len(drawn) == 4
    for title, words, content in drawn:
        assert re.search(rf'<title id="{title}">[^<]+</title><desc id="{words}">[^<]+</desc>', content)
        numbers = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", content))
        assert bool(re.search("[۰-۹]", numbers)) == (lang == "fa")


def test_each_reason_rule_and_check_has_words_of_its_own(small: Network) -> None:
    assert len(table(small, "checks").rows) == 14
    assert len(table(small, "rules").rows) == 24
    assert "siting verify DIR --anchor" in document(small, "en")


@pytest.mark.usefixtures("no_browser")
def test_a_browser_shows_it_without_complaint(browser: str, folder: Path, tmp_path: Path) -> None:
    assert siting("report", folder, "--out", tmp_path / "report").exit_code == 0
    markup, complaints = opened(browser, tmp_path / "report" / "report.html", tmp_path / "profile")
    assert complaints == ""
    assert "<title>taken" not in markup


def test_a_browser_makes_the_pdf(browser: str, folder: Path, tmp_path: Path) -> None:
    del browser
    done = siting("report", folder, "--out", tmp_path / "report", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["no_pdf"] is None
    assert (tmp_path / "report" / "report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_the_rest_is_written_and_the_reason_said(folder: Path, tmp_path: Path) -> None:
    done = siting("report", folder, "--out", tmp_path / "report")
    assert done.exit_code == 0, done.output
    assert text("report.no_browser") in done.stdout
    assert {one.name for one in (tmp_path / "report").iterdir()} == {"report.html", "report.xlsx"}


def test_a_browser_that_fails_leaves_no_half_a_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(command: list[str], **_: object) -> None:
        target = next(one for one in command if one.startswith("--print-to-pdf="))
        (tmp_path / "half.pdf").write_bytes(b"%PD")
        assert target.endswith("half.pdf")
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", broken)
    assert not pdf.print_pdf(tmp_path / "page.html", tmp_path / "half.pdf", "browser")
    assert not (tmp_path / "half.pdf").exists()


@pytest.mark.usefixtures("no_browser")
def test_a_nation_is_the_sum_of_its_provinces(tmp_path: Path) -> None:
    planned = siting("plan", write_households(tmp_path), "--out", tmp_path / "nation", "--workers", 1)
    assert planned.exit_code in (0, 4), planned.output
    summary = json.loads((tmp_path / "nation" / "summary.json").read_text(encoding="utf-8"))
    network = read_nation(tmp_path / "nation")
    provinces = table(network, "provinces")
    assert provinces.total is not None
    assert provinces.total[1:4] == (summary["households"], summary["cases"], summary["assigned"])
    assert sum(column(provinces, "Centers")) == summary["centers"]
    public = public_summary(summary, network.k)
    for key in ("km", "terms", "bound_gap", "unassigned_by_reason", "objective_km"):
        assert network.summary[key] == public[key]
    assert len(table(network, "heads").rows) == len(summary["provinces"])
    assert siting("report", tmp_path / "nation", "--version", 2).exit_code == 2
    done = siting("report", tmp_path / "nation", "--lang", "fa")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "nation-report" / "report.html").read_text(encoding="utf-8")
    assert "همدان" in page
    assert f"siting verify DIR --anchor {network.origin.head}" in page
