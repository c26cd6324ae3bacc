"""The numbers a planner may set, each with its default, unit and meaning, from TOML."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - `get_type_hints` looks it up
from dataclasses import dataclass, field, fields, replace
from math import inf, isinf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from data.errors import Exit, Failure, SitingError
from data.given import given_path
from data.rule_values import about as _about
from data.rule_values import numbers_out_of_range, read_named, typed_values
from data.shown import Shown
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from data.shown import Card
    from data.text import Lang, Phrase

Within = Literal["county", "province", "district", "none"]
Share = Literal["cases", "travel"]
KeepTogether = Literal["point", "place", "none"]
Counted = Literal["cases", "households"]
Fairness = Literal["beyond", "worst_tenth"]

OVERRIDES = "province"
CALL = "call"
"""Table of a file of rules that holds those of a call for applications (`data.call.rules`)."""
UNLIMITED = ("max_km", "max_km_urban", "max_km_rural", "far_km_urban", "far_km_rural")
LATER = ("max_km_urban", "max_km_rural", "fairness", "far_weight", "far_km_urban", "far_km_rural")
"""Rules that older casebooks do not have: they are told where they are not at their default.

The hashes of a casebook that was made before them stay what they were.
"""


@dataclass(frozen=True, kw_only=True)
class Rules(Shown):
    """Every number a planner may set.

    ``siting rules`` prints each with its unit and meaning, which are ``rules.meaning_<name>`` in the
    catalogue. Values are checked when the object is made; ``inf`` means no limit.

    Raises
    ------
    SitingError
        If a value is out of its range, or two rules cannot hold together (``impossible_rules``).
    """

    min_cases: int = field(default=150, metadata=_about("cases a center", 0))
    max_cases: int = field(default=450, metadata=_about("cases a center", 1))
    caseworker_cases: int = field(default=150, metadata=_about("cases a caseworker", 1))
    count: Counted = "cases"
    status: tuple[str, ...] = ()
    within: Within = "county"
    area_apart: bool = False
    centers: int | str = field(default="fewest", metadata=_about("centers", 0))
    share: Share = "cases"
    center_km: float = field(default=0.0, metadata=_about("km a center", 0))
    cross_district_km: float = field(default=0.0, metadata=_about("km a case", 0))
    preference_km: float = field(default=0.05, metadata=_about("km a case", 0))
    merit_km: float = field(default=0.0, metadata=_about("km a case and score point", 0))
    move_km: float = field(default=1.0, metadata=_about("km a case", 0))
    keep_together: KeepTogether = "point"
    max_km: float = field(default=inf, metadata=_about("km", 0))
    max_km_urban: float = field(default=inf, metadata=_about("km", 0))
    max_km_rural: float = field(default=inf, metadata=_about("km", 0))
    fairness: Fairness = "beyond"
    far_weight: float = field(default=0.0, metadata=_about("km a case and km", 0, 100))
    far_km_urban: float = field(default=inf, metadata=_about("km", 0))
    far_km_rural: float = field(default=inf, metadata=_about("km", 0))
    vacancy_km: float = field(default=100.0, metadata=_about("km a case", 0))
    detour_urban: float = field(default=1.0, metadata=_about(low=1, high=5))
    detour_rural: float = field(default=1.0, metadata=_about(low=1, high=5))
    sites_per_applicant: int = field(default=5, metadata=_about("sites", 1))
    boundary_snap_km: float = field(default=1.0, metadata=_about("km", 0))
    privacy_k: int = field(default=11, metadata=_about("households", 1))
    grid_urban_m: float = field(default=100.0, metadata=_about("m", 10))
    grid_rural_m: float = field(default=500.0, metadata=_about("m", 10))
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        failures = _faults({rule.name: getattr(self, rule.name) for rule in fields(self)})
        if failures:
            raise SitingError.of(failures)

    def __reduce__(self) -> tuple[object, ...]:
        return rules_from, (self.as_dict(), "rules")

    @property
    def waiting_km(self) -> float:
        """What a case counts whose family waits for a center, km: a way of ``vacancy_km``, all of it far.

        So nobody waits because a shorter way counts more.
        """
        return self.vacancy_km * (1 + self.far_weight)

    def for_province(self, province: str) -> Rules:
        """Return the rules of one province, its overrides applied."""
        changed: dict[str, Any] = {}
        if self.overrides:
            from data.gazetteer.areas import area_id  # noqa: PLC0415 - few rules name a province

            wanted = area_id("province", province)
            changed = {
                rule: value
                for name, values in self.overrides.items()
                if area_id("province", name) == wanted
                for rule, value in values.items()
            }
        return replace(self, overrides=MappingProxyType({}), **changed)

    def _card(self) -> Card:
        from data.display import rules_card  # noqa: PLC0415 - only a notebook asks

        return rules_card(self)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for TOML or JSON: ``inf`` for no limit, and `LATER` only where they are set."""
        plain = {
            name: value
            for name, value in _every_value(self).items()
            if name not in LATER or value != _DEFAULTS[name]
        }
        if self.overrides:
            plain[OVERRIDES] = {
                name: {
                    key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
                }
                for name, values in self.overrides.items()
            }
        return plain


