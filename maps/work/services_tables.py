"""Tables of who gets which service where: what may be told of many, and never of too few households."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from data.public import BEYOND, KM_DECIMALS
from data.summary import weighted_km
from data.text import text
from data.work.coverage import WITHIN_KM
from data.work.tables import NO_LIMIT
from maps.report.groups import area_name, status_name
from maps.report.small import Few, of_many
from maps.report.tables import Column, Table, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from data.text import Lang
    from data.work.coverage import Coverage
    from maps.report.small import Shown
    from maps.report.tables import Cell, Kind

    Row = tuple[Cell | Shown, ...]

STEPS = (1, 2, 5, 10, 20, 50)
"""Percent that a share is told in: the smallest step that stands for enough households."""
_WAYS: Mapping[str, Kind] = {
    "own_center": "count", "elsewhere": "count", "none": "count", "km_mean": "far_km", "km_median": "far_km",
    "km_p90": "far_km", "within_5": "count", "within_10": "count", "within_20": "count",
}  # fmt: skip


def coverage_table(found: Coverage, k: int, lang: Lang) -> Table:
    """Return a row for each service: how many get it where, and how far that is."""
    kinds: Mapping[str, Kind] = {"service": "text", "givers": "count", **_WAYS, "km_max": "count"}
    everybody = np.ones(len(found.people), dtype=bool)
    rows = []
    for place, service in enumerate(found.catalogue.services):
        km = found.km[place][found.center[place] >= 0]
        furthest = ceil(km.max()) if len(km) >= k and len(km) else None
        counts = _told_counts(found, place, everybody, k)
        ways = _ways(found, place, everybody, k)
        givers = int((found.capacity(place) > 0).sum())
        rows.append((service.name(lang), givers, *counts, *ways, furthest))
    return Table("coverage", _columns(kinds, lang), tuple(rows))


def part_tables(found: Coverage, k: int, lang: Lang, services: Sequence[int]) -> Iterator[Table]:
    """Yield the same by area, by group and by county, of some services; none where all are of one kind.

    Counts are multiples of ``k``, rounded down (`data.privacy`).

    Parameters
    ----------
    found : Coverage
        What everybody gets.
    k : int
        Fewest households of a figure.
    lang : {"fa", "en"}
        Of the reader.
    services : sequence of int
        Positions of the services that are told.
    """
    county = found.people["province"] + "\n" + found.people["county"]
    kinds = {"by_area": found.people["area"], "by_group": found.people["status"], "by_county": county}
    for key, values in kinds.items():
        parts = sorted(values.unique())
        if len(parts) < 2 or not len(services):  # noqa: PLR2004 - of one kind the whole is told
            continue
        rows = [
            (
                found.catalogue.services[place].name(lang),
                _called(key, part, lang),
                *_part(found, place, of, k),
            )
            for place in services
            for part, of in ((one, (values == one).to_numpy(bool)) for one in parts)
        ]
        named_part = key.removeprefix("by_")
        columns = _columns({"service": "text", named_part: "text", "households": "count", **_WAYS}, lang)
        yield Table(key, columns, tuple(rows))


def giver_table(found: Coverage, k: int, lang: Lang, services: Sequence[int]) -> Table:
    """Return a row for each center that gives one of some services."""
    kinds: Mapping[str, Kind] = {
        "service": "text", "center": "code", "capacity": "count", "borrowed": "code", "own_cases": "count",
        "other_cases": "count",
    }  # fmt: skip
    names = {found.catalogue.ids[place]: found.catalogue.services[place].name(lang) for place in services}
    strangers = _strangers(found)
    rows: list[Row] = []
    givers = found.givers()
    for name, said in names.items():
        for one in givers[givers["service_id"] == name].to_dict("records"):
            capacity, center = int(one["capacity"]), str(one["center_id"])
            enough = strangers.get((center, name), 0) >= k
            rows.append(
                (
                    said,
                    center,
                    text("services.no_limit", lang) if capacity >= NO_LIMIT else capacity,
                    str(one["borrowed"]),
                    # What a center has of its own is an official figure, or its capacity.
                    int(one["own_cases"]),
                    of_many(int(one["other_cases"]), k) if enough else Few(k),
                )
            )
    return Table("givers", _columns(kinds, lang), tuple(rows))


def catalogue_table(found: Coverage, lang: Lang) -> Table:
    """Return the services themselves."""
    kinds: Mapping[str, Kind] = {
        "service": "text", "service_id": "code", "domain": "words", "level": "number", "staff": "text",
        "device": "text", "may_borrow": "words", "named_by": "code",
    }  # fmt: skip
    rows = []
    for one in found.catalogue.services:
        borrow = text("services.may_borrow" if one.may_borrow else "services.only_own", lang)
        rows.append(
            (
                one.name(lang),
                one.id,
                text(f"services.domain_{one.domain}", lang),
                one.level,
                *one.needed(lang),
                borrow if one.needs else "",
                " ".join(one.named_by),
            )
        )
    return Table("catalogue", _columns(kinds, lang), tuple(rows))


def share_of_many(count: int, whole: int, households: int, k: int) -> Cell | Shown:
    """Return a share in whole percent, rounded down to a step that stands for ``k`` households or more.

    Parameters
    ----------
    count, whole : int
        Cases of the part and of all.
    households : int
        That the whole is of.
    k : int
        Fewest households of a figure.
    """
    step = next((one for one in STEPS if one * households >= 100 * k), None)
    return None if step is None or not whole else count * 100 // whole // step * step


def _part(found: Coverage, place: int, of: NDArray[np.bool_], k: int) -> Row:
    return (
        of_many(int(of.sum()), k),
        *_told_counts(found, place, of, k),
        *_ways(found, place, of, k),
    )


def _told_counts(found: Coverage, place: int, of: NDArray[np.bool_], k: int) -> list[Shown]:
    """Return counts as multiples of ``k``; none is told where the offers alone say that it is none."""
    capacity = found.capacity(place)
    unlimited = capacity >= NO_LIMIT
    is_none = (not capacity.any(), not capacity.any() or bool(unlimited.all()), bool(unlimited.any()))
    counts = _counts(found, place, of)
    return [
        0 if certain and not count else of_many(count, k)
        for count, certain in zip(counts, is_none, strict=True)
    ]


def _counts(found: Coverage, place: int, of: NDArray[np.bool_]) -> list[int]:
    """Return households that get a service at their own center, elsewhere, and nowhere."""
    at, own = found.center[place][of], found.people["own"].to_numpy()[of]
    return [int((at == own).sum()), int(((at >= 0) & (at != own)).sum()), int((at < 0).sum())]


def _ways(found: Coverage, place: int, of: NDArray[np.bool_], k: int) -> Row:
    """Return mean, median and 90th percentile, to 0.1 km, and shares within `WITHIN_KM`."""
    cases, km = found.people["cases"].to_numpy(np.int64)[of], found.km[place][of]
    got = found.center[place][of] >= 0
    served, households = int(got.sum()), int(of.sum())
    figures = weighted_km(km[got], cases[got])
    least = {"mean": k, "median": BEYOND["km_median"] * k, "p90": BEYOND["km_p90"] * k}
    shown = tuple(
        round(value, KM_DECIMALS) if (value := figures[name]) is not None and served >= fewest else None
        for name, fewest in least.items()
    )
    total = int(cases.sum())
    within = (int(cases[got & (km <= limit)].sum()) for limit in WITHIN_KM)
    return (*shown, *(share_of_many(one, total, households, k) for one in within))


def _strangers(found: Coverage) -> dict[tuple[str, str], int]:
    """Return how many households of other centers come to each giver."""
    own = found.people["own"].to_numpy()
    counted: dict[tuple[str, str], int] = {}
    for place, name in enumerate(found.catalogue.ids):
        at = found.center[place]
        come = np.bincount(at[(at >= 0) & (at != own)], minlength=len(found.center_id))
        counted |= {(str(found.center_id[one]), name): int(come[one]) for one in np.flatnonzero(come)}
    return counted


def _called(key: str, part: str, lang: Lang) -> str:
    if key == "by_area":
        return area_name(part, lang)
    if key == "by_group":
        return status_name(part, lang)
    province, _, county = part.partition("\n")
    return named(province, county, lang)


def _columns(kinds: Mapping[str, Kind], lang: Lang) -> tuple[Column, ...]:
    return tuple(Column(text(f"services.col_{name}", lang), kind) for name, kind in kinds.items())
