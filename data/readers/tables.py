"""The input tables, read into one shape: ids as text, degrees in WGS84, words as tokens, nothing personal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from data.errors import SitingError
from data.events import ARRIVALS
from data.fold import fold
from data.readers.builder import Builder
from data.readers.values import by_unique
from data.schemas import (
    APPLICANTS,
    CENTERS,
    EVENTS_OF_A_DAY,
    HOUSEHOLDS,
    MOVES,
    TRAVEL,
    TRAVEL_PAIRS,
    applications,
)
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.errors import Failure
    from data.readers.reading import Reading


def read_households(
    path: Path, *, columns: Path | None = None, keep: Sequence[str] = (), reading: Reading | None = None
) -> pd.DataFrame:
    """Read households.

    Parameters
    ----------
    path : Path
        Any format of `data.readers.source.read_source`.
    columns : Path, optional
        Mapping file that names columns and CRS, see `read_column_map`.
    keep : sequence of str
        Headers of further columns to keep, as text.
    reading : Reading, optional
        What the files of a run share: pseudonyms of national codes, by the user's own key without it. Files
        are read in the order centers, applicants, households, travel, so that ids meet.

    Returns
    -------
    DataFrame
        Columns of `data.schemas.HOUSEHOLDS`, then what was kept. ``lon`` and ``lat`` are NaN where only the
        place is known; texts are empty where the file says nothing; ``cases`` is 1 where it says nothing.

    Raises
    ------
    SitingError
        With every failing row.
    """
    table, failures = households_told(path, columns=columns, keep=keep, reading=reading)
    if failures:
        raise SitingError.of(failures)
    return table


def households_told(
    path: Path, *, columns: Path | None = None, keep: Sequence[str] = (), reading: Reading | None = None
) -> tuple[pd.DataFrame, list[Failure]]:
    """Read households as `read_households` does; return failing rows beside the table, which has them too.

    Only a file that cannot be read as a whole raises `SitingError`.
    """
    file = Builder(path, "households", columns, reading)
    file.need("household_id", point=True, or_place=True)
    ids = file.identify("household_id")
    place = file.text("place")
    points = file.points(place)
    table = {
        "household_id": ids,
        "lon": points["lon"],
        "lat": points["lat"],
        "cases": file.whole("cases", "bad_cases", 1, no_words=True).astype("int64"),
        **_ground(file),
        "status": file.words("status", "household_status"),
        "center_id": file.id_column("center_id"),
        "pin": file.id_column("pin"),
        "synthetic": file.words("synthetic", "accessible"),
    }
    return file.told({**table, **file.kept(keep)}, HOUSEHOLDS)


def read_applicants(
    path: Path,
    *,
    columns: Path | None = None,
    sites_per_applicant: int = 5,
    reading: Reading | None = None,
) -> pd.DataFrame:
    """Read applicants, one row a site.

    Parameters
    ----------
    path, columns, reading
        As `read_households`.
    sites_per_applicant : int
        An applicant proposes at most so many, at least 1.

    Returns
    -------
    DataFrame
        Columns of `data.schemas.APPLICANTS`. Where the file says nothing, ``preference`` is the order of an
        applicant's rows, ``site_id`` is ``applicant_id-preference``, ``score`` 0, ``use`` candidate and
        ``decision`` accepted.

    Raises
    ------
    SitingError
        With every failing row.
    """
    file = Builder(path, "applicants", columns, reading)
    table = sites_told(file, most=sites_per_applicant)
    table["decision"] = table["decision"].mask(table["decision"] == "", "accepted")
    file.check(accepted_together(table), applications(sites_per_applicant), most=sites_per_applicant)
    return file.finish(table, APPLICANTS)


def accepted_together(table: Mapping[str, pd.Series] | pd.DataFrame) -> pd.DataFrame:
    """Return what `data.schemas.applications` checks of applicants whose sites are decided on.

    What may not open anyway counts neither as too many nor as proposed twice.
    """
    return pd.DataFrame(
        {
            "applicant_id": table["applicant_id"].where(table["decision"] == "accepted", ""),
            "preference": table["preference"],
            "province_key": by_unique(table["province"], _province_key).astype("str"),
        }
    )


def sites_told(file: Builder, *, most: int) -> dict[str, pd.Series]:
    """Return the columns of `data.schemas.APPLICANTS` as a file tells them, ``decision`` empty if untold.

    Parameters
    ----------
    file : Builder
        Of applicants.
    most : int
        Sites that an applicant may propose.
    """
    file.need("applicant_id", point=True, or_place=True)
    ids = file.identify("applicant_id")
    points = file.points(file.text("place"))
    preference = _preference(file, ids, most)
    site_id = file.id_column("site_id")
    ground = _ground(file)
    return {
        "applicant_id": ids,
        "site_id": site_id.mask(site_id == "", ids + "-" + preference.astype("str")),
        "lon": points["lon"],
        "lat": points["lat"],
        "preference": preference,
        "score": file.number("score", "bad_score", 0.0),
        "kind": file.words("kind", "kind"),
        "field": file.text("field"),
        "accessible": file.words("accessible", "accessible", code="bad_accessible"),
        "use": file.words("use", "use", code="bad_use", default="candidate"),
        "decision": file.words("decision", "decision", code="bad_decision"),
        "decision_reason": file.text("decision_reason"),
        "registered_at": file.dates("registered_at", times=True),
        **ground,
    }


def read_centers(path: Path, *, columns: Path | None = None, reading: Reading | None = None) -> pd.DataFrame:
    """Read existing centers.

    Parameters
    ----------
    path, columns, reading
        As `read_households`.

    Returns
    -------
    DataFrame
        Columns of `data.schemas.CENTERS`; ``status`` is open where the file says nothing, ``max_cases`` and
        ``caseworkers`` NaN.

    Raises
    ------
    SitingError
        With every failing row.
    """
    file = Builder(path, "centers", columns, reading)
    file.need("center_id", point=True)
    ids = file.identify("center_id")
    points = file.points()
    table = {
        "center_id": ids,
        "lon": points["lon"],
        "lat": points["lat"],
        "name": file.text("name"),
        "address": file.text("address"),
        "phone": file.id_column("phone"),
        "applicant_id": file.id_column("applicant_id"),
        "status": file.words("status", "center_status", code="bad_status", default="open"),
        "max_cases": file.whole("max_cases", "bad_max_cases", float("nan")),
        "caseworkers": file.whole("caseworkers", "bad_caseworkers", float("nan")),
        "grade": file.id_column("grade"),
        **_ground(file),
    }
    return file.finish(table, CENTERS)


def read_travel(path: Path, *, columns: Path | None = None, reading: Reading | None = None) -> pd.DataFrame:
    """Read measured travel between households and sites (or centers).

    Parameters
    ----------
    path, columns, reading
        As `read_households`.

    Returns
    -------
    DataFrame
        ``household_id``, ``site_id``, ``km`` and ``row``, one row a pair.

    Raises
    ------
    SitingError
        With every failing row.
    """
    file = Builder(path, "travel", columns, reading)
    file.need("household_id", "site_id", "km")
    ids = file.identify("household_id")
    pairs = {"household_id": ids, "site_id": file.id_column("site_id")}
    file.check(pd.DataFrame(pairs), TRAVEL_PAIRS)
    km = file.number("km", "bad_km", float("nan"))
    file.refuse(km.isna(), "bad_km")
    return file.finish({**pairs, "km": km.fillna(0.0)}, TRAVEL)


def read_moves(path: Path, *, columns: Path | None = None, reading: Reading | None = None) -> pd.DataFrame:
    """Read what happened to households since a plan was made: moves, joins, leaves, addresses unknown.

    Parameters
    ----------
    path, columns, reading
        As `read_households`.

    Returns
    -------
    DataFrame
        Columns of `data.schemas.MOVES`, one row an event; ``date`` is ISO text. ``lon`` and ``lat`` are NaN
        where only the place is known, and may be where nobody arrives; ``cases`` is 1 where it says nothing.

    Raises
    ------
    SitingError
        With every failing row.
    """
    table, failures = moves_told(path, columns=columns, reading=reading)
    if failures:
        raise SitingError.of(failures)
    return table


def moves_told(
    path: Path, *, columns: Path | None = None, reading: Reading | None = None
) -> tuple[pd.DataFrame, list[Failure]]:
    """Read events as `read_moves` does; return failing rows beside the table, which has them too.

    Only a file that cannot be read as a whole raises `SitingError`.
    """
    file = Builder(path, "moves", columns, reading)
    file.need("household_id", "date", "event")
    ids = file.identify("household_id")
    dates = file.dates("date")
    events = file.words("event", "event", code="bad_event")
    file.check(pd.DataFrame({"household_id": ids, "date": dates}), EVENTS_OF_A_DAY)
    arrives = events.isin(ARRIVALS)
    if arrives.any():
        file.need(point=True, or_place=True)
    ground = _ground(file)
    # Who does not arrive anywhere needs no place to be found by.
    points = file.points(ground["place"].where(arrives, "nowhere"))
    table = {
        "household_id": ids,
        "date": dates,
        "event": events,
        "lon": points["lon"],
        "lat": points["lat"],
        "place": ground.pop("place"),
        "cases": file.whole("cases", "bad_cases", 1, no_words=True).astype("int64"),
        **ground,
        "status": file.words("status", "household_status"),
        "pin": file.id_column("pin"),
    }
    moves, failures = file.told(table, MOVES)
    undated = set(file.rows[file.text("date") == ""])
    words = phrase("readers.empty_date")
    return moves, [
        replace(one, words=words) if one.code == "bad_date" and one.row in undated else one
        for one in failures
    ]


def _ground(file: Builder) -> dict[str, pd.Series[str]]:
    names = {name: file.text(name) for name in ("province", "county")}
    return {
        **names,
        "district": file.id_column("district"),
        "place": file.text("place"),
        "area": file.words("area", "area", code="bad_area"),
    }


def _preference(file: Builder, ids: pd.Series[str], most: int) -> pd.Series[int]:
    told = file.whole("preference", "bad_preference", float("nan"), most=most)
    empty = file.text("preference") == ""
    some = (~empty).groupby(ids).transform("any")
    file.refuse(empty & some, "bad_preference", most=most)
    order = ids.groupby(ids).cumcount() + 1
    return told.mask(empty & ~some, order).fillna(0).astype("int64")


def _province_key(name: str) -> str:
    return fold(name).removeprefix("استان ")
