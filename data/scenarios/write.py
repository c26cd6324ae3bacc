"""A scenario as the files a planner has."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio

from data.rules import rules_toml
from data.scenarios.cells import NOTE
from data.text import Lang, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from data.scenarios.make import Scenario

SYNTHETIC = "SYNTHETIC: invented by siting demo; no row is a real household or applicant"
_STAMP = "OGR_CURRENT_DATE"
_STAMPED = "2020-06-05T00:00:00.000Z"


def write_inputs(scenario: Scenario, folder: Path) -> dict[str, Path]:
    """Write a scenario's input files; the same scenario gives the same bytes.

    Parameters
    ----------
    scenario : Scenario
        What to write.
    folder : Path
        Folder to write to, made when it is missing.

    Returns
    -------
    dict of str to Path
        ``households``, ``applicants``, ``boundaries``, ``rules`` and ``readme``.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {
        "households": folder / "households.csv",
        "applicants": folder / "applicants.csv",
        "boundaries": folder / "boundaries.gpkg",
        "rules": folder / "rules.toml",
        "readme": folder / "README.txt",
    }
    _write_csv(scenario.households, paths["households"])
    _write_csv(scenario.applicants, paths["applicants"])
    _write_boundaries(scenario, paths["boundaries"])
    header = f"# {SYNTHETIC}.\n# Scenario: {scenario.name}\n"
    paths["rules"].write_text(header + rules_toml(scenario.rules), encoding="utf-8", newline="\n")
    paths["readme"].write_text(_readme(scenario), encoding="utf-8-sig", newline="\n")
    return paths


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    flags = {
        name: table[name].map({True: "true", False: "false"}) for name in table.select_dtypes("bool").columns
    }
    table.assign(**flags).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _write_boundaries(scenario: Scenario, path: Path) -> None:
    path.unlink(missing_ok=True)
    with _fixed_stamp():
        for level, layer in scenario.boundaries.items():
            pyogrio.write_dataframe(
                layer,
                path,
                layer=level,
                driver="GPKG",
                append=path.exists(),
                layer_metadata={"DESCRIPTION": NOTE},
                layer_options={"DESCRIPTION": NOTE},
            )


@contextmanager
def _fixed_stamp() -> Iterator[None]:
    # A GeoPackage carries the moment it was written; without this the same seed would give other bytes.
    before = pyogrio.get_gdal_config_option(_STAMP)
    pyogrio.set_gdal_config_options({_STAMP: _STAMPED})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_STAMP: before})


def _readme(scenario: Scenario) -> str:
    numbers = {
        "households": len(scenario.households),
        "cases": int(scenario.households["cases"].sum()),
        "applicants": int(scenario.applicants["applicant_id"].nunique()),
        "sites": len(scenario.applicants),
        "counties": int(scenario.households["county"].nunique()),
    }
    parts = [SYNTHETIC + "."]
    langs: tuple[Lang, ...] = ("fa", "en")
    for lang in langs:
        parts += [
            text("scenarios.synthetic", lang),
            scenario.notes[lang],
            text("scenarios.numbers", lang, **numbers),
            text("scenarios.sources", lang),
        ]
    return "\n\n".join(parts) + "\n"
