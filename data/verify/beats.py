"""Beats counted again from the tables alone: every home once, nobody over the limit, every distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod

from data.verify.columns import numbers, texts
from data.verify.finding import WHOLE_TABLE, VerificationError, each, one
from data.verify.ruler import TOLERANCE_KM

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from data.verify.finding import Finding

BEATS, CASEWORKERS, CHANGES = "beats.csv", "caseworkers.csv", "changes.csv"


@dataclass(frozen=True)
class BeatTables:
    """What beats are counted from.

    Attributes
    ----------
    assignments : DataFrame
        Of the plan: ``household_id``, ``center_id``, ``cases``.
    homes : DataFrame
        ``household_id``, ``lon``, ``lat`` of every household.
    beats : DataFrame
        ``household_id``, ``center_id``, ``caseworker_id`` (empty for none), ``km``, ``cases``.
    caseworkers : DataFrame
        Who works: ``caseworker_id``, ``center_id``, ``lon``, ``lat`` of the middle of the beat, ``cases``,
        ``households``, ``travel_km``.
    before : DataFrame
        Beats that were: ``household_id``, ``caseworker_id``.
    changes : DataFrame
        ``household_id``, ``from_caseworker``, ``to_caseworker``.
    most : int
        Cases a caseworker at most.
    """

    assignments: pd.DataFrame
    homes: pd.DataFrame
    beats: pd.DataFrame
    caseworkers: pd.DataFrame
    before: pd.DataFrame
    changes: pd.DataFrame
    most: int


def verify_beats(tables: BeatTables) -> None:
    """Recount beats.

    Raises
    ------
    VerificationError
        If a served home is missing or there twice, is with somebody of another center, or with nobody while
        somebody has room; if a caseworker has more than the limit, loads of a center differ by more than its
        largest point, a distance or a sum is wrong, or a change is not listed.
    """
    found = [finding for check in (_homes, _loads, _distances, _changes) for finding in check(tables)]
    if found:
        raise VerificationError.of(
            [
                finding.failure(finding.file, 0 if finding.row == WHOLE_TABLE else finding.row + 2)
                for finding in found
            ]
        )


def _homes(tables: BeatTables) -> Iterator[Finding]:
    """Every served home once, at its center, with somebody who works there."""
    served = dict(
        zip(
            texts(tables.assignments, "household_id"),
            zip(texts(tables.assignments, "center_id"), numbers(tables.assignments, "cases"), strict=True),
            strict=True,
        )
    )
    works = dict(
        zip(texts(tables.caseworkers, "caseworker_id"), texts(tables.caseworkers, "center_id"), strict=True)
    )
    seen: set[str] = set()
    rows = zip(
        texts(tables.beats, "household_id"),
        texts(tables.beats, "center_id"),
        texts(tables.beats, "caseworker_id"),
        numbers(tables.beats, "cases"),
        strict=True,
    )
    for row, (home, center, caseworker, cases) in enumerate(rows):
        if home in seen:
            yield one(BEATS, row, "home_twice", home)
        seen.add(home)
        if served.get(home) != (center, cases):
            yield one(BEATS, row, "home_not_there", home, center=center)
        if caseworker and works.get(caseworker) != center:
            yield one(BEATS, row, "caseworker_not_there", home, caseworker=caseworker)
    for home in sorted(served.keys() - seen):
        yield one(BEATS, WHOLE_TABLE, "home_without_row", home)


def _loads(tables: BeatTables) -> Iterator[Finding]:
    """Nobody over the limit, even shares, and nobody left out where there is room."""
    beats = tables.beats.merge(tables.homes, on="household_id", how="left")
    of_point = beats.groupby(["center_id", "lon", "lat"])["cases"].sum()
    of_point = of_point.where(of_point <= tables.most, 1)
    largest = of_point.groupby("center_id").max()
    alone = beats.groupby("center_id")["cases"].apply(lambda own: own[own <= tables.most].max())
    loads = beats[beats["caseworker_id"] != ""].groupby("caseworker_id")["cases"].agg(["sum", "size"])
    workers = tables.caseworkers.set_index("caseworker_id")
    counted = loads.reindex(workers.index).fillna(0)
    wrong = (counted["sum"] != workers["cases"]) | (counted["size"] != workers["households"])
    over = counted["sum"] > tables.most
    ids = texts(tables.caseworkers, "caseworker_id")
    yield from each(CASEWORKERS, wrong.to_numpy(), "wrong_beat_size", ids, counted=counted["sum"].to_numpy())
    most = np.full(len(ids), tables.most)
    yield from each(
        CASEWORKERS, over.to_numpy(), "beat_too_large", ids, counted=counted["sum"].to_numpy(), most=most
    )
    for center, own in counted["sum"].groupby(workers["center_id"]):
        widest = max(float(largest.get(center, 1)), float(alone.get(center, 1)))
        if own.max() - own.min() > widest:
            yield one(CASEWORKERS, WHOLE_TABLE, "uneven_beats", center, low=own.min(), high=own.max())
        out = beats[(beats["center_id"] == center) & (beats["caseworker_id"] == "")]
        fits = out[out["cases"] <= tables.most - own.min()]
        if len(fits):
            yield one(BEATS, WHOLE_TABLE, "home_left_out", fits["household_id"].iloc[0])


def _distances(tables: BeatTables) -> Iterator[Finding]:
    """Every way measured again, and the sums of every beat."""
    middles = tables.caseworkers[["caseworker_id", "lon", "lat"]]
    beats = tables.beats.merge(tables.homes, on="household_id", how="left").merge(
        middles, on="caseworker_id", how="left", suffixes=("", "_middle")
    )
    served = (beats["caseworker_id"] != "").to_numpy()
    km = np.full(len(beats), np.nan)
    own = beats[served]
    lon, lat, to_lon, to_lat = (numbers(own, name) for name in ("lon", "lat", "lon_middle", "lat_middle"))
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, to_lon, to_lat)
    km[served] = np.round(np.asarray(metres) / 1000, 3)
    stated = beats["km"].to_numpy(float)
    wrong = np.where(served, ~(np.abs(stated - km) <= TOLERANCE_KM), ~np.isnan(stated))
    ids = texts(tables.beats, "household_id")
    yield from each(BEATS, wrong, "wrong_way", ids, stated=stated, measured=km)
    travel = (own["km"] * own["cases"]).groupby(own["caseworker_id"]).sum()
    summed = travel.reindex(tables.caseworkers["caseworker_id"]).fillna(0.0).to_numpy()
    said = numbers(tables.caseworkers, "travel_km")
    off = np.abs(said - summed) > TOLERANCE_KM
    yield from each(
        CASEWORKERS,
        off,
        "wrong_travel",
        texts(tables.caseworkers, "caseworker_id"),
        stated=said,
        measured=summed,
    )


def _changes(tables: BeatTables) -> Iterator[Finding]:
    """Every household whose caseworker is another is listed, once, and nobody else."""
    was = dict(zip(texts(tables.before, "household_id"), texts(tables.before, "caseworker_id"), strict=True))
    now = dict(zip(texts(tables.beats, "household_id"), texts(tables.beats, "caseworker_id"), strict=True))
    # Of a center that begins nobody changes.
    every = was.keys() | now.keys() if was else set[str]()
    differ = {(home, was.get(home, ""), now.get(home, "")) for home in every}
    differ = {one for one in differ if one[1] != one[2]}
    listed = list(
        zip(
            texts(tables.changes, "household_id"),
            texts(tables.changes, "from_caseworker"),
            texts(tables.changes, "to_caseworker"),
            strict=True,
        )
    )
    told = set(listed)
    for home in sorted({who for who, _, _ in differ ^ told}) or (["*"] if len(listed) > len(told) else []):
        yield one(CHANGES, WHOLE_TABLE, "wrong_change", home)
