"""Made-up applications as our engine takes them, and its plan as an answer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.landscape import LEAST, MOST
from data.build.building import build_problems
from data.rules import Rules
from data.tables import Tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.site_case import SiteCase
    from data.plan import Plan
    from data.problem import Problem

NEVER_KM = 1e5
"""Price of waiting: so high that everyone is served, as in a plain model."""
HOUSEHOLD_TEXTS = ("province", "county", "district", "place", "area", "status", "center_id", "pin")
SITE_TEXTS = (
    "kind", "field", "accessible", "decision_reason", "registered_at", "province", "county", "district",
    "place", "area",
)  # fmt: skip


def problem_of(case: SiteCase) -> Problem:
    """Return what the engine plans: one unit, distance is all that counts, and nobody may wait."""
    households = _table(case.home, HOUSEHOLD_TEXTS)
    households["household_id"] = [f"H{number:07d}" for number in range(len(case.home))]
    households["cases"] = 1
    sites = _table(case.site, SITE_TEXTS)
    sites["applicant_id"] = [f"A{number:05d}" for number in case.applicant]
    sites["preference"] = sites.groupby("applicant_id").cumcount() + 1
    sites["site_id"] = [f"S{number:06d}" for number in range(len(case.site))]
    sites["score"], sites["use"], sites["decision"] = 0.0, "candidate", "accepted"
    rules = Rules(
        min_cases=LEAST,
        max_cases=MOST,
        centers=case.centers,
        within="none",
        keep_together="none",
        preference_km=0.0,
        vacancy_km=NEVER_KM,
    )
    (made,) = build_problems(Tables(households, sites, scenario="sites", synthetic=True), rules)
    return made


def chosen(case: SiteCase, plan: Plan) -> NDArray[np.int64]:
    """Return the site that serves each household in a plan, shape (n,); -1 for none."""
    of_center = plan.centers.set_index("center_id")["site_id"].str[1:].astype(int)
    serves = np.full(len(case.home), -1)
    who = plan.assignments["household_id"].str[1:].astype(int).to_numpy()
    serves[who] = of_center.loc[plan.assignments["center_id"]].to_numpy()
    return serves


def _table(degrees: NDArray[np.float64], texts: tuple[str, ...]) -> pd.DataFrame:
    table = pd.DataFrame({"row": np.arange(2, len(degrees) + 2), "lon": degrees[:, 0], "lat": degrees[:, 1]})
    return table.assign(**{name: pd.Series("", index=table.index, dtype="str") for name in texts})
