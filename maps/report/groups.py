"""Urban against rural, and groups by status: figures of people and never of too few of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.public import KM_DECIMALS
from data.text import text
from maps.report.counties import distances
from maps.report.figures import PERCENTS, percentiles
from maps.report.small import of_many
from maps.report.tables import Table, columns, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.text import Lang
    from maps.report.counties import Unserved
    from maps.report.network import Network
    from maps.report.small import Shown

AREAS = ("urban", "rural", "")
STATUSES = ("pensioner", "waiting_list", "care_home")


def area_table(network: Network, lang: Lang) -> Table:
    """Return served people by the area they live in; an area of too few has no row."""
    rows = tuple(
        (area_name(area, lang), *of_served(own, network.k), *distances(own, network.k))
        for area, own in _areas(network).items()
    )
    cases = int(network.centers["cases"].sum())
    whole = (int(network.summary["assigned"]), cases, *distances(network.served, network.k))
    return Table(
        "areas",
        columns(
            lang,
            {
                "area": "text",
                "households": "count",
                "cases": "count",
                "km_mean": "far_km",
                "km_median": "far_km",
                "km_p90": "far_km",
            },
        ),
        rows,
        (text("report.total", lang), *whole),
    )


def of_served(own: pd.DataFrame, k: int) -> tuple[Shown, Shown]:
    """Return the households and cases of ``k`` households or more."""
    return of_many(len(own), k), of_many(int(own["cases"].sum()), k)


def area_spread(network: Network) -> dict[str, list[float]]:
    """Return the percentiles of km (`maps.report.figures.PERCENTS`) of each area of enough households."""
    beyond = min(*PERCENTS, *(100 - one for one in PERCENTS)) / 100
    return {
        area: [round(far, KM_DECIMALS) for far in percentiles(own["km"], own["cases"])]
        for area, own in _areas(network).items()
        if len(own) * beyond >= network.k
    }


def _areas(network: Network) -> dict[str, pd.DataFrame]:
    served = network.served
    parts = {area: served[served["area"] == area] for area in AREAS}
    return {area: own for area, own in parts.items() if len(own) >= network.k}


def area_name(area: str, lang: Lang) -> str:
    """Return what people of an area are called."""
    return text(f"report.area_{area or 'unknown'}", lang)


def status_counts(network: Network, left: Unserved) -> Mapping[str, tuple[Shown, Shown]]:
    """Return by status how many are served and how many are not, most first; nothing without two groups.

    A group of too few is not there. That nobody of a status is served is a rule, and that nobody at all is
    left an official figure: either is told as 0.
    """
    k, everyone = network.k, network.people
    by_status = everyone.assign(served=everyone["reason"] == "").groupby("status")["served"]
    counted = by_status.agg(["sum", "size"]).sort_values("size", ascending=False, kind="stable")
    counted = counted[counted["size"] >= k]
    if len(counted) < 2:  # noqa: PLR2004 - one group is the whole
        return {}
    rules, nobody_left = network.summary["rules"], not left.whole
    in_phase = {str(one) for one in rules.get("status") or counted.index}
    return {
        str(status): (
            of_many(int(served), k) if str(status) in in_phase else 0,
            0 if nobody_left else of_many(int(size - served), k),
        )
        for status, served, size in counted.itertuples()
    }


def status_table(network: Network, left: Unserved, lang: Lang) -> Table:
    """Return households by status, served and not."""
    rows = tuple(
        (status_name(status, lang), served, without, _share(served, without))
        for status, (served, without) in status_counts(network, left).items()
    )
    total = (int(network.summary["assigned"]), left.everyone(network.k).shown(network.k))
    last = (text("report.total", lang), *total, _share(*total))
    return Table(
        "groups",
        columns(lang, {"status": "text", "served": "count", "unserved": "count", "share_served": "percent"}),
        rows,
        last if rows else None,
    )


def status_name(status: str, lang: Lang) -> str:
    """Return the words of a status, itself where the program knows none."""
    return known(f"report.status_{status}", status, STATUSES, lang) or text("report.status_none", lang)


def _share(served: Shown, without: Shown) -> float | None:
    if isinstance(served, int) and isinstance(without, int) and served + without:
        return 100 * served / (served + without)
    return None
