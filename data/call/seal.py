"""The seal on a call: one hash of its rules, its seed and its tie-break, printed before the call closes.

Who sealed it and when are under the hash too, and the key of the pseudonyms where one is bound (see
`data.call.seal_key`): lots are drawn by the ids that tables and letters show.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.call.order import ORDER
from data.call.rules import CallRules, read_call_rules
from data.call.seal_key import commitment_of
from data.disk import machine_error, write_whole
from data.errors import Exit, Failure, SitingError
from data.hashing import value_hash
from data.rules import Rules, read_rules
from data.summary import plain_values, to_json
from data.text import phrase
from data.work.in_force import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = 2


@dataclass(frozen=True)
class Seal:
    """What is sealed.

    Attributes
    ----------
    sealed : mapping
        ``rules``, ``call``, ``seed`` and ``order``, as JSON knows them, whatever the file left to defaults;
        ``key`` where one is bound.
    who, when : str
        Who sealed it, and when (ISO, UTC).
    """

    sealed: Mapping[str, Any]
    who: str = ""
    when: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of what is sealed, by whom and when, as JSON with sorted keys."""
        return value_hash({"sealed": dict(self.sealed), "who": self.who, "when_utc": self.when})

    @property
    def seed(self) -> int:
        """The seed of the search and of the lottery."""
        return int(self.sealed["seed"])

    @property
    def deadline(self) -> str:
        """The last day of registration, ISO; empty for none."""
        return str(self.sealed["call"].get("deadline") or "")

    @property
    def in_time(self) -> bool | None:
        """Whether it was made before the call closed; None where its rules name no deadline."""
        return in_time(self.when, self.deadline)

    def as_dict(self) -> dict[str, Any]:
        """Return what ``seal.json`` holds."""
        return {
            "schema": SCHEMA,
            "seal": self.hash,
            "sealed": dict(self.sealed),
            "who": self.who,
            "when_utc": self.when,
        }

    def as_line(self) -> str:
        """Return the same as one line of JSON, which `read_seal` takes: a run keeps it to be replayed."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True)


def in_time(when_utc: str, deadline: str) -> bool | None:
    """Return whether a moment lies before the end of the last day of a call, in Iran.

    Parameters
    ----------
    when_utc : str
        ISO, UTC; empty where it is not known.
    deadline : str
        ISO date; empty for none.

    Returns
    -------
    bool or None
        None where either is not known.
    """
    return day_of(when_utc).isoformat() <= deadline if when_utc and deadline else None


def seal_of(
    rules: Rules,
    call: CallRules,
    seed: int,
    *,
    secret: bytes = b"",
    who: str = "",
    when: str = "",
) -> Seal:
    """Return the seal on rules, those of a call, a seed and a key.

    Parameters
    ----------
    rules, call : Rules, CallRules
        What they mean is sealed, not how a file writes it.
    seed : int
        Of the search and of the lottery.
    secret : bytes
        The key of the pseudonyms; empty where none is bound.
    who, when : str
        Who seals it, and when (ISO, UTC).
    """
    sealed = {
        "rules": plain_values(rules.as_dict()),
        "call": plain_values(call.as_dict()),
        "seed": int(seed),
        "order": list(ORDER),
        **({"key": commitment_of(secret, seed)} if secret else {}),
    }
    return Seal(sealed, who, when)


def seal_of_file(path: Path | None, seed: int, *, secret: bytes = b"", who: str = "", when: str = "") -> Seal:
    """Return the seal on a file of rules, a seed and a key; on the defaults without a file."""
    rules = Rules() if path is None else read_rules(path)
    return seal_of(rules, read_call_rules(path), seed, secret=secret, who=who, when=when)


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


def read_seal(told: str) -> Seal:
    """Return a seal that was kept.

    Parameters
    ----------
    told : str
        The path of a ``seal.json``, or what it holds as one line (`Seal.as_line`).

    Raises
    ------
    SitingError
        ``missing_file``, ``not_a_seal`` (exit code 3); ``changed_seal`` (exit code 6) where the file does not
        hold what its hash says.
    """
    name = "seal" if told.startswith("{") else Path(told).name
    if not told.startswith("{") and not Path(told).exists():
        said = phrase("readers.missing_file")
        raise SitingError.of([Failure(name, 0, "missing_file", "", said)])
    try:
        kept = json.loads(told if told.startswith("{") else Path(told).read_text(encoding="utf-8-sig"))
        seal, own = Seal(dict(kept["sealed"]), str(kept["who"]), str(kept["when_utc"])), str(kept["seal"])
        _ = seal.sealed["rules"]["min_cases"], seal.sealed["call"]["tie_km"], seal.seed, seal.sealed["order"]
        _ = seal.in_time, {SCHEMA: "as this program seals"}[kept["schema"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = phrase("call.not_a_seal")
        raise SitingError.of([Failure(name, 0, "not_a_seal", "", said)]) from error
    if seal.hash != own:
        raise SitingError(phrase("call.changed_seal", path=name), code="changed_seal", exit_code=Exit.REFUSED)
    return seal


def sealed_seed(told: str) -> int:
    """Return the seed of a seal, 0 without one.

    Raises
    ------
    SitingError
        As `read_seal`.
    """
    return read_seal(told).seed if told else 0


def check_seal(told: str, rules: Rules, call: CallRules, seed: int) -> Seal:
    """Refuse rules, a seed or a tie-break that are not those that were sealed; return the seal.

    Parameters
    ----------
    told : str
        As `read_seal` takes it.
    rules, call, seed : Rules, CallRules, int
        What the plan is to be made by.

    Raises
    ------
    SitingError
        ``other_seal`` (exit code 6), with everything that differs; as `read_seal`.
    """
    seal, now = read_seal(told), seal_of(rules, call, seed)
    failures = list(_other(seal.sealed, now.sealed))
    if failures:
        words = phrase("call.other_seal", expected=seal.hash)
        raise SitingError(words, code="other_seal", exit_code=Exit.REFUSED, failures=failures)
    return seal


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
