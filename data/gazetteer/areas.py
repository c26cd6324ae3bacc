"""Which province, county or district a name means: its kind said or not, in either language, is one key."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.fold import fold
from data.gazetteer.match_names import OWN_KINDS, PROVINCES, area_key, name_of, without_own_kind
from data.gazetteer.tables import counties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REMEMBERED = 1 << 16
_BLANK_OF_LETTERS = re.compile(r"(?<!\d) | (?!\d)")


@lru_cache(maxsize=_REMEMBERED)
def area_id(level: str, name: str) -> str:
    """Return the key of an area's name: names of one key are one area, wherever their parents are one.

    A name that the census knows has the key of its Persian name, whichever language or known spelling it is
    written in; one that two areas of the census share is only itself. Of every name the word for what it is
    (شهرستان of a county, never شهر or بخش) and the blanks between letters do not count.

    Parameters
    ----------
    level : str
        ``province``, ``county`` or ``district``; a name of anything else is folded alone.
    name : str
        As somebody wrote it.

    Returns
    -------
    str
        Empty of an empty name.
    """
    if level not in OWN_KINDS:
        return fold(name)
    bare = without_own_kind(level, fold(name))
    known = _known(level)
    meant = {known[key] for key in _keys(bare) if key in known}
    return meant.pop() if len(meant) == 1 else _joined(bare)


def says_its_kind(level: str, name: str) -> bool:
    """Tell whether a name says what it is, as شهرستان رشت does of a county."""
    return level in OWN_KINDS and without_own_kind(level, fold(name)) != fold(name)


def names_like(level: str, name: str) -> tuple[str, ...]:
    """Return an area's name as it is written, and those that the census has for it in both languages."""
    if not name:
        return ()
    meant = area_id(level, name)
    return tuple(dict.fromkeys((name, *_census_names(level).get(meant, ()))))


def _joined(bare: str) -> str:
    return _BLANK_OF_LETTERS.sub("", bare)


def _keys(bare: str) -> Iterator[str]:
    if bare:
        yield from name_of(bare).spellings
        yield area_key(bare)


@cache
def _known(level: str) -> Mapping[str, str]:
    """Return the areas of the census by every key of their names; a key that several share is left out."""
    meant: dict[str, set[str]] = defaultdict(set)
    for area, names in _census_names(level).items():
        for name in names:
            for key in _keys(without_own_kind(level, fold(name))):
                meant[key].add(area)
    return MappingProxyType({key: next(iter(areas)) for key, areas in meant.items() if len(areas) == 1})


@cache
def _census_names(level: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of each area of the census by its key; none of a level that the census has not."""
    if level == "district":
        return MappingProxyType({})
    pairs = counties()[[f"{level}_fa", f"{level}_en"]].drop_duplicates()
    further = PROVINCES if level == "province" else {}
    return MappingProxyType(
        {_joined(fold(fa)): (fa, en, *further.get(fa, ())) for fa, en in pairs.itertuples(index=False)}
    )