def _every_value(rules: Rules) -> dict[str, Any]:
    return {
        rule.name: list(value) if isinstance(value := getattr(rules, rule.name), tuple) else value
        for rule in fields(rules)
        if rule.name != "overrides"
    }


_DEFAULTS = MappingProxyType({rule.name: rule.default for rule in fields(Rules)})


def read_rules(path: Path | str, *, base: Rules | None = None) -> Rules:
    """Read rules from a TOML file; what it does not name keeps its default.

    Parameters
    ----------
    path : Path or str
        The file.
    base : Rules, optional
        Of which what the file does not name is kept, in place of the defaults.

    Returns
    -------
    Rules
        Checked.

    Raises
    ------
    SitingError
        If the file is missing, is no TOML, or names an unknown rule or a value of the wrong type or range.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import read_rules
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "rules.toml")
    ...     _ = file.write_text("max_cases = 400")
    ...     rules = read_rules(file)
    >>> rules.max_cases, rules.min_cases
    (400, 150)
    """
    path = given_path(path, "path")
    named = {name: value for name, value in read_named(path).items() if name != CALL}
    rules = rules_from(named if base is None else {**base.as_dict(), **named}, path.name)
    if rules.centers == 0:
        # A province of a nation may be given none of a number; nobody asks for a plan of none.
        said = phrase("rules.below_low", value="0", low=1)
        raise SitingError.of([Failure(path.name, 0, "rule_out_of_range", "centers", said)])
    return rules


def rules_toml(rules: Rules | None = None, lang: Lang = "en") -> str:
    """Write rules as TOML to edit: meaning and unit above each value, in ``lang``."""
    import tomli_w  # noqa: PLC0415 - only this needs it

    rules = rules or Rules()
    plain, overrides = _every_value(rules), rules.as_dict().get(OVERRIDES, {})
    lines = [f"# {text('rules.printed', lang)}", ""]
    for rule in fields(Rules):
        if rule.name in plain:
            unit = rule.metadata.get("unit", "").replace(" ", "_")
            said = f" [{text(f'rules.unit_{unit}', lang)}]" if unit else ""
            lines.append(f"# {text(f'rules.meaning_{rule.name}', lang)}{said}")
            lines += [tomli_w.dumps({rule.name: plain[rule.name]}).rstrip(), ""]
    if overrides:
        lines.append(tomli_w.dumps({OVERRIDES: overrides}).rstrip())
    else:
        lines += [f"# {text('rules.printed_province', lang)}", '# [province."تهران"]', "# max_cases = 400"]
    return "\n".join(lines) + "\n"


