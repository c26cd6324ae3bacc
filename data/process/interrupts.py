"""Ctrl-C: once to end the search and keep the best plan so far, twice to end at once and keep nothing."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import Exit, SitingError
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from data.text import Lang

_ASKS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Hears SIGINT, SIGTERM and the end of the time, from `heard` on.

    Until `hold`, each ends the command at once. After it, the first signal only raises the flag that searches
    ask for, the end of the time does nothing (searches ask for that too), and a second signal ends at once.

    Attributes
    ----------
    flag : Path
        A file in a private folder, made by the first signal after `hold`; worker processes see it.
    count : int
        Signals heard.
    """

    def __init__(self, folder: Path, lang: Lang) -> None:
        self.flag = folder / "stop"
        self.count = 0
        self._is_held = False
        self._sentence = f"\n{text('cli.stopping', lang)}\n".encode()

    @classmethod
    @contextmanager
    def heard(cls, lang: Lang, *, seconds: float | None = None) -> Iterator[Interrupts]:
        """Listen while the block runs.

        Parameters
        ----------
        lang : {"fa", "en"}
            Language of what the first signal is answered with.
        seconds : float, optional
            Time after which the command ends, unless `hold` was called before.

        Raises
        ------
        KeyboardInterrupt
            Inside the block, for a signal that ends it.
        SitingError
            Inside the block, exit code 5, when the time has come before `hold`.
        """
        folder = Path(tempfile.mkdtemp(prefix="siting-stop-"))
        interrupts = cls(folder, lang)
        try:
            with interrupts._listening(seconds):
                yield interrupts
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def hold(self) -> None:
        """From now on there is something to keep: the first signal no longer ends the command."""
        self._is_held = True

    @contextmanager
    def _listening(self, seconds: float | None) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            # Only the main thread may set what a signal does.
            yield
            return
        timed = seconds is not None and hasattr(signal, "setitimer")
        handlers = {number: signal.signal(number, self._asked) for number in _ASKS}
        if timed:
            handlers[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._time_is_up)
            # A timer of 0 seconds would never ring.
            signal.setitimer(signal.ITIMER_REAL, max(seconds or 0.0, 0.001))
        try:
            yield
        finally:
            if timed:
                signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        if self._is_held and self.count == 1:
            self.flag.touch()
            # The stream may be half way through a line of its own, which only the descriptor does not mind.
            os.write(2, self._sentence)
            return
        for number in _ASKS:
            # Cleaning up is not to be interrupted.
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    def _time_is_up(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_held:
            raise limit_error()


def limit_error(seconds: float | None = None) -> SitingError:
    """Return the error of a time limit that is too short for any plan.

    Parameters
    ----------
    seconds : float, optional
        What assigning, verifying and writing alone would take, where that is known.
    """
    words = (
        phrase("cli.limit_before_plan")
        if seconds is None
        else phrase("cli.limit_too_short", seconds=max(1, round(seconds)))
    )
    return SitingError(words, code="limit_before_plan", exit_code=Exit.LIMIT_BEFORE_PLAN)


def leave_signals_to_parent() -> None:
    """Let a worker process go on when its whole group is signalled: its parent tells it what to do."""
    for number in _ASKS:
        signal.signal(number, signal.SIG_IGN)
