"""The chart of caseloads: a bar each center, against the least and the most that rules allow."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from data.text import text
from maps.report.svg import WIDTH, Chart, Pen, clipped, drawing, round_step

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from data.text import Lang
    from maps.report.network import Network

NAMED = 45
"""Up to so many centers, each bar has its name and they fit on a page."""
_TOP, _ROW, _FIRST, _LEFT, _HEIGHT = 22, 17, 200, 44, 210


def load_chart(network: Network, lang: Lang) -> Chart | None:
    """Return the bars of all centers, the fullest first; None without a center."""
    centers = network.centers.sort_values(["load", "id"], ascending=[False, True], kind="stable")
    if centers.empty:
        return None
    rules = network.summary["rules"]
    limits = int(rules["min_cases"]), int(rules["max_cases"])
    most = max(int(centers["load"].max()), limits[1])
    full, under = (
        int((centers["load"] >= centers["most"]).sum()),
        int((centers["load"] < centers["least"]).sum()),
    )
    see = text("report.see_loads", lang, centers=len(centers), full=full, under=under, least=limits[0])
    draw = _rows if len(centers) <= NAMED else _silhouette
    parts, height = draw(centers, limits, most, lang)
    title = text("report.chart_loads", lang)
    drawn = drawing(parts, height, key="chart-loads", title=title, words=see)
    return Chart("loads", drawn, see, mirrored=draw is _rows)


def _rows(
    centers: pd.DataFrame, limits: tuple[int, int], most: int, lang: Lang
) -> tuple[list[Markup], float]:
    """Draw a bar in a row of its own for each center, with its name and its load."""
    pen, bottom = Pen(lang, mirrored=True), _TOP + _ROW * len(centers)

    def x(load: float) -> float:
        return _FIRST + (WIDTH - _FIRST - 50) * load / most

    bars: list[Markup] = []
    words: list[Markup] = []
    for place, one in enumerate(centers.to_dict("records")):
        y, load = _TOP + _ROW * place, int(one["load"])
        name = clipped(str(one["name"]) or str(one["id"]))
        bars.append(pen.bar(_FIRST, y + 3, x(load) - _FIRST, _ROW - 6, f"class-{int(one['class'])}"))
        words.append(pen.text(_FIRST - 8, y + 12, name, at="end", kind="small"))
        words.append(pen.text(x(load) + 5, y + 12, pen.n(load), at="begin", kind="small"))
    words.append(pen.text((_FIRST + WIDTH) / 2, bottom + 16, text("report.axis_load", lang), kind="axis"))
    lines = [part for load in limits for part in _limit(pen, (x(load), _TOP), (x(load), bottom))]
    words += [pen.text(x(load), _TOP - 6, pen.n(load), kind="value") for load in limits]
    return [*bars, *lines, *words], bottom + 22


def _limit(pen: Pen, start: tuple[float, float], end: tuple[float, float]) -> list[Markup]:
    """Draw a dashed line that is seen on every bar."""
    return [pen.line(start, end, "limit-under"), pen.line(start, end, "limit")]


def _silhouette(
    centers: pd.DataFrame, limits: tuple[int, int], most: int, lang: Lang
) -> tuple[list[Markup], float]:
    """Draw bars side by side, for many centers."""
    pen, wide = Pen(lang), (WIDTH - _LEFT - 40) / len(centers)
    step = round_step(most)
    top = step * ceil(most / step)

    def y(load: float) -> float:
        return _TOP + _HEIGHT * (1 - load / top)

    parts: list[Markup] = []
    for number in range(round(top / step) + 1):
        parts.append(pen.line((_LEFT, y(number * step)), (WIDTH - 40, y(number * step)), "grid"))
        parts.append(
            pen.text(_LEFT - 6, y(number * step) + 4, pen.n(number * step, 0), at="end", kind="small")
        )
    for place, (load, step_class) in enumerate(zip(centers["load"], centers["class"], strict=True)):
        gap = min(1.0, wide / 5)
        parts.append(
            pen.bar(_LEFT + place * wide, y(load), wide - gap, y(0) - y(load), f"class-{int(step_class)}")
        )
    for limit in limits:
        parts += _limit(pen, (_LEFT, y(limit)), (WIDTH - 40, y(limit)))
        parts.append(pen.text(WIDTH - 36, y(limit) + 4, pen.n(limit), at="begin", kind="value"))
    parts.append(pen.text(WIDTH / 2, y(0) + 18, text("report.axis_centers", lang), kind="axis"))
    parts.append(pen.text(4, 10, text("report.axis_load", lang), at="begin", kind="axis"))
    return parts, y(0) + 26
