"""A handover as a private folder: a workbook for each pair of centers, an index, and whom to notify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.exports import refuse_over_plan, to_csv
from data.folder import write_folder
from data.kinds import BETWEEN, HANDOVER, INDEX_FILE, NOTIFY_FILE, WORKBOOK
from data.nation.folder import PROVINCES
from maps.file_names import file_names
from maps.handover.sheet import handover_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from data.text import Lang
    from maps.handover.nation import NationHandover
    from maps.handover.pairs import Handover


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
    pairs = list(zip(index["from_center"], index["to_center"], strict=True))
    index["file"] = file_names(pairs, between=BETWEEN, ending=WORKBOOK)

    def fill(folder: Path) -> None:
        for pair, name in zip(handover.pairs, index["file"], strict=True):
            (folder / name).write_bytes(handover_sheet(pair, handover, lang))
        (folder / INDEX_FILE).write_bytes(to_csv(index, synthetic=handover.synthetic))
        (folder / NOTIFY_FILE).write_bytes(to_csv(handover.notify, synthetic=handover.synthetic))

    write_folder(out, overwrite=overwrite, fill=fill, kind=HANDOVER)
    return index


def write_nation_handover(
    handover: NationHandover, out: Path, *, folders: Sequence[Path], lang: Lang, overwrite: bool = False
) -> pd.DataFrame:
    """Write a nation's handover into a new private folder; return its index.

    The lists of a province lie in its own folder, those of what goes to another province with the province
    that hands over: one list, that both centers sign.

    Parameters
    ----------
    handover : NationHandover
        As `maps.handover.nation.nation_handover` gives it.
    out, folders, lang, overwrite
        As `write_handover`.

    Returns
    -------
    DataFrame
        What ``index.csv`` holds: ``from_province``, ``to_province``, and as `write_handover`; ``file`` is its
        path from the folder.

    Raises
    ------
    SitingError
        As `write_handover`.
    """
    for folder in folders:
        refuse_over_plan(folder, out)
    index = handover.index()
    pairs = list(zip(index["from_center"], index["to_center"], strict=True))
    names = file_names(pairs, between=BETWEEN, ending=WORKBOOK)
    index["file"] = [
        f"{PROVINCES}/{code}/{name}" for code, name in zip(index["from_province"], names, strict=True)
    ]
    sheets = [(pair, one) for _, _, one in handover.lists for pair in one.pairs]

    def fill(folder: Path) -> None:
        for name, (pair, one) in zip(index["file"], sheets, strict=True):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(handover_sheet(pair, one, lang))
        (folder / INDEX_FILE).write_bytes(to_csv(index, synthetic=handover.synthetic))
        (folder / NOTIFY_FILE).write_bytes(to_csv(handover.notify, synthetic=handover.synthetic))

    write_folder(out, overwrite=overwrite, fill=fill, kind=HANDOVER)
    return index
