"""The seal of a call in words, wherever the head of a version is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import text

if TYPE_CHECKING:
    from data.text import Lang


def sealed(seal: str) -> dict[str, str]:
    """Return what a summary says of the seal of a plan, beside its head; nothing of a plan without one."""
    return {"seal": seal} if seal else {}


def seal_lines(seal: str, lang: Lang) -> list[str]:
    """Return the line that names the seal of a plan; none of a plan without one."""
    return [text("call.seal_is", lang, seal=seal)] if seal else []
