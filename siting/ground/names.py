"""What a neighbourhood is called: the places it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from data.text import number

if TYPE_CHECKING:
    from collections.abc import Mapping

Script = Literal["fa", "en"]

CONSIDERABLE = 0.75
"""From what share of the first place's cases on a second is named too."""
PARTS = "، "
"""Between a town and its quarter."""
LAST_LATIN = "\u024f"
AND: Mapping[Script, str] = {"fa": " و ", "en": " and "}


def names_of(served: pd.DataFrame, centers: pd.DataFrame, least: int) -> list[str]:
    """Return the name of each center's neighbourhood, unique in its county.

    It is the place most of its cases live in; with the second where that has nearly as many, or where
    another center of the county has the same first; the county where no place is known. What is still shared
    is numbered.

    Parameters
    ----------
    served : DataFrame
        ``owner`` (number of the center), ``place``, ``county``, ``cases``: one row a household.
    centers : DataFrame
        ``county``: one row a center.
    least : int
        A place is named only where so many households of the center live: fewer are their own business.
    """
    county = centers["county"].fillna("").astype(str).reset_index(drop=True)
    first, second = _largest(served, len(centers), least)
    lone = first["place"].where(first["place"] != "", county)
    shared = _shared(county, lone) & (first["place"] != "")
    large = second["cases"] >= CONSIDERABLE * first["cases"]
    both = (second["place"] != "") & (shared | large)
    base = [
        f"{one}{AND[_script(one)]}{_beside(one, other)}" if two else one
        for one, other, two in zip(lone, second["place"], both, strict=True)
    ]
    named = pd.DataFrame({"county": county, "base": base})
    numbered = _shared(county, named["base"]) | (first["place"] == "")
    ordinal = named.groupby(["county", "base"]).cumcount() + 1
    return [
        _numbered(one, int(nth)) if with_number else one
        for one, nth, with_number in zip(base, ordinal, numbered, strict=True)
    ]


def _largest(served: pd.DataFrame, count: int, least: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the place with most and that with second most cases of each center."""
    placed = served[served["place"] != ""]
    votes = placed.groupby(["owner", "county", "place"])["cases"].agg(["sum", "size"]).reset_index()
    votes = votes[votes["size"] >= least].rename(columns={"sum": "cases"})
    votes = votes.sort_values(["owner", "cases", "county", "place"], ascending=[True, False, True, True])
    votes["rank"] = votes.groupby("owner").cumcount()
    first, second = (
        votes[votes["rank"] == rank].set_index("owner")[["place", "cases"]].reindex(range(count))
        for rank in (0, 1)
    )
    return (
        first.fillna({"place": "", "cases": 0}).astype({"place": object}),
        second.fillna({"place": "", "cases": -1}).astype({"place": object}),
    )


def _beside(first: str, second: str) -> str:
    """Return the second of two quarters of one town without the town."""
    town, mark, quarter = second.partition(PARTS)
    return quarter if mark and first.startswith(town + mark) else second


def _shared(county: pd.Series, name: pd.Series) -> pd.Series:
    return pd.Series(pd.DataFrame({"county": county, "name": name}).duplicated(keep=False))


def _numbered(base: str, nth: int) -> str:
    written = number(nth, _script(base))
    return f"{base} ({written})" if base[-1:].isdigit() else f"{base} {written}".strip()


def _script(name: str) -> Script:
    return "fa" if any(letter > LAST_LATIN for letter in name) else "en"
