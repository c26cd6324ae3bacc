"""The small pictures of the guides: `python -m benchmarks.guide`; of a synthetic province, in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

from data import demo_problem
from siting import plan_sites

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from data import Plan, Problem

DOCS = Path(__file__).parents[1] / "docs"
DPI = 100
NO_DATE = {"Software": None}
"""So that the same plan gives the same bytes."""


def guide_map(plan: Plan) -> Figure:
    """Return the neighbourhoods of a plan, darker with the caseload of their center."""
    figure, ax = plt.subplots(figsize=(7, 4.6), layout="constrained")
    plan.neighbourhoods.plot(
        "cases", ax=ax, cmap="YlGnBu", edgecolor="white", legend=True, legend_kwds={"label": "cases"}
    )
    ax.scatter(plan.centers["lon"], plan.centers["lat"], color="black", s=16)
    ax.set(title="Neighbourhoods (synthetic data)", xlabel="longitude, degrees", ylabel="latitude, degrees")
    return figure


def guide_loads(problem: Problem, plan: Plan) -> Figure:
    """Return the caseload of each center between the least and the most that the rules allow."""
    centers = plan.centers.sort_values("cases", ascending=False)
    figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
    ax.bar(centers["center_id"], centers["cases"], color="#1d6f6a")
    for limit in (problem.rules.min_cases, problem.rules.max_cases):
        ax.axhline(limit, color="0.3", linestyle="--", linewidth=1)
    ax.tick_params(axis="x", rotation=30, labelsize=8)
    ax.set(title="Caseload of each center (synthetic data)", ylabel="cases")
    return figure


def main() -> None:
    """Write the pictures into the folder of the guides."""
    problem = demo_problem("lorestan", scale=0.1)
    plan = plan_sites(problem, seed=0)
    for name, figure in (("guide_map", guide_map(plan)), ("guide_loads", guide_loads(problem, plan))):
        figure.savefig(DOCS / f"{name}.png", dpi=DPI, metadata=NO_DATE)


if __name__ == "__main__":
    main()
