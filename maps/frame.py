"""A map inside a notebook: the page of a plan, in a frame that reaches nothing outside itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from maps.plan_page import draw

if TYPE_CHECKING:
    from data.plan import Plan

HEIGHT_PX = 560


def framed(plan: Plan) -> str:
    """Return the map of a plan as an HTML frame; of households it says only how many, as the page does.

    Parameters
    ----------
    plan : Plan
        What is drawn; nothing where no neighbourhood of it is.
    """
    if plan.centers.empty or plan.neighbourhoods.empty:
        return ""
    with tempfile.TemporaryDirectory(prefix="siting-map-") as folder:
        page = draw(Path(folder), plan=plan).read_text(encoding="utf-8")
    frame = Markup(
        '<iframe sandbox="allow-scripts" srcdoc="{}" style="width:100%;height:{}px;border:0"></iframe>'
    )
    return str(frame.format(page, HEIGHT_PX))
