"""A part of a scenario, at full density, that is still for what the whole is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.gazetteer import districts
from data.geodesy import to_plane
from data.scenarios.caseload import largest_remainder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.gazetteer.tables import City
    from data.scenarios.settings import Setting

TOLERANCE = 0.05
SPREAD = 4
SEVERAL = 2
SPILL = 0.005
AROUND = 1.5


def part_of(setting: Setting, units: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Keep whole counties, or whole districts of a city, until about ``scale`` of the households.

    What the scenario is for is kept with them:

    - a nation lies in two provinces or more;
    - where applicants are missing in places there are two counties or more, so that
      `data.scenarios.applicants` leaves one without any beside one that has them;
    - the districts of a city lie beside each other and fill a whole number of centers, so these are about as
      full as at full size. Where every place is taken at full size every place is taken here: the households
      beyond the last full center, fewer than it holds, are left out, of every district its share.

    Who is waiting or lives in a care home is drawn household by household, and applicants are drawn for what
    each county needs: both are the same at any scale.

    Parameters
    ----------
    setting : Setting
        Of the scenario.
    units : DataFrame
        As `data.scenarios.caseload.units_of` returns them, each with a household.
    scale : float
        Share of the households, above 0, below 1.
    """
    if setting.city and isinstance(setting.centers, int):
        kept = _fill_centers(units, scale, setting.households / setting.centers, setting.city)
        return _without_the_rest(kept, setting.households // setting.centers) if setting.full else kept
    if not setting.provinces:
        return keep_whole(units, scale, several="province")
    return keep_whole(units, scale, several="county" if setting.scarce else "")


def keep_whole(units: pd.DataFrame, scale: float, *, several: str = "") -> pd.DataFrame:
    """Keep whole units until about ``scale`` of the households.

    The large ones come first, one of each province before a second, and none above a quarter of what is
    wanted while smaller ones can fill it; the kept part of a nation so lies in several provinces.

    Parameters
    ----------
    units : DataFrame
        Counties or districts.
    scale : float
        Share of the households.
    several : str
        Column of which the kept units have two values or more, if need be with more households than wanted.
    """
    size = (units["urban"] + units["rural"]).to_numpy()
    wanted = scale * size.sum()
    order = np.argsort(-size, kind="stable")
    turn = units["province_en"].to_numpy()[order]
    rank = pd.Series(turn).groupby(turn).cumcount().to_numpy()
    kept: list[int] = []
    total = 0
    for largest in (wanted / SPREAD, wanted):
        for unit in order[np.argsort(rank, kind="stable")]:
            fits = total + size[unit] <= wanted * (1 + TOLERANCE) and size[unit] <= largest * (1 + TOLERANCE)
            if unit not in kept and fits:
                kept.append(int(unit))
                total += size[unit]
    label = units[several].to_numpy() if several else np.zeros(len(units))
    for unit in order[::-1]:
        if len(set(label[kept])) < (SEVERAL if several else 1) and label[unit] not in label[kept]:
            kept.append(int(unit))
    return units.iloc[sorted(kept)].reset_index(drop=True)


def _fill_centers(units: pd.DataFrame, scale: float, per_center: float, city: City) -> pd.DataFrame:
    size = (units["urban"] + units["rural"]).to_numpy(np.int64)
    centers = min(max(1, round(scale * size.sum() / per_center)), int(size.sum() / per_center))
    if not centers:
        return keep_whole(units, scale)
    where = districts(city).assign(district=lambda own: own["district"].astype(str)).set_index("district")
    where = where.loc[units["district"]]
    xy = to_plane(where["lon"], where["lat"])
    return units.iloc[_that_fill(size, xy, round(centers * per_center))].reset_index(drop=True)


def _that_fill(size: NDArray[np.int64], xy: NDArray[np.float64], wanted: int) -> list[int]:
    """Return rows beside each other whose sizes sum to ``wanted`` or little more, `SPILL` where any do.

    Among equals the rows that lie nearest to one of them.
    """
    best: tuple[float, float, list[int]] = (np.inf, np.inf, [])
    for away_m in np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)):
        near = np.argsort(away_m, kind="stable")
        near = near[: np.searchsorted(np.cumsum(size[near]), AROUND * wanted) + 1]
        reached: dict[int, tuple[int, ...]] = {0: ()}
        for row in near:
            for total, rows in list(reached.items()):
                if total < wanted:
                    reached.setdefault(total + int(size[row]), (*rows, int(row)))
        for total, rows in reached.items():
            if total >= wanted:
                spill = max(total / wanted - 1, SPILL)
                best = min(best, (spill, float(size[[*rows]] @ away_m[[*rows]]), sorted(rows)))
    return best[2]


def _without_the_rest(units: pd.DataFrame, per_center: int) -> pd.DataFrame:
    """Return districts with no more households than fill whole centers."""
    urban = units["urban"].to_numpy(float)
    full = int(urban.sum()) // per_center * per_center
    return units.assign(urban=largest_remainder(urban, full)) if full else units
