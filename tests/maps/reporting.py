"""A small network with everything that a report tells of, and some names that should be shown as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.folder import write_folder, write_plan
from data.rules import Rules
from data.verify import verify
from siting.plan import plan_sites
from tests.engine_problems import EAST, people, problem, sites, together

if TYPE_CHECKING:
    from pathlib import Path

FORMULA = "=cmd|' /C calc'!A0"
SCRIPT = "</script><script>document.title='taken'</script>`${1}`\\"
TURNED = "\u202eabc"
LONG = "ب" * 5000
WAITING, UNLOCATED, ALONE, VACANT = 30, 4, 3, 20


def founded(out: Path) -> Path:
    """45 urban and 20 rural families of A, 30 on a waiting list, 4 without a point; B, where nobody applied.

    Three of A's families have a status of their own, and the only two sites have hostile owners.
    """
    spots = np.array([(x, y) for x in range(9) for y in range(5)]) + 0.137
    town = people(spots, prefix="town-", status="pensioner", place=LONG)
    town.loc[: ALONE - 1, "status"] = SCRIPT
    far = np.array([(20 + 2 * x, y) for x in range(5) for y in range(4)]) + 0.211
    village = people(far, prefix="village-", status="pensioner", area="rural", place=FORMULA)
    waiting = people(spots[:WAITING] + 0.05, prefix="waiting-", status="waiting_list")
    lost = people(spots[:UNLOCATED], prefix="lost-", status="pensioner")
    lost["lon"] = lost["lat"] = np.nan
    other = people(spots[:VACANT] + 3 * EAST, prefix="other-", status="pensioner", county=FORMULA)
    families = together(town, village, waiting, lost, other)
    offered = sites([(2.0, 2.0), (22.0, 2.0), (6.0, 3.0)], owners=[SCRIPT, FORMULA, TURNED], kind=SCRIPT)
    rules = Rules(min_cases=10, max_cases=60, centers="fewest", status=("pensioner", SCRIPT))
    made = problem(families, offered, rules=rules)
    plan = plan_sites(made)

    def fill(folder: Path) -> None:
        write_plan(folder, made, plan, verify(made, plan), run={})

    write_folder(out, overwrite=False, fill=fill)
    return out
