"""What QGIS shows: views of the current version, registered as layers of the GeoPackage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.casebook import geometry
from data.casebook.columns import APART
from data.casebook.content import ASSIGNMENTS, HOUSEHOLDS, LEVELS
from data.casebook.reading import AS_OF, BLOCK_ROWS, CURRENT, last_version, parts_at, shape_at, today_of
from data.geodesy import WGS84

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    Box = tuple[float, float, float, float]

APPLICATION_ID = 0x47504B47
GEOPACKAGE_VERSION = 10300
TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
    description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


@dataclass(frozen=True)
class Layer:
    """One layer: a table of content, and what joins it from other tables.

    Attributes
    ----------
    name, base : str
        Name of the view and of the table it shows.
    geometry_type : str
        ``POINT`` or ``MULTIPOLYGON``; empty for a table without a map.
    joins : tuple of (str, str, tuple of str)
        Table, the column shared with `base`, and the columns taken from it; these come first.
    renamed : tuple of (str, str)
        Columns of `base` that would hide a joined one, and what they are called here; empty leaves them out.
    """

    name: str
    base: str
    geometry_type: str = ""
    joins: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


LAYERS = (
    Layer("centers", "plan_centers", "POINT"),
    Layer("neighbourhoods", "plan_neighbourhoods", "MULTIPOLYGON"),
    Layer("vacancies", "plan_vacancies", "POINT"),
    Layer(
        "households",
        HOUSEHOLDS,
        "POINT",
        (
            (ASSIGNMENTS, "household_id", ("center_id", "km")),
            ("plan_unassigned", "household_id", ("reason", "vacancy_id")),
        ),
        (("center_id", "center_id_today"), ("reason", "")),
    ),
    Layer(
        "sites",
        "problem_sites",
        "POINT",
        (
            ("plan_centers", "site_id", ("center_id",)),
            ("plan_losing_sites", "site_id", ("regret_km_at_least",)),
        ),
    ),
    Layer("existing_centers", "problem_centers", "POINT"),
    *(Layer(f"boundaries_{level}", f"problem_boundaries_{level}", "MULTIPOLYGON") for level in LEVELS),
    Layer("assignments", ASSIGNMENTS),
    Layer("unassigned", "plan_unassigned"),
    Layer("reserves", "plan_reserves"),
    Layer("exceptions", "plan_exceptions"),
    Layer("units", "plan_units"),
)


def prepare(connection: sqlite3.Connection) -> None:
    """Register the coordinate systems every GeoPackage has."""
    from pyproj import CRS  # noqa: PLC0415 - heavy

    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
            (
                "WGS 84 geodetic",
                geometry.SRS_ID,
                "EPSG",
                geometry.SRS_ID,
                CRS(WGS84).to_wkt("WKT1_GDAL"),
                None,
            ),
        ],
    )
    register(connection, "layer_styles", "attributes")


def refresh(connection: sqlite3.Connection, boxes: Mapping[str, Box | None]) -> dict[str, list[str]]:
    """Make every layer anew for the last version, and return the columns of each.

    Parameters
    ----------
    connection : Connection
        To the casebook.
    boxes : mapping of str to (float, float, float, float), or None
        Of the tables whose box is known, as `bounds_of` would return it.
    """
    made = views(connection)
    for layer in LAYERS:
        connection.execute(f'DROP VIEW IF EXISTS "{layer.name}"')
        if layer.name not in made:
            continue
        connection.execute(made[layer.name][0])
        if layer.geometry_type:
            # Of the rows alone, which spares the joins that the layer shows beside them.
            known = layer.base in boxes
            box = (
                boxes[layer.base]
                if known
                else bounds_of(connection, layer.base, CURRENT.format(name=layer.base))
            )
            register(connection, layer.name, "features", layer.geometry_type, box)
        else:
            register(connection, layer.name, "attributes")
    return {name: columns for name, (_, columns) in made.items()}


def views(connection: sqlite3.Connection) -> dict[str, tuple[str, list[str]]]:
    """Return the statement that makes each layer of the last version, and the layer's columns."""
    version = last_version(connection)
    today = today_of(parts_at(connection, version))
    return {
        layer.name: _view(connection, layer, columns, version, today)
        for layer in LAYERS
        if (columns := _columns(connection, layer.base, version))
    }


