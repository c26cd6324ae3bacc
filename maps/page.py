"""One self-contained page: everything inlined, everything else forbidden, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from data.text import Lang, number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

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
DIRECTIONS: Mapping[Lang, str] = MappingProxyType({"en": "ltr", "fa": "rtl"})
FIRST_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def asset(name: str) -> str:
    """Return the text of a file that ships with the maps."""
    return _ASSETS.joinpath(name).read_text(encoding="utf-8")


@cache
def _library() -> tuple[str, str]:
    """Return Leaflet's script and style without what would be fetched: pictures and its source map."""
    return _SOURCE_MAP.sub("\n", asset("leaflet.js")), _PICTURE.sub("", asset("leaflet.css"))


@cache
def _font_face() -> str:
    font = base64.b64encode(_ASSETS.joinpath("vazirmatn-variable.woff2").read_bytes()).decode()
    return (
        "@font-face{font-family:Vazirmatn;font-weight:100 900;font-display:block;"
        f"src:url(data:font/woff2;base64,{font}) format('woff2')}}\n"
    )


def json_for_script(value: Any) -> Markup:  # noqa: ANN401 - whatever JSON holds
    """Return JSON that cannot leave a ``<script>`` element, whatever names it holds."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
    for letter, code in _FORBIDDEN_IN_SCRIPT.items():
        plain = plain.replace(letter, code)
    return Markup(plain)  # noqa: S704 - escaped above


def isolate(value: object) -> str:
    """Wrap a value of unknown direction so that it does not turn the sentence around it."""
    return f"{FIRST_ISOLATE}{value}{POP_ISOLATE}"


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


class _Shipped(BaseLoader):
    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        del environment
        try:
            return asset(template), None, None
        except FileNotFoundError as error:
            raise TemplateNotFound(template) from error


def write_page(
    path: Path,
    template: str,
    *,
    lang: Lang,
    scripts: Sequence[str],
    data: Any,  # noqa: ANN401 - whatever JSON holds
    **facts: object,
) -> Path:
    """Render a template with its style, scripts and data inlined, and write it.

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
    **facts : object
        What the template says.

    Returns
    -------
    Path
        ``path``.
    """
    leaflet, leaflet_style = _library()
    styles = [_font_face(), leaflet_style, asset("page.css")]
    runs = [leaflet, *scripts]
    environment = Environment(autoescape=True, loader=_Shipped(), undefined=StrictUndefined)
    page = environment.get_template(template).render(
        lang=lang,
        direction=DIRECTIONS[lang],
        policy=_policy(runs, styles),
        styles=[Markup(style) for style in styles],  # noqa: S704 - our own files
        scripts=[Markup(run) for run in runs],  # noqa: S704 - our own files and names
        data=json_for_script(data),
        say=say,
        figure=figure,
        **facts,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a content security policy that runs exactly these scripts and styles and fetches nothing."""
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hashes(sources: Sequence[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() for source in sources)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
