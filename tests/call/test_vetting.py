"""Who is eligible is decided by the rules of the call alone, with a reason, and no code is ever written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from data.call.admitted import read_admitted
from data.call.reading import read_applications
from data.call.rules import CallRules
from data.call.vetting import vet
from data.errors import SitingError
from data.key_file import KeyFile
from data.pseudonyms import Pseudonyms
from data.readers import read_applicants
from data.readers.reading import Reading
from door.call import vet_file

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "applicant_id,lon,lat,preference,kind,field,accessible,registered_at,decision,decision_reason,"
    "کد ملی,حراست"
)
FIRST, SECOND = "0499370899", "0790419904"
"""National codes with a right check digit."""


def decided(folder: Path, rows: list[str], *, most: int = 5, **rules: Any) -> dict[str, tuple[str, str]]:
    path = folder / "applicants.csv"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    key = folder / "key"
    key.write_text("ab" * 32) if not key.exists() else None
    told = CallRules(**{"deadline": "1399/04/10", **rules})
    table = read_applications(path, told, reading=Reading(Pseudonyms(key)))
    found = vet(table, told, sites_per_applicant=most)
    rows_of = found[["site_id", "decision", "reason"]].itertuples(index=False)
    return {site: (decision, reason) for site, decision, reason in rows_of}


def row(who: str, preference: int = 1, **told: str) -> str:
    cells = {
        "kind": "natural", "field": "social_work", "accessible": "true", "registered_at": "1399/04/01",
        "decision": "", "reason": "", "code": "", "authority": "accepted",
    } | told  # fmt: skip
    return ",".join([who, "48.3", "33.5", str(preference), *cells.values()])


@pytest.mark.parametrize(
    ("told", "rules", "expected"),
    [
        ({}, {}, ("accepted", "")),
        ({"field": "کارشناسی مددکاری اجتماعی"}, {}, ("accepted", "")),
        ({"field": "مهندسی عمران"}, {}, ("refused", "field_not_accepted")),
        ({"field": "علوم‌تربيتي"}, {}, ("accepted", "")),
        ({"field": "B.Sc. Social-Work"}, {}, ("accepted", "")),
        ({"field": "Parapsychology"}, {}, ("refused", "field_not_accepted")),
        ({"field": "غیرمرتبط با مددکاری"}, {}, ("refused", "field_not_accepted")),
        ({"field": "مشاور املاک"}, {}, ("refused", "field_not_accepted")),
        ({"field": "مهندسی عمران", "kind": "legal"}, {}, ("accepted", "")),
        ({"field": ""}, {}, ("pending", "field_unknown")),
        ({"accessible": "false"}, {}, ("refused", "not_accessible")),
        ({"accessible": "false"}, {"accessible": False}, ("accepted", "")),
        ({"accessible": ""}, {}, ("pending", "accessible_unknown")),
        ({"registered_at": "1399/04/10 23:59"}, {}, ("accepted", "")),
        ({"registered_at": "1399/04/11 00:01"}, {}, ("refused", "too_late")),
        ({"registered_at": "1399/03/01"}, {"opens": "1399/03/16"}, ("refused", "too_early")),
        ({"registered_at": ""}, {}, ("pending", "date_unknown")),
        ({"kind": "legal"}, {"kinds": ("natural",)}, ("refused", "kind_not_accepted")),
        ({"authority": "رد"}, {"authorities": ("حراست",)}, ("refused", "authority_refused")),
        ({"authority": ""}, {"authorities": ("حراست",)}, ("pending", "authority_pending")),
        ({"decision": "رد شده", "reason": "سابقه"}, {}, ("refused", "")),
        ({"decision": "pending"}, {}, ("pending", "authority_pending")),
        ({"decision": "accepted", "accessible": "false"}, {}, ("refused", "not_accessible")),
        ({"decision": "pending", "accessible": "false"}, {}, ("refused", "not_accessible")),
    ],
)
def test_each_rule_decides_with_its_reason(
    tmp_path: Path, told: dict[str, str], rules: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert decided(tmp_path, [row("A", **told)], **rules) == {"A-1": expected}


def test_of_two_applications_with_one_national_code_the_first_stands(tmp_path: Path) -> None:
    rows = [
        row("A", code=FIRST, registered_at="1399/04/02"),
        row("B", code=f"{FIRST[:3]}-{FIRST[3:]}", registered_at="1399/04/01"),
        row("C", code=SECOND),
        row("D"),
        row("E"),
    ]
    found = decided(tmp_path, rows)
    assert found["A-1"] == ("refused", "same_national_code")
    assert {found[one] for one in ("B-1", "C-1")} == {("accepted", "")}
    assert {found[one] for one in ("D-1", "E-1")} == {("pending", "national_code_unknown")}
    companies = [row("A", code=FIRST), row("D", kind="legal")]
    assert set(decided(tmp_path, companies).values()) == {("accepted", "")}
    same_day = [row("A", code=FIRST), row("B", code=FIRST)]
    assert set(decided(tmp_path, same_day).values()) == {("pending", "first_unknown")}
    assert set(decided(tmp_path, same_day, one_application=False).values()) == {("accepted", "")}


def test_the_last_preferences_beyond_the_number_are_too_many_and_a_second_application_is_refused(
    tmp_path: Path,
) -> None:
    many = decided(tmp_path, [row("A", number) for number in (4, 1, 3, 2)], most=3)
    assert [site for site, (made, _) in many.items() if made == "refused"] == ["A-4"]
    twice = [row("A", registered_at="1399/04/05"), row("A", registered_at="1399/04/02")]
    found = decided(tmp_path, twice)
    assert list(found.values()) == [("refused", "applied_twice"), ("accepted", "")]
    assert list(found) == ["A-1", "A-1-2"]


def test_the_decided_file_can_be_planned_with_and_holds_no_national_code(tmp_path: Path) -> None:
    rows = [row("A", number) for number in range(1, 8)] + [
        row(FIRST, code=FIRST, registered_at="1399/04/02"),
        row("B", code=SECOND, field="نقاشی"),
        row("C", code=SECOND, decision="refused", reason=f"کد {SECOND} تایید نشد"),
    ]
    path, out, key = tmp_path / "applicants.csv", tmp_path / "vetted.csv", tmp_path / "key"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    key.write_text("ab" * 32)
    options: dict[str, Any] = {"columns": None, "key": key, "lang": "fa", "overwrite": False}
    counts = vet_file(path, None, out, tell=lambda _: None, **options)
    assert counts["by_reason"] == {"field_not_accepted": 1, "refused": 1, "too_many_sites": 2}
    text = out.read_text(encoding="utf-8-sig")
    assert FIRST not in text
    assert SECOND not in text
    again = read_applicants(out)
    assert again["decision"].tolist() == ["accepted"] * 5 + ["refused"] * 2 + ["accepted"] + ["refused"] * 2
    assert again["decision_reason"].tolist()[5].startswith("بیش از شمار محل‌هایی")
    with pytest.raises(SitingError, match="exists"):
        vet_file(path, None, out, tell=lambda _: None, **options)
    assert KeyFile.find(key).path == key


def test_a_decision_that_is_no_word_for_one_is_refused_by_its_row(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as error:
        decided(tmp_path, [row("A"), row("B", authority="شاید")], authorities=("حراست",))
    assert [(one.row, one.code) for one in error.value.failures] == [(3, "bad_decision")]


def test_a_day_without_an_hour_is_no_earlier_than_an_hour_of_that_day(tmp_path: Path) -> None:
    rows = [
        row("A", code=FIRST, registered_at="1399/04/01"),
        row("B", code=FIRST, registered_at="1399/04/01 17:00"),
        row("C", code=FIRST, registered_at="1399/04/02"),
    ]
    found = decided(tmp_path, rows)
    assert found["A-1"] == found["B-1"] == ("pending", "first_unknown")
    assert found["C-1"] == ("refused", "same_national_code")
    rows[0] = row("A", code=FIRST, registered_at="1399/04/01 16:59")
    assert decided(tmp_path, rows)["A-1"] == ("accepted", "")


def test_a_file_without_national_codes_is_told_of_and_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "applicants.csv"
    lines = [",".join(line.split(",")[:10] + line.split(",")[11:]) for line in (HEAD, row("A"))]
    path.write_text("\n".join(lines), encoding="utf-8")
    reading = Reading()
    assert read_applications(path, CallRules(), reading=reading)["person"].tolist() == [""]
    assert [(one.row, one.code) for one in reading.notes] == [(1, "no_national_codes")]
    asked = CallRules(authorities=("حراست", "دادگستری", "نیروی انتظامی"))
    with pytest.raises(SitingError) as error:
        read_applications(path, asked, reading=Reading())
    assert [(one.row, one.code) for one in error.value.failures] == [(1, "unknown_authority")] * 2
    assert "دادگستری" in str(error.value.failures[0])
    with pytest.raises(SitingError) as error:
        decided(tmp_path, [row("B", authority="شاید")], authorities=("حراست",))
    assert "حراست" in error.value.failures[0].message


def test_a_plan_under_a_seal_reads_applications_as_vetting_decides(tmp_path: Path) -> None:
    rows = [
        row("A", code=FIRST, registered_at="1399/04/02"),
        row("B", code=FIRST, registered_at="1399/04/01"),
        row("C", code=SECOND, accessible="false"),
        row("D", code=SECOND, field=""),
        *(row("E", number, kind="legal", accessible="true") for number in range(1, 8)),
    ]
    path, out, key = tmp_path / "applicants.csv", tmp_path / "vetted.csv", tmp_path / "key"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    key.write_text("ab" * 32)
    call = CallRules(deadline="1399/04/10")
    (tmp_path / "rules.toml").write_text('[call]\ndeadline = "1399/04/10"\n', encoding="utf-8")
    vet_file(
        path, tmp_path / "rules.toml", out, columns=None, key=key, lang="en", overwrite=False,
        tell=lambda _: None,
    )  # fmt: skip
    told: dict[str, list[tuple[str, str]]] = {}
    for file in (path, out):
        reading = Reading(Pseudonyms(key))
        table, fingerprints = read_admitted(file, call, sites_per_applicant=5, columns=None, reading=reading)
        told[file.stem] = list(zip(table["site_id"], table["decision"], strict=True))
        assert len(fingerprints) == 1
        assert [one.code for one in reading.notes if one.row > 1] == (
            ["same_national_code", "not_accessible", "field_unknown", "too_many_sites", "too_many_sites"]
            if file == path
            else []
        )
    assert told["applicants"] == told["vetted"]
    assert [site for site, made in told["vetted"] if made == "accepted"] == [
        "B-1",
        *(f"E-{n}" for n in range(1, 6)),
    ]


@pytest.mark.parametrize(
    ("day", "reason"), [("1399/03/01", "too_early"), ("1399/04/02", ""), ("1399/04/11", "too_late")]
)
def test_what_is_not_of_the_call_stands_in_nobody_s_way(tmp_path: Path, day: str, reason: str) -> None:
    rows = [row("A", code=FIRST, registered_at=day), row("B", code=FIRST, registered_at="1399/04/05")]
    found = decided(tmp_path, rows, opens="1399/03/20")
    assert found["A-1"][1] == reason
    assert found["B-1"] == (("accepted", "") if reason else ("refused", "same_national_code"))
