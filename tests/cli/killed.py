"""Runs the command line and kills itself, as a power cut would, at one call of one function.

Run as ``python killed.py MODULE.NAME before|after NUMBER COMMAND ...``.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

from cli import app


def main(where: str, when: str, number: int, command: list[str]) -> None:
    module_name, _, name = where.rpartition(".")
    owner: Any = None
    try:
        owner = importlib.import_module(module_name)
    except ModuleNotFoundError:
        module_name, _, kind = module_name.rpartition(".")
        owner = getattr(importlib.import_module(module_name), kind)
    real, calls = getattr(owner, name), 0

    def killing(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, killing)
    app(command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
