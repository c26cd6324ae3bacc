"""A report as a folder: the page to print, the workbook, and the PDF where a browser makes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.exports import refuse_over_plan
from data.folder import write_folder
from data.given import given_lang, given_path
from data.kinds import REPORT, REPORT_FILES
from data.nation.folder import PROVINCES
from data.shown import Card, Shown
from data.text import phrase, text
from maps.report.document import document
from maps.report.network import read_nation, read_plan
from maps.report.pdf import browser, print_pdf
from maps.report.sheet import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from data.text import Lang
    from maps.report.network import Network

PAGE, WORKBOOK, PDF = REPORT_FILES


@dataclass(frozen=True, repr=False)
class Written(Shown):
    """A report that was written.

    Attributes
    ----------
    network : Network
        What it tells of.
    files : tuple of str
        What is in its folder.
    no_pdf : str
        Why there is no PDF: ``no_browser`` or ``browser_failed``; empty where there is one.
    """

    network: Network
    files: tuple[str, ...]
    no_pdf: str

    def _card(self) -> Card:
        rows = (
            (phrase("shown.files"), self.files),
            (phrase("shown.centers"), len(self.network.centers)),
            (phrase("shown.vacancies"), len(self.network.vacancies)),
        )
        said: dict[Lang, tuple[str, ...]] = {}
        if self.no_pdf:
            said = {"fa": (text(f"report.{self.no_pdf}", "fa"),), "en": (text(f"report.{self.no_pdf}"),)}
        return Card(phrase("shown.report"), rows, bool(self.network.summary.get("synthetic")), said)


def write_report(
    folder: Path | str,
    out: Path | str,
    *,
    version: int | None = None,
    lang: Lang = "en",
    overwrite: bool = False,
) -> Written:
    """Write the report of a plan or a nation into a folder of its own.

    Page and workbook are the same bytes for the same plan and language; the PDF is not.

    Parameters
    ----------
    folder : Path or str
        Of the plan or the nation.
    out : Path or str
        Outside it.
    version : int, optional
        Of the plan or the nation; the current one unless told.
    lang : {"fa", "en"}
        Language of the report, English unless told.
    overwrite : bool
        Whether a report that stands there may be replaced.

    Returns
    -------
    Written
        Names of the files, and why there is no PDF where there is none.

    Raises
    ------
    SitingError
        ``no_such_version``; ``not_a_path``, ``no_such_language``; of the casebook, where the place is taken,
        or the machine fails.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import demo_problem, save_plan
    >>> from maps import draw, write_report
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> with TemporaryDirectory() as folder:
    ...     _ = save_plan(Path(folder, "plan"), problem, plan, draw=draw)
    ...     written = write_report(Path(folder, "plan"), Path(folder, "report"), lang="fa")
    >>> written.files[0]
    'report.html'
    """
    folder, out, lang = given_path(folder, "folder"), given_path(out, "out"), given_lang(lang)
    refuse_over_plan(folder, out)
    nation = (folder / PROVINCES).is_dir()
    network = read_nation(folder, version) if nation else read_plan(folder, version)
    reasons: list[str] = []

    def fill(place: Path) -> None:
        (place / PAGE).write_text(document(network, lang), encoding="utf-8", newline="\n")
        (place / WORKBOOK).write_bytes(workbook(network, lang))
        program = browser()
        if program is None:
            reasons.append("no_browser")
        elif not print_pdf(place / PAGE, place / PDF, program):
            reasons.append("browser_failed")

    write_folder(out, overwrite=overwrite, fill=fill, kind=REPORT)
    files = REPORT_FILES[:2] if reasons else REPORT_FILES
    return Written(network, files, "".join(reasons))
