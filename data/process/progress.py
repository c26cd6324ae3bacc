"""A bar over provinces, for a person at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from data.text import text

if TYPE_CHECKING:
    from types import TracebackType

    from data.text import Lang


class Bar:
    """How much of a nation is planned and how long the rest may take, on stderr; silent off a terminal.

    It measures work by households; `NO_COLOR` is honoured.

    Parameters
    ----------
    provinces, households : int
        What is to be planned.
    lang : {"fa", "en"}
        Language of its words.
    """

    def __init__(self, *, provinces: int, households: int, lang: Lang) -> None:
        self._provinces, self._done, self._lang = provinces, 0, lang
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            _TimeLeft(lang),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._progress.add_task(self._sentence(), total=households, since=0.0)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, households: int) -> None:
        """Tell that a province of so many households is planned, or given up."""
        self._done += 1
        elapsed = self._progress.tasks[0].elapsed or 0.0
        self._progress.update(self._task, advance=households, description=self._sentence(), since=elapsed)

    def _sentence(self) -> str:
        return text("cli.provinces_done", self._lang, done=self._done, provinces=self._provinces)


class _TimeLeft(ProgressColumn):
    """The time left at the pace so far, counted down since the last province."""

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self._lang = lang

    def render(self, task: Task) -> Text:
        """Return minutes and seconds, nothing before the first province."""
        if not task.completed or task.total is None:
            return Text("")
        since = float(task.fields["since"])
        left = since * (task.total - task.completed) / task.completed - ((task.elapsed or 0.0) - since)
        minutes, seconds = divmod(max(0, round(left)), 60)
        return Text(text("cli.time_left", self._lang, minutes=minutes, seconds=seconds))
