"""Applicants and the five sites each proposes, near where households live."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.geodesy import to_degrees
from data.scenarios.star import keep_on_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.people import People
    from data.scenarios.settings import Setting
    from data.scenarios.towns import Anchors

SITES = 5
LEAST_APPLICANTS = 3
REACHING = 0.10
TRIED = 15
TOWN_WEIGHT = 1.3
JITTER_M = 220.0
OPENED = "2020-06-05"
DAYS = 15
KINDS = (("natural", 0.62), ("company", 0.10), ("ngo", 0.12), ("charity", 0.08), ("article26", 0.08))
FIELDS = ("social_work", "psychology", "counselling", "rehabilitation", "educational_sciences")
REASONS = ("no_related_degree", "competence_not_confirmed", "unfit_premises")
DECISIONS = (("accepted", 0.93), ("refused", 0.04), ("pending", 0.03))


def apply_for(
    rng: np.random.Generator, setting: Setting, people: People, anchors: Anchors, needed: pd.Series
) -> pd.DataFrame:
    """Draw applicants for each county and five sites for each.

    Most sites of an applicant lie in one county, near each other; one applicant in ten reaches into a second
    county of the same province.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    setting : Setting
        Says how many applicants a center needs and whether some counties lack them.
    people : People
        Where households live.
    anchors : Anchors
        The ground they stand on.
    needed : Series
        Centers needed by county (Persian name), not whole.

    Returns
    -------
    DataFrame
        One row a site, with the columns of the applicants' table.
    """
    numbers = _applicants_by_county(rng, setting, needed)
    rows_by_county = people.table.groupby("county", sort=True).indices
    weight = np.where(people.table["area"] == "urban", TOWN_WEIGHT, 1.0)
    chosen: list[NDArray[np.int64]] = []
    for county, count in numbers.items():
        rows = np.asarray(rows_by_county[county])
        if count:
            chosen.append(_sites_near(rng, people, rows, weight[rows], int(count)))
    if not chosen:
        return _table(setting, people, np.empty((0, 2)), np.empty((0, SITES), np.int64), rng)
    sites = _reach_out(rng, people, np.concatenate(chosen), numbers)
    flat = sites.ravel()
    anchor = people.anchor[flat]
    moved = people.xy[flat] - anchors.xy[anchor] + rng.normal(0, JITTER_M, (len(flat), 2))
    xy = anchors.xy[anchor] + keep_on_ground(rng, moved, anchors.room[anchor])
    return _table(setting, people, xy, sites, rng)


def _applicants_by_county(rng: np.random.Generator, setting: Setting, needed: pd.Series) -> pd.Series:
    numbers = (needed * setting.applicants_per_center).map(ceil).clip(lower=LEAST_APPLICANTS).sort_index()
    if setting.scarce:
        small = numbers.index[numbers.index != needed.idxmax()].to_numpy()
        short = rng.permutation(small)[: max(2, round(0.2 * len(numbers)))]
        none = short[: max(1, len(short) // 3)]
        numbers[short] = (needed[short] / 2).map(ceil)
        numbers[none] = 0
    return numbers


def _sites_near(
    rng: np.random.Generator, people: People, rows: NDArray[np.int64], weight: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Return households to stand beside, shape ``(count, 5)``: of fifteen drawn, the nearest to the first."""
    drawn = rows[rng.choice(len(rows), (count, TRIED), p=weight / weight.sum())]
    away = np.hypot(*(people.xy[drawn] - people.xy[drawn[:, :1]]).transpose(2, 0, 1))
    order = np.argsort(away, axis=1, kind="stable")[:, :SITES]
    return rng.permuted(np.take_along_axis(drawn, order, axis=1), axis=1)


def _reach_out(
    rng: np.random.Generator, people: People, sites: NDArray[np.int64], numbers: pd.Series
) -> NDArray[np.int64]:
    province = people.table["province"].to_numpy(dtype=object)
    county = people.table["county"].to_numpy(dtype=object)
    open_to = numbers.index[numbers > 0]
    pool = np.flatnonzero(np.isin(county, open_to.to_numpy(dtype=object)))
    by_province = pd.Series(pool).groupby(province[pool]).indices
    reached = sites.copy()
    for row in np.flatnonzero(rng.random(len(sites)) < REACHING):
        home = sites[row, 0]
        near = pool[rng.choice(by_province[province[home]], 3 * TRIED)]
        others = near[county[near] != county[home]]
        if len(others):
            away = np.hypot(*(people.xy[others] - people.xy[home]).T)
            nearest = others[np.argmin(away)]
            within = others[county[others] == county[nearest]][:2]
            reached[row, -len(within) :] = within
    return reached


def _table(
    setting: Setting,
    people: People,
    xy: NDArray[np.float64],
    sites: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    count = len(sites)
    lon, lat = to_degrees(xy)
    beside = people.table.iloc[sites.ravel()]
    numbers = pd.Series(np.arange(1, count + 1)).astype("str").str.zfill(4)
    applicant = (setting.prefix + "-A" + numbers).repeat(SITES).to_numpy()
    preference = np.tile(np.arange(1, SITES + 1), count)
    kind = _drawn(rng, KINDS, count)
    decision = np.repeat(_drawn(rng, DECISIONS, count), SITES)
    reason = np.repeat(rng.choice(np.array(REASONS, dtype=object), count), SITES)
    day = pd.Timestamp(OPENED) + pd.to_timedelta(np.sort(rng.integers(0, DAYS, count)), unit="D")
    score = np.clip(np.round(rng.normal(65, 15, count) / 5) * 5, 0, 100).astype(np.int64)
    field = np.where(kind == "natural", rng.choice(np.array(FIELDS, dtype=object), count), "")
    return pd.DataFrame(
        {
            "applicant_id": applicant,
            "site_id": pd.Series(applicant, dtype="str") + "-" + pd.Series(preference).astype("str"),
            "lon": lon,
            "lat": lat,
            "preference": preference,
            "score": np.repeat(score, SITES),
            "kind": np.repeat(kind, SITES),
            "field": np.repeat(field, SITES),
            "accessible": rng.random(count * SITES) < 0.8,  # noqa: PLR2004 - invented share
            "use": "candidate",
            "decision": decision,
            "decision_reason": np.where(decision == "refused", reason, ""),
            "registered_at": np.repeat(day.strftime("%Y-%m-%d").to_numpy(), SITES),
            "province": beside["province"].to_numpy(),
            "county": beside["county"].to_numpy(),
            "district": beside["district"].to_numpy(),
            "area": beside["area"].to_numpy(),
            "synthetic": True,
        }
    )


def _drawn(
    rng: np.random.Generator, shares: tuple[tuple[str, float], ...], count: int
) -> NDArray[np.object_]:
    names = np.array([name for name, _ in shares], dtype=object)
    drawn: NDArray[np.object_] = names[rng.choice(len(names), count, p=[share for _, share in shares])]
    return drawn
