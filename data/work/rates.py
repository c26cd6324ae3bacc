"""Rates: what centers will do in a month where nothing is recorded yet, as a planner sees and sets it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from data.errors import SitingError
from data.work.months import MONTHS_A_YEAR
from data.work.toml_values import Values, read_toml

if TYPE_CHECKING:
    from pathlib import Path

_SHIPPED = "rates.toml"
_MOST_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a center does.

    Attributes
    ----------
    visits_a_year : float
        To each home.
    casework_percent : int
        Percent of cases with casework in a month, 0 to 100.
    education_months_a_year : int
        Months with education, 0 to 12.
    files_opened_a_month : float
        In a center of ``full_cases`` cases; others in proportion.
    full_cases : int
        At least 1.
    """

    visits_a_year: float = 2
    casework_percent: int = 100
    education_months_a_year: int = 12
    files_opened_a_month: float = 25
    full_cases: int = 450

    def visits(self, homes: Fraction) -> Fraction:
        """Return the visits a month to homes, of which some were there on a part of its days."""
        return homes * Fraction(str(self.visits_a_year)) / MONTHS_A_YEAR

    def files(self, cases: Fraction) -> Fraction:
        """Return the files opened in a month by a center with so many cases."""
        return cases * Fraction(str(self.files_opened_a_month)) / self.full_cases

    def casework(self, cases: int) -> int:
        """Return how many of so many cases have casework in a month, a half upwards."""
        return (2 * cases * self.casework_percent + _MOST_PERCENT) // (2 * _MOST_PERCENT)

    def has_education(self, month: int) -> bool:
        """Whether there is education in a month, 1 to 12: as even over the year as can be."""
        done = [self.education_months_a_year * one // MONTHS_A_YEAR for one in (month - 1, month)]
        return done[1] > done[0]


def read_rates(path: Path | None = None) -> Rates:
    """Read rates from a TOML file, those that ship unless told; what it does not name stays as shipped.

    Raises
    ------
    SitingError
        With everything that is wrong in the file.
    """
    if path is None:
        with as_file(files("data.work").joinpath(_SHIPPED)) as shipped:
            return read_rates(shipped)
    values = Values(path.name, "", read_toml(path))
    usual = Rates()
    values.only(tuple(Rates.__dataclass_fields__))
    read = Rates(
        visits_a_year=values.number("visits_a_year", usual.visits_a_year),
        casework_percent=values.whole("casework_percent", usual.casework_percent, most=_MOST_PERCENT),
        education_months_a_year=values.whole(
            "education_months_a_year", usual.education_months_a_year, most=MONTHS_A_YEAR
        ),
        files_opened_a_month=values.number("files_opened_a_month", usual.files_opened_a_month),
        full_cases=values.whole("full_cases", usual.full_cases, least=1),
    )
    if values.faults:
        raise SitingError.of(values.faults)
    return read


def shipped_rates_toml() -> str:
    """Return the rates that ship, as text to edit."""
    return files("data.work").joinpath(_SHIPPED).read_text(encoding="utf-8")
