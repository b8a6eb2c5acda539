"""Tables beside each other: cut a sheet into column windows, each with its own label column.

Printed pages that were typed side by side repeat the label column; tables of a user's own stand apart by an
empty column. A spacer between two columns of numbers cuts nothing. A single table may also be folded: its
header begins again with the corner label (指标 数值 指标 数值), and so do the rows.
"""

from __future__ import annotations

from itertools import pairwise

from songyuan_analysis.sheets import labels
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.kinds import pattern_of
from songyuan_analysis.sheets.tables.regions import Region

_FEWEST_ROWS = 3
# What stands over a label column and never over figures or remarks.
_CORNER = frozenset({"指标", "指标名称", "項目", "项目", "项目名称"})


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


def beside(grid: Grid, region: Region) -> list[Grid]:
    """Return the grid, or one masked copy per part of a table whose header begins again to the right."""
    for row in region.header:
        words = {c: labels.squeeze(grid.text(row, c)) for c in grid.patterns[row].texts}
        corner = next(iter(words.items()), None)
        if corner is None or len(corner[1]) < 2:
            continue
        again = [
            c
            for c, word in words.items()
            if c > corner[0] and (word == corner[1] or {word, corner[1]} <= _CORNER)
        ]
        first, last = grid.columns or (0, len(grid.kinds[row]) - 1)
        edges = [first, *(c for c in again if _labels_numbers(grid, region, c)), last + 1]
        parts = [(a, b) for a, b in pairwise(edges) if a < b]
        if len(parts) > 1 and all(_has_numbers(grid, region, a, b) for a, b in parts):
            return [_masked(grid, a, b) for a, b in parts]
    return [grid]


def _labels_numbers(grid: Grid, region: Region, column: int) -> bool:
    """Whether the column holds words, each with a number somewhere to its right."""
    cells = [(r, grid.kinds[r][column]) for r in region.body if grid.kinds[r][column]]
    words = [r for r, kind in cells if kind in "tpdy"]
    followed = sum(any(k in ("n", "y", "m") for k in grid.kinds[r][column + 1 :]) for r in words)
    return bool(words) and len(words) * 2 > len(cells) and followed * 2 > len(words)


def _has_numbers(grid: Grid, region: Region, first: int, end: int) -> bool:
    return any(k in ("n", "y") for r in region.body for k in grid.kinds[r][first + 1 : end])


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
    if _repeats_head(grid, column, labelled[0]) and _is_label_like(grid, column, labelled):
        return True
    # A title over both tables stands alone in its row; a band of a header does not.
    gap = all(
        not grid.kinds[r][column - 1] and ((r, column - 1) not in grid.merge_of or len(grid.filled(r)) < 2)
        for r in range(grid.n_rows)
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


def _repeats_head(grid: Grid, column: int, first: int) -> bool:
    """Whether a row above the first labelled one says again over this column what it begins with: 产品, 产品."""
    for row in range(first):
        filled = grid.filled(row)
        if len(filled) > 3 and filled[0] < column and column in filled:
            head = labels.squeeze(grid.text(row, filled[0]))
            if grid.kinds[row][column] == "t" and labels.squeeze(grid.text(row, column)) == head:
                return True
    return False


def _is_label_like(grid: Grid, column: int, rows: list[int]) -> bool:
    """Whether the texts differ from each other and are longer than footnote letters."""
    words = [labels.squeeze(grid.text(r, column)) for r in rows]
    return len(set(words)) >= 0.8 * len(words) and sum(len(w) for w in words) >= 2 * len(words)


def surroundings(whole: Grid, window: Grid) -> Grid:
    """Return the window with the lines that are merged into it from its left: a title or a note over all tables."""
    if window.columns is None:
        return window
    first = window.columns[0]
    patterns = list(window.patterns)
    for (r, c), merge in whole.merge_of.items():
        own = (r, c) == (merge[0], merge[1])
        if own and c < first <= merge[3] and whole.filled(r) == [c]:
            kinds = list(patterns[r].kinds)
            kinds[c] = whole.kinds[r][c]
            patterns[r] = pattern_of(tuple(kinds))
    return Grid(window.sheet, patterns, window.merge_of, window.columns)


def _masked(grid: Grid, first: int, end: int) -> Grid:
    patterns = [
        pattern_of(tuple("" if c < first or c >= end else k for c, k in enumerate(row))) for row in grid.kinds
    ]
    merges = {at: m for at, m in grid.merge_of.items() if first <= m[1] and m[3] < end}
    return Grid(grid.sheet, patterns, merges, (first, end - 1))
