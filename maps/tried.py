"""Variants side by side: a page and a workbook of what each would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.text import text
from maps.report.tables import Column, Table
from maps.work.paper import Part, paper
from maps.workbook import Sheet, workbook_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.text import Lang
    from maps.origin import Origin
    from maps.report.tables import Cell, Kind

COLUMNS: Mapping[str, Kind] = {
    "variant": "text", "centers": "count", "vacancies": "count", "unserved": "count",
    "objective_km": "far_km", "difference_km": "far_km", "gap_percent": "percent", "km_mean": "km",
    "km_median": "km", "km_p90": "km", "km_max": "km", "km_worst_tenth": "km",
    "load_min": "count", "load_max": "count", "would_move": "count", "first_choice": "count",
}  # fmt: skip
OF_CENTERS: Mapping[str, Kind] = {
    "variant": "text", "center_id": "code", "applicant_id": "code", "county": "text", "cases": "count",
}  # fmt: skip


def page(
    figures: Sequence[Mapping[str, Any]],
    answers: Sequence[tuple[str, Sequence[str]]],
    changed: Sequence[tuple[str, str, str, str]],
    *,
    lead: tuple[str, ...],
    origin: Origin,
    synthetic: bool,
    lang: Lang,
) -> bytes:
    """Return the page, UTF-8; nothing in it names a household.

    Parameters
    ----------
    figures : sequence of mapping
        A row for each plan, by the names of `COLUMNS`; ``bound_gap`` in place of its percent.
    answers : sequence of (str, sequence of str)
        Each variant's name and the sentences of its price.
    changed : sequence of (str, str, str, str)
        Variant, rule, value now, value in the variant.
    lead : tuple of str
        Sentences below the title.
    origin : Origin
        The version in force.
    synthetic : bool
        Whether the households are invented.
    lang : {"fa", "en"}
        Its language.
    """
    table, words = plan_table(figures, lang), text("try.table", lang)
    rules = rule_table(changed, lang)
    parts = (
        Part(words, (), ((words, table),), wide=True),
        *(Part(label, tuple(said)) for label, said in answers),
        Part(
            text("try.rules", lang),
            () if changed else (text("try.no_rules", lang),),
            ((text("try.rules", lang), rules),) if changed else (),
        ),
    )
    made = paper(
        text("try.title", lang),
        parts,
        lead=lead,
        origin=origin,
        synthetic=synthetic,
        private=True,
        lang=lang,
    )
    return made.encode()


def workbook(
    figures: Sequence[Mapping[str, Any]],
    answers: Sequence[tuple[str, Sequence[str]]],
    changed: Sequence[tuple[str, str, str, str]],
    centers: Sequence[Mapping[str, Any]],
    *,
    origin: Origin,
    synthetic: bool,
    lang: Lang,
) -> bytes:
    """Return the same, and the centers of every plan, as XLSX."""
    told = Table(
        "answers",
        (Column(text("try.col_variant", lang), "text"), Column(text("try.col_answer", lang), "words")),
        tuple((label, one) for label, said in answers for one in said),
    )
    tables = {
        "table": plan_table(figures, lang),
        "answers": told,
        "rules": rule_table(changed, lang),
        "centers": center_table(centers, lang),
    }
    sheets = [
        Sheet(text(f"try.sheet_{name}", lang), text("try.title", lang), one) for name, one in tables.items()
    ]
    return workbook_of(sheets, title=text("try.title", lang), synthetic=synthetic, origin=origin, lang=lang)


def plan_table(figures: Sequence[Mapping[str, Any]], lang: Lang) -> Table:
    """Return a row for each plan."""
    columns = tuple(Column(text(f"try.col_{name}", lang), kind) for name, kind in COLUMNS.items())
    return Table("plans", columns, tuple(tuple(_cell(one, name) for name in COLUMNS) for one in figures))


def rule_table(changed: Sequence[tuple[str, str, str, str]], lang: Lang) -> Table:
    """Return a row for each rule of each variant that is another than in force."""
    kinds: Mapping[str, Kind] = {"variant": "text", "rule": "code", "before": "code", "after": "code"}
    columns = tuple(Column(text(f"try.col_{name}", lang), kind) for name, kind in kinds.items())
    return Table("rules", columns, tuple(changed))


def center_table(centers: Sequence[Mapping[str, Any]], lang: Lang) -> Table:
    """Return a row for each center of each plan."""
    columns = tuple(Column(text(f"try.col_{name}", lang), kind) for name, kind in OF_CENTERS.items())
    return Table("centers", columns, tuple(tuple(one[name] for name in OF_CENTERS) for one in centers))


def _cell(row: Mapping[str, Any], name: str) -> Cell:
    if name == "gap_percent":
        gap = row["bound_gap"]
        return None if gap is None else 100 * float(gap)
    cell: Cell = row[name]
    return cell
