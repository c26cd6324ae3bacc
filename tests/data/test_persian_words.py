"""Persian texts call things by the house's words: one word for one thing, and for nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

import data.text

TEXTS = {
    f"{file.stem}.{name}": entry["fa"]
    for file in sorted(Path(data.text.__file__).parent.glob("*.toml"))
    for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()
}
NOTEBOOKS = {
    f"{file.name}:{number}": "".join(cell["source"])
    for file in sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
    for number, cell in enumerate(json.loads(file.read_text(encoding="utf-8"))["cells"])
}
OTHER_WORDS = {
    "a file is فایل, for پرونده is a case": r"(همین|هیچ|چنین|نه) پرونده|پروندهٔ (run|سفر|کلید|خانوارها|\{)"
    r"|از پرونده‌ها تا|نشانی پرونده",
    "a site is محل": r"جایگاه|شناسه نقطه|نقطه پیشنهاد",
    "centers are مراکز": r"مرکزها",
    "a household is given a center by تخصیص": r"سپرده",
    "a whole number is عدد صحیح": r"عددی? درست",
    "letters are Persian": r"[يكىة]",
}


@pytest.mark.parametrize("rule", OTHER_WORDS)
def test_no_text_uses_another_word(rule: str) -> None:
    said = TEXTS | NOTEBOOKS
    assert {key: text for key, text in said.items() if re.search(OTHER_WORDS[rule], text)} == {}


def test_an_option_keeps_its_dashes_in_front_between_persian_words() -> None:
    assert [
        key for key, text in TEXTS.items() if re.search(r"(?<!\u200e)--[a-z]", text.partition("siting ")[0])
    ] == []
