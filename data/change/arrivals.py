"""What a year of events leaves: who came to stand where, who left, whose address is unknown."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from data.build.admin import fill_rows
from data.build.building import HOUSEHOLD_COLUMNS
from data.build.check import NOT_IN_PHASE
from data.build.units import unit_of, why_unserved
from data.change.placing import with_points
from data.events import ARRIVALS
from data.locating.columns import MATCHED
from data.problem import UNGROUPED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from data.problem import Problem

CARRIED = "carried"
"""Column of the events that holds, as JSON, what else was known of a family in the province that it left."""
_GROUND = ["lon", "lat", "province", "county", "district", "place", "area"]


@dataclass(frozen=True)
class Outcome:
    """What is true of each household after its last event.

    Attributes
    ----------
    arrived : DataFrame
        One row a household that is here and moved or joined, index ``household_id``: its last move or join as
        `data.readers.read_moves` gives it; ``cases`` and ``status`` of its last join, ``joins`` whether it
        joined at all (who only moved keeps its own).
    left : mapping of str to str
        Date by household that was here before and is not any more.
    address_unknown : mapping of str to str
        Date by household that is here and whose last event says so.
    """

    arrived: pd.DataFrame
    left: Mapping[str, str]
    address_unknown: Mapping[str, str]


def outcome_of(moves: pd.DataFrame, households: pd.DataFrame) -> Outcome:
    """Return what events come to, whatever their order in the file: dates decide.

    Parameters
    ----------
    moves : DataFrame
        As `data.readers.read_moves` gives it.
    households : DataFrame
        Of the problem before the events.
    """
    events = moves.sort_values(["household_id", "date", "row"], kind="stable")
    last = events[events["event"] != "address_unknown"].drop_duplicates("household_id", keep="last")
    gone = last[last["event"] == "leave"]
    arrived = last[last["event"].isin(ARRIVALS)].set_index("household_id")
    joins = events[events["event"] == "join"].drop_duplicates("household_id", keep="last")
    joins = joins.set_index("household_id").reindex(arrived.index)
    arrived = arrived.assign(
        joins=joins["event"].notna(),
        cases=joins["cases"].fillna(1).astype("int64"),
        status=joins["status"].fillna(""),
        pin=arrived["pin"].where(arrived["pin"] != "", joins["pin"].fillna("")),
    )
    lost = events.drop_duplicates("household_id", keep="last")
    lost = lost[(lost["event"] == "address_unknown") & ~lost["household_id"].isin(gone["household_id"])]
    return Outcome(
        arrived=arrived,
        left=_dates(gone[pd.Index(households["household_id"]).get_indexer(gone["household_id"]) >= 0]),
        address_unknown=_dates(lost),
    )


def _dates(events: pd.DataFrame) -> dict[str, str]:
    return dict(zip(events["household_id"], events["date"], strict=True))


def standing_there(problem: Problem, arrived: pd.DataFrame, admitted: Collection[str] = ()) -> pd.DataFrame:
    """Return the rows of a problem's households who stand at a new point, in the order of their ids.

    Parameters
    ----------
    problem : Problem
        Before the events; ``center_id`` of its households is today's.
    arrived : DataFrame
        Of `outcome_of`.
    admitted : collection of str
        Who is served from now on, whatever the status says. So is who joins without a status, and who was
        served before.

    Returns
    -------
    DataFrame
        Columns of the problem's households without the geometry; ``group`` is not counted yet. ``pin`` is
        what the event told, else the household's own while that is in its unit still.
    """
    before = pd.DataFrame(problem.households.drop(columns="geometry")).set_index("household_id")
    before = before.reindex(arrived.index)
    stays = ~arrived["joins"]
    known = pd.DataFrame(problem.households[_GROUND])
    ground = fill_rows(
        with_points(arrived[_GROUND], known),
        known,
        problem.boundaries,
        snap_km=problem.rules.boundary_snap_km,
    )
    of_ground = [*_GROUND, *(name for name in MATCHED if name in before)]
    rows = before.assign(**{name: ground[name] for name in of_ground}, group=UNGROUPED)
    for name in ("cases", "status"):
        rows[name] = before[name].where(stays, arrived[name])
    rows["cases"] = 1 if problem.rules.count == "households" else rows["cases"].astype("int64")
    rows["center_id"] = before["center_id"].fillna("")
    rows["unit"] = unit_of(rows, problem.rules)
    served = stays & (before["reason"].fillna("") != NOT_IN_PHASE)
    served |= rows.index.isin(admitted) | (arrived["joins"] & (arrived["status"] == ""))
    whoever = pd.Series(why_unserved(rows, replace(problem.rules, status=())), index=rows.index)
    rows["reason"] = whoever.where(served, pd.Series(why_unserved(rows, problem.rules), index=rows.index))
    kept = before["pin"].where(stays & (rows["unit"] == before["unit"]), "")
    rows["pin"] = arrived["pin"].where(arrived["pin"] != "", kept)
    extra = [name for name in rows.columns if name not in HOUSEHOLD_COLUMNS]
    texts = [name for name in extra if pd.api.types.is_string_dtype(rows[name])]
    if CARRIED in arrived:
        carried = [json.loads(one or "{}") for one in arrived[CARRIED]]
        for name in texts:
            told = pd.Series([one.get(name, "") for one in carried], index=rows.index, dtype="str")
            rows[name] = rows[name].fillna(told)
    rows[texts] = rows[texts].fillna("")
    columns = [name for name in problem.households.columns if name != "geometry"]
    return rows.reset_index()[columns]
