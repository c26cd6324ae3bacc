"""Urban against rural, and groups by status: figures of people and never of too few of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import text
from maps.report.counties import distances
from maps.report.figures import percentiles
from maps.report.small import Sum, parts_of_known
from maps.report.tables import Table, columns, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang
    from maps.report.counties import Unserved
    from maps.report.network import Network
    from maps.report.small import Shown

AREAS = ("urban", "rural", "")
STATUSES = ("pensioner", "waiting_list", "care_home")


def area_table(network: Network, lang: Lang) -> Table:
    """Return served people by the area they live in."""
    served = network.served
    parts = {area: served[served["area"] == area] for area in AREAS}
    parts = {area: own for area, own in parts.items() if len(own)}
    shown = parts_of_known([len(own) for own in parts.values()], network.k)
    rows: list[tuple[object, ...]] = []
    for (area, own), households in zip(parts.items(), shown, strict=True):
        exact = isinstance(households, int)
        cases = int(own["cases"].sum()) if exact else households
        km = distances(own, network.k) if exact else (households,) * 4
        rows.append((area_name(area, lang), households, cases, *km))
    whole = (len(served), int(served["cases"].sum()), *distances(served, network.k))
    return Table(
        "areas",
        columns(
            lang,
            {
                "area": "text",
                "households": "count",
                "cases": "count",
                "km_mean": "km",
                "km_median": "km",
                "km_p90": "km",
                "km_max": "whole_km",
            },
        ),
        tuple(rows),  # type: ignore[arg-type]
        (text("report.total", lang), *whole),
    )


def area_spread(network: Network) -> dict[str, list[float]]:
    """Return the percentiles of km (`maps.report.figures.PERCENTS`) of each area whose figures are shown."""
    served = network.served
    parts = {area: own for area in AREAS if len(own := served[served["area"] == area])}
    shown = parts_of_known([len(own) for own in parts.values()], network.k)
    return {
        area: percentiles(own["km"], own["cases"])
        for (area, own), count in zip(parts.items(), shown, strict=True)
        if isinstance(count, int)
    }


def area_name(area: str, lang: Lang) -> str:
    """Return what people of an area are called."""
    return text(f"report.area_{area or 'unknown'}", lang)


def status_counts(network: Network, left: Unserved) -> Mapping[str, tuple[Shown, Shown]]:
    """Return by status how many are served and how many are not, most first; nothing without two groups."""
    by_status = network.people.assign(served=network.people["reason"] == "").groupby("status")["served"]
    counted = by_status.agg(["sum", "size"]).sort_values("size", ascending=False, kind="stable")
    if len(counted) < 2:  # noqa: PLR2004 - one group is the whole
        return {}
    served = parts_of_known([int(n) for n in counted["sum"]], network.k)
    everyone: Sum = left.everyone(network.k)
    unserved = [int(n) for n in counted["size"] - counted["sum"]]
    without = parts_of_known(unserved, network.k, known=not everyone.hidden)
    return {
        str(status): pair
        for status, pair in zip(counted.index, zip(served, without, strict=True), strict=True)
    }


def status_table(network: Network, left: Unserved, lang: Lang) -> Table:
    """Return households by status, served and not."""
    rows = tuple(
        (status_name(status, lang), served, without, _share(served, without))
        for status, (served, without) in status_counts(network, left).items()
    )
    total = (len(network.served), left.everyone(network.k).shown(network.k))
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
