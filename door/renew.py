"""What a nation's folder says of all its provinces, made anew from their records."""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.casebook import CASEBOOK, Casebook
from data.casebook.content import ASSIGNMENTS
from data.disk import machine_error, write_whole
from data.errors import SitingError
from data.nation.folder import PROVINCES, SUMMARY, nation_summary, write_nation
from data.rules import Rules
from data.standing import MAP, RUN
from data.text import phrase
from maps import Missing, draw_nation
from maps.around import NOTHING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.text import Lang
    from maps.around import Around


def renew_nation(nation: Path, lang: Lang, around: Around = NOTHING) -> dict[str, Any]:
    """Write the summary and the map of a nation anew from its provinces as they stand; return the summary.

    Parameters
    ----------
    nation : Path
        Its folder.
    lang : {"fa", "en"}
        Language that the map opens in.
    around : Around
        Layers of the user's, and tiles, on the map.

    Raises
    ------
    SitingError
        ``unreadable_summary`` where a summary is not as it was written; of a casebook, or where the machine
        fails.
    """
    try:
        before = json.loads((nation / SUMMARY).read_text(encoding="utf-8"))
        run = tomllib.loads((nation / RUN).read_text(encoding="utf-8"))
        places = [(nation / PROVINCES / one["code"], one) for one in before["provinces"]]
        own = [_summary(place, one["code"], one["province"]) for place, one in places]
        rules, missing = before["rules"], before["missing"]
    except OSError as error:
        raise machine_error(error, nation) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SitingError(phrase("folder.unreadable_summary"), code="unreadable_summary") from error
    parts = [_figures(place) for place, _ in places]
    loads = np.concatenate([one.loads for one in parts])
    km = np.concatenate([one.km for one in parts], axis=1)
    summary = nation_summary(own, loads=loads, km=km[0], cases=km[1], rules=Rules(), missing=missing)
    summary["rules"] = rules
    try:
        _draw(nation, own, summary, lang, day=max(one.day for one in parts), around=around)
        return write_nation(nation, summary, run=run)
    except OSError as error:
        raise machine_error(error, nation) from error


@dataclass(frozen=True)
class _Figures:
    """What the record of a province adds to its summary: cases of every center, km and cases of everybody."""

    loads: NDArray[np.int64]
    km: NDArray[np.float64]
    day: str


def _summary(place: Path, code: str, province: str) -> dict[str, Any]:
    own = json.loads((place / SUMMARY).read_text(encoding="utf-8"))
    return {**own, "code": code, "province": province}


def _figures(place: Path) -> _Figures:
    book = Casebook.open(place / CASEBOOK)
    tables = book.tables({"plan_centers": ("cases",), ASSIGNMENTS: ("km", "cases")})
    served = tables[ASSIGNMENTS][["km", "cases"]].to_numpy(dtype=float).T
    return _Figures(tables["plan_centers"]["cases"].to_numpy(), served, book.log()[-1].day)


def _draw(
    nation: Path, own: list[dict[str, Any]], summary: dict[str, Any], lang: Lang, *, day: str, around: Around
) -> None:
    missing = [
        Missing(one["province"], int(one["households"]), str(one["reason"]), str(one["reason"]))
        for one in summary["missing"]
    ]
    temp = Path(tempfile.mkdtemp(prefix=".map.", dir=nation))
    try:
        draw_nation(temp, summaries=own, km=summary["km"], missing=missing, lang=lang, day=day, around=around)
        for file in sorted(temp.rglob("*")):
            if file.is_file():
                place = nation / MAP / file.relative_to(temp)
                place.parent.mkdir(mode=0o700, exist_ok=True)
                write_whole(place, file.read_bytes())
    finally:
        shutil.rmtree(temp, ignore_errors=True)
