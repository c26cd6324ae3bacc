"""What lies round a plan on its pages: layers that a user gives, tiles from a server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.errors import Exit, SitingError
from data.given import given_paths
from data.text import phrase
from maps.backdrop import drawn, read_backdrop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from maps.backdrop import Backdrop
    from maps.stage import Bounds

_TEMPLATE = re.compile(r"(https?://)((?:\{s\}\.)?)([A-Za-z0-9.-]+(?::\d+)?)(/[^\s\"'<>;,]*)")
_FIELDS = ("{z}", "{x}", "{y}")


@dataclass(frozen=True)
class Tiles:
    """Pictures of the ground that a page loads from a server, for readers who are online.

    Attributes
    ----------
    template : str
        Address with ``{z}``, ``{x}``, ``{y}`` and, where it has several servers, ``{s}``.
    credit : str
        Whose they are, as text.
    """

    template: str
    credit: str

    @property
    def host(self) -> str:
        """The server, as a reader knows it."""
        return _parts(self.template)[2]

    @property
    def source(self) -> str:
        """The server, as a content security policy names it."""
        scheme, many, host, _ = _parts(self.template)
        return f"{scheme}{'*.' if many else ''}{host}"

    def __post_init__(self) -> None:
        """Refuse an address that is none.

        Raises
        ------
        SitingError
            ``bad_tiles``.
        """
        _parts(self.template)


def _parts(template: str) -> tuple[str, str, str, str]:
    """Return scheme, ``{s}.`` where there is one, host and path of an address of tiles."""
    found = _TEMPLATE.fullmatch(template)
    if not found or not all(field in template for field in _FIELDS):
        words = phrase("maps.bad_tiles", address=template)
        raise SitingError(words, code="bad_tiles", exit_code=Exit.USAGE)
    scheme, many, host, path = found.groups()
    return scheme, many, host, path


LIGHT = Tiles(
    "https://{s}.basemaps.cartocdn.com/light_all/{z}/{x}/{y}.png", "© OpenStreetMap contributors © CARTO"
)
"""Unlike the servers of OpenStreetMap itself, these also answer a page that was opened from a disk."""


@dataclass(frozen=True)
class Around:
    """What is drawn round a plan.

    Attributes
    ----------
    backdrops : tuple of Backdrop
        Layers from the ground up.
    tiles : Tiles or None
        None for pages that fetch nothing.
    """

    backdrops: tuple[Backdrop, ...] = ()
    tiles: Tiles | None = None

    @property
    def layers(self) -> dict[str, str]:
        """Key of each layer on the map, and what it is called there; no two the same."""
        names = [one.name for one in self.backdrops]
        return {
            f"backdrop_{at}": f"{name} ({at + 1})" if names.count(name) > 1 else name
            for at, name in enumerate(names)
        }

    def drawn(self, box: Bounds) -> list[dict[str, Any]]:
        """Return what a page that shows a box draws of each layer."""
        return [drawn(one, box) for one in self.backdrops]


NOTHING = Around()


def around_of(
    backdrops: Sequence[Path | str] | Path | str, *, tiles: bool = False, tiles_from: str = ""
) -> Around:
    """Read the layers that a user gives, and say where tiles come from.

    Parameters
    ----------
    backdrops : sequence of Path or str
        Files, the lowest layer first.
    tiles : bool
        Whether pages may load pictures of the ground, from `LIGHT` unless told.
    tiles_from : str
        Address of other tiles.

    Returns
    -------
    Around
        For `maps.draw`.

    Raises
    ------
    SitingError
        Of a file that cannot be read (`maps.backdrop.read_backdrop`); ``bad_tiles`` (exit code 2).

    Examples
    --------
    >>> from maps import around_of
    >>> around_of([]).tiles is None
    True
    """
    layers = tuple(read_backdrop(path) for path in given_paths(backdrops, "backdrops"))
    if tiles_from:
        return Around(layers, Tiles(tiles_from, credit=_parts(tiles_from)[2]))
    return Around(layers, LIGHT if tiles else None)
