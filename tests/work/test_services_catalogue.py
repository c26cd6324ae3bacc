"""The catalogue of services: what ships, what a planner writes, and every entry that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.errors import Exit, SitingError
from data.work.catalogue import DOMAINS
from data.work.catalogue_file import catalogue_of, read_catalogue, shipped_catalogue

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = {"002", "003", "004"}
WRONG = """
services_in_all = 1

[[service]]
id = "hearing"
fa = "شنوایی"
domain = "پیشگیری"
device = "audiometer"

[[service]]
id = "hearing"
domain = "health"
level = 0
colour = "red"

[[service]]
en = "Speech"
domain = "rehabilitation"
staff = 3
may_borrow = true

[[service]]
id = "classes"
fa = "شنوایی"
domain = "social"
may_borrow = true
named_by = "003"
"""


def test_the_shipped_services_are_those_that_a_source_names() -> None:
    found = shipped_catalogue()
    assert found.in_all == 22
    assert len(found.services) < found.in_all
    for one in found.services:
        assert set(one.named_by) <= SOURCES
        assert one.named_by
        assert one.domain in DOMAINS
        assert one.fa != one.en
        assert one.may_borrow == one.needs
    assert {one.id for one in found.services if any(one.device)} == {"vision_screening", "hearing_screening"}


def test_a_service_is_found_by_its_id_or_by_its_name_in_either_language() -> None:
    found = shipped_catalogue()
    for told in ("hearing_screening", "غربالگري شنوايي", "screening of hearing"):
        one = found.find(told)
        assert one is not None
        assert one.id == "hearing_screening"
    assert found.find("dentistry") is None


def test_every_wrong_entry_is_told_at_once_with_its_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(WRONG, encoding="utf-8")
    with pytest.raises(SitingError) as told:
        read_catalogue(file)
    assert told.value.exit_code == Exit.INVALID_INPUT
    assert {(one.row, one.code, one.id) for one in told.value.failures} == {
        (0, "bad_in_all", "services_in_all"),
        (10, "unknown_key", "hearing.colour"),
        (10, "missing_key", "hearing.fa"),
        (10, "unknown_domain", "hearing.domain"),
        (10, "bad_level", "hearing.level"),
        (10, "duplicate_service", "hearing"),
        (16, "missing_key", "id"),
        (16, "must_be_names", "staff"),
        (22, "must_be_texts", "classes.named_by"),
        (22, "nothing_to_borrow", "classes.may_borrow"),
        (22, "duplicate_service", "classes"),
    }


@pytest.mark.parametrize(
    ("written", "code"),
    [("[[service]\n", "unreadable_catalogue"), ("services_in_all = 22\n", "no_service")],
)
def test_a_file_that_holds_no_services_is_refused(tmp_path: Path, written: str, code: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(SitingError) as told:
        read_catalogue(file)
    assert [one.code for one in told.value.failures] == [code]
    with pytest.raises(SitingError):
        read_catalogue(tmp_path / "nothing.toml")


def test_what_a_record_keeps_of_a_catalogue_is_the_catalogue() -> None:
    found = shipped_catalogue()
    assert catalogue_of(found.as_dict(), "casebook.gpkg") == found
