"""Pages that fetch nothing: all inlined, or what many share beside them; the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from data.text import Lang, number, text
from maps.dates import shown_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from maps.around import Tiles
    from maps.origin import Origin

_ASSETS = files(__name__.rpartition(".")[0]).joinpath("assets")
_FORBIDDEN_IN_SCRIPT = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_PICTURE = re.compile(r"\s*(?:background-image|behavior):\s*url\([^)]*\);")
_SOURCE_MAP = re.compile(r"\n//# sourceMappingURL=\S+\s*$")
LEAFLET, STYLE = "leaflet.js", "page.css"
SHARED = ("reader.js", "paper.js", "center.js")
"""Scripts of ours that pages read from the folder that they share."""
DIRECTIONS: Mapping[Lang, str] = MappingProxyType({"en": "ltr", "fa": "rtl"})
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
FIRST_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True)
class Shared:
    """Files that pages share, in a folder that `write_assets` wrote.

    Attributes
    ----------
    path : str
        From the page to the folder, ``../assets``.
    scripts : tuple of str
        Names of those that the page runs, after Leaflet and before its own.
    """

    path: str
    scripts: tuple[str, ...]


def asset(name: str) -> str:
    """Return the text of a file that ships with the maps."""
    return _ASSETS.joinpath(name).read_text(encoding="utf-8")


@cache
def _library() -> tuple[str, str]:
    """Return Leaflet's script and style without what would be fetched: pictures and its source map."""
    return _SOURCE_MAP.sub("\n", asset("leaflet.js")), _PICTURE.sub("", asset("leaflet.css"))


def _font() -> bytes:
    return _ASSETS.joinpath("vazirmatn-variable.woff2").read_bytes()


@cache
def _inlined_font() -> str:
    return f"data:font/woff2;base64,{base64.b64encode(_font()).decode()}"


def _font_face(url: str) -> str:
    return (
        "@font-face{font-family:Vazirmatn;font-weight:100 900;font-display:block;"
        f"src:url({url}) format('woff2')}}\n"
    )


def json_for_script(value: Any) -> Markup:  # noqa: ANN401 - whatever JSON holds
    """Return JSON that cannot leave a ``<script>`` element, whatever names it holds."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
    for letter, code in _FORBIDDEN_IN_SCRIPT.items():
        plain = plain.replace(letter, code)
    return Markup(unturned(plain))  # noqa: S704 - escaped above


def unturned(value: str) -> str:
    """Return a text without the marks that could turn what stands beside it, also out of an isolate."""
    return value.translate(_TURNING)


def isolate(value: object) -> str:
    """Wrap a value of unknown direction so that it does not turn the sentence around it."""
    return f"{FIRST_ISOLATE}{unturned(str(value))}{POP_ISOLATE}"


def in_both(write: Callable[[Lang], str]) -> Markup:
    """Return a text in both languages; the page shows the one its reader chose."""
    shown = Markup("")
    for lang, direction in DIRECTIONS.items():
        shown += Markup('<span class="{0}" lang="{0}" dir="{1}">{2}</span>').format(
            lang, direction, write(lang)
        )
    return shown


def say(key: str, **values: object) -> Markup:
    """Return a text of the catalogue's ``maps`` room in both languages."""
    shown = {name: isolate(value) if isinstance(value, str) else value for name, value in values.items()}
    return in_both(lambda lang: text(f"maps.{key}", lang, **shown))


def figure(value: float | None, digits: int | None = None) -> Markup:
    """Return a number in both languages; a dash where there is none."""
    if value is None:
        return Markup("–")
    return in_both(lambda lang: number(value, lang, digits=digits))


def day(iso: str) -> Markup:
    """Return a day, ``YYYY-MM-DD``, in both languages."""
    return in_both(lambda lang: shown_day(iso, lang))


class _Shipped(BaseLoader):
    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        del environment
        try:
            return asset(template), None, None
        except FileNotFoundError as error:
            raise TemplateNotFound(template) from error


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        loader=_Shipped(),
        undefined=StrictUndefined,
        finalize=lambda value: unturned(value) if type(value) is str else value,
    )
    made.filters["digits"] = lambda value, persian: number(value, "fa" if persian else "en")
    return made


