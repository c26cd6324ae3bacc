"""A problem that was built, with other rules, or with sites that must or may not open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.build.building import grouped, in_order_centers, in_order_households, in_order_sites
from data.build.check import NOT_IN_PHASE, nobody_to_serve
from data.build.units import unit_of, why_unserved
from data.errors import Failure, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from data.problem import Problem
    from data.rules import Rules

OF_READING = ("boundary_snap_km", "sites_per_applicant")
"""Rules that act while files are read: a problem that is built cannot be asked what they would do."""
_OF_UNITS = ("within", "area_apart")
_LOST_WITH_UNIT = ("outside_boundaries", "no_households", "")
"""Why a site is ineligible that a change of units may change."""


def with_rules(problem: Problem, rules: Rules, *, told: str = "rules") -> Problem:
    """Return a problem as it would have been built with other rules.

    Households, sites and centers are those of the problem. A center that stands keeps its places, unless
    these are what the rules gave it.

    Parameters
    ----------
    problem : Problem
        As built.
    rules : Rules
        In place of its own; overrides of provinces are not looked at.
    told : str
        What the rules are called, for messages.

    Raises
    ------
    SitingError
        ``rule_of_reading``, ``count_not_kept``, ``missing_unit``, ``missing_unit_of_center``,
        ``pin_outside_unit``, ``cases_over_max``, ``too_many_required``, ``no_households``.
    """
    before = problem.rules
    failures = [*_not_to_be_asked(before, rules, told)]
    if failures:
        raise SitingError.of(failures)
    households = problem.households
    if rules.count == "households":
        households = households.assign(cases=1)
    table, sites, centers = households, problem.sites, problem.centers
    centers = centers.assign(
        max_cases=centers["max_cases"].mask(centers["max_cases"] == before.max_cases, rules.max_cases)
    )
    if any(getattr(before, name) != getattr(rules, name) for name in _OF_UNITS):
        table = table.assign(unit=unit_of(table, rules))
        sites = sites.assign(unit=unit_of(sites, rules))
        centers = centers.assign(unit=unit_of(centers, rules))
    table = table.assign(reason=_reasons(problem, table, rules))
    table = grouped(in_order_households(table), rules)
    served = set(table.loc[table["reason"] == "", "unit"])
    why = sites["ineligible"].where(
        ~sites["ineligible"].isin(_LOST_WITH_UNIT),
        pd.Series(
            np.select(
                [sites["unit"] == "", ~sites["unit"].isin(served)],
                ["outside_boundaries", "no_households"],
                "",
            ),
            index=sites.index,
        ),
    )
    sites = in_order_sites(sites.assign(ineligible=why.astype("str")))
    made = replace(problem, households=table, sites=sites, centers=in_order_centers(centers), rules=rules)
    failures = [*_wrong(problem, made, told)]
    if failures:
        raise SitingError.of(failures)
    return made


def with_use(problem: Problem, *, require: Collection[str] = (), forbid: Collection[str] = ()) -> Problem:
    """Return a problem in which some sites must open, and others may not.

    Parameters
    ----------
    problem : Problem
        As built.
    require, forbid : collection of str
        Sites.

    Raises
    ------
    SitingError
        With every site that cannot be meant: ``unknown_site``, ``required_site_ineligible``,
        ``two_required_sites``, ``site_stands``, ``site_of_pin``, ``too_many_required``.
    """
    sites, failures = problem.sites, [*_wrong_sites(problem, require, forbid)]
    if failures:
        raise SitingError.of(failures)
    out, into = sites["site_id"].isin(list(forbid)), sites["site_id"].isin(list(require))
    use = sites["use"].mask(out, "forbidden").mask(into, "required")
    sites = in_order_sites(sites.assign(use=use, ineligible=sites["ineligible"].mask(out, "forbidden")))
    made = replace(problem, sites=sites)
    failures = [*_too_many_required(made, "--require")]
    if failures:
        raise SitingError.of(failures)
    return made


def standing_sites(problem: Problem) -> set[str]:
    """Return the sites that a center stands on."""
    return set(problem.centers["site_id"]) - {""} if "site_id" in problem.centers else set()


def _not_to_be_asked(before: Rules, rules: Rules, told: str) -> Iterator[Failure]:
    for name in OF_READING:
        if getattr(before, name) != getattr(rules, name):
            yield Failure(told, 0, "rule_of_reading", name, phrase("try.rule_of_reading"))
    if before.count == "households" and rules.count == "cases":
        yield Failure(told, 0, "count_not_kept", "count", phrase("try.count_not_kept"))


def _reasons(problem: Problem, table: pd.DataFrame, rules: Rules) -> pd.Series[str]:
    """Return why nobody is to serve each household; whoever was let in by name stays in."""
    if rules.status != problem.rules.status:
        return pd.Series(why_unserved(table, rules), index=table.index).astype("str")
    why = pd.Series(why_unserved(table, replace(rules, status=())), index=table.index)
    return why.mask(table["reason"] == NOT_IN_PHASE, NOT_IN_PHASE).astype("str")


def _wrong(before: Problem, made: Problem, told: str) -> Iterator[Failure]:
    people, rules = made.households, made.rules
    served = people["reason"] == ""
    level = phrase(f"build.level_{rules.within}")
    lost = int((people["reason"] == "outside_boundaries").sum())
    if lost > int((before.households["reason"] == "outside_boundaries").sum()) and not made.boundaries:
        yield Failure(told, 0, "missing_unit", "", phrase("try.missing_unit", count=lost, level=level))
    if (made.centers["unit"] == "").any():
        said = phrase("build.missing_unit_of_center", level=level)
        yield Failure(told, 0, "missing_unit_of_center", "", said)
    yield from _stray_pins(made, told)
    most = max([rules.max_cases, *made.centers["max_cases"].tolist()])
    over = int((people.loc[served, "cases"] > most).sum())
    if over:
        yield Failure(told, 0, "cases_over_max", "", phrase("try.cases_over_max", count=over, most=most))
    yield from _too_many_required(made, told)
    if not served.any():
        left = {str(reason): int(count) for reason, count in people["reason"].value_counts().items()}
        yield nobody_to_serve("", left, told)


def _stray_pins(made: Problem, told: str) -> Iterator[Failure]:
    people = made.households[(made.households["reason"] == "") & (made.households["pin"] != "")]
    unit = dict(zip(made.sites["site_id"], made.sites["unit"], strict=True))
    unit |= dict(zip(made.centers["center_id"], made.centers["unit"], strict=True))
    stray = int((people["pin"].map(unit) != people["unit"]).sum())
    if stray:
        yield Failure(told, 0, "pin_outside_unit", "", phrase("try.stray_pins", count=stray))


def _too_many_required(made: Problem, told: str) -> Iterator[Failure]:
    required = made.sites[(made.sites["use"] == "required") & (made.sites["ineligible"] == "")]
    required = required[~required["site_id"].isin(standing_sites(made))]
    cases = made.households[made.households["reason"] == ""].groupby("unit")["cases"].sum()
    for unit, count in required["unit"].value_counts(sort=False).sort_index().items():
        there = int(cases.get(unit, 0))
        if count * made.rules.min_cases > there:
            most = there // made.rules.min_cases
            said = phrase("build.too_many_required", asked=int(count), there=there, most=most)
            yield Failure(told, 0, "too_many_required", str(unit), said)


def _wrong_sites(problem: Problem, require: Collection[str], forbid: Collection[str]) -> Iterator[Failure]:
    sites, standing = problem.sites.set_index("site_id"), standing_sites(problem)
    held = set(problem.centers.get("applicant_id", pd.Series(dtype="str"))) - {""}
    held |= set(sites.loc[sites["use"] == "required", "applicant_id"])
    pinned = set(problem.households["pin"]) - {""}
    for option, asked in (("--require", require), ("--forbid", forbid)):
        for name in asked:
            if name not in sites.index:
                yield Failure(option, 0, "unknown_site", name, phrase("try.unknown_site"))
            elif option == "--forbid" and name in standing:
                yield Failure(option, 0, "site_stands", name, phrase("try.site_stands"))
            elif option == "--forbid" and name in pinned:
                yield Failure(option, 0, "site_of_pin", name, phrase("try.site_of_pin"))
            elif option == "--require" and name not in standing:
                yield from _not_to_open(name, sites.loc[name], held)


def _not_to_open(name: str, site: pd.Series, held: Collection[str]) -> Iterator[Failure]:
    if site["ineligible"]:
        reason = phrase(f"build.ineligible_{site['ineligible']}")
        said = phrase("build.required_site_ineligible", reason=reason)
        yield Failure("--require", 0, "required_site_ineligible", name, said)
    elif site["use"] != "required" and site["applicant_id"] in held:
        yield Failure("--require", 0, "two_required_sites", name, phrase("build.two_required_sites"))
