"""The most memory a process has had, as the operating system counts it."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
PEAK = "VmHWM:"


def peak_mb() -> float:
    """Return the most memory this process has had resident, MB; 0 where the system does not say.

    Linux counts in the usage of a process what the one that started it held at that moment; the peak in its
    status is its own.
    """
    if STATUS.exists():
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        own = next((line for line in lines if line.startswith(PEAK)), None)
        if own is not None:
            return int(own.split()[1]) / 1024
    if sys.platform == "win32":
        return 0.0
    import resource  # noqa: PLC0415 - not on Windows

    bytes_a_unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * bytes_a_unit / 1024**2
