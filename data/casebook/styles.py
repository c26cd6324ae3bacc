"""How QGIS draws the layers: colors, sizes and Persian names of the fields, kept inside the casebook."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from data.text import text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

TABLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
    f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT,
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
"""
_POINTS = {
    "centers": {"name": "square", "color": "0,90,156,255", "outline_color": "255,255,255,255", "size": "3.4"},
    "vacancies": {"name": "cross_fill", "color": "200,30,30,255", "outline_color": "90,0,0,255", "size": "4"},
    "households": {"name": "circle", "color": "90,90,90,160", "outline_style": "no", "size": "0.8"},
}
_AREAS = {
    "neighbourhoods": {"color": "120,170,210,90", "outline_color": "40,80,120,255", "outline_width": "0.3"}
}


def write_styles(connection: sqlite3.Connection, columns: Mapping[str, Sequence[str]]) -> None:
    """Write the style of every layer that has one, once: what a user changed in QGIS stays."""
    kept = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
    connection.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
        " styleName, styleQML, styleSLD, useAsDefault, description, owner)"
        " VALUES ('', '', ?, 'geom', 'siting', ?, '', 1, '', '')",
        [
            (layer, qml(layer, columns[layer]))
            for layer in (*_POINTS, *_AREAS)
            if layer in columns and layer not in kept
        ],
    )


def qml(layer: str, columns: Sequence[str]) -> str:
    """Return the QGIS style of a layer, its fields named in Persian."""
    root = ET.Element("qgis", version="3.28", styleCategories="Symbology|Fields|Labeling")
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol", enableorderby="0", forceraster="0")
    symbols = ET.SubElement(renderer, "symbols")
    kind, drawn, properties = (
        ("marker", "SimpleMarker", _POINTS[layer])
        if layer in _POINTS
        else ("fill", "SimpleFill", _AREAS[layer])
    )
    symbol = ET.SubElement(symbols, "symbol", type=kind, name="0", alpha="1", clip_to_extent="1")
    part = ET.SubElement(symbol, "layer", {"class": drawn}, enabled="1", locked="0")
    options = ET.SubElement(part, "Option", type="Map")
    for name, value in properties.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)
    aliases = ET.SubElement(root, "aliases")
    for index, column in enumerate(columns):
        ET.SubElement(aliases, "alias", field=column, index=str(index), name=alias(column))
    return "<!DOCTYPE qgis>\n" + ET.tostring(root, encoding="unicode")


def alias(column: str) -> str:
    """Return a column's name in Persian; its own name where the house has none for it."""
    try:
        return text(f"folder.alias_{column}", "fa")
    except KeyError:
        return column
