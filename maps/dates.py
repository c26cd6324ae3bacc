"""Days as readers of each language write them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from persiantools.jdatetime import JalaliDate

from data.text import PERSIAN_DIGITS
from data.work.in_force import in_iran

if TYPE_CHECKING:
    from data.text import Lang


def shown_moment(when_utc: str, lang: Lang) -> tuple[str, str]:
    """Return the day and the time in Iran of a moment (ISO, UTC) as readers of each language write them."""
    moment = in_iran(when_utc)
    day, time = shown_day(moment.date().isoformat(), lang), moment.strftime("%H:%M")
    return day, time.translate(PERSIAN_DIGITS) if lang == "fa" else time


def shown_day(iso: str, lang: Lang) -> str:
    """Return a day as ``1405/09/01`` in Persian digits in Persian, as it is in English.

    Parameters
    ----------
    iso : str
        ``YYYY-MM-DD``; empty stays empty.
    lang : {"fa", "en"}
        Language of the reader.
    """
    if lang != "fa" or not iso:
        return iso
    jalali = JalaliDate(date.fromisoformat(iso))  # type: ignore[no-untyped-call]
    return f"{jalali.year:04d}/{jalali.month:02d}/{jalali.day:02d}".translate(PERSIAN_DIGITS)
