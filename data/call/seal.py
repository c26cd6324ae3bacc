"""The seal on a call: one hash of its rules, its seed and its tie-break, printed before the call closes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.call.order import ORDER
from data.call.rules import CallRules, read_call_rules
from data.disk import machine_error, write_whole
from data.errors import Exit, Failure, SitingError
from data.hashing import value_hash
from data.rules import Rules, read_rules
from data.summary import plain_values, to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = 1
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Seal:
    """What is sealed.

    Attributes
    ----------
    sealed : mapping
        ``rules``, ``call``, ``seed`` and ``order``, as JSON knows them, whatever the file left to defaults.
    who, when : str
        Who sealed it, and when (ISO, UTC); not part of the hash.
    """

    sealed: Mapping[str, Any]
    who: str = ""
    when: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of what is sealed, as JSON with sorted keys."""
        return value_hash(dict(self.sealed))

    def as_dict(self) -> dict[str, Any]:
        """Return what ``seal.json`` holds."""
        return {
            "schema": SCHEMA,
            "seal": self.hash,
            "sealed": dict(self.sealed),
            "who": self.who,
            "when_utc": self.when,
        }


def seal_of(rules: Rules, call: CallRules, seed: int, *, who: str = "", when: str = "") -> Seal:
    """Return the seal on rules, those of a call, and a seed.

    Parameters
    ----------
    rules, call : Rules, CallRules
        What they mean is sealed, not how a file writes it.
    seed : int
        Of the search and of the lottery.
    who, when : str
        For the record.
    """
    sealed = {
        "rules": plain_values(rules.as_dict()),
        "call": plain_values(call.as_dict()),
        "seed": int(seed),
        "order": list(ORDER),
    }
    return Seal(sealed, who, when)


def seal_of_file(path: Path | None, seed: int, *, who: str = "", when: str = "") -> Seal:
    """Return the seal on a file of rules and a seed; on the defaults without a file."""
    rules = Rules() if path is None else read_rules(path)
    return seal_of(rules, read_call_rules(path), seed, who=who, when=when)


def write_seal(seal: Seal, path: Path, *, overwrite: bool) -> None:
    """Write a ``seal.json``.

    Raises
    ------
    SitingError
        ``exists`` (exit code 6), or that the machine fails.
    """
    if path.exists() and not overwrite:
        raise SitingError(phrase("folder.exists", path=path.name), code="exists", exit_code=Exit.REFUSED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, to_json(seal.as_dict()))
    except OSError as error:
        raise machine_error(error, path) from error


def read_seal(told: str) -> tuple[str, Mapping[str, Any] | None]:
    """Return the hash that a seal has, and what it seals where that is known.

    Parameters
    ----------
    told : str
        A hash of 64 hexadecimal digits, or the path of a ``seal.json``.

    Raises
    ------
    SitingError
        ``not_a_seal`` (exit code 3); ``changed_seal`` (exit code 6) where the file does not hold what its
        hash says.
    """
    if HASH.fullmatch(told.strip().lower()):
        return told.strip().lower(), None
    path = Path(told)
    try:
        kept = json.loads(path.read_text(encoding="utf-8-sig"))
        sealed, own = dict(kept["sealed"]), str(kept["seal"])
        _ = sealed["rules"]["min_cases"], sealed["call"]["tie_km"], sealed["seed"], sealed["order"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = phrase("call.not_a_seal")
        raise SitingError.of([Failure(path.name, 0, "not_a_seal", "", said)]) from error
    if Seal(sealed).hash != own:
        raise SitingError(
            phrase("call.changed_seal", path=path.name), code="changed_seal", exit_code=Exit.REFUSED
        )
    return own, sealed


def sealed_seed(told: str) -> int:
    """Return the seed of a seal, 0 without one or where only its hash is told.

    Raises
    ------
    SitingError
        As `read_seal`.
    """
    sealed = read_seal(told)[1] if told else None
    return 0 if sealed is None else int(sealed["seed"])


def check_seal(told: str, now: Seal) -> None:
    """Refuse rules, a seed or a tie-break that are not those that were sealed.

    Parameters
    ----------
    told : str
        As `read_seal` takes it.
    now : Seal
        On what the plan is to be made by.

    Raises
    ------
    SitingError
        ``other_seal`` (exit code 6), with everything that differs where the seal says it; as `read_seal`.
    """
    expected, sealed = read_seal(told)
    if expected == now.hash:
        return
    words = phrase("call.other_seal", expected=expected, now=now.hash)
    failures = [] if sealed is None else list(_other(sealed, now.sealed))
    raise SitingError(words, code="other_seal", exit_code=Exit.REFUSED, failures=failures)


def _other(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Failure]:
    for part in ("rules", "call"):
        for name in sorted({*then[part], *now[part]}):
            if then[part].get(name) != now[part].get(name):
                said = phrase("call.other_sealed", then=_shown(then[part], name), now=_shown(now[part], name))
                yield Failure("rules", 0, "other_seal", name, said)
    for name in ("seed", "order"):
        if then[name] != now[name]:
            said = phrase("call.other_sealed", then=_shown(then, name), now=_shown(now, name))
            yield Failure("seal", 0, "other_seal", name, said)


def _shown(values: Mapping[str, Any], name: str) -> str:
    return json.dumps(values.get(name), ensure_ascii=False, sort_keys=True)
