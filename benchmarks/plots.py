"""`python -m benchmarks.plots`: draws docs/quality_time.png and docs/time_size.png from results.json."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.results import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.results import Row

HOME = Path(__file__).resolve().parents[1]
SIZE_INCHES, DPI = (8.4, 4.2), 110
TONES = 64
"""Colours of a picture, so that it stays small."""
# Okabe and Ito's colours: apart for every kind of eyes; marks tell the same once more.
COLORS = {"catchments": "#0072B2", "flows": "#009E73", "medians": "#CC79A7", "sites": "#D55E00"}
BLACK, GREY = "#000000", "#666666"


def draw(parts: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw both plots; return the files.

    Parameters
    ----------
    parts : mapping
        As `benchmarks.results.read` gives them; what is not there is not drawn.
    folder : Path
        Where to write.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - may be absent
    from PIL import Image  # noqa: PLC0415 - comes with it

    rows = {name: part["rows"] for name, part in parts.items()}
    made = []
    for name, panels in (("quality_time", (_public, _beside)), ("time_size", (_calls, _commands))):
        figure = Figure(figsize=SIZE_INCHES, dpi=DPI, layout="constrained")
        for axes, panel in zip(figure.subplots(1, 2), panels, strict=True):
            panel(axes, rows)
            axes.grid(visible=True, which="major", linewidth=0.4, color="#cccccc")
            if axes.get_legend_handles_labels()[0]:
                axes.legend(
                    fontsize=7, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=2
                )
        made.append(folder / f"{name}.png")
        whole = BytesIO()
        figure.savefig(whole)
        Image.open(whole).convert("RGB").quantize(TONES).save(made[-1], optimize=True)
    return made


def _public(axes: Any, rows: Mapping[str, list[Row]]) -> None:  # noqa: ANN401 - matplotlib may be absent
    """Draw how far above the best known values we are after some seconds."""
    by_seconds: dict[float, list[float]] = defaultdict(list)
    for row in rows.get("cpmp", []):
        by_seconds[row["asked_seconds"]].append(row["above_percent"])
    at = sorted(by_seconds)
    mean, most = ([of(by_seconds[one]) for one in at] for of in (statistics.mean, max))
    count = max((len(found) for found in by_seconds.values()), default=0)
    axes.plot(at, most, color=COLORS["sites"], marker="s", linestyle="--", label="the worst of them")
    axes.plot(at, mean, color=COLORS["catchments"], marker="o", label=f"mean of {count} instances")
    axes.set(
        title="Public p-median instances", xlabel="seconds an instance", ylabel="% above the best known value"
    )
    if at:
        axes.set_xscale("log")
        axes.set_xticks(at, [f"{one:g}" for one in at])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)


def _beside(axes: Any, rows: Mapping[str, list[Row]]) -> None:  # noqa: ANN401 - likewise
    """Draw each work that a peer answered too: seconds, and how much above the better answer."""
    some = False
    for part, color in COLORS.items():
        pairs = [row for row in rows.get(part, []) if row.get("peer_value")]
        for number, row in enumerate(pairs):
            best = min(row["value"], row["peer_value"])
            ours, theirs = (
                (row[f"{who}seconds"], 100 * (row[f"{who}value"] / best - 1)) for who in ("", "peer_")
            )
            axes.plot(*zip(ours, theirs, strict=True), color=color, linewidth=0.6, alpha=0.6)
            axes.plot(*ours, "o", color=color, label=None if number else f"{part}: ours")
            axes.plot(*theirs, "x", color=color, label=None if number else f"{part}: {_name(row)}")
            some = True
    axes.set(title="Same work, ours and peers", xlabel="seconds", ylabel="% longer than the better answer")
    if some:
        axes.set_xscale("log")


def _calls(axes: Any, rows: Mapping[str, list[Row]]) -> None:  # noqa: ANN401 - likewise
    """Draw the seconds inside calls by the number of points."""
    for part, color in COLORS.items():
        ours = [(row["size"], row["seconds"]) for row in rows.get(part, [])]
        theirs = [(row["size"], row["peer_seconds"]) for row in rows.get(part, []) if row.get("peer_value")]
        _line(axes, ours, color=color, marker="o", label=f"{part}: ours")
        if theirs:
            peer = next(_name(row) for row in rows[part] if row.get("peer_value"))
            _line(axes, theirs, color=color, marker="x", linestyle=":", label=f"{part}: {peer}")
    axes.set(title="Inside the call", xlabel="points or households", ylabel="seconds")


def _commands(axes: Any, rows: Mapping[str, list[Row]]) -> None:  # noqa: ANN401 - likewise
    """Draw the seconds and the gigabytes of whole commands by the number of households."""
    found = rows.get("scaling", [])
    _line(
        axes,
        [(row["households"], row["seconds"]) for row in found],
        color=BLACK,
        marker="o",
        label="seconds",
    )
    _line(
        axes,
        [(row["households"], row["peak_mb"] / 1000) for row in found],
        color=GREY,
        marker="s",
        linestyle="--",
        label="GB, largest process",
    )
    axes.set(title="Whole command, fewest centers", xlabel="households", ylabel="seconds, gigabytes")


def _line(axes: Any, pairs: Iterable[tuple[float, float]], **style: Any) -> None:  # noqa: ANN401 - likewise
    """Draw the median of each size on axes of powers of ten."""
    by_size: dict[float, list[float]] = defaultdict(list)
    for size, value in pairs:
        by_size[size].append(value)
    if by_size:
        sizes = sorted(by_size)
        axes.plot(sizes, [statistics.median(by_size[one]) for one in sizes], **style)
        axes.set(xscale="log", yscale="log")


def _name(row: Row) -> str:
    """Return a peer without its version."""
    return str(row["peer"]).split(" ")[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what was measured; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plots", description=main.__doc__)
    parser.add_argument("--results", type=Path, default=HOME / "benchmarks" / "results.json")
    parser.add_argument("--out", type=Path, default=HOME / "docs", help="folder to write to")
    told = parser.parse_args(arguments)
    parts = read(told.results)
    if not parts:
        print(f"{told.results.name} has no figures yet: measure first", file=sys.stderr)
        return 1
    try:
        made = draw(parts, told.out)
    except ImportError:
        print("matplotlib is not installed: no plots", file=sys.stderr)
        return 0
    for file in made:
        print(file.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
