"""How the cells of a handover's list look, from right to left or from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.text import Lang


def styles(lang: Lang) -> Iterator[NamedStyle]:
    """Yield every style that a cell of the list may have, by its name.

    Parameters
    ----------
    lang : {"fa", "en"}
        Words begin at the right in Persian; ids and figures are written from the left in both.
    """
    side, order = ("right", 2) if lang == "fa" else ("left", 1)
    words = {"horizontal": side, "vertical": "center", "wrap_text": True, "readingOrder": order}
    middle = {**words, "horizontal": "center"}
    from_left = {**middle, "readingOrder": 1}
    line = Side(style="thin", color="808080")
    box, grey = Border(left=line, right=line, top=line, bottom=line), PatternFill("solid", "E8E8E8")
    nothing, blank = Border(), PatternFill()
    looks: dict[str, tuple[dict[str, Any], dict[str, Any], Border, PatternFill]] = {
        "title": (middle, {"bold": True, "size": 16}, nothing, blank),
        "warning": (middle, {"bold": True, "color": "C00000"}, nothing, blank),
        "label": ({**words, "vertical": "top"}, {"bold": True}, nothing, blank),
        "value": ({**words, "vertical": "top"}, {}, nothing, blank),
        "head": (middle, {"bold": True}, box, grey),
        "words": (words, {}, box, blank),
        "id": (from_left, {}, box, blank),
        "figure": (from_left, {}, box, blank),
        "km": (from_left, {}, box, blank),
        "tick": (middle, {"size": 14}, box, blank),
        "signed": ({**words, "vertical": "top"}, {}, box, blank),
    }
    for name, (alignment, font, border, fill) in looks.items():
        style = NamedStyle(name, font=Font(**{"name": "Tahoma", "size": 9, **font}), border=border, fill=fill)
        style.alignment = Alignment(**alignment)
        style.number_format = "0.00" if name == "km" else "General"
        yield style
