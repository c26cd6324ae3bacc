"""What a caller of the rooms hands in, held to its kind: a sentence in place of an error from deep inside."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from data.errors import Exit, SitingError
from data.plan import Plan
from data.problem import Problem
from data.text import LANGS, phrase

if TYPE_CHECKING:
    from data.text import Lang

Kind = TypeVar("Kind")


def given_path(value: object, name: str) -> Path:
    """Return the path of a file or folder, given as one or as text.

    Raises
    ------
    SitingError
        ``not_a_path``.
    """
    if isinstance(value, str | Path):
        return Path(value)
    words = phrase("shown.not_a_path", name=name, kind=type(value).__name__)
    raise SitingError(words, code="not_a_path", exit_code=Exit.USAGE)


def given_paths(values: object, name: str) -> tuple[Path, ...]:
    """Return paths; one alone is a sequence of one.

    Raises
    ------
    SitingError
        ``not_a_path``.
    """
    if isinstance(values, list | tuple):
        return tuple(given_path(one, name) for one in values)
    return (given_path(values, name),)


def given_names(values: object, name: str) -> tuple[str, ...]:
    """Return texts; one alone is a sequence of one.

    Raises
    ------
    SitingError
        ``wrong_type``.
    """
    if isinstance(values, str):
        return (values,)
    try:
        told = tuple(cast("tuple[object, ...]", values))
    except TypeError:
        raise wrong_type(values, name, "sequence of str") from None
    for one in told:
        given_kind(one, str, name)
    return cast("tuple[str, ...]", told)


def given_kind(value: object, kind: type[Kind], name: str) -> Kind:
    """Return a value that is of a kind.

    Raises
    ------
    SitingError
        ``wrong_type``.
    """
    if isinstance(value, kind):
        return value
    raise wrong_type(value, name, kind.__name__)


def given_mapping(value: object, name: str) -> Mapping[str, Any]:
    """Return a mapping.

    Raises
    ------
    SitingError
        ``wrong_type``.
    """
    if isinstance(value, Mapping):
        return value
    raise wrong_type(value, name, "Mapping")


def given_version(problem: object, plan: object) -> tuple[Problem, Plan]:
    """Return a problem and its plan, in this order.

    Raises
    ------
    SitingError
        ``wrong_type``.
    """
    return given_kind(problem, Problem, "problem"), given_kind(plan, Plan, "plan")


def given_number(value: object, name: str, *, least: int | None = None) -> int:
    """Return a whole number, not below ``least`` where that is told.

    Raises
    ------
    SitingError
        ``wrong_type``, ``too_small``.
    """
    try:
        number = index(cast("int", value))
    except TypeError:
        raise wrong_type(value, name, "int") from None
    if least is not None and number < least:
        words = phrase("shown.too_small", name=name, least=least, value=number)
        raise SitingError(words, code="too_small", exit_code=Exit.USAGE)
    return number


def given_numbers(values: object, name: str) -> tuple[int, ...]:
    """Return whole numbers; one alone is a sequence of one.

    Raises
    ------
    SitingError
        ``wrong_type``.
    """
    if isinstance(values, list | tuple | range):
        return tuple(given_number(one, name) for one in values)
    return (given_number(values, name),)


def given_lang(value: object) -> Lang:
    """Return a language that texts are in.

    Raises
    ------
    SitingError
        ``no_such_language``.
    """
    if value in LANGS:
        return cast("Lang", value)
    words = phrase("shown.no_such_language", names=", ".join(map(repr, LANGS)), value=repr(value))
    raise SitingError(words, code="no_such_language", exit_code=Exit.USAGE)


def wrong_type(value: object, name: str, wanted: str) -> SitingError:
    """Return the error for an argument that is of another kind."""
    words = phrase("shown.wrong_type", name=name, wanted=wanted, kind=type(value).__name__)
    return SitingError(words, code="wrong_type", exit_code=Exit.USAGE)
