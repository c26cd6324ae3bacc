"""Names of places in the language of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.gazetteer.named import names_of
from data.text import Phrase

if TYPE_CHECKING:
    from data.text import Lang


@dataclass(frozen=True)
class Name(Phrase):
    """A name that is another in each language; ``values`` has it by language."""

    def said(self, lang: Lang = "en") -> str:
        """Return the name in ``lang``."""
        return str(dict(self.values)[lang])


def either(fa: str, en: str = "") -> Name:
    """Return a name that is the Persian one in English too where there is none in Latin letters."""
    return Name("", (("en", en or fa), ("fa", fa)))


def name_of(province: str, county: str = "") -> Name:
    """Return the name of a province, or of a county in it."""
    both = names_of(province, county)
    return either(both["fa"], both["en"])
