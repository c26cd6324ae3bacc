"""The page that `siting check` prints: what was read, mapped, located, left out and refused."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from data.locating.columns import QUALITIES
from data.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.errors import Failure
    from data.readers.reading import Seen
    from data.text import Lang


def lines(found: Mapping[str, Any], lang: Lang, *, in_households: bool) -> Iterator[str]:
    """Yield the page of files that a plan could begin with.

    Parameters
    ----------
    found : mapping
        Of `data.build.report.report`.
    lang : {"fa", "en"}
        Language of the page.
    in_households : bool
        Whether each household counts as one case.
    """
    for file in found["files"]:
        yield from _file(file, lang)
    yield text("cli.checked_units", lang, **found["served"])
    if in_households:
        yield text("cli.checked_counts", lang, in_file=found["served"]["cases_in_file"])
    for reason, count in found["unserved"].items():
        yield text(f"cli.left_{reason}", lang, count=count)
    yield text("check.nothing_refused", lang)


def refused_lines(seen: Sequence[Seen], failures: Sequence[Failure], lang: Lang) -> Iterator[str]:
    """Yield the page of files of which rows are refused: what was read of them, and how much is wrong.

    Parameters
    ----------
    seen : sequence of Seen
        The files whose headers were read.
    failures : sequence of Failure
        All that is wrong.
    lang : {"fa", "en"}
        Language of the page.
    """
    for one in seen:
        told = {"file": one.file, "rows": one.rows, "columns": one.columns, "not_read": one.left_out}
        yield from _file({**told, "located": {}, "repeated": sorted(one.repeated)}, lang)
    for (file, code), count in sorted(Counter((one.file, one.code) for one in failures).items()):
        yield text("check.refused", lang, file=file, code=code, count=count)


def _file(file: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    yield text("cli.checked", lang, file=file["file"], rows=file["rows"])
    for column, header in file["columns"].items():
        yield text("check.mapped", lang, header=header, column=column)
    if file["not_read"]:
        yield text("cli.not_read", lang, headers=" · ".join(file["not_read"]))
    if file["repeated"]:
        yield text("cli.repeated", lang, headers=" · ".join(file["repeated"]))
    located = file["located"]
    if located:
        yield text("check.points", lang, point=located["point"])
    by_place = sum(located.get(quality, 0) for quality in QUALITIES)
    if by_place:
        yield text("check.by_place", lang, count=by_place, **{name: located[name] for name in QUALITIES})
    if located.get("none"):
        yield text("check.not_located", lang, count=located["none"])
