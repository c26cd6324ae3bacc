"""The Folium map under every page: no tiles, no foreign files, names that are the same every time."""

from __future__ import annotations

import json
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import Markup, escape

from maps.page import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maps.around import Tiles

Bounds = tuple[float, float, float, float]
IRAN: Bounds = (44.0, 25.0, 63.4, 39.8)
_NONE_GIVEN: Mapping[str, str] = MappingProxyType({})
_HIDDEN = ("density",)
"""Layers that the reader calls up."""
_CORNERS = "[[-90,-180],[90,180]]"
"""Where the script names what it opens on."""
# As the style sheet tells a small screen from a large one.
NARROW: Any = JsCode("matchMedia('(max-width: 46rem)').matches")


class _Map(folium.Map):
    """A Folium map that asks for no file and is always called ``stage``."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's own interface
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - likewise

    def get_name(self) -> str:
        return "stage"


class _Layer(folium.FeatureGroup):
    def __init__(self, key: str, name: Markup) -> None:
        self._key = key
        super().__init__(name=str(name), show=key not in _HIDDEN)

    def get_name(self) -> str:
        return f"layer_{self._key}"


class _Tiles(folium.TileLayer):
    def __init__(self, tiles: Tiles) -> None:
        super().__init__(
            tiles=tiles.template,
            attr=str(escape(tiles.credit)),
            name=str(say("layer_tiles")),
            overlay=True,
            referrerPolicy="strict-origin",
        )

    def get_name(self) -> str:
        return "layer_tiles"


class _Layers(folium.LayerControl):
    def __init__(self) -> None:
        super().__init__(position="topright")
        self.options["collapsed"] = NARROW

    def get_name(self) -> str:
        return "layer_control"


class _Drawing(MacroElement):
    """Hands the map and its layers to the page's own script."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "keepInView(stage, {{ this.corners }});\n"
        "draw(stage, { {% for key in this.keys %}{{ key }}: layer_{{ key }}, {% endfor %} });\n"
        "{% endmacro %}"
    )

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys = keys
        self.corners = _CORNERS

    def get_name(self) -> str:
        return "drawing"


def stage_script(
    layers: Sequence[str],
    bounds: Bounds,
    *,
    given: Mapping[str, str] = _NONE_GIVEN,
    tiles: Tiles | None = None,
) -> str:
    """Return the script that sets up the map.

    Parameters
    ----------
    layers : sequence of str
        Keys of the layers from the ground up; ``maps.layer_KEY`` is what the reader sees.
    bounds : tuple of float
        West, south, east, north, degrees: what the page opens on.
    given : mapping of str to str
        Keys of layers that a user gave and what they are called; they follow the others in the control.
    tiles : Tiles, optional
        Where pictures of the ground are loaded from.
    """
    west, south, east, north = bounds
    before, _, after = _script(tuple(layers), tuple(given.items()), tiles).rpartition(_CORNERS)
    return f"{before}{json.dumps([[south, west], [north, east]])}{after}"


@cache
def _script(layers: tuple[str, ...], given: tuple[tuple[str, str], ...], tiles: Tiles | None) -> str:
    """Return the script for any bounds: Folium takes far longer to write it than a page to be filled."""
    west, south, east, north = IRAN
    options: dict[str, Any] = {
        "attribution_control": tiles is not None,
        "minZoom": 4,
        "maxZoom": 16,
        "zoom_snap": 0.25,
        "zoom_delta": 0.5,
    }
    stage = _Map(location=((south + north) / 2, (west + east) / 2), tiles=None, **options)
    if tiles is not None:
        _Tiles(tiles).add_to(stage)
    for key in layers:
        _Layer(key, say(f"layer_{key}")).add_to(stage)
    for key, name in given:
        _Layer(key, Markup("<bdi>{}</bdi>").format(name)).add_to(stage)
    _Layers().add_to(stage)
    _Drawing([*layers, *(key for key, _ in given)]).add_to(stage)
    root = cast("Figure", stage.get_root())
    root.render()
    parts: list[Element] = list(root.script._children.values())  # noqa: SLF001 - Folium keeps scripts there
    return "".join(part.render() for part in parts)
