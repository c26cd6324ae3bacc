"""Centers, neighbourhoods and outlines of all provinces of a nation, packed for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maps.coarse import coarse, line_steps, steps
from maps.density import broad_cells
from maps.ground import province_label, province_outline
from maps.names import names_of
from maps.stage import IRAN
from maps.towns import towns_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from maps.province_pages import ProvincePage
    from maps.stage import Bounds

COLUMNS = (
    "id",
    "name",
    "ground",
    "lonlat",
    "class",
    "load",
    "most",
    "households",
    "caseworkers",
    "km_median",
    "km_p90",
    "area",
    "status",
)
"""What the page has of a center, in this order; then the number of its county."""
MOST_TOWNS = 700


@dataclass(frozen=True)
class Ground:
    """What lies on the map of a nation.

    Attributes
    ----------
    provinces : list of dict
        ``code``, ``names``, ``counties`` (names), ``centers`` (rows of `COLUMNS`), ``shapes`` (rings of each
        as `maps.coarse.steps`), ``outline``, ``vacancies`` and ``pages`` of every province whose page is
        there.
    labels, towns : list of dict
        Names of provinces, and of towns, and where they are written.
    density : list of (int, list of int)
        As `maps.density.broad_cells`.
    unassigned : list of dict
        Of each county where ``k`` households or more have no center, as its province's page tells it.
    classes : list of int
        Load class of every center.
    extent : tuple of float
        West, south, east, north, degrees.
    """

    provinces: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    classes: list[int]
    extent: Bounds
    towns: list[dict[str, Any]]
    density: list[tuple[int, list[int]]]
    unassigned: list[dict[str, Any]]


def ground_of(told: Iterable[tuple[str, str, ProvincePage | None]], least: int) -> Ground:
    """Pack what the pages of the provinces tell.

    Parameters
    ----------
    told : iterable of (str, str, ProvincePage or None)
        Code and name of each province, and what its page tells; None where that is not there.
    least : int
        ``k``.
    """
    drawn_pages = [(code, province, page) for code, province, page in told if page is not None]
    provinces: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    boxes: list[Bounds | None] = []
    for code, province, page in drawn_pages:
        shapes = coarse(page.shapes)
        drawn = shapes[~shapely.is_empty(shapes)]
        outline = province_outline(drawn) if len(drawn) else shapely.Polygon()
        if not outline.is_empty:
            labels.append(province_label(province, outline))
        boxes.append(_box(page, outline))
        counties: dict[tuple[str, str], int] = {}
        provinces.append(
            {
                "code": code,
                "names": {str(lang): name for lang, name in names_of(province).items()},
                "centers": [_row(one, counties) for one in page.centers],
                "counties": [{"fa": fa, "en": en} for fa, en in counties],
                "shapes": [steps(one) for one in shapes],
                "outline": line_steps(outline),
                "vacancies": list(page.vacancies),
                "pages": list(page.pages),
            }
        )
    classes = [int(row[COLUMNS.index("class")]) for one in provinces for row in one["centers"]]
    pages = [page for _, _, page in drawn_pages]
    extent = _around([box for box in boxes if box is not None])
    return Ground(
        provinces,
        labels,
        classes,
        extent,
        towns=_towns(extent, pages),
        density=broad_cells((one for page in pages for one in page.density), least),
        unassigned=[dict(one) for page in pages for one in page.unassigned if one["households"]],
    )


def _towns(extent: Bounds, pages: Sequence[ProvincePage]) -> list[dict[str, Any]]:
    """Return towns, each with the number of the center whose ground it lies on among those of all pages."""
    shapes = np.concatenate([np.empty(0, dtype=object), *(page.shapes for page in pages)])
    return towns_on(extent, shapes, np.arange(len(shapes)), MOST_TOWNS)


def _row(center: Mapping[str, Any], counties: dict[tuple[str, str], int]) -> list[Any]:
    county = (center["county"]["fa"], center["county"]["en"])
    return [*(center[name] for name in COLUMNS), counties.setdefault(county, len(counties))]


def _box(page: ProvincePage, outline: shapely.Geometry) -> Bounds | None:
    points = [one["lonlat"] for one in (*page.centers, *page.vacancies)]
    own = shapely.union_all([shapely.MultiPoint(points), shapely.envelope(outline)])
    return None if own.is_empty else own.bounds


def _around(boxes: Sequence[Bounds]) -> Bounds:
    """Return bounds of all boxes; all Iran where there is none."""
    if not boxes:
        return IRAN
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])
