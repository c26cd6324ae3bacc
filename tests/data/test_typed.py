"""A national code or a phone number that somebody types is looked up, masked or refused, never repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.errors import SitingError
from data.privacy.typed import asked_about, masked, refuse_personal
from data.pseudonyms import Pseudonyms
from data.text import phrase
from tests.national_codes import code, dashed, mistyped, persian

if TYPE_CHECKING:
    from pathlib import Path

CODE = code(135_424_112)


def nobody(subject: str) -> str:
    raise SitingError(phrase("record.unknown_subject", path="plan", subject=subject), code="unknown_subject")


@pytest.mark.parametrize(
    "remark",
    [
        f"move {CODE}",
        f"کد{persian(CODE)}",
        dashed(CODE),
        "09123456789",
        "تماس: ۰۹۱۲ ۳۴۵ ۶۷۸۹",
        "+98 912 345 6789",
        "066-33212345",
    ],
)
def test_a_remark_for_the_log_holds_no_code_and_no_phone(remark: str) -> None:
    with pytest.raises(SitingError) as caught:
        refuse_personal("--why", remark)
    assert (caught.value.code, caught.value.exit_code) == ("personal_remark", 2)
    assert str(caught.value).startswith("--why holds a national code or a phone number")
    assert remark not in str(caught.value)


@pytest.mark.parametrize(
    "remark",
    ["", "moves of Mehr 1405", "1405-07-01 1405-07-30", "2026-04-06 2026-05-06", mistyped(CODE), "C-15-001"],
)
def test_other_remarks_are_kept(remark: str) -> None:
    refuse_personal("--why", remark)


def test_a_masked_id_tells_its_last_two_digits_alone() -> None:
    assert masked(f"x {CODE}") == masked(f"x {dashed(CODE)}") == f"x …{CODE[-2:]}"
    assert masked("C-15-001") == "C-15-001"


def test_an_id_that_is_there_is_asked_about_as_it_is(tmp_path: Path) -> None:
    assert asked_about(CODE, tmp_path, None, lambda one: one) == CODE


def test_a_code_that_nobody_has_is_not_repeated(tmp_path: Path) -> None:
    for typed in (CODE, persian(CODE), dashed(CODE), mistyped(CODE), "09123456789"):
        with pytest.raises(SitingError) as caught:
            asked_about(typed, tmp_path, None, nobody)
        assert typed not in str(caught.value)
        assert "…" in str(caught.value)
    with pytest.raises(SitingError, match="H-17"):
        asked_about("H-17", tmp_path, None, nobody)


def test_where_a_plan_has_pseudonyms_the_code_is_asked_about_by_its_own(tmp_path: Path) -> None:
    key = tmp_path / "own.key"
    key.write_text("0123456789abcdef" * 4)
    pseudonyms = Pseudonyms(key)
    known = pseudonyms.of(CODE)
    plan = tmp_path / "plan"
    plan.mkdir()
    (plan / "run.toml").write_text(f'key_fingerprint = "{pseudonyms.fingerprint}"')

    def tell(subject: str) -> str:
        return subject if subject == known else nobody(subject)

    for typed in (CODE, persian(CODE), dashed(CODE)):
        assert asked_about(typed, plan, key, tell) == known
    other = tmp_path / "other.key"
    other.write_text("another key of thirty-two letters")
    with pytest.raises(SitingError) as caught:
        asked_about(CODE, plan, other, tell)
    assert (caught.value.code, caught.value.exit_code) == ("other_key", 6)


def test_an_id_of_an_earlier_version_is_known(tmp_path: Path) -> None:
    def tell(subject: str) -> str:
        words = phrase("explain.gone_household", version=1, asked=subject)
        raise SitingError(words, code="unknown_household")

    with pytest.raises(SitingError, match="1234567890"):
        asked_about("1234567890", tmp_path, None, tell)
