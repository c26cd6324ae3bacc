"""Whoever opens a nation that a killed command left half done finishes that first."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer

from data.errors import SitingError
from data.process.answer import answered, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.text import Lang

P = ParamSpec("P")
R = TypeVar("R")
ONLY_READ = frozenset({"history", "show", "export", "compare", "explain", "handover"})
"""Commands that go on while another process is at work in the nation."""


class Door(typer.Typer):
    """Commands that settle a nation before they do their own."""

    def command(  # type: ignore[override]
        self,
        *args: Any,  # noqa: ANN401 - whatever typer's own takes
        **kwargs: Any,  # noqa: ANN401
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Add a command, as `typer.Typer.command` does."""
        add = super().command(*args, **kwargs)
        return lambda command: add(_settled(command))


def _settled(command: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        told = [one for value in kwargs.values() for one in (value if isinstance(value, list) else [value])]
        nations = {nation for one in told if isinstance(one, Path) and (nation := _unsettled(one))}
        lang: Lang = "fa" if kwargs.get("lang") == "fa" else "en"
        for nation in sorted(nations):
            answered(_settle)(
                nation, only_reads=command.__name__ in ONLY_READ, lang=lang, as_json=kwargs.get("as_json")
            )
        return command(*args, **kwargs)

    return wrapped


def _unsettled(place: Path) -> Path | None:
    if not place.is_dir():
        return None
    from data.nation.held import nation_of  # noqa: PLC0415 - heavy
    from data.nation.pending import is_unsettled  # noqa: PLC0415 - heavy

    nation = nation_of(place)
    return nation if nation is not None and is_unsettled(nation) else None


def _settle(nation: Path, *, only_reads: bool, lang: Lang, as_json: object = None) -> None:  # noqa: ARG001 - read by `answered`
    from door.moves import settle  # noqa: PLC0415 - heavy

    try:
        words = settle(nation)
    except SitingError as error:
        if not only_reads:
            raise
        report(error, None, lang)
        return
    if words is not None:
        typer.echo(words.said(lang), err=True)
