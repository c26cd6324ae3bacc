"""Commands of siting: catchments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from data.answer import (
    BoundaryFiles,
    ColumnsFile,
    HouseholdsFile,
    KeyPath,
    Language,
    OutFolder,
    Overwrite,
    RulesFile,
    Seed,
    Stages,
    Workers,
    answered,
)
from data.text import text

if TYPE_CHECKING:
    from pathlib import Path


POINT_COLUMNS = (
    "center_id", "lon", "lat", "province", "county", "district", "area", "cases", "households", "km_median",
    "km_p90",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(answered(catchments))


def catchments(
    households: HouseholdsFile,
    out: OutFolder,
    boundaries: BoundaryFiles = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    key: KeyPath = None,
    seed: Seed = 0,
    workers: Workers = 0,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
) -> None:
    """Say where centers should be when no applicant is in view: every applicant's site left aside.

    Writes `catchments.csv` (best point of each catchment with its cases and kilometres) and
    `catchments.geojson` (their ground).

    Example: siting catchments households.csv --out catchments
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    from data.build import build_problems  # noqa: PLC0415 - heavy
    from data.exports import to_csv, to_geojson  # noqa: PLC0415 - heavy
    from data.folder import write_folder  # noqa: PLC0415 - heavy
    from data.intake import Inputs, read_inputs  # noqa: PLC0415 - heavy
    from siting.plan import plan_sites  # noqa: PLC0415 - heavy

    stages = Stages()
    stages.begin("read", text("cli.stage_read", lang))
    inputs = Inputs(households, boundaries=tuple(boundaries or ()), rules=rules, columns=columns, key=key)
    inputs.refuse_inside(out)
    tables, chosen = read_inputs(inputs, tell=lambda note: stages.say(note.line(lang)))
    problems = list(build_problems(tables, chosen))
    for note in tables.notes:
        stages.say(note.line(lang))
    stages.begin("plan", text("cli.stage_plan", lang, households=len(tables.households)))
    plans = [plan_sites(one, seed=seed, workers=workers or -1) for one in problems]
    points = pd.concat([one.centers[list(POINT_COLUMNS)] for one in plans], ignore_index=True)
    ground = pd.concat([one.neighbourhoods for one in plans], ignore_index=True)

    def fill(folder: Path) -> None:
        (folder / "catchments.csv").write_bytes(to_csv(points, synthetic=tables.synthetic))
        (folder / "catchments.geojson").write_bytes(to_geojson(ground, synthetic=tables.synthetic))

    write_folder(out, overwrite=overwrite, fill=fill)
    typer.echo(str(out / "catchments.csv"))
