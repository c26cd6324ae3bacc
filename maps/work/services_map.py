"""A small map of each service: how far every center's households go for it, and who gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from markupsafe import Markup

from data.geodesy import to_plane
from data.text import text
from data.work.coverage import WITHIN_KM
from maps.coarse import coarse
from maps.report.svg import WIDTH, Pen, drawing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from data.text import Lang
    from data.work.coverage import Coverage

HEIGHT = 440.0
MARGIN = 14.0
CLASSES = ("own", "within_5", "within_10", "within_20", "beyond", "none", "few")
"""Of a center: how far its households go in the mean; most of them do not get it; too few to tell."""
FILLS = ("#d4e4ef", "#9cc3dc", "#5496c2", "#1f5c8c", "#7d2457", "#e9a13b", "#e8e8e8")
_BOX, _ROW = 14.0, 22.0
_IN_A_ROW = 4


@dataclass(frozen=True)
class Sheet:
    """The ground of all maps of a page, once on it.

    Attributes
    ----------
    shapes : tuple of str
        Path of each center's neighbourhood; empty where none may be shown.
    doors : ndarray of float, shape (m, 2)
        Where each center is drawn.
    """

    shapes: tuple[str, ...]
    doors: NDArray[np.float64]

    def definitions(self) -> Markup:
        """Return the shapes for the maps to use."""
        paths = (
            Markup('<path id="ground-{}" d="{}"/>').format(place, shape)
            for place, shape in enumerate(self.shapes)
            if shape
        )
        return Markup("<defs>{}</defs>").format(Markup("").join(paths))


def sheet_of(found: Coverage, centers: pd.DataFrame, neighbourhoods: pd.DataFrame) -> Sheet:
    """Return the ground that maps of a network are drawn on.

    Parameters
    ----------
    found : Coverage
        Its centers.
    centers, neighbourhoods : DataFrame
        As they may be published (`data.privacy`), degrees.
    """
    ground = dict(
        zip(neighbourhoods["center_id"], coarse(neighbourhoods["geometry"].to_numpy()), strict=True)
    )
    shapes = [ground.get(one) or shapely.Polygon() for one in found.center_id]
    points = centers.set_index("center_id").reindex(list(found.center_id))
    doors = to_plane(points["lon"].to_numpy(float), points["lat"].to_numpy(float))
    plane = [shapely.transform(one, lambda xy: to_plane(xy[:, 0], xy[:, 1])) for one in shapes]
    low, high = _box([*plane, shapely.MultiPoint(doors[np.isfinite(doors).all(axis=1)])])
    scale = min(
        (WIDTH - 2 * MARGIN) / max(high[0] - low[0], 1), (HEIGHT - 2 * MARGIN) / max(high[1] - low[1], 1)
    )
    middle = (low + high) / 2

    def on_page(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = ((xy - middle) * scale).T
        return np.column_stack([WIDTH / 2 + x, HEIGHT / 2 - y])

    return Sheet(tuple(_path(shapely.transform(one, on_page)) for one in plane), on_page(doors))


def service_map(found: Coverage, sheet: Sheet, place: int, k: int, lang: Lang, *, first: bool) -> Markup:
    """Return the map of a service as inline SVG; the first on a page holds the ground of all.

    Parameters
    ----------
    found : Coverage
        What everybody gets.
    sheet : Sheet
        The ground.
    place : int
        Position of the service.
    k : int
        Fewest households of a center whose ground is coloured.
    lang : {"fa", "en"}
        Of the reader.
    first : bool
        Whether it is.
    """
    classes = classes_of(found, place, k)
    parts = [sheet.definitions()] if first else []
    parts += [
        Markup('<use href="#ground-{}" fill="{}" stroke="#ffffff" stroke-width="0.6"/>').format(
            at, FILLS[classes[at]]
        )
        for at, shape in enumerate(sheet.shapes)
        if shape
    ]
    gives = np.flatnonzero(found.capacity(place) > 0)
    parts += [
        Markup('<circle cx="{}" cy="{}" r="4" fill="#14232c" stroke="#ffffff" stroke-width="1.2"/>').format(
            f"{x:.1f}", f"{y:.1f}"
        )
        for x, y in sheet.doors[gives]
        if np.isfinite(x)
    ]
    parts += _legend(sorted(set(classes.tolist())), lang)
    service = found.catalogue.services[place]
    words = text("services.map_words", lang, givers=len(gives), service=service.name(lang))
    return drawing(parts, HEIGHT + 3 * _ROW, key=f"map-{place}", title=service.name(lang), words=words)


def classes_of(found: Coverage, place: int, k: int) -> NDArray[np.int64]:
    """Return the class of each center by what its own households get, a position in `CLASSES`, shape (m,)."""
    own, cases = found.people["own"].to_numpy(np.int64), found.people["cases"].to_numpy(np.int64)
    at, km = found.center[place], found.km[place]
    size = len(found.center_id)
    households = np.bincount(own, minlength=size)

    def summed(which: NDArray[np.bool_], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(own[which], weights=weight[which], minlength=size).astype(np.float64)

    whole = summed(np.ones(len(own), dtype=bool), cases.astype(float))
    nowhere, here = summed(at < 0, cases.astype(float)), summed(at == own, cases.astype(float))
    got = at >= 0
    served = np.maximum(summed(got, cases.astype(float)), 1)
    mean = summed(got, cases * np.nan_to_num(km)) / served
    classes = 1 + np.searchsorted(WITHIN_KM, mean, side="left")
    classes[2 * here > whole] = CLASSES.index("own")
    classes[2 * nowhere > whole] = CLASSES.index("none")
    classes[households < k] = CLASSES.index("few")
    return classes.astype(np.int64)


def _legend(shown: list[int], lang: Lang) -> Iterator[Markup]:
    pen = Pen(lang, mirrored=True)
    yield Markup('<circle cx="{}" cy="{}" r="4" fill="#14232c"/>').format(
        pen.x(MARGIN + _BOX / 2), HEIGHT + _BOX
    )
    yield pen.text(MARGIN + _BOX + 6, HEIGHT + _BOX + 4, text("services.map_giver", lang), at="begin")
    for number, one in enumerate(shown, start=1):
        x = MARGIN + (number % _IN_A_ROW) * (WIDTH - 2 * MARGIN) / _IN_A_ROW
        y = HEIGHT + _BOX / 2 + (number // _IN_A_ROW) * _ROW
        left = pen.x(x + _BOX) if lang == "fa" else x
        box = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>')
        yield box.format(f"{left:.1f}", f"{y:.1f}", _BOX, _BOX, FILLS[one])
        yield pen.text(x + _BOX + 6, y + 11, text(f"services.map_{CLASSES[one]}", lang), at="begin")


def _box(shapes: list[shapely.Geometry]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    bounds = shapely.total_bounds(np.array(shapes, dtype=object))
    return bounds[:2], bounds[2:]


def _path(shape: shapely.Geometry) -> str:
    rings = []
    for polygon in [] if shape.is_empty else shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            corners = shapely.get_coordinates(ring)[:-1]
            rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z")
    return "".join(rings)
