"""The pictures of README and the guides: `python -m benchmarks.guide`, photographs of the pages themselves.

It takes the browser that prints reports, and a minute or two: the guides' plan and the whole of Lorestan.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from data import demo_problem
from data.text import LANGS
from maps import draw
from maps.report.pdf import browser
from siting import plan_sites

if TYPE_CHECKING:
    from data import Plan, Problem

DOCS = Path(__file__).parents[1] / "docs"
GUIDE_SCALE = 0.03
"""That of the plan which the guides make."""
SIZE = (1100, 760)
"""Of a window, pixels."""
COLORS = 64
"""In a picture; so that it stays small."""
TOUCH = "<script>addEventListener('load', () => document.querySelector('#all button').click());</script>"
"""What a reader does who chooses the first center of the list."""
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
"""A page lets no script in but its own."""


def photograph(page: Path, picture: Path, program: str) -> None:
    """Write what a browser shows of a page as a PNG of few colors."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shot = Path(folder) / "shot.png"
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            f"--window-size={SIZE[0]},{SIZE[1]}",
            "--virtual-time-budget=5000",
            f"--screenshot={shot}",
            page.resolve().as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # As root a browser has no sandbox and will not start unless it is told so.
            command.insert(1, "--no-sandbox")
        subprocess.run(command, capture_output=True, timeout=120, check=True)
        Image.open(shot).convert("RGB").quantize(COLORS).save(picture, optimize=True)


def of_plan(problem: Problem, plan: Plan, names: dict[str, tuple[str, bool]], program: str) -> None:
    """Photograph the map of a plan.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is drawn.
    names : dict of str to tuple of str and bool
        Each picture's language, and whether a center is chosen in it.
    program : str
        The browser.
    """
    for name, (lang, is_chosen) in names.items():
        with tempfile.TemporaryDirectory() as folder:
            page = draw(folder, plan=plan, boundaries=problem.boundaries, lang="fa" if lang == "fa" else "en")
            if is_chosen:
                shown = POLICY.sub("", page.read_text(encoding="utf-8"))
                page.write_text(shown.replace("</body>", TOUCH + "</body>"), encoding="utf-8")
            photograph(page, DOCS / f"{name}.png", program)


def main() -> None:
    """Write the pictures into the folder of the guides."""
    program = browser()
    if program is None:
        sys.exit("no Chromium, Chrome or Edge is installed here")
    small = demo_problem("lorestan", scale=GUIDE_SCALE)
    names = {f"guide_map_{lang}": (str(lang), False) for lang in LANGS}
    names |= {f"guide_center_{lang}": (str(lang), True) for lang in LANGS}
    of_plan(small, plan_sites(small, seed=0), names, program)
    whole = demo_problem("lorestan")
    of_plan(whole, plan_sites(whole, seed=0), {"lorestan": ("en", False)}, program)


if __name__ == "__main__":
    main()
