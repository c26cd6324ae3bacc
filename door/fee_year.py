"""What a network costs a year, what a rebalancing would change of it, and what more centers would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.change.proposal import read_proposal
from data.change.succession import succeed
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import FEES, FEES_YEAR_FILES, is_nation_folder
from data.nation.proposal import read_nation_proposal, require_same_kind
from data.summary import to_json
from data.work.fee_totals import amounts_of, fee_table
from data.work.money import in_currency
from data.work.whereabouts import together
from data.work.yearly import one_more, standing, year_lines
from door.fees import SCHEMA, books_of, origin_of, sums_of
from door.record import check_base
from maps.work.fee_book import fee_workbook
from siting.running.standing import plan_as, standing_of

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang
    from data.work.money import Currency
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs
    from data.work.whereabouts import Whereabouts
    from data.work.yearly import OneMore
    from maps.origin import Origin

CENTERS, BOOK, _ = FEES_YEAR_FILES


@dataclass(frozen=True)
class Year:
    """What a network costs a year.

    Attributes
    ----------
    year : int
        Jalali.
    lines : DataFrame
        As `data.work.yearly.year_lines`.
    table : DataFrame
        As `data.work.fee_totals.fee_table`.
    after : DataFrame or None
        The same table of the network as a proposal would have it.
    more : tuple of OneMore
        What one more center costs, by place.
    more_centers : int
        How many more are asked about.
    tariffs, rates
        What it is counted from.
    currency : {"toman", "rial"}
        In which amounts are shown.
    origin : Origin
        Of the record.
    synthetic : bool
        Whether the data are.
    """

    year: int
    lines: pd.DataFrame
    table: pd.DataFrame
    after: pd.DataFrame | None
    more: tuple[OneMore, ...]
    more_centers: int
    tariffs: Tariffs
    rates: Rates
    currency: Currency
    origin: Origin
    synthetic: bool


def year_of(
    folder: Path,
    year: int,
    tariffs: Tariffs,
    rates: Rates,
    *,
    currency: Currency = "toman",
    against: Path | None = None,
    more_centers: int = 0,
) -> Year:
    """Return what the centers of a plan or a nation cost a year by rates, as they stand now.

    Parameters
    ----------
    folder : Path
        Of the plan or the nation.
    year : int
        Jalali.
    tariffs, rates
        The prices, and what centers do.
    currency : {"toman", "rial"}
        In which amounts are shown.
    against : Path, optional
        Of a proposal made on it, whose costs are set against its own.
    more_centers : int
        How many more centers to count, each alone and full.

    Raises
    ------
    SitingError
        ``stale_proposal`` or ``other_folder`` (exit code 6) where the proposal is not of the plan in force;
        ``proposal_of_plan`` or ``proposal_of_nation`` (exit code 6); prices that are missing; of the record.
    """
    books = books_of(folder)
    plans = {book.path.parent: (book.problem(), book.plan()) for book in books}
    where = together([standing(*one) for one in plans.values()])
    lines = year_lines(where, tariffs, rates, year)
    after = None
    if against is not None:
        proposals = _proposals(folder, against)
        named = {place: proposals.get(place.name if is_nation_folder(folder) else "") for place in plans}
        changed = together(
            [
                standing(*one) if (told := named[place]) is None else _proposed(place, told, *one)
                for place, one in plans.items()
            ]
        )
        after = _table(changed, year_lines(changed, tariffs, rates, year))
    return Year(
        year,
        lines,
        _table(where, lines),
        after,
        tuple(one_more(where, tariffs, rates, year)) if more_centers else (),
        more_centers,
        tariffs,
        rates,
        currency,
        origin_of(books),
        any(bool(problem.synthetic) for problem, _ in plans.values()),
    )


def write_year(
    found: Year, folder: Path, out: Path, *, title: str, lang: Lang, overwrite: bool = False
) -> dict[str, Any]:
    """Write what a year costs by center into a private folder; return the summary.

    Parameters
    ----------
    found : Year
        The year.
    folder, out : Path
        Of the plan or nation, and the folder to write outside it.
    title : str
        Of the workbook.
    lang : {"fa", "en"}
        Of the workbook.
    overwrite : bool
        Whether fees that stand there may be replaced.

    Raises
    ------
    SitingError
        Where the place is taken, or the machine fails.
    """
    refuse_over_plan(folder, out)
    summary = year_summary(found)
    amounts = amounts_of(found.table)
    shown = found.table.assign(
        **{name: [in_currency(int(one), found.currency) for one in found.table[name]] for name in amounts},
        currency=found.currency,
    )
    if found.after is not None:
        shown = shown.merge(_differences(found), on="center_id", how="outer").fillna({"name": ""})

    def fill(place: Path) -> None:
        (place / CENTERS).write_bytes(to_csv(shown, synthetic=found.synthetic))
        (place / BOOK).write_bytes(
            fee_workbook(
                found.table,
                found.lines,
                found.tariffs,
                found.currency,
                title=title,
                origin=found.origin,
                synthetic=found.synthetic,
                lang=lang,
            )
        )
        (place / SUMMARY).write_bytes(to_json(summary))

    write_folder(out, overwrite=overwrite, fill=fill, kind=FEES)
    return summary


def year_summary(found: Year) -> dict[str, Any]:
    """Return the figures of a year, as JSON knows them; amounts are in the currency that it names."""
    currency = found.currency
    before = int(found.table["total"].sum())
    summary: dict[str, Any] = {
        "schema": SCHEMA,
        "year": found.year,
        "source": "rates",
        "synthetic": found.synthetic,
        "currency": currency,
        **sums_of(found.table, currency),
        "rates": dict(vars(found.rates)),
        "tariffs": {"file": found.tariffs.file},
        "version": found.origin.version,
        "head": found.origin.head,
        **sealed(found.origin.seal),
    }
    if found.after is not None:
        after = int(found.after["total"].sum())
        summary["against"] = {
            "before": in_currency(before, currency),
            "after": in_currency(after, currency),
            "difference": in_currency(after - before, currency),
            "centers_before": len(found.table),
            "centers_after": len(found.after),
            "by_center": _differences(found).to_dict("records"),
        }
    if found.more_centers:
        summary["more_centers"] = {
            "centers": found.more_centers,
            "places": [
                {
                    "place": one.place,
                    "same_cases": in_currency(one.same_cases * found.more_centers, currency),
                    "full": in_currency(one.full * found.more_centers, currency),
                }
                for one in found.more
            ],
        }
    return summary


def _table(where: Whereabouts, lines: pd.DataFrame) -> pd.DataFrame:
    return fee_table(lines, where.about, [str(one) for one in where.about.index])


def _differences(found: Year) -> pd.DataFrame:
    """Return what each center costs before and after, in the shown currency; the changed ones."""
    if found.after is None:
        return pd.DataFrame(columns=["center_id", "before", "after", "difference"])
    totals = [one.set_index("center_id")["total"] for one in (found.table, found.after)]
    both = pd.concat(totals, axis=1, keys=["before", "after"]).fillna(0).astype("int64").sort_index()
    both = both.map(lambda one: in_currency(int(one), found.currency))
    both = both.assign(difference=both["after"] - both["before"])
    return both.rename_axis("center_id").reset_index()


def _proposals(folder: Path, against: Path) -> dict[str, Path]:
    """Return the folder of each province's proposal by code; of a plan's own, by nothing."""
    require_same_kind(folder, against)
    if not is_nation_folder(folder):
        return {"": against}
    kept = read_nation_proposal(against)
    return {code: kept.of(code) for code in kept.provinces}


def _proposed(place: Path, against: Path, problem: Problem, plan: Plan) -> Whereabouts:
    kept = read_proposal(against)
    check_base(kept, Casebook.open(place / CASEBOOK).log())
    following = succeed(problem, plan, kept.changes).problem
    seed = int(kept.facts["seed"])
    return standing(following, plan_as(following, standing_of(kept, plan), plan, seed=seed, ground=False))
