"""What folders this program writes, each recognised by what it holds, so that one only replaces its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK
from data.exports import FIRST_COLUMNS, OF_A_CALL, SUMMARY
from data.nation.folder import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

CATCHMENT_FILES = ("catchments.csv", "catchments.geojson")
COMPARISON_FILES = (
    "transfers_centers.csv",
    "transfers_districts.csv",
    "loads.csv",
    "by_area.csv",
    "by_county.csv",
    SUMMARY,
)
INDEX_FILE, NOTIFY_FILE = "index.csv", "notify.csv"
BETWEEN, WORKBOOK = "_to_", ".xlsx"
"""What stands between the two centers in the name of a handover's workbook, and ends it."""
PAGE_FILE, PAGE_FOLDERS = "index.html", ("assets", "centers")
PAGES_FOLDER = "map"
STAFF_FILES = ("staff.html", "without.html")
"""Of the private pages, none of which is called as a public one is."""
REPORT_FILES = ("report.html", "report.xlsx", "report.pdf")
"""The last only where a browser made it."""
CASEWORKERS_FILES = ("caseworkers.csv", "beats.csv", "changes.csv", SUMMARY)
ACTIVITY_FILES = ("flagged.csv", "done.csv", SUMMARY)
TRY_FILES = ("try.html", "try.xlsx", "variants.csv", "centers.csv", SUMMARY)
STATUS_FILES = ("status.html", "status.xlsx", "status.csv")
FEES_FILES = ("invoices.csv", "unpaid.csv", "fees.xlsx", "invoices")
"""The last a folder of pages."""
FEES_YEAR_FILES = ("centers.csv", "fees.xlsx", SUMMARY)
SERVICES_FILES = ("services.html", "services.xlsx", "services.csv", "without.csv", "givers.csv", SUMMARY)
VISITS_FILES = ("visits.csv", "days.csv", "unvisited.csv", SUMMARY)
VISITS_ENDINGS = (".ics", WORKBOOK)
"""Of the two files for each caseworker beside them."""
LETTERS_PAGE, LETTERS_FOLDER = "letters.html", "letters"
"""All letters to applicants on one page (a nation has one a province), and a folder with a page each."""
PROPOSAL_FILE = "proposal.json"
PROPOSAL_TABLES = ("transfers", "joined", "left", "address_unknown", "unassigned")
_ALWAYS_EXPORTED = {"centers.csv", "vacancies.csv", "places.csv", "neighbourhoods.geojson", SUMMARY}
_EXPORTED = _ALWAYS_EXPORTED | {f"{name}.csv" for name in (*FIRST_COLUMNS, *OF_A_CALL)}


@dataclass(frozen=True)
class Kind:
    """A kind of folder.

    Attributes
    ----------
    refusal : str
        Code of the error that a folder of another kind is not replaced with.
    is_there : callable
        Whether a folder is of this kind.
    """

    refusal: str
    is_there: Callable[[Path], bool]


def is_plan_folder(folder: Path) -> bool:
    """Whether a folder holds a plan (a casebook) or a nation (a summary and its provinces)."""
    return folder.is_dir() and (is_nation_folder(folder) or (folder / CASEBOOK).is_file())


def is_nation_folder(folder: Path) -> bool:
    """Whether a folder holds a nation: a summary and its provinces."""
    return (folder / SUMMARY).is_file() and (folder / PROVINCES).is_dir()


def is_export_folder(folder: Path) -> bool:
    """Whether a folder holds exports of a plan or a nation, all or only the public ones, and nothing else."""
    provinces = [one for one in folder.iterdir() if one.name != SUMMARY] if folder.is_dir() else []
    if provinces and all(one.is_dir() for one in provinces):
        return (folder / SUMMARY).is_file() and all(
            _ALWAYS_EXPORTED <= _files(one) <= _EXPORTED for one in provinces
        )
    return _ALWAYS_EXPORTED <= _files(folder) <= _EXPORTED


def is_catchments_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting catchments`` writes, and nothing else."""
    return _files(folder) == set(CATCHMENT_FILES)


def is_comparison_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting compare --out`` writes, and nothing else."""
    return _files(folder) == set(COMPARISON_FILES)


def is_proposal_folder(folder: Path) -> bool:
    """Whether a folder holds a proposal of ``siting rebalance``."""
    return folder.is_dir() and (folder / PROPOSAL_FILE).is_file()


def is_pages_folder(folder: Path) -> bool:
    """Whether a folder holds pages of ``siting map``, and nothing else."""
    entries = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    return PAGE_FILE in entries and entries <= {PAGE_FILE, *PAGE_FOLDERS}


