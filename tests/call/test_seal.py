"""A seal is of what rules mean; a plan by any other is refused, and says by which seal it was made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from data.call.asked import tie_break_of
from data.call.rules import CallRules, call_rules_toml, read_call_rules
from data.call.seal import check_seal, read_seal, seal_of, seal_of_file, sealed_seed, write_seal
from data.errors import Exit, SitingError
from data.rules import Rules, read_rules

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_seal_is_of_what_rules_mean_not_of_how_they_are_written(tmp_path: Path) -> None:
    one = written(tmp_path, "a.toml", 'max_cases = 400\n[call]\ntie_km = 5\ndeadline = "1399/04/10"\n')
    two = written(
        tmp_path,
        "b.toml",
        '# again\nmin_cases = 150\nmax_cases = 400.0\n[call]\ndeadline = "2020-06-30"\ntie_km = 5.0\n',
    )
    assert seal_of_file(one, 7).hash == seal_of_file(two, 7).hash
    assert seal_of_file(one, 7, who="me", when="now").hash == seal_of_file(one, 7).hash


@pytest.mark.parametrize(
    "other",
    [
        seal_of(Rules(max_cases=400), CallRules(), 7),
        seal_of(Rules(), CallRules(tie_km=1), 7),
        seal_of(Rules(), CallRules(accessible=False), 7),
        seal_of(Rules(), CallRules(), 8),
    ],
    ids=["rules", "tie_km", "call", "seed"],
)
def test_any_other_rule_or_seed_is_refused(tmp_path: Path, other: object) -> None:
    sealed = seal_of(Rules(), CallRules(), 7)
    write_seal(sealed, tmp_path / "seal.json", overwrite=False)
    for told in (sealed.hash, str(tmp_path / "seal.json")):
        check_seal(told, sealed)
        with pytest.raises(SitingError) as error:
            check_seal(told, other)  # type: ignore[arg-type]
        assert (error.value.code, error.value.exit_code) == ("other_seal", Exit.REFUSED)
    assert sealed_seed(str(tmp_path / "seal.json")) == 7
    assert sealed_seed(sealed.hash) == 0


def test_a_seal_that_was_changed_is_none(tmp_path: Path) -> None:
    path = tmp_path / "seal.json"
    write_seal(seal_of(Rules(), CallRules(), 7), path, overwrite=False)
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["sealed"]["seed"] = 8
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(SitingError, match="changed after it was sealed"):
        read_seal(str(path))
    with pytest.raises(SitingError) as error:
        read_seal("no-such-file")
    assert error.value.code == "not_a_seal"


def test_the_rules_of_a_call_come_back_as_they_are_printed(tmp_path: Path) -> None:
    rules = CallRules(kinds=("legal",), deadline="1399/04/10", authorities=("حراست",), tie_km=3)
    path = written(tmp_path, "rules.toml", "max_cases = 400\n" + call_rules_toml(rules, "fa"))
    assert read_call_rules(path) == rules
    assert read_call_rules(path).deadline == "2020-06-30"
    assert read_rules(path) == Rules(max_cases=400)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("call = 3", "wrong_rule_type"),
        ("[call]\ndeadlin = ''", "unknown_rule"),
        ("[call]\nfields = 'any'", "wrong_rule_type"),
        ("[call]\ndeadline = 1399", "wrong_rule_type"),
        ("[call]\ndeadline = '1399/13/40'", "bad_date"),
        ("[call]\ntie_km = -1", "rule_out_of_range"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(SitingError) as error:
        read_call_rules(written(tmp_path, "rules.toml", line))
    assert [one.code for one in error.value.failures] == [code]


def test_a_tie_break_applies_where_a_call_is_sealed_or_has_rules(tmp_path: Path) -> None:
    plain = written(tmp_path, "plain.toml", "max_cases = 400")
    call = written(tmp_path, "call.toml", "max_cases = 400\n[call]\ntie_km = 4\n")
    seal = seal_of_file(plain, 3).hash
    assert not tie_break_of(plain, read_rules(plain), 3, "").applies
    assert tie_break_of(plain, read_rules(plain), 3, seal).seal == seal
    assert replace(tie_break_of(call, read_rules(call), 3, ""), seed=0).tie_km == 4
