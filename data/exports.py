"""What is handed on from a casebook: tables for spreadsheets, ground for maps, and the summary.

CSV is UTF-8 with BOM, lines end in a line feed, ``true``/``false``, empty for none, km with 3 decimals,
degrees with 6, rows in the order of their ids. Text that a spreadsheet would take for a formula has an
apostrophe before it, which the readers of this program take away (`data.cells.guarded`). Where the households
are invented, every row says so in the last column, ``synthetic``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from data.call.outcomes import applicants_table, ties_table
from data.casebook import CASEBOOK, Casebook
from data.cells import DEGREE_DECIMALS, cells_of, plain_values, rounded
from data.disk import shown_name, write_whole
from data.errors import Exit, SitingError
from data.plan import CALL
from data.privacy.publishing import published, published_summary
from data.privacy.releases import OTHER_PLACES as _OTHER_PLACES
from data.public import only_public
from data.standing import drawn_hashes
from data.summary import summarize, to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.plan import Plan
    from data.privacy.publishing import Published
    from data.problem import Problem

SUMMARY = "summary.json"
OTHER_PLACES = _OTHER_PLACES
FIRST_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "assignments": (
        "household_id",
        "center_id",
        "km",
        "cases",
        "province",
        "county",
        "district",
        "area",
    ),
    "centers": (
        "center_id",
        "applicant_id",
        "site_id",
        "preference",
        "lon",
        "lat",
        "province",
        "county",
        "district",
        "area",
        "cases",
        "households",
        "caseworkers",
        "status",
        "underfull_reason",
    ),
    "unassigned": ("household_id", "reason", "vacancy_id"),
    "vacancies": ("vacancy_id", "lon", "lat", "province", "county", "cases", "households"),
    "reserves": ("center_id", "applicant_id", "site_id", "extra_km", "decided_by", "alike"),
    "exceptions": ("kind", "subject", "centers", "cases", "reason"),
}
"""The columns each table begins with; others follow as the plan has them."""
OF_A_CALL = ("applicants", "ties")
"""The tables of a plan that chose among applicants: what became of each, and who could not be told apart."""
BY_PLACE = ("province", "county", "district", "place", "area", "center_id")
PLACES_COLUMNS = (*BY_PLACE, "households", "cases")
_PUBLIC = ("centers", "vacancies")
_NO_MAP: Mapping[str, str] = MappingProxyType({})


def write_exports(
    target: Path,
    problem: Problem,
    plan: Plan,
    *,
    head: str,
    version: int,
    drawn: Mapping[str, str] = _NO_MAP,
    shown: Published | None = None,
) -> dict[str, Any]:
    """Write every export of a plan into a folder and return the summary.

    Parameters
    ----------
    target : Path
        A folder that is there. Files of the same name are replaced, each as a whole, the summary last.
    problem, plan : Problem, Plan
        What was planned.
    head : str
        Hash of the last entry of the casebook's log.
    version : int
        Version of the casebook.
    drawn : mapping of str to str
        SHA-256 of each file of the map that stands in the folder, which the summary lists too.
    shown : Published, optional
        What of it may be handed on, and then only that is written: no household, no applicant.
    """
    exports = export_files(problem, plan) if shown is None else public_files(shown)
    stated = {**hashes_of(exports), **drawn}
    if shown is None:
        summary = summarize(problem, plan, exports=stated, head=head, version=version)
    else:
        summary = published_summary(shown, problem, plan, exports=stated, head=head, version=version)
    for name, content in (exports | {SUMMARY: to_json(summary)}).items():
        write_whole(target / name, content)
    return summary


def export_files(problem: Problem, plan: Plan, *, public: bool = False) -> dict[str, bytes]:
    """Return the content of every export but the summary, by its name; of a plan without a past if public."""
    if public:
        return public_files(published(problem, plan))
    return dict(sorted((table_files(problem, plan) | ground_files(problem, plan)).items()))


def table_files(problem: Problem, plan: Plan) -> dict[str, bytes]:
    """Return the content of the exports that no neighbourhood counts for, by their names."""
    tables = _tables(plan, tuple(FIRST_COLUMNS), places(problem, plan), synthetic=problem.synthetic)
    if CALL not in plan.provenance:
        return tables
    of_call = dict(zip(OF_A_CALL, (applicants_table(problem, plan), ties_table(problem, plan)), strict=True))
    return tables | {
        f"{name}.csv": to_csv(table, synthetic=problem.synthetic) for name, table in of_call.items()
    }


def ground_files(problem: Problem, plan: Plan) -> dict[str, bytes]:
    """Return the content of the exports that hold neighbourhoods, by their names."""
    return {"neighbourhoods.geojson": to_geojson(plan.neighbourhoods, synthetic=problem.synthetic)}


def public_files(shown: Published) -> dict[str, bytes]:
    """Return the content of every export but the summary that may be handed on, by its name."""
    released, plan = shown.released[0], only_public(shown.plan)
    tables = _tables(plan, _PUBLIC, shown.places, synthetic=released.synthetic)
    return dict(sorted((tables | ground_files(released, plan)).items()))


def _tables(
    plan: Plan, names: tuple[str, ...], by_place: pd.DataFrame, *, synthetic: bool
) -> dict[str, bytes]:
    files = {
        f"{name}.csv": to_csv(_ordered(getattr(plan, name), name), synthetic=synthetic) for name in names
    }
    files["places.csv"] = to_csv(by_place, synthetic=synthetic)
    return files


def export(
    folder: Path, out: Path, *, public: bool, overwrite: bool = False, version: int | None = None
) -> dict[str, Any]:
    """Write the exports of a plan folder's casebook anew and return the summary.

    Parameters
    ----------
    folder : Path
        A plan folder.
    out : Path
        A new folder outside the plan's; or `folder` itself, where stale exports are then replaced.
    public : bool
        Only what may be handed on.
    overwrite : bool
        Whether `out` may replace exports that stand there.
    version : int, optional
        Version of the plan, the current one unless told; an earlier one only into a folder of its own.

    Raises
    ------
    SitingError
        If there is no casebook or version, `out` exists, or the machine fails; ``out_in_plan`` where exports
        would take the plan's place or lie among its files, ``plan_inside_out`` where they would replace what
        holds it.
    """
    from data.folder import write_folder  # noqa: PLC0415 - which writes exports itself
    from data.kinds import EXPORT  # noqa: PLC0415 - which knows the exports

    in_place = out.resolve() == folder.resolve() and not public and version is None
    if not in_place:
        refuse_over_plan(folder, out)
    book = Casebook.open(folder / CASEBOOK)
    problem, plan, last = book.problem(version), book.plan(version), book.log()[(version or 0) - 1]
    shown = published(problem, plan, book, last.version) if public else None
    summaries: list[dict[str, Any]] = []

    def fill(target: Path) -> None:
        drawn = drawn_hashes(book) if in_place else _NO_MAP
        summaries.append(
            write_exports(
                target, problem, plan, head=last.hash, version=last.version, drawn=drawn, shown=shown
            )
        )

    if in_place:
        fill(folder)
    else:
        write_folder(out, overwrite=overwrite, fill=fill, kind=EXPORT)
    return summaries[-1]


def refuse_over_plan(folder: Path, out: Path) -> None:
    """Refuse to write where a plan is: in its place, among its files, or over what holds it.

    Raises
    ------
    SitingError
        ``out_in_plan``, ``plan_inside_out``.
    """
    plan, place = folder.resolve(), out.resolve()
    if place.is_relative_to(plan):
        code = "out_in_plan"
    elif plan.is_relative_to(place):
        code = "plan_inside_out"
    else:
        return
    words = phrase(f"folder.{code}", plan=shown_name(folder), path=shown_name(out))
    raise SitingError(words, code=code, exit_code=Exit.REFUSED)


def hashes_of(exports: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each export by its name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in exports.items()}


def places(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return which village or quarter goes to which center, no row of fewer than ``privacy_k`` households.

    Smaller rows of one county and center are gathered as ``(other places)``, and left out where even they are
    too few.
    """
    by_place = list(BY_PLACE)
    together = ["province", "county", "center_id"]
    least = problem.rules.privacy_k
    named = problem.households[["household_id"]].assign(place=problem.households.get("place", ""))
    served = plan.assignments.merge(pd.DataFrame(named), on="household_id", how="left", validate="one_to_one")
    served[by_place] = served[by_place].astype(object).where(served[by_place].notna(), "")
    counted = _count(served.assign(n=1), by_place)
    small = counted[counted["households"] < least]
    others = _count(small.rename(columns={"households": "n"}), together)
    others = others[others["households"] >= least].assign(district="", place=OTHER_PLACES, area="")
    kept = pd.concat([counted[counted["households"] >= least], others])
    return kept[list(PLACES_COLUMNS)].sort_values(by_place, ignore_index=True)


