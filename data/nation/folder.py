"""A nation's folder: one plan folder a province, and a summary over all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from data.build.check import NOT_IN_PHASE
from data.disk import write_whole
from data.fold import fold
from data.gazetteer import counties
from data.geodesy import KM_DECIMALS
from data.hashing import value_hash
from data.plan import TERMS
from data.standing import RUN, map_hashes, run_bytes
from data.summary import km_figures, plain_rules, rounded_gap, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from data.rules import Rules

PROVINCES, SUMMARY = "provinces", "summary.json"
SUMMED = ("households", "cases", "assigned", "unassigned", "centers", "vacancies")
OF_A_PROVINCE = (*SUMMED, "objective_km", "bound_km", "bound_gap", "head")
"""What the summary of a nation repeats of every province's own."""

ADDED_UP = ("terms", "unassigned_by_reason", "kept_together_loss_km", "short_units")
"""What it only adds up over the provinces."""


def province_codes(names: Sequence[str]) -> list[str]:
    """Return the folder name of each province: its census code, else its name made fit for a path."""
    table = counties()
    known = {
        fold(name): str(code)
        for column in ("province_fa", "province_en")
        for name, code in zip(table[column], table["province_code"], strict=True)
    }
    codes = [known.get(fold(name), re.sub(r"\W+", "-", name).strip("-") or "province") for name in names]
    return [code if codes.index(code) == number else f"{code}-{number}" for number, code in enumerate(codes)]


def nation_summary(
    summaries: Sequence[Mapping[str, Any]],
    *,
    loads: NDArray[np.int64],
    km: NDArray[np.float64],
    cases: NDArray[np.float64],
    rules: Rules,
    missing: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the summary of a nation from those of its provinces; totals count those that are there.

    Parameters
    ----------
    summaries : sequence of mapping
        ``summary.json`` of each province, with ``code`` and ``province``.
    loads : ndarray of int
        Cases of every center.
    km, cases : ndarray of float
        Kilometres and cases of every served household.
    rules : Rules
        Rules of the whole nation.
    missing : sequence of mapping
        Provinces that were not planned: ``code``, ``province``, ``households``, and as ``reason`` the code of
        what stopped each.
    """
    first = summaries[0]
    reasons: dict[str, int] = {}
    for one in summaries:
        for reason, count in one["unassigned_by_reason"].items():
            reasons[reason] = reasons.get(reason, 0) + count
    objective = round(sum(one["objective_km"] for one in summaries), 3)
    bound = _whole_km([bound_of(one) for one in summaries])
    return {
        "schema": first["schema"],
        "scenario": first["scenario"],
        "synthetic": any(one["synthetic"] for one in summaries),
        **{key: sum(one[key] for one in summaries) for key in SUMMED},
        "unassigned_by_reason": dict(sorted(reasons.items())),
        "load": {
            "min": int(loads.min(initial=0)) if not len(loads) else int(loads.min()),
            "median": float(np.median(loads)) if len(loads) else None,
            "max": int(loads.max(initial=0)),
        },
        "km": km_figures(km, cases),
        "objective_km": objective,
        # A province that was planned by an older program has fewer terms: there they are nothing.
        "terms": {
            term: round(sum(one["terms"].get(term, 0.0) for one in summaries), 3)
            for term in TERMS
            if any(term in one["terms"] for one in summaries)
        },
        "bound_km": bound,
        "bound_gap": rounded_gap(bound, objective),
        "kept_together_loss_km": _whole_km([one["kept_together_loss_km"] for one in summaries]),
        "short_units": [unit for one in summaries for unit in one["short_units"]],
        "seed": first["seed"],
        "rules": plain_rules(rules),
        "versions": first["versions"],
        **({"seal": first["seal"]} if "seal" in first else {}),
        "inputs": first["inputs"],
        "distance": first["distance"],
        "provinces": [{key: one[key] for key in ("code", "province", *OF_A_PROVINCE)} for one in summaries],
        "missing": [dict(one) for one in missing],
    }


def nation_head(heads: Mapping[str, str]) -> str:
    """Return what stands for all records of a nation: the hash of its provinces' heads, in order of codes.

    Parameters
    ----------
    heads : mapping of str to str
        Head of each province's record by its code.
    """
    return value_hash([heads[code] for code in sorted(heads)])


def bound_of(summary: Mapping[str, Any]) -> float | None:
    """Return a province's bound; where nobody is in phase and nothing is paid, nothing is the least."""
    left, objective_km = summary["unassigned_by_reason"], summary["objective_km"]
    at_rest = left.get(NOT_IN_PHASE, 0) == summary["households"] and objective_km == 0
    bound_km: float | None = 0.0 if at_rest else summary["bound_km"]
    return bound_km


def _whole_km(each: Sequence[float | None]) -> float | None:
    """Return the sum; None where one is not known, for a sum without it would pass for the whole."""
    known = [one for one in each if one is not None]
    return round(sum(known), KM_DECIMALS) if len(known) == len(each) else None


def write_nation(folder: Path, summary: Mapping[str, Any], *, run: Mapping[str, Any]) -> dict[str, Any]:
    """Write the summary of a nation, which lists the hash of its map, and ``run.toml``; return the summary.

    No hash is kept of ``run.toml``: it says what that of every province says (`data.replay.seen_from`), and
    theirs are in their casebooks.

    Parameters
    ----------
    folder : Path
        Its provinces and its ``map/`` stand there already.
    summary : mapping
        Of `nation_summary`.
    run : mapping
        What replays the run.
    """
    whole = {**summary, "exports": map_hashes(folder)}
    write_whole(folder / SUMMARY, to_json(whole))
    write_whole(folder / RUN, run_bytes(run))
    return whole
