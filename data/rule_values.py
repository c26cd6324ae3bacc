"""Values of rules as a TOML file gives them, checked against the type that each rule wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from data.errors import Failure
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

FOR_THE_WHOLE_PLAN = ("centers", "share", "sites_per_applicant")


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
    if name == "status":
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return tuple(value) if isinstance(value, list) and texts else phrase("rules.must_be_texts")
    if hint is bool:
        return value if isinstance(value, bool) else phrase("rules.must_be_bool")
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
