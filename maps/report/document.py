"""The report as one HTML file that prints: contents, numbered sections, tables that repeat their heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.text import number, text
from maps.dates import shown_day
from maps.names import plan_title, provinces_title
from maps.page import asset, isolate, still_page
from maps.plan_page import REASONS
from maps.report import charts, counties, groups, network_tables, proof
from maps.report.figures import access
from maps.report.loads import load_chart
from maps.report.tables import known, named, written

if TYPE_CHECKING:
    from data.text import Lang
    from maps.report.counties import Unserved
    from maps.report.network import Network
    from maps.report.small import Shown
    from maps.report.svg import Chart
    from maps.report.tables import Cell, Kind, Table

_CLIPPED = 200
"""Characters of a text in a printed table; the workbook has the whole of it."""
FIGURES: tuple[tuple[str, Kind], ...] = (
    ("households", "count"), ("cases", "count"), ("served", "count"), ("unserved", "count"),
    ("centers", "count"), ("vacancies", "count"), ("km_mean", "far_km"), ("km_median", "far_km"),
    ("km_p90", "far_km"), ("km_worst_tenth", "far_km"), ("gap", "percent"), ("gini", "ratio"),
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A numbered part of the report.

    Attributes
    ----------
    key : str
        ``report.section_KEY`` is its heading, and it is linked to by that name.
    lead : tuple of str
        Sentences before anything else.
    charts : tuple of Chart
        In order.
    tables : tuple of Table
        After the charts.
    wide : bool
        Whether it is printed on pages that lie.
    """

    key: str
    lead: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    wide: bool = False


def document(network: Network, lang: Lang) -> str:
    """Return the page; the same for the same network and language.

    Parameters
    ----------
    network : Network
        What it tells of.
    lang : {"fa", "en"}
        Its language.
    """
    origin = network.origin
    name = title(network, lang)
    return still_page(
        "report.html",
        asset("report.css") + _page_style(network, lang),
        lang=lang,
        name=name,
        say=lambda key, **values: _say(key, lang, values),
        cell=lambda cell, kind: _clip(written(cell, kind, lang)),
        n=lambda value: number(value, lang),
        synthetic=bool(network.summary["synthetic"]),
        nation=bool(network.parts),
        version=origin.version,
        day=shown_day(origin.day, lang),
        head=origin.head,
        figures=[
            (text(f"report.figure_{key}", lang, km=_km(network, lang)), written(cell, kind, lang))
            for (key, kind), cell in zip(FIGURES, key_figures(network), strict=True)
            if cell is not None
        ],
        sections=sections(network, lang),
        k=network.k,
        since=network.since if network.since not in {0, origin.version} else 0,
        mixed=any(one["since"] != one["casebook_version"] for one in network.parts),
    )


def title(network: Network, lang: Lang) -> str:
    """Return what the plan is called, by what is in it."""
    if network.parts:
        return provinces_title([str(one["province"]) for one in network.parts], lang)
    pairs = network.people[["province", "county"]].drop_duplicates().to_numpy(dtype=object)
    return plan_title(((str(province), str(county)) for province, county in pairs), lang)


def key_figures(network: Network) -> tuple[Cell | Shown, ...]:
    """Return the values of `FIGURES`; None for what there is not."""
    summary, left = network.summary, counties.unserved(network)
    row = counties.whole_row(network, left)
    gap, curve = summary["bound_gap"], access(network.served, network.k)
    return (
        *row[:3],
        left.everyone(network.k).shown(network.k),
        *row[3:5],
        *row[7:],
        counties.worst_tenth(network.served, network.k),
        None if gap is None else 100 * gap,
        None if curve is None else curve.gini,
    )


