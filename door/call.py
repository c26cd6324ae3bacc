"""The work of a call: applications vetted into a file, letters into a folder, vacancies called again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from data.call.outcomes import outcomes_of
from data.call.reading import KEY, PERSON, SYNTHETIC, read_applications
from data.call.rules import read_call_rules
from data.call.seal import check_seal, read_seal
from data.call.seal_key import check_key
from data.call.vetting import vet
from data.casebook import CASEBOOK, Casebook
from data.disk import machine_error, write_whole
from data.errors import Exit, SitingError
from data.exports import refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import LETTERS, LETTERS_FOLDER, LETTERS_PAGE, is_nation_folder
from data.nation.check import province_folders
from data.pseudonyms import Pseudonyms
from data.public import COARSE_DECIMALS, few_or
from data.readers.reading import Reading
from data.rules import Rules, read_rules
from data.schemas import APPLICANTS
from data.text import phrase, text
from maps.call.letters import issue_of, letter_page
from maps.file_names import file_names
from maps.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from data.errors import Failure
    from data.text import Lang

_LEFT_OUT = ("row",)


def vet_file(
    applicants: Path,
    rules: Path | None,
    out: Path,
    *,
    columns: Path | None,
    key: Path | None,
    lang: Lang,
    overwrite: bool,
    tell: Callable[[Failure], None],
    seal: str = "",
) -> dict[str, Any]:
    """Decide on every application of a file, write them with the decisions, and return the counts.

    Parameters
    ----------
    applicants, rules, columns, key : Path or None
        Files, as a plan takes them.
    out : Path
        Where the decided applications go, CSV.
    lang : {"fa", "en"}
        Language of the reasons in the file.
    overwrite : bool
        Whether that file may be replaced.
    tell : callable
        Told of each column that pseudonyms replaced, and of what could not be looked at.
    seal : str
        File of the seal that rules and key must have; empty for none.

    Raises
    ------
    SitingError
        Of the files; ``exists`` (exit code 6); as `data.call.seal.check_seal` and
        `data.call.seal_key.check_key`.
    """
    if out.resolve() == applicants.resolve() or (out.exists() and not overwrite):
        raise SitingError(phrase("folder.exists", path=out.name), code="exists", exit_code=Exit.REFUSED)
    call, own = read_call_rules(rules), Rules() if rules is None else read_rules(rules)
    sealed = check_seal(seal, own, call, read_seal(seal).seed) if seal else None
    reading = Reading(Pseudonyms(key))
    try:
        table = read_applications(applicants, call, columns=columns, reading=reading)
    finally:
        for note in (*reading.pseudonyms.notes, *reading.notes):
            tell(note)
    if sealed is not None:
        ids, made = set(table["applicant_id"]), set(table[KEY])
        check_key(sealed, reading.pseudonyms.file, ids=ids, fingerprints=made)
    decided = vet(table, call, sites_per_applicant=own.sites_per_applicant)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, to_csv(_shown(decided, call.authorities, lang), synthetic=_is_synthetic(decided)))
    except OSError as error:
        raise machine_error(error, out) from error
    return _counts(decided)


def _shown(decided: pd.DataFrame, authorities: tuple[str, ...], lang: Lang) -> pd.DataFrame:
    """Return what the file shows of the applications: nothing of a person but a pseudonym.

    By that a plan sees again who applied twice; the fingerprint tells with which key it was made.
    """
    named = [name for name in APPLICANTS.columns if name not in _LEFT_OUT]
    words = {one: text(f"call.vet_{one}", lang) for one in set(decided["reason"]) - {""}}
    reason = decided["reason"].map(words).where(decided["reason"] != "", decided["decision_reason"])
    beside = [name for name in (PERSON, KEY) if (decided[name] != "").any()]
    return decided.assign(decision_reason=reason.fillna(""))[[*named, *authorities, *beside]]


def _is_synthetic(decided: pd.DataFrame) -> bool:
    return bool((decided[SYNTHETIC].str.casefold() == "true").any())


def _counts(decided: pd.DataFrame) -> dict[str, Any]:
    by_reason = Counter(
        reason or decision
        for reason, decision in zip(decided["reason"], decided["decision"], strict=True)
        if decision != "accepted"
    )
    accepted = decided[decided["decision"] == "accepted"]
    return {
        "applicants": int(decided["applicant_id"].nunique()),
        "sites": len(decided),
        "eligible_applicants": int(accepted["applicant_id"].nunique()),
        "eligible_sites": len(accepted),
        "refused_sites": int((decided["decision"] == "refused").sum()),
        "pending_sites": int((decided["decision"] == "pending").sum()),
        "by_reason": dict(sorted(by_reason.items())),
        "synthetic": _is_synthetic(decided),
    }


def write_letters(folder: Path, out: Path, *, lang: Lang, overwrite: bool) -> dict[str, Any]:
    """Write a letter to every applicant of a plan or a nation, and all of them as one page.

    Parameters
    ----------
    folder, out : Path
        Of the plan or nation, and the private folder to write outside it.
    lang : {"fa", "en"}
        Language of the letters.
    overwrite : bool
        Whether letters that stand there may be replaced.

    Returns
    -------
    dict
        How many ``letters``, ``by_outcome``, and the ``deadline`` of the call (ISO; empty for none).

    Raises
    ------
    SitingError
        ``no_applicants`` where nobody applied; of the record and the place.
    """
    refuse_over_plan(folder, out)
    issues = []
    for place in province_folders(folder) if is_nation_folder(folder) else [folder]:
        book = Casebook.open(place / CASEBOOK)
        last = book.log()[-1]
        origin = Origin(last.version, last.hash, last.day)
        issues.append(issue_of(book.problem(), book.plan(), origin))
    every = [(issue, letter) for issue in issues for letter in issue.letters]
    if not every:
        raise SitingError(phrase("call.no_applicants", path=folder.name), code="no_applicants")
    names = file_names([(letter.outcome.applicant_id,) for _, letter in every], ending=".html")

    def fill(place: Path) -> None:
        (place / LETTERS_FOLDER).mkdir()
        for name, (issue, letter) in zip(names, every, strict=True):
            page = letter_page(issue, [letter], lang)
            (place / LETTERS_FOLDER / name).write_text(page, encoding="utf-8", newline="\n")
        whole = letter_pages(issues, lang)
        for name, page in whole.items():
            (place / name).write_text(page, encoding="utf-8", newline="\n")

    def letter_pages(issues: list[Any], lang: Lang) -> dict[str, str]:
        if len(issues) == 1:
            return {LETTERS_PAGE: letter_page(issues[0], issues[0].letters, lang)}
        stem, _, ending = LETTERS_PAGE.partition(".")
        return {
            f"{stem}-{number}.{ending}": letter_page(issue, issue.letters, lang)
            for number, issue in enumerate(issues, start=1)
            if issue.letters
        }

    write_folder(out, overwrite=overwrite, fill=fill, kind=LETTERS)
    counts = Counter(letter.outcome.outcome for _, letter in every)
    deadline = max(str(issue.call.get("deadline", "")) for issue in issues)
    return {"letters": len(every), "by_outcome": dict(sorted(counts.items())), "deadline": deadline}


def seal_of(folder: Path) -> str:
    """Return the seal of a plan as it stands, or of a nation, whose provinces have one; empty without one."""
    places = province_folders(folder) if is_nation_folder(folder) else [folder]
    return next((seal for one in places if (seal := Casebook.open(one / CASEBOOK).seal())), "")


def second_call(folder: Path) -> list[dict[str, Any]]:
    """Return the vacancies of a plan or a nation as a call tells them: where, how many families, coarsely.

    Parameters
    ----------
    folder : Path
        Of the plan or nation.

    Returns
    -------
    list of dict
        ``vacancy_id``, ``province``, ``county``, ``lon``, ``lat`` (the best point to 0.01 degrees),
        ``households`` and ``cases`` (None where they are of fewer than ``privacy_k`` households),
        ``applicants`` who are the nearest to being chosen there.
    """
    rows = []
    for place in province_folders(folder) if is_nation_folder(folder) else [folder]:
        book = Casebook.open(place / CASEBOOK)
        problem, plan = book.problem(), book.plan()
        least = problem.rules.privacy_k
        free = Counter(
            unit
            for one in outcomes_of(problem, plan)
            if one.outcome in ("reserve", "not_chosen")
            for unit in set(problem.sites.loc[problem.sites["applicant_id"] == one.applicant_id, "unit"])
        )
        for row in plan.vacancies.sort_values("vacancy_id").to_dict("records"):
            few = few_or(int(row["households"]), least) is None
            rows.append(
                {
                    "vacancy_id": str(row["vacancy_id"]),
                    "province": str(row["province"]),
                    "county": str(row["county"]),
                    "lon": round(float(row["lon"]), COARSE_DECIMALS),
                    "lat": round(float(row["lat"]), COARSE_DECIMALS),
                    "households": None if few else int(row["households"]),
                    "cases": None if few else int(row["cases"]),
                    "applicants": int(free[row["unit"]]),
                }
            )
    return rows
