"""Two plans of a notebook, or of folders, held against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from data.compare.comparing import compare
from data.compare.sides import Side, parted, side
from data.errors import Exit, SitingError
from data.plan import Plan, seal_in
from data.rules import Rules
from data.text import phrase

if TYPE_CHECKING:
    from data.compare.comparison import Comparison


def compare_plans(before: Plan | Path | str, after: Plan | Path | str) -> Comparison:
    """Hold two plans against each other: who changes center, who is nearer, who is further, in counts.

    Parameters
    ----------
    before, after : Plan, Path or str
        A plan, or a place that ``siting compare`` takes: a plan's folder, ``DIR@VERSION``, a proposal, a
        nation.

    Returns
    -------
    Comparison
        Its ``households["transfer"]`` change center; ``loads``, ``by_county`` and the others are tables,
        distances in km.

    Raises
    ------
    SitingError
        ``wrong_type``; of a folder that is none.

    Examples
    --------
    >>> from data import compare_plans, demo_problem
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> compare_plans(plan, plan).is_same
    True
    """
    first, last = (_place(one, name) for one, name in ((before, "before"), (after, "after")))
    return compare(_side(first, last, "before"), _side(last, first, "after"))


def side_of(plan: Plan, label: str) -> Side:
    """Return a plan that is in no folder as a side of a comparison."""
    made = plan.provenance
    return Side(
        label=label,
        assignments=plan.assignments,
        centers=plan.centers,
        unassigned=plan.unassigned,
        synthetic=bool(made.get("synthetic", False)),
        distance=str(made.get("distance", "straight_line")),
        version=None,
        head="",
        privacy_k=int(made.get("rules", {}).get("privacy_k", Rules.privacy_k)),
        seal=seal_in(made),
    )


def _place(value: object, name: str) -> Plan | Path:
    if isinstance(value, Plan | Path):
        return value
    if isinstance(value, str):
        return Path(value)
    words = phrase("shown.wrong_type", name=name, wanted="Plan", kind=type(value).__name__)
    raise SitingError(words, code="wrong_type", exit_code=Exit.USAGE)


def _side(one: Plan | Path, other: Plan | Path, label: str) -> Side:
    if isinstance(one, Plan):
        return side_of(one, label)
    return side(one, beside=parted(other)[0] if isinstance(other, Path) else None)
