"""What of a plan may be handed on: no household, no applicant, no figure of too few."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from data.plan import Plan
    from data.problem import Problem

COARSE_DECIMALS = 2
"""Decimals of a degree (about 1 km) of a point that may be a household's home."""
_CENTER = (
    "center_id",
    "lon",
    "lat",
    "province",
    "county",
    "district",
    "area",
    "cases",
    "households",
    "caseworkers",
    "status",
    "underfull_reason",
    "name",
    "unit",
    "max_cases",
    "km_median",
    "km_p90",
)
_VACANCY = ("vacancy_id", "lon", "lat", "province", "county", "cases", "households", "unit")
_FIGURES = ("cases", "households", "caseworkers", "km_median", "km_p90")


def public_plan(problem: Problem, plan: Plan) -> Plan:
    """Return a plan whose centers, vacancies and neighbourhoods may be handed on.

    Applicants are left out. A figure of fewer than ``privacy_k`` households is empty and their ground is not
    drawn. A vacancy, and a proposed center without a site, may stand on a household's own point: their
    degrees have two decimals.
    """
    least = problem.rules.privacy_k
    nobodys_site = plan.centers["site_id"].isna() | (plan.centers["site_id"] == "")
    proposed = nobodys_site & (plan.centers["status"] == "new")
    small = plan.centers.loc[plan.centers["households"] < least, "center_id"]
    return replace(
        plan,
        centers=_coarse(_without_few(_only(plan.centers, _CENTER), least), proposed),
        vacancies=_coarse(
            _without_few(_only(plan.vacancies, _VACANCY), least), plan.vacancies["lon"].notna()
        ),
        neighbourhoods=plan.neighbourhoods[~plan.neighbourhoods["center_id"].isin(small)],
    )


def _only(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return table[[column for column in columns if column in table]]


def _without_few(table: pd.DataFrame, least: int) -> pd.DataFrame:
    few = table["households"] < least
    figures = [column for column in _FIGURES if column in table]
    return table.assign(**{column: table[column].astype(object).mask(few, None) for column in figures})


def _coarse(table: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    return table.assign(
        **{name: table[name].where(~where, table[name].round(COARSE_DECIMALS)) for name in ("lon", "lat")}
    )
