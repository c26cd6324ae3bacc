"""What a run of the benchmarks is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

INSTANCES = Path(__file__).resolve().parents[2] / "shared" / "instances" / "cpmp"


class SkippedError(RuntimeError):
    """A part that cannot be measured here; says why in a sentence."""


@dataclass(frozen=True)
class Asked:
    """How much is measured.

    Attributes
    ----------
    quick : bool
        Small sizes alone, to try that it works.
    slow : bool
        Peers that take minutes, and the other demos, too.
    runs : int
        Runs of our own work that takes seconds; figures are their medians.
    seconds : tuple of float
        Given to each public instance, one answer for each.
    limit_seconds : float
        Given to solvers that are peers.
    instances : Path
        Folder of the public instances.
    """

    quick: bool = False
    slow: bool = False
    runs: int = 3
    seconds: tuple[float, ...] = (5.0, 15.0, 60.0)
    limit_seconds: float = 60.0
    instances: Path = INSTANCES
