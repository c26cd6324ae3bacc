"""What came of the questions: every plan with its figures, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.build.check import NOT_IN_PHASE
from data.errors import said
from data.fairness import worst_tenth_of
from data.geodesy import KM_DECIMALS
from data.shown import Card, Shown
from data.summary import plain_rules, rounded_gap
from data.text import phrase
from siting.what_if.judging import NOT_POSSIBLE

if TYPE_CHECKING:
    from data.compare.comparison import Comparison
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang, Phrase
    from siting.what_if.judging import Judged
    from siting.what_if.variants import Variant


@dataclass(frozen=True)
class Outcome:
    """A plan, and how it stands beside the one in force.

    Attributes
    ----------
    label : Phrase or str
        What it is called.
    problem, plan : Problem, Plan
        The plan, verified, and what it was made of.
    compared : Comparison
        What changes from the plan in force to this one.
    variant : Variant or None
        The question; None of the plan in force, and of the one that the others are held against.
    judged : Judged or None
        What it costs; None likewise.
    changed : tuple of (str, object, object)
        Every rule that is another than in force, with both values.
    notes : tuple of Phrase
        What is to be said beside the price.
    """

    label: Phrase | str
    problem: Problem
    plan: Plan
    compared: Comparison
    variant: Variant | None = None
    judged: Judged | None = None
    changed: tuple[tuple[str, object, object], ...] = ()
    notes: tuple[Phrase, ...] = ()

    def figures(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the figures of the plan, ready for JSON, in the order of the table."""
        plan, now, cost = self.plan, self.compared.b, self.judged
        left = plan.unassigned[plan.unassigned["reason"] != NOT_IN_PHASE]
        chosen = plan.centers[plan.centers["preference"].notna()]
        bound = None if plan.bound is None else round(float(plan.bound.value_km), KM_DECIMALS) + 0.0
        return {
            "variant": said(self.label, lang),
            "centers": len(plan.centers),
            "vacancies": len(plan.vacancies),
            "unserved": len(left),
            "objective_km": round(plan.objective_km, KM_DECIMALS) + 0.0,
            "bound_km": bound,
            "bound_gap": rounded_gap(bound, plan.objective_km),
            "travel_km": round(float(plan.terms["travel_km"]), KM_DECIMALS) + 0.0,
            **{f"km_{name}": now.km[name] for name in ("mean", "median", "p90", "max")},
            "km_worst_tenth": worst_tenth_of(plan),
            **{f"load_{name}": now.load[name] for name in ("min", "median", "max")},
            "would_move": self.compared.households["transfer"],
            "nearer": self.compared.nearer.households,
            "further": self.compared.further.households,
            "of_applicants": len(chosen),
            "first_choice": int((chosen["preference"] == 1).sum()),
            "verdict": "" if cost is None else cost.kind,
            "in_force_km": None if cost is None else _km(cost.in_force_km),
            "difference_km": None if cost is None else _km(cost.km),
            "difference_low_km": None if cost is None else _km(cost.low_km),
            "difference_high_km": None if cost is None else _km(cost.high_km),
        }


@dataclass(frozen=True)
class NotPossible:
    """A question that no plan answers.

    Attributes
    ----------
    label : Phrase or str
        What it is called.
    variant : Variant
        The question.
    why : tuple of (Phrase or str)
        Why there is no such plan.
    changed : tuple of (str, object, object)
        Every rule that is another than in force, with both values.
    """

    label: Phrase | str
    variant: Variant
    why: tuple[Phrase | str, ...]
    changed: tuple[tuple[str, object, object], ...] = ()

    def figures(self, lang: Lang = "en") -> dict[str, Any]:
        """Return its name and verdict; there are no other figures."""
        return {"variant": said(self.label, lang), "verdict": NOT_POSSIBLE}


