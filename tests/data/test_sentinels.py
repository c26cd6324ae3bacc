"""A number that stands for nothing has a name that says so: none is bare in the code of data and maps."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from data.build.admin import NO_POLYGON, nearest_polygon
from data.verify.columns import NO_ROW, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
AS_A_POSITION = ("reshape", "roll", "shift", "arange", "effective_n_jobs")
"""Calls in which -1 is the last, the one before, or all of them, by the library's own rule."""
BY_A_STANDARD = {"data/casebook/layers.py": 2}
"""A GeoPackage numbers its undefined coordinate system -1."""
FILES = sorted(file for room in ("data", "maps") for file in (ROOT / room).rglob("*.py"))


def bare(node: ast.AST, *, named: bool = False) -> Iterator[int]:
    """Yield the lines on which a negative whole number stands without a name."""
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        if isinstance(node.operand.value, int) and not named:
            yield node.lineno
        return
    for child in ast.iter_child_nodes(node):
        yield from bare(child, named=named_in(node, child) or (named and isinstance(node, ast.Tuple)))


def named_in(node: ast.AST, child: ast.AST) -> bool:
    if isinstance(node, ast.Subscript | ast.Slice):
        return True
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called in AS_A_POSITION and child is not node.func
    if isinstance(node, ast.BinOp):
        # A factor or a term, as in arithmetic.
        return True
    return isinstance(node, ast.Assign) and all(
        name.id.isupper()
        for target in node.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_number_that_stands_for_nothing_is_bare(file: Path) -> None:
    lines = list(bare(ast.parse(file.read_text(encoding="utf-8"))))
    assert len(lines) == BY_A_STANDARD.get(file.relative_to(ROOT).as_posix(), 0), lines


def test_the_search_for_bare_numbers_finds_them() -> None:
    code = "A = -1\nb = -1\nc = full(9, -1)\nd = e[-1] + f[:, :-1]\ng = h.reshape(-1, 2)\nif i == -2: pass\n"
    assert list(bare(ast.parse(code))) == [2, 3, 6]


def test_what_is_not_there_is_named_as_its_room_names_it() -> None:
    keys = np.array(["a", "b", ""], object)
    assert rows_of(keys, np.array(["b", "c", ""], object)).tolist() == [1, NO_ROW, NO_ROW]
    square = np.array([shapely.box(0, 0, 10, 10)])
    found = nearest_polygon(np.array([[5.0, 5.0], [12.0, 5.0], [50.0, 5.0]]), square, 3.0)
    assert found.tolist() == [0, 0, NO_POLYGON]
