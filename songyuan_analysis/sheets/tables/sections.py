"""Which rows of a stub head others, where numbers alone do not tell."""

from __future__ import annotations

from songyuan_analysis.sheets import timewords
from songyuan_analysis.sheets.tables.grid import Grid


def corner_of(grid: Grid, header: list[int], label_columns: list[int]) -> str:
    """Return the label over the labels."""
    return next((t for r in header if (t := grid.label(r, label_columns[0]))), "")


def is_banner(grid: Grid, rows: list[int], column: int) -> bool:
    """Whether a lone group label heads groups that have labels of their own, and not the row above it."""
    row, after = rows[0], next((r for r in rows[1:] if not grid.blank(r)), None)
    if after is None or not grid.kinds[after][column] or grid.label(after, column) == grid.label(row, column):
        return False
    return after == row + 1 or row == 0 or grid.blank(row - 1)


def hollow_rows(grid: Grid, body: list[int], column: int, data: list[int]) -> frozenset[int]:
    """Return rows such as 上年度預算數 that have a few zeros only: sums over the empty cells of a section row."""
    hollow: set[int] = set()
    for r in body:
        kinds = grid.kinds[r]
        filled = [c for c in data if kinds[c]]
        if not filled or 2 * len(filled) >= len(data) or not kinds[column]:
            continue
        fragment = timewords.leading_fragment(grid.text(r, column))
        relative = fragment is not None and fragment.kind == "relative"
        if relative and all(grid.text(r, c) == "0" for c in filled):
            hollow.add(r)
    return frozenset(hollow)
