"""`siting check` says on one page what was read, mapped, located and refused, and keeps the columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from data.readers import read_households
from tests.data.input_files import lines, text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

HOUSEHOLDS = lines(
    "کد خانوار,استان,شهرستان,روستا,طول,عرض,رنگ",
    "1,لرستان,خرم‌آباد,x,48.36,33.49,1",
    "2,لرستان,خرم‌آباد,خرماباد,,,1",
    "3,لرستان,بروجرد,بروجزد,,,1",
    "4,لرستان,بروجرد,ناکجا,,,1",
)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            (
                'column "کد خانوار" -> household_id',
                "1 by another spelling, 1 by a name",
                "not located: 1 row",
            ),
        ),
        ("fa", ("ستون «کد خانوار» ← ‎household_id‎", "۱ با املای دیگر، ۱ با نام نزدیک", "بدون نقطه: ۱ ردیف")),
    ],
)
def test_the_page_says_what_was_mapped_and_located(
    siting: Siting, tmp_path: Path, lang: str, told: tuple[str, ...]
) -> None:
    result = siting("check", HOUSEHOLDS(tmp_path), "--lang", lang)
    assert result.exit_code == 0, result.output
    assert all(one in result.stdout for one in told), result.stdout
    assert "رنگ" in result.stdout


def test_machines_are_told_the_same(siting: Siting, tmp_path: Path) -> None:
    [file] = json.loads(siting("check", HOUSEHOLDS(tmp_path), "--json").stdout)["files"]
    assert file["columns"]["household_id"] == "کد خانوار"
    assert file["located"] == {"point": 1, "exact": 0, "spelling": 1, "near": 1, "none": 1}


def test_the_columns_are_kept_for_next_time(siting: Siting, tmp_path: Path) -> None:
    path, saved = HOUSEHOLDS(tmp_path), tmp_path / "columns.toml"
    assert siting("check", path, "--save-columns", saved).exit_code == 0
    assert read_households(path, columns=saved).equals(read_households(path))
    again = siting("check", path, "--save-columns", saved)
    assert again.exit_code == 6
    assert "columns.toml" in again.stderr


def test_a_refused_file_still_says_how_it_was_read(siting: Siting, tmp_path: Path) -> None:
    bad = text("کد خانوار,طول,عرض\n1,33.4,48.3\n2,33.4,48.3\n3,x,33.4\n")(tmp_path)
    result = siting("check", bad)
    assert result.exit_code == 3
    assert 'column "طول" -> lon' in result.stdout
    assert "refused 2 times as lon_lat_swapped" in result.stdout
    assert "refused 1 time as bad_coordinate" in result.stdout


def test_a_list_of_places_locates_what_the_country_has_not(siting: Siting, tmp_path: Path) -> None:
    own = text("place,county,lon,lat\nناکجا,بروجرد,48.7,33.9\n", "places.csv")(tmp_path)
    path = HOUSEHOLDS(tmp_path)
    [file, *_] = json.loads(siting("check", path, "--gazetteer", own, "--json").stdout)["files"]
    assert file["located"]["none"] == 0
    bad = text("place,county,lon,lat\nناکجا,,48.7,33.9\n", "bad.csv")(tmp_path)
    refused = siting("check", path, "--gazetteer", bad)
    assert refused.exit_code == 3
    assert "bad.csv:2 [missing_county]" in refused.stderr
