"""Pages in Debian's chromium with no name server: what a reviewer without internet sees."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from maps import draw

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan

HOSTILE = "</script><script>document.title='taken'</script>"
CLICKS = """
addEventListener("load", () => {
  document.querySelector(".leaflet-marker-icon.mark.urban").click();
  const first = document.getElementById("detail-body").textContent;
  document.getElementById("switch").click();
  const find = document.getElementById("find");
  find.value = "C-0003";
  find.dispatchEvent(new Event("input"));
  const found = document.querySelectorAll("#found li").length;
  const before = stage.getZoom();
  document.querySelector("#found button").click();
  const note = document.createElement("output");
  note.id = "seen";
  note.textContent = [
    `areas ${document.querySelectorAll("path.leaflet-interactive").length}`,
    `marks ${document.querySelectorAll(".leaflet-marker-icon.mark").length}`,
    `found ${found}`,
    `nearer ${stage.getZoom() > before}`,
    `dir ${document.documentElement.dir}`,
    `first ${first}`,
  ].join("; ");
  document.body.append(note);
});
"""

LOOK = """
addEventListener("load", () => setTimeout(() => {
  const shape = document.querySelector(".leaflet-overlay-pane svg g").getBoundingClientRect();
  const ground = document.getElementById("stage").getBoundingClientRect();
  const label = document.querySelector(".label");
  const marks = document.querySelector(".leaflet-marker-pane");
  const height = (of) => Number(getComputedStyle(of).zIndex);
  const whole =
    shape.left >= ground.left && shape.right <= ground.right && shape.top >= ground.top &&
    shape.bottom <= ground.bottom;
  const note = document.createElement("output");
  note.id = "seen";
  note.textContent = [
    `whole ${whole}`,
    `fills ${Math.max(shape.width / ground.width, shape.height / ground.height) > 0.8}`,
    `layers open ${document.querySelector(".leaflet-control-layers-expanded") !== null}`,
    `names above marks ${height(label.parentNode) > height(marks)}`,
    `name ${label.textContent}`,
  ].join("; ");
  document.body.append(note);
}, 300));
"""


@pytest.fixture(scope="module")
def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no chromium: .ci/run installs it")
        pytest.skip("no chromium on this machine")
    return found


def opened(
    browser: str, page: Path, profile: Path, size: str = "1400,900", picture: Path | None = None
) -> tuple[str, str]:
    kept = [f"--screenshot={picture}", "--hide-scrollbars"] if picture else []
    done = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--window-size={size}",
            "--virtual-time-budget=5000",
            "--enable-logging=stderr",
            *kept,
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, "\n".join(complaints)


def with_script(page: Path, script: str = CLICKS) -> Path:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    markup = page.read_text(encoding="utf-8")
    markup = markup.replace("script-src ", f"script-src &#39;sha256-{digest}&#39; ", 1)
    page.write_text(markup.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    return page


def test_a_click_tells_the_caseload_and_the_list_finds(browser: str, plan: Plan, tmp_path: Path) -> None:
    page = with_script(draw(tmp_path / "map", plan=plan))
    markup, complaints = opened(browser, page, tmp_path / "profile")
    assert complaints == ""
    seen = re.search(r'<output id="seen">(.*?)</output>', markup)
    assert seen
    assert f"areas {len(plan.neighbourhoods)};" in seen.group(1)
    assert f"marks {len(plan.centers) + len(plan.vacancies)};" in seen.group(1)
    assert "found 1; nearer true; dir rtl" in seen.group(1)
    first = plan.centers.iloc[0]
    assert f"of 450Households{first['households']:,}Caseworkers{first['caseworkers']}" in seen.group(1)


def test_hostile_names_do_not_run(browser: str, plan: Plan, tmp_path: Path) -> None:
    hostile = replace(plan, centers=plan.centers.assign(name=HOSTILE * 100, county=HOSTILE, kind=HOSTILE))
    page = with_script(draw(tmp_path / "map", plan=hostile, title=HOSTILE))
    markup, complaints = opened(browser, page, tmp_path / "profile")
    assert complaints == ""
    assert "<title>taken" not in markup
    assert "&lt;/script&gt;" in markup


@pytest.mark.parametrize(("size", "layers_open"), [("1400,900", True), ("600,900", False)])
def test_the_whole_plan_fills_the_stage(
    browser: str, plan: Plan, tmp_path: Path, size: str, *, layers_open: bool
) -> None:
    page = with_script(draw(tmp_path / "map", plan=plan), LOOK)
    markup, complaints = opened(browser, page, tmp_path / "profile", size)
    assert complaints == ""
    seen = re.search(r'<output id="seen">(.*?)</output>', markup)
    assert seen
    assert seen.group(1).startswith(f"whole true; fills true; layers open {str(layers_open).lower()};")
    assert "names above marks true; name Borujerd" in seen.group(1)
