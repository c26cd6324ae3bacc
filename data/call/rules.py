"""The rules of a call for applications, each with its default and meaning, from the table ``[call]``."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from math import inf
from typing import TYPE_CHECKING, Any, get_type_hints

from data.errors import Failure, SitingError
from data.readers.dates import read_date
from data.rule_values import about as _about
from data.rule_values import out_of_range, read_named, typed_values
from data.rules import CALL
from data.text import phrase, text

if TYPE_CHECKING:
    from pathlib import Path

    from data.text import Lang

RELATED_FIELDS = (
    "social work", "social_work", "مددکاری", "مددکاری اجتماعی", "psychology", "روانشناسی", "روان‌شناسی",
    "counselling", "counseling", "مشاوره", "مشاوره و راهنمایی", "rehabilitation", "توانبخشی", "توان‌بخشی",
    "social sciences", "علوم اجتماعی", "sociology", "جامعه‌شناسی", "جامعه شناسی", "educational sciences",
    "educational_sciences", "علوم تربیتی", "social welfare", "رفاه اجتماعی", "خدمات اجتماعی",
)  # fmt: skip
"""Social work and the fields that are commonly held to be related to it."""


@dataclass(frozen=True, kw_only=True)
class CallRules:
    """Who may apply, until when, and which difference between two applicants is none.

    ``siting rules --call`` prints each with its unit and meaning, which are ``call.meaning_<name>`` in the
    catalogue. Values are checked when the object is made; dates are kept as ISO text.

    Raises
    ------
    SitingError
        If a value is out of its range, or a date is none.
    """

    fields: tuple[str, ...] = RELATED_FIELDS
    field_kinds: tuple[str, ...] = ("natural",)
    kinds: tuple[str, ...] = ()
    accessible: bool = True
    authorities: tuple[str, ...] = ()
    opens: str = ""
    deadline: str = ""
    national_code: str = ""
    one_application: bool = True
    tie_km: float = field(default=inf, metadata=_about("km", 0))

    def __post_init__(self) -> None:
        failures = out_of_range(self, unlimited=("tie_km",))
        for name in ("opens", "deadline"):
            try:
                told = getattr(self, name)
                object.__setattr__(self, name, read_date(told).isoformat() if told else "")
            except ValueError:
                failures.append(Failure("rules", 0, "bad_date", name, phrase("readers.bad_date")))
        if self.opens and self.deadline and self.opens > self.deadline and not failures:
            failures.append(Failure("rules", 0, "opens_after_deadline", "opens", phrase("call.opens_after")))
        if failures:
            raise SitingError.of(failures)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for TOML or JSON; an absent limit stays ``inf``."""
        return {
            rule.name: list(value) if isinstance(value := getattr(self, rule.name), tuple) else value
            for rule in fields(self)
        }


def read_call_rules(path: Path | None) -> CallRules:
    """Read the rules of a call from the table ``[call]`` of a file of rules.

    Parameters
    ----------
    path : Path or None
        The file that a plan takes its rules from; without it, or without that table, all are the defaults.

    Raises
    ------
    SitingError
        If the file is missing, is no TOML, or names an unknown rule or a value of the wrong type or range.
    """
    named = {} if path is None else read_named(path).get(CALL, {})
    source = "rules" if path is None else path.name
    if not isinstance(named, dict):
        said = phrase("call.table_form")
        raise SitingError.of([Failure(source, 0, "wrong_rule_type", CALL, said)])
    failures: list[Failure] = []
    values = typed_values(named, get_type_hints(CallRules), source, failures)
    if failures:
        raise SitingError.of(failures)
    try:
        return CallRules(**values)
    except SitingError as error:
        raise SitingError.of([replace(failure, file=source) for failure in error.failures]) from error


def call_rules_toml(rules: CallRules, lang: Lang = "en") -> str:
    """Write the rules of a call as the table ``[call]`` to edit: meaning and unit above each value."""
    import tomli_w  # noqa: PLC0415 - only this needs it

    plain = rules.as_dict()
    lines = [f"# {text('call.printed', lang)}", "", f"[{CALL}]", ""]
    for rule in fields(CallRules):
        unit = f" [{rule.metadata['unit']}]" if rule.metadata.get("unit") else ""
        lines.append(f"# {text(f'call.meaning_{rule.name}', lang)}{unit}")
        lines += [tomli_w.dumps({rule.name: plain[rule.name]}).rstrip(), ""]
    return "\n".join(lines)
