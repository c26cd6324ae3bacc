"""A nation's past in lines for a reader, a version or a step a line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from data.call.said import seal_lines
from data.nation.events import events_of, logs_of, versions_at
from data.nation.past import way_of
from data.nation.reverting import event_asked
from data.nation.showing import names_of, stated, summary_at
from data.record.said import KINDS, change_words
from data.rules import usage_error
from data.said import sentences
from data.text import number, phrase, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.nation.events import Event
    from data.nation.past import Step
    from data.text import Lang

ID_LETTERS = 12


def history_of(nation: Path, subject: str | None, lang: Lang) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the past of a nation, or of one id in it: ready for JSON, and as lines.

    Parameters
    ----------
    nation : Path
        Its folder.
    subject : str or None
        Id of a household, a center or an applicant; all that was done to the nation for None.
    lang : {"fa", "en"}
        Language of the user.

    Raises
    ------
    SitingError
        As `data.nation.past.way_of`; of a casebook, or of the nation's summary.
    """
    names, logs = names_of(nation), logs_of(nation)
    if subject is None:
        events = events_of(logs)
        first, *later = event_lines(events, names, lang)
        sealed = seal_lines(str(stated(nation).get("seal", "")), lang)
        return [asdict(one) for one in events], [" · ".join([first, *sealed]), *later]
    steps = way_of(nation, logs, subject)
    return [asdict(one) for one in steps], step_lines(steps, names, lang)


def shown(
    nation: Path, asked: str | None, lang: Lang, *, with_tables: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Return the summary of a nation in one of its versions, and what a reader is told of it.

    Parameters
    ----------
    nation : Path
        Its folder.
    asked : str or None
        As `data.nation.reverting.event_asked`; the nation as it stands for None.
    lang : {"fa", "en"}
        Language of the user.
    with_tables : bool
        Whether tables are wanted too, which a nation has not: exit code 2.

    Raises
    ------
    SitingError
        As `data.nation.reverting.event_asked` and `data.nation.showing.summary_at`.
    """
    names, events = names_of(nation), events_of(logs_of(nation))
    path = nation.resolve().name
    event = events[-1] if asked is None else event_asked(events, asked, nation=path)
    versions = versions_at(events, event.version)
    if with_tables:
        code, version = min(versions.items())
        raise usage_error(phrase("nation.tables_of_province", path=path, code=code, version=version))
    is_last = versions == versions_at(events, len(events))
    summary = stated(nation) if is_last else summary_at(nation, versions)
    provinces = [
        text(
            "nation.province_now",
            lang,
            province=province_words(one["code"], names, lang),
            version=versions[one["code"]],
            **{name: one[name] for name in ("households", "centers", "unassigned")},
        )
        for one in summary["provinces"]
    ]
    return summary, [*event_lines([event], names, lang), *sentences(summary, None, lang), *provinces]


def event_lines(events: Sequence[Event], names: Mapping[str, str], lang: Lang) -> list[str]:
    """Return a line for each thing that was done in a nation.

    Parameters
    ----------
    events : sequence of Event
        Of `data.nation.events.events_of`.
    names : mapping of str to str
        Of the provinces, by code.
    lang : {"fa", "en"}
        Language of the user.
    """
    return [_event_line(one, names, lang) for one in events]


def step_lines(steps: Sequence[Step], names: Mapping[str, str], lang: Lang) -> list[str]:
    """Return a line for each step of a household or a center through a nation; as `event_lines`."""
    return [_step_line(one, names, lang) for one in steps]


def province_words(code: str, names: Mapping[str, str], lang: Lang) -> str:
    """Return how a province is called: its name and its code, or its code alone."""
    name = names.get(code, "")
    return code if name in ("", code) else text("nation.province", lang, name=name, code=code)


def _event_line(event: Event, names: Mapping[str, str], lang: Lang) -> str:
    parts = [_opening(event, lang), _where(event, names, lang)]
    if event.transfers:
        parts.append(text("nation.transfers", lang, count=event.transfers))
    if event.crossed:
        crossed = "crossed_again" if event.takes_back else "crossed"
        parts.append(text(f"nation.{crossed}", lang, count=event.crossed))
    if event.crossed_back:
        parts.append(text("nation.crossed_back", lang, count=event.crossed_back))
    if event.takes_back:
        versions = text("record.and", lang).join(number(one, lang) for one in event.takes_back)
        parts.append(text("nation.takes_back", lang, versions=versions))
    parts += [said for said in (event.who, event.why) if said]
    if event.nation_id:
        parts.append(text("nation.id", lang, id=event.nation_id[:ID_LETTERS]))
    return " · ".join(parts)


def _opening(event: Event, lang: Lang) -> str:
    when = event.when[:16].replace("T", " ")
    if event.kind == "undone":
        kind = text("nation.kind_undone", lang)
    else:
        kind = text(f"record.kind_{event.kind}", lang) if event.kind in KINDS else event.kind
    return text("nation.version", lang, version=event.version, kind=kind, when=when)


def _where(event: Event, names: Mapping[str, str], lang: Lang) -> str:
    if event.version > 1 and not event.nation_id:
        ((code, version),) = event.provinces.items()
        return text("nation.alone", lang, province=province_words(code, names, lang), version=version)
    called = " ".join(event.provinces)
    return text("nation.together", lang, count=len(event.provinces), provinces=called)


def _step_line(step: Step, names: Mapping[str, str], lang: Lang) -> str:
    province = province_words(step.province, names, lang)
    parts = [text("nation.at", lang, version=step.nation_version, province=province)]
    parts += change_words(step.change, lang)
    if step.other_province:
        end = "from_province" if "joined" in getattr(step.change, "events", ()) else "to_province"
        parts.append(text(f"nation.{end}", lang, province=province_words(step.other_province, names, lang)))
    return " · ".join(parts)
