"""Tables beside each other: cut a sheet into column windows, each with its own label column.

Printed pages that were typed side by side repeat the label column; tables of a user's own stand apart by an
empty column. A spacer between two columns of numbers cuts nothing.
"""

from __future__ import annotations

from songyuan_analysis.sheets import labels
from songyuan_analysis.sheets.grid import Grid
from songyuan_analysis.sheets.kinds import pattern_of

_FEWEST_ROWS = 3


def windows(grid: Grid) -> list[Grid]:
    """Return the grid itself, or one masked copy per window from left to right."""
    width = len(grid.kinds[0]) if grid.kinds else 0
    texts = [0] * width
    for pattern, count in grid.tally(range(grid.n_rows)).items():
        for c in pattern.texts:
            texts[c] += count
    starts = [c for c in range(1, width) if texts[c] >= _FEWEST_ROWS and _opens_window(grid, c)]
    if not starts:
        return [grid]
    edges = [0, *starts, width]
    return [_masked(grid, edges[k], edges[k + 1]) for k in range(len(edges) - 1)]


def _opens_window(grid: Grid, column: int) -> bool:
    texts = [r for r in range(grid.n_rows) if grid.kinds[r][column] in ("t", "p", "d")]
    numbers = sum(grid.kinds[r][column] in ("n", "m") for r in range(grid.n_rows))
    if numbers > len(texts):
        return False
    labelled = [r for r in texts if any(k in ("n", "y") for k in grid.kinds[r][column + 1 :])]
    left = [r for r in range(grid.n_rows) if any(k == "n" for k in grid.kinds[r][:column])]
    if len(labelled) < _FEWEST_ROWS or len(left) < _FEWEST_ROWS:
        return False
    if _repeats_first_column(grid, column, labelled):
        return True
    gap = all(
        not grid.kinds[r][column - 1] and (r, column - 1) not in grid.merge_of for r in range(grid.n_rows)
    )
    return gap and _is_label_like(grid, column, labelled)


def _repeats_first_column(grid: Grid, column: int, rows: list[int]) -> bool:
    """Whether the column says what the sheet's first text column says, row by row."""
    for first in range(column):
        words = [labels.squeeze(grid.text(r, first)) for r in rows if grid.kinds[r][first] in ("t", "p", "d")]
        if len(words) >= 0.5 * len(rows):
            same = sum(
                grid.kinds[r][first] in ("t", "p", "d")
                and labels.squeeze(grid.text(r, first)) == labels.squeeze(grid.text(r, column))
                for r in rows
            )
            return same >= 0.8 * len(rows)
    return False


def _is_label_like(grid: Grid, column: int, rows: list[int]) -> bool:
    """Whether the texts differ from each other and are longer than footnote letters."""
    words = [labels.squeeze(grid.text(r, column)) for r in rows]
    return len(set(words)) >= 0.8 * len(words) and sum(len(w) for w in words) >= 2 * len(words)


def _masked(grid: Grid, first: int, end: int) -> Grid:
    patterns = [
        pattern_of(tuple("" if c < first or c >= end else k for c, k in enumerate(row))) for row in grid.kinds
    ]
    merges = {at: m for at, m in grid.merge_of.items() if first <= m[1] and m[3] < end}
    return Grid(grid.sheet, patterns, merges, (first, end - 1))
