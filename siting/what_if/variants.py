"""What may be asked: other rules, a site that must or may not open, one more center."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.build.same import is_same_task
from data.build.variant import standing_sites, with_rules, with_use
from data.errors import SitingError
from data.gazetteer.areas import area_id
from data.rules import Rules, read_rules, rules_from
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Within
    from data.text import Phrase

BORDERS, PREFERENCE, ONE_MORE = "borders", "preference", "one-more"
READY = (BORDERS, PREFERENCE, ONE_MORE)
"""Questions that need no file: no county borders, no regard to preference, one center more."""
SHOWN_PROVINCES = 3


@dataclass(frozen=True)
class Variant:
    """One question.

    Attributes
    ----------
    label : Phrase or str
        What it is called.
    rules : Rules
        By which it is planned.
    require, forbid : tuple of str
        Sites that must, or may not, open.
    notes : tuple of Phrase
        What is to be said of the question itself, beside its answer.
    """

    label: Phrase | str
    rules: Rules
    require: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    notes: tuple[Phrase, ...] = ()

    def problem(self, problem: Problem) -> Problem:
        """Return what is to be planned.

        Raises
        ------
        SitingError
            As `data.build.variant.with_rules` and `data.build.variant.with_use`.
        """
        made = self._by_rules(problem)
        if self.require or self.forbid:
            made = with_use(made, require=self.require, forbid=self.forbid)
        return made

    @property
    def name(self) -> str:
        """The label in English."""
        return str(self.label)

    def is_in_force(self, problem: Problem, plan: Plan) -> bool:
        """Whether a plan is already as is asked: rules that ask for the same, those sites open, or not."""
        there = set(plan.centers["site_id"]) | standing_sites(problem)
        if not (there.issuperset(self.require) and there.isdisjoint(self.forbid)):
            return False
        return is_same_task(problem, self._by_rules(problem))

    def _by_rules(self, problem: Problem) -> Problem:
        return problem if self.rules == problem.rules else with_rules(problem, self.rules, told=self.name)


def changed_rules(before: Rules, after: Rules) -> tuple[tuple[str, object, object], ...]:
    """Return every rule of a province that is another than before, with both values."""
    names = [one.name for one in fields(Rules) if one.name != "overrides"]
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return tuple(one for one in pairs if one[1] != one[2])


def of_file(path: Path, problem: Problem, *, name: str = "") -> Variant:
    """Return the variant of a file of rules; what it does not name stays as it is in the problem.

    Parameters
    ----------
    path : Path
        The file.
    problem : Problem
        What is asked.
    name : str
        What tells the file from others; its own name unless told.

    Raises
    ------
    SitingError
        As `data.rules.read_rules`.
    """
    called = name or path.name
    try:
        rules = read_rules(path, base=problem.rules)
    except SitingError as error:
        raise SitingError.of([replace(one, file=called) for one in error.failures]) from error
    label = phrase("try.label_rules", file=called)
    return Variant(label, _own(rules, problem), notes=tuple(_elsewhere(rules, problem)))


def of_values(label: str, values: Mapping[str, Any], problem: Problem) -> Variant:
    """Return the variant of some rules given by name; the others stay as they are in the problem.

    Raises
    ------
    SitingError
        ``unknown_rule``, ``wrong_rule_type``, ``rule_out_of_range``, ``impossible_rules``.
    """
    plain = {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}
    rules = rules_from({**problem.rules.as_dict(), **plain}, label)
    return Variant(label, _own(rules, problem), notes=tuple(_elsewhere(rules, problem)))


def of_sites(require: Sequence[str], forbid: Sequence[str], problem: Problem) -> list[Variant]:
    """Return a variant for each site that is to open, and for each that may not."""
    opening = [
        Variant(phrase("try.label_require", site=one), problem.rules, require=(one,)) for one in require
    ]
    closing = [Variant(phrase("try.label_forbid", site=one), problem.rules, forbid=(one,)) for one in forbid]
    return [*opening, *closing]


def of_number(centers: int, problem: Problem) -> Variant:
    """Return the variant with so many centers."""
    return Variant(phrase("try.label_centers", count=centers), replace(problem.rules, centers=centers))


def of_places(max_cases: int, problem: Problem) -> Variant:
    """Return the variant in which a center serves so many cases at most.

    Raises
    ------
    SitingError
        ``impossible_rules`` where that is less than ``min_cases``.
    """
    label = phrase("try.label_max_cases", count=max_cases)
    try:
        return Variant(label, replace(problem.rules, max_cases=max_cases))
    except SitingError as error:
        raise SitingError.of([replace(one, file="--max-cases") for one in error.failures]) from error


def ready(question: str, problem: Problem, plan: Plan) -> Variant:
    """Return the variant of one of `READY`."""
    rules = problem.rules
    if question == BORDERS:
        # Whoever has no county borders is not to be given a province's.
        within: Within = "none" if rules.within == "none" else "province"
        return Variant(phrase("try.label_borders"), replace(rules, within=within))
    if question == PREFERENCE:
        return Variant(phrase("try.label_preference"), replace(rules, preference_km=0.0))
    planned = int(plan.units["planned"].sum())
    return Variant(phrase("try.label_one_more", count=planned + 1), replace(rules, centers=planned + 1))


def _own(rules: Rules, problem: Problem) -> Rules:
    """Return rules as they are in the one province of a problem."""
    provinces = _provinces(problem)
    if len(provinces) == 1:
        return rules.for_province(provinces[0])
    return replace(rules, overrides=MappingProxyType({}))


def _elsewhere(rules: Rules, problem: Problem) -> Iterator[Phrase]:
    """Yield that rules of provinces are of none that the plan is of, where that is so."""
    there = {area_id("province", one) for one in _provinces(problem)}
    if rules.overrides and there.isdisjoint(area_id("province", one) for one in rules.overrides):
        names = [*rules.overrides]
        yield phrase(
            "try.said_elsewhere",
            names="، ".join(names[:SHOWN_PROVINCES]) + (" …" if len(names) > SHOWN_PROVINCES else ""),
            own="، ".join(_provinces(problem)) or "–",
        )


def _provinces(problem: Problem) -> list[str]:
    return sorted(set(problem.households["province"]) - {""})
