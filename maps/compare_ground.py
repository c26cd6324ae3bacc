"""The two sides of a comparison as they stand on the ground, and what lies under both."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from maps import facts
from maps.ground import counties_of, county_labels, province_label, province_outlines
from maps.plan_page import MARGIN
from maps.towns import towns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from data.compare.sides import Side
    from data.plan import Plan
    from maps.stage import Bounds

_NO_PROVINCES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Stand:
    """One side, as the page draws it.

    Attributes
    ----------
    side : Side
        As `siting compare` reads it.
    plan : Plan
        What of it may be published; of a nation all centers, without ground.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level.
    day : str
        When it was recorded, ``YYYY-MM-DD``; empty where it is not.
    provinces : mapping of str to str
        Names of a nation's provinces by code; empty for a plan.
    folder : Path, optional
        That holds their plan folders.
    proposed : bool
        Whether it is a proposal that is not applied yet.
    """

    side: Side
    plan: Plan
    boundaries: Mapping[str, gpd.GeoDataFrame]
    day: str = ""
    provinces: Mapping[str, str] = field(default_factory=lambda: _NO_PROVINCES)
    folder: Path | None = None
    proposed: bool = False


@dataclass(frozen=True)
class Ground:
    """What lies under both sides.

    Attributes
    ----------
    extent : tuple of float
        West, south, east, north, degrees.
    shapes : list
        Rings of every neighbourhood of either side; one that does not change is there once.
    grounds : list of list of (int, int)
        Before and after: number of a center, and of its shape.
    outlines, lines, labels, towns : list
        What is drawn round them.
    """

    extent: Bounds
    shapes: list[Any]
    grounds: list[list[tuple[int, int]]]
    outlines: list[Any]
    lines: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    towns: list[dict[str, Any]]

    @classmethod
    def of(cls, before: Stand, after: Stand, ids: Sequence[str]) -> Ground:
        """Take it from both.

        Parameters
        ----------
        before, after : Stand
            The sides.
        ids : sequence of str
            Of the centers, by which they are numbered.
        """
        number = {one: at for at, one in enumerate(ids)}
        shapes: dict[str, int] = {}
        rings: list[Any] = []
        grounds: list[list[tuple[int, int]]] = []
        for stand in (before, after):
            own = stand.plan.centers["center_id"].tolist()
            here = []
            for one in facts.grounds(stand.plan):
                key = str(one["rings"])
                if key not in shapes:
                    shapes[key] = len(rings)
                    rings.append(one["rings"])
                here.append((number[own[one["center"]]], shapes[key]))
            grounds.append(here)
        boxes = [facts.extent(stand.plan) for stand in (before, after)]
        extent = (
            min(one[0] for one in boxes),
            min(one[1] for one in boxes),
            max(one[2] for one in boxes),
            max(one[3] for one in boxes),
        )
        if after.provinces or before.provinces:
            return cls(extent, rings, grounds, *_of_nation(after if after.provinces else before), [])
        box = facts.widened(extent, MARGIN)
        return cls(
            extent,
            rings,
            grounds,
            [],
            facts.unit_lines(after.plan, after.boundaries, box),
            county_labels(counties_of(after.plan, after.boundaries, box)),
            [{name: one[name] for name in one if name != "center"} for one in towns(box, after.plan)],
        )


def _of_nation(stand: Stand) -> tuple[list[Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return outlines, no lines, and labels of the provinces."""
    shapes = {} if stand.folder is None else province_outlines(stand.folder, list(stand.provinces))
    labels = [province_label(stand.provinces[code], shape) for code, shape in shapes.items()]
    return [facts.outline([shape]) for shape in shapes.values()], [], labels
