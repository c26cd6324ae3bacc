"""Who tells a place and no point stands at the point of that place, where it is sure which is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from data.errors import SitingError
from data.gazetteer.match import Asked, Found, Gazetteer, Missed, Spot
from data.intake import Inputs, read_inputs
from data.locating.columns import located_counts
from data.locating.own import read_gazetteer
from data.locating.rows import why_missed
from data.locating.tables import known_places
from tests.data.input_files import lines, sheets, text

if TYPE_CHECKING:
    from pathlib import Path

COUNTRY = known_places()


def spot(name: str, lon: float = 48.0, lat: float = 33.0, county: str = "خرم‌آباد", **more: object) -> Spot:
    return Spot("لرستان", county, name, lon, lat, (name,), (county,), ("لرستان",), **more)  # type: ignore[arg-type]


def here(*names: str) -> Gazetteer:
    """A county of places, each a tenth of a degree from the last."""
    return Gazetteer((tuple(spot(name, 48.0 + number / 10) for number, name in enumerate(names)),))


def meant(gazetteer: Gazetteer, place: str, county: str = "خرم‌آباد", province: str = "") -> tuple[str, str]:
    answer = gazetteer.search(Asked(place, county, province))
    return (answer.spot.name, answer.quality) if isinstance(answer, Found) else ("", answer.reason)


@pytest.mark.parametrize(
    ("written", "name", "quality"),
    [
        ("علی آباد", "علی آباد", "exact"),
        ("علي آباد", "علی آباد", "exact"),
        ("علی‌آباد", "علی آباد", "spelling"),
        ("علیآباد", "علی آباد", "spelling"),
        ("على اباد", "علی آباد", "spelling"),
        ("روستای علی آباد", "علی آباد", "spelling"),
        ("ده علی‌آباد", "علی آباد", "spelling"),
        ("عَلی آباد", "علی آباد", "spelling"),
        ("تپهٔ سبز", "تپه سبز", "spelling"),
        ("تپه‌ی سبز", "تپه سبز", "spelling"),
        ("تپۀ سبز", "تپه سبز", "spelling"),
        ("بالای رود", "بالا رود", "spelling"),
        ("محله ۲", "محله دو", "spelling"),
        ("محلهٔ شماره ٢", "محله دو", "spelling"),
        ("محله دوم", "محله 2", "spelling"),
        ("رئیس کلا", "رییس کلا", "spelling"),
        ("شهر کرد", "شهرکرد", "spelling"),
        ("مؤمن آباد", "مومن آباد", "spelling"),
        ("ابوذرآبد", "ابوذر آباد", ""),
        ("کوهدشط", "کوهدشت", "near"),
        ("کوهدتش", "کوهدشت", "near"),
        ("کوهدست", "کوهدشت", "near"),
        ("اصلان‌آباد", "اسلان آباد", "near"),
        ("Kuh Dasht", "کوهدشت", "spelling"),
        ("Khorramabad", "خرم آباد", "spelling"),
        ("Hossein Abad", "حسین آباد", "spelling"),
        ("حسین آباد", "Hoseynabad", "spelling"),
        ("Mohamad Abad", "Mohammadabad", "spelling"),
        ("Deh-e Now", "دهنو", ""),
    ],
)
def test_a_name_is_found_however_it_is_spelled(written: str, name: str, quality: str) -> None:
    found = meant(here(name), written)
    assert found == ((name, quality) if quality else ("", "not_found"))


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("حسن آباد", ("حسین آباد", "حسن کلا")),
        ("ولی آباد", ("علی آباد",)),
        ("محله ۲", ("محله ۳", "محله ۱۲")),
        ("گرجی علیا", ("گرجی سفلی", "گرجی")),
        ("شهرک قدس", ("قدس",)),
        ("کلاته نور", ("کلاته میر", "چشمه نور")),
        ("نو", ("ده نو",)),
        ("Hasanabad", ("حسین آباد",)),
        ("سر", ("سراب", "سرا")),
    ],
)
def test_a_real_name_is_no_misspelling_of_another(written: str, names: tuple[str, ...]) -> None:
    assert meant(here(*names), written) == ("", "not_found")


def test_what_may_be_two_places_is_none() -> None:
    assert meant(here("علی آباد", "علی‌آباد"), "علی آباد") == ("", "ambiguous")
    assert meant(here("علی آباد", "علی‌آباد"), "علیآباد") == ("", "ambiguous")
    assert meant(here("کوهدشت", "کوهدست"), "کوهدسط") == ("", "ambiguous")
    twice = Gazetteer(((spot("سراب"), spot("سراب", 48.5)),))
    assert meant(twice, "سراب") == ("", "ambiguous")
    beside = Gazetteer(((spot("سراب"), spot("سراب", 48.001)),))
    assert meant(beside, "سراب") == ("سراب", "exact")


def test_a_rural_district_or_a_code_tells_places_of_one_name_apart() -> None:
    twice = Gazetteer(((spot("سراب", code="0012", rural_district="کرگاه"), spot("سراب", 48.5, code="34")),))
    assert isinstance(twice.search(Asked("سراب", "خرم‌آباد", "", "جای دیگر")), Missed)
    assert isinstance(twice.search(Asked("سراب", "خرم‌آباد", "", "دهستان کرگاه")), Found)
    assert isinstance(found := twice.search(Asked("سراب", "خرم‌آباد", "", "کرگاه")), Found)
    assert found.spot.lon == 48.0
    assert isinstance(found := twice.search(Asked("34", "خرم‌آباد")), Found)
    assert found.spot.lon == 48.5


def test_a_place_is_looked_for_in_its_county_alone() -> None:
    assert meant(COUNTRY, "بروجرد", "شهرستان بروجرد") == ("بروجرد", "exact")
    assert meant(COUNTRY, "بروجرد", "خرم آباد") == ("", "not_found")
    assert meant(COUNTRY, "بروجرد", "بروجرد", "تهران") == ("", "unknown_county")
    assert meant(COUNTRY, "بروجرد", "ناکجا") == ("", "unknown_county")
    assert meant(COUNTRY, "بروجرد", "", "لرستان") == ("بروجرد", "exact")
    assert meant(COUNTRY, "بروجرد", "", "استان لرستان") == ("بروجرد", "exact")
    assert meant(COUNTRY, "بروجرد", "") == ("", "no_county")
    assert meant(COUNTRY, "Boroujerd", "Borujerd") == ("بروجرد", "spelling")


OWN = lines(
    "کد آبادی,نام آبادی,نام‌های دیگر,دهستان,شهرستان,استان,طول جغرافیایی,عرض جغرافیایی",
    "001,چشمه سفید,سفیدچشمه;آق‌چشمه,کرگاه,خرم‌آباد,لرستان,48.2,33.5",
    "002,بروجرد,,,بروجرد,لرستان,48.7,33.9",
)


def test_the_users_own_places_are_read_and_meant_before_the_countrys(tmp_path: Path) -> None:
    own = read_gazetteer(OWN(tmp_path))
    known = known_places(own)
    assert meant(known, "آق چشمه", "خرم آباد") == ("چشمه سفید", "spelling")
    found = known.search(Asked("بروجرد", "بروجرد"))
    assert isinstance(found, Found)
    assert (found.spot.lon, found.spot.lat) == (48.7, 33.9)
    assert meant(known, "خرم آباد", "خرم آباد") == ("خرم آباد", "exact")


def test_a_county_of_the_users_own_list_is_known_by_its_other_names(tmp_path: Path) -> None:
    known = Gazetteer((read_gazetteer(OWN(tmp_path)),))
    for county in ("Khorramabad", "شهرستان خرم آباد", "County of Khorramabad"):
        assert meant(known, "آق چشمه", county) == ("چشمه سفید", "spelling")
    assert meant(known, "آق چشمه", "", "Lorestan") == ("چشمه سفید", "spelling")


def test_of_several_places_it_is_said_what_tells_these_apart() -> None:
    apart = (spot("سراب", rural_district="کرگاه"), spot("سراب", 48.5, rural_district="ازنا"))
    here_and_there = [("خرم‌آباد", 48.0), ("ازنا", 48.5)]
    elsewhere = tuple(spot("سراب", lon, county=county) for county, lon in here_and_there)
    for spots, asked, help_ in (
        (apart, Asked("سراب", "خرم‌آباد"), "tell the rural district in the column district"),
        ((spot("سراب"), spot("سراب", 48.5)), Asked("سراب", "خرم‌آباد"), "list with --gazetteer"),
        (elsewhere, Asked("سراب", "", "لرستان"), "tell the county"),
    ):
        missed = Gazetteer((spots,)).search(asked)
        assert isinstance(missed, Missed)
        assert help_ in str(why_missed(asked, missed))


def test_a_list_of_places_is_refused_row_by_row(tmp_path: Path) -> None:
    bad = lines(
        "place_code,place,county,lon,lat",
        "1,,A,48.2,33.5",
        "2,x,,48.2,33.5",
        "2,y,A,33.5,48.2",
        "3,z,A,,",
    )
    with pytest.raises(SitingError) as caught:
        read_gazetteer(bad(tmp_path))
    assert caught.value.exit_code == 3
    assert [(one.row, one.code) for one in caught.value.failures] == [
        (2, "missing_place"),
        (3, "missing_county"),
        (4, "duplicate_id"),
        (4, "lon_lat_swapped"),
        (5, "missing_location"),
    ]


HOUSEHOLDS = text(
    "household_id,lon,lat,province,county,place\n"
    "1,48.3,33.4,لرستان,خرم‌آباد,x\n"
    "2,,,لرستان,خرم‌آباد,خرماباد\n"
    "3,,,لرستان,بروجرد,بروجزد\n"
    "4,,,لرستان,,کوهدشت\n"
    "5,,,,,کوهدشت\n"
    "6,,,لرستان,خرم‌آباد,چشمه سفید\n",
    "households.csv",
)


def test_households_are_located_and_it_is_said_how(tmp_path: Path) -> None:
    tables, _ = read_inputs(Inputs(HOUSEHOLDS(tmp_path), gazetteer=OWN(tmp_path)))
    told = tables.households.set_index("household_id")
    assert told["match_quality"].to_dict() == {
        "1": "", "2": "spelling", "3": "near", "4": "exact", "5": "", "6": "exact",
    }  # fmt: skip
    assert told["matched_place"].tolist() == ["", "خرم آباد", "بروجرد", "کوهدشت", "", "چشمه سفید"]
    assert told.loc["6", ["lon", "lat"]].tolist() == [48.2, 33.5]
    assert told.loc["4", "county"] == "کوهدشت"
    assert told["lon"].notna().tolist() == [True, True, True, True, False, True]
    assert located_counts(tables.households) == {"exact": 2, "spelling": 1, "near": 1}
    notes = [str(note) for note in tables.notes]
    assert "4 rows without coordinates" in notes[0]
    assert "distances are from the place's point" in notes[0]
    assert notes[1].startswith("households.csv:4 [near_place]")
    assert notes[2].startswith("households.csv:6 [no_location]")
    assert "neither county nor province is told" in notes[2]


def test_who_has_a_point_is_left_as_before(tmp_path: Path) -> None:
    tables, _ = read_inputs(Inputs(lines("household_id,lon,lat,county,place", "1,48.3,33.4,A,x")(tmp_path)))
    assert "match_quality" not in tables.households
    assert tables.notes == ()


def test_sites_are_located_as_households_are(tmp_path: Path) -> None:
    sites = text("applicant_id,county,place\nA-1,بروجرد,شهر بروجرد\nA-2,بروجرد,ناکجا\n", "sites.csv")
    tables, _ = read_inputs(Inputs(HOUSEHOLDS(tmp_path), applicants=sites(tmp_path)))
    assert tables.applicants is not None
    assert tables.applicants["match_quality"].tolist() == ["spelling", ""]
    assert tables.applicants["lon"].notna().tolist() == [True, False]


def test_the_order_of_rows_decides_nothing(tmp_path: Path) -> None:
    head, *rows = HOUSEHOLDS(tmp_path).read_text(encoding="utf-8").splitlines()
    there, _ = read_inputs(Inputs(HOUSEHOLDS(tmp_path)))
    back, _ = read_inputs(Inputs(text("\n".join([head, *reversed(rows)]) + "\n", "back.csv")(tmp_path)))
    columns = ["household_id", "lon", "lat", "county", "matched_place", "match_quality"]
    of_there, of_back = (
        one.households[columns].sort_values("household_id", ignore_index=True) for one in (there, back)
    )
    pd.testing.assert_frame_equal(of_there, of_back)


def test_a_list_in_a_workbook_is_read_like_one_in_text(tmp_path: Path) -> None:
    rows = [line.split(",") for line in OWN(tmp_path).read_text(encoding="utf-8").splitlines()]
    assert read_gazetteer(sheets([["فهرست آبادی‌ها"], [], *rows])(tmp_path)) == read_gazetteer(OWN(tmp_path))
