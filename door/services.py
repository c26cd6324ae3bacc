"""Services shared out, verified, kept in the record and written; and where further devices serve most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocation.services.covered import cover_all
from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, SitingError
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import check_place, write_folder
from data.kinds import SERVICES, is_nation_folder
from data.nation.check import province_folders
from data.privacy.publishing import published
from data.record.sealed import require_sealed
from data.summary import to_json
from data.text import phrase, text
from data.verify.services import Stated, verify_services
from data.work.catalogue_file import catalogue_of, read_catalogue, shipped_catalogue
from data.work.offers import effective, read_offers, told_in
from door.working import keep
from maps.origin import Origin
from maps.work.services import services_page, services_workbook

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.casebook import Entry
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang
    from data.work.catalogue import Catalogue
    from data.work.coverage import Coverage

KIND = "services"
SCHEMA = 1


@dataclass(frozen=True)
class Wanted:
    """The services of a network and who gives them, as files or the record say.

    Attributes
    ----------
    catalogue : Catalogue
        The services.
    told : DataFrame
        Offers that are told (`data.work.offers.read_offers`).
    offers : DataFrame
        What every center gives.
    """

    catalogue: Catalogue
    told: pd.DataFrame
    offers: pd.DataFrame


def write_services(
    folder: Path,
    out: Path,
    *,
    catalogue: Path | None = None,
    offers: Path | None = None,
    lang: Lang,
    overwrite: bool = False,
    who: str = "",
    why: str = "",
) -> dict[str, Any]:
    """Share out every service, keep the offers in the record, and write who gets what where.

    Parameters
    ----------
    folder, out : Path
        Of the plan, and the folder to write outside it.
    catalogue, offers : Path, optional
        As `wanted`.
    lang : {"fa", "en"}
        Of page and workbook.
    overwrite : bool
        Whether services that stand there may be replaced.
    who, why : str
        For the log.

    Returns
    -------
    dict
        ``summary.json``.

    Raises
    ------
    SitingError
        Of the files, of the record, where the place is taken, or the machine fails.
    """
    refuse_nation(folder)
    refuse_over_plan(folder, out)
    check_place(out, overwrite=overwrite, kind=SERVICES)
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    problem, plan = book.problem(), book.plan()
    require_sealed(log[-1], problem, plan)
    asked = wanted(book, log, plan, catalogue, offers)
    found, prices, losses = cover_all(problem, plan, asked.catalogue, asked.offers)
    given, without = found.given(), found.without()
    verify_services(problem, plan, asked.offers, Stated(given, without, prices))
    payload = {"catalogue": asked.catalogue.as_dict()}
    tables = {"offers": asked.offers}
    version = keep(
        folder, tables, kind=KIND, lang=lang, after=log[-1].hash, payload=payload, who=who, why=why
    )
    entry = book.log()[version - 1]
    origin = Origin(entry.version, entry.hash, entry.day, book.seal())
    shown = published(problem, plan, book, version)
    summary = summary_of(found, problem, losses, origin)
    synthetic = bool(problem.synthetic)
    distance = distance_words(problem, lang)
    page = services_page(found, shown, origin, lang, distance=distance, synthetic=synthetic)
    contents = {
        "services.html": page,
        "services.xlsx": services_workbook(found, shown.least, origin, lang, synthetic=synthetic),
        "services.csv": to_csv(given, synthetic=synthetic),
        "without.csv": to_csv(without, synthetic=synthetic),
        "givers.csv": to_csv(found.givers(), synthetic=synthetic),
        SUMMARY: to_json(summary),
    }

    def fill(place: Path) -> None:
        for name, content in contents.items():
            (place / name).write_bytes(content)

    write_folder(out, overwrite=overwrite, fill=fill, kind=SERVICES)
    return summary


def wanted(
    book: Casebook, log: list[Entry], plan: Plan, catalogue: Path | None, offers: Path | None
) -> Wanted:
    """Return the services of a network and who gives them.

    Parameters
    ----------
    book : Casebook
        Of the network.
    log : list of Entry
        Of the book.
    plan : Plan
        Its current plan.
    catalogue : Path, optional
        TOML; else the one that the record's offers were made under, else the shipped one.
    offers : Path, optional
        Table; else the record's. A table given tells all: what it leaves out is as without offers.

    Raises
    ------
    SitingError
        With everything that is wrong with the files.
    """
    before = _recorded(log)
    services = read_catalogue(catalogue) if catalogue else before or shipped_catalogue()
    centers = [str(one) for one in plan.centers["center_id"]]
    if offers is not None:
        told = read_offers(offers, services, centers)
    else:
        kept = book.work("offers")
        told = told_in(kept, before) if before else kept.iloc[:0]
        told = told[told["service_id"].isin(services.ids)].reset_index(drop=True)
    return Wanted(services, told, effective(services, centers, told))


def summary_of(found: Coverage, problem: Problem, losses: dict[str, float], origin: Origin) -> dict[str, Any]:
    """Return ``summary.json`` of services that were shared out."""
    figures = found.figures()
    for one in figures:
        one["kept_together_loss_km"] = losses[one["service_id"]]
    short = {
        reason: [one["service_id"] for one in figures if one[reason]]
        for reason in ("no_giver", "no_capacity")
    }
    to_be_served = int((problem.households["reason"] != "not_in_phase").sum())
    return {
        "schema": SCHEMA,
        "synthetic": bool(problem.synthetic),
        "households": len(found.people),
        "cases": int(found.people["cases"].sum()),
        "without_center": to_be_served - len(found.people),
        "centers": len(found.center_id),
        "services_in_all": found.catalogue.in_all,
        "services": figures,
        **short,
        "casebook_version": origin.version,
        "head": origin.head,
        **sealed(origin.seal),
    }


def distance_words(problem: Problem, lang: Lang) -> str:
    """Return how kilometres are measured, in a sentence."""
    urban, rural = float(problem.rules.detour_urban), float(problem.rules.detour_rural)
    if problem.travel is not None:
        return text("maps.distance_travel_file", lang)
    if urban == rural == 1:
        return text("maps.distance_straight_line", lang)
    return text("maps.distance_detour", lang, urban=urban, rural=rural)


def refuse_nation(folder: Path) -> None:
    """Refuse a nation, for services are shared out within a province.

    Raises
    ------
    SitingError
        ``services_of_nation`` (exit code 2).
    """
    if is_nation_folder(folder):
        first = province_folders(folder)[0]
        words = phrase("services.of_nation", path=folder.name, province=str(first))
        raise SitingError(words, code="services_of_nation", exit_code=Exit.USAGE)


def _recorded(log: list[Entry]) -> Catalogue | None:
    """Return the catalogue that the last offers of a record were made under; None without offers."""
    for entry in reversed(log):
        if entry.kind == KIND and "catalogue" in entry.payload:
            return catalogue_of(entry.payload["catalogue"], CASEBOOK)
    return None
