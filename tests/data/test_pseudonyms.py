"""A column of national codes is found by its check digit, and every value of it becomes a pseudonym."""

from __future__ import annotations

import re
import stat
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Exit, SitingError
from data.intake import Inputs, read_inputs
from data.pseudonyms import Pseudonyms, holds_national_codes, normal
from data.readers import read_applicants, read_households, read_travel
from data.readers.reading import Reading
from tests.data.input_files import features, lines, text
from tests.national_codes import code, dashed, mistyped, persian

if TYPE_CHECKING:
    from pathlib import Path

CODES = [code(number) for number in range(1_354_241, 400_000_000, 9_876_543)]
PSEUDONYM = re.compile("N-[0-9A-HJKMNP-TV-Z]{14}")


def column(values: list[str]) -> pd.Series[str]:
    return pd.Series(values, dtype="str")


def households(folder: Path, ids: list[str], header: str = "household_id", more: str = "") -> Path:
    rows = [f"{one},48.3{place:04d},33.4{more}" for place, one in enumerate(ids)]
    return lines(f"{header},lon,lat{',code' if more else ''}", *rows)(folder)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("0013542419", "0013542419"),
        ("۰۰۱۳۵۴۲۴۱۹", "0013542419"),
        ("٠٠١٣٥٤٢٤١٩", "0013542419"),
        ("13542419", "0013542419"),
        ("13542419.0", "0013542419"),
        ("001-354241-9", "0013542419"),
        ("001 354241 9", "0013542419"),
        ("'0013542419", "0013542419"),
        ("\u200e001\u200c3542419", "0013542419"),
        ("499370899", "0499370899"),
        ("H-17", "H-17"),
        ("00135424190", "00135424190"),
    ],
)
def test_a_code_is_the_same_however_it_is_written(value: str, known: str) -> None:
    assert normal(value) == known


@given(st.integers(0, 10**9 - 1))
def test_of_nine_digits_one_of_ten_check_digits_is_right(number: int) -> None:
    right = [digit for digit in range(10) if holds_national_codes(column([f"{number:09d}{digit}"]))]
    equal = f"{number:09d}" == f"{number:09d}"[0] * 9
    assert right in ([int(code(number)[9])], []) if equal else right == [int(code(number)[9])]


def test_ten_equal_digits_are_no_code() -> None:
    assert not holds_national_codes(column([str(digit) * 10 for digit in range(10)]))


def test_mistyped_codes_do_not_hide_a_column() -> None:
    some = [mistyped(one) if place % 2 else one for place, one in enumerate(CODES)]
    assert holds_national_codes(column(some))


def test_codes_among_other_ids_are_found() -> None:
    others = [f"H-{number}" for number in range(200)]
    assert holds_national_codes(column(others + CODES))
    assert not holds_national_codes(column(others + CODES[:1]))


def test_codes_that_lost_their_zeros_are_found_where_they_are_not_chance() -> None:
    short = [one.lstrip("0") for one in CODES if one.startswith("0")]
    assert holds_national_codes(column(short[:4]))
    assert not holds_national_codes(column(short[:3]))
    assert holds_national_codes(column([*short[:1], code(123_456_789)]))


@pytest.mark.parametrize("digits", [8, 10, 11])
def test_other_numbers_are_no_codes(digits: int) -> None:
    drawn = np.random.default_rng(7).integers(10 ** (digits - 1), 10**digits, 2000)
    assert not holds_national_codes(column([str(number) for number in drawn]))
    assert not holds_national_codes(column([str(10 ** (digits - 1) + number) for number in range(2000)]))


def test_every_value_of_the_column_is_replaced_mistyped_ones_too(tmp_path: Path) -> None:
    ids = [*CODES, mistyped(CODES[3]), "12345", "unknown"]
    found = read_households(households(tmp_path, ids))["household_id"]
    assert found.map(lambda one: PSEUDONYM.fullmatch(one) is not None).all()
    assert found.nunique() == len(ids)


def test_ids_that_are_no_codes_stay_as_they_are(tmp_path: Path, settings: Path) -> None:
    ids = [f"00{number}" for number in range(100)]
    assert read_households(households(tmp_path, ids))["household_id"].tolist() == ids
    assert list(settings.iterdir()) == []


