"""The services of a center from TOML: the shipped list, which a planner completes, or the planner's own."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.errors import Failure, SitingError
from data.fold import fold
from data.text import phrase
from data.work.catalogue import DOMAINS, Catalogue, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from data.text import Phrase
    from data.work.catalogue import Names

SHIPPED = "services.toml"
_DOMAIN_WORDS = {
    "اجتماعی": "social",
    "توانبخشی": "rehabilitation",
    "توان بخشی": "rehabilitation",
    "پیشگیری": "prevention",
}
_KEYS = ("id", "fa", "en", "domain", "level", "staff", "device", "may_borrow", "named_by")
_NEEDED = ("id", "domain")
_TOP = ("services_in_all", "service")
_HEAD = re.compile(r"^\s*\[\[\s*service\s*\]\]")
_ID = re.compile(r"\w+")


def shipped_catalogue() -> Catalogue:
    """Return the services that the published sources name."""
    return _read(files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def read_catalogue(path: Path) -> Catalogue:
    """Read a planner's services from TOML.

    Raises
    ------
    SitingError
        If the file is missing or no TOML, or with every entry that is wrong: the row is the line of its
        ``[[service]]``.
    """
    try:
        written = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise _whole(path.name, "missing_file", phrase("services.missing_file")) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, error) from error
    return _read(written, path.name)


def catalogue_of(named: Mapping[str, Any], file: str, lines: Sequence[int] = ()) -> Catalogue:
    """Return the catalogue that plain values say, as TOML or a casebook holds them.

    Parameters
    ----------
    named : mapping
        ``services_in_all`` and ``service``.
    file : str
        Where they are from, for the failures.
    lines : sequence of int
        The line of each service in that file; numbered from 1 where it has none.

    Raises
    ------
    SitingError
        With every entry that is wrong.
    """
    entries = named.get("service", [])
    if not (isinstance(entries, list) and entries and all(isinstance(one, dict) for one in entries)):
        raise _whole(file, "no_service", phrase("services.no_service"))
    lines = lines if len(lines) == len(entries) else range(1, len(entries) + 1)
    failures = [_fail(file, 0, "unknown_key", key, _TOP) for key in named if key not in _TOP]
    services: list[Service] = []
    for line, entry in zip(lines, entries, strict=True):
        found = list(_wrong(entry, file, line))
        failures += found
        if not found:
            services.append(_service(entry))
    failures += _twice(entries, file, lines)
    in_all = named.get("services_in_all", len(entries))
    if not _is_whole(in_all) or in_all < len(entries):
        words = phrase("services.bad_in_all", count=len(entries))
        failures.append(Failure(file, 0, "bad_in_all", "services_in_all", words))
    if failures:
        raise SitingError.of(failures)
    return Catalogue(tuple(services), in_all)


def _read(written: str, file: str) -> Catalogue:
    try:
        named = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(file, error) from error
    lines = [number for number, line in enumerate(written.splitlines(), start=1) if _HEAD.match(line)]
    return catalogue_of(named, file, lines)


def _wrong(entry: Mapping[str, Any], file: str, line: int) -> Iterator[Failure]:
    """Yield all that is wrong with an entry by itself."""
    own = str(entry.get("id", ""))
    faults: list[tuple[str, str, Sequence[str]]] = [
        ("unknown_key", key, _KEYS) for key in entry if key not in _KEYS
    ]
    faults += [("missing_key", key, ()) for key in _NEEDED if entry.get(key, "") == ""]
    if not (entry.get("fa") or entry.get("en")):
        faults.append(("missing_key", "fa", ()))
    faults += [
        (code, key, DOMAINS if code == "unknown_domain" else ())
        for key, (code, is_right) in _FORMS.items()
        if entry.get(key, "") != "" and not is_right(entry[key])
    ]
    if entry.get("may_borrow") is True and not (entry.get("staff") or entry.get("device")):
        faults.append(("nothing_to_borrow", "may_borrow", ()))
    for code, key, known in faults:
        yield _fail(file, line, code, f"{own}.{key}" if own else key, known)


def _twice(entries: Sequence[Mapping[str, Any]], file: str, lines: Sequence[int]) -> Iterator[Failure]:
    """Yield services whose id or name another has: a table that says it would mean either."""
    first: dict[str, int] = {}
    for line, entry in zip(lines, entries, strict=True):
        keys = {fold(entry[key]) for key in ("id", "fa", "en") if isinstance(entry.get(key), str)} - {""}
        for other in sorted({first[key] for key in keys if key in first}):
            words = phrase("services.duplicate_service", line=other)
            yield Failure(file, line, "duplicate_service", str(entry.get("id", "")), words)
        first |= {key: line for key in keys if key not in first}


def _service(entry: Mapping[str, Any]) -> Service:
    fa, en = entry.get("fa", ""), entry.get("en", "")
    return Service(
        id=entry["id"],
        fa=fa or en,
        en=en or fa,
        domain=_domain(entry["domain"]) or "",
        level=entry.get("level", 1),
        staff=_named(entry.get("staff", "")) or ("", ""),
        device=_named(entry.get("device", "")) or ("", ""),
        may_borrow=entry.get("may_borrow", False),
        named_by=tuple(entry.get("named_by", ())),
    )


def _domain(told: object) -> str | None:
    if not isinstance(told, str):
        return None
    known = {fold(one): one for one in DOMAINS} | {fold(fa): one for fa, one in _DOMAIN_WORDS.items()}
    return known.get(fold(told))


def _named(told: object) -> Names | None:
    """Return names in both languages of a text, or of a table of them; None where it is neither."""
    if isinstance(told, str):
        return told, told
    if not isinstance(told, dict) or not set(told) <= {"fa", "en"}:
        return None
    fa, en = told.get("fa", ""), told.get("en", "")
    return (fa or en, en or fa) if isinstance(fa, str) and isinstance(en, str) else None


def _is_whole(told: object) -> bool:
    return isinstance(told, int) and not isinstance(told, bool)


def _is_texts(told: object) -> bool:
    return isinstance(told, list) and all(isinstance(one, str) for one in told)


def _is_id(told: object) -> bool:
    return isinstance(told, str) and _ID.fullmatch(told) is not None


_FORMS: Mapping[str, tuple[str, Callable[[object], bool]]] = MappingProxyType(
    {
        "id": ("bad_service_id", _is_id),
        "fa": ("must_be_text", lambda told: isinstance(told, str)),
        "en": ("must_be_text", lambda told: isinstance(told, str)),
        "domain": ("unknown_domain", lambda told: _domain(told) is not None),
        "level": ("bad_level", lambda told: isinstance(told, int) and _is_whole(told) and told >= 1),
        "staff": ("must_be_names", lambda told: _named(told) is not None),
        "device": ("must_be_names", lambda told: _named(told) is not None),
        "may_borrow": ("must_be_bool", lambda told: isinstance(told, bool)),
        "named_by": ("must_be_texts", _is_texts),
    }
)
"""By key, what is wrong with a value that is not of its form."""


def _fail(file: str, line: int, code: str, subject: str, known: Sequence[str]) -> Failure:
    return Failure(file, line, code, subject, phrase(f"services.{code}", known=", ".join(known)))


def _whole(file: str, code: str, words: Phrase) -> SitingError:
    return SitingError.of([Failure(file, 0, code, "", words)])


def _unreadable(file: str, error: Exception) -> SitingError:
    words = phrase("services.unreadable_catalogue", problem=str(error))
    return _whole(file, "unreadable_catalogue", words)
