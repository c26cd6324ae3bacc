"""What a call settled between two applicants whom kilometres do not tell apart, for an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.call.outcomes import closest_tie, tie_words, ties_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase


@dataclass(frozen=True)
class Tied:
    """A tie for the place of a center, as the letters to its applicants tell it.

    Attributes
    ----------
    center_id : str
        The center.
    applicant_id : str
        The other applicant.
    won : bool
        Whether who is explained has the center.
    km_more : float
        What the plan cost more with the winner's site than with the other's, km; negative where it cost less.
    decided_by : str
        As `data.call.order.Tie`.
    """

    center_id: str
    applicant_id: str
    won: bool
    km_more: float
    decided_by: str

    @property
    def words(self) -> Phrase:
        """The sentence, for who won or lost it."""
        tie = {"center_id": self.center_id, "km_more": self.km_more, "decided_by": self.decided_by}
        return tie_words("won" if self.won else "lost", tie, self.applicant_id)


def tied(problem: Problem, plan: Plan, sites: Iterable[str], *, won: bool) -> Tied | None:
    """Return the tie that says most of those which some sites won or lost; None where there is none.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version.
    sites : iterable of str
        Of one applicant: that of its center, or all of who has none.
    won : bool
        Whether they are to have won it.
    """
    own, other = ("site_id", "other_applicant_id") if won else ("other_site_id", "applicant_id")
    ties = [
        {str(name): value for name, value in one.items()}
        for one in ties_table(problem, plan).to_dict("records")
    ]
    one = closest_tie(ties, own, list(sites))
    if one is None:
        return None
    return Tied(str(one["center_id"]), str(one[other]), won, float(one["km_more"]), str(one["decided_by"]))