@pytest.mark.parametrize("header", ["کد ملی", "کدملي", "national_code", "شماره ملی سرپرست"])
def test_a_header_that_says_national_code_is_believed(tmp_path: Path, header: str) -> None:
    mapping = text(f'[columns]\nhousehold_id = "{header}"\n', "columns.toml")(tmp_path)
    found = read_households(households(tmp_path, ["001***419", "7"], header), columns=mapping)
    assert found["household_id"].str.fullmatch(PSEUDONYM.pattern).all()


def test_national_codes_are_the_id_where_there_is_no_other(tmp_path: Path) -> None:
    found = read_households(households(tmp_path, CODES, "کد ملی"))
    assert found["household_id"].str.fullmatch(PSEUDONYM.pattern).all()


def test_national_codes_beside_an_id_are_left_out(tmp_path: Path) -> None:
    rows = [f"H-{place},{one},48.3,33.4" for place, one in enumerate(CODES)]
    found = read_households(lines("household_id,کد ملی,lon,lat", *rows)(tmp_path))
    assert found["household_id"].tolist()[:2] == ["H-0", "H-1"]
    assert not {one for one in CODES if found.astype("str").eq(one).any(axis=None)}


def test_a_kept_column_of_national_codes_is_kept_as_pseudonyms(tmp_path: Path) -> None:
    rows = [f"H-{place},{one},48.3,33.4" for place, one in enumerate(CODES)]
    path = lines("household_id,سرپرست,lon,lat", *rows)(tmp_path)
    kept = read_households(path, keep=["سرپرست"])["سرپرست"]
    assert kept.tolist() == [Pseudonyms().of(one) for one in CODES]


def test_a_known_code_inside_a_text_is_replaced_there(tmp_path: Path) -> None:
    rows = [f"{one},48.3,33.4,file {persian(dashed(one))}/2" for one in CODES]
    path = lines("household_id,lon,lat,note", *rows)(tmp_path)
    found = read_households(path, keep=["note"])
    assert (found["note"] == "file " + found["household_id"] + "/2").all()


@pytest.mark.parametrize("right", [True, False])
def test_ten_digits_inside_texts_are_codes_where_most_of_the_column_are(
    tmp_path: Path, *, right: bool
) -> None:
    digits = CODES if right else [mistyped(one) if place % 8 else one for place, one in enumerate(CODES)]
    rows = [f"H-{place},48.3,33.4,see {one} of 1400-05-02" for place, one in enumerate(digits)]
    path = lines("household_id,lon,lat,note", *rows)(tmp_path)
    note = read_households(path, keep=["note"])["note"]
    told = [Pseudonyms().of(one) if right else one for one in digits]
    assert note.tolist() == [f"see {one} of 1400-05-02" for one in told]


def test_the_ids_of_features_are_replaced(tmp_path: Path) -> None:
    found = read_households(features("in.gpkg", household_id=[int(CODES[-1])])(tmp_path))
    assert found["household_id"].tolist() == [Pseudonyms().of(CODES[-1])]


def test_ids_meet_across_tables_however_they_are_written(tmp_path: Path) -> None:
    reading = Reading()
    (tmp_path / "a").mkdir()
    sites = lines(
        "applicant_id,site_id,lon,lat",
        *(f"{one},{one}-{place},48.{place},33.4" for one in CODES[:5] for place in (1, 2)),
    )(tmp_path / "a")
    applicants = read_applicants(sites, reading=reading)
    assert (applicants["site_id"].str.rsplit("-", n=1).str[0] == applicants["applicant_id"]).all()
    strays = [mistyped(one) for one in CODES[10:]]
    rows = [f"{one},48.3{place:04d},33.4,{CODES[0]}-1" for place, one in enumerate([*CODES[:10], *strays])]
    table = read_households(lines("household_id,lon,lat,pin", *rows)(tmp_path), reading=reading)
    assert set(table["pin"]) == {applicants["site_id"].iloc[0]}
    (tmp_path / "t").mkdir()
    odd = [persian(CODES[0]), dashed(CODES[1]), CODES[2].lstrip("0"), *CODES[3:10], *strays]
    pairs = lines("household_id,site_id,km", *(f"{one},{CODES[0]}-1,1" for one in odd))(tmp_path / "t")
    travel = read_travel(pairs, reading=reading)
    assert travel["household_id"].tolist() == table["household_id"].tolist()
    assert set(travel["site_id"]) == {applicants["site_id"].iloc[0]}


