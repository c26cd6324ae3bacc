"""What tests of pages share: a page is opened, something is done in it, and what is seen comes back."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

from tests.maps.test_in_a_browser import opened, with_script

PHONE, DESK = "390,844", "1300,850"
_DO = """
addEventListener("load", () => setTimeout(async () => {
  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const pressed = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  const press = (key, on) => on.dispatchEvent(pressed(key));
  const search = (words) => {
    $("#find").value = words;
    $("#find").dispatchEvent(new Event("input"));
    return all("#found button");
  };
  const seen = {};
  DO
  const note = document.createElement("output");
  note.id = "seen";
  note.hidden = true;
  note.textContent = JSON.stringify(seen);
  document.body.append(note);
}, 300));
"""


def seen_after(browser: str, page: Path, do: str, *, size: str = DESK) -> dict[str, Any]:
    """Return what ``do`` noted in ``seen``; the console must stay silent.

    The page as ``do`` left it is kept as a picture in the folder that ``SITING_SCREENSHOTS`` names.
    """
    copy = Path(shutil.copy(page, page.with_name(f"_{page.name}")))
    with_script(copy, _DO.replace("DO", do, 1))
    with tempfile.TemporaryDirectory() as profile:
        markup, complaints = opened(browser, copy, Path(profile), size, picture=_picture(size))
    copy.unlink()
    assert complaints == ""
    found = re.search(r'<output id="seen" hidden="">(.*?)</output>', markup, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(unescape(found.group(1)))
    return told


def _picture(size: str) -> Path | None:
    folder, test = os.environ.get("SITING_SCREENSHOTS"), os.environ.get("PYTEST_CURRENT_TEST", "page")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", test.rpartition("/")[2].removesuffix(" (call)"))
    return Path(folder) / f"{name}-{size.replace(',', 'x')}.png"
