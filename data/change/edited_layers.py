"""What differs between the layers of a casebook and those of a file that was edited in QGIS."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import shapely

from data.casebook import geometry, layers
from data.casebook.content import HOUSEHOLDS, KEYS
from data.casebook.reading import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

GEOM = "geom"
CHANGED, ADDED, GONE, LAYER_GONE = "column", "row_added", "row_gone", "layer_gone"
SAME_DEGREES = 0.5e-6
"""How far a point may be from where it was: half of the last decimal that is written (0.05 m)."""
_FIDS = frozenset({"ogc_fid", "fid"})
_SERVED_BY = "center_id"


@dataclass(frozen=True)
class Edit:
    """One row that is not as the casebook has it.

    Attributes
    ----------
    layer : str
        Name of the layer.
    how : str
        `CHANGED`, `ADDED`, `GONE` or `LAYER_GONE`.
    id : str
        Of the row; empty where it is of the layer.
    before : mapping of str to object
        Columns that differ, as the casebook has them; ``geom`` is a shape.
    row : mapping of str to object
        The whole row as it is now.
    """

    layer: str
    how: str
    id: str
    before: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    row: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def edits_between(source: sqlite3.Connection, edited: sqlite3.Connection) -> Iterator[Edit]:
    """Yield every difference between the layers of a casebook and those of an edited file.

    What another layer's edit shows in a view (the center of a site, say) is no edit of its own.

    Parameters
    ----------
    source, edited : Connection
        To the casebook, and to the file; in a file of tables or of views alike.
    """
    for layer in layers.LAYERS:
        known = _columns(source, layer.name)
        if not known:
            continue
        there = _columns(edited, layer.name)
        if not there:
            yield Edit(layer.name, LAYER_GONE, "")
            continue
        if gone := [name for name in known if name not in there]:
            yield Edit(layer.name, CHANGED, "", dict.fromkeys(gone))
            continue
        follows = _following(layer) if _is_view(edited, layer.name) else frozenset()
        shared = [name for name in known if name not in follows]
        key = _key(layer, known)
        before, after = (_rows(one, layer.name, shared, key) for one in (source, edited))
        yield from _between(layer.name, shared, before, after)
        yield from _told_beside(edited, layer.name, [name for name in there if name not in known])


def _between(
    layer: str, names: list[str], before: Mapping[str, tuple[Any, ...]], after: Mapping[str, tuple[Any, ...]]
) -> Iterator[Edit]:
    for one, old in before.items():
        if one not in after:
            yield Edit(layer, GONE, one)
            continue
        new = after[one]
        if new == old:
            continue
        was, now = _named(names, old), _named(names, new)
        apart = [name for name in names if not _same(name, was[name], now[name])]
        if apart:
            yield Edit(layer, CHANGED, one, {name: was[name] for name in apart}, now)
    for one, new in after.items():
        if one not in before:
            yield Edit(layer, ADDED, one, row=_named(names, new))


def _told_beside(edited: sqlite3.Connection, layer: str, added: list[str]) -> Iterator[Edit]:
    """Yield columns that were added and say something."""
    for name in added:
        told = f'SELECT 1 FROM "{layer}" WHERE "{name}" IS NOT NULL AND "{name}" <> \'\' LIMIT 1'  # noqa: S608
        if edited.execute(told).fetchone():
            yield Edit(layer, CHANGED, "", {name: None})


def _columns(connection: sqlite3.Connection, layer: str) -> list[str]:
    named = [row[1] for row in connection.execute(f'PRAGMA table_info("{layer}")')]
    return [name for name in named if name.casefold() not in _FIDS]


def _is_view(connection: sqlite3.Connection, name: str) -> bool:
    found = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return bool(found == ("view",))


def _following(layer: layers.Layer) -> frozenset[str]:
    """Return the columns of a view that come from elsewhere; a household's center is what is edited."""
    taken = frozenset(name for _, _, names in layer.joins for name in names)
    return taken - {_SERVED_BY} if layer.base == HOUSEHOLDS else taken


def _key(layer: layers.Layer, columns: list[str]) -> list[str]:
    """Return the columns whose values name a row; all that are no geometry where a layer has no ids."""
    return list(KEYS.get(layer.base, ())) or [name for name in columns if name != GEOM]


def _rows(
    connection: sqlite3.Connection, layer: str, names: list[str], key: list[str]
) -> dict[str, tuple[Any, ...]]:
    """Return rows by their ids, those of one id numbered."""
    at = [names.index(name) for name in key]
    rows: dict[str, tuple[Any, ...]] = {}
    count: Counter[str] = Counter()
    for row in connection.execute(f'SELECT {quoted(names)} FROM "{layer}"'):  # noqa: S608
        one = " · ".join("" if row[place] is None else str(row[place]) for place in at)
        count[one] += 1
        rows[f"{one} ({count[one]})" if count[one] > 1 else one] = row
    return rows


def _same(name: str, one: Any, other: Any) -> bool:  # noqa: ANN401 - whatever a cell holds
    if name == GEOM:
        if one is None or other is None:
            return one is other
        return bool(shapely.equals_exact(one, other, tolerance=SAME_DEGREES))
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    if isinstance(one, Real) and isinstance(other, Real):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def is_empty(value: object) -> bool:
    """Whether a cell says nothing."""
    return value is None or value == ""


def _named(names: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(names, row, strict=True))
    return {**told, GEOM: geometry.unpack([told[GEOM]])[0]} if GEOM in told else told
