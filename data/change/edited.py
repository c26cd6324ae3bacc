"""What a planner edited in QGIS, read as changes of the network; what means nothing is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.errors import ShapelyError

from data.casebook import Casebook, log
from data.casebook.connection import connect
from data.casebook.trouble import alien, as_siting_error
from data.change.asked import iso_date
from data.change.changes import Changes, Relocation
from data.change.editable import BASE
from data.change.edited_layers import ADDED, CHANGED, GEOM, GONE, SAME_DEGREES, Edit, edits_between, is_empty
from data.errors import Exit, Failure, SitingError
from data.geodesy import geodesic_km
from data.hashing import file_hash
from data.readers.source import kind_of
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CENTERS, HOUSEHOLDS, ASSIGNMENTS, SITES = "centers", "households", "assignments", "sites"
ON_SITE_KM = 1.0
"""How far from an applicant's site the point of a center that opens there may be drawn."""
_DECIMALS = 6
_POINT = frozenset({GEOM, "lon", "lat"})


@dataclass(frozen=True)
class AskedEdits:
    """A file that was edited in QGIS, and the casebook that it shows.

    Attributes
    ----------
    casebook : Path
        The casebook, which is only read.
    edited : Path
        A file of `data.change.editable.write_editable`, or a copy of the casebook, edited.
    effective : str
        From when the edits are in force, Jalali or ISO; today without it.
    """

    casebook: Path
    edited: Path
    effective: str = ""

    def read(self) -> Changes:
        """Return the edits as changes, not yet checked against the network.

        A center whose point was moved is relocated, one that was deleted closes, a new one with the
        ``site_id`` of an applicant opens, ``max_cases`` is what it says. A household whose center was changed
        is wanted there (`data.change.changes.Changes.wanted`), one whose pin was changed is pinned.

        Raises
        ------
        SitingError
            ``edit_not_understood`` with every row that differs otherwise; ``nothing_changes``;
            ``stale_edits`` and ``other_casebook`` (exit code 6); ``missing_file``, ``not_a_geopackage``,
            ``not_a_copy``; of the record; exit code 2 for a date that is none.
        """
        date = iso_date(self.effective) if self.effective else datetime.now().astimezone().date().isoformat()
        Casebook.open(self.casebook)
        _check_geopackage(self.edited)
        name = self.edited.name
        with as_siting_error(self.casebook), closing(connect(self.casebook)) as source:
            source.execute("BEGIN")
            sites = _sites(source)
            heads = [one.hash for one in log.read_log(source)]
            with as_siting_error(self.edited), closing(connect(self.edited)) as edited:
                edited.execute("BEGIN")
                _check_head(_head(edited, name), heads, name)
                try:
                    edits = list(edits_between(source, edited))
                except (ValueError, ShapelyError) as error:
                    raise alien(self.edited) from error
        meaning = _Meaning(date, sites, name)
        meaning.take(edits)
        if meaning.failures:
            raise SitingError.of(meaning.failures)
        found = replace(meaning.changes(), file=name, inputs={"edited": file_hash(self.edited)})
        if found.is_empty():
            raise SitingError(phrase("edited.nothing_changes", path=name), code="nothing_changes")
        return found

    def check_base(self, head: str) -> None:
        """Refuse that the casebook went on since the file was made of it.

        Parameters
        ----------
        head : str
            Of the casebook that a proposal was made on.

        Raises
        ------
        SitingError
            ``stale_edits`` (exit code 6).
        """
        with as_siting_error(self.edited), closing(connect(self.edited)) as edited:
            told = _head(edited, self.edited.name)
        _check_head(told, [told, head], self.edited.name)


