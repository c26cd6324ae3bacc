"""`make bench`: prints a table, writes benchmarks/results.json; `--all` measures the other demos too."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.peers import HEADER, all_of_them
from benchmarks.whole_process import measure, rows, table

OTHERS = ("mashhad", "tehran", "khuzestan")
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure the commands that the README shows."""
    measured = [measure(["--help"], runs=9), measure(["demo", "lorestan", "--out", "OUT"], runs=3)]
    if "--all" in sys.argv:
        measured += [measure(["demo", name, "--out", "OUT"], runs=1) for name in OTHERS]
    beside = all_of_them()
    machine = {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
    RESULTS.write_text(
        json.dumps(
            {"machine": machine, "whole_process": rows(measured), "peers": [asdict(one) for one in beside]},
            indent=1,
        )
        + "\n"
    )
    print(table(measured))
    print("\n".join(["", HEADER, *(one.row() for one in beside)]))


if __name__ == "__main__":
    main()
