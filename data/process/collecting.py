"""How often unreachable objects are looked for while a command runs, and when it ends."""

from __future__ import annotations

import atexit
import gc

YOUNG, MIDDLE, OLD = 100_000, 50, 100
"""Thresholds of `gc.set_threshold`."""


def collect_seldom() -> None:
    """Let a command make many objects before it looks for unreachable ones, and look for none as it ends.

    Rows of a record are objects by the hundred thousand, none of them in a cycle; looked through after every
    700 they cost an eighth of a command's time, and once more at its end half a second.
    """
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    atexit.register(gc.freeze)
