"""Four small provinces, as a planner's file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

PROVINCES = {
    "15": ("لرستان", 48.4, 33.5),
    "16": ("ایلام", 46.4, 33.6),
    "13": ("همدان", 48.5, 34.8),
    "00": ("مرکزی", 49.7, 34.1),
}
SIZES = {"15": 190, "16": 180, "13": 170, "00": 160}
MADE_ANEW = ("run_stats.json", "casebook.gpkg")


def write_households(folder: Path, *, broken: str = "") -> Path:
    """Write the file; two households of the broken province do not say their county."""
    rng = np.random.default_rng(1)
    lines = ["household_id,lon,lat,province,county"]
    for code, (name, lon, lat) in PROVINCES.items():
        for number in range(SIZES[code]):
            x, y = lon + rng.normal(0, 0.05), lat + rng.normal(0, 0.05)
            county = "" if code == broken and number < 2 else f"{name}-1"
            lines.append(f"{code}-{number},{x:.5f},{y:.5f},{name},{county}")
    file = folder / "households.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def content(folder: Path) -> dict[str, str]:
    """Return the hash of every file that must be the same bytes in every run."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in MADE_ANEW
    }
