"""What `siting check` tells of the files: rows read, units, who would be served and who not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.problem import Problem
    from data.tables import Tables


def report(tables: Tables, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return ``files`` (name, rows), ``served`` (units, households, cases, needed) and ``unserved``."""
    read = {
        "households": tables.households,
        "applicants": tables.applicants,
        "centers": tables.centers,
        "travel": tables.travel,
    }
    units = households = cases = needed = 0
    reasons: dict[str, int] = {}
    for problem in problems:
        table = problem.households
        served = table[table["reason"] == ""]
        by_unit = served.groupby("unit")["cases"].sum()
        units += len(by_unit)
        households += len(served)
        cases += int(by_unit.sum())
        needed += int((-(-by_unit // problem.rules.max_cases)).sum())
        for reason, count in table.loc[table["reason"] != "", "reason"].value_counts().items():
            reasons[str(reason)] = reasons.get(str(reason), 0) + int(count)
    return {
        "files": [
            {"file": tables.file(role), "rows": len(table)}
            for role, table in read.items()
            if table is not None
        ],
        "served": {"units": units, "households": households, "cases": cases, "needed": needed},
        "unserved": dict(sorted(reasons.items())),
    }
