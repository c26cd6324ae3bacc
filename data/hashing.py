"""Hashes of content: the same rows have the same hash wherever and whenever they are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.plan import Plan

_BLOCK_BYTES = 1 << 20


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def table_hash(table: pd.DataFrame) -> str:
    """Return the SHA-256 of a table's columns and rows in their order; its index does not count.

    Each column is told by its name, its kind and its values one after the other (`data.canonical`), so that
    the types of this machine's memory do not count either.
    """
    from data.canonical import cells  # noqa: PLC0415 - heavy

    digest = hashlib.sha256()
    for name, values in table.items():
        kind, parts = cells(values)
        sizes = [len(part) for part in parts]
        digest.update(json.dumps([str(name), kind, len(values), sizes], ensure_ascii=False).encode())
        for part in parts:
            digest.update(part)
    return digest.hexdigest()


def value_hash(value: object) -> str:
    """Return the SHA-256 of a plain value, as JSON with sorted keys."""
    return _text_hash(json.dumps(value, sort_keys=True, ensure_ascii=False))


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of everything a plan says, its provenance included."""
    import pandas as pd  # noqa: PLC0415 - heavy

    parts: dict[str, object] = {}
    for part in fields(plan):
        value = getattr(plan, part.name)
        if isinstance(value, pd.DataFrame):
            parts[part.name] = table_hash(value)
        elif part.name == "bound" and value is not None:
            parts[part.name] = [
                value.value_km,
                _series_hash(value.household_km),
                dict(value.unit_km),
                dict(value.applicant_km),
                [
                    [
                        one.unit,
                        [astuple(limit) for limit in one.limits],
                        one.unit_km,
                        _series_hash(one.household_km),
                    ]
                    for one in value.branches
                ],
            ]
        elif isinstance(value, Mapping):
            parts[part.name] = dict(value)
        else:
            parts[part.name] = value
    return value_hash(parts)


def _series_hash(km: pd.Series) -> str:
    return table_hash(km.rename("km").rename_axis("household_id").reset_index())


def _text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
