"""How an explanation shows itself in a notebook: its figures as a small table, then the sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.shown import Shown

if TYPE_CHECKING:
    from data.shown import Card
    from data.text import Lang


@dataclass(frozen=True, repr=False)
class Explained(Shown):
    """What is to be said of one household, applicant or center.

    Attributes
    ----------
    synthetic : bool
        Whether the households are invented.
    """

    synthetic: bool = field(default=False, kw_only=True)

    def said(self, lang: Lang = "en") -> str:
        """Return it in sentences, a line each, as ``siting explain`` says it."""
        from siting.explain.said import explained  # noqa: PLC0415 - it knows all kinds of facts

        return "\n".join(explained(self, lang, synthetic=self.synthetic))  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.said()

    def _card(self) -> Card:
        from siting.explain.cards import card_of  # noqa: PLC0415 - it knows all kinds of facts

        return card_of(self)  # type: ignore[arg-type]
