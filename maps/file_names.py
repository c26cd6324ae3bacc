"""Ids as names of files: safe on every system, and no two the same."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ID_CHARACTERS = 36
_HASH_CHARACTERS = 8
_UNSAFE = re.compile(r"[^\w.-]|^\.")


def file_names(keys: Sequence[tuple[str, ...]], *, between: str = "_", ending: str) -> list[str]:
    """Return a name for each key, its ids joined.

    A hash of the ids follows where an id had to be changed, or another key would be called the same, also by
    a system that does not tell capitals from small letters.

    Parameters
    ----------
    keys : sequence of tuple of str
        Ids, no two keys the same.
    between, ending : str
        What stands between two ids, and ends a name.
    """
    plain = [between.join(_safe(one) for one in key) for key in keys]
    times = Counter(name.casefold() for name in plain)
    return [
        f"{name}{ending}"
        if times[name.casefold()] == 1 and name == between.join(key)
        else f"{name}-{_hash(key)}{ending}"
        for key, name in zip(keys, plain, strict=True)
    ]


def _safe(one: str) -> str:
    return _UNSAFE.sub("_", one)[:_ID_CHARACTERS]


def _hash(key: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:_HASH_CHARACTERS]
