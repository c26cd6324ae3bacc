"""What a plan costs, what no plan can save, what was verified, by which rules, and from what it was made."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from data.plan import TERMS
from data.rules import Rules
from data.text import number, text
from maps.report.groups import STATUSES
from maps.report.tables import Table, columns, known, named, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang
    from maps.report.network import Network
    from maps.report.tables import Cell

CHOICES = (
    "county", "province", "district", "none", "cases", "travel", "fewest", "price", "point", "place",
    "households", "beyond", "worst_tenth",
)  # fmt: skip
INPUTS = ("households", "applicants", "centers", "boundaries", "travel", "rules", "moves", "columns")


def term_table(network: Network, lang: Lang) -> Table:
    """Return the objective by its terms, with the bound below it."""
    summary = network.summary
    objective = float(summary["objective_km"])
    rows = tuple(
        (
            text(f"report.term_{term}", lang),
            float(summary["terms"][term]),
            100 * float(summary["terms"][term]) / objective if objective else None,
        )
        for term in TERMS
        if term in summary["terms"]
    )
    total = (text("report.objective", lang), objective, 100.0 if objective else None)
    return Table(
        "terms", columns(lang, {"term": "words", "term_km": "sum_km", "share": "percent"}), rows, total
    )


def bound_words(network: Network, lang: Lang) -> str:
    """Return in a sentence how much at most another plan under the same rules could save."""
    gap, bound_km = network.summary["bound_gap"], network.summary["bound_km"]
    if gap is None or bound_km is None or not 0 <= gap <= 1:
        return text("report.no_bound" if _is_first(network) else "report.no_bound_any_more", lang)
    words = text("cli.bound", lang, gap=number(100 * gap, lang, digits=2))
    return f"{words} {text('report.bound_km', lang, bound=written(bound_km, 'sum_km', lang))}"


def checks(network: Network) -> tuple[str, ...]:
    """Return what the verifier had to check: nothing of a bound where there is none."""
    proven = network.summary["bound_km"] is not None
    return tuple(one for one in network.checks if proven or one != "bound")


def check_table(network: Network, lang: Lang) -> Table:
    """Return what the verifier counted anew before the version was recorded."""
    rows = tuple(
        (number(place, lang), text(f"report.check_{name}", lang))
        for place, name in enumerate(checks(network), start=1)
    )
    return Table("checks", columns(lang, {"number": "code", "check": "words"}), rows)


def rule_table(network: Network, lang: Lang) -> Table:
    """Return every rule in words with its value, then what single provinces have of their own."""
    rules = network.summary["rules"]
    rows: list[tuple[Cell, ...]] = [_rule(name, rules[name], lang) for name in _RULES if name in rules]
    own: Mapping[str, Mapping[str, Any]] = rules.get("province") or {}
    for province, values in own.items():
        place = named(province, "", lang)
        for name, value in values.items():
            meaning, *rest = _rule(name, value, lang)
            rows.append((f"{place}: {meaning}", *rest))
    return Table(
        "rules",
        columns(lang, {"rule": "words", "value": "words", "unit": "words", "code": "code"}),
        tuple(rows),
    )


def origin_table(network: Network, lang: Lang) -> Table:
    """Return the hashes, the seed and the versions of what made the plan."""
    summary = network.summary
    rows: list[tuple[Cell, ...]] = [(text("report.head", lang), network.origin.head)]
    if summary.get("seal"):
        rows.append((text("call.seal", lang), str(summary["seal"])))
    for role, digest in summary["inputs"].items():
        words = known(f"report.input_{role}", role, INPUTS, lang)
        rows.append((text("report.input", lang, role=words), digest))
    if summary["seed"] is not None:
        rows.append((text("report.seed", lang), str(summary["seed"])))
    rows += [(name, str(version)) for name, version in summary["versions"].items()]
    return Table("origin", columns(lang, {"what": "words", "is_": "code"}), tuple(rows))


def head_table(network: Network, lang: Lang) -> Table:
    """Return of each province of a nation the version, the release that it stands in, and the head."""
    rows = tuple(
        (
            named(str(one["province"]), "", lang),
            int(one["casebook_version"]),
            int(one["since"]),
            str(one["head"]),
        )
        for one in network.parts
    )
    heads = columns(lang, {"province": "text", "version": "count", "since": "count", "head": "code"})
    return Table("heads", heads, rows)


def _is_first(network: Network) -> bool:
    versions = [int(one["casebook_version"]) for one in network.parts or (network.summary,)]
    return max(versions) == 1


_RULES = tuple(rule.name for rule in fields(Rules) if rule.name != "overrides")
_UNITS = {rule.name: str(rule.metadata.get("unit", "")) for rule in fields(Rules)}


def _rule(name: str, value: Any, lang: Lang) -> tuple[str, str, str, str]:  # noqa: ANN401 - any rule's value
    unit = _UNITS.get(name, "").replace(" ", "_")
    written_unit = text(f"rules.unit_{unit}", lang) if unit and not isinstance(value, str) else ""
    return text(f"rules.meaning_{name}", lang), _value(value, lang), written_unit, name


def _value(value: Any, lang: Lang) -> str:  # noqa: ANN401 - likewise
    if value is None:
        return text("report.no_limit", lang)
    if isinstance(value, bool):
        return text("report.yes" if value else "report.no", lang)
    if isinstance(value, str):
        return known(f"report.choice_{value}", value, CHOICES, lang)
    if isinstance(value, list | tuple):
        names = [known(f"report.status_{one!s}", str(one), STATUSES, lang) for one in value]
        return text("report.comma", lang).join(names) or text("report.all_statuses", lang)
    return number(value, lang, digits=0 if float(value).is_integer() else 2)