def layer_of(base: str) -> str:
    """Return the name under which QGIS shows a table; its own where no layer does."""
    return next((layer.name for layer in LAYERS if layer.base == base), base)


def register(
    connection: sqlite3.Connection,
    name: str,
    data_type: str,
    geometry_type: str = "",
    box: tuple[float, float, float, float] | None = None,
) -> None:
    """List a table or view in the GeoPackage's contents; listed before, its extent is set anew."""
    srs_id = geometry.SRS_ID if geometry_type else None
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (table_name) DO UPDATE SET min_x = excluded.min_x,"
        " min_y = excluded.min_y, max_x = excluded.max_x, max_y = excluded.max_y,"
        " last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now')",
        (name, data_type, name, *(box or (None,) * 4), srs_id),
    )
    if geometry_type:
        connection.execute(
            "INSERT OR IGNORE INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
            (name, geometry_type, srs_id),
        )


def _view(
    connection: sqlite3.Connection, layer: Layer, columns: Sequence[str], version: int, today: int | None
) -> tuple[str, list[str]]:
    renamed = dict(layer.renamed)
    chosen: dict[str, str] = {}
    sources = [f'"{layer.base}" AS r']
    for number, (table, key, taken) in enumerate(layer.joins):
        there = _columns(connection, table, version)
        if key not in there or key not in columns:
            continue
        chosen |= {column: f'j{number}."{column}"' for column in taken if column in there}
        inner = f'SELECT r.* FROM "{table}" AS r WHERE {CURRENT.format(name=table)}'  # noqa: S608
        sources.append(f'LEFT JOIN ({inner}) AS j{number} ON j{number}."{key}" = r."{key}"')
    own = {column: f'r."{column}"' for column in columns}
    if layer.base == HOUSEHOLDS and today is not None:
        own["center_id"] = "coalesce(t.center_id, '')"
        as_of = AS_OF.format(name=ASSIGNMENTS).replace("?", str(today))
        inner = f'SELECT r.* FROM "{ASSIGNMENTS}" AS r WHERE {as_of}'  # noqa: S608
        sources.append(f"LEFT JOIN ({inner}) AS t ON t.household_id = r.household_id")
    for column in columns:
        name = renamed.get(column, column) if column in chosen else column
        if name:
            chosen.setdefault(name, own[column])
    ahead = ["r._fid AS OGC_FID"] + ["r.geom AS geom"] * bool(layer.geometry_type)
    listed = ", ".join([*ahead, *(f'{source} AS "{name}"' for name, source in chosen.items())])
    statement = (
        f'CREATE VIEW "{layer.name}" AS SELECT {listed} FROM {" ".join(sources)}'  # noqa: S608
        f" WHERE {CURRENT.format(name=layer.base)}"
    )
    return statement, list(chosen)


def _columns(connection: sqlite3.Connection, base: str, version: int) -> list[str]:
    shape = shape_at(connection, base, version)
    if shape is None:
        return []
    return [column["stored"] for column in shape["columns"] if column["kind"] not in APART]


def bounds_of(
    connection: sqlite3.Connection, table: str, where: str = "TRUE"
) -> tuple[float, float, float, float] | None:
    """Return the least box around rows in degrees: west, south, east, north; None around nothing."""
    cursor = connection.execute(
        f'SELECT r.geom FROM "{table}" AS r WHERE r.geom IS NOT NULL AND {where}'  # noqa: S608
    )
    boxes: list[tuple[float, float, float, float]] = []
    while rows := cursor.fetchmany(BLOCK_ROWS):
        box = geometry.bounds(blob for (blob,) in rows)
        boxes += [box] if box else []
    return geometry.around(boxes)
