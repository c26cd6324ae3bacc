"""Who hands over whose files to whom by a nation's proposal: in each province, and from one to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from data.nation.folder import PROVINCES
from data.nation.proposal import read_nation_proposal
from maps.handover.pairs import INDEX_COLUMNS, NOTIFY_COLUMNS, Handover, handover_and_ends, pairs_of

if TYPE_CHECKING:
    from pathlib import Path

    from maps.handover.contacts import Center

ENDS = ("from_province", "to_province")
_REASON = "other_province"


@dataclass(frozen=True)
class NationHandover:
    """Everything that is to be handed over by a nation's proposal.

    Attributes
    ----------
    lists : tuple of (str, str, Handover)
        Codes of the province that hands over and of the one that takes over, and what goes from one to the
        other; inside each province first, in the order of the codes.
    notify : DataFrame
        ``province`` and `maps.handover.pairs.NOTIFY_COLUMNS`, one row a household.
    unmet : int
        Families that go to a province where no center serves them yet, or were served by none before: their
        files are on no list.
    """

    lists: tuple[tuple[str, str, Handover], ...]
    notify: pd.DataFrame
    unmet: int

    @property
    def synthetic(self) -> bool:
        """Whether any of the households are invented."""
        return any(one.synthetic for _, _, one in self.lists)

    def index(self) -> pd.DataFrame:
        """Return how much each pair of centers hands over, one row a pair: `ENDS` and `INDEX_COLUMNS`."""
        parts = [
            one.index().assign(from_province=gives, to_province=takes) for gives, takes, one in self.lists
        ]
        return pd.concat(parts, ignore_index=True)[[*ENDS, *INDEX_COLUMNS]]


@dataclass(frozen=True)
class _Province:
    """What one province gives to the lists between provinces: small, its whole problem let go."""

    handover: Handover
    before: dict[str, Center]
    after: dict[str, Center]
    people: pd.DataFrame


def nation_handover(nation: Path, proposal: Path) -> NationHandover:
    """Return what a nation's proposal asks to be handed over, whether it is applied already or not.

    Parameters
    ----------
    nation, proposal : Path
        Folders of the nation, and of its proposal.

    Raises
    ------
    SitingError
        As `data.nation.proposal.read_nation_proposal` and `maps.handover.pairs.handover_of`.
    """
    kept = read_nation_proposal(proposal)
    pairs = kept.pairs()
    parts = {
        code: _province(nation, code, kept.of(code), pairs[pairs["to_province"] == code])
        for code in kept.provinces
    }
    inside = [(code, code, one.handover) for code, one in parts.items()]
    served = pairs[(pairs["from_center"] != "") & (pairs["to_center"] != "")]
    across = [
        (str(gives), str(takes), _across(parts[str(gives)], parts[str(takes)], own))
        for (gives, takes), own in served.groupby(list(ENDS), sort=True)
    ]
    told = [one.handover.notify.assign(province=code) for code, one in parts.items()]
    return NationHandover(
        lists=(*inside, *across),
        notify=pd.concat(told, ignore_index=True)[["province", *NOTIFY_COLUMNS]],
        unmet=len(pairs) - len(served),
    )


def _province(nation: Path, code: str, proposal: Path, arriving: pd.DataFrame) -> _Province:
    handover, ends = handover_and_ends(nation / PROVINCES / code, proposal)
    ids = arriving["household_id"]
    cases = ends.problem.households.set_index("household_id")["cases"].reindex(ids).to_numpy()
    people = pd.DataFrame({"household_id": ids.to_numpy(), "cases": cases, "place": ends.places_of(ids)})
    named = replace(handover, folder=f"{nation.resolve().name}/{PROVINCES}/{code}")
    return _Province(named, dict(ends.before), dict(ends.after), people.set_index("household_id"))


def _across(gives: _Province, takes: _Province, pairs: pd.DataFrame) -> Handover:
    """Return what goes from one province to another, as a handover of the first with the other beside it."""
    people = takes.people.reindex(pairs["household_id"])
    rows = pairs.assign(cases=people["cases"].to_numpy(), reason=_REASON, effective=pairs["date"])
    return replace(
        gives.handover,
        pairs=pairs_of(rows, people["place"].to_list(), gives.before, takes.after),
        notify=gives.handover.notify.head(0),
        other=takes.handover,
    )