def is_nation_pages_folder(folder: Path) -> bool:
    """Whether a folder holds the pages of ``siting map`` of a nation and its provinces, and nothing else."""
    entries = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    if entries != {PAGES_FOLDER, PROVINCES}:
        return False
    of_provinces = list((folder / PROVINCES).iterdir())
    return all(
        {one.name for one in place.iterdir()} == {PAGES_FOLDER} and is_pages_folder(place / PAGES_FOLDER)
        for place in of_provinces
    ) and is_pages_folder(folder / PAGES_FOLDER)


def is_staff_folder(folder: Path) -> bool:
    """Whether a folder holds the private pages of ``siting map --staff``, and nothing else."""
    entries = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    return set(STAFF_FILES) <= entries <= {*STAFF_FILES, *PAGE_FOLDERS}


def is_handover_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting handover`` writes, and nothing else."""
    tables = {INDEX_FILE, NOTIFY_FILE}
    if not (folder / PROVINCES).is_dir():
        files = _files(folder)
        return tables <= files and _are_lists(files - tables)
    of_provinces = [_files(one) for one in (folder / PROVINCES).iterdir()]
    beside = {one.name for one in folder.iterdir()} - {PROVINCES}
    return beside == tables and all(files and _are_lists(files) for files in of_provinces)


def is_report_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting report`` writes, and nothing else."""
    return set(REPORT_FILES[:2]) <= _files(folder) <= set(REPORT_FILES)


def is_status_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting status --out`` writes, and nothing else."""
    return _files(folder) == set(STATUS_FILES)


def is_try_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting try --out`` writes, and nothing else."""
    return _files(folder) == set(TRY_FILES)


def is_caseworkers_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting caseworkers`` writes, and nothing else."""
    return _files(folder) == set(CASEWORKERS_FILES)


def is_activity_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting record`` writes, and nothing else."""
    return _files(folder) == set(ACTIVITY_FILES)


def is_fees_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting fees`` writes of a month or a year, and nothing else."""
    entries = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    return entries in ({*FEES_FILES, SUMMARY}, set(FEES_YEAR_FILES))


def is_services_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting services`` writes, and nothing else."""
    return _files(folder) == set(SERVICES_FILES)


def is_visits_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting visits`` writes, and nothing else."""
    files = _files(folder)
    return set(VISITS_FILES) <= files and all(
        one.endswith(VISITS_ENDINGS) for one in files - set(VISITS_FILES)
    )


def is_letters_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting letters`` writes, and nothing else."""
    if not (folder / LETTERS_FOLDER).is_dir():
        return False
    stem, _, ending = LETTERS_PAGE.partition(".")
    pages = {one.name for one in folder.iterdir()} - {LETTERS_FOLDER}
    return bool(pages) and all(one.startswith(stem) and one.endswith(ending) for one in pages)


PLAN = Kind("not_a_plan_folder", is_plan_folder)
EXPORT = Kind("not_an_export_folder", is_export_folder)
CATCHMENTS = Kind("not_a_catchments_folder", is_catchments_folder)
PROPOSAL = Kind("not_a_proposal_folder", is_proposal_folder)
COMPARISON = Kind("not_a_comparison_folder", is_comparison_folder)
PAGES = Kind("not_a_map_folder", is_pages_folder)
NATION_PAGES = Kind("not_a_map_folder", is_nation_pages_folder)
STAFF = Kind("not_a_staff_folder", is_staff_folder)
REPORT = Kind("not_a_report_folder", is_report_folder)
FEES = Kind("not_a_fees_folder", is_fees_folder)
TRY = Kind("not_a_try_folder", is_try_folder)
STATUS = Kind("not_a_status_folder", is_status_folder)
CASEWORKERS = Kind("not_a_caseworkers_folder", is_caseworkers_folder)
ACTIVITY = Kind("not_an_activity_folder", is_activity_folder)
SERVICES = Kind("not_a_services_folder", is_services_folder)
VISITS = Kind("not_a_visits_folder", is_visits_folder)
LETTERS = Kind("not_a_letters_folder", is_letters_folder)
HANDOVER = Kind("not_a_handover_folder", is_handover_folder)


def _are_lists(files: Iterable[str]) -> bool:
    return all(one.endswith(WORKBOOK) and BETWEEN in one for one in files)


def _files(folder: Path) -> set[str]:
    """Return the names in a folder of files alone; of any other, nothing."""
    entries = list(folder.iterdir()) if folder.is_dir() else []
    return {one.name for one in entries} if all(one.is_file() for one in entries) else set()
