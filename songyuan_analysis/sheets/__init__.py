"""A workbook in, labelled cells out. Knows how tables are printed; knows no indicator."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from songyuan_analysis.errors import EmptyFileError, NoTableError
from songyuan_analysis.sheets.explain import Explanation
from songyuan_analysis.sheets.layout import Block, find_blocks
from songyuan_analysis.sheets.reader import Sheet, read_sheets
from songyuan_analysis.sheets.tidy import Cells

__all__ = ["Explanation", "explain", "read_blocks", "read_workbook", "read_workbooks"]


def read_blocks(path: str | Path) -> list[Block]:
    """Read a workbook and return its tables with all decisions that were taken.

    Parameters
    ----------
    path : str or Path
        The workbook; its format is told by its first bytes.

    Raises
    ------
    WorkbookError
        If the file is no readable workbook, or holds no table.
    """
    return _read(path)[1]


def _read(path: str | Path) -> tuple[list[Sheet], list[Block]]:
    sheets = read_sheets(path)
    if not any(sheet.values for sheet in sheets):
        raise EmptyFileError(
            "工作簿里没有任何有内容的单元格。", file=Path(path).name, remedy="确认取到的是填好的表，再放入。"
        )
    blocks = [block for sheet in sheets for block in find_blocks(sheet)]
    if not blocks:
        raise NoTableError(
            "工作簿里没有找到数据表（没有带标签的数字行）。",
            file=Path(path).name,
            remedy="确认表中有表头、行名称和数字；图片形式的表需先转录成单元格。",
        )
    return sheets, blocks


def explain(path: str | Path) -> Explanation:
    """Show how a workbook was understood: what is title, header, label, unit, number, mark and note.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Explanation
        Shows itself in a notebook; ``to_terminal()`` gives plain text.
    """
    sheets, blocks = _read(path)
    return Explanation(Path(path).name, sheets, blocks)


def read_workbook(path: str | Path) -> pd.DataFrame:
    """Read every table of every sheet into labelled cells.

    Parameters
    ----------
    path : str or Path
        The workbook.

    Returns
    -------
    DataFrame
        One row per data cell: sheet, cell, row_label_path, column_label_path, period, unit, value, mark,
        table, title, note, hidden. Marks such as ``…`` and ``-`` have the value NaN.

    Raises
    ------
    WorkbookError
        If the file is no readable workbook, or holds no table.
    """
    cells = Cells()
    for block in read_blocks(path):
        cells.add(block)
    return cells.frame()


def read_workbooks(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read many workbooks into one frame, with the column ``file`` (the path as given) first.

    Parameters
    ----------
    paths : iterable of str or Path

    Returns
    -------
    DataFrame
    """
    cells = Cells()
    files: list[tuple[str, int]] = []
    for path in paths:
        before = len(cells)
        for block in read_blocks(path):
            cells.add(block)
        files.append((str(path), len(cells) - before))
    return cells.frame({"file": files})
