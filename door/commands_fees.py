"""The door to fees: `fees` and `tariffs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from data.errors import Exit, SitingError
from data.process.answer import AsJson, Language, Overwrite, answered
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.text import Lang
    from data.work.money import Currency
    from data.work.months import JalaliMonth
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs
    from door.fee_year import Year
    from maps.work.fees import Issued

TariffFile = Annotated[
    Path | None, typer.Option("--tariffs", help="Prices, TOML; `siting tariffs` prints those that ship.")
]
RateFile = Annotated[
    Path | None,
    typer.Option(
        "--rates", help="What centers will do, TOML, to plan fees; `siting tariffs --rates` prints it."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (fees, tariffs):
        app.command()(answered(command))


def fees(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan or a nation.")],
    month: Annotated[str, typer.Option("--month", help="Jalali month to pay, as 1400-04.")] = "",
    tariff_file: TariffFile = None,
    rate_file: RateFile = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=1300, max=1499, help="Jalali year to plan in place of a month."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Folder of a proposal: what it would change of a year's cost."),
    ] = None,
    more_centers: Annotated[
        int, typer.Option("--more-centers", min=0, help="What so many more centers would cost a year.")
    ] = 0,
    currency: Annotated[
        Literal["toman", "rial"], typer.Option("--currency", help="Of the amounts.")
    ] = "toman",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Private folder; DIR-fees-1400-04 (or -1400) beside DIR unless told."),
    ] = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write what every center is paid for a month: an invoice each, every line, and the sums.

    A month is paid from what `siting record` recorded, by the days that each family and center was there.
    With --rates, or where nothing was recorded yet, it is an estimate from rates. A year is always one:
    --against and --more-centers say what a rebalancing or more centers would cost.

    Example: siting fees out/lorestan --month 1406-01
    """
    from data.work.rates import read_rates  # noqa: PLC0415 - heavy
    from data.work.tariff_file import read_tariffs  # noqa: PLC0415 - heavy

    prices = read_tariffs(tariff_file)
    rates = None if rate_file is None else read_rates(rate_file)
    if year is None and not against and not more_centers:
        paid = _month(folder, _read_month(month), prices, rates, currency)
        _write_month(paid, folder, out, lang, overwrite=overwrite, as_json=as_json)
        return
    if month:
        raise SitingError(phrase("fees.month_or_year"), code="usage", exit_code=Exit.USAGE)
    from door.fee_year import year_of  # noqa: PLC0415 - heavy

    found = year_of(
        folder,
        year or _this_year(),
        prices,
        rates or read_rates(),
        currency=currency,
        against=against,
        more_centers=more_centers,
    )
    _write_year(found, folder, out, lang, overwrite=overwrite, as_json=as_json)


def tariffs(
    file: Annotated[
        Path | None, typer.Argument(help="Tariffs to check; none to print those that ship.")
    ] = None,
    lang: Language = "en",
    *,
    rates: Annotated[bool, typer.Option("--rates", help="Rates in place of tariffs.")] = False,
) -> None:
    """Print the tariffs that ship, to copy and change, or say what is wrong in a file of tariffs.

    Example: siting tariffs > tariffs.toml
    """
    from data.work.rates import read_rates, shipped_rates_toml  # noqa: PLC0415 - heavy
    from data.work.tariff_file import read_tariffs, shipped_toml  # noqa: PLC0415 - heavy

    if file is None:
        typer.echo(shipped_rates_toml() if rates else shipped_toml(), nl=False)
    elif rates:
        read_rates(file)
        typer.echo(text("fees.good_rates", lang, file=file.name))
    else:
        typer.echo(text("fees.good_tariffs", lang, file=file.name, count=len(read_tariffs(file).each)))


def _month(
    folder: Path, month: JalaliMonth, prices: Tariffs, rates: Rates | None, currency: Currency
) -> Issued:
    from door.fees import fees_of  # noqa: PLC0415 - heavy

    return fees_of(folder, month, prices, rates, currency=currency)


def _write_month(
    issued: Issued, folder: Path, out: Path | None, lang: Lang, *, overwrite: bool, as_json: bool
) -> None:
    from door.fees import write_fees  # noqa: PLC0415 - heavy

    place = out or _beside(folder, str(issued.bill.month))
    summary = write_fees(issued, folder, place, lang=lang, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps({"out": str(place), **summary}, ensure_ascii=False, indent=1))
        return
    for line in _month_lines(issued, summary, lang):
        typer.echo(line)
    typer.echo(text("fees.written", lang, path=str(place)))


