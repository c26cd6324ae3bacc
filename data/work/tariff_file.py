"""Tariffs as a TOML file that a user writes: read, and checked whole."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.errors import SitingError
from data.fold import fold
from data.gazetteer import counties
from data.text import phrase
from data.work.money import RIAL_A_TOMAN
from data.work.months import MONTHS_A_YEAR
from data.work.tariff_days import PLACES, day_faults
from data.work.tariffs import BASES, COUNTED, KINDS, MONTHLY, Tariff, Tariffs
from data.work.toml_values import Values, read_toml

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = (
    "item", "unit", "contract", "place", "amount", "from", "until", "basis", "source", "assumed",
    "name_fa", "name_en",
)  # fmt: skip
_NEEDED = ("item", "unit", "contract", "place", "amount", "from")
_TOP = ("currency", "visits", "flags", "contracts", "metropolises", "tariff")
_SHIPPED = "tariffs.toml"


def read_tariffs(path: Path | None = None) -> Tariffs:
    """Read tariffs from a TOML file, those that ship unless told.

    Raises
    ------
    SitingError
        With everything that is wrong in the file: ``missing_file``, ``unreadable_toml``, ``unknown_key``,
        ``missing_key``, ``missing_place``, ``wrong_type``, ``unknown_unit``, ``unknown_contract``,
        ``negative``, ``fractional``, ``fractional_toman``, ``bad_date``, ``ends_before``, ``two_units``,
        ``wrong_basis``, ``two_contracts``, ``tariff_overlap``, ``tariff_gap``.
    """
    if path is None:
        return _shipped()
    return _read(path)


def shipped_toml() -> str:
    """Return the tariffs that ship, as text to edit."""
    return files("data.work").joinpath(_SHIPPED).read_text(encoding="utf-8")


@cache
def _shipped() -> Tariffs:
    with as_file(files("data.work").joinpath(_SHIPPED)) as path:
        return _read(path)


def _read(path: Path) -> Tariffs:
    top = Values(path.name, "", read_toml(path))
    top.only(_TOP)
    rial = top.choice("currency", ("toman", "rial"), "toman") == "rial"
    visits = top.inner("visits", top.given.get("visits", {}))
    visits.only(("months", "counted"))
    flags = top.inner("flags", top.given.get("flags", {}))
    flags.only(("unpaid",))
    contracts, named = _contracts(top)
    metropolises = _metropolises(top)
    found = _tariffs(top, named, rial=rial)
    counted = visits.choice("counted", COUNTED, COUNTED[0])
    made = Tariffs(
        file=path.name,
        each=found,
        metropolises=metropolises,
        contracts=MappingProxyType(contracts),
        first_contract=named[0],
        visit_months=_visit_months(visits, counted),
        visit_counted="rolling" if counted == "rolling" else "periods",
        unpaid_flags=flags.texts("unpaid"),
    )
    top.faults += day_faults(path.name, made.each)
    if top.faults:
        raise SitingError.of(top.faults)
    return made


def _visit_months(visits: Values, counted: str) -> int:
    months = visits.whole("months", 6, least=1, most=120)
    if counted == "periods" and MONTHS_A_YEAR % months:
        visits.fault("out_of_range", "months", phrase("fees.periods_of_a_year", value=str(months)))
    return months


def _contracts(top: Values) -> tuple[dict[str, str], list[str]]:
    """Return the contract of each folded status, and all contracts."""
    given = top.inner("contracts", top.given.get("contracts", {"pension": []}))
    found: dict[str, str] = {}
    for contract in given.given:
        for status in given.texts(contract):
            if found.setdefault(fold(status), contract) != contract:
                words = phrase("fees.two_contracts", status=status, other=found[fold(status)])
                given.fault("two_contracts", contract, words)
    return found, list(given.given) or ["pension"]


def _metropolises(top: Values) -> frozenset[tuple[str, str]]:
    given = top.inner("metropolises", top.given.get("metropolises", {}))
    named = {(fold(province), fold(one)) for province in given.given for one in given.texts(province)}
    table = counties()
    for row in table[["province_fa", "province_en", "county_fa", "county_en"]].itertuples(index=False):
        both = [(fold(one), fold(other)) for one in row[:2] for other in row[2:]]
        if named & set(both):
            named |= set(both)
    return frozenset(named)


def _tariffs(top: Values, contracts: list[str], *, rial: bool) -> tuple[Tariff, ...]:
    rows = top.given.get("tariff", [])
    if not isinstance(rows, list) or not rows:
        top.fault("missing_key", "tariff", phrase("fees.no_tariffs"))
        return ()
    read = (
        _tariff(top.inner(f"tariff[{number}]", row), number, contracts, rial=rial)
        for number, row in enumerate(rows, start=1)
    )
    return tuple(one for one in read if one is not None)


def _tariff(row: Values, number: int, contracts: list[str], *, rial: bool) -> Tariff | None:
    """Return one tariff; None where it cannot be meant, which is then among the faults."""
    before = len(row.faults)
    row.only(_KEYS)
    needed = row.needs(_NEEDED)
    given = row.given
    unit = row.choice("unit", tuple(KINDS), "visit", "unknown_unit") if "unit" in given else ""
    place = row.choice("place", (*PLACES, "any"), "any") if "place" in given else ""
    contract = row.choice("contract", contracts, "", "unknown_contract") if "contract" in given else ""
    amount = row.whole("amount") if "amount" in given else 0
    if rial and amount % RIAL_A_TOMAN:
        row.fault("fractional_toman", "amount", phrase("fees.fractional_toman", value=str(amount)))
    item = row.text("item")
    if needed and not item:
        row.fault("missing_key", "item", phrase("fees.missing_key"))
    since, until = row.day("from"), row.day("until")
    if since and until and until < since:
        row.fault("ends_before", "until", phrase("fees.ends_before"))
    basis = row.choice("basis", BASES, BASES[0])
    if basis == "served" and unit not in MONTHLY:
        row.fault("wrong_basis", "basis", phrase("fees.wrong_basis"))
    names = {lang: row.text(f"name_{lang}") for lang in ("fa", "en")}
    source, assumed = row.text("source"), row.truth("assumed")
    if not needed or len(row.faults) > before or since is None:
        return None
    toman = amount // RIAL_A_TOMAN if rial else amount
    return Tariff(
        number,
        item,
        unit,
        contract,
        place,
        toman,
        since,
        until,
        basis,
        source,
        assumed,
        MappingProxyType(names),
    )
