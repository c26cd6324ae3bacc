"""`make bench`: prints a table and writes benchmarks/results.json."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

from benchmarks.whole_process import measure, rows, table

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure the commands that the README shows."""
    measured = [
        measure(["--help"], runs=9),
        measure(["demo", "lorestan", "--out", "OUT"], runs=3),
        measure(["demo", "mashhad", "--out", "OUT"], runs=1),
        measure(["demo", "tehran", "--out", "OUT"], runs=1),
        measure(["demo", "khuzestan", "--out", "OUT"], runs=1),
    ]
    machine = {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
    RESULTS.write_text(json.dumps({"machine": machine, "whole_process": rows(measured)}, indent=1) + "\n")
    print(table(measured))


if __name__ == "__main__":
    main()
