"""Lines over a header that are none of it, and rows under it that are none of it either."""

from __future__ import annotations

import re

from songyuan_analysis.sheets import labels, units
from songyuan_analysis.sheets.tables.grid import Grid

SERIAL_HEAD = re.compile(r"序\s*[号號]|编\s*[号號]|[项項]次")
# Who drew the table up, and a day: it is the day of printing, not that of the figures.
_IMPRINT = re.compile(
    r"^(?:19|20)\d\d年\d{1,2}月\d{1,2}日|(?:制表|编制|填报|报送|发布|打印)(?:单位|机关|日期|时间|人)?[:：]"
)
_REMARK = re.compile(r"[\u4e00-\u9fff]{2,8}[:：]")
UNIT_HEAD = re.compile(
    r"(?:计\s*[量算价]|金\s*额|数\s*量|货\s*币)?\s*单\s*位|(?:計量)?單\s*位|units?", re.IGNORECASE
)


def stands_over(grid: Grid, row: int, edge: int, header: list[int]) -> bool:
    """Whether a row over a header that has its own corner is none of it."""
    if not any(grid.kinds[r][edge] for r in header):
        return False
    filled = grid.filled(row)
    return (
        _is_split_title(grid, row, filled, edge)
        or _ends_with_unit(grid, row)  # 2024年 at the left and 亿元 at the right
        or _is_remark(grid, row, filled)
        or _is_imprint(grid, row, filled)
    )


def _is_split_title(grid: Grid, row: int, filled: list[int], edge: int) -> bool:
    """Whether a row over a complete header is a title cut into two cells."""
    adjacent = len(filled) == 2 and filled[1] - filled[0] == 1
    wide = len(grid.kinds[row]) >= 5 and filled[0] > edge
    merged = any((row, c) in grid.merge_of for c in filled)
    return adjacent and wide and not merged and filled[0] > edge + 1


def _ends_with_unit(grid: Grid, row: int) -> bool:
    """Whether a row of two or three texts says a unit at its end and none before."""
    filled = grid.filled(row)
    texts = [grid.text(row, c).strip() for c in filled]
    return (
        1 < len(filled) < 4
        and all(grid.kinds[row][c] in "typ" for c in filled)
        and [units.is_measure(text) for text in texts] == [False] * (len(texts) - 1) + [True]
    )


def _is_remark(grid: Grid, row: int, filled: list[int]) -> bool:
    """Whether a row over a complete header says 密级：内部 or the like, perhaps beside the period."""
    rest = [c for c in filled if grid.kinds[row][c] not in "pyd"]
    return bool(rest) and all(_REMARK.match(labels.squeeze(grid.text(row, c))) for c in rest)


def _is_imprint(grid: Grid, row: int, filled: list[int]) -> bool:
    """Whether a row says who drew the table up and on which day."""
    return len(filled) < 4 and any(_IMPRINT.search(labels.squeeze(grid.text(row, c))) for c in filled)


def numbered_rows(grid: Grid, header: list[int]) -> list[int]:
    """Return supposed header rows that are body rows: under the head 序号 they have a number of their own."""
    for k, row in enumerate(header):
        for c in grid.filled(row):
            if SERIAL_HEAD.fullmatch(labels.squeeze(grid.text(row, c))):
                below = (r for r in header[k + 1 :] if labels.serial_rank(grid.text(r, c)) is not None)
                first = next(below, None)
                return [] if first is None else [r for r in header if r >= first]
    return []


def rows_with_units(grid: Grid, header: list[int]) -> list[int]:
    """Return supposed header rows that are body rows: under the head 单位 they have a unit of their own."""
    for k, row in enumerate(header):
        for c in grid.filled(row)[1:]:
            if UNIT_HEAD.fullmatch(labels.clean(grid.text(row, c))):
                for below in header[k + 1 :]:
                    if grid.kinds[below][c] and units.unit_of_cell(grid.text(below, c)):
                        return [r for r in header if r >= below]
                return []
    return []
