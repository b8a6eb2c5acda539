"""A workbook in, labelled cells out. Knows how tables are printed; knows no indicator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from songyuan_analysis.errors import EmptyFileError, NoTableError, UsageError
from songyuan_analysis.sheets.changes.compare import Release, compare
from songyuan_analysis.sheets.changes.finding import Changes, Finding
from songyuan_analysis.sheets.changes.release import tables_of
from songyuan_analysis.sheets.explain import Explanation
from songyuan_analysis.sheets.layout import Block, find_blocks
from songyuan_analysis.sheets.override.fit import fit
from songyuan_analysis.sheets.override.labels import evidence_of_sheet
from songyuan_analysis.sheets.override.toml_text import load_override
from songyuan_analysis.sheets.override.values import OnSheet, override_path
from songyuan_analysis.sheets.precision import printed_decimals
from songyuan_analysis.sheets.reader import Sheet, container, iterate_sheets
from songyuan_analysis.sheets.tables.roles import Evidence
from songyuan_analysis.sheets.tidy import Cells

__all__ = [
    "Changes",
    "Explanation",
    "Finding",
    "diff",
    "explain",
    "read_blocks",
    "read_workbook",
    "read_workbooks",
]


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
    return [block for _, _, blocks in _read(path) for block in blocks]


def _sheets(path: str | Path) -> Iterable[tuple[Sheet, OnSheet | None]]:
    """Return the sheets, each with what a ``NAME.layout.toml`` beside the workbook says about it."""
    beside = override_path(path)
    if beside is None:
        return ((sheet, None) for sheet in iterate_sheets(path))
    override = load_override(beside)
    sheets = list(iterate_sheets(path))  # whether a sheet is there is known when all are
    said = fit(override, sheets, Path(path))
    return [(sheet, said.get(sheet.name)) for sheet in sheets]


def _read(path: str | Path) -> Iterator[tuple[Sheet, OnSheet | None, list[Block]]]:
    """Yield the sheets with their tables; only then say that a workbook holds nothing."""
    filled = found = False
    speaker: OnSheet | None = None
    for sheet, said in _sheets(path):
        blocks = find_blocks(sheet, said)
        filled, found, speaker = filled or bool(sheet.values), found or bool(blocks), speaker or said
        yield sheet, said, blocks
    if filled and not found and speaker is not None:
        speaker.origin.fail("", "照此写法，整个工作簿没有剩下可读的表。", "核对 skip_sheets 和各处 skip。")
    if not filled:
        raise EmptyFileError(
            "工作簿里没有任何有内容的单元格。", file=Path(path).name, remedy="确认取到的是填好的表，再放入。"
        )
    if not found:
        raise NoTableError(
            "工作簿里没有找到数据表（没有带标签的数字行）。",
            file=Path(path).name,
            remedy="确认表中有表头、行名称和数字；图片形式的表需先转录成单元格。",
        )


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
    sheets = list(_read(path))
    blocks = [block for _, _, found in sheets for block in found]
    by_hand = {
        sheet.name: [Evidence(*words) for words in evidence_of_sheet(said)]
        for sheet, said, _ in sheets
        if said is not None
    }
    return Explanation(Path(path).name, [sheet for sheet, _, _ in sheets], blocks, by_hand)


def diff(old: str | Path, new: str | Path) -> Changes:
    """Compare two releases of a workbook: what moved in the layout, then which numbers changed.

    Tables are matched by sheet, title and labels, lines by their labels without time, numbers by labels and
    period. What is only the next period is no change and takes one line.

    Parameters
    ----------
    old, new : str or Path
        Two workbooks, in whichever containers.

    Returns
    -------
    Changes
        The findings; ``to_frame()`` gives a row for each.

    Raises
    ------
    UsageError
        If both are the same file.
    WorkbookError
        If a file is no readable workbook, or holds no table.
    """
    old, new = Path(old), Path(new)
    if old.exists() and new.exists() and old.samefile(new):
        raise UsageError(
            "新旧两个是同一个文件，没有可比的。", file=str(new), remedy="给出同一张表先后两期的两个文件。"
        )
    read = [(path.name, list(_read(path))) for path in (old, new)]
    # What one container tells and the other cannot is no change.
    containers = {container(path) for path in (old, new)}
    decimals = containers <= {"xls", "xlsx"}
    releases = [
        Release(
            name,
            [sheet.name for sheet, _, _ in sheets if sheet.values],
            tables_of(
                [b for _, _, blocks in sheets for b in blocks], printed_decimals(path) if decimals else {}
            ),
        )
        for path, (name, sheets) in zip((old, new), read, strict=True)
    ]
    return compare(*releases, hidden=containers <= {"xls", "xlsx", "ods"})


def read_workbook(path: str | Path) -> pd.DataFrame:
    """Read every table of every sheet into labelled cells.

    Parameters
    ----------
    path : str or Path
        The workbook.

    Returns
    -------
    DataFrame
        One row per data cell: sheet, cell, row_label_path, column_label_path, period, unit, unit_measure,
        unit_mult, value, mark, table, title, note, hidden. A unit is given as written and as what it means:
        ``亿元`` is CNY times ten to the 8; an unknown one has no meaning. Marks such as ``…`` and ``-`` have
        the value NaN.

    Raises
    ------
    WorkbookError
        If the file is no readable workbook, or holds no table.
    """
    cells = Cells()
    _collect(path, cells)
    return cells.frame()


def _collect(path: str | Path, cells: Cells) -> None:
    for _, _, blocks in _read(path):
        for block in blocks:
            cells.add(block)


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
        _collect(path, cells)
        files.append((str(path), len(cells) - before))
    return cells.frame({"file": files})
