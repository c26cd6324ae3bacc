"""`siting locate DIR`: a point, a place or a file, of a plan or a nation, in two languages."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from data.casebook import CASEBOOK, Casebook
from data.cells import unguarded
from tests.cli.small_nation import PROVINCES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

PERSIAN = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


@pytest.fixture(scope="module")
def center(lorestan: Path) -> dict[str, str]:
    """A center of the demo, as its file has it."""
    with (lorestan / "centers.csv").open(encoding="utf-8-sig") as file:
        return next(csv.DictReader(file))


def at(center: dict[str, str]) -> tuple[str, str]:
    return center["lon"], center["lat"]


def test_a_point_is_answered_in_sentences_or_json(
    siting: Siting, lorestan: Path, center: dict[str, str]
) -> None:
    told = json.loads(siting("locate", lorestan, *at(center), "--json").stdout)
    assert told["head"] == Casebook.open(lorestan / CASEBOOK).head
    assert (told["version"], told["synthetic"], told["distance"]) == (1, True, "straight_line")
    assert told["center"]["county"] == center["county"]
    for lang in ("en", "fa"):
        said = siting("locate", lorestan, *at(center), "--lang", lang)
        assert said.exit_code == 0
        assert told["center"]["center_id"] in said.stdout
    assert (
        siting("locate", f"{lorestan}@1", *at(center), "--json").stdout
        == json.dumps({**told, "folder": "lorestan"}, ensure_ascii=False, indent=1) + "\n"
    )


def test_text_of_a_file_is_no_formula_and_comes_back(
    siting: Siting, lorestan: Path, center: dict[str, str], tmp_path: Path
) -> None:
    names = ["=cmd|' /C calc'!A0", "@SUM(A1)", "-1+2", "'=twice", "-12", "+98.5", "plain", "it's"]
    lon, lat = at(center)
    with (tmp_path / "asked.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["household_id", "lon", "lat"], *([one, lon, lat] for one in names)])
    siting("locate", lorestan, "--file", tmp_path / "asked.csv", "--out", tmp_path / "told.csv")
    with (tmp_path / "told.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [row["id"] for row in csv.DictReader(file)]
    assert not [one for one in told if one.startswith(("=", "@", "-1+"))]
    assert [unguarded(one) for one in told] == [unguarded(one) for one in names]


def test_places_are_told_by_their_latin_names_in_english(siting: Siting, lorestan: Path) -> None:
    there = siting("locate", lorestan, "--place", "الشتر")
    assert "Aleshtar, county Selseleh, province Lorestan" in there.output
    persian = siting("locate", lorestan, "--place", "aleshtar", "--lang", "fa")
    assert "الشتر، شهرستان سلسله، استان لرستان" in persian.output
    elsewhere = siting("locate", lorestan, "--place", "مشهد", "--county", "مشهد").stderr
    assert "Mashhad, county Mashhad, province Razavi Khorasan" in elsewhere


def test_persian_digits_and_a_point_in_one_piece_are_read(
    siting: Siting, lorestan: Path, center: dict[str, str]
) -> None:
    lon, lat = at(center)
    plain = siting("locate", lorestan, lon, lat).stdout
    assert siting("locate", lorestan, lon.translate(PERSIAN), lat.translate(PERSIAN)).stdout == plain
    assert siting("locate", lorestan, f"{lat}, {lon}").stdout == plain


@pytest.mark.parametrize(
    ("asked", "code", "exit_code"),
    [
        (("33.5", "48.4"), "lon_lat_swapped", 3),
        (("2", "48"), "outside_iran", 3),
        (("51.4", "35.7"), "outside_ground", 3),
        (("here", "there"), "bad_coordinate", 3),
        (("--place", "qqqqqqqqqq"), "unknown_place", 3),
        (("--place", "علی آباد"), "place_elsewhere", 3),
        ((), "usage", 2),
        (("48", "33", "--place", "x"), "usage", 2),
        (("48", "33", "--county", "x"), "usage", 2),
        (("48", "33", "--out", "x.csv"), "usage", 2),
    ],
)
def test_what_has_no_answer_is_told_why_in_two_languages(
    siting: Siting, lorestan: Path, asked: tuple[str, ...], code: str, exit_code: int
) -> None:
    said = {lang: siting("locate", lorestan, *asked, "--lang", lang) for lang in ("en", "fa")}
    assert {one.exit_code for one in said.values()} == {exit_code}
    assert all(f"[{code}]" in one.stderr for one in said.values())
    assert said["en"].stderr != said["fa"].stderr


def test_a_place_is_found_by_its_name(siting: Siting, lorestan: Path, center: dict[str, str]) -> None:
    county = center["county"]
    told = json.loads(siting("locate", lorestan, "--place", county, "--county", county, "--json").stdout)
    assert told["place"]["county"] == county
    assert told["center"]["county"] == county


def test_a_file_has_a_row_for_every_row(
    siting: Siting, lorestan: Path, center: dict[str, str], tmp_path: Path
) -> None:
    lon, lat = at(center)
    file = tmp_path / "asked.csv"
    file.write_text(
        "شناسه,طول,عرض,محله,شهرستان\n"
        f"A1,{lon.translate(PERSIAN)},{lat.translate(PERSIAN)},,\n"
        f"A2,{lat},{lon},,\n"
        "A3,51.4,35.7,,\n"
        f"A4,,,{center['county']},{center['county']}\n"
        "A5,,,qqqqqqqqqq,\n"
        "A6,,,,\n",
        encoding="utf-8",
    )
    result = siting("locate", lorestan, "--file", file)
    assert result.exit_code == 4
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [one["id"] for one in rows] == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert [one["reason"] for one in rows] == [
        "", "lon_lat_swapped", "outside_ground", "", "unknown_place", "missing_location",
    ]  # fmt: skip
    assert all(bool(one["center_id"]) != bool(one["message"]) for one in rows)
    out = tmp_path / "centers.csv"
    assert siting("locate", lorestan, "--file", file, "--out", out).exit_code == 4
    assert out.read_bytes().decode("utf-8-sig") == result.stdout
    assert out.stat().st_mode & 0o077 == 0
    assert siting("locate", lorestan, "--file", file, "--out", out).exit_code == 6
    assert siting("locate", lorestan, "--file", file, "--out", out, "--overwrite").exit_code == 4
    told = json.loads(siting("locate", lorestan, "--file", file, "--json").stdout)
    assert (told["rows"], told["located"], told["without"]) == (6, 2, 4)


def test_a_file_of_which_every_row_has_a_center_is_done(
    siting: Siting, lorestan: Path, center: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "asked.csv"
    file.write_text("lon,lat\n{},{}\n".format(*at(center)), encoding="utf-8")
    result = siting("locate", lorestan, "--file", file)
    assert result.exit_code == 0
    assert next(csv.DictReader(io.StringIO(result.stdout)))["id"] == "2"


def test_a_nation_finds_the_province_itself(siting: Siting, founded: Path) -> None:
    for code, (_, lon, lat) in PROVINCES.items():
        told = json.loads(siting("locate", founded, lon, lat, "--json").stdout)
        assert told["folder"] == code
        own = Casebook.open(founded / "provinces" / code / CASEBOOK).plan().centers["center_id"]
        assert told["center"]["center_id"] in set(own)
    assert "[outside_ground]" in siting("locate", founded, "60.5", "29.0").stderr
    assert "[version_of_nation]" in siting("locate", f"{founded}@1", "48.4", "33.5").stderr
