"""The numbers of working life that a planner may set, each with its default, unit and range, from TOML."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, get_type_hints

from data.errors import SitingError
from data.rule_values import about as _about
from data.rule_values import out_of_range, read_named, typed_values
from data.text import text

if TYPE_CHECKING:
    from pathlib import Path

    from data.errors import Failure
    from data.text import Lang


@dataclass(frozen=True, kw_only=True)
class WorkRules:
    """How caseworkers work.

    ``siting rules --work`` prints each with its unit and meaning, which are ``work.meaning_<name>`` in the
    catalogue. Values are checked when the object is made.

    Raises
    ------
    SitingError
        If a value is out of its range.
    """

    visit_months: int = field(default=6, metadata=_about("months", 1, 24))
    visits_a_day: int = field(default=6, metadata=_about("visits", 1, 100))
    hours_a_day: float = field(default=6.0, metadata=_about("hours", 1, 16))
    day_starts: float = field(default=8.0, metadata=_about("hours", 0, 23))
    visit_minutes: float = field(default=30.0, metadata=_about("minutes", 1, 480))
    care_home_minutes: float = field(default=120.0, metadata=_about("minutes", 1, 480))
    care_home_households: int = field(default=30, metadata=_about("households", 0))
    speed_urban_kmh: float = field(default=20.0, metadata=_about("km an hour", 1, 120))
    speed_rural_kmh: float = field(default=40.0, metadata=_about("km an hour", 1, 120))
    most_visits_a_day: int = field(default=20, metadata=_about("visits", 1))
    thursday: bool = False

    def __post_init__(self) -> None:
        if failures := out_of_range(self):
            raise SitingError.of(failures)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for TOML or JSON."""
        return asdict(self)


def read_work_rules(path: Path) -> WorkRules:
    """Read rules of working life from a TOML file; what it does not name keeps its default.

    Raises
    ------
    SitingError
        If the file is missing, is no TOML, or names an unknown rule or a value of the wrong type or range.
    """
    failures: list[Failure] = []
    values = typed_values(read_named(path), get_type_hints(WorkRules), path.name, failures)
    if failures:
        raise SitingError.of(failures)
    try:
        return WorkRules(**values)
    except SitingError as error:
        raise SitingError.of([replace(failure, file=path.name) for failure in error.failures]) from error


def work_rules_toml(rules: WorkRules | None = None, lang: Lang = "en") -> str:
    """Write rules as TOML to edit: meaning and unit above each value, in ``lang``."""
    import tomli_w  # noqa: PLC0415 - only this needs it

    plain = (rules or WorkRules()).as_dict()
    lines = [f"# {text('work.printed', lang)}", ""]
    for rule in fields(WorkRules):
        unit = rule.metadata.get("unit", "").replace(" ", "_")
        said = f" [{text(f'work.unit_{unit}', lang)}]" if unit else ""
        lines.append(f"# {text(f'work.meaning_{rule.name}', lang)}{said}")
        lines += [tomli_w.dumps({rule.name: plain[rule.name]}).rstrip(), ""]
    return "\n".join(lines)
