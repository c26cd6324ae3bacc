"""Who comes first of two applicants whom kilometres cannot tell apart: by merit, time, then a lottery.

The lottery is public: whoever knows the seed, which is published before the call closes, draws it again. Lots
are drawn by SHA-256 of the seed, a bar and the applicant's id; the smallest number in hexadecimal is first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDER = ("score", "registered_at", "lottery")
"""The tie-break: the higher score, then who registered first, then the smaller lot."""
BEYOND_GAP, KILOMETRES = "beyond_gap", "kilometres"
_NEVER = "9999"


@dataclass(frozen=True, order=True)
class Claim:
    """What an applicant is ranked by at a site; the smaller comes first.

    Attributes
    ----------
    minus_score : float
        The score, negative.
    registered_at : str
        ISO date, or date and time; who did not say comes after all who did.
    lottery : str
        Of `lot`.
    preference : int
        The applicant's own order, between sites of one applicant.
    site_id : str
        The site.
    """

    minus_score: float
    registered_at: str
    lottery: str
    preference: int
    site_id: str

    def decided_by(self, other: Claim) -> str:
        """Return what of the tie-break puts one of two applicants first, one of `ORDER`."""
        if self.minus_score != other.minus_score:
            return ORDER[0]
        return ORDER[1] if self.registered_at != other.registered_at else ORDER[2]


def lot(seed: int, applicant_id: str) -> str:
    """Return the lot of an applicant, 64 hexadecimal digits."""
    return hashlib.sha256(lot_text(seed, applicant_id).encode()).hexdigest()


def lot_text(seed: int, applicant_id: str) -> str:
    """Return the text whose SHA-256 is the lot of an applicant."""
    return f"{seed}|{applicant_id}"


def claims_of(sites: pd.DataFrame, seed: int) -> list[Claim]:
    """Return the claim of every row of a problem's sites, in their order.

    Parameters
    ----------
    sites : DataFrame
        Of a problem; one of an older record does not say when its applicants registered.
    seed : int
        Of the lottery.
    """
    table = sites.reindex(columns=["score", "registered_at", "applicant_id", "preference", "site_id"])
    when = table["registered_at"].fillna("").astype("str")
    rows: Sequence[tuple[float, str, str, int, str]] = list(
        zip(
            table["score"].astype(float).fillna(0.0).tolist(),
            when.mask(when == "", _NEVER).tolist(),
            table["applicant_id"].astype("str").tolist(),
            pd.to_numeric(table["preference"]).fillna(1).astype(int).tolist(),
            table["site_id"].astype("str").tolist(),
            strict=True,
        )
    )
    return [
        Claim(-score, registered, lot(seed, who), preference, site)
        for score, registered, who, preference, site in rows
    ]


@dataclass(frozen=True)
class TieBreak:
    """How a plan settles what kilometres leave open.

    Attributes
    ----------
    seed : int
        Of the lottery.
    tie_km : float
        Difference up to which two applicants are alike, km; infinite for what the bound leaves open.
    applies : bool
        Whether the tie-break decides between all who tie; else only between those who cost the same to a
        metre, and kilometres decide between the others, who are marked.
    seal : str
        Hash of the seal that the plan was checked against; empty where there was none.
    sealed_utc, deadline : str
        When that was made (ISO, UTC), and the last day of registration by it (ISO date); empty if not known.
    """

    seed: int = 0
    tie_km: float = inf
    applies: bool = True
    seal: str = ""
    sealed_utc: str = ""
    deadline: str = ""


@dataclass(frozen=True)
class Tie:
    """Two applicants for the place of one center whom kilometres do not tell apart.

    Attributes
    ----------
    site_id, other_site_id : str
        The one that the tie-break left open, and the other.
    km_more : float
        What the plan costs more with the first than with the other, km; negative where it costs less.
    decided_by : str
        One of `ORDER`; `BEYOND_GAP` where the tie-break would have put the other first, but the plan would
        then exceed the best one found by more than that one may exceed the least there is; `KILOMETRES`
        where it would have, and does not apply.
    changed : bool
        Whether the search had opened the other.
    """

    site_id: str
    other_site_id: str
    km_more: float
    decided_by: str
    changed: bool
