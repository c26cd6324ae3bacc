"""Tables on a printable page: a heading, what it is of, sentences and tables; no script, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from data.text import number, text
from maps.dates import shown_day
from maps.page import asset, isolate, still_page
from maps.report.tables import written

if TYPE_CHECKING:
    from data.text import Lang
    from maps.origin import Origin
    from maps.report.tables import Table

_CLIPPED = 200
"""Characters of a text in a printed table; a workbook has the whole of it."""


@dataclass(frozen=True)
class Part:
    """A part of a page.

    Attributes
    ----------
    heading : str
        Above it.
    lead : tuple of str
        Sentences before its tables.
    tables : tuple of (str, Table)
        Each with its caption.
    drawn : str
        An inline SVG of our own making (`maps.report.svg`), or nothing.
    wide : bool
        Whether it is printed on pages that lie.
    """

    heading: str
    lead: tuple[str, ...] = ()
    tables: tuple[tuple[str, Table], ...] = ()
    drawn: str = ""
    wide: bool = False


def paper(
    title: str,
    parts: tuple[Part, ...],
    *,
    lead: tuple[str, ...] = (),
    origin: Origin,
    synthetic: bool,
    private: bool,
    lang: Lang,
) -> str:
    """Return a page of tables; the same for the same content.

    Parameters
    ----------
    title : str
        Of the page.
    parts : tuple of Part
        In order.
    lead : tuple of str
        Sentences below the title.
    origin : Origin
        Version and head of the record that it is of.
    synthetic, private : bool
        What the page says of its data.
    lang : {"fa", "en"}
        Its language.
    """
    shape = "persian" if lang == "fa" else "decimal"
    numbered = text(
        "report.pages", lang, page=f'" counter(page, {shape}) "', pages=f'" counter(pages, {shape}) "'
    )
    mark = text("report.mark_synthetic" if synthetic else "maps.product", lang)
    edges = f'@page{{@bottom-center{{content:"{numbered}"}}@top-center{{content:"{mark}"}}}}\n'
    return still_page(
        "paper.html",
        asset("report.css") + edges,
        lang=lang,
        title=title,
        lead=lead,
        parts=parts,
        made=[
            text("report.version_of", lang, version=origin.version),
            text("report.recorded", lang, day=isolate(shown_day(origin.day, lang))),
        ],
        head_words=text("report.head", lang),
        head=origin.head,
        seal_words=text("call.seal", lang),
        seal=origin.seal,
        synthetic=text("report.synthetic", lang) if synthetic else "",
        private=text("paper.private", lang) if private else "",
        cell=lambda cell, kind: _clipped(written(cell, kind, lang)),
        n=lambda value: number(value, lang),
        svg=Markup,
    )


def _clipped(words: str) -> str:
    return words if len(words) <= _CLIPPED else f"{words[: _CLIPPED - 1]}…"
