"""A plan that was made in a notebook becomes a plan folder, verified, as the commands write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from data.folder import write_folder, write_plan
from data.given import given_path, wrong_type
from data.privacy.publishing import published
from data.privacy.typed import refuse_personal
from data.standing import MAP
from data.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from data.plan import Plan
    from data.privacy.publishing import Published
    from data.problem import Problem


class Draws(Protocol):
    """What draws a plan: `maps.draw`, which this room does not know."""

    def __call__(
        self,
        out: Path,
        *,
        plan: Plan,
        boundaries: Mapping[str, gpd.GeoDataFrame],
        shown: Published | None,
    ) -> Path:
        """Write the page of a plan into a folder and return it."""
        ...


def save_plan(
    out: Path | str,
    problem: Problem,
    plan: Plan,
    *,
    draw: Draws | None = None,
    who: str = "",
    why: str = "",
    overwrite: bool = False,
) -> dict[str, Any]:
    """Verify a plan and write its folder: the record, the tables, and the map where ``draw`` is given.

    Parameters
    ----------
    out : Path or str
        The folder; it appears whole or not at all, and private.
    problem, plan : Problem, Plan
        What was planned.
    draw : callable, optional
        `maps.draw`; no map without it.
    who, why : str
        For the log of the record.
    overwrite : bool
        Whether a plan that stands there may be replaced.

    Returns
    -------
    dict
        The summary: numbers of households and centers, ``km``, ``objective_km``, ``bound_gap``.

    Raises
    ------
    VerificationError
        If the plan does not hold; then nothing is written.
    SitingError
        ``exists`` where the place is taken; ``not_a_path``, ``wrong_type``, ``personal_remark``; if
        the machine fails.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import demo_problem, save_plan
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> with TemporaryDirectory() as folder:
    ...     summary = save_plan(Path(folder, "plan"), problem, plan_sites(problem))
    >>> summary["centers"], summary["synthetic"]
    (2, True)
    """
    place = given_path(out, "out")
    if draw is not None and not callable(draw):
        raise wrong_type(draw, "draw", "callable")
    for name, remark in (("who", who), ("why", why)):
        refuse_personal(name, remark)
    certificate = verify(problem, plan)
    made: list[dict[str, Any]] = []

    def fill(folder: Path) -> None:
        if draw is not None:
            draw(folder / MAP, plan=plan, boundaries=problem.boundaries, shown=published(problem, plan))
        run = {"command": "python", "seed": int(plan.provenance.get("seed") or 0)}
        made.append(write_plan(folder, problem, plan, certificate, run=run, who=who, why=why))

    write_folder(place, overwrite=overwrite, fill=fill)
    return made[-1]
