"""The door to services: `services`, and `services place`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from data.errors import Exit
from data.process.answer import AsJson, Language, Overwrite, answered
from data.text import number, text
from door.settling import Door

if TYPE_CHECKING:
    from data.text import Lang

SHARE, PLACE = "share", "place"
CatalogueFile = Annotated[
    Path | None,
    typer.Option("--catalogue", help="Services, TOML; the record's unless told, at first the shipped ones."),
]
OffersFile = Annotated[
    Path | None,
    typer.Option(
        "--offers",
        help="Who gives what: center_id, service_id, capacity (cases a half-year, empty without limit), "
        "borrowed. It tells all; the record's unless told.",
    ),
]


class ServicesGroup(TyperGroup):
    """`services DIR ...` is a command by itself, beside `services place`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - a private type of typer's
        """Read what names no command as what the services of DIR are asked with."""
        if args and args[0] not in (*self.commands, "--help"):
            args = [SHARE, *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = Door(
        name="services",
        cls=ServicesGroup,
        no_args_is_help=True,
        help="Share services out: `siting services DIR` (the word `share` may be left out), or find where "
        "devices serve most: `siting services place SERVICE DIR`.\n\nExample: siting services out/lorestan "
        "--offers offers.csv",
    )
    group.command(SHARE)(answered(services))
    group.command(PLACE)(answered(place))
    app.add_typer(group)


def services(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    catalogue: CatalogueFile = None,
    offers: OffersFile = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; DIR-services beside DIR unless told.")
    ] = None,
    who: Annotated[str, typer.Option("--who", help="Who does it, for the log.")] = "",
    why: Annotated[str, typer.Option("--why", help="What for, for the log.")] = "",
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Give every household every service: at its own center, or at the nearest with capacity to spare.

    A center gives what needs neither a specialist nor a device; who gives the rest, and how much, say the
    offers. The record keeps them. Whoever gets a service nowhere is listed with the reason (exit code 4).
    `services.html` and `services.xlsx` may be handed on; the CSV files name households.

    Example: siting services out/lorestan --offers offers.csv --lang fa --overwrite
    """
    from data.versioned import beside  # noqa: PLC0415 - heavy
    from door.services import write_services  # noqa: PLC0415 - heavy

    place_of = out or beside(folder, "services")
    summary = write_services(
        folder,
        place_of,
        catalogue=catalogue,
        offers=offers,
        lang=lang,
        overwrite=overwrite,
        who=who,
        why=why,
    )
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        for line in _sentences(summary, place_of, lang):
            typer.echo(line)
    for line in _wants(summary, lang):
        typer.echo(line, err=True)
    if summary["no_giver"] or summary["no_capacity"]:
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))


def place(
    service: Annotated[str, typer.Argument(help="Id or name of the service.")],
    folder: Annotated[
        Path, typer.Argument(help="Folder of a plan; the one you are in unless told. It may come first.")
    ] = Path(),
    devices: Annotated[int, typer.Option("--devices", min=1, help="How many more.")] = 1,
    within_km: Annotated[
        float | None,
        typer.Option(
            "--within-km",
            min=0,
            help="Reach as many cases within so many km as can be; without it, shorten travel most.",
        ),
    ] = None,
    candidates: Annotated[
        Path | None,
        typer.Option(
            "--candidates", help="Where devices may stand: center_id, lon, lat; all centers unless told."
        ),
    ] = None,
    catalogue: CatalogueFile = None,
    offers: OffersFile = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File for the offers with the new ones, which --offers then takes."),
    ] = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Place N more devices of a service where they reach most, or shorten travel most, with proof.

    Those that stand stay. Every giver, old or new, is taken to serve whoever comes: capacities do not count
    here. Nothing is recorded.

    Example: siting services place hearing_screening out/lorestan --devices 3 --within-km 10
    """
    from data.kinds import is_plan_folder  # noqa: PLC0415 - heavy
    from door.services_place import AskedDevices, placed, write_offers  # noqa: PLC0415 - heavy

    if not is_plan_folder(folder) and is_plan_folder(Path(service)):
        service, folder = str(folder), Path(service)
    asked = AskedDevices(service, devices, within_km, catalogue, offers, candidates)
    told, with_devices = placed(folder, asked)
    if out is not None:
        write_offers(with_devices, out)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for line in _placed_sentences(told, lang):
        typer.echo(line)
    if out is not None:
        typer.echo(text("services.offers_written", lang, path=str(out), folder=str(folder)))


def _sentences(summary: dict[str, Any], path: Path, lang: Lang) -> list[str]:
    lines = [text("cli.synthetic", lang)] if summary["synthetic"] else []
    own = [one for one in summary["services"] if one["own_center"] == summary["cases"]]
    counts = {"count": len(summary["services"]), "in_all": summary["services_in_all"]}
    lines.append(text("services.named", lang, **counts))
    lines.append(text("services.at_own", lang, count=len(own), households=summary["households"]))
    for one in summary["services"]:
        if one["elsewhere"]:
            km = {name: number(one["km"][name], lang, digits=1) for name in ("mean", "max")}
            said = {"own": one["own_center"], "elsewhere": one["elsewhere"], **km}
            lines.append(text("services.elsewhere", lang, service=one[lang], **said))
    if summary["without_center"]:
        lines.append(text("services.without_center", lang, count=summary["without_center"]))
    return [*lines, text("services.written", lang, path=str(path))]


def _wants(summary: dict[str, Any], lang: Lang) -> list[str]:
    """Return which services somebody does not get, why, and what would help."""
    by_id = {one["service_id"]: one for one in summary["services"]}
    lines = [
        text("services.short_of_capacity", lang, service=by_id[name][lang], count=by_id[name]["no_capacity"])
        for name in summary["no_capacity"]
    ]
    if summary["no_giver"]:
        names = " · ".join(f"{by_id[name][lang]} ({name})" for name in summary["no_giver"])
        lines.append(text("services.no_giver", lang, count=len(summary["no_giver"]), services=names))
    return lines


def _placed_sentences(told: dict[str, Any], lang: Lang) -> list[str]:
    lines = [text("cli.synthetic", lang)] if told["synthetic"] else []
    lines += [
        text("services.placed_at", lang, center=one["center_id"], count=one["cases"])
        for one in told["chosen"]
    ]
    before, after = told["before"], told["after"]
    if told["within_km"] is not None:
        key = f"within_{told['within_km']:g}_km"
        said = {"before": before[key], "after": after[key], "cases": told["cases"]}
        lines.append(text("services.placed_within", lang, km=_km(told["within_km"], lang), **said))
    if before["cases_reached"] and after["km"]["mean"] is not None:
        km = {"before": _km(before["km"]["mean"], lang), "after": _km(after["km"]["mean"], lang)}
        lines.append(text("services.placed_mean", lang, **km))
    elif after["km"]["mean"] is not None:
        lines.append(text("services.placed_mean_first", lang, after=_km(after["km"]["mean"], lang)))
    gap = number(100 * told["bound_gap"], lang, digits=2)
    lines.append(
        text("services.placed_bound" if told["bound_gap"] else "services.placed_best", lang, gap=gap)
    )
    return [*lines, text("services.placed_free", lang)]


def _km(value: float, lang: Lang) -> str:
    return number(value, lang, digits=1)
