"""A handover as a private folder: a workbook for each pair of centers, an index, and whom to notify."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from data.exports import refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import BETWEEN, HANDOVER, INDEX_FILE, NOTIFY_FILE, WORKBOOK
from maps.handover.sheet import handover_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from data.text import Lang
    from maps.handover.pairs import Handover

_ID_CHARACTERS = 36
_HASH_CHARACTERS = 8
_UNSAFE = re.compile(r"[^\w.-]|^\.")


def write_handover(
    handover: Handover, out: Path, *, folders: Sequence[Path], lang: Lang, overwrite: bool = False
) -> pd.DataFrame:
    """Write a handover into a new private folder; return its index.

    Without a transfer there is no workbook, and both tables are written all the same.

    Parameters
    ----------
    handover : Handover
        As `maps.handover.pairs.handover_of` gives it.
    out : Path
        The folder to write.
    folders : sequence of Path
        The plan's and the proposal's; nothing is written among their files.
    lang : {"fa", "en"}
        Language of the lists.
    overwrite : bool
        Whether it may replace a handover that stands there.

    Returns
    -------
    DataFrame
        What ``index.csv`` holds: ``from_center``, ``to_center``, ``households``, ``cases``, ``file``.

    Raises
    ------
    SitingError
        If the place is taken or one of the `folders`', or the machine fails.
    """
    for folder in folders:
        refuse_over_plan(folder, out)
    index = handover.index()
    index["file"] = file_names(list(zip(index["from_center"], index["to_center"], strict=True)))

    def fill(folder: Path) -> None:
        for pair, name in zip(handover.pairs, index["file"], strict=True):
            (folder / name).write_bytes(handover_sheet(pair, handover, lang))
        (folder / INDEX_FILE).write_bytes(to_csv(index, synthetic=handover.synthetic))
        (folder / NOTIFY_FILE).write_bytes(to_csv(handover.notify, synthetic=handover.synthetic))

    write_folder(out, overwrite=overwrite, fill=fill, kind=HANDOVER)
    return index


def file_names(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return the name of each pair's workbook: the two ids where a file may be called so, none twice.

    A hash of the ids follows where an id had to be changed, or another pair would be called the same, also by
    a system that does not tell capitals from small letters.
    """
    plain = [BETWEEN.join(_safe(one) for one in pair) for pair in pairs]
    times = Counter(name.casefold() for name in plain)
    return [
        f"{name}{WORKBOOK}"
        if times[name.casefold()] == 1 and name == BETWEEN.join(pair)
        else f"{name}-{_hash(pair)}{WORKBOOK}"
        for pair, name in zip(pairs, plain, strict=True)
    ]


def _safe(center_id: str) -> str:
    return _UNSAFE.sub("_", center_id)[:_ID_CHARACTERS]


def _hash(pair: tuple[str, str]) -> str:
    return hashlib.sha256(json.dumps(pair).encode()).hexdigest()[:_HASH_CHARACTERS]
