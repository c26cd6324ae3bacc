"""Values of a TOML file that a user writes, each of the type it must be, all faults told together."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from data.errors import Failure, SitingError
from data.readers.dates import read_date
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from data.text import Phrase


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    SitingError
        ``missing_file`` or ``unreadable_toml``.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        code, words = "missing_file", phrase("rules.missing_file")
        raise SitingError.of([Failure(path.name, 0, code, "", words)]) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        folder = path.is_dir()
        words = (
            phrase("rules.is_directory") if folder else phrase("rules.unreadable_rules", problem=str(error))
        )
        raise SitingError.of([Failure(path.name, 0, "unreadable_toml", "", words)]) from error


@dataclass
class Values:
    """The values of one table of a file, and the faults of the whole file.

    Attributes
    ----------
    file, table : str
        Names, for the faults.
    given : mapping
        As read.
    faults : list of Failure
        Added to.
    """

    file: str
    table: str
    given: Mapping[str, Any]
    faults: list[Failure] = field(default_factory=list)

    def fault(self, code: str, key: str, words: Phrase) -> None:
        """Add a fault."""
        place = f"{self.table}.{key}" if self.table and key else self.table or key
        self.faults.append(Failure(self.file, 0, code, place, words))

    def inner(self, table: str, values: object) -> Values:
        """Return a table inside it, whose faults are the same file's; an empty one where it is no table."""
        if isinstance(values, dict):
            return Values(self.file, table, values, self.faults)
        self.faults.append(Failure(self.file, 0, "wrong_type", table, phrase("fees.must_be_table")))
        return Values(self.file, table, {}, self.faults)

    def only(self, known: Collection[str]) -> None:
        """Add a fault for every key that is none of those."""
        for key in self.given:
            if key not in known:
                self.fault("unknown_key", key, phrase("fees.unknown_key", known=", ".join(known)))

    def needs(self, keys: Collection[str]) -> bool:
        """Add a fault for every key that is missing; whether none is."""
        missing = [key for key in keys if key not in self.given]
        for key in missing:
            self.fault("missing_place" if key == "place" else "missing_key", key, phrase("fees.missing_key"))
        return not missing

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self.given.get(key, default)
        if isinstance(value, str):
            return value.strip()
        self.fault("wrong_type", key, phrase("fees.must_be_text"))
        return default

    def choice(self, key: str, choices: Collection[str], default: str, code: str = "wrong_type") -> str:
        """Return one of some texts."""
        value = self.given.get(key, default)
        if isinstance(value, str) and value in choices:
            return value
        listed = ", ".join(repr(one) for one in choices)
        self.fault(code, key, phrase("rules.must_be_one_of", choices=listed))
        return default

    def truth(self, key: str) -> bool:
        """Return whether something is so; false where it is not said."""
        value = self.given.get(key, False)
        if isinstance(value, bool):
            return value
        self.fault("wrong_type", key, phrase("rules.must_be_bool"))
        return False

    def whole(self, key: str, default: int = 0, *, least: int = 0, most: int | None = None) -> int:
        """Return a whole number in its range."""
        value = self.given.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("wrong_type", key, phrase("rules.must_be_number"))
        elif not float(value).is_integer():
            self.fault("fractional", key, phrase("fees.must_be_whole", value=str(value)))
        elif value < least or (most is not None and value > most):
            high = {} if most is None else {"high": most}
            words = phrase(
                "rules.below_low" if most is None else "rules.out_of_range",
                value=str(value),
                low=least,
                **high,
            )
            self.fault("negative" if value < 0 else "out_of_range", key, words)
        else:
            return int(value)
        return default

    def number(self, key: str, default: float) -> float:
        """Return a number that is not negative."""
        value = self.given.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("wrong_type", key, phrase("rules.must_be_number"))
        elif not 0 <= value < float("inf"):
            code = "negative" if value < 0 else "out_of_range"
            self.fault(code, key, phrase("rules.below_low", value=str(value), low=0))
        else:
            return value
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; none where it is not said."""
        value = self.given.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.fault("wrong_type", key, phrase("rules.must_be_texts"))
        return ()

    def day(self, key: str) -> date | None:
        """Return a day, Jalali or ISO; None where it is not said or cannot be read."""
        value = self.given.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            if isinstance(value, str):
                return read_date(value)
        except ValueError:
            pass
        self.fault("bad_date", key, phrase("fees.bad_date", written=str(value)))
        return None
