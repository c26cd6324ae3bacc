"""Values of rules as a TOML file gives them, checked against the type that each rule wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from data.errors import Failure

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
            message = f"no such rule; there are {', '.join(hints)}"
            failures.append(Failure(source, 0, "unknown_rule", name, message))
        elif by_province and name in FOR_THE_WHOLE_PLAN:
            message = "is set for the whole plan and not by province"
            failures.append(Failure(source, 0, "rule_not_by_province", name, message))
        else:
            try:
                typed[name] = _value(name, value, hints[name])
            except (TypeError, ValueError) as error:
                failures.append(Failure(source, 0, "wrong_rule_type", name, str(error)))
    return typed


def _value(name: str, value: object, hint: object) -> object:
    if name == "centers":
        if value in ("fewest", "price") or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise ValueError("must be 'fewest', 'price' or a whole number")
    if name == "status":
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise ValueError('must be a list of texts, as ["pensioner", "waiting_list"]')
    if hint is bool:
        if isinstance(value, bool):
            return value
        raise ValueError("must be true or false")
    if hint in (int, float):
        return _number(value, whole=hint is int)
    choices = get_args(hint)
    if value not in choices:
        raise ValueError("must be one of " + ", ".join(repr(choice) for choice in choices))
    return value


def _number(value: object, *, whole: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("must be a number")
    if whole and value != int(value):
        raise ValueError("must be a whole number")
    return int(value) if whole else float(value)
