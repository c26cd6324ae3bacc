"""What a comparison says: two standings, who changed center, who won and who lost, and the tables of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from data.compare.tables import NOTHING_KM
from data.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.shown import Card

SCHEMA = 1
"""Version of the layout of what `Comparison.as_dict` says."""


@dataclass(frozen=True)
class Standing:
    """What one side is, and how it serves.

    Attributes
    ----------
    label, version, head, distance, seal : str, int or None, str, str, str
        As `data.compare.sides.Side` has them.
    households, assigned, unassigned, cases, centers : int
        Households that it knows, serves and does not serve; cases served; open centers.
    load : mapping of str to float or None
        ``min``, ``median``, ``max`` of the cases of a center.
    km : mapping of str to float or None
        ``mean``, ``median``, ``p90``, ``max``, ``worst_tenth_mean`` over everybody served
        (`data.summary.km_figures`).
    gini : float or None
        Of their distances (`data.compare.gini.gini`).
    """

    label: str
    version: int | None
    head: str
    distance: str
    households: int
    assigned: int
    unassigned: int
    cases: int
    centers: int
    load: Mapping[str, float | None]
    km: Mapping[str, float | None]
    gini: float | None
    seal: str = ""


@dataclass(frozen=True)
class Shift:
    """Households with a center on both sides whose way becomes shorter, or longer, by more than a metre.

    Attributes
    ----------
    households : int
        How many they are.
    transferred : int
        Those of them who change their center; for the others it moved, or they did.
    by_1_km : int
        Those of them for whom it is more than one kilometre.
    mean_km, max_km : float or None
        How much it is, the mean weighted by cases (of A and of B together); None for nobody.
    """

    households: int
    transferred: int
    by_1_km: int
    mean_km: float | None
    max_km: float | None


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """What differs between A and B; nothing in it names a household.

    A center is the same when its id is, and so is a household.

    Attributes
    ----------
    a, b : Standing
        The two.
    synthetic : bool
        Whether the households of either are invented.
    households : mapping of str to int
        ``in_both``, ``only_in_a``, ``only_in_b`` (served or not); of those in both ``kept``, ``transfer``
        (another center), ``gained`` (one for none), ``lost`` (none for one); ``joined`` and ``left``, those
        with a center on the one side that knows them.
    cases : mapping of str to int
        Cases of the households of each such kind: as B counts them, or A where B does not serve them.
    nearer, further : Shift
        Winners and losers.
    transfers_centers, transfers_districts, loads, by_area, by_county : DataFrame
        As `data.compare.tables` describes them.
    most_affected : DataFrame
        Rows of ``loads``: the centers that most households come to or leave.
    worst_losses : DataFrame
        The ways that grow most: ``from_center``, ``to_center``, ``km_before``, ``km_after``, ``longer_km``.
    """

    a: Standing
    b: Standing
    synthetic: bool
    households: Mapping[str, int]
    cases: Mapping[str, int]
    nearer: Shift
    further: Shift
    transfers_centers: pd.DataFrame
    transfers_districts: pd.DataFrame
    loads: pd.DataFrame
    by_area: pd.DataFrame
    by_county: pd.DataFrame
    most_affected: pd.DataFrame
    worst_losses: pd.DataFrame

    @property
    def is_same(self) -> bool:
        """Whether every household has the same center at the same distance, and every center stands still."""
        here = self.households
        apart = [here["only_in_a"], here["only_in_b"], self.nearer.households, self.further.households]
        still = (self.loads["there"] == "both") & (self.loads["moved_km"] <= NOTHING_KM)
        recounted = self.loads["cases_recounted"].any()
        return not any(apart) and self.transfers_centers.empty and bool(still.all()) and not recounted

    @property
    def is_measured_alike(self) -> bool:
        """Whether a kilometre of A is one of B; else the distances say nothing about each other."""
        return self.a.distance == self.b.distance

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the whole tables by name, as they are written to files."""
        return {
            "transfers_centers": self.transfers_centers,
            "transfers_districts": self.transfers_districts,
            "loads": self.loads,
            "by_area": self.by_area,
            "by_county": self.by_county,
        }

    def figures(self) -> dict[str, Any]:
        """Return all but the whole tables, ready for JSON."""
        return {
            "schema": SCHEMA,
            "synthetic": self.synthetic,
            "same": self.is_same,
            "a": asdict(self.a),
            "b": asdict(self.b),
            "households": dict(self.households),
            "cases": dict(self.cases),
            "nearer": asdict(self.nearer),
            "further": asdict(self.further),
            "most_affected": records(self.most_affected),
            "worst_losses": records(self.worst_losses),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return self.figures() | {name: records(table) for name, table in self.tables().items()}

    def _card(self) -> Card:
        from data.display import comparison_card  # noqa: PLC0415 - only a notebook asks

        return comparison_card(self)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, ready for JSON; null for what is missing."""
    plain = table.astype(object)
    return [
        {str(name): one for name, one in row.items()}
        for row in plain.where(plain.notna(), None).to_dict("records")
    ]