@dataclass(frozen=True, repr=False)
class Tried(Shown):
    """All the questions together, and the plan in force.

    Attributes
    ----------
    in_force : Outcome
        The plan as it stands.
    reference : Outcome
        What the others are held against: the plan in force or, of a network that was rebalanced since it was
        founded, the same network planned anew by the rules in force.
    outcomes : tuple of (Outcome or NotPossible)
        In the order they were asked; one that leaves people without a center for want of centers is followed
        by the same question with enough of them.
    seed : int
        As used.
    """

    in_force: Outcome
    reference: Outcome
    outcomes: tuple[Outcome | NotPossible, ...]
    seed: int

    @property
    def rows(self) -> tuple[Outcome | NotPossible, ...]:
        """Every plan: that in force, the one planned anew where there is one, then the variants."""
        anew = () if self.reference is self.in_force else (self.reference,)
        return (self.in_force, *anew, *self.outcomes)

    def figures(self, lang: Lang = "en") -> list[dict[str, Any]]:
        """Return the figures of every row, each of the same names; None where there is none."""
        blank = dict.fromkeys(self.in_force.figures(lang))
        return [blank | one.figures(lang) for one in self.rows]

    def table(self, lang: Lang = "en") -> pd.DataFrame:
        """Return a row for each plan with all its figures; km, cases and households as the names say.

        ``difference_km`` is the variant less the plan in force, which costs ``in_force_km`` by the variant's
        prices: below 0 the variant costs less.
        """
        first, table = self.in_force.figures(lang), pd.DataFrame(self.figures(lang))
        counts = [name for name, value in first.items() if isinstance(value, int)]
        return table.astype({name: "Int64" for name in counts if table[name].isna().any()})

    def said(self, lang: Lang = "en") -> list[tuple[str, tuple[str, ...]]]:
        """Return the name of every question with the sentences of its answer."""
        from siting.what_if.said import sentences  # noqa: PLC0415 - it speaks of what is here

        return [(said(one.label, lang), sentences(self, one, lang)) for one in self.outcomes]

    def _card(self) -> Card:
        rows = tuple((_named(one), _in_short(one)) for one in self.rows)
        return Card(phrase("shown.tried"), rows, bool(self.in_force.problem.synthetic))

    def centers(self) -> pd.DataFrame:
        """Return the centers of every plan: ``variant`` and what is known of each; no household."""
        columns = ["center_id", "applicant_id", "site_id", "preference", "province", "county", "cases"]
        plans = [one for one in self.rows if isinstance(one, Outcome)]
        parts = [one.plan.centers[columns].assign(variant=str(one.label)) for one in plans]
        table: pd.DataFrame = pd.concat(parts, ignore_index=True)[["variant", *columns]]
        return table

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "schema": 1,
            "seed": self.seed,
            "synthetic": bool(self.in_force.problem.synthetic),
            "distance": self.in_force.compared.a.distance,
            "reference": str(self.reference.label),
            "variants": [
                figures | _question(one) for figures, one in zip(self.figures(), self.rows, strict=True)
            ],
        }


def _question(one: Outcome | NotPossible) -> dict[str, Any]:
    """Return what was asked, ready for JSON, and why it is not possible."""
    rules = one.problem.rules if isinstance(one, Outcome) else one.variant.rules
    return {
        "changed": {name: [_plain(was), _plain(now)] for name, was, now in one.changed},
        "require": list(one.variant.require) if one.variant else [],
        "forbid": list(one.variant.forbid) if one.variant else [],
        "rules": plain_rules(rules),
        "why": [] if isinstance(one, Outcome) else [str(why) for why in one.why],
    }


def _named(one: Outcome | NotPossible) -> Phrase:
    return phrase("shown.named", name=one.label)


def _in_short(one: Outcome | NotPossible) -> Phrase:
    """Return a plan in a line: its centers, its objective, its mean way."""
    if isinstance(one, NotPossible):
        return phrase("try.not_possible")
    mean = one.compared.b.km["mean"]
    values = {"centers": len(one.plan.centers), "km": one.plan.objective_km}
    return phrase("shown.in_short", **values, mean=mean if mean is not None else phrase("shown.none"))


def _km(value: float | None) -> float | None:
    return None if value is None else round(value, KM_DECIMALS) + 0.0


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return None if value == float("inf") else value
