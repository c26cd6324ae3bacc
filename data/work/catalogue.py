"""The services of a center: what each needs, and whether that may be borrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.fold import fold

if TYPE_CHECKING:
    from data.text import Lang

DOMAINS = ("social", "rehabilitation", "prevention")

Names = tuple[str, str]
"""In Persian and in English; both empty for none."""


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes
    ----------
    id : str
        What tables call it.
    fa, en : str
        Its names.
    domain : str
        One of `DOMAINS`.
    level : int
        1 is the first level.
    staff, device : tuple of (str, str)
        The specialist and the device that it needs, in Persian and in English; empty for none.
    may_borrow : bool
        Whether a center without them may borrow them from an accredited one.
    named_by : tuple of str
        Which sources name it.
    """

    id: str
    fa: str
    en: str
    domain: str
    level: int = 1
    staff: Names = ("", "")
    device: Names = ("", "")
    may_borrow: bool = False
    named_by: tuple[str, ...] = ()

    @property
    def needs(self) -> bool:
        """Whether it needs a specialist or a device, so that not every center gives it."""
        return any((*self.staff, *self.device))

    def name(self, lang: Lang) -> str:
        """Return its name in a language."""
        return self.fa if lang == "fa" else self.en

    def needed(self, lang: Lang) -> tuple[str, str]:
        """Return the specialist and the device it needs, in a language; empty for none."""
        return (self.staff[0], self.device[0]) if lang == "fa" else (self.staff[1], self.device[1])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, which `data.work.catalogue_file.catalogue_of` reads."""
        return {
            "id": self.id,
            "fa": self.fa,
            "en": self.en,
            "domain": self.domain,
            "level": self.level,
            "staff": dict(zip(("fa", "en"), self.staff, strict=True)),
            "device": dict(zip(("fa", "en"), self.device, strict=True)),
            "may_borrow": self.may_borrow,
            "named_by": list(self.named_by),
        }


@dataclass(frozen=True)
class Catalogue:
    """The services that centers give.

    Attributes
    ----------
    services : tuple of Service
        In the order of the file.
    in_all : int
        How many there are to be; at least those named.
    """

    services: tuple[Service, ...]
    in_all: int

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the services, in order."""
        return tuple(one.id for one in self.services)

    def find(self, told: str) -> Service | None:
        """Return the service of an id or a name, in either language; None where there is none."""
        for own in ("id", "fa", "en"):
            for one in self.services:
                if fold(getattr(one, own)) == fold(told):
                    return one
        return None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, which `data.work.catalogue_file.catalogue_of` reads."""
        return {"services_in_all": self.in_all, "service": [one.as_dict() for one in self.services]}
