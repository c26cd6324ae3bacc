"""What a plan keeps of a call: its tie-break, what was settled by it, and what each loser would cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.order import ORDER
from data.geodesy import KM_DECIMALS
from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.call.order import TieBreak
    from data.plan import Plan
    from siting.call.ties import Settled

LOSER_COLUMNS = {"center_id": "str", "extra_km": "float64", "extra_is": "str", "near_tie": "bool"}


@dataclass(frozen=True)
class Call:
    """A tie-break and what it settled.

    Attributes
    ----------
    rule : TieBreak
        As it was asked for.
    settled : Settled
        What came of it.
    """

    rule: TieBreak
    settled: Settled

    def provenance(self) -> dict[str, Any]:
        """Return what `data.plan.CALL` holds in the provenance of the plan, ready for JSON."""
        return {
            "seal": self.rule.seal,
            **self._of_seal(),
            "order": list(ORDER),
            "applies": self.rule.applies,
            "seed": self.rule.seed,
            "tie_km": self.rule.tie_km if isfinite(self.rule.tie_km) else None,
            "limit_km": round(self.settled.limit_km, KM_DECIMALS),
            "ties": [asdict(one) for one in self.settled.ties],
        }

    def _of_seal(self) -> dict[str, str]:
        if not self.rule.seal:
            return {}
        return {"sealed_utc": self.rule.sealed_utc, "deadline": self.rule.deadline}

    def with_losers(self, losing: pd.DataFrame, centers: pd.DataFrame) -> pd.DataFrame:
        """Return the losing sites with the center whose place each would take, and what it would cost."""
        named = {
            **dict(zip(centers["center_id"], centers["center_id"], strict=True)),
            **dict(zip(centers["site_id"], centers["center_id"], strict=True)),
        }
        told = self.settled.losers.assign(center_id=self.settled.losers["against"].map(named))
        return _joined(losing, told)


def alike_km(call: Mapping[str, Any]) -> float:
    """Return the difference up to which the tie-break of a plan decides, km; to a metre where none applies.

    Parameters
    ----------
    call : mapping
        `data.plan.CALL` of the plan's provenance; empty of a plan without one.
    """
    return max(float(call["limit_km"]), TIE_KM) if call.get("applies") else TIE_KM


def as_before(losing: pd.DataFrame, before: Plan) -> pd.DataFrame:
    """Return the losing sites of a plan that follows another with what was told of them there.

    Where the center is gone, or nothing was told, nothing is.
    """
    told = before.losing_sites
    if not set(LOSER_COLUMNS) <= set(told.columns):
        return losing
    return _joined(losing, told)


def _joined(losing: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    own = told.drop_duplicates("site_id").set_index("site_id")[list(LOSER_COLUMNS)]
    own = own.reindex(losing["site_id"]).reset_index(drop=True)
    for name in ("center_id", "extra_is"):
        own[name] = own[name].astype(object).fillna("").astype("str")
    own["near_tie"] = own["near_tie"].astype(object).fillna(False).astype(bool)  # noqa: FBT003 - a value
    own["extra_km"] = own["extra_km"].astype(float)
    return pd.concat([losing.reset_index(drop=True), own], axis=1)
