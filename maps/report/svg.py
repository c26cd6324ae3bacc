"""Pieces of charts as inline SVG that needs no script and no file, in either direction of writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from data.text import number
from maps.page import isolate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from data.text import Lang

WIDTH = 680
CLIPPED = 26
"""Characters of a name in a chart."""


@dataclass(frozen=True)
class Chart:
    """A chart, as the page shows it.

    Attributes
    ----------
    key : str
        ``report.chart_KEY`` is its title.
    svg : Markup
        The drawing, which says in words what it shows (``title`` and ``desc``).
    see : str
        One sentence on what to see in it.
    mirrored : bool
        Whether it begins at the right in Persian.
    """

    key: str
    svg: Markup
    see: str
    mirrored: bool = False


@dataclass(frozen=True)
class Pen:
    """Draws in one language: in Persian what stands in rows begins at the right.

    Attributes
    ----------
    lang : {"fa", "en"}
        Of the reader.
    mirrored : bool
        Whether x runs from right to left in Persian; an axis of kilometres never does, so that all charts of
        them read the same way.
    """

    lang: Lang
    mirrored: bool = False

    def x(self, value: float) -> float:
        """Return where a distance from the beginning of the line lies."""
        return WIDTH - value if self._flips else value

    def bar(self, x: float, y: float, width: float, height: float, kind: str) -> Markup:
        """Return a bar from `x` on, of a class of the style sheet."""
        left = self.x(x + width) if self._flips else x
        return _element("rect", x=left, y=y, width=max(width, 0.0), height=max(height, 0.0), class_=kind)

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> Markup:
        """Return a straight line."""
        (x1, y1), (x2, y2) = start, end
        return _element("line", x1=self.x(x1), y1=y1, x2=self.x(x2), y2=y2, class_=kind)

    def text(self, x: float, y: float, words: str, *, at: str = "middle", kind: str = "label") -> Markup:
        """Return words that begin, end or have their middle at `x`, as lines begin in this chart.

        Parameters
        ----------
        x, y : float
            Where.
        words : str
            What; of any direction.
        at : {"begin", "middle", "end"}
            Which point of the words is at `x`: their side from which x is counted, or the other.
        kind : str
            Class of the style sheet.
        """
        # An anchor follows the direction of the text itself, which in Persian is to the left.
        turned = self.lang == "fa" and not self._flips
        side = {"begin": "start", "end": "end", "middle": "middle"}[at]
        if turned and side != "middle":
            side = "end" if side == "start" else "start"
        direction = "rtl" if self.lang == "fa" else "ltr"
        shape = Markup('<text x="{}" y="{}" class="{}" text-anchor="{}" direction="{}">{}</text>')
        return shape.format(_plain(self.x(x)), _plain(y), kind, side, direction, words)

    def n(self, value: float, digits: int | None = None) -> str:
        """Return a number in the language."""
        return number(value, self.lang, digits=digits)

    @property
    def _flips(self) -> bool:
        return self.mirrored and self.lang == "fa"


def drawing(parts: Iterable[Markup], height: float, *, key: str, title: str, words: str) -> Markup:
    """Return a chart that a reader who does not see it is told of.

    Parameters
    ----------
    parts : iterable of Markup
        What is drawn, from the ground up.
    height : float
        Of a drawing that is `WIDTH` wide.
    key : str
        Unique on the page.
    title, words : str
        What it is, and what it shows.
    """
    whole = Markup("").join(parts)
    shape = Markup(
        '<svg viewBox="0 0 {0} {1}" role="img" aria-labelledby="{2}-title {2}-words">'
        '<title id="{2}-title">{3}</title><desc id="{2}-words">{4}</desc>{5}</svg>'
    )
    return shape.format(WIDTH, _plain(height), key, title, words, whole)


def path(points: Sequence[tuple[float, float]], kind: str, *, closed: bool = False) -> Markup:
    """Return a line through points."""
    drawn = "L".join(f"{_plain(x)} {_plain(y)}" for x, y in points)
    return _element("path", d=f"M{drawn}{'Z' if closed else ''}", class_=kind)


def clipped(name: str) -> str:
    """Return a name that fits beside a bar, and that does not turn what stands around it."""
    return isolate(name if len(name) <= CLIPPED else f"{name[: CLIPPED - 1]}…")


def round_step(most: float, steps: int = 5) -> float:
    """Return a round distance between the lines of an axis that reaches `most`."""
    rough = max(most, 1e-9) / steps
    power = 10.0 ** (len(str(int(rough))) - 1) if rough >= 1 else 0.1
    return next((power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough), power * 10)


def _element(name: str, **attributes: float | str) -> Markup:
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_"), value if isinstance(value, str) else _plain(value))
        for key, value in attributes.items()
    )
    return Markup("<{}{}/>").format(name, written)


def _plain(value: float) -> str:
    return f"{round(float(value), 2) + 0.0:g}" if abs(value) < 1e5 else f"{value:.0f}"  # noqa: PLR2004 - ":g"
