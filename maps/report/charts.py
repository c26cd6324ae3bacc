"""The charts of a report: each with its units, a sentence on what to see, and colours all eyes tell apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.text import text
from maps.report.figures import EDGES_KM, Access, DistanceClass, access, distance_classes
from maps.report.groups import area_name, area_spread, status_counts, status_name
from maps.report.svg import WIDTH, Chart, Pen, clipped, drawing, path, round_step
from maps.report.tables import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from data.text import Lang
    from maps.report.counties import Unserved
    from maps.report.network import Network
    from maps.report.small import Shown

_TOP, _LEFT, _RIGHT = 30, 56, 12


def distance_chart(network: Network, lang: Lang) -> Chart | None:
    """Return the histogram of distances, weighted by cases; None for too few households."""
    classes = distance_classes(network.served, network.k)
    if not classes:
        return None
    pen, height = Pen(lang), 190
    whole = sum(one.cases for one in classes)
    share = [100 * one.cases / whole for one in classes]
    step = round_step(max(share))
    wide = (WIDTH - _LEFT - _RIGHT) / len(classes)

    def y(percent: float) -> float:
        return _TOP + height * (1 - percent / (step * _lines(max(share), step)))

    parts = _percent_axis(pen, y, max(share), step)
    for number, (one, percent) in enumerate(zip(classes, share, strict=True)):
        x = _LEFT + number * wide
        parts.append(pen.bar(x + 2, y(percent), wide - 4, y(0) - y(percent), "fill-1"))
        parts.append(pen.text(x + wide / 2, y(percent) - 4, pen.n(percent, 1), kind="value"))
        parts.append(pen.text(x + wide / 2, y(0) + 14, _class_name(one, pen), kind="small"))
    parts += [
        pen.text(WIDTH / 2, y(0) + 32, text("report.axis_km", lang), kind="axis"),
        pen.text(4, 10, text("report.axis_cases", lang), at="begin", kind="axis"),
    ]
    near = sum(percent for one, percent in zip(classes, share, strict=True) if one.high_km <= _near(classes))
    see = text("report.see_distances", lang, share=pen.n(near, 0), near=_neat(_near(classes), pen))
    return _chart("distances", parts, y(0) + 40, lang, see)


def access_chart(network: Network, lang: Lang) -> Chart | None:
    """Return the Lorenz curve of kilometres with its Gini coefficient; None for too few households."""
    curve = access(network.served, network.k)
    if curve is None:
        return None
    pen, side, left = Pen(lang), 300, 120

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + side * point[0], _TOP + side * (1 - point[1])

    ends = ((0.0, 0.0), (1.0, 0.0))
    points = [at(one) for one in zip(curve.share_of_cases, curve.share_of_km, strict=True)]
    parts = [path([*points, at((1.0, 1.0)), at((0.0, 0.0))], "between", closed=True)]
    for percent in range(0, 101, 20):
        share = percent / 100
        parts += [
            pen.line(at((share, 0)), at((share, 1)), "grid"),
            pen.line(at((0, share)), at((1, share)), "grid"),
        ]
        parts.append(pen.text(at((share, 0))[0], at(ends[0])[1] + 14, pen.n(percent), kind="small"))
        parts.append(pen.text(left - 6, at((0, share))[1] + 4, pen.n(percent), at="end", kind="small"))
    parts += [
        path([at((0, 0)), at((1, 1))], "even"),
        path(points, "curve"),
        pen.text(left + side / 2, at(ends[0])[1] + 32, text("report.axis_nearest", lang), kind="axis"),
        pen.text(left, 10, text("report.axis_way", lang), kind="axis"),
        pen.text(
            left + 0.3 * side,
            _TOP + 0.2 * side,
            text("report.gini", lang, gini=pen.n(curve.gini, 2)),
            kind="strong",
        ),
    ]
    return _chart("access", parts, _TOP + side + 40, lang, _see_access(curve, pen))


def area_chart(network: Network, lang: Lang) -> Chart | None:
    """Return how far urban and rural people go, a box for each; None where nobody may be told of."""
    spread = area_spread(network)
    if not spread:
        return None
    pen = Pen(lang)
    most = max(figures[-1] for figures in spread.values())
    step = round_step(most)
    first, row = 120, 54
    bottom = _TOP + row * len(spread)

    def x(km: float) -> float:
        return first + (WIDTH - first - 30) * km / (step * _lines(most, step))

    parts: list[Markup] = []
    for number in range(_lines(most, step) + 1):
        parts.append(pen.line((x(number * step), _TOP), (x(number * step), bottom), "grid"))
        parts.append(pen.text(x(number * step), bottom + 14, _neat(number * step, pen), kind="small"))
    for place, (area, (p10, p25, p50, p75, p90)) in enumerate(spread.items()):
        middle = _TOP + row * (place + 0.5)
        parts += [
            pen.text(first - 10, middle + 4, area_name(area, lang), at="end"),
            pen.line((x(p10), middle), (x(p90), middle), "whisker"),
            pen.line((x(p10), middle - 6), (x(p10), middle + 6), "whisker"),
            pen.line((x(p90), middle - 6), (x(p90), middle + 6), "whisker"),
            pen.bar(x(p25), middle - 11, x(p75) - x(p25), 22, "fill-1" if area == "urban" else "fill-2"),
            pen.line((x(p50), middle - 11), (x(p50), middle + 11), "middle"),
            pen.text(x(p50), middle - 16, pen.n(p50, 1), kind="value"),
            pen.text(x(p90) + 5, middle + 4, pen.n(p90, 1), at="begin", kind="value"),
        ]
    parts.append(pen.text((first + WIDTH) / 2, bottom + 32, text("report.axis_km", lang), kind="axis"))
    return _chart("areas", parts, bottom + 40, lang, _see_areas(spread, pen))


def group_chart(network: Network, left: Unserved, lang: Lang) -> Chart | None:
    """Return how many households of each status are served and not; None for one status."""
    counts = status_counts(network, left)
    if not counts:
        return None
    pen, first, row = Pen(lang, mirrored=True), 170, 40
    most = max(_drawn(served) + _drawn(without) for served, without in counts.values()) or 1
    parts: list[Markup] = []
    for place, (status, (served, without)) in enumerate(counts.items()):
        y, x = _TOP + row * place, float(first)
        parts.append(pen.text(first - 10, y + 18, clipped(status_name(status, lang)), at="end"))
        for count, kind in ((served, "fill-1"), (without, "fill-3")):
            wide = (WIDTH - first - 150) * _drawn(count) / most
            parts.append(pen.bar(x, y + 4, wide, 20, kind))
            x += wide
        parts.append(pen.text(x + 6, y + 18, _pair(served, without, pen), at="begin", kind="value"))
    bottom = _TOP + row * len(counts)
    parts += [
        pen.bar(first, bottom + 4, 10, 10, "fill-1"),
        pen.text(first + 16, bottom + 13, text("report.col_served", lang), at="begin", kind="small"),
        pen.bar(first + 160, bottom + 4, 10, 10, "fill-3"),
        pen.text(first + 176, bottom + 13, text("report.col_unserved", lang), at="begin", kind="small"),
    ]
    see = text("report.see_groups", lang, k=network.k)
    return replace(_chart("groups", parts, bottom + 22, lang, see), mirrored=True)


def _chart(key: str, parts: Sequence[Markup], height: float, lang: Lang, see: str) -> Chart:
    title = text(f"report.chart_{key}", lang)
    return Chart(key, drawing(parts, height, key=f"chart-{key}", title=title, words=see), see)


def _percent_axis(pen: Pen, y: Callable[[float], float], most: float, step: float) -> list[Markup]:
    parts: list[Markup] = []
    for number in range(_lines(most, step) + 1):
        height = y(number * step)
        parts.append(pen.line((_LEFT, height), (WIDTH - _RIGHT, height), "grid"))
        words = _neat(number * step, pen)
        parts.append(pen.text(_LEFT - 6, height + 4, words, at="end", kind="small"))
    return parts


def _lines(most: float, step: float) -> int:
    return max(1, -int(-most // step))


def _neat(value: float, pen: Pen) -> str:
    return pen.n(value, 0 if float(value).is_integer() else 1)


def _class_name(one: DistanceClass, pen: Pen) -> str:
    low = _neat(one.low_km, pen)
    if one.high_km == float("inf"):
        return text("report.class_open", pen.lang, low=low)
    return text("report.class", pen.lang, low=low, high=_neat(one.high_km, pen))


def _near(classes: Sequence[DistanceClass]) -> float:
    """Return the end of the class where half of the cases have been reached."""
    whole, reached = sum(one.cases for one in classes), 0
    for one in classes:
        reached += one.cases
        if 2 * reached >= whole and one.high_km in EDGES_KM:
            return one.high_km
    return classes[-1].low_km


def _see_access(curve: Access, pen: Pen) -> str:
    half = curve.share_of_cases.index(0.5) if 0.5 in curve.share_of_cases else len(curve.share_of_cases) // 2  # noqa: PLR2004
    cases, way = 100 * curve.share_of_cases[half], 100 * curve.share_of_km[half]
    shares = {"cases": pen.n(cases, 0), "way": pen.n(way, 0), "gini": pen.n(curve.gini, 2)}
    return text("report.see_access", pen.lang, **shares)


def _see_areas(spread: dict[str, list[float]], pen: Pen) -> str:
    middle = {area: pen.n(figures[2], 1) for area, figures in spread.items()}
    if {"urban", "rural"} <= set(middle):
        return text("report.see_areas", pen.lang, urban=middle["urban"], rural=middle["rural"])
    return text("report.see_area", pen.lang)


def _drawn(count: Shown) -> int:
    """Return the length of a bar; what is not shown has none."""
    return count if isinstance(count, int) else 0


def _pair(served: Shown, without: Shown, pen: Pen) -> str:
    return " / ".join(written(one, "count", pen.lang) for one in (served, without))
