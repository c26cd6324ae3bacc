"""The Folium map under every page: no tiles, no foreign files, names that are the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from folium.utilities import JsCode

from maps.page import say

if TYPE_CHECKING:
    from collections.abc import Sequence

Bounds = tuple[float, float, float, float]
IRAN: Bounds = (44.0, 25.0, 63.4, 39.8)
# As the style sheet tells a small screen from a large one.
NARROW: Any = JsCode("matchMedia('(max-width: 46rem)').matches")


class _Map(folium.Map):
    """A Folium map that asks for no file and is always called ``stage``."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's own interface
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - likewise

    def get_name(self) -> str:
        return "stage"


class _Layer(folium.FeatureGroup):
    def __init__(self, key: str) -> None:
        self._key = key
        super().__init__(name=str(say(f"layer_{key}")))

    def get_name(self) -> str:
        return f"layer_{self._key}"


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
        "keepInView(stage, {{ this.corners|tojson }});\n"
        "draw(stage, { {% for key in this.keys %}{{ key }}: layer_{{ key }}, {% endfor %} });\n"
        "{% endmacro %}"
    )

    def __init__(self, keys: Sequence[str], corners: list[list[float]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys = keys
        self.corners = corners

    def get_name(self) -> str:
        return "drawing"


def stage_script(layers: Sequence[str], bounds: Bounds) -> str:
    """Return the script that sets up the map.

    Parameters
    ----------
    layers : sequence of str
        Keys of the layers from the ground up; ``maps.layer_KEY`` is what the reader sees.
    bounds : tuple of float
        West, south, east, north, degrees: what the page opens on.
    """
    west, south, east, north = bounds
    options: dict[str, Any] = {
        "attribution_control": False,
        "minZoom": 4,
        "maxZoom": 16,
        "zoom_snap": 0.25,
        "zoom_delta": 0.5,
    }
    stage = _Map(location=((south + north) / 2, (west + east) / 2), tiles=None, **options)
    for key in layers:
        _Layer(key).add_to(stage)
    _Layers().add_to(stage)
    _Drawing(layers, [[south, west], [north, east]]).add_to(stage)
    root = cast("Figure", stage.get_root())
    root.render()
    parts: list[Element] = list(root.script._children.values())  # noqa: SLF001 - Folium keeps scripts there
    return "".join(part.render() for part in parts)
