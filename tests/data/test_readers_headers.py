"""A header or a word of a vocabulary means one thing only."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from importlib.resources import files

import pytest

from data.readers.headers import header_key, words_of

LISTS = tomllib.loads(files("data.readers").joinpath("headers.toml").read_text(encoding="utf-8"))
LOCATED = ("households", "applicants", "centers", "moves")


@pytest.mark.parametrize("table", [*LOCATED, "travel", "boundaries"])
def test_no_header_means_two_columns_of_one_table(table: str) -> None:
    meanings = defaultdict(set)
    for section in (LISTS[table], *([LISTS["common"]] if table in LOCATED else [])):
        for lists in (section, section.get("weak", {})):
            for column, headers in lists.items():
                for header in headers if column != "weak" else ():
                    meanings[header_key(header)].add(column)
    assert {header: columns for header, columns in meanings.items() if len(columns) > 1} == {}


@pytest.mark.parametrize("vocabulary", LISTS["values"])
def test_no_word_means_two_tokens(vocabulary: str) -> None:
    meanings = defaultdict(set)
    for token, words in LISTS["values"][vocabulary].items():
        for word in (token, *words):
            meanings[header_key(word)].add(token)
    assert {word: tokens for word, tokens in meanings.items() if len(tokens) > 1} == {}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("كد خانوار", "household_id"),
        ("شناسه‌ی خانوار", "household_id"),
        ("کد_خانوار", "household_id"),
        ("HouseholdID", "household_id"),
        ("household_", "household_id"),
        ("طول جغرافیایی (درجه)", "lon"),
        ("Latitude [deg]", "lat"),
        ("نام و نام خانوادگی", None),
        ("کد ملی", "household_id"),
        ("کد پستی", None),
    ],
)
def test_a_header_is_known_however_it_is_spelled(header: str, column: str | None) -> None:
    assert words_of("households").column_of(header) == column
