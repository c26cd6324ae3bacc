"""A comparison of many: no flow, no figure and no way of fewer than ``k`` households (`data.privacy`).

"Under 11" is said of none as of ten. Were none told as 0, whoever reads it would know of the other cells that
somebody is in them: that a family went from this center to that one, and he may know who lives between them.
For the same reason a flow of fewer than ``k`` is left out of the tables of flows, in which a row is there
only because somebody goes: what a center lost and won in all is an official figure, and no flow follows from
it where several do. That nothing at all changed is said only where both sides are one version of one record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from data.compare.said import sentence
from data.public import KM_DECIMALS, without_few_worst
from data.text import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.compare.comparison import Comparison
    from data.text import Lang

GINI_DECIMALS = 2
_ENDS = ("before", "after")
_PASSED = ("left", "came")


def tables_of_many(found: Comparison, least: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison that may be handed on.

    What centers have before and after are official figures and stay. Every other count is a multiple of
    ``k``, rounded down, so that no flow is found by subtracting others from a total. What is below ``k``,
    also where it is none, is missing, and so is the row of a flow.

    Parameters
    ----------
    found : Comparison
        Of `data.compare.comparing.compare`.
    least : int
        ``k``.
    """
    flow = dict.fromkeys(("households", "cases_before", "cases_after"), "households")
    return {
        "transfers_centers": _rounded(_of_many(found.transfers_centers, least), flow, least),
        "transfers_districts": _rounded(_of_many(found.transfers_districts, least), flow, least),
        "loads": _loads(found.loads, least),
        "by_area": _by_place(found.by_area, least),
        "by_county": _by_place(found.by_county, least),
    }


def figures_of_many(found: Comparison, least: int) -> dict[str, Any]:
    """Return all but the tables, ready for JSON; a count below ``k`` is null, none as well as ten.

    The longest distances and the ways that grow most are somebody's, and which centers are most affected
    tells of each household that came: they are not among them.
    """
    figures = found.figures()
    figures["worst_losses"] = figures["most_affected"] = []
    figures["same"] = is_one_version(found)
    households = found.households
    figures["households"] = {n: rounded(c, least) for n, c in households.items()}
    figures["cases"] = {
        name: None if households[name] < least else cases // least * least
        for name, cases in found.cases.items()
    }
    for side in ("a", "b"):
        own = figures[side]
        enough = own["assigned"] >= least
        km = {
            n: round(far, KM_DECIMALS) if enough and far is not None else None for n, far in own["km"].items()
        }
        gini = round(own["gini"], GINI_DECIMALS) if enough and own["gini"] is not None else None
        worst = without_few_worst(km, own["assigned"], least)
        figures[side] = {**own, "km": {**worst, "max": None}, "gini": gini}
    for way in ("nearer", "further"):
        own = figures[way]
        mean = own["mean_km"] if own["households"] >= least else None
        counts = {name: rounded(own[name], least) for name in ("households", "transferred", "by_1_km")}
        mean_km = None if mean is None else round(mean, KM_DECIMALS)
        figures[way] = {**own, **counts, "mean_km": mean_km, "max_km": None}
    return {**figures, "privacy_k": least}


def rounded(count: int, least: int) -> int | None:
    """Return a count rounded down to a multiple of ``k``; None where it is less, also where it is none."""
    return None if count < least else count // least * least


def is_one_version(found: Comparison) -> bool:
    """Whether both sides are one version of one record, so that nothing can be learned of anybody."""
    return found.a.head == found.b.head and found.a.version == found.b.version


def counted(count: int | None, least: int, lang: Lang) -> str:
    """Return a count of `rounded` in words: a withheld one is "under 11"."""
    return text("compare.under_few", lang, few=least) if count is None else number(count, lang)


def sentence_of_many(found: Comparison, least: int, lang: Lang = "en") -> str:
    """Return what a planner wants to know first, of many."""
    if is_one_version(found):
        return sentence(found, lang)
    figures = figures_of_many(found, least)
    means = [figures[side]["km"]["mean"] for side in ("a", "b")]
    told = ["-" if one is None else number(one, lang, digits=KM_DECIMALS) for one in means]
    return text(
        "compare.of_many",
        lang,
        in_both=counted(figures["households"]["in_both"], least, lang),
        transfer=counted(figures["households"]["transfer"], least, lang),
        nearer=counted(figures["nearer"]["households"], least, lang),
        further=counted(figures["further"]["households"], least, lang),
        before=told[0],
        after=told[1],
        few=least,
    )


def lines_of_many(found: Comparison, least: int, lang: Lang = "en") -> list[str]:
    """Return what a terminal shows of a comparison of many; the tables are written to files."""
    told = [text("cli.synthetic", lang)] if found.synthetic else []
    for which, one in (("side_a", found.a), ("side_b", found.b)):
        told.append(text(f"compare.{which}", lang, label=one.label, head=one.head))
    return [*told, sentence_of_many(found, least, lang)]


def _of_many(flows: pd.DataFrame, least: int) -> pd.DataFrame:
    return flows[flows["households"] >= least].reset_index(drop=True)


def _loads(table: pd.DataFrame, least: int) -> pd.DataFrame:
    passed = {f"{what}_{way}": f"households_{way}" for what in ("households", "cases") for way in _PASSED}
    # What those who stay have more is the last term of a sum: with it the flows would be known.
    return _rounded(table, passed, least).drop(columns="cases_recounted")


def _by_place(table: pd.DataFrame, least: int) -> pd.DataFrame:
    of = {f"{what}_{end}": f"households_{end}" for what in ("households", "cases") for end in _ENDS}
    made = _rounded(table, {**of, **{name: name for name in ("transfer", "nearer", "further")}}, least)
    for end in _ENDS:
        for name in ("km_mean", "km_median", "km_p90", "gini"):
            far = pd.to_numeric(table[f"{name}_{end}"]).astype(float)
            coarse = far.round(GINI_DECIMALS if name == "gini" else KM_DECIMALS)
            made[f"{name}_{end}"] = coarse.mask(table[f"households_{end}"] < least)
    return made


def _rounded(table: pd.DataFrame, of: Mapping[str, str], least: int) -> pd.DataFrame:
    """Return a table with counts rounded down, missing where fewer than ``k`` households go with them."""
    made = table.copy()
    for name, people in of.items():
        made[name] = (table[name] // least * least).astype("Int64").mask(table[people] < least)
    return made