def test_failing_rows_are_told_by_their_pseudonyms(tmp_path: Path) -> None:
    path = households(tmp_path, [*CODES, CODES[0]], more=",0")
    with pytest.raises(SitingError) as caught:
        read_households(path)
    assert [(one.row, one.code, one.id) for one in caught.value.failures] == [
        (len(CODES) + 2, "duplicate_id", Pseudonyms().of(CODES[0]))
    ]


def test_names_of_places_are_replaced_only_beyond_doubt(tmp_path: Path) -> None:
    def of(districts: list[str]) -> list[str]:
        rows = [f"H-{place},48.3,33.4,{one}" for place, one in enumerate(districts)]
        path = lines("household_id,lon,lat,district", *rows)(tmp_path)
        return read_households(path)["district"].tolist()

    assert of(CODES[:2] * 20) == CODES[:2] * 20
    assert not set(of(CODES)) & set(CODES)


def test_the_key_is_made_once_for_its_owner_alone(settings: Path) -> None:
    first, second = Pseudonyms(), Pseudonyms()
    assert first.of(CODES[0]) == second.of(CODES[0])
    assert first.fingerprint == second.fingerprint
    assert first.file.path.is_relative_to(settings)
    if sys.platform != "win32":
        assert stat.S_IMODE(first.file.path.stat().st_mode) == 0o600
    assert [one.name for one in first.file.path.parent.iterdir()] == [first.file.path.name]
    assert first.fingerprint not in first.file.path.read_text(encoding="ascii")


def test_another_key_makes_other_pseudonyms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.key").write_text("1" * 32)
    (tmp_path / "two.key").write_text("2" * 32)
    one, two = Pseudonyms(tmp_path / "one.key"), Pseudonyms(tmp_path / "two.key")
    assert one.of(CODES[0]) != two.of(CODES[0])
    monkeypatch.setenv("SITING_KEY_FILE", str(tmp_path / "two.key"))
    assert Pseudonyms().of(CODES[0]) == two.of(CODES[0])


@pytest.mark.parametrize(("content", "reason"), [(None, "missing_key"), ("short", "bad_key")])
def test_a_key_that_is_named_must_be_one(tmp_path: Path, content: str | None, reason: str) -> None:
    key = tmp_path / "own.key"
    if content is not None:
        key.write_text(content)
    with pytest.raises(SitingError) as caught:
        Pseudonyms(key)
    assert (caught.value.code, caught.value.exit_code) == (reason, Exit.INVALID_INPUT)
    assert key.exists() == (content is not None)


def test_a_key_in_a_plan_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan" / "input").mkdir(parents=True)
    (tmp_path / "plan" / "casebook.gpkg").write_bytes(b"")
    key = tmp_path / "plan" / "input" / "own.key"
    key.write_text("1" * 32)
    with pytest.raises(SitingError) as caught:
        Pseudonyms(key)
    assert (caught.value.code, caught.value.exit_code) == ("key_inside_folder", Exit.REFUSED)


def test_a_run_that_had_another_key_is_refused_and_makes_none(tmp_path: Path, settings: Path) -> None:
    path = households(tmp_path, CODES)
    with pytest.raises(SitingError) as caught:
        read_inputs(Inputs(path, key_fingerprint="00000000"))
    assert (caught.value.code, caught.value.exit_code) == ("other_key", Exit.REFUSED)
    assert list(settings.iterdir()) == []


def test_what_is_replaced_is_told_once_and_headers_left_out_are_listed(tmp_path: Path) -> None:
    path = lines("household_id,lon,lat,x1,x1", *(f"{one},48.3,33.4,," for one in CODES))(tmp_path)
    told: list[str] = []
    tables, _ = read_inputs(Inputs(path), tell=lambda note: told.append(str(note)))
    assert len(told) == 1
    assert told[0].startswith("in.csv:1 [pseudonyms] column household_id ")
    assert [(note.row, note.code) for note in tables.notes] == [(1, "repeated_header")]
    assert tables.unread == {"in.csv": ("x1", "x1")}


def test_a_shapefile_that_names_no_crs_is_noted(tmp_path: Path) -> None:
    path = features("in.shp", household_=["H-1"])(tmp_path)
    path.with_suffix(".prj").unlink()
    tables, _ = read_inputs(Inputs(path))
    assert [(note.file, note.code) for note in tables.notes] == [("in.shp", "assumed_degrees")]
