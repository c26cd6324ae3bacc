"""A small network that runs, and proposals of what may happen to it, on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl

from data.casebook import CASEBOOK, Casebook
from data.change.changes import Changes, check_changes, no_moves
from data.folder import write_folder, write_plan
from data.kinds import PROPOSAL
from data.rules import Rules
from data.verify import verify
from siting.plan import plan_sites
from siting.running.proposing import put_down
from siting.running.rebalancing import rebalance_network
from tests.data.running import moves
from tests.engine_problems import centers, degrees, people, problem, sites

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY, LATER = "2026-10-07", "2026-10-20"
FORMULA = "=1+1"
ADDRESS, PHONE = "خیابان بهار، شمارهٔ ۳", "066-33400000"
SITE = (3.0, 2.0)
AT = [(1.1, 1.2), (7.3, 1.4), (4.2, 7.6)]


def founded(out: Path) -> Path:
    """45 families of a county, a site, and three centers, of which E1 alone has a name, address and phone."""
    spots = np.array([(x, y) for x in range(9) for y in range(5)]) + 0.1
    families = people(spots, place="ده بالا")
    families.loc[0, "household_id"] = FORMULA
    told = {"name": ["", "بهار", ""], "address": ["", ADDRESS, ""], "phone": ["", PHONE, ""]}
    stand = centers(AT, max_cases=[30, 30, 30], **told)
    offered = sites([SITE])
    made = problem(families, offered, centers=stand, rules=Rules(min_cases=2, max_cases=60, centers="fewest"))
    plan = plan_sites(made)

    def fill(folder: Path) -> None:
        write_plan(folder, made, plan, verify(made, plan), run={})

    write_folder(out, overwrite=False, fill=fill)
    return out


def proposed(folder: Path, out: Path, *rows: dict[str, Any], **asked: Any) -> Path:
    """A proposal on the network as it stands."""
    changes = Changes(moves=moves(*rows) if rows else no_moves(), **asked)
    book = Casebook.open(folder / CASEBOOK)
    made, plan = book.problem(), book.plan()
    check_changes(made, plan, changes)
    proposal = rebalance_network(made, plan, changes)

    def fill(temp: Path) -> None:
        put_down(proposal, plan, temp, book=book, base=book.log()[-1])

    write_folder(out, overwrite=False, fill=fill, kind=PROPOSAL)
    return out


def eventful(folder: Path, out: Path) -> Path:
    """E0 closes, one family moves to E2's door and one that nobody knew joins there."""
    lon, lat = (float(one[0]) for one in degrees([AT[2]]))
    there = {"lon": lon, "lat": lat, "date": LATER}
    return proposed(
        folder,
        out,
        {"household_id": "H0040", **there},
        {"household_id": "N1", "event": "join", **there},
        close={"E0": DAY},
    )


def cells(file: Path) -> Iterator[Any]:
    """Every cell of a workbook's only sheet."""
    sheet = sheet_of(file)
    return (cell for row in sheet.iter_rows() for cell in row)


def sheet_of(file: Path) -> Any:
    book = openpyxl.load_workbook(file)
    assert len(book.worksheets) == 1
    return book.active


def listed(file: Path, first: str = "No.") -> list[dict[str, Any]]:
    """The rows of a workbook's list by its heads."""
    rows = [list(row) for row in sheet_of(file).iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == first)
    own = rows[at + 1 :]
    return [dict(zip(rows[at], row, strict=True)) for row in own[: own.index([None] * len(rows[at]))]]
