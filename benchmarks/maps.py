"""Drawing what a plan's record holds: the whole set of pages, how large they are, and the first paint."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from benchmarks.apart import FailedError, ran
from benchmarks.results import Column, Row, markdown
from benchmarks.whole_process import DONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.asked import Asked

SMALL, PROVINCE = ["--households", "2000"], ["--households", "40000"]
NATION = ["--households", "1035000", "--centers", "fewest"]
PAINTS = 5
PAINT_LIMIT_SECONDS = 60.0
_MARK = "first-contentful-paint:"
_TELL = (
    'new PerformanceObserver((list) => { for (const one of list.getEntriesByName("first-contentful-paint")) '
    f'console.log("{_MARK}" + one.startTime + ";"); }}).observe({{ type: "paint", buffered: true }});'
)
COLUMNS = (
    Column("of", "of"),
    Column("households", "households", ","),
    Column("centers", "centers", ","),
    Column("pages", "pages", ","),
    Column("seconds (median)", "seconds", ".2f"),
    Column("peak MB", "peak_mb", ",.0f"),
    Column("index, MB", "index_mb", ".2f"),
    Column("all pages, MB", "all_mb", ",.1f"),
    Column("first paint, s", "paint_seconds", ".2f"),
)


def maps(asked: Asked) -> Iterator[Row]:
    """Measure `siting map` of a province, and of a nation, and the first paint of its index in chromium."""
    wanted = [("lorestan", SMALL if asked.quick else PROVINCE, 1 if asked.quick else asked.runs)]
    if asked.slow:
        wanted.append(("iran", NATION, 1))
    for name, size, runs in wanted:
        with tempfile.TemporaryDirectory() as temp:
            plan = Path(temp) / "plan"
            _run(["demo", name, *size, "--out", str(plan)])
            took = [_run(["map", str(plan)]) for _ in range(runs)]
            yield {"of": name, "runs": runs, **_told(plan, took)}


def _told(plan: Path, took: Sequence[tuple[float, float]]) -> Row:
    summary = json.loads((plan / "summary.json").read_text(encoding="utf-8"))
    drawn = [
        one for folder in plan.rglob("map") if folder.is_dir() for one in folder.rglob("*") if one.is_file()
    ]
    index = plan / "map" / "index.html"
    return {
        **{name: summary[name] for name in ("households", "centers")},
        "pages": sum(one.suffix == ".html" for one in drawn),
        "seconds": round(statistics.median(seconds for seconds, _ in took), 2),
        "peak_mb": round(statistics.median(peak for _, peak in took), 1),
        "index_mb": round(index.stat().st_size / 1e6, 3),
        "all_mb": round(sum(one.stat().st_size for one in drawn) / 1e6, 2),
        "paint_seconds": first_paint(index),
    }


def first_paint(page: Path) -> float | None:
    """Return seconds from opening a page to its first paint with content, median of `PAINTS`.

    Parameters
    ----------
    page : Path
        Of ours, which runs only what its policy knows: a copy also runs what tells the time.

    Returns
    -------
    float or None
        None where no chromium is installed.

    Raises
    ------
    FailedError
        If it paints nothing.
    """
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        return None
    digest = base64.b64encode(hashlib.sha256(_TELL.encode()).digest()).decode()
    markup = page.read_text(encoding="utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    copy = page.with_name("_timed.html")
    copy.write_text(markup.replace("</head>", f"<script>{_TELL}</script></head>", 1), encoding="utf-8")
    try:
        return round(statistics.median(_painted(browser, copy) for _ in range(PAINTS)), 3)
    finally:
        copy.unlink()


def _painted(browser: str, page: Path) -> float:
    """Return when a page is first painted; a browser that only draws has to be ended."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        told = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        told += [
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--window-size=1300,850",
            "--remote-debugging-port=0",
        ]
        child = subprocess.Popen(
            [browser, *told, "--enable-logging=stderr", page.as_uri()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        watch = Timer(PAINT_LIMIT_SECONDS, child.kill)
        watch.start()
        try:
            for line in child.stderr or ():
                if _MARK in line and "console" in line.casefold():
                    return float(line.partition(_MARK)[2].partition(";")[0]) / 1000
        finally:
            watch.cancel()
            child.terminate()
            child.communicate()
    raise FailedError(f"{page.name} paints nothing")


def _run(arguments: Sequence[str]) -> tuple[float, float]:
    ended = ran(["-m", "cli", *arguments])
    if ended.code not in DONE:
        raise FailedError(f"siting {' '.join(arguments)} {ended.why()}")
    return ended.seconds, ended.peak_mb


def table(rows: Iterable[Row]) -> str:
    """Return measurements as a Markdown table."""
    return markdown(COLUMNS, rows)
