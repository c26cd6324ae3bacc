"""What invoices call items, units, contracts and places, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import text

if TYPE_CHECKING:
    from data.text import Lang
    from data.work.tariffs import Tariffs

ITEMS = ("visit", "casework", "education", "opening", "interview")
CONTRACTS = ("pension", "non_pension", "child_aid", "cbr")


def item_name(tariffs: Tariffs, contract: str, item: str, lang: Lang) -> str:
    """Return what an item is called: as its tariff says, as the house does, or as the file has it."""
    own = (one.names[lang] for one in tariffs.each if (one.contract, one.item) == (contract, item))
    told = next((name for name in own if name), "")
    return told or (text(f"fees.item_{item}", lang) if item in ITEMS else item)


def contract_name(contract: str, lang: Lang) -> str:
    """Return what a contract is called."""
    return text(f"fees.contract_{contract}", lang) if contract in CONTRACTS else contract
