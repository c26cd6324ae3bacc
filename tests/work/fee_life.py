"""Small networks to be paid: whom centers serve, what they did, and prices in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.work.months import JalaliMonth
from data.work.tables import TABLES
from data.work.tariff_file import read_tariffs, shipped_toml
from data.work.whereabouts import BEGINNING, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.work.tariffs import Tariffs

TIR = JalaliMonth(1400, 4)
TEHRAN, ELSEWHERE = ("تهران", "تهران"), ("لرستان", "خرم‌آباد")
Step = tuple[int, str]
"""Day of Tir from when a household has a center (0 for always), and the center."""


def iso(day: int, month: JalaliMonth = TIR) -> str:
    """The day of a month, from 1."""
    return (month.first + pd.Timedelta(days=day - 1)).isoformat()[:10]


def ordinal(day: int) -> int:
    return TIR.first.toordinal() + day - 1 if day else BEGINNING


def life(
    homes: Mapping[str, str | Sequence[Step]],
    *,
    cases: Mapping[str, int] | None = None,
    status: Mapping[str, str] | None = None,
    closed: Mapping[str, int] | None = None,
    places: Mapping[str, tuple[str, str]] | None = None,
) -> Whereabouts:
    """Households with their center, or with several from different days of Tir on."""
    steps = {one: [(0, told)] if isinstance(told, str) else list(told) for one, told in homes.items()}
    rows = [
        (one, ordinal(day), center, (cases or {}).get(one, 1))
        for one in sorted(steps)
        for day, center in steps[one]
    ]
    centers = sorted({center for _, _, center, _ in rows if center})
    about = [("", *(places or {}).get(one, TEHRAN)) for one in centers]
    stood = [(one, BEGINNING, True) for one in centers]
    stood += [(one, ordinal(day), False) for one, day in (closed or {}).items()]
    ids = sorted(homes)
    return Whereabouts(
        pd.DataFrame(rows, columns=["household_id", "since", "center_id", "cases"]),
        pd.DataFrame(sorted(stood), columns=["center_id", "since", "open"]),
        pd.DataFrame(about, index=centers, columns=["name", "province", "county"]),
        pd.Series([(status or {}).get(one, "") for one in ids], index=ids, dtype=object),
    )


def full_center(homes: int = 450, center: str = "C1") -> Whereabouts:
    return life({f"H{number:04d}": center for number in range(homes)})


def acts(*rows: tuple[str, str, str, str], flags: str = "") -> pd.DataFrame:
    """Acts of a day (ISO), a household, a center and a kind."""
    table = pd.DataFrame(rows, columns=["date", "household_id", "center_id", "kind"])
    table = table.assign(
        activity_id=[f"A{number:06d}" for number in range(len(table))],
        caseworker_id="W",
        result="",
        flags=flags,
    )
    return table[list(TABLES["activity"].columns)].astype(str)


def written(folder: Path, *changes: tuple[str, str], more: str = "") -> Path:
    """The tariffs that ship with texts replaced, each of which must be there."""
    words = shipped_toml()
    for old, new in changes:
        assert old in words, old
        words = words.replace(old, new)
    file = folder / "tariffs.toml"
    file.write_text(words + more, encoding="utf-8")
    return file


def prices(folder: Path, *changes: tuple[str, str], more: str = "") -> Tariffs:
    return read_tariffs(written(folder, *changes, more=more))


def by_item(lines: pd.DataFrame) -> dict[str, int]:
    return {str(one): int(total) for one, total in lines.groupby("item")["amount"].sum().items()}


def by_center(lines: pd.DataFrame) -> dict[str, int]:
    return {str(one): int(total) for one, total in lines.groupby("center_id")["amount"].sum().items()}
