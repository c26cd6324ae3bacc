"""The data dictionary: every table and column, from the schemas themselves, in Persian or English.

``python -m data.dictionary fa > docs/data-dictionary.fa.md``
"""

from __future__ import annotations

import sys
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from data.dictionary_outputs import as_table, of_status, of_summary, of_table, outputs
from data.schemas import APPLICANTS, CENTERS, GAZETTEER, HOUSEHOLDS, MOVES, TRAVEL
from data.text import LANGS, text
from data.work.tables import TABLES

if TYPE_CHECKING:
    from pandera.pandas import Column, DataFrameSchema

    from data.text import Lang

SCHEMAS = (HOUSEHOLDS, APPLICANTS, CENTERS, MOVES, TRAVEL, GAZETTEER)
"""The tables that a user gives, in the order they are told."""
LEFT_OUT = ("row",)
"""Columns that reading makes."""
MISSING = "missing_"
"""How the names of the checks begin that refuse an empty value."""


def dictionary(lang: Lang) -> str:
    """Return the dictionary as Markdown.

    Parameters
    ----------
    lang : {"fa", "en"}
        Of titles and meanings.

    Returns
    -------
    str
        A section for the inputs, one for a plan's folder and one for the working tables.
    """
    command = f"python -m data.dictionary {lang}"
    parts = [
        f"# {text('dictionary.title', lang)}",
        text("dictionary.made", lang, command=command),
        f"## {text('dictionary.inputs', lang)}",
        text("dictionary.inputs_are", lang),
        *(part for schema in SCHEMAS for part in _input(schema, lang)),
        f"## {text('dictionary.outputs', lang)}",
        text("dictionary.outputs_are", lang),
        *(part for name, columns in outputs().items() for part in of_table(f"{name}.csv", columns, lang)),
        *of_summary(lang),
        *of_status(lang),
        f"## {text('dictionary.kept', lang)}",
        *(
            part
            for name, kept in TABLES.items()
            for part in of_table(name, kept.columns, lang, key=", ".join(kept.key))
        ),
    ]
    body = "\n\n".join(parts) + "\n"
    return f'<div dir="rtl">\n\n{body}\n</div>\n' if lang == "fa" else body


def _input(schema: DataFrameSchema, lang: Lang) -> list[str]:
    name = str(schema.name)
    known = _headers(name)
    rows = [
        (
            f"`{column}`",
            _title(about, lang),
            _meaning(about, lang),
            _kind(about, lang),
            ", ".join(f"`{check.name}`" for check in about.checks),
            text("dictionary.comma", lang).join(known.get(column, ())),
        )
        for column, about in schema.columns.items()
        if column not in LEFT_OUT
    ]
    heads = [text(f"dictionary.{one}", lang) for one in _INPUT_HEADS]
    return [f"### {text(f'dictionary.table_{name}', lang)} (`{name}`)", as_table(heads, rows)]


_NUMBERS = ("int64", "float64")
_INPUT_HEADS = ("column", "name", "meaning", "kind", "refused", "headers")


def _title(about: Column, lang: Lang) -> str:
    said: dict[str, str] = about.metadata or {}
    return said["title_fa"] if lang == "fa" else str(about.title)


def _meaning(about: Column, lang: Lang) -> str:
    said: dict[str, str] = about.metadata or {}
    return said["description_fa"] if lang == "fa" else str(about.description)


def _kind(about: Column, lang: Lang) -> str:
    told = str(about.dtype)
    kind = text(f"dictionary.kind_{told if told in _NUMBERS else 'str'}", lang)
    needed = any(str(check.name).startswith(MISSING) for check in about.checks)
    return f"{kind} ({text('dictionary.needed', lang)})" if needed else kind


def _headers(table: str) -> dict[str, list[str]]:
    """Return the headers that are understood of each column of a table, its own before the common ones."""
    source = files("data.readers").joinpath("headers.toml")
    told: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    known: dict[str, list[str]] = {}
    for part in (told.get(table, {}), told["common"]):
        for group in (part, part.get("weak", {})):
            for column, names in group.items():
                if isinstance(names, list):
                    known.setdefault(column, []).extend(one for one in names if one != column)
    return {column: list(dict.fromkeys(names)) for column, names in known.items()}


def main() -> None:
    """Print the dictionary in the language that is named, English unless told."""
    told = sys.argv[1] if len(sys.argv) > 1 else "en"
    lang: Lang = "fa" if told == "fa" else "en"
    if told not in LANGS:
        sys.exit(f"python -m data.dictionary {'|'.join(LANGS)}")
    sys.stdout.buffer.write(dictionary(lang).encode("utf-8"))


if __name__ == "__main__":
    main()
