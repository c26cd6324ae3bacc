"""Further households that a running network is to serve, read into changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from data.change.asked import iso_date
from data.change.changes import Changes
from data.errors import Failure
from data.hashing import file_hash
from data.pseudonyms import Pseudonyms
from data.readers.reading import Reading
from data.readers.tables import households_told
from data.schemas import MOVES
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.problem import Problem

JOIN = "join"


@dataclass(frozen=True)
class AskedGrowth:
    """The options of ``siting grow`` as they were written.

    Attributes
    ----------
    households : Path
        The file of a further phase: who is new, or was of a later phase until now.
    effective : str
        From when, Jalali or ISO; today without it.
    columns, key : Path or None
        As `data.intake.Inputs`.
    key_fingerprint : str
        Of the key that the plan's pseudonyms were made with; empty where it has none.
    """

    households: Path
    effective: str = ""
    columns: Path | None = None
    key: Path | None = None
    key_fingerprint: str = ""

    @property
    def date(self) -> str:
        """From when, ISO."""
        return iso_date(self.effective) if self.effective else datetime.now().astimezone().date().isoformat()

    def read(self, problem: Problem) -> Changes:
        """Return who joins, and who is served from now on, whatever the status.

        Parameters
        ----------
        problem : Problem
            Of the network that runs.

        Raises
        ------
        SitingError
            Where the file as a whole cannot be read. Every failing row is among the faults of what is
            returned: ``served_already`` for whom the network serves or should serve.
        """
        reading = Reading(Pseudonyms(self.key, expected=self.key_fingerprint))
        reading.pseudonyms.remember(problem.households["household_id"], "household")
        table, faults = households_told(self.households, columns=self.columns, reading=reading)
        waits = problem.households.loc[problem.households["reason"] == "not_in_phase", "household_id"]
        known = table["household_id"].isin(problem.households["household_id"])
        again = table[known & ~table["household_id"].isin(waits)]
        words = phrase("changes.served_already")
        faults += [
            Failure(self.households.name, int(row), "served_already", name, words)
            for row, name in again[["row", "household_id"]].itertuples(index=False)
        ]
        return Changes(
            moves=_joins(table[~known], self.date),
            admitted=tuple(sorted(table["household_id"])),
            effective=self.date,
            file=self.households.name,
            inputs={"grown": file_hash(self.households)},
            faults=tuple(faults),
        )


def _joins(table: pd.DataFrame, date: str) -> pd.DataFrame:
    rows = table.assign(event=JOIN, date=date)
    blank = {
        name: np.full(len(table), "", dtype=object) for name in MOVES.columns if name not in rows.columns
    }
    return rows.assign(**blank)[list(MOVES.columns)].reset_index(drop=True)
