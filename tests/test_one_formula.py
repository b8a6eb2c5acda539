"""Briefing and notebooks use the methods and compute nothing: no figure is multiplied, divided, subtracted or ranked there.

What may be computed outside `songyuan_analysis.methods` are places: counts, years, rows, paths; and pixels, in the modules
that draw. There a call that ranks or averages figures is still refused.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BRIEFING = ROOT / "songyuan_analysis" / "briefing"
MODULES = sorted(p.relative_to(BRIEFING).as_posix() for p in BRIEFING.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# Modules that compute what is no figure, and what it is.
PLACES = {
    "charts/bars.py": "widths of bars; where a part of a bar begins, ends and has its middle",
    "charts/canvas.py": "axes, ticks, pixels, widths of words",
    "charts/lines.py": "steps of the axis, and the shift that keeps numbers apart",
    "charts/lying.py": "widths of labels and heights of rows",
    "charts/rows.py": "the length that labels and numbers leave for the bars",
    "charts/states.py": "where the pieces of a bar of counts begin and end",
    "excel/charts.py": "places of charts, rows of their data, patterns by turns",
    "excel/checks.py": "rows and heights of the sheet",
    "excel/layout.py": "widths of columns, heights of rows, pages",
    "excel/notes.py": "columns and heights of the sheet",
    "excel/sheet.py": "rows, pages and the room for charts",
    "excel/table.py": "the last column, and how long a tip may be",
    "excel/trace.py": "rows and heights of the sheet, zeros of a number format",
    "style.py": "widths of texts and where lines break",
    "theme.py": "lightness of a colour",
    "web/table_html.py": "the indent of a label",
}
REFUSED = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Sub)
# What counts or points and is no figure.
COUNTS = frozenset({"year", "last_year", "at", "row", "end"})
COMPUTING = frozenset(
    {"rank", "pct_change", "diff", "div", "mul", "mean", "median", "std", "cumprod", "prod"}
)


def is_place(node: ast.expr) -> bool:
    """Whether an operand is a whole number, a count, a year or a place."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in {"len", "int"}
    if isinstance(node, ast.BinOp):
        return is_place(node.left) and is_place(node.right)
    if isinstance(node, ast.Subscript):
        return is_place(node.value)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return (
        name in COUNTS or name.isupper() or (isinstance(node, ast.Constant) and isinstance(node.value, int))
    )


def is_text(node: ast.expr) -> bool:
    """Whether an operand is a text, a path with one, or a list that is repeated."""
    if isinstance(node, ast.BinOp):
        return is_text(node.left) or is_text(node.right)
    return isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def computed(tree: ast.AST, *, pixels: bool = False) -> Iterator[str]:
    """Yield what a module computes that may be about figures."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            added = (
                isinstance(node.func, ast.Name)
                and node.func.id == "sum"
                and ".value " in f"{ast.unparse(node)} "
            )
            if name in COMPUTING or added:
                yield ast.unparse(node)
        elif pixels:
            continue
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, REFUSED):
            yield ast.unparse(node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, REFUSED):
            places = is_place(node.left) and is_place(node.right)
            if not places and not is_text(node.left) and not is_text(node.right):
                yield ast.unparse(node)


@pytest.mark.parametrize("name", MODULES)
def test_the_briefing_computes_no_figure(name: str) -> None:
    tree = ast.parse((BRIEFING / name).read_text(encoding="utf-8"))
    found = list(computed(tree, pixels=name in PLACES))
    assert not found, "move it to songyuan_analysis/methods, or say in PLACES what it is about"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_computes_nothing(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert not [words for text in code for words in computed(ast.parse(text))]


def test_every_exception_is_a_module_that_needs_one() -> None:
    needless = [
        name
        for name in PLACES
        if not list(computed(ast.parse((BRIEFING / name).read_text(encoding="utf-8"))))
    ]
    assert not needless
    assert not set(PLACES) - set(MODULES)


@pytest.mark.parametrize(
    "text",
    [
        "gap = own.value - other.value",
        "naive = (new.value / old.value - 1) * 100",
        "base = value / (1 + growth / 100)",
        "growth = index.value - 100",
        "value **= 2",
        "total = sum(part.value for part in parts)",
        "place = data['value'].rank()",
    ],
)
def test_arithmetic_on_figures_would_be_found(text: str) -> None:
    assert list(computed(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "before = view.year - 1",
        "rest = len(all_) - len(known)",
        "[gone] * 3",
        "raw / 'plan' / f'{year}.toml'",
    ],
)
def test_places_and_paths_are_no_figures(text: str) -> None:
    assert not list(computed(ast.parse(text)))