def to_csv(table: pd.DataFrame, *, synthetic: bool) -> bytes:
    """Return a table as the bytes of a CSV file."""
    columns = {str(name): cells_of(str(name), values) for name, values in table.items()}
    if synthetic:
        columns["synthetic"] = ["true"] * len(table)
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows(zip(*columns.values(), strict=True))
    return written.getvalue().encode("utf-8-sig")


def to_geojson(ground: pd.DataFrame, *, synthetic: bool) -> bytes:
    """Return neighbourhoods as GeoJSON (RFC 7946): degrees with 6 decimals, rings by the right-hand rule."""
    ordered = ground.sort_values("center_id", kind="stable")
    shapes = shapely.set_precision(ordered["geometry"].to_numpy(), 10.0**-DEGREE_DECIMALS)
    shapes = shapely.orient_polygons(shapes, exterior_cw=False)
    columns = [name for name in ordered.columns if name != "geometry"]
    rows = zip(*(plain_values(ordered[name]) for name in columns), strict=True)
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": dict(zip(columns, row, strict=True)),
                "geometry": None if shape is None or shape.is_empty else rounded(shape.__geo_interface__),
            },
            ensure_ascii=False,
            allow_nan=False,
        )
        for row, shape in zip(rows, shapes, strict=True)
    ]
    mark = json.dumps(bool(synthetic))
    body = ",\n".join(features)
    text = f'{{"type": "FeatureCollection", "synthetic": {mark}, "features": [\n{body}\n]}}\n'
    return text.encode()


def _ordered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    first = [column for column in FIRST_COLUMNS[name] if column in table]
    rest = [column for column in table.columns if column not in first]
    keys = first[: 2 if name == "exceptions" else 1]
    return table[[*first, *rest]].sort_values(keys, kind="stable")


def _count(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    summed = table.groupby(by, sort=True)[["n", "cases"]].sum().reset_index()
    return summed.rename(columns={"n": "households"}).astype({"households": "int64", "cases": "int64"})
