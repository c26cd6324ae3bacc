"""What the provinces' own pages tell, read back from them: a nation's page tells nothing else of a center."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from data.hashing import file_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PAGE = "map/index.html"
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class ProvincePage:
    """What the page of a province tells.

    Attributes
    ----------
    centers, vacancies : sequence of mapping
        As `maps.facts` makes them.
    shapes : ndarray of Geometry, shape (n_centers,)
        Ground of each center in degrees; empty where none may be told.
    pages : sequence of str
        Name of each center's own page; empty where they were not drawn.
    figures : mapping
        Of all of it (`maps.facts.figures`).
    density, unassigned : sequence of mapping
        As `maps.density.density_cells` and `maps.served.badges` make them.
    """

    centers: Sequence[Mapping[str, Any]]
    vacancies: Sequence[Mapping[str, Any]]
    shapes: NDArray[np.object_]
    pages: Sequence[str]
    figures: Mapping[str, float | None]
    density: Sequence[Mapping[str, Any]]
    unassigned: Sequence[Mapping[str, Any]]


def read_page(folder: Path, summary: Mapping[str, Any]) -> ProvincePage | None:
    """Return what the page of a province tells; None where it is not the one that its summary knows.

    Parameters
    ----------
    folder : Path
        Of the province.
    summary : mapping
        Its ``summary.json``.
    """
    path, known = folder / PAGE, summary.get("exports", {}).get(PAGE)
    if known is None or not path.is_file() or file_hash(path) != known:
        return None
    found = _DATA.search(path.read_text(encoding="utf-8"))
    try:
        return _told(json.loads(found.group(1))) if found else None
    except (KeyError, TypeError, ValueError):
        # An older program drew it.
        return None


def _told(told: Mapping[str, Any]) -> ProvincePage:
    shapes = np.full(len(told["centers"]), shapely.Polygon(), dtype=object)
    for ground in told["grounds"]:
        shapes[ground["center"]] = _shape(ground["rings"])
    own = (told[name] for name in ("pages", "figures", "density", "unassigned"))
    return ProvincePage(told["centers"], told["vacancies"], shapes, *own)


def _shape(parts: Sequence[Sequence[Sequence[Sequence[float]]]]) -> shapely.Geometry:
    """Return the ground that a page draws as rings of ``[lat, lon]``."""
    polygons = [
        shapely.Polygon(rings[0], rings[1:])
        for rings in ([np.asarray(ring, dtype=float)[:, ::-1] for ring in part] for part in parts)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
