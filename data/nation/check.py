"""A nation's folder held against its provinces, whose own records say what is true."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.disk import shown_name
from data.errors import Failure, SitingError
from data.nation.folder import ADDED_UP, OF_A_PROVINCE, PROVINCES, SUMMARY, nation_summary
from data.nation.pairs import Halves, half_pairs
from data.nation.proposal import is_nation_proposal
from data.rules import Rules
from data.standing import RUN, file_fault, input_faults, map_hashes, run_bytes
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem


@dataclass(frozen=True)
class Figures:
    """What a nation's summary needs of one province beside the province's own.

    Attributes
    ----------
    province : str
        Name of most households' province.
    loads : ndarray of int
        Cases of every center.
    km, cases : ndarray of float
        Kilometres and cases of every served household.
    households : Series of str
        Ids of all, served or not.
    """

    province: str
    loads: NDArray[np.int64]
    km: NDArray[np.float64]
    cases: NDArray[np.float64]
    households: pd.Series[str]

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Figures:
        """Take them from a plan."""
        provinces = problem.households["province"]
        named = provinces[provinces != ""].mode()
        return cls(
            str(named.iloc[0]) if len(named) else "",
            plan.centers["cases"].to_numpy(np.int64),
            plan.assignments["km"].to_numpy(float),
            plan.assignments["cases"].to_numpy(float),
            problem.households["household_id"].astype("str"),
        )


def province_folders(folder: Path) -> list[Path]:
    """Return the folders of a nation's provinces, by code.

    Raises
    ------
    SitingError
        ``is_a_proposal`` where the folder is that of a nation's proposal, which has provinces too.
    """
    if is_nation_proposal(folder):
        words = phrase("folder.is_a_proposal", path=shown_name(folder))
        raise SitingError(words, code="is_a_proposal")
    return sorted(one for one in (folder / PROVINCES).iterdir() if one.is_dir())


def nation_faults(folder: Path, figures: Mapping[str, Figures]) -> list[Failure]:
    """Return where a nation's folder is not what its provinces make it.

    Parameters
    ----------
    folder : Path
        Of the nation.
    figures : mapping of str to Figures
        Those of every province that could be read, by code.

    Returns
    -------
    list of Failure
        ``unreadable_summary``, ``unplanned_province`` for what the summary itself says is missing,
        ``missing_province``, ``extra_province``, ``wrong_total`` with the figure or the province, what is
        wrong with the map and ``run.toml`` (`data.standing`), ``in_two_provinces`` with the household, and
        ``half_a_pair`` (`data.nation.pairs.half_pairs`).
    """
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        listed = [one["code"] for one in summary["provinces"]]
        exports, inputs = dict(summary["exports"]), dict(summary["inputs"])
        unplanned = [_unplanned(one) for one in summary["missing"]]
    except (OSError, ValueError, KeyError, TypeError):
        return [_fault(SUMMARY, "unreadable_summary")]
    present = {one.name for one in province_folders(folder)}
    found = [_fault(f"{PROVINCES}/{one}", "missing_province", one) for one in sorted({*listed} - present)]
    found += [_fault(f"{PROVINCES}/{one}", "extra_province", one) for one in sorted(present - {*listed})]
    if not found and present == set(figures):
        found += [_fault(SUMMARY, "wrong_total", key) for key in _wrong(folder, summary, listed, figures)]
    return [
        *unplanned,
        *found,
        *_wrong_map(folder, exports),
        *_wrong_run(folder, listed),
        *input_faults(folder, inputs),
        *_twice(figures),
        *pair_faults(folder, list(figures)),
    ]


def pair_faults(folder: Path, codes: Iterable[str]) -> list[Failure]:
    """Return the moves between some of a nation's provinces of which one half alone is in force."""
    books = {code: Casebook.open(folder / PROVINCES / code / CASEBOOK) for code in codes}
    return list(half_pairs({code: Halves.standing(book.log()) for code, book in books.items()}))


def counted_across(folder: Path, figures: Mapping[str, Figures]) -> dict[str, Any]:
    """Return what was counted over all provinces of a nation in which nothing is wrong.

    Parameters
    ----------
    folder : Path
        Of the nation.
    figures : mapping of str to Figures
        Of every province, by code.

    Returns
    -------
    dict
        ``path``, ``provinces``, ``households`` (each in one of them) and ``pairs`` (families that went from
        one to another, of which each has left here and joined there).
    """
    logs = [Casebook.open(folder / PROVINCES / code / CASEBOOK).log() for code in figures]
    return {
        "path": folder.resolve().name,
        "provinces": len(figures),
        "households": sum(len(one.households) for one in figures.values()),
        "pairs": len({pair for log in logs for pair in Halves.standing(log).joined}),
    }


