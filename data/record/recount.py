"""A whole folder of record, recounted without the solver: every version, and all that stands beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK
from data.errors import Exit, Failure, SitingError
from data.nation.check import counted_across, nation_faults, province_folders
from data.nation.events import events_of, heads_of, logs_of, versions_at
from data.nation.folder import PROVINCES, nation_head
from data.record.rebuild import rebuild
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from data.nation.check import Figures


def recount(
    folder: Path,
    *,
    anchors: Sequence[str] = (),
    tell: Callable[[dict[str, Any]], None] = lambda _: None,
    warn: Callable[[Failure], None] = lambda _: None,
    across: Callable[[dict[str, Any]], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Recount a folder and return what holds, one record a plan.

    Parameters
    ----------
    folder : Path
        Of a plan, or of a nation.
    anchors : sequence of str
        Heads that were printed: each must be that of some version of a plan in the folder, or of the nation,
        for a log that was rewritten as a whole seals itself as well as the true one did. The seal of the call
        that a plan was founded by is known too.
    tell : callable
        Told of every plan that holds, as soon as it is recounted: also where another does not. Not of a plan
        alone whose log lacks an anchor.
    warn : callable
        Told of every file that is of an earlier version, as a writer leaves it that is killed.
    across : callable
        Told of what was counted over the provinces of a nation (`data.nation.check.counted_across`), with
        its own ``version``, ``head`` and ``anchors``.

    Returns
    -------
    list of dict
        ``path``, ``version``, ``head``, ``checks`` (their number), ``plan_hash``, ``behind`` (files of an
        earlier version) and ``anchors`` (the version of each) of each plan; a head of the nation is an anchor
        of the version that each province then had.

    Raises
    ------
    SitingError
        Exit code 7 when anything differs, with all of it and by the names of the files in the folder; a
        nation that lacks a province is none either, for its households are nowhere. Exit code 3 when the
        casebook of a plan cannot be read at all.
    """
    is_nation = (folder / PROVINCES).is_dir()
    failures: list[Failure] = []
    results = []
    figures: dict[str, Figures] = {}
    wanted = {one.strip().lower() for one in anchors}
    unknown = set(wanted)
    places = province_folders(folder) if is_nation else [folder]
    for place in places:
        inside = f"{PROVINCES}/{place.name}/" if is_nation else ""
        try:
            rebuilt = rebuild(place, wanted)
        except SitingError as error:
            if not is_nation:
                raise
            failures.append(Failure(inside + CASEBOOK, 0, error.code, "", error.words))
            continue
        failures += [replace(one, file=inside + one.file) for one in rebuilt.failures]
        results.append(rebuilt.result)
        unknown -= {*rebuilt.result["anchors"], rebuilt.result.get("seal", "")}
        for one in rebuilt.behind:
            warn(replace(one, file=inside + one.file))
        if not rebuilt.failures and (is_nation or not unknown):
            tell(rebuilt.result)
        if is_nation and rebuilt.figures is not None:
            figures[place.name] = rebuilt.figures
    of_nation: dict[str, int] = {}
    if is_nation:
        # Of a casebook that cannot be read nobody knows which heads it had.
        readable = unknown if len(results) == len(places) else set()
        of_nation = _nation_anchors(folder, readable, results)
        unknown = readable - set(of_nation)
        failures = [*nation_faults(folder, figures), *failures]
    failures += [_unknown(anchor, folder, is_nation=is_nation) for anchor in sorted(unknown)]
    if failures:
        raise SitingError(
            phrase("cli.does_not_hold"),
            code=failures[0].code,
            exit_code=Exit.VERIFICATION_FAILED,
            failures=failures,
        )
    if is_nation:
        head = nation_head({place.name: one["head"] for place, one in zip(places, results, strict=True)})
        own = {"version": len(events_of(logs_of(folder))), "head": head, "anchors": of_nation}
        across({**counted_across(folder, figures), **own})
    return results


def _nation_anchors(
    folder: Path, wanted: Collection[str], results: Sequence[dict[str, Any]]
) -> dict[str, int]:
    """Return the version of each anchor that is a head of the nation, and tell its provinces of it."""
    if not wanted:
        return {}
    logs = logs_of(folder)
    events = events_of(logs)
    found = {head: version for head, version in heads_of(logs).items() if head in wanted}
    for head, version in found.items():
        for (_, own), one in zip(sorted(versions_at(events, version).items()), results, strict=True):
            one["anchors"][head] = own
    return found


def _unknown(anchor: str, folder: Path, *, is_nation: bool) -> Failure:
    file = folder.resolve().name if is_nation else CASEBOOK
    return Failure(file, 0, "unknown_anchor", anchor, phrase("folder.unknown_anchor"))
