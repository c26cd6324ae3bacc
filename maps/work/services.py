"""The page and the workbook of services: coverage, a map of each, by area, by group and by county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import text
from maps.names import plan_title
from maps.page import isolate
from maps.work.paper import Part, paper
from maps.work.services_map import service_map, sheet_of
from maps.work.services_tables import catalogue_table, coverage_table, giver_table, part_tables
from maps.workbook import Sheet, workbook_of

if TYPE_CHECKING:
    import pandas as pd

    from data.privacy.publishing import Published
    from data.text import Lang
    from data.work.coverage import Coverage
    from maps.origin import Origin
    from maps.report.tables import Table


def services_page(
    found: Coverage, shown: Published, origin: Origin, lang: Lang, *, distance: str, synthetic: bool
) -> bytes:
    """Return the page, UTF-8; nothing private is in it.

    Parameters
    ----------
    found : Coverage
        What everybody gets.
    shown : Published
        What may be published of the plan: its ground is drawn.
    origin : Origin
        Version and head of the record.
    lang : {"fa", "en"}
        Its language.
    distance : str
        How kilometres are measured, in a sentence.
    synthetic : bool
        Whether the households are invented.
    """
    k, special = shown.least, special_services(found)
    services = found.catalogue.services
    common = [isolate(one.name(lang)) for place, one in enumerate(services) if place not in special]
    lead = [
        text("services.lead", lang),
        distance,
        text("services.privacy", lang, k=k),
        text("services.named", lang, count=len(services), in_all=found.catalogue.in_all),
    ]
    everywhere = (text("services.everywhere", lang, names=text("report.comma", lang).join(common)),)
    tables = [(text(f"services.table_{one.key}", lang), one) for one in part_tables(found, k, lang, special)]
    coverage = text("services.table_coverage", lang)
    givers = giver_table(found, k, lang, special)
    parts = (
        Part(
            coverage, everywhere if common else (), ((coverage, coverage_table(found, k, lang)),), wide=True
        ),
        *_maps(found, shown, special, lang),
        *(Part(words, (), ((words, one),), wide=True) for words, one in tables),
        *_one(text("services.table_givers", lang), givers),
        *_one(text("services.table_catalogue", lang), catalogue_table(found, lang)),
    )
    words = paper(
        title(found.people, lang),
        parts,
        lead=tuple(lead),
        origin=origin,
        synthetic=synthetic,
        private=False,
        lang=lang,
    )
    return words.encode()


def services_workbook(found: Coverage, k: int, origin: Origin, lang: Lang, *, synthetic: bool) -> bytes:
    """Return the same tables, of every service, as XLSX.

    Parameters
    ----------
    found : Coverage
        What everybody gets.
    k : int
        Fewest households of a figure.
    origin : Origin
        Version and head of the record.
    lang : {"fa", "en"}
        Of the workbook.
    synthetic : bool
        Whether the households are invented.
    """
    everything = range(len(found.catalogue.services))
    tables = (
        coverage_table(found, k, lang),
        *part_tables(found, k, lang, everything),
        giver_table(found, k, lang, everything),
        catalogue_table(found, lang),
    )
    sheets = [
        Sheet(text(f"services.sheet_{one.key}", lang), text(f"services.table_{one.key}", lang), one)
        for one in tables
    ]
    name = title(found.people, lang)
    return workbook_of(sheets, title=name, synthetic=synthetic, origin=origin, lang=lang)


def special_services(found: Coverage) -> list[int]:
    """Return the positions of the services that somebody does not get at the own center."""
    return [place for place in range(len(found.catalogue.services)) if not found.everywhere(place)]


def title(people: pd.DataFrame, lang: Lang) -> str:
    """Return what the page is called, by the places in it."""
    pairs = people[["province", "county"]].drop_duplicates().to_numpy(dtype=object)
    named = plan_title(((str(province), str(county)) for province, county in pairs), lang)
    return text("services.title", lang, plan=named)


def _maps(found: Coverage, shown: Published, special: list[int], lang: Lang) -> list[Part]:
    if not special:
        return []
    sheet = sheet_of(found, shown.plan.centers, shown.plan.neighbourhoods)
    parts = []
    for number, place in enumerate(special):
        service = found.catalogue.services[place]
        drawn = service_map(found, sheet, place, shown.least, lang, first=number == 0)
        givers = int((found.capacity(place) > 0).sum())
        said = text("services.map_lead" if givers else "services.map_no_giver", lang, givers=givers)
        needed = [isolate(one) for one in service.needed(lang) if one]
        needs = (text("services.needs", lang, needed=text("report.comma", lang).join(needed)),)
        parts.append(Part(service.name(lang), (said, *(needs if needed else ())), drawn=str(drawn)))
    return parts


def _one(words: str, table: Table) -> tuple[Part, ...]:
    return (Part(words, (), ((words, table),), wide=True),) if table.rows else ()
