"""Text of a file: UTF-8 with or without BOM, UTF-16, or Windows-1256."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from data.readers.source import refuse

if TYPE_CHECKING:
    from pathlib import Path

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LEAST_ARABIC = 0.5
_CONVINCING = 4


def decode(path: Path) -> str:
    """Return a file's text.

    Raises
    ------
    SitingError
        ``unreadable_encoding``, with the line where it stops making sense.
    """
    raw = path.read_bytes()
    if raw.startswith(_UTF16):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refuse(path, "unreadable_encoding") from error
    # A disk that fills a file up to its block does so with these.
    raw = raw.rstrip(b"\0")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        if _is_damaged_utf8(raw):
            raise refuse(path, "unreadable_encoding", line) from error
        text = _windows_1256(path, raw, line)
    if found := _CONTROL.search(text):
        raise refuse(path, "unreadable_encoding", text.count("\n", 0, found.start()) + 1)
    return text


def _is_damaged_utf8(raw: bytes) -> bool:
    text = raw.decode("utf-8", "replace")
    return len(_ARABIC.findall(text)) > _CONVINCING * text.count("\ufffd")


def _windows_1256(path: Path, raw: bytes, line: int) -> str:
    text = raw.decode("cp1256")
    foreign = [letter for letter in text if ord(letter) > 127 and letter.isalpha()]  # noqa: PLR2004 - ASCII
    arabic = sum(1 for letter in foreign if _ARABIC.match(letter))
    if not foreign or arabic < _LEAST_ARABIC * len(foreign):
        raise refuse(path, "unreadable_encoding", line)
    return text
