"""A PDF of a page by a browser of this machine, which is given no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_SECONDS = 300
_BEGINS = b"%PDF-"


def browser() -> str | None:
    """Return the program of a Chromium, Chrome or Edge of this machine; None where there is none."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    installed = [
        Path(os.environ[folder], program)
        for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if folder in os.environ
        for program in _WINDOWS
    ]
    if sys.platform == "darwin":
        installed += [Path(f"/Applications/{one}.app/Contents/MacOS/{one}") for one in _MAC]
    return next((str(one) for one in installed if one.is_file()), None)


def print_pdf(page: Path, pdf: Path, program: str) -> bool:
    """Print a page that needs no network as a PDF; return whether there is one now.

    The bytes differ from time to time: a browser writes the hour into them.

    Parameters
    ----------
    page, pdf : Path
        From, and to.
    program : str
        As `browser` returned it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            f"--print-to-pdf={pdf.resolve()}",
            page.resolve().as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # As root a browser has no sandbox and will not start unless it is told so.
            command.insert(1, "--no-sandbox")
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603 - above
            with pdf.open("rb") as file:
                whole = file.read(len(_BEGINS)) == _BEGINS
        except (OSError, subprocess.SubprocessError):
            whole = False
    if not whole:
        pdf.unlink(missing_ok=True)
    return whole
