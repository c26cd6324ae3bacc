"""A call that is still open: what is made of it before it closes is of those who applied so far."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from data.call.seal import in_time
from data.text import text
from maps.dates import shown_day

if TYPE_CHECKING:
    from data.text import Lang


def open_lines(deadline: str, lang: Lang) -> list[str]:
    """Return the line that warns of a call that is still open; none of one that is closed.

    Parameters
    ----------
    deadline : str
        The last day of registration, ISO; empty where the call names none.
    lang : {"fa", "en"}
        Language of the user.
    """
    if not in_time(datetime.now(UTC).isoformat(), deadline):
        return []
    return [text("call.still_open", lang, deadline=shown_day(deadline, lang))]
