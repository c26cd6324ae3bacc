"""Commands of the record: check, rules, verify, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.answer import (
    ApplicantsFile,
    AsJson,
    BoundaryFiles,
    CentersFile,
    ColumnsFile,
    HouseholdsFile,
    KeepColumns,
    Language,
    OutFolder,
    Overwrite,
    RulesFile,
    TravelFile,
    answered,
)
from data.errors import Exit, Failure, SitingError
from data.text import text

if TYPE_CHECKING:
    from data.text import Lang

PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan, or of a nation.")]


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (check, rules, verify, export):
        app.command()(answered(command))


def check(
    households: HouseholdsFile,
    applicants: ApplicantsFile = None,
    centers: CentersFile = None,
    boundaries: BoundaryFiles = None,
    travel: TravelFile = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    keep: KeepColumns = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Read and validate the files of a plan; write nothing.

    Example: siting check households.xlsx --applicants applicants.csv
    """
    from data.build import build_problems  # noqa: PLC0415 - heavy
    from data.check_report import report  # noqa: PLC0415 - heavy
    from data.intake import Inputs, read_inputs  # noqa: PLC0415 - heavy

    tables, chosen = read_inputs(
        Inputs(
            households,
            applicants,
            centers,
            tuple(boundaries or ()),
            travel,
            rules,
            columns,
            tuple(keep or ()),
        )
    )
    found = report(tables, list(build_problems(tables, chosen)))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for file in found["files"]:
        typer.echo(text("cli.checked", lang, **file))
    typer.echo(text("cli.checked_units", lang, **found["served"]))
    for reason, count in found["unserved"].items():
        typer.echo(text(f"cli.left_{reason}", lang, count=count))


def rules(
    file: Annotated[
        Path | None, typer.Argument(help="Rules to check and complete; the defaults without it.")
    ] = None,
) -> None:
    """Print every rule with its default, unit and meaning, as TOML to edit.

    Example: siting rules > rules.toml
    """
    from data.rules import read_rules, rules_toml  # noqa: PLC0415 - only this command

    typer.echo(rules_toml(read_rules(file) if file else None), nl=False)


def verify(folder: PlanFolder, lang: Language = "en", *, as_json: AsJson = False) -> None:
    """Recount a plan from its casebook, without the solver; name what is wrong and which exports are stale.

    Example: siting verify out/lorestan
    """
    from data.nation import PROVINCES, nation_faults  # noqa: PLC0415 - heavy

    is_nation = (folder / PROVINCES).is_dir()
    if is_nation and (faults := nation_faults(folder)):
        raise _does_not_hold(faults)
    provinces = sorted((folder / PROVINCES).iterdir()) if is_nation else [folder]
    results = [_verified(one, lang) for one in provinces]
    if as_json:
        typer.echo(json.dumps(results if len(results) > 1 else results[0], ensure_ascii=False, indent=1))
        return
    for result in results:
        typer.echo(text("cli.verified", lang, **result))


def _verified(folder: Path, lang: Lang) -> dict[str, Any]:
    from data.casebook import CASEBOOK, Casebook  # noqa: PLC0415 - heavy
    from data.exports import stale_exports  # noqa: PLC0415 - heavy
    from data.verify import verify as recount  # noqa: PLC0415 - heavy

    book = Casebook.open(folder / CASEBOOK)
    certificate = recount(book.problem(), book.plan(), lang=lang)
    failures = [
        Failure(CASEBOOK, entry, "broken_entry", "", text("cli.broken", lang))
        for entry in book.broken_entries()
    ]
    failures += [
        Failure(name, 0, "stale_export", "", text("cli.stale", lang)) for name in stale_exports(folder, book)
    ]
    if failures:
        raise _does_not_hold(failures)
    return {
        "path": folder.name,
        "version": book.version,
        "head": book.head,
        "checks": len(certificate.checks),
        "plan_hash": certificate.plan_hash,
    }


def _does_not_hold(failures: list[Failure]) -> SitingError:
    return SitingError(
        "the record does not hold",
        code=failures[0].code,
        exit_code=Exit.VERIFICATION_FAILED,
        failures=failures,
    )


def export(
    folder: PlanFolder,
    out: OutFolder,
    *,
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be handed on: nothing of a household.")
    ] = False,
    overwrite: Overwrite = False,
    lang: Language = "en",
) -> None:
    """Write a plan's tables anew from its casebook; --public writes only what may be handed on.

    Example: siting export out/lorestan --public --out public
    """
    from data.exports import export as write  # noqa: PLC0415 - heavy

    write(folder, out, public=public, overwrite=overwrite)
    typer.echo(text("cli.exported", lang, path=str(out)))
