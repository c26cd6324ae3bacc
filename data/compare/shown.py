"""A comparison on a terminal: its sentence, then tables of what matters most."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from rich.cells import cell_len

from data.call.said import seal_lines
from data.compare.said import KM_DIGITS, remarks, sentence
from data.compare.tables import DISTRICT
from data.geodesy import KM_DECIMALS
from data.text import number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    import pandas as pd

    from data.compare.comparison import Comparison, Standing
    from data.text import Lang

SHOWN_ROWS = 20
UNKNOWN = "-"
GINI_DIGITS = 3
Row = list[str]


def lines(found: Comparison, lang: Lang = "en") -> list[str]:
    """Return everything that a terminal shows of a comparison, a line each."""
    told = [text("cli.synthetic", lang)] if found.synthetic else []
    for which, one in (("side_a", found.a), ("side_b", found.b)):
        told.append(text(f"compare.{which}", lang, label=one.label, head=one.head))
        told += seal_lines(one.seal, lang)
    told += [sentence(found, lang), *remarks(found, lang)]
    if not found.is_same:
        for table in _tables(found, lang):
            told += ["", *table]
    return told


def _tables(found: Comparison, lang: Lang) -> Iterator[list[str]]:
    """Yield each table with its title; one that is empty is left out."""
    yield _standings(found, lang)
    yield _shifts(found, lang)
    yield from _listed("centers", _transfers(found.transfers_centers, _center_name, lang), lang)
    yield from _listed("districts", _transfers(found.transfers_districts, _district_name, lang), lang)
    yield from _listed("affected", _affected(found, lang), lang)
    yield from _listed("areas", _places(found.by_area, lambda row: _area(row["area"], lang), lang), lang)
    if len(found.by_county) > 1:
        yield from _listed("counties", _places(found.by_county, _district_name, lang), lang)
    yield from _listed("losses", _losses(found, lang), lang)


def _standings(found: Comparison, lang: Lang) -> list[str]:
    figures: list[tuple[str, Callable[[Standing], float | None], int | None]] = [
        ("served", lambda one: one.assigned, None),
        ("unserved", lambda one: one.unassigned, None),
        ("cases", lambda one: one.cases, None),
        ("centers", lambda one: one.centers, None),
        ("load_min", lambda one: one.load["min"], None),
        ("load_median", lambda one: one.load["median"], None),
        ("load_max", lambda one: one.load["max"], None),
        ("km_mean", lambda one: one.km["mean"], KM_DIGITS),
        ("km_median", lambda one: one.km["median"], KM_DIGITS),
        ("km_p90", lambda one: one.km["p90"], KM_DIGITS),
        ("km_worst_tenth", lambda one: one.km["worst_tenth_mean"], KM_DIGITS),
        ("km_max", lambda one: one.km["max"], KM_DIGITS),
        ("gini", lambda one: one.gini, GINI_DIGITS),
    ]
    rows = [
        [text(f"compare.figure_{name}", lang), *(_shown(of(one), lang, digits) for one in (found.a, found.b))]
        for name, of, digits in figures
    ]
    return _aligned([["", *_heads(["a", "b"], lang)], *rows], 1)


def _shifts(found: Comparison, lang: Lang) -> list[str]:
    head = _heads(["households", "transferred", "by_1_km", "mean_km", "max_km"], lang)
    rows = [
        [
            text(f"compare.column_{name}", lang),
            *(number(count, lang) for count in (one.households, one.transferred, one.by_1_km)),
            _km(one.mean_km, lang),
            _km(one.max_km, lang),
        ]
        for name, one in (("nearer", found.nearer), ("further", found.further))
    ]
    return [text("compare.title_shift", lang), *_aligned([["", *head], *rows], 1)]


def _transfers(table: pd.DataFrame, name: Callable[[Any, str], str], lang: Lang) -> tuple[list[Row], int]:
    rows = [_heads(["kind", "from", "to", "households", "cases"], lang)]
    ordered = table.sort_values("households", ascending=False, kind="stable")
    for row in ordered.to_dict("records"):
        ends = [name(row, "from_"), name(row, "to_")]
        counts = [row["households"], row["cases_after"] or row["cases_before"]]
        kind = text(f"compare.kind_{row['kind']}", lang)
        rows.append([kind, *ends, *(number(one, lang) for one in counts)])
    return rows, 3


def _center_name(row: Any, end: str) -> str:  # noqa: ANN401 - a row of a table
    return str(row[f"{end}center"]) or UNKNOWN


def _district_name(row: Any, end: str = "") -> str:  # noqa: ANN401 - a row of a table
    return "/".join(str(row[end + name]) for name in DISTRICT if row.get(end + name)) or UNKNOWN


def _affected(found: Comparison, lang: Lang) -> tuple[list[Row], int]:
    names = ["cases_before", "cases_after", "households_left", "households_came"]
    rows = [_heads(["center", "place", "cases_a", "cases_b", "left", "came"], lang)]
    for row in found.most_affected.to_dict("records"):
        counts = [number(row[name], lang) for name in names]
        rows.append([str(row["center_id"]), _district_name(row), *counts])
    return rows, 2


def _places(table: pd.DataFrame, name: Callable[[Any], str], lang: Lang) -> tuple[list[Row], int]:
    counts = ["households_before", "households_after", "transfer", "nearer", "further"]
    head = ["place", "households_a", "households_b", "transfers", "nearer", "further"]
    rows = [_heads([*head, "mean_a", "mean_b", "gini_a", "gini_b"], lang)]
    for row in table.to_dict("records"):
        km = [_km(row[f"km_mean_{end}"], lang) for end in ("before", "after")]
        shares = [_shown(row[f"gini_{end}"], lang, GINI_DIGITS) for end in ("before", "after")]
        rows.append([name(row), *(number(int(row[one]), lang) for one in counts), *km, *shares])
    return rows, 1


def _losses(found: Comparison, lang: Lang) -> tuple[list[Row], int]:
    rows = [_heads(["from", "to", "km_a", "km_b", "longer"], lang)]
    for row in found.worst_losses.to_dict("records"):
        # With fewer decimals a difference would not be that of the two beside it.
        km = [_shown(row[name], lang, KM_DECIMALS) for name in ("km_before", "km_after", "longer_km")]
        rows.append([_center_name(row, "from_"), _center_name(row, "to_"), *km])
    return rows, 2


def _listed(title: str, table: tuple[list[Row], int], lang: Lang) -> Iterator[list[str]]:
    rows, left = table
    if len(rows) > 1:
        told = [text(f"compare.title_{title}", lang), *_aligned(rows[: SHOWN_ROWS + 1], left)]
        if len(rows) > SHOWN_ROWS + 1:
            told.append(text("compare.more", lang, count=len(rows) - SHOWN_ROWS - 1))
        yield told


def _aligned(rows: Sequence[Row], left: int) -> list[str]:
    """Return rows as lines, the first ``left`` columns flush left and the others flush right."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lined = []
    for row in rows:
        gaps = [" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True)]
        cells = [
            cell + gap if column < left else gap + cell
            for column, (cell, gap) in enumerate(zip(row, gaps, strict=True))
        ]
        lined.append("  ".join(cells).rstrip())
    return lined


def _heads(names: Sequence[str], lang: Lang) -> Row:
    return [text(f"compare.column_{name}", lang) for name in names]


def _area(area: str, lang: Lang) -> str:
    return text(f"compare.area_{area}", lang) if area in {"urban", "rural"} else UNKNOWN


def _km(km: float | None, lang: Lang) -> str:
    return _shown(km, lang, KM_DIGITS)


def _shown(value: float | None, lang: Lang, digits: int | None) -> str:
    return UNKNOWN if value is None or isnan(value) else number(value, lang, digits=digits)
