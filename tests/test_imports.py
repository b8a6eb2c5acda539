"""Imports run one way: errors ← handwritten ← sheets ← observations ← methods ← checks ← plan ← briefing ← pipeline ← … ← cli."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "songyuan_analysis"
ORDER = [
    *("errors", "handwritten", "sheets", "observations", "methods", "checks", "plan", "briefing"),
    *("pipeline", "publication", "usage", "cli", "__main__"),
]
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or p.stem != "__init__")


def room_of(dotted: str) -> str:
    return dotted.split(".")[1] if dotted.count(".") else "__init__"


def imported(path: Path) -> set[str]:
    """The rooms of this package that a module imports, wherever in the module it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "songyuan_analysis":
            names = [f"songyuan_analysis.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
        else:
            continue
        found |= {room_of(name) for name in names if name.split(".")[0] == "songyuan_analysis"}
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_nothing_imports_upward(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    own = ORDER.index(parts[0])
    upward = {room for room in imported(path) if ORDER.index(room) > own}
    assert not upward


def test_every_room_is_in_the_order() -> None:
    rooms = {p.relative_to(PACKAGE).with_suffix("").parts[0] for p in MODULES}
    assert rooms == set(ORDER)


def test_no_module_is_longer_than_400_lines() -> None:
    long = {p.name: n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long
