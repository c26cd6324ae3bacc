"""A nation of some provinces as their folders have it, as far as its page reads them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from data.hashing import file_hash
from data.privacy.publishing import published
from maps import draw, draw_nation
from maps.center_page import draw_centers

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

KM = {"mean": 4.562, "median": 3.214, "p90": 9.871, "max": 20.0}


def summary_of(plan: Plan, **figures: object) -> dict[str, Any]:
    return {
        "code": "15",
        "province": "لرستان",
        "synthetic": True,
        "households": len(plan.assignments) + len(plan.unassigned),
        "cases": int(plan.assignments["cases"].sum() + plan.unassigned["cases"].sum()),
        "centers": len(plan.centers),
        "vacancies": len(plan.vacancies),
        "unassigned": 0,
        "unassigned_by_reason": {},
        "rules": plan.provenance["rules"],
        "objective_km": 100.0,
        "bound_km": 98.0,
        "head": "a" * 64,
        "exports": {},
        **figures,
    }


def province(
    folder: Path, problem: Problem, plan: Plan, *, center_pages: bool = True, **figures: object
) -> dict[str, Any]:
    """Draw a province into a nation's folder as `siting map` does, and return its summary."""
    summary = summary_of(plan, **figures)
    shown = published(problem, plan)
    out = folder / "provinces" / str(summary["code"]) / "map"
    page = draw(out, plan=plan, shown=shown, center_pages=center_pages)
    if center_pages:
        draw_centers(out, plan=shown.plan, places=shown.places, judged=plan)
    return {**summary, "exports": {"map/index.html": file_hash(page)}}


def moved(plan: Plan, east: float, name: str) -> Plan:
    """Return a plan that lies so many degrees farther east, in another province."""
    return replace(
        plan,
        centers=plan.centers.assign(
            lon=plan.centers["lon"] + east, province=name, center_id="E" + plan.centers["center_id"]
        ),
        vacancies=plan.vacancies.assign(lon=plan.vacancies["lon"] + east, province=name),
        neighbourhoods=plan.neighbourhoods.assign(
            center_id="E" + plan.neighbourhoods["center_id"],
            geometry=plan.neighbourhoods.geometry.translate(east),
        ),
        assignments=plan.assignments.assign(province=name, center_id="E" + plan.assignments["center_id"]),
    )


def page_of(folder: Path, summaries: list[dict[str, Any]], **options: Any) -> Path:
    """Draw the page of the nation in a folder."""
    return draw_nation(folder / "map", summaries=summaries, **{"km": KM, **options})


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>',
        page.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found
    told: dict[str, Any] = json.loads(found.group(1))
    return told