def write_assets(folder: Path) -> None:
    """Write what pages share that lie in one folder (`Shared`): scripts, style and font.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    """
    leaflet, leaflet_style = _library()
    folder.mkdir(parents=True, exist_ok=True)
    style = _font_face("vazirmatn.woff2") + leaflet_style + asset("page.css")
    for name, content in {LEAFLET: leaflet, STYLE: style, **{one: asset(one) for one in SHARED}}.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    (folder / "vazirmatn.woff2").write_bytes(_font())


def write_page(
    path: Path,
    template: str,
    *,
    lang: Lang,
    scripts: Sequence[str],
    data: Any,  # noqa: ANN401 - whatever JSON holds
    origin: Origin | None = None,
    shared: Shared | None = None,
    tiles: Tiles | None = None,
    style: str = "",
    **facts: object,
) -> Path:
    """Render a template with its style, scripts and data, and write it.

    Without ``shared`` the page holds all that it needs and fetches nothing. With it, style, font and the
    scripts that many pages have are read from a folder beside the page, and from nowhere else.

    Parameters
    ----------
    path : Path
        The page; its folder is made when it is not there.
    template : str
        Name of an asset.
    lang : {"fa", "en"}
        Language the page opens in; it carries both.
    scripts : sequence of str
        Run in this order after Leaflet.
    data : object
        What the scripts draw, as JSON.
    origin : Origin, optional
        What the page was made from, which it then says.
    shared : Shared, optional
        What it has in common with the pages beside it.
    tiles : Tiles, optional
        A server from which the page may load pictures, which it then says.
    style : str
        What a page that holds all that it needs has beside the style of all pages; our own words.
    **facts : object
        What the template says.

    Returns
    -------
    Path
        ``path``.
    """
    leaflet, leaflet_style = _library()
    styles = [] if shared else [_font_face(_inlined_font()), leaflet_style, asset("page.css") + style]
    runs = list(scripts) if shared else [leaflet, *scripts]
    page = (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            direction=DIRECTIONS[lang],
            policy=_policy(runs, styles, own="'self' " if shared else "", tiles=tiles),
            tiles=tiles,
            shared=shared,
            origin=origin,
            styles=[Markup(style) for style in styles],  # noqa: S704 - our own files
            scripts=[Markup(run) for run in runs],  # noqa: S704 - our own files and names
            data=json_for_script(data),
            say=say,
            day=day,
            figure=figure,
            **facts,
        )
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def still_page(template: str, style: str, *, lang: Lang, **facts: object) -> str:
    """Return a page in one language that runs no script and fetches nothing.

    Parameters
    ----------
    template : str
        Name of an asset.
    style : str
        Its whole style beside the font; our own words.
    lang : {"fa", "en"}
        Its language.
    **facts : object
        What the template says.
    """
    styles = [_font_face(_inlined_font()), style]
    return (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            direction=DIRECTIONS[lang],
            policy=(
                f"default-src 'none'; style-src {_hashes(styles)}; font-src data:; img-src data:; "
                "base-uri 'none'; form-action 'none'"
            ),
            styles=[Markup(one) for one in styles],  # noqa: S704 - our own files and words
            **facts,
        )
    )


def _policy(scripts: Sequence[str], styles: Sequence[str], own: str, tiles: Tiles | None) -> str:
    """Return a content security policy that runs exactly these scripts and styles and fetches nothing.

    ``own`` is empty, or ``'self' `` for a page that reads the files beside it. With ``tiles``, their pictures
    alone may be fetched.
    """
    pictures = f"data: {tiles.source}" if tiles else "data:"
    return (
        f"default-src 'none'; script-src {own}{_hashes(scripts)}; style-src {own}{_hashes(styles)}; "
        f"font-src {own}data:; img-src {pictures}; base-uri 'none'; form-action 'none'"
    )


def _hashes(sources: Sequence[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() for source in sources)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
