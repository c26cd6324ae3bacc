"""The tables of a report as a workbook: a sheet each, numbers as numbers, text never a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import text
from maps.report import counties, groups, network_tables, proof
from maps.report.document import FIGURES, key_figures, title
from maps.report.figures import access, distance_classes
from maps.report.tables import Table, columns
from maps.workbook import Sheet, workbook_of

if TYPE_CHECKING:
    from data.text import Lang
    from maps.report.network import Network


def workbook(network: Network, lang: Lang) -> bytes:
    """Return the tables as an XLSX file, the same bytes whenever it is written.

    Parameters
    ----------
    network : Network
        What it tells of.
    lang : {"fa", "en"}
        Persian sheets run from right to left.
    """
    return workbook_of(
        (
            Sheet(text(f"report.sheet_{one.key}", lang), text(f"report.table_{one.key}", lang), one)
            for one in all_tables(network, lang)
        ),
        title=title(network, lang),
        synthetic=bool(network.summary["synthetic"]),
        origin=network.origin,
        lang=lang,
    )


def all_tables(network: Network, lang: Lang) -> tuple[Table, ...]:
    """Return every table of the report, and the figures that its charts draw."""
    left, nation = counties.unserved(network), bool(network.parts)
    return (
        _figures(network, lang),
        *((counties.province_table(network, left, lang),) if nation else ()),
        counties.county_table(network, left, lang),
        network_tables.center_table(network, lang),
        network_tables.vacancy_table(network, lang),
        network_tables.reserve_table(network, lang),
        network_tables.split_table(network, lang),
        groups.area_table(network, lang),
        groups.status_table(network, left, lang),
        _distances(network, lang),
        _access(network, lang),
        proof.term_table(network, lang),
        proof.check_table(network, lang),
        proof.rule_table(network, lang),
        proof.origin_table(network, lang),
        *((proof.head_table(network, lang),) if nation else ()),
    )


def _figures(network: Network, lang: Lang) -> Table:
    km = text(f"maps.km_{network.summary['distance']}", lang)
    figures = zip(FIGURES, key_figures(network), strict=True)
    rows = tuple(
        (text(f"report.figure_{key}", lang, km=km), one) for (key, _), one in figures if one is not None
    )
    return Table("figures", columns(lang, {"figure": "text", "value": "number"}), rows)


def _distances(network: Network, lang: Lang) -> Table:
    rows = tuple(
        (one.low_km, None if one.high_km == float("inf") else one.high_km, one.households, one.cases)
        for one in distance_classes(network.served, network.k)
    )
    heads = columns(lang, {"from_km": "number", "to_km": "number", "households": "count", "cases": "count"})
    return Table("distances", heads, rows)


def _access(network: Network, lang: Lang) -> Table:
    curve = access(network.served, network.k)
    points = [] if curve is None else zip(curve.share_of_cases, curve.share_of_km, strict=True)
    rows = tuple((100 * cases, 100 * way) for cases, way in points)
    return Table("access", columns(lang, {"share_cases": "percent", "share_way": "percent"}), rows)
