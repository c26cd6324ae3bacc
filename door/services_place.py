"""Where further devices of a service serve most: read from the record, placed, told and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.services.placing import Standing, place_devices
from allocation.services.ways import km_to, ways_of
from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.disk import machine_error, write_whole
from data.errors import Exit, SitingError
from data.exports import to_csv
from data.readers import read_centers
from data.summary import weighted_km
from data.text import phrase
from data.work.coverage import WITHIN_KM
from data.work.offers import COLUMNS
from data.work.tables import NO_LIMIT
from door.services import refuse_nation, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.services.placing import Placing
    from data.work.catalogue import Service


@dataclass(frozen=True)
class AskedDevices:
    """What is asked of `place`.

    Attributes
    ----------
    service : str
        Id or name of the service.
    devices : int
        How many more.
    within_km : float or None
        Reach as many as can be within so many km; None to shorten travel.
    catalogue, offers, candidates : Path or None
        Files in place of the record's services and offers, and of the network's centers.
    """

    service: str
    devices: int
    within_km: float | None
    catalogue: Path | None = None
    offers: Path | None = None
    candidates: Path | None = None


def placed(folder: Path, asked: AskedDevices) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return where devices serve most, ready for JSON, and the offers with them.

    Parameters
    ----------
    folder : Path
        Of the plan.
    asked : AskedDevices
        What is asked.

    Raises
    ------
    SitingError
        Of the files or the record; ``unknown_service``, ``too_many_devices`` (exit code 3).
    """
    refuse_nation(folder)
    book = Casebook.open(folder / CASEBOOK)
    problem, plan, log = book.problem(), book.plan(), book.log()
    now = wanted(book, log, plan, asked.catalogue, asked.offers)
    service = now.catalogue.find(asked.service)
    if service is None:
        raise _refused("no_such_service", told=asked.service, known=", ".join(now.catalogue.ids))
    own = now.offers[(now.offers["service_id"] == service.id) & (now.offers["capacity"] > 0)]
    ways = ways_of(problem, plan)
    gives = np.isin(ways.center_id.astype(str), own["center_id"].astype(str))
    stands = ways.km[:, gives].min(axis=1) if gives.any() else np.full(len(ways.km), np.inf)
    if asked.candidates is None:
        centers = plan.centers.sort_values("center_id", kind="stable", ignore_index=True)
        places, km = centers[~gives].reset_index(drop=True), ways.km[:, ~gives]
    else:
        places = read_centers(asked.candidates).sort_values("center_id", kind="stable", ignore_index=True)
        places = places[~places["center_id"].isin(own["center_id"])].reset_index(drop=True)
        km = km_to(problem, pd.Series(ways.household_id), places)
    if asked.devices > len(places):
        raise _refused("too_many_devices", devices=asked.devices, candidates=len(places))
    standing = Standing(stands, ways.cases)
    found = place_devices(standing, km, asked.devices, within_km=asked.within_km)
    told = {
        "synthetic": bool(problem.synthetic),
        "service_id": service.id,
        "devices": asked.devices,
        "within_km": asked.within_km,
        "givers_before": int(gives.sum()),
        "candidates": len(places),
        "households": len(ways.cases),
        "cases": int(ways.cases.sum()),
        **_figures(found, asked.within_km),
        "chosen": _chosen(found, places, asked.within_km),
        "casebook_version": log[-1].version,
        "head": log[-1].hash,
        **sealed(book.seal()),
    }
    return told, _offers_with(now.told, service, places, found, set(ways.center_id))


def write_offers(offers: pd.DataFrame, out: Path) -> None:
    """Write offers as a table that ``siting services --offers`` reads.

    Raises
    ------
    SitingError
        ``exists`` (exit code 6), or where the machine fails.
    """
    if out.exists():
        words = phrase("folder.exists", path=out.name)
        raise SitingError(words, code="exists", exit_code=Exit.REFUSED)
    unlimited = offers["capacity"] >= NO_LIMIT
    table = offers[list(COLUMNS)].assign(
        capacity=offers["capacity"].astype(object).where(~unlimited, "").astype(str)
    )
    try:
        write_whole(out, to_csv(table, synthetic=False))
    except OSError as error:
        raise machine_error(error, out) from error


def _figures(found: Placing, within_km: float | None) -> dict[str, Any]:
    """Return what is reached and travelled without the devices and with them, and the bound."""
    sides = {}
    for name, side in (("before", found.before), ("after", found.after)):
        got = np.isfinite(side.km)
        sides[name] = {
            "cases_reached": int(side.cases[got].sum()),
            "km": weighted_km(side.km[got], side.cases[got]),
            "travel_km": round(float(side.cases[got] @ side.km[got]), 3),
            **{
                f"within_{limit:g}_km": int(side.cases[side.km <= limit].sum())
                for limit in sorted({*WITHIN_KM, *([] if within_km is None else [within_km])})
            },
        }
    return {
        "sought": "travel_km" if within_km is None else "cases_within",
        "value": round(found.value, 3),
        "bound": round(found.bound, 3),
        "bound_gap": round(found.gap, 6),
        **sides,
    }


def _chosen(found: Placing, places: pd.DataFrame, within_km: float | None) -> list[dict[str, Any]]:
    """Return each place with the cases that have it nearest, and those that were not reached before."""
    cases = found.before.cases
    chosen = []
    for at in found.chosen.tolist():
        mine = found.nearest == at
        one = {"center_id": str(places["center_id"][at]), "cases": int(cases[mine].sum())}
        for name in ("lon", "lat"):
            one[name] = round(float(places[name][at]), 6)
        if within_km is not None:
            new = mine & (found.before.km > within_km) & (found.after.km <= within_km)
            one["newly_within"] = int(cases[new].sum())
        chosen.append(one)
    return chosen


def _offers_with(
    told: pd.DataFrame, service: Service, places: pd.DataFrame, found: Placing, centers: set[object]
) -> pd.DataFrame:
    """Return the offers with those of the devices; a place that is no center cannot offer anything."""
    names = [one for one in places["center_id"].iloc[found.chosen] if one in centers]
    new = pd.DataFrame({"center_id": names, "service_id": service.id, "borrowed": "", "capacity": NO_LIMIT})
    before = told[~((told["service_id"] == service.id) & told["center_id"].isin(names))]
    return pd.concat([before, new], ignore_index=True).sort_values(
        ["service_id", "center_id"], kind="stable", ignore_index=True
    )


def _refused(code: str, **values: object) -> SitingError:
    return SitingError(phrase(f"services.{code}", **values), code=code)