def sections(network: Network, lang: Lang) -> tuple[Section, ...]:
    """Return the parts of the report in order."""
    left, nation = counties.unserved(network), bool(network.parts)
    by_county = counties.county_table(network, left, lang)
    by_province = (counties.province_table(network, left, lang),) if nation else ()
    splits = network_tables.split_table(network, lang)
    vacant = network_tables.vacancy_table(network, lang)
    near = network_tables.reserve_table(network, lang)
    all_centers = () if nation else (network_tables.center_table(network, lang),)
    in_workbook = (text("report.in_workbook", lang),) if nation else ()
    status = groups.status_table(network, left, lang)
    return (
        Section(
            "access",
            (_distance(network, lang),),
            _there(charts.distance_chart(network, lang), charts.access_chart(network, lang)),
        ),
        Section("areas", (), _there(charts.area_chart(network, lang)), (groups.area_table(network, lang),)),
        Section("loads", (), _there(load_chart(network, lang))),
        Section(
            "vacancies",
            (
                text("report.lead_vacancies" if vacant.rows else "report.no_vacancies", lang),
                *_unserved(network, left, lang),
            ),
            tables=_filled(vacant),
        ),
        Section(
            "groups",
            (text("report.lead_groups" if status.rows else "report.one_group", lang),),
            _there(charts.group_chart(network, left, lang)),
            _filled(status),
        ),
        Section(
            "proof",
            (
                proof.bound_words(network, lang),
                text("report.lead_checks", lang, count=len(proof.checks(network))),
            ),
            tables=(proof.term_table(network, lang), proof.check_table(network, lang)),
        ),
        Section(
            "reserves",
            (*_near_ties(network, near, lang), *in_workbook),
            tables=() if nation else _filled(near),
        ),
        Section(
            "splits",
            (text("report.lead_splits" if splits.rows else "report.no_splits", lang),),
            tables=_filled(splits),
        ),
        Section("rules", (text("report.lead_rules", lang),), tables=(proof.rule_table(network, lang),)),
        Section(
            "origin",
            (text("report.lead_origin", lang),),
            tables=(proof.origin_table(network, lang), *_filled(proof.head_table(network, lang))),
        ),
        Section("counties", _missing(network, lang), tables=(*by_province, by_county), wide=True),
        Section("centers", in_workbook, tables=all_centers, wide=True),
    )


def _filled(table: Table) -> tuple[Table, ...]:
    return (table,) if table.rows else ()


def _there(*found: Chart | None) -> tuple[Chart, ...]:
    return tuple(one for one in found if one is not None)


def _near_ties(network: Network, near: Table, lang: Lang) -> list[str]:
    if network.summary["bound_km"] is None:
        return [text("report.lead_reserves", lang)]
    ties = sum(1 for row in near.rows if row[-1])
    proven = text("report.lead_near_ties", lang, count=ties, rows=len(near.rows))
    return [text("report.lead_reserves", lang), proven]


def _unserved(network: Network, left: Unserved, lang: Lang) -> list[str]:
    """Return a sentence for each reason why somebody has no center."""
    if not left.reasons:
        return [text("report.all_served", lang)]
    return [
        text(
            "report.unserved_because",
            lang,
            why=known(f"maps.reason_{reason}", reason, REASONS, lang),
            count=written(left.whole[reason].shown(network.k), "count", lang),
        )
        for reason in left.reasons
    ]


def _missing(network: Network, lang: Lang) -> tuple[str, ...]:
    names = [named(str(one["province"]), "", lang) for one in network.summary.get("missing", ())]
    listed = text("report.comma", lang).join(isolate(name) for name in names)
    return (text("report.missing", lang, names=listed),) if names else ()


def _distance(network: Network, lang: Lang) -> str:
    rules = network.summary["rules"]
    factors = {"urban": float(rules["detour_urban"]), "rural": float(rules["detour_rural"])}
    kind = network.summary["distance"]
    key = kind if kind in ("detour", "travel_file") else "straight_line"
    words = text(f"maps.distance_{key}", lang, **(factors if key == "detour" else {}))
    by_place = f"{text('report.by_place', lang)} " if network.summary.get("located_by_place") else ""
    return f"{words} {by_place}{text('maps.weighted', lang)}"


def _km(network: Network, lang: Lang) -> str:
    return text(f"maps.km_{network.summary['distance']}", lang)


def _page_style(network: Network, lang: Lang) -> str:
    """Return what each printed page says at its edges."""
    shape = "persian" if lang == "fa" else "decimal"
    pages = text(
        "report.pages", lang, page=f'" counter(page, {shape}) "', pages=f'" counter(pages, {shape}) "'
    )
    mark = text("report.mark_synthetic" if network.summary["synthetic"] else "maps.product", lang)
    return (
        f'@page{{@bottom-center{{content:"{pages}"}}@top-center{{content:"{mark}"}}'
        f'@bottom-left{{content:"{network.origin.head[:12]}"}}}}\n'
    )


def _say(key: str, lang: Lang, values: dict[str, object]) -> str:
    shown = {name: isolate(value) if isinstance(value, str) else value for name, value in values.items()}
    return text(f"report.{key}", lang, **shown)


def _clip(words: str) -> str:
    return words if len(words) <= _CLIPPED else f"{words[: _CLIPPED - 1]}…"
