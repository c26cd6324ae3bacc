"""Which place a name means inside a county: the same name, another spelling of it, or one much like it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

from data.gazetteer.match_names import TELLING, area_key, name_of
from data.geodesy import geodesic_km

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.gazetteer.match_names import Name
    from data.locating.columns import Quality

Reason = Literal["no_county", "unknown_county", "not_found", "ambiguous"]
ONE_PLACE_KM = 1.0
"""Entries of one name that are no further apart are one place."""
_LEAST_SOUND = 4
_LEAST_LETTERS = 6
_ONE_EDIT, _TWO_EDITS = 4, 9
_EVERYWHERE = ("", "")


@dataclass(frozen=True, order=True)
class Spot:
    """A place of a gazetteer.

    Attributes
    ----------
    province, county, name : str
        As the gazetteer writes them; empty where not told.
    lon, lat : float
        Degrees, WGS84.
    names, counties, provinces : tuple of str
        Every name of the place, of its county and of its province, in either language.
    code : str
        Of the village; empty without one.
    rural_district : str
        Empty where not told.
    population : int
        0 where unknown.
    """

    province: str
    county: str
    name: str
    lon: float
    lat: float
    names: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    code: str = ""
    rural_district: str = ""
    population: int = 0


@dataclass(frozen=True)
class Asked:
    """A place as a row tells it: its name or code, and where it is told to be, empty where not."""

    place: str
    county: str = ""
    province: str = ""
    district: str = ""


@dataclass(frozen=True)
class Found:
    """The place that is meant, and how much like its name the asked one is."""

    spot: Spot
    quality: Quality


@dataclass(frozen=True)
class Missed:
    """Why no place is meant, and those that may be where they are several."""

    reason: Reason
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class _Area:
    """The places of one county or province."""

    spots: tuple[Spot, ...]

    @cached_property
    def called(self) -> tuple[tuple[Name, Spot], ...]:
        """Every name of every place."""
        return tuple((name_of(name), spot) for spot in self.spots for name in spot.names)

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Spot, ...]]:
        """The places by every key that means them."""
        keys: dict[str, dict[Spot, None]] = defaultdict(dict)
        for spot in self.spots:
            if spot.code:
                keys[f"code {spot.code.lstrip('0')}"][spot] = None
        for name, spot in self.called:
            keys[f"exact {name.exact}"][spot] = None
            for key in name.spellings:
                keys[f"spelled {key}"][spot] = None
            for key in name.spellings | name.bare:
                keys[f"bare {key}"][spot] = None
            # A name in the script of who asks decides where there is one.
            if len({name_of(one).latin for one in spot.names}) == 1:
                keys[f"sound {not name.latin} {name.sound}"][spot] = None
        return {key: tuple(several) for key, several in keys.items()}

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """The words of each name, as they sound and without blanks, for distances."""
        return tuple("".join(name.words) for name, _ in self.called)

    def same(self, name: Name) -> tuple[Quality, tuple[Spot, ...]] | None:
        """Return the places that have a name, or another spelling of it; the surest ones alone."""
        for quality, keys in _sure(name):
            if found := tuple(dict.fromkeys(spot for key in keys for spot in self.by_key.get(key, ()))):
                as_written = found[0] in self.by_key.get(f"exact {name.exact}", ())
                return "exact" if as_written else quality, found
        return None

    def sounding(self, name: Name) -> tuple[Spot, ...]:
        """Return the places that are called so in the other script, and have no name in this one."""
        key = f"sound {name.latin} {name.sound}"
        return self.by_key.get(key, ()) if len(name.sound) >= _LEAST_SOUND else ()

    def near(self, name: Name, words: frozenset[str]) -> Iterator[tuple[int, bool, Spot]]:
        """Yield places whose names are a few edits away, the edits, and whether a slip explains them.

        Parameters
        ----------
        name : Name
            What is asked.
        words : frozenset of str
            That are words of real names: none of them is a slip.
        """
        asked = "".join(name.words)
        for _, edits, at in extract_iter(asked, self.joined, scorer=OSA.distance, score_cutoff=3):
            like, spot = self.called[at]
            if like.latin == name.latin and _numbers(like) == _numbers(name):
                yield int(edits), _is_slip(name.words, like.words, words), spot


@dataclass(frozen=True)
class Gazetteer:
    """Places to find by their names.

    Attributes
    ----------
    lists : tuple of tuple of Spot
        A name that the first list has is not looked up in the next.
    """

    lists: tuple[tuple[Spot, ...], ...]

    @cached_property
    def _areas(self) -> tuple[Mapping[tuple[str, str], _Area], ...]:
        return tuple(_by_area(spots) for spots in self.lists)

    @cached_property
    def _words(self) -> frozenset[str]:
        names = {name for spots in self.lists for spot in spots for name in spot.names}
        return frozenset(word for name in sorted(names) for word in name_of(name).words)

    def search(self, asked: Asked, *, anywhere: bool = False) -> Found | Missed:
        """Return the one place that is meant inside the county that is told, or the province.

        The same name decides first, then another spelling of it, then a name so near that only a slip
        explains the difference: no word of a real name is taken for a slip of another. Several places that
        may be meant are none.

        Parameters
        ----------
        asked : Asked
            What is looked for.
        anywhere : bool
            Whether to look everywhere where neither county nor province is told; then no slip is forgiven.
        """
        if not (asked.county or asked.province or anywhere):
            return Missed("no_county")
        where = _EVERYWHERE
        if asked.county:
            where = ("county", area_key(asked.county))
        elif asked.province:
            where = ("province", area_key(asked.province))
        areas = [_of_province(areas[where], asked) for areas in self._areas if where in areas]
        areas = [area for area in areas if area.spots]
        if not areas:
            return Missed("unknown_county" if asked.county or asked.province else "not_found")
        name = name_of(asked.place)
        for area in areas:
            if same := area.same(name):
                quality, spots = same
                return _one(_of_district(spots, asked.district), quality)
        if sounding := next((found for area in areas if (found := area.sounding(name))), ()):
            # A name in this script that is hardly another may be meant as well.
            like = (one for area in areas for one in area.near(name, self._words))
            return _one((*sounding, *(spot for edits, _, spot in like if edits <= 1)), "spelling")
        near = () if where == _EVERYWHERE else self._near(areas, name)
        return _one(near, "near") if near else Missed("not_found")

    def _near(self, areas: Sequence[_Area], name: Name) -> tuple[Spot, ...]:
        """Return the places whose names only a slip parts from this one, and those hardly less near."""
        all_near = [
            one
            for place, area in enumerate(areas)
            for one in area.near(name, self._words)
            if not any(before.same(name_of(one[2].name)) for before in areas[:place])
        ]
        slips = [edits for edits, is_slip, _ in all_near if is_slip]
        if not slips:
            return ()
        rivals = sorted({(edits, spot) for edits, _, spot in all_near if edits <= min(slips) + 1})
        return tuple(dict.fromkeys(spot for _, spot in rivals))


def _by_area(spots: Sequence[Spot]) -> Mapping[tuple[str, str], _Area]:
    areas: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for spot in spots:
        areas[_EVERYWHERE].append(spot)
        for level, names in (("county", spot.counties), ("province", spot.provinces)):
            for key in sorted({area_key(name) for name in names} - {""}):
                areas[level, key].append(spot)
    return {where: _Area(tuple(own)) for where, own in areas.items()}


def _of_province(area: _Area, asked: Asked) -> _Area:
    """Leave out the places of a county that are told to be in another province."""
    if not (asked.county and asked.province):
        return area
    wanted = area_key(asked.province)
    keys = {spot.provinces: {area_key(one) for one in spot.provinces} for spot in area.spots}
    if all(not own or wanted in own for own in keys.values()):
        return area
    return _Area(
        tuple(spot for spot in area.spots if not keys[spot.provinces] or wanted in keys[spot.provinces])
    )


def _of_district(spots: tuple[Spot, ...], district: str) -> tuple[Spot, ...]:
    wanted = area_key(district)
    there = tuple(spot for spot in spots if wanted and area_key(spot.rural_district) == wanted)
    return there or spots


def _one(spots: tuple[Spot, ...], quality: Quality) -> Found | Missed:
    first = spots[0]
    lon, lat = (np.array([getattr(spot, axis) for spot in spots]) for axis in ("lon", "lat"))
    away = geodesic_km(np.full(len(spots), first.lon), np.full(len(spots), first.lat), lon, lat)
    one_county = len({area_key(spot.county) for spot in spots}) == 1
    if one_county and (away <= ONE_PLACE_KM).all():
        return Found(first, quality)
    return Missed("ambiguous", tuple(sorted(spots)))


def _sure(name: Name) -> Iterator[tuple[Quality, list[str]]]:
    """Yield the keys under which a name is looked up, the surest first."""
    if name.exact.isalnum() and name.folded.isdecimal():
        yield "exact", [f"code {name.folded.lstrip('0')}"]
    # Two places whose names differ by a blank alone are not told apart by it.
    yield "spelling", [f"exact {name.exact}", *(f"spelled {key}" for key in sorted(name.spellings))]
    yield "spelling", [f"bare {key}" for key in sorted(name.spellings | name.bare)]


def _numbers(name: Name) -> list[str]:
    return [word for word in name.words if word.isdecimal()]


def _is_slip(asked: Sequence[str], like: Sequence[str], words: frozenset[str]) -> bool:
    """Tell whether a slip of the hand or of the ear explains the difference of two names.

    Names of as many words are compared word by word: a longer word bears more edits, a short one none.
    """
    if len(asked) != len(like):
        return "".join(asked) == "".join(like) and not TELLING.intersection((*asked, *like))
    total = 0
    for one, other in zip(asked, like, strict=True):
        if one == other:
            continue
        if one in words or {one, other} & TELLING or one.isdecimal() or other.isdecimal():
            return False
        shorter = min(len(one), len(other))
        edits = OSA.distance(one, other)
        if shorter < _ONE_EDIT or edits > (2 if shorter >= _TWO_EDITS else 1):
            return False
        total += edits
    letters = sum(map(len, like))
    return total == 0 or (letters >= _LEAST_LETTERS and total <= (2 if letters >= _TWO_EDITS else 1))
