"""How well misspelt names of places are located inside their county: right, not found, ambiguous, wrong."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from data.gazetteer.match import ONE_PLACE_KM, Asked, Found, Gazetteer
from data.gazetteer.match_known import country_spots
from data.gazetteer.match_names import name_of
from data.geodesy import geodesic_km
from data.text import PERSIAN_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from data.gazetteer.match import Spot

OUTCOMES = ("right", "not_found", "ambiguous", "wrong")
_ALIKE = ("طت", "صسث", "ذزضظ", "حه", "قغ")
_LETTERS = "ابتجدرسشفکلمنوهی"
_VOWEL = "\u0650"


def _heard_alike(name: str, rng: np.random.Generator) -> str:
    """Write one letter as another that sounds like it."""
    places = [place for place, letter in enumerate(name) if any(letter in group for group in _ALIKE)]
    if not places:
        return name
    place = places[int(rng.integers(len(places)))]
    [group] = [group for group in _ALIKE if name[place] in group]
    others = [letter for letter in group if letter != name[place]]
    return name[:place] + others[int(rng.integers(len(others)))] + name[place + 1 :]


def _edited(name: str, rng: np.random.Generator, kind: str) -> str:
    """Swap, drop, double or replace one letter inside the longest word."""
    words = name.split(" ")
    at = max(range(len(words)), key=lambda place: (len(words[place]), -place))
    word = words[at]
    if len(word) < 3:  # noqa: PLR2004 - nothing left inside
        return name
    place = 1 + int(rng.integers(len(word) - 2))
    letter = _LETTERS[int(rng.integers(len(_LETTERS)))]
    words[at] = {
        "swapped": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        "dropped": word[:place] + word[place + 1 :],
        "doubled": word[:place] + word[place] + word[place:],
        "replaced": word[:place] + letter + word[place + 1 :],
    }[kind]
    return " ".join(words)


RULES: dict[str, Callable[[str, np.random.Generator], str]] = {
    "as written": lambda name, _: name,
    "Arabic letters": lambda name, _: name.replace("ی", "ي").replace("ک", "ك"),
    "joined": lambda name, _: name.replace(" ", ""),
    "half blanks": lambda name, _: name.replace(" ", "\u200c"),
    "abad apart": lambda name, _: name.replace("آباد", " آباد").replace("  ", " "),
    "no madda": lambda name, _: name.replace("آ", "ا"),
    "ezafe written": lambda name, _: name.replace("ه ", "ه‌ی "),
    "a vowel mark": lambda name, _: name[:1] + _VOWEL + name[1:],
    "with its kind": lambda name, _: f"روستای {name}",
    "Persian digits": lambda name, _: name.translate(PERSIAN_DIGITS),
    "heard alike": _heard_alike,
    "two letters swapped": lambda name, rng: _edited(name, rng, "swapped"),
    "a letter dropped": lambda name, rng: _edited(name, rng, "dropped"),
    "a letter doubled": lambda name, rng: _edited(name, rng, "doubled"),
    "a letter replaced": lambda name, rng: _edited(name, rng, "replaced"),
}
"""How people misspell names."""


def outcomes(
    gazetteer: Gazetteer, truths: Iterable[Spot], rule: str, rng: np.random.Generator
) -> Iterator[tuple[str, Spot, str]]:
    """Yield what becomes of each place's misspelt name inside its county, the place, and the name asked.

    Parameters
    ----------
    gazetteer : Gazetteer
        Where names are looked up.
    truths : iterable of Spot
        The places that are meant.
    rule : str
        Of `RULES`.
    rng : Generator
        Decides which letter.
    """
    for spot in truths:
        asked = RULES[rule](spot.name, rng)
        # A slip that makes another place's own name is no misspelling any more.
        if asked != spot.name and is_of_another(gazetteer, asked, spot):
            continue
        answer = gazetteer.search(Asked(asked, spot.county, spot.province))
        if isinstance(answer, Found):
            yield "right" if away_km(spot, answer.spot) <= ONE_PLACE_KM else "wrong", spot, asked
        else:
            yield "ambiguous" if answer.reason == "ambiguous" else "not_found", spot, asked


def is_of_another(gazetteer: Gazetteer, asked: str, spot: Spot) -> bool:
    """Tell whether a name is, however written, that of another place of the county."""
    own = name_of(asked).spellings
    return any(
        own & name_of(name).spellings
        for spots in gazetteer.lists
        for other in spots
        if other.county == spot.county and other != spot
        for name in other.names
    )


def away_km(one: Spot, other: Spot) -> float:
    """Return how far two places are apart, km."""
    axes = (np.array([value]) for value in (one.lon, one.lat, other.lon, other.lat))
    return float(geodesic_km(*axes)[0])


def once_in_county(spots: Iterable[Spot]) -> list[Spot]:
    """Return the places with a Persian name that no other place of their county has."""
    named = [spot for spot in spots if not spot.name.isascii()]
    counts = Counter((spot.province, spot.county, spot.name) for spot in named)
    return [spot for spot in named if counts[spot.province, spot.county, spot.name] == 1]


def main() -> None:
    """Print a row a rule for the country's places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    seed = parser.parse_args().seed
    gazetteer, truths = Gazetteer((country_spots(),)), once_in_county(country_spots())
    print(f"| misspelling | {' | '.join(OUTCOMES)} | seconds |\n|---|{'---:|' * (len(OUTCOMES) + 1)}")
    for rule in RULES:
        began = time.perf_counter()
        counts = Counter(
            outcome for outcome, _, _ in outcomes(gazetteer, truths, rule, np.random.default_rng(seed))
        )
        seconds = time.perf_counter() - began
        print(f"| {rule} | {' | '.join(str(counts[one]) for one in OUTCOMES)} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