def rules_from(named: Mapping[str, Any], source: str) -> Rules:
    """Return the rules of a mapping as a TOML file gives it; what it does not name keeps its default.

    Parameters
    ----------
    named : mapping
        Values by the name of their rule; under `OVERRIDES` a mapping of such mappings by province.
    source : str
        What the mapping is called in messages.

    Raises
    ------
    SitingError
        With everything that is wrong in it: ``unknown_rule``, ``rule_not_by_province``, ``wrong_rule_type``,
        ``rule_out_of_range``, ``impossible_rules``.
    """
    values = dict(named)
    overrides = values.pop(OVERRIDES, {})
    failures: list[Failure] = []
    typed, mistyped = _typed(values, source, failures)
    failures += _faults({**_DEFAULTS, **typed}, source, mistyped)
    by_province: dict[str, Mapping[str, object]] = {}
    if isinstance(overrides, dict) and all(isinstance(table, dict) for table in overrides.values()):
        known = {(one.code, one.id) for one in failures}
        for name, table in overrides.items():
            found: list[Failure] = []
            own, wrong = _typed(table, source, found, by_province=True)
            faults = _faults({**_DEFAULTS, **typed, **own}, source, mistyped | wrong)
            # What is wrong without the province's own rules is said once, of the rules of all.
            found += [one for one in faults if one.id in own or (one.code, one.id) not in known]
            failures += [replace(one, id=f'{OVERRIDES}."{name}".{one.id}') for one in found]
            by_province[name] = MappingProxyType(own)
    else:
        failures.append(Failure(source, 0, "wrong_rule_type", OVERRIDES, phrase("rules.overrides_form")))
    if failures:
        raise SitingError.of(failures)
    return Rules(**typed, overrides=MappingProxyType(by_province))


def _typed(
    values: Mapping[str, Any], source: str, failures: list[Failure], *, by_province: bool = False
) -> tuple[dict[str, Any], set[str]]:
    """Return the values that are of their rule's type, and the names of the others, each a failure more."""
    hints = {name: hint for name, hint in get_type_hints(Rules).items() if name != "overrides"}
    typed = typed_values(values, hints, source, failures, by_province=by_province)
    return typed, set(values) - set(typed)


def _faults(
    values: Mapping[str, Any], source: str = "rules", mistyped: Collection[str] = ()
) -> list[Failure]:
    """Return what is out of its range and what cannot hold together; nothing of rules of a wrong type."""
    told = {name: value for name, value in values.items() if name not in mistyped}
    failures = numbers_out_of_range(Rules, told, unlimited=UNLIMITED)
    failures += _conflicts(values, {one.id for one in failures} | set(mistyped))
    return [replace(one, file=source) for one in failures]


def _conflicts(values: Mapping[str, Any], wrong: Collection[str]) -> list[Failure]:
    """Return rules that cannot hold together; of one that is wrong by itself that is enough."""

    def told(*names: str) -> bool:
        return not set(names) & set(wrong)

    failures = []
    if told("min_cases", "max_cases") and values["min_cases"] > values["max_cases"]:
        said = phrase("rules.impossible_rules", least=values["min_cases"], most=values["max_cases"])
        failures.append(Failure("rules", 0, "impossible_rules", "min_cases", said))
    if told("centers", "center_km") and values["centers"] == "price" and values["center_km"] <= 0:
        failures.append(Failure("rules", 0, "impossible_rules", "center_km", phrase("rules.free_centers")))
    if told("fairness", "far_weight") and values["fairness"] == "worst_tenth" and values["far_weight"] <= 0:
        failures.append(Failure("rules", 0, "impossible_rules", "far_weight", phrase("rules.no_weight")))
    if (
        told("fairness", "far_weight", "far_km_urban", "far_km_rural")
        and values["fairness"] == "beyond"
        and values["far_weight"] > 0
        and isinf(min(values["far_km_urban"], values["far_km_rural"]))
    ):
        failures.append(Failure("rules", 0, "impossible_rules", "far_weight", phrase("rules.no_far")))
    return failures


def usage_error(words: Phrase, code: str = "usage") -> SitingError:
    """Return the error of a command line that cannot be meant."""
    return SitingError(words, code=code, exit_code=Exit.USAGE)
