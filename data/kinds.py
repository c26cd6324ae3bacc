"""What folders this program writes, each recognised by what it holds, so that one only replaces its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK
from data.exports import FIRST_COLUMNS, SUMMARY
from data.nation.folder import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Callable
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
PROPOSAL_FILE = "proposal.json"
PROPOSAL_TABLES = ("transfers", "joined", "left", "address_unknown", "unassigned")
_ALWAYS_EXPORTED = {"centers.csv", "vacancies.csv", "places.csv", "neighbourhoods.geojson", SUMMARY}
_EXPORTED = _ALWAYS_EXPORTED | {f"{name}.csv" for name in FIRST_COLUMNS}


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
    nation = (folder / SUMMARY).is_file() and (folder / PROVINCES).is_dir()
    return folder.is_dir() and (nation or (folder / CASEBOOK).is_file())


def is_export_folder(folder: Path) -> bool:
    """Whether a folder holds exports, all or only the public ones, and nothing else."""
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


def is_handover_folder(folder: Path) -> bool:
    """Whether a folder holds what ``siting handover`` writes, and nothing else."""
    files, tables = _files(folder), {INDEX_FILE, NOTIFY_FILE}
    return tables <= files and all(one.endswith(WORKBOOK) and BETWEEN in one for one in files - tables)


PLAN = Kind("not_a_plan_folder", is_plan_folder)
EXPORT = Kind("not_an_export_folder", is_export_folder)
CATCHMENTS = Kind("not_a_catchments_folder", is_catchments_folder)
PROPOSAL = Kind("not_a_proposal_folder", is_proposal_folder)
COMPARISON = Kind("not_a_comparison_folder", is_comparison_folder)
HANDOVER = Kind("not_a_handover_folder", is_handover_folder)


def _files(folder: Path) -> set[str]:
    """Return the names in a folder of files alone; of any other, nothing."""
    entries = list(folder.iterdir()) if folder.is_dir() else []
    return {one.name for one in entries} if all(one.is_file() for one in entries) else set()
