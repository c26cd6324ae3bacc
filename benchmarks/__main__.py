"""`make bench`: prints a table, writes benchmarks/results.json; `--all` measures the other demos too."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.whole_process import measure, rows, table

OTHERS = ("mashhad", "tehran", "khuzestan")
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure the commands that the README shows."""
    measured = [measure(["--help"], runs=9), measure(["demo", "lorestan", "--out", "OUT"], runs=3)]
    if "--all" in sys.argv:
        measured += [measure(["demo", name, "--out", "OUT"], runs=1) for name in OTHERS]
    machine = {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
    RESULTS.write_text(json.dumps({"machine": machine, "whole_process": rows(measured)}, indent=1) + "\n")
    print(table(measured))


if __name__ == "__main__":
    main()
