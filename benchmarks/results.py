"""`results.json`, renewed part by part, and tables of it."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title, key : str
        Its head, and the figure of a row that it shows.
    form : str
        How Python writes it.
    """

    title: str
    key: str
    form: str = ""

    def cell(self, row: Mapping[str, Any]) -> str:
        """Return what it shows of a row; nothing where the row has no such figure."""
        value = row.get(self.key)
        return "" if value is None else format(value, self.form)


def markdown(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as a Markdown table."""
    lines = [[column.title for column in columns], ["---"] * len(columns)]
    lines += [[column.cell(row) for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> dict[str, Any]:
    """Return where figures were taken."""
    return {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}


def read(file: Path) -> dict[str, Any]:
    """Return all parts that a file holds, each with ``machine`` and ``rows``; none where there is no file."""
    if not file.exists():
        return {}
    parts = json.loads(file.read_text(encoding="utf-8"))
    return {name: part for name, part in parts.items() if isinstance(part, dict) and "rows" in part}


def renew(file: Path, part: str, rows: Sequence[Row]) -> None:
    """Write one part anew; the others stay as they are."""
    parts = {**read(file), part: {"machine": machine(), "rows": list(rows)}}
    ordered = {name: parts[name] for name in sorted(parts)}
    file.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
