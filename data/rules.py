"""The numbers a planner may set, each with its default, unit and meaning, from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping  # noqa: TC003 - `get_type_hints` looks it up
from dataclasses import dataclass, field, fields, replace
from math import inf, isinf, isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from data.errors import Exit, Failure, SitingError
from data.fold import fold
from data.rule_values import typed_values

if TYPE_CHECKING:
    from pathlib import Path

Within = Literal["county", "province", "district", "none"]
Share = Literal["cases", "travel"]
KeepTogether = Literal["point", "place", "none"]
Counted = Literal["cases", "households"]

OVERRIDES = "province"


def _about(unit: str, meaning: str, low: float = -inf, high: float = inf) -> dict[str, str | float]:
    return {"unit": unit, "meaning": meaning, "low": low, "high": high}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Every number a planner may set.

    ``siting rules`` prints each with its unit and meaning. Values are checked when the object is made;
    ``inf`` means no limit.

    Raises
    ------
    SitingError
        If a value is out of its range, or two rules cannot hold together (``impossible_rules``).
    """

    min_cases: int = field(
        default=150, metadata=_about("cases a center", "a center serves at least so many", 0)
    )
    max_cases: int = field(
        default=450, metadata=_about("cases a center", "a center serves at most so many", 1)
    )
    caseworker_cases: int = field(
        default=150, metadata=_about("cases a caseworker", "one caseworker for each so many", 1)
    )
    count: Counted = field(
        default="cases",
        metadata=_about("", "what fills a center: 'cases' (files) or 'households' (each counts as one)"),
    )
    status: tuple[str, ...] = field(
        default=(),
        metadata=_about("", "which households are served now, by their status; [] serves every status"),
    )
    within: Within = field(
        default="county",
        metadata=_about("", "what a catchment may not leave: 'county', 'province', 'district' or 'none'"),
    )
    area_apart: bool = field(
        default=False, metadata=_about("", "whether urban and rural households have centers of their own")
    )
    centers: int | str = field(
        default="fewest",
        metadata=_about(
            "centers",
            "'fewest', a number over the whole plan, or 'price' (as many as pay at center_km each)",
            1,
        ),
    )
    share: Share = field(
        default="cases",
        metadata=_about("", "how a number of centers is shared out over units: 'cases' or 'travel'"),
    )
    center_km: float = field(
        default=0.0, metadata=_about("km a center", "price of one center, when centers = 'price'", 0)
    )
    cross_district_km: float = field(
        default=0.0, metadata=_about("km a case", "price of serving a case outside its district", 0)
    )
    preference_km: float = field(
        default=0.05,
        metadata=_about("km a case", "price of each step down the applicant's own order of sites", 0),
    )
    merit_km: float = field(
        default=0.0,
        metadata=_about("km a case and score point", "worth of one point of the applicant's score", 0),
    )
    move_km: float = field(
        default=1.0, metadata=_about("km a case", "price of moving a case to another center", 0)
    )
    keep_together: KeepTogether = field(
        default="point",
        metadata=_about(
            "", "who stays together: 'point' (one point, one center), 'place' (also a rural place), 'none'"
        ),
    )
    max_km: float = field(
        default=inf, metadata=_about("km", "no household is sent further; inf for no limit", 0)
    )
    vacancy_km: float = field(
        default=100.0, metadata=_about("km a case", "rather than send a family further, leave a vacancy", 0)
    )
    detour_urban: float = field(
        default=1.0, metadata=_about("", "road km for one straight km, urban households", 1, 5)
    )
    detour_rural: float = field(
        default=1.0, metadata=_about("", "road km for one straight km, rural households", 1, 5)
    )
    sites_per_applicant: int = field(
        default=5, metadata=_about("sites", "an applicant proposes at most so many", 1)
    )
    boundary_snap_km: float = field(
        default=1.0,
        metadata=_about("km", "a point outside all polygons takes the nearest unit within this", 0),
    )
    privacy_k: int = field(
        default=11, metadata=_about("households", "no public figure of fewer households than this", 1)
    )
    grid_urban_m: float = field(
        default=100.0, metadata=_about("m", "cell of the neighbourhood grid in towns", 10)
    )
    grid_rural_m: float = field(
        default=500.0, metadata=_about("m", "cell of the neighbourhood grid elsewhere", 10)
    )
    overrides: Mapping[str, Mapping[str, object]] = field(
        default_factory=lambda: MappingProxyType({}), metadata={"meaning": "rules of single provinces"}
    )

    def __post_init__(self) -> None:
        failures = [*_out_of_range(self), *_conflicts(self)]
        if failures:
            raise SitingError.of(failures)

    def __reduce__(self) -> tuple[object, ...]:
        return _from_mapping, (self.as_dict(), "rules")

    def for_province(self, province: str) -> Rules:
        """Return the rules of one province, its overrides applied."""
        own = {fold(name): values for name, values in self.overrides.items()}.get(fold(province), {})
        changed: dict[str, Any] = dict(own)
        return replace(self, overrides=MappingProxyType({}), **changed)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for TOML or JSON; an absent limit stays ``inf``."""
        plain: dict[str, Any] = {
            rule.name: list(value) if isinstance(value := getattr(self, rule.name), tuple) else value
            for rule in fields(self)
            if rule.name != "overrides"
        }
        if self.overrides:
            plain[OVERRIDES] = {
                name: {
                    key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
                }
                for name, values in self.overrides.items()
            }
        return plain


def read_rules(path: Path) -> Rules:
    """Read rules from a TOML file; what it does not name keeps its default.

    Raises
    ------
    SitingError
        If the file is missing, is no TOML, or names an unknown rule or a value of the wrong type or range.
    """
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SitingError.of([Failure(path.name, 0, "missing_file", "", "there is no such file")]) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = "a folder, not a file" if path.is_dir() else f"no readable TOML: {error}"
        raise SitingError.of([Failure(path.name, 0, "unreadable_rules", "", message)]) from error
    return _from_mapping(named, path.name)


def rules_toml(rules: Rules | None = None) -> str:
    """Write rules as TOML to edit: meaning and unit above each value."""
    import tomli_w  # noqa: PLC0415 - only this needs it

    rules = rules or Rules()
    plain = rules.as_dict()
    overrides = plain.pop(OVERRIDES, {})
    lines = ["# Rules of a plan. `inf` means no limit. What is left out keeps its default.", ""]
    for rule in fields(Rules):
        if rule.name in plain:
            unit = rule.metadata["unit"]
            lines.append(f"# {rule.metadata['meaning']}" + (f" [{unit}]" if unit else ""))
            lines += [tomli_w.dumps({rule.name: plain[rule.name]}).rstrip(), ""]
    if overrides:
        lines.append(tomli_w.dumps({OVERRIDES: overrides}).rstrip())
    else:
        lines += ["# Rules of a single province:", '# [province."تهران"]', "# max_cases = 400"]
    return "\n".join(lines) + "\n"


def _from_mapping(named: Mapping[str, Any], source: str) -> Rules:
    values = dict(named)
    overrides = values.pop(OVERRIDES, {})
    failures: list[Failure] = []
    hints = {name: hint for name, hint in get_type_hints(Rules).items() if name != "overrides"}
    typed = typed_values(values, hints, source, failures)
    by_province: dict[str, Mapping[str, object]] = {}
    if isinstance(overrides, dict) and all(isinstance(table, dict) for table in overrides.values()):
        for name, table in overrides.items():
            by_province[name] = MappingProxyType(
                typed_values(table, hints, source, failures, by_province=True)
            )
    else:
        failures.append(
            Failure(source, 0, "wrong_rule_type", OVERRIDES, 'write overrides as [province."name"]')
        )
    if failures:
        raise SitingError.of(failures)
    try:
        rules = Rules(**typed, overrides=MappingProxyType(by_province))
        for name in by_province:
            rules.for_province(name)
    except SitingError as error:
        raise SitingError.of([replace(failure, file=source) for failure in error.failures]) from error
    return rules


def _out_of_range(rules: Rules) -> list[Failure]:
    failures = []
    for rule in fields(rules):
        value = getattr(rules, rule.name)
        low, high = rule.metadata.get("low", -inf), rule.metadata.get("high", inf)
        if isinstance(value, int | float) and not isinstance(value, bool):
            unlimited = isinf(value) and rule.name != "max_km"
            if isnan(value) or unlimited or not low <= value <= high:
                wanted = f"at least {low:g}" if isinf(high) else f"between {low:g} and {high:g}"
                message = f"is {value}; it must be a finite number, {wanted}"
                failures.append(Failure("rules", 0, "rule_out_of_range", rule.name, message))
    return failures


def _conflicts(rules: Rules) -> list[Failure]:
    if rules.min_cases > rules.max_cases:
        message = f"min_cases {rules.min_cases} is more than max_cases {rules.max_cases}"
        return [Failure("rules", 0, "impossible_rules", "min_cases", message)]
    return []


def usage_error(message: str, code: str = "usage") -> SitingError:
    """Return the error of a command line that cannot be meant."""
    return SitingError(message, code=code, exit_code=Exit.USAGE)
