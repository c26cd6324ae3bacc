"""Two plans of a notebook on one page: what changes, and who goes from where to where."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from data.compare.comparing import compare
from data.compare.plans import side_of
from data.given import given_kind, given_lang, given_mapping, given_path
from data.plan import Plan
from data.public import plan_of_many
from data.rules import Rules
from maps.compare_ground import Stand
from maps.compare_page import draw_comparison

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from data.text import Lang

NO_BOUNDARIES: Mapping[str, gpd.GeoDataFrame] = MappingProxyType({})


def draw_changes(
    out: Path | str,
    before: Plan,
    after: Plan,
    *,
    boundaries: Mapping[str, gpd.GeoDataFrame] = NO_BOUNDARIES,
    lang: Lang = "en",
    title: str = "",
) -> Path:
    """Write ``out/index.html``: two plans of the same households held against each other.

    Parameters
    ----------
    out : Path or str
        Folder of the page; made when it is not there.
    before, after : Plan
        Of households it says only how many, in multiples of ``privacy_k``.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level, drawn as thin lines.
    lang : {"fa", "en"}
        Language the page opens in; it carries both.
    title : str
        Heading; without one, the names of the provinces.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    SitingError
        ``not_a_path``, ``wrong_type``, ``no_such_language``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from data import demo_problem
    >>> from maps import draw_changes
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> with TemporaryDirectory() as folder:
    ...     page = draw_changes(folder, plan, plan, boundaries=problem.boundaries)
    ...     page.name
    'index.html'
    """
    folder, lang = given_path(out, "out"), given_lang(lang)
    given_mapping(boundaries, "boundaries")
    sides = (
        side_of(given_kind(before, Plan, "before"), "before"),
        side_of(given_kind(after, Plan, "after"), "after"),
    )
    stands = [
        Stand(side, plan_of_many(plan, _least(plan)), boundaries)
        for side, plan in zip(sides, (before, after), strict=True)
    ]
    found = compare(*sides)
    return draw_comparison(folder, found, *stands, lang=lang, title=title)


def _least(plan: Plan) -> int:
    return int(plan.provenance.get("rules", {}).get("privacy_k", Rules.privacy_k))
