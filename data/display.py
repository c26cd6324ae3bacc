"""The cards of the types that everything passes on, and their HTML: escaped, and safe in both directions."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment

from data.build.check import NOT_IN_PHASE
from data.errors import said
from data.rules import OVERRIDES, Rules
from data.shown import Card
from data.summary import weighted_km
from data.text import Phrase, number, phrase, text

if TYPE_CHECKING:
    from jinja2 import Template

    from data.compare.comparison import Comparison
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang
    from data.verify.certificate import Certificate

_CORE_RULES = ("min_cases", "max_cases", "within", "centers")
"""Shown of every rules, also where they have their defaults."""
_HASH_SHOWN = 16
_MANY = 100.0
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SHORT = 5
"""Figures of a card that are told in one line."""
_TEMPLATE = """\
<table class="siting-card" dir="ltr" style="border-collapse:collapse;font-variant-numeric:tabular-nums">
<caption style="font-weight:600">\
{% for lang, way, side in sides %}<div lang="{{ lang }}" dir="{{ way }}" style="text-align:{{ side }}">\
<bdi lang="{{ lang }}">{{ title.said(lang) }}\
{% if synthetic %} — {{ synthetic.said(lang) }}{% endif %}</bdi></div>
{% endfor %}</caption>
<tbody>
{% for words, en, fa in rows %}<tr>\
<th scope="row" style="text-align:left;padding:0 0.5em"><bdi lang="en">{{ words.said("en") }}</bdi></th>\
<td style="text-align:right;padding:0 0.5em"><bdi>{{ en }}</bdi></td>\
<td style="text-align:right;padding:0 0.5em" lang="fa"><bdi dir="rtl">{{ fa }}</bdi></td>\
<th style="text-align:right;padding:0 0.5em" lang="fa" dir="rtl"><bdi>{{ words.said("fa") }}</bdi></th></tr>
{% endfor %}</tbody></table>
{% for lang, way, side in sides if said[lang] %}\
<div class="siting-said" lang="{{ lang }}" dir="{{ way }}" style="max-width:60em;text-align:{{ side }}">
{% for one in said[lang] %}<p style="margin:0.2em 0"><bdi>{{ one }}</bdi></p>
{% endfor %}</div>
{% endfor %}"""
_SIDES: tuple[tuple[Lang, str, str], ...] = (("en", "ltr", "left"), ("fa", "rtl", "right"))
"""Languages of a card, each in lines of its own: a sentence that wraps keeps its order."""


def html_of(card: Card) -> str:
    """Return a card as a table, English from the left and Persian from the right."""
    return _template().render(
        title=card.title,
        synthetic=phrase("cli.synthetic") if card.synthetic else None,
        rows=[(words, _written(value, "en"), _written(value, "fa")) for words, value in card.rows],
        sides=_SIDES,
        said={lang: card.said.get(lang, ()) for lang, _, _ in _SIDES},
    )


def text_of(card: Card, lang: Lang = "en") -> str:
    """Return a card as lines."""
    head = [card.title.said(lang), *([text("cli.synthetic", lang)] if card.synthetic else [])]
    rows = (f"  {words.said(lang)}: {_written(value, lang)}" for words, value in card.rows)
    return "\n".join([*head, *rows])


def line_of(card: Card, lang: Lang = "en") -> str:
    """Return what a card begins with, in one line."""
    return "; ".join(f"{words.said(lang)} {_written(value, lang)}" for words, value in card.rows[:_SHORT])


def plan_card(plan: Plan, *, title: str = "shown.plan") -> Card:
    """Return what a plan says of itself: numbers of centers, kilometres weighted by cases, the proof."""
    km = weighted_km(plan.assignments["km"].to_numpy(), plan.assignments["cases"].to_numpy())
    left = int((plan.unassigned["reason"] != NOT_IN_PHASE).sum())
    gap = plan.bound_gap
    loads = plan.centers["cases"]
    rows: dict[str, object] = {
        "households": len(plan.assignments),
        "cases": int(plan.assignments["cases"].sum()),
        "centers": len(plan.centers),
        "vacancies": len(plan.vacancies),
        "unserved": left,
        "load": phrase("shown.range", least=int(loads.min()), most=int(loads.max())) if len(loads) else None,
        **{f"km_{name}": value for name, value in km.items()},
        "objective_km": plan.objective_km,
        "gap_percent": None if gap is None else 100 * gap,
    }
    return Card(phrase(title), _labelled(rows), bool(plan.provenance.get("synthetic")))


def problem_card(problem: Problem) -> Card:
    """Return what a problem says of itself: how many of everything there are."""
    served = problem.households["reason"] == ""
    rows: dict[str, object] = {
        "scenario": problem.scenario,
        "households": len(problem.households),
        "to_serve": int(served.sum()),
        "cases": int(problem.households.loc[served, "cases"].sum()),
        "units": int(problem.households.loc[served, "unit"].nunique()),
        "sites": len(problem.sites),
        "applicants": int(problem.sites["applicant_id"].nunique()),
        "standing": len(problem.centers),
        "boundaries": tuple(phrase(f"shown.level_{one}") for one in problem.boundaries) or None,
    }
    return Card(phrase("shown.problem"), _labelled(rows), bool(problem.synthetic))


def rules_card(rules: Rules) -> Card:
    """Return the rules that are not their defaults, and those that every plan is told by."""
    usual = Rules()
    names = [one.name for one in fields(Rules) if one.name != "overrides"]
    wanted = [one for one in names if one in _CORE_RULES or getattr(rules, one) != getattr(usual, one)]
    rows = [(phrase(f"rules.meaning_{one}"), _plain(getattr(rules, one))) for one in wanted]
    if rules.overrides:
        rows.append((phrase("shown.overrides"), ", ".join(rules.as_dict()[OVERRIDES])))
    return Card(phrase("shown.rules"), tuple(rows))


def comparison_card(found: Comparison) -> Card:
    """Return what changes from one plan to another, counted."""
    rows: dict[str, object] = {
        "before": found.a.label,
        "after": found.b.label,
        "in_both": found.households["in_both"],
        "transfer": found.households["transfer"],
        "nearer": found.nearer.households,
        "further": found.further.households,
        "centers_before": found.a.centers,
        "centers_after": found.b.centers,
        "mean_before": found.a.km["mean"],
        "mean_after": found.b.km["mean"],
    }
    return Card(phrase("shown.comparison"), _labelled(rows), found.synthetic)


def certificate_card(certificate: Certificate) -> Card:
    """Return what a certificate says: what was counted, and of which plan."""
    rows: dict[str, object] = {
        "checks": len(certificate.checks),
        "plan_hash": certificate.plan_hash[:_HASH_SHOWN],
        "problem_hash": certificate.problem_hash[:_HASH_SHOWN],
    }
    return Card(phrase("shown.certificate"), _labelled(rows))


def _labelled(rows: dict[str, object]) -> tuple[tuple[Phrase, object], ...]:
    return tuple((phrase(f"shown.{name}"), value) for name, value in rows.items())


def _plain(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _written(value: object, lang: Lang) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, tuple):
        return " · ".join(_written(one, lang) for one in value)
    if isinstance(value, bool):
        return said(phrase("shown.yes" if value else "shown.no"), lang)
    if isinstance(value, int):
        return number(value, lang)
    if isinstance(value, float):
        return "∞" if value == float("inf") else number(value, lang, digits=1 if abs(value) >= _MANY else 2)
    return value.said(lang) if isinstance(value, Phrase) else str(value)


def _unturned(value: object) -> object:
    """Return a text without the marks that could turn what stands beside it."""
    return value.translate(_TURNING) if type(value) is str else value


@cache
def _template() -> Template:
    return Environment(autoescape=True, finalize=_unturned).from_string(_TEMPLATE)
