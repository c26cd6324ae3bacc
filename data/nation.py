"""A nation's folder: one plan folder a province, and a summary over all of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import tomli_w

from data.disk import write_whole
from data.errors import Failure
from data.fold import fold
from data.gazetteer import counties
from data.summary import plain_rules, to_json, weighted_km

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from data.rules import Rules

PROVINCES = "provinces"
_SUMMED = ("households", "cases", "assigned", "unassigned", "centers", "vacancies")


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
) -> dict[str, Any]:
    """Return the summary of a nation from those of its provinces.

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
    """
    first = summaries[0]
    reasons: dict[str, int] = {}
    for one in summaries:
        for reason, count in one["unassigned_by_reason"].items():
            reasons[reason] = reasons.get(reason, 0) + count
    objective = round(sum(one["objective_km"] for one in summaries), 3)
    bounded = all(one["bound_km"] is not None for one in summaries)
    bound = round(sum(one["bound_km"] for one in summaries), 3) if bounded else None
    return {
        "schema": first["schema"],
        "scenario": first["scenario"],
        "synthetic": any(one["synthetic"] for one in summaries),
        **{key: sum(one[key] for one in summaries) for key in _SUMMED},
        "unassigned_by_reason": dict(sorted(reasons.items())),
        "load": {
            "min": int(loads.min(initial=0)) if not len(loads) else int(loads.min()),
            "median": float(np.median(loads)) if len(loads) else None,
            "max": int(loads.max(initial=0)),
        },
        "km": weighted_km(km, cases),
        "objective_km": objective,
        "terms": {term: round(sum(one["terms"][term] for one in summaries), 3) for term in first["terms"]},
        "bound_km": bound,
        "bound_gap": None
        if bound is None
        else round((objective - bound) / objective, 6)
        if objective > 0
        else 0.0,
        "short_units": [unit for one in summaries for unit in one["short_units"]],
        "seed": first["seed"],
        "rules": plain_rules(rules),
        "versions": first["versions"],
        "inputs": first["inputs"],
        "distance": first["distance"],
        "provinces": [
            {
                key: one[key]
                for key in ("code", "province", *_SUMMED, "objective_km", "bound_km", "bound_gap", "head")
            }
            for one in summaries
        ],
    }


def write_nation(
    folder: Path, summary: Mapping[str, Any], *, run: Mapping[str, Any], stats: Mapping[str, Any]
) -> None:
    """Write what a nation's folder holds beside its provinces and its map."""
    write_whole(folder / "summary.json", to_json(dict(summary)))
    write_whole(folder / "run.toml", tomli_w.dumps(dict(run)).encode())
    write_whole(folder / "run_stats.json", to_json(dict(stats)))


def nation_faults(folder: Path) -> list[Failure]:
    """Return where a nation's summary differs from its provinces, and provinces that are missing or extra."""
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    listed = {one["code"]: one for one in summary["provinces"]}
    present = {one.name for one in (folder / PROVINCES).iterdir() if one.is_dir()}
    failures = [
        Failure(f"{PROVINCES}/{code}", 0, "missing_province", code, "is in the summary and not in the folder")
        for code in sorted(set(listed) - present)
    ]
    failures += [
        Failure(f"{PROVINCES}/{code}", 0, "extra_province", code, "is in the folder and not in the summary")
        for code in sorted(present - set(listed))
    ]
    sums = dict.fromkeys(_SUMMED, 0)
    for code in sorted(present & set(listed)):
        own = json.loads((folder / PROVINCES / code / "summary.json").read_text(encoding="utf-8"))
        wrong = [
            key for key in (*_SUMMED, "objective_km", "bound_km", "head") if listed[code][key] != own[key]
        ]
        failures += [
            Failure("summary.json", 0, "wrong_total", code, f"{key} differs from the province's own summary")
            for key in wrong
        ]
        for key in _SUMMED:
            sums[key] += own[key]
    failures += [
        Failure(
            "summary.json", 0, "wrong_total", key, f"says {summary[key]}, the provinces add up to {sums[key]}"
        )
        for key in _SUMMED
        if not failures and summary[key] != sums[key]
    ]
    return failures
