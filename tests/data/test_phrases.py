"""A sentence is said when it is printed, in the language of whoever reads it."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

import pytest

from data.errors import Failure, SitingError
from data.text import phrase, text

ROOT = Path(__file__).parents[2]
PERSIAN = re.compile("[\u0600-\u06ff]")
CODE = [
    file
    for room in ("data", "siting", "allocation", "maps", "cli.py", "door")
    for file in ([ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py")))
]


def test_one_phrase_is_said_in_both_languages_and_its_phrases_with_it() -> None:
    said = phrase("build.missing_unit_of_center", level=phrase("build.level_county"))
    assert said.said() == str(said) == "its county cannot be told"
    assert said.said("fa") == "شهرستان آن معلوم نیست"


def test_a_phrase_has_persian_digits_in_persian() -> None:
    assert phrase("readers.bad_preference", most=5).said("fa").endswith("۱ تا ۵ باشد")


def test_equal_phrases_are_one_and_order_is_that_of_the_english_sentences() -> None:
    twice = [phrase("readers.missing_column", column=name) for name in ("lon", "lat", "lon")]
    assert len(set(twice)) == 2
    assert [str(one) for one in sorted(twice)] == sorted(str(one) for one in twice)
    mixed = [Failure("a.csv", 1, "x", "", "words"), Failure("a.csv", 1, "x", "", twice[0])]
    assert [one.message for one in sorted(mixed)] == [
        "there is no column lon; add it, or name it with --columns",
        "words",
    ]


def test_only_the_words_of_a_failure_are_in_the_users_language() -> None:
    failure = Failure("households.csv", 1042, "lon_lat_swapped", "H-17", phrase("readers.lon_lat_swapped"))
    assert failure.message == "outside Iran; swapped it would be inside"
    assert str(failure) == "households.csv:1042 [lon_lat_swapped] H-17: " + failure.message
    persian = failure.line("fa")
    assert persian.startswith("households.csv:1042 [lon_lat_swapped] H-17: ")
    assert PERSIAN.search(persian)


def test_an_error_from_another_process_still_speaks_both_languages() -> None:
    failures = [Failure("a.csv", row, "bad_km", "H", phrase("readers.bad_km")) for row in range(25)]
    error = SitingError.of(failures)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    for lang, more in (("en", "... and 5 more"), ("fa", "... و ۵ ایراد دیگر")):
        assert again.lines(lang) == error.lines(lang)
        assert again.lines(lang)[-1] == more
        assert len(again.lines(lang)) == 21
    assert again.said("fa") == text("cli.problems", "fa", count=25)


def spoken(file: Path) -> list[tuple[int, ast.expr]]:
    """What each error in a file says, with its line."""
    at = {"Failure": 4, "SitingError": 0, "usage_error": 0}
    calls = [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    return [
        (call.lineno, call.args[at[call.func.id]])
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in at and len(call.args) > at[call.func.id]
    ]


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_error_is_worded_in_the_code(file: Path) -> None:
    worded = [
        line
        for line, words in spoken(file)
        if isinstance(words, ast.JoinedStr) or (isinstance(words, ast.Constant) and words.value)
    ]
    assert not worded


def test_the_codes_that_readers_refuse_with_have_their_words() -> None:
    catalogue = ROOT / "data" / "text" / "readers.toml"
    known = set(re.findall(r"^\[(\w+)\]$", catalogue.read_text(encoding="utf-8"), re.MULTILINE))
    calls = re.compile(r'(?:failure|refuse)\((?:[\w.]+, )+(?:[\w.()]+, )?"(\w+)"|_check\(\s*"(\w+)"')
    named = {
        code
        for file in [*(ROOT / "data" / "readers").glob("*.py"), ROOT / "data" / "schemas.py"]
        for pair in calls.findall(file.read_text(encoding="utf-8"))
        for code in pair
        if code
    }
    assert len(named) > 25
    assert named <= known