@dataclass
class _Meaning:
    """What the edits mean, gathered one by one."""

    date: str
    sites: Mapping[str, Mapping[str, Any]]
    file: str
    close: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    relocate: dict[str, Relocation] = field(default_factory=dict)
    max_cases: dict[str, tuple[int, str]] = field(default_factory=dict)
    wanted: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def take(self, edits: Iterable[Edit]) -> None:
        """Take in every edit, or say what is not understood of it."""
        for edit in edits:
            if edit.how == CHANGED:
                self._changed(edit)
            elif edit.how == GONE and edit.layer == CENTERS:
                self.close[edit.id] = self.date
            elif edit.how == ADDED:
                self._added(edit)
            else:
                self._refuse(edit, edit.how)

    def changes(self) -> Changes:
        """Return what they come to."""
        return Changes(
            close=self.close,
            open=self.open,
            relocate=self.relocate,
            max_cases=self.max_cases,
            wanted=self.wanted,
            pins=self.pins,
            effective=self.date if self.wanted or self.pins else "",
        )

    def _changed(self, edit: Edit) -> None:
        left = set(edit.before)
        if edit.id and edit.layer == CENTERS:
            left -= self._center(edit)
        elif edit.id and edit.layer in (HOUSEHOLDS, ASSIGNMENTS):
            left -= self._household(edit)
        if left:
            self._refuse(edit, CHANGED, columns=", ".join(sorted(left)))

    def _center(self, edit: Edit) -> set[str]:
        """Take in the edits of a center, and return the columns that were understood."""
        understood = set()
        count = edit.row.get("max_cases")
        if "max_cases" in edit.before and isinstance(count, int | float) and float(count).is_integer():
            self.max_cases[edit.id] = (int(count), self.date)
            understood.add("max_cases")
        if _POINT & set(edit.before) and (point := _point(edit)) is not None:
            self.relocate[edit.id] = Relocation(*point, self.date)
            understood |= _POINT
        return understood

    def _household(self, edit: Edit) -> set[str]:
        understood = set()
        if "center_id" in edit.before and not is_empty(where := edit.row["center_id"]):
            if self.wanted.setdefault(edit.id, str(where)) != str(where):
                self._refuse(edit, "wishes_differ")
            understood.add("center_id")
        if edit.layer == HOUSEHOLDS and "pin" in edit.before:
            self.pins[edit.id] = str(edit.row["pin"] or "")
            understood.add("pin")
        return understood

    def _added(self, edit: Edit) -> None:
        """Take in a center that opens on an applicant's site; what else it says must be that site's."""
        name = str(edit.row.get("site_id") or "")
        site = self.sites.get(name)
        if edit.layer != CENTERS or site is None:
            self._refuse(edit, ADDED, columns="site_id" if edit.layer == CENTERS else edit.layer)
            return
        told = {one for one, value in edit.row.items() if not is_empty(value)} - {GEOM}
        odd = {one for one in told if one not in site or site[one] != edit.row[one]}
        drawn = _drawn(edit.row)
        if drawn is not None:
            away = geodesic_km(*(np.array([one]) for one in (*drawn, site["lon"], site["lat"])))
            odd |= {GEOM} if away[0] > ON_SITE_KM else set()
        if odd or name in self.open:
            self._refuse(edit, ADDED, columns=", ".join(sorted(odd)) or "site_id")
        else:
            self.open[name] = self.date

    def _refuse(self, edit: Edit, how: str, **values: object) -> None:
        words = phrase(f"edited.{how}", **values)
        self.failures.append(Failure(f"{self.file}:{edit.layer}", 0, "edit_not_understood", edit.id, words))


def _point(edit: Edit) -> tuple[float, float] | None:
    """Return where a center was moved to, by its point or by ``lon`` and ``lat``; None if they disagree."""
    told = edit.row.get("lon"), edit.row.get("lat")
    if GEOM not in edit.before:
        return _degrees(told)
    drawn = _drawn(edit.row)
    if drawn is None or not {"lon", "lat"} & set(edit.before):
        return drawn
    degrees = _degrees(told)
    return (
        drawn
        if degrees is not None and np.abs(np.subtract(degrees, drawn)).max() < 2 * SAME_DEGREES
        else None
    )


def _degrees(told: tuple[Any, Any]) -> tuple[float, float] | None:
    lon, lat = (float(one) if isinstance(one, int | float) else None for one in told)
    return None if lon is None or lat is None else (lon, lat)


def _drawn(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return where a row's point is drawn, to the last decimal that is written; None without one."""
    point = row.get(GEOM)
    if point is None or point.is_empty or point.geom_type != "Point":
        return None
    return round(point.x, _DECIMALS), round(point.y, _DECIMALS)


def _sites(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    cursor = connection.execute(f'SELECT * FROM "{SITES}"')  # noqa: S608
    names = [one[0] for one in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return {str(row["site_id"]): row for row in rows}


def _check_geopackage(path: Path) -> None:
    """Refuse a file that is not there, or that QGIS cannot have saved."""
    kind_of(path)
    try:
        with closing(connect(path)) as edited:
            edited.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # What holds the file is told where it is read.
        return
    except sqlite3.DatabaseError as error:
        words = phrase("edited.not_a_geopackage")
        raise SitingError.of([Failure(path.name, 0, "not_a_geopackage", "", words)]) from error


def _head(edited: sqlite3.Connection, name: str) -> str:
    """Return the head of the casebook that an edited file shows."""
    tables = {one for (one,) in edited.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if BASE in tables:
        rows = edited.execute(f"SELECT head FROM {BASE}").fetchall()  # noqa: S608
    elif "log" in tables:
        rows = edited.execute("SELECT hash FROM log ORDER BY entry DESC LIMIT 1").fetchall()
    else:
        rows = []
    if len(rows) != 1:
        raise SitingError(phrase("edited.not_a_copy", path=name), code="not_a_copy")
    return str(rows[0][0])


def _check_head(told: str, heads: list[str], name: str) -> None:
    if told != heads[-1]:
        code = "stale_edits" if told in heads else "other_casebook"
        raise SitingError(phrase(f"edited.{code}", path=name), code=code, exit_code=Exit.REFUSED)
