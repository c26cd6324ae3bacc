"""Values of rules as a TOML file gives them, checked against the type that each rule wants."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from math import inf, isinf, isnan
from typing import TYPE_CHECKING, Any, get_args

from data.errors import Failure, SitingError
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from _typeshed import DataclassInstance

FOR_THE_WHOLE_PLAN = ("centers", "share", "sites_per_applicant")


def about(unit: str = "", low: float = -inf, high: float = inf) -> dict[str, str | float]:
    """Return what a rule's field says of it: its unit, and the range it is in."""
    return {"unit": unit, "low": low, "high": high}


def read_named(path: Path) -> dict[str, Any]:
    """Read what a TOML file names.

    Raises
    ------
    SitingError
        ``missing_file`` or ``unreadable_rules``.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SitingError.of(
            [Failure(path.name, 0, "missing_file", "", phrase("rules.missing_file"))]
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        folder = path.is_dir()
        why = phrase("rules.is_directory") if folder else phrase("rules.unreadable_rules", problem=str(error))
        raise SitingError.of([Failure(path.name, 0, "unreadable_rules", "", why)]) from error


def out_of_range(rules: DataclassInstance, *, unlimited: Collection[str] = ()) -> list[Failure]:
    """Return the numbers that are not in the range their field tells (`about`).

    Parameters
    ----------
    rules : dataclass instance
        Rules.
    unlimited : collection of str
        Rules that may be infinite.
    """
    values = {rule.name: getattr(rules, rule.name) for rule in fields(rules)}
    return numbers_out_of_range(type(rules), values, unlimited=unlimited)


def numbers_out_of_range(
    kind: type[DataclassInstance], values: Mapping[str, object], *, unlimited: Collection[str] = ()
) -> list[Failure]:
    """Return the numbers among values that are not in the range that the field of their rule tells.

    Parameters
    ----------
    kind : type
        Dataclass of the rules.
    values : mapping
        By name, each of its rule's type; of the rules that are missing nothing is said.
    unlimited : collection of str
        Rules that may be infinite.
    """
    failures = []
    for rule in fields(kind):
        value = values.get(rule.name)
        low, high = rule.metadata.get("low", -inf), rule.metadata.get("high", inf)
        if isinstance(value, int | float) and not isinstance(value, bool):
            endless = isinf(value) and rule.name not in unlimited
            if isnan(value) or endless or not low <= value <= high:
                limits = {"low": int(low)} if isinf(high) else {"low": int(low), "high": int(high)}
                key = "rules.below_low" if isinf(high) else "rules.out_of_range"
                # The value as it was written, for rounding could bring it into the range.
                said = phrase(key, value=str(value), **limits)
                failures.append(Failure("rules", 0, "rule_out_of_range", rule.name, said))
    return failures


def typed_values(
    values: Mapping[str, Any],
    hints: Mapping[str, object],
    source: str,
    failures: list[Failure],
    *,
    by_province: bool = False,
) -> dict[str, Any]:
    """Return the values that are of their rule's type; add a failure for each other.

    Parameters
    ----------
    values : mapping
        As read, by name.
    hints : mapping
        The type of every rule, by name.
    source : str
        Name of the file, for the failures.
    failures : list of Failure
        Added to.
    by_province : bool
        Whether the values are of a single province.
    """
    typed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in hints:
            said = phrase("rules.unknown_rule", known=", ".join(hints))
            failures.append(Failure(source, 0, "unknown_rule", name, said))
        elif by_province and name in FOR_THE_WHOLE_PLAN:
            said = phrase("rules.rule_not_by_province")
            failures.append(Failure(source, 0, "rule_not_by_province", name, said))
        else:
            held = _value(name, value, hints[name])
            if isinstance(held, Phrase):
                failures.append(Failure(source, 0, "wrong_rule_type", name, held))
            else:
                typed[name] = held
    return typed


def _value(name: str, value: object, hint: object) -> object:
    """Return the value as its rule holds it, or the phrase of what it must be."""
    if name == "centers":
        number = isinstance(value, int) and not isinstance(value, bool)
        return value if number or value in ("fewest", "price") else phrase("rules.must_be_centers")
    if hint == tuple[str, ...]:
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return tuple(value) if isinstance(value, list) and texts else phrase("rules.must_be_texts")
    if hint in (str, bool):
        wanted = phrase("rules.must_be_bool" if hint is bool else "rules.must_be_text")
        return value if type(value) is hint else wanted
    if hint in (int, float):
        return _number(value, whole=hint is int)
    choices = get_args(hint)
    if value in choices:
        return value
    return phrase("rules.must_be_one_of", choices=", ".join(repr(choice) for choice in choices))


def _number(value: object, *, whole: bool) -> float | Phrase:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return phrase("rules.must_be_number")
    if not whole:
        return float(value)
    return int(value) if float(value).is_integer() else phrase("rules.must_be_whole")
