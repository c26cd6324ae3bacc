"""A seal is of what rules mean; a plan by any other is refused, and says by which seal it was made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from data.call.asked import tie_break_of
from data.call.rules import CallRules, call_rules_toml, read_call_rules
from data.call.seal import check_seal, read_seal, seal_of, seal_of_file, sealed_seed, write_seal
from data.call.seal_key import check_key
from data.errors import Exit, SitingError
from data.key_file import KeyFile, fingerprint
from data.pseudonyms import Pseudonyms
from data.rules import Rules, read_rules

if TYPE_CHECKING:
    from pathlib import Path

WHEN = "2020-06-01T08:00:00Z"


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
    assert seal_of_file(one, 7, who="me").hash != seal_of_file(one, 7).hash
    assert seal_of_file(one, 7, when=WHEN).hash != seal_of_file(one, 7).hash


@pytest.mark.parametrize(
    ("rules", "call", "seed"),
    [
        (Rules(max_cases=400), CallRules(), 7),
        (Rules(), CallRules(tie_km=1), 7),
        (Rules(), CallRules(accessible=False), 7),
        (Rules(), CallRules(), 8),
    ],
    ids=["rules", "tie_km", "call", "seed"],
)
def test_any_other_rule_or_seed_is_refused(tmp_path: Path, rules: Rules, call: CallRules, seed: int) -> None:
    sealed = seal_of(Rules(), CallRules(), 7, who="me", when=WHEN)
    write_seal(sealed, tmp_path / "seal.json", overwrite=False)
    for told in (sealed.as_line(), str(tmp_path / "seal.json")):
        assert check_seal(told, Rules(), CallRules(), 7).hash == sealed.hash
        assert sealed_seed(told) == 7
        with pytest.raises(SitingError) as error:
            check_seal(told, rules, call, seed)
        assert (error.value.code, error.value.exit_code) == ("other_seal", Exit.REFUSED)


@pytest.mark.parametrize(
    ("part", "value"), [("sealed", {"seed": 8}), ("who", "you"), ("when_utc", "2019-01-01")]
)
def test_a_seal_that_was_changed_is_none(tmp_path: Path, part: str, value: object) -> None:
    path = tmp_path / "seal.json"
    write_seal(seal_of(Rules(), CallRules(), 7, who="me", when=WHEN), path, overwrite=False)
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept[part] = kept[part] | value if isinstance(value, dict) else value
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(SitingError, match="changed after it was sealed"):
        read_seal(str(path))
    with pytest.raises(SitingError) as error:
        read_seal("no-such-file")
    assert error.value.code == "missing_file"


def test_before_the_call_closed_is_said_only_where_it_is_so() -> None:
    def made(deadline: str, when: str) -> bool | None:
        return seal_of(Rules(), CallRules(deadline=deadline), 7, when=when).in_time

    assert made("2020-06-09", "2020-06-09T20:29:59Z") is True
    # In Iran it is the next day already.
    assert made("2020-06-09", "2020-06-09T20:30:00Z") is False
    assert made("", WHEN) is None


def test_a_key_decides_lots_where_pseudonyms_are_ids_and_only_there(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("ab" * 32)
    second.write_text("cd" * 32)
    files = KeyFile.find(first), KeyFile.find(second)
    bound = seal_of(Rules(), CallRules(), 7, secret=files[0].secret())
    free = seal_of(Rules(), CallRules(), 7)
    ids = [Pseudonyms(first).of("0499370899")]
    check_key(bound, files[0], ids=ids, fingerprints=[fingerprint(files[0].secret())])
    check_key(free, files[1], ids=["A-7"])
    for seal, file, prints, code in (
        (bound, files[1], [], "other_sealed_key"),
        (bound, KeyFile.find(None), [], "other_sealed_key"),
        (bound, files[0], [fingerprint(files[1].secret())], "vetted_with_other_key"),
        (free, files[0], [], "key_not_sealed"),
    ):
        with pytest.raises(SitingError) as error:
            check_key(seal, file, ids=ids, fingerprints=prints)
        assert (error.value.code, error.value.exit_code) == (code, Exit.REFUSED)
    check_key(bound, KeyFile.find(None), ids=["A-7"])
    kept = bound.sealed["key"]
    again = hashlib.scrypt(
        b"ab" * 32, salt=kept["salt"].encode(), n=kept["n"], r=kept["r"], p=kept["p"], maxmem=2**26, dklen=32
    )
    assert again.hex() == kept["scrypt"]


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
        ("[call]\nopens = '1399/05/01'\ndeadline = '1399/03/01'", "opens_after_deadline"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(SitingError) as error:
        read_call_rules(written(tmp_path, "rules.toml", line))
    assert [one.code for one in error.value.failures] == [code]


def test_a_tie_break_applies_where_a_call_is_sealed_or_has_rules(tmp_path: Path) -> None:
    plain = written(tmp_path, "plain.toml", "max_cases = 400")
    call = written(tmp_path, "call.toml", "max_cases = 400\n[call]\ntie_km = 4\n")
    seal = seal_of_file(plain, 3, when=WHEN)
    assert not tie_break_of(plain, read_rules(plain), 3, "").applies
    told = tie_break_of(plain, read_rules(plain), 3, seal.as_line())
    assert (told.applies, told.seal, told.sealed_utc, told.deadline) == (True, seal.hash, WHEN, "")
    assert replace(tie_break_of(call, read_rules(call), 3, ""), seed=0).tie_km == 4