def _month_lines(issued: Issued, summary: dict[str, Any], lang: Lang) -> Iterator[str]:
    from maps.work.fees import month_name, rate_words  # noqa: PLC0415 - heavy

    if issued.synthetic:
        yield text("cli.synthetic", lang)
    money = text(f"fees.currency_{issued.currency}", lang)
    counts = {"centers": summary["centers"], "total": summary["total"], "currency": money}
    yield text("fees.said_month", lang, month=month_name(issued.bill.month, lang), **counts)
    yield from _items(issued.tariffs, summary["items"], money, lang)
    if issued.rates is not None:
        yield text("fees.estimate", lang)
        yield rate_words(issued.rates, lang)
    for reason, count in summary["unpaid"].items():
        yield text("fees.said_unpaid", lang, count=count, reason=text(f"fees.reason_{reason}", lang))
    for kind, count in summary["unpriced"].items():
        yield text("fees.said_unpriced", lang, count=count, kind=text(f"fees.kind_{kind}", lang))
    if any(one["assumed"] for one in summary["tariffs"]["used"]):
        yield text("fees.note_assumed", lang)


def _items(prices: Tariffs, items: dict[str, int], money: str, lang: Lang) -> Iterator[str]:
    from data.work.fee_words import contract_name, item_name  # noqa: PLC0415 - heavy

    for name, amount in items.items():
        contract, _, item = name.partition("/")
        own = item_name(prices, contract, item, lang)
        yield text(
            "fees.said_item",
            lang,
            contract=contract_name(contract, lang),
            item=own,
            amount=amount,
            currency=money,
        )


def _write_year(
    found: Year, folder: Path, out: Path | None, lang: Lang, *, overwrite: bool, as_json: bool
) -> None:
    from door.fee_year import write_year  # noqa: PLC0415 - heavy

    place = out or _beside(folder, str(found.year))
    written = str(found.year) if lang == "en" else text("fees.year_name", lang, year=_digits(found.year))
    summary = write_year(found, folder, place, title=written, lang=lang, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps({"out": str(place), **summary}, ensure_ascii=False, indent=1))
        return
    for line in _year_lines(found, summary, written, lang):
        typer.echo(line)
    typer.echo(text("fees.written", lang, path=str(place)))


def _year_lines(found: Year, summary: dict[str, Any], year: str, lang: Lang) -> Iterator[str]:
    from maps.work.fees import rate_words  # noqa: PLC0415 - heavy

    if found.synthetic:
        yield text("cli.synthetic", lang)
    money = text(f"fees.currency_{found.currency}", lang)
    counts = {"centers": summary["centers"], "total": summary["total"], "currency": money}
    yield text("fees.said_year", lang, year=year, **counts)
    yield from _items(found.tariffs, summary["items"], money, lang)
    yield rate_words(found.rates, lang)
    if "against" in summary:
        told = {name: summary["against"][name] for name in ("after", "difference")}
        yield text("fees.said_against", lang, currency=money, **told)
    for one in summary.get("more_centers", {"places": []})["places"]:
        yield text(
            "fees.said_more",
            lang,
            count=found.more_centers,
            place=text(f"fees.place_{one['place']}", lang),
            same=one["same_cases"],
            full=one["full"],
            cases=found.rates.full_cases,
            currency=money,
        )


def _beside(folder: Path, name: str) -> Path:
    from data.versioned import beside  # noqa: PLC0415 - heavy

    return beside(folder, f"fees-{name}")


def _read_month(written: str) -> JalaliMonth:
    from data.work.months import JalaliMonth  # noqa: PLC0415 - heavy

    try:
        return JalaliMonth.read(written)
    except ValueError:
        words = phrase("fees.bad_month", written=written) if written else phrase("fees.no_month")
        raise SitingError(words, code="bad_month", exit_code=Exit.USAGE) from None


def _this_year() -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from data.work.in_force import IRAN  # noqa: PLC0415 - heavy
    from data.work.months import JalaliMonth  # noqa: PLC0415 - heavy

    return JalaliMonth.of(datetime.now(UTC).astimezone(IRAN).date()).year


def _digits(year: int) -> str:
    from data.text import PERSIAN_DIGITS  # noqa: PLC0415

    return str(year).translate(PERSIAN_DIGITS)