def _twice(figures: Mapping[str, Figures]) -> Iterator[Failure]:
    """Yield each household that a province has and one before it has too."""
    ids = [one.households for one in figures.values()]
    if not ids:
        return
    known = pd.concat(ids, ignore_index=True)
    code = np.repeat(list(figures), [len(one) for one in ids])
    again = known.duplicated()
    several = known.isin(known[again])
    first = dict(zip(known[several & ~again], code[several & ~again], strict=True))
    for who, other in zip(known[again], code[again], strict=True):
        words = phrase("moves.in_two_provinces", one=str(first[who]), other=str(other))
        yield Failure(f"{PROVINCES}/{other}/{CASEBOOK}", 0, "in_two_provinces", str(who), words)


def _fault(file: str, code: str, subject: str = "") -> Failure:
    return Failure(file, 0, code, subject, phrase(f"folder.{code}"))


def _unplanned(missing: Mapping[str, Any]) -> Failure:
    words = phrase("folder.unplanned_province", province=missing["province"], reason=missing["reason"])
    return Failure(f"{PROVINCES}/{missing['code']}", 0, "unplanned_province", missing["code"], words)


def _wrong(
    folder: Path, stated: Mapping[str, Any], codes: list[str], figures: Mapping[str, Figures]
) -> Iterator[str]:
    """Yield the figures, and the codes of provinces, that do not follow from the provinces' own summaries."""
    own = [_province(folder / PROVINCES / code, code, figures[code].province) for code in codes]
    if not all(own):
        # Each of those is named as a stale export of its province.
        return
    of = [figures[code] for code in codes]
    right = nation_summary(
        own,
        loads=np.concatenate([one.loads for one in of]),
        km=np.concatenate([one.km for one in of]),
        cases=np.concatenate([one.cases for one in of]),
        rules=Rules(),
    )
    by_hand = ("provinces", "missing", "rules", "exports")
    # A figure that is taken out is as wrong as a changed one, also where it is null.
    for key in sorted({*right, *stated} - {*by_hand}):
        if key not in right or key not in stated or right[key] != stated[key]:
            yield key
    pairs = zip(codes, right["provinces"], stated["provinces"], strict=True)
    yield from (code for code, one, other in pairs if one != other)
    # The number of centers is the nation's own: provinces are told their share of it.
    shared = {**stated["rules"], "centers": None}
    if any({**one["rules"], "centers": None} != shared for one in own):
        yield "rules"


def _province(folder: Path, code: str, province: str) -> dict[str, Any]:
    """Return a province's summary as `nation_summary` wants it; empty where it cannot be read."""
    try:
        own = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        needed = {key: own[key] for key in (*OF_A_PROVINCE, *ADDED_UP, "rules")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {**own, **needed, "code": code, "province": province}


def _wrong_map(folder: Path, stated: Mapping[str, str]) -> Iterator[Failure]:
    there = map_hashes(folder)
    for name, sha256 in sorted({"map/index.html": "", **stated}.items()):
        if name not in there:
            yield file_fault(folder, name, "missing")
        elif there[name] != sha256:
            yield file_fault(folder, name, "changed")


def _wrong_run(folder: Path, codes: list[str]) -> Iterator[Failure]:
    """Yield a fault unless the nation's run is, byte for byte, the one that its provinces replay."""
    if not (folder / RUN).is_file():
        yield file_fault(folder, RUN, "missing")
        return
    content = (folder / RUN).read_bytes()
    try:
        run = tomllib.loads(content.decode())
        same = run_bytes(run) == content
        for code in codes:
            inside = f"{PROVINCES}/{code}"
            if same and (folder / inside / RUN).is_file():
                from data.replay import seen_from  # noqa: PLC0415 - heavy, and only a nation's check needs it

                same = (folder / inside / RUN).read_bytes() == run_bytes(seen_from(run, inside))
    except (ValueError, KeyError, TypeError, AttributeError):
        same = False
    if not same:
        yield file_fault(folder, RUN, "changed")
