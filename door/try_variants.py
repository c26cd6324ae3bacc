"""What if: variants of a plan's folder read, planned, told and written; the folder itself is only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.compare.comparison import records
from data.compare.sides import parted
from data.disk import shown_name
from data.errors import Failure, SitingError, said
from data.exports import refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import TRY, TRY_FILES, is_nation_folder
from data.nation.check import province_folders
from data.plan import seal_in
from data.summary import to_json
from data.text import phrase, text
from maps.origin import Origin
from maps.tried import page, plan_table, workbook
from maps.work.terminal import table_lines
from siting.what_if.trying import Asked, tried
from siting.what_if.variants import of_file, of_number, of_places, of_sites, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from data.text import Lang
    from siting.what_if.tried import Tried
    from siting.what_if.variants import Variant


@dataclass(frozen=True)
class Questions:
    """What is asked, as it was written.

    Attributes
    ----------
    rules : sequence of Path
        Files of rules.
    require, forbid : sequence of str
        Sites.
    centers, max_cases : sequence of int
        Numbers of centers, and of cases a center may serve at most.
    ask : sequence of str
        Of `siting.what_if.variants.READY`.
    """

    rules: Sequence[Path] = ()
    require: Sequence[str] = ()
    forbid: Sequence[str] = ()
    centers: Sequence[int] = ()
    max_cases: Sequence[int] = ()
    ask: Sequence[str] = ()

    def variants(self, asked: Asked) -> tuple[list[Variant], list[Failure]]:
        """Return every variant that can be read, and what is wrong with the others."""
        now, failures = asked.now, list[Failure]()
        makers: list[Callable[[], Variant]] = [
            *(lambda path=one, name=name: of_file(path, now, name=name) for one, name in _named(self.rules)),
            *(lambda number=one: of_number(number, now) for one in self.centers),
            *(lambda number=one: of_places(number, now) for one in self.max_cases),
            *(lambda question=one: ready(question, now, asked.plan) for one in self.ask),
        ]
        variants = []
        for make in makers:
            try:
                variants.append(make())
            except SitingError as error:
                failures += error.failures
        return [*variants, *of_sites(self.require, self.forbid, now)], failures


def _named(files: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return each file once, with as much of its path as tells it from the others."""
    whole = {one.resolve(): one for one in files}
    named = []
    for place, one in whole.items():
        others = [other for other in whole if other != place and other.name == place.name]
        parts = 1
        while any(other.parts[-parts:] == place.parts[-parts:] for other in others):
            parts += 1
        named.append((one, "/".join(place.parts[-parts:])))
    return named


@dataclass(frozen=True)
class Answers:
    """What came of the questions.

    Attributes
    ----------
    tried : Tried
        Every plan.
    origin : Origin
        The version in force.
    """

    tried: Tried
    origin: Origin

    def lines(self, lang: Lang) -> list[str]:
        """Return the table and the sentences for a terminal."""
        figures = self.tried.figures(lang)
        told = [one for _, said_of in self.tried.said(lang) for one in said_of]
        first = [text("cli.synthetic", lang)] if self.synthetic else []
        return [*first, *table_lines(plan_table(figures, lang), lang), "", *told]

    @property
    def synthetic(self) -> bool:
        """Whether the households are invented."""
        return bool(self.tried.in_force.problem.synthetic)

    def record(self) -> dict[str, object]:
        """Return all of it ready for JSON."""
        spoken = {lang: [list(one) for _, one in self.tried.said(lang)] for lang in ("fa", "en")}
        origin = {
            "version": self.origin.version,
            "head": self.origin.head,
            **sealed(self.origin.seal),
        }
        return {**origin, **self.tried.as_dict(), "sentences": spoken}

    def files(self, lang: Lang) -> dict[str, bytes]:
        """Return the content of every file by its name."""
        figures, answers = self.tried.figures(lang), self.tried.said(lang)
        changed, centers, synthetic = self._changed(lang), self.tried.centers(), self.synthetic
        made = (
            page(
                figures,
                answers,
                changed,
                lead=self._lead(lang),
                origin=self.origin,
                synthetic=synthetic,
                lang=lang,
            ),
            workbook(
                figures,
                answers,
                changed,
                records(centers),
                origin=self.origin,
                synthetic=synthetic,
                lang=lang,
            ),
            to_csv(self.tried.table(), synthetic=synthetic),
            to_csv(centers, synthetic=synthetic),
            to_json(self.record()),
        )
        return dict(zip(TRY_FILES, made, strict=True))

    def _lead(self, lang: Lang) -> tuple[str, ...]:
        anew = self.tried.reference is not self.tried.in_force
        return (
            text("try.lead", lang),
            *([text("try.lead_runs", lang)] if anew else []),
            text("try.lead_difference", lang),
            text("try.lead_bounds", lang),
            text(f"try.distance_{self.tried.in_force.compared.a.distance}", lang),
        )

    def _changed(self, lang: Lang) -> list[tuple[str, str, str, str]]:
        return [
            (said(one.label, lang), name, _plain(was), _plain(now))
            for one in self.tried.outcomes
            for name, was, now in one.changed
        ]


def try_folder(
    place: Path,
    questions: Questions,
    *,
    seed: int | None = None,
    workers: int = 1,
    tell: Callable[[int], None] = lambda _: None,
) -> Answers:
    """Plan the variants of a plan's version side by side; the folder is only read.

    Parameters
    ----------
    place : Path
        The folder, or ``DIR@VERSION``.
    questions : Questions
        What is asked.
    seed : int, optional
        Of the searches; the plan's own unless told.
    workers : int
        Processes that the variants are spread over.
    tell : callable
        Given the number of variants before they are planned.

    Raises
    ------
    SitingError
        With everything that cannot be asked, in one pass; ``of_nation``; of the record.
    """
    folder, version = parted(place)
    if is_nation_folder(folder):
        first = province_folders(folder)[0].name
        raise SitingError(phrase("try.of_nation", path=shown_name(folder), code=first), code="of_nation")
    book = Casebook.open(folder / CASEBOOK)
    problem, plan = book.problem(version), book.plan(version)
    entry = book.log()[(version or 0) - 1]
    asked = Asked.of(problem, plan)
    variants, failures = questions.variants(asked)
    tell(len(variants))
    found = tried(asked, variants, seed=seed, workers=workers, failures=failures)
    return Answers(found, Origin(entry.version, entry.hash, entry.day, seal_in(plan.provenance)))


def write_answers(answers: Answers, place: Path, out: Path, *, lang: Lang, overwrite: bool) -> None:
    """Write page, workbook and tables into a private folder outside the plan's.

    Raises
    ------
    SitingError
        Where the place is taken or the plan's, or the machine fails.
    """
    refuse_over_plan(parted(place)[0], out)
    files = answers.files(lang)

    def fill(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).write_bytes(content)

    write_folder(out, overwrite=overwrite, fill=fill, kind=TRY)


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
