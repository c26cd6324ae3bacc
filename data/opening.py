"""Files become a problem, and a folder a plan: how an analyst begins, in one call each."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.build.building import provinces_of
from data.casebook import CASEBOOK, Casebook
from data.compare.sides import parted
from data.disk import shown_name
from data.errors import SitingError
from data.given import given_names, given_number, given_path, given_paths, wrong_type
from data.intake import Inputs, read_inputs
from data.kinds import is_nation_folder
from data.rules import Rules
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.plan import Plan
    from data.problem import Problem


def read_problem(
    households: Path | str,
    *,
    applicants: Path | str | None = None,
    centers: Path | str | None = None,
    boundaries: Sequence[Path | str] = (),
    travel: Path | str | None = None,
    rules: Path | str | Rules | None = None,
    columns: Path | str | None = None,
    gazetteer: Path | str | None = None,
    keep: Sequence[str] = (),
    key: Path | str | None = None,
) -> Problem:
    r"""Read the files of one province into a problem, every row checked.

    Parameters
    ----------
    households : Path or str
        CSV, XLSX, XLS, GeoPackage, GeoJSON, Parquet or Shapefile; points in degrees (``lon``, ``lat``).
    applicants : Path or str, optional
        One row a site; without it the plan proposes the best point of every catchment.
    centers : Path or str, optional
        Centers that exist already.
    boundaries : sequence of Path or str
        Polygons of provinces, counties or districts.
    travel : Path or str, optional
        Measured travel, km; straight lines without it.
    rules : Path, str or Rules, optional
        A file of rules (``siting rules`` prints one), or `Rules`; the defaults without it.
    columns : Path or str, optional
        Which header means which column, TOML.
    gazetteer : Path or str, optional
        Places of your own, one a row: name, province, county, code of the village, and a point in degrees.
        Rows that tell no point are looked up there before the places that ship.
    keep : sequence of str
        Further columns of households to keep.
    key : Path or str, optional
        File of the key that makes pseudonyms of national codes.

    Returns
    -------
    Problem
        Households, sites, centers and rules, ready for `siting.plan_sites`.

    Raises
    ------
    SitingError
        With every failing row of every file; ``several_provinces`` where `read_problems` is to be asked.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import Rules, read_problem
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "households.csv")
    ...     _ = file.write_text("household_id,lon,lat,county\nH1,48.35,33.49,A\nH2,48.36,33.49,A\n")
    ...     problem = read_problem(file, rules=Rules(min_cases=1))
    >>> len(problem.households), problem.rules.min_cases
    (2, 1)
    """
    problems = read_problems(
        households,
        applicants=applicants,
        centers=centers,
        boundaries=boundaries,
        travel=travel,
        rules=rules,
        columns=columns,
        gazetteer=gazetteer,
        keep=keep,
        key=key,
    )
    if len(problems) > 1:
        names = ", ".join(sorted({one for each in problems for one in each.households["province"]} - {""}))
        raise SitingError(phrase("shown.several_provinces", names=names), code="several_provinces")
    return problems[0]


def read_problems(
    households: Path | str,
    *,
    applicants: Path | str | None = None,
    centers: Path | str | None = None,
    boundaries: Sequence[Path | str] = (),
    travel: Path | str | None = None,
    rules: Path | str | Rules | None = None,
    columns: Path | str | None = None,
    gazetteer: Path | str | None = None,
    keep: Sequence[str] = (),
    key: Path | str | None = None,
) -> list[Problem]:
    r"""Read files into one problem a province, in the order of their names.

    Parameters
    ----------
    households, applicants, centers, boundaries, travel, rules, columns, gazetteer, keep, key
        As `read_problem`.

    Returns
    -------
    list of Problem
        One a province; one alone where no province is known.

    Raises
    ------
    SitingError
        With every failing row of every file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import read_problems
    >>> rows = "household_id,lon,lat,province,county\nH1,48.35,33.49,لرستان,الف\nH2,51.4,35.7,تهران,ب\n"
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "households.csv")
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     problems = read_problems(file)
    >>> [len(one.households) for one in problems]
    [1, 1]
    """
    inputs = Inputs(
        households=given_path(households, "households"),
        applicants=_given(applicants, "applicants"),
        centers=_given(centers, "centers"),
        boundaries=given_paths(boundaries, "boundaries"),
        travel=_given(travel, "travel"),
        rules=None if isinstance(rules, Rules) else _given(rules, "rules"),
        columns=_given(columns, "columns"),
        keep=given_names(keep, "keep"),
        key=_given(key, "key"),
        gazetteer=_given(gazetteer, "gazetteer"),
    )
    tables, read = read_inputs(inputs)
    chosen = rules if isinstance(rules, Rules) else read
    with tables.naming_files():
        return [one.build() for one in provinces_of(tables, chosen)]


def demo_problem(
    name: str = "lorestan",
    *,
    scale: float | None = None,
    households: int | None = None,
    centers: int | None = None,
    seed: int = 0,
) -> Problem:
    """Make a synthetic province or city to try things on; nobody in it is real.

    Parameters
    ----------
    name : str
        ``lorestan``, ``tehran``, ``mashhad`` or ``khuzestan``.
    scale : float, optional
        Keep whole counties until about this share of the cases, above 0, at most 1.
    households : int, optional
        Households at scale 1; the scenario's own number unless told.
    centers : int, optional
        Centers to open; the scenario's own number, in proportion to the cases, unless told.
    seed : int
        Of everything that is drawn, 0 or more.

    Returns
    -------
    Problem
        As `read_problem` reads it from the scenario's files.

    Raises
    ------
    SitingError
        If there is no such scenario, or a number is none or out of its range; ``several_provinces`` of
        ``iran``.

    Examples
    --------
    >>> from data import demo_problem
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> problem.synthetic, len(problem.sites) > 0
    (True, True)
    """
    from data.scenarios import make_scenario, write_inputs  # noqa: PLC0415 - heavy, and only this needs it

    given_number(seed, "seed")
    if households is not None:
        given_number(households, "households")
    if not isinstance(scale, int | float | None):
        raise wrong_type(scale, "scale", "float")
    made = make_scenario(name, seed=seed, scale=scale, households=households, centers=centers)
    with tempfile.TemporaryDirectory(prefix="siting-demo-") as folder:
        files = write_inputs(made, Path(folder))
        problem = read_problem(
            files["households"],
            applicants=files["applicants"],
            boundaries=(files["boundaries"],),
            rules=made.rules,
        )
    return replace(problem, scenario=name)


def open_plan(place: Path | str, version: int | None = None) -> tuple[Problem, Plan]:
    """Open a plan's folder: what was planned, and the plan.

    Parameters
    ----------
    place : Path or str
        The folder, or ``DIR@VERSION``.
    version : int, optional
        Of the record; the current one unless told.

    Returns
    -------
    tuple of Problem and Plan
        Of that version; both are copies that nothing writes back.

    Raises
    ------
    SitingError
        ``no_folder``, ``of_several`` (a nation's folder), ``missing_casebook``, ``no_such_version``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data import demo_problem, open_plan, save_plan
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> with TemporaryDirectory() as folder:
    ...     _ = save_plan(Path(folder, "plan"), problem, plan_sites(problem))
    ...     problem, plan = open_plan(Path(folder, "plan"))
    >>> len(plan.centers)
    2
    """
    folder, told = parted(given_path(place, "place"))
    if not folder.is_dir():
        raise SitingError(phrase("compare.no_folder", path=shown_name(folder)), code="no_folder")
    if is_nation_folder(folder):
        raise SitingError(phrase("shown.of_several", path=shown_name(folder)), code="of_several")
    book = Casebook.open(folder / CASEBOOK)
    wanted = told if version is None else given_number(version, "version")
    return book.problem(wanted), book.plan(wanted)


def _given(value: object, name: str) -> Path | None:
    return None if value is None else given_path(value, name)
