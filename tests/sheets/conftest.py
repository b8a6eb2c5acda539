"""Workbooks built on the fly: a grid of cells in, a file out, in whichever container a test wants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

Rows = list[list[Any]]
WriteBook = Callable[..., Path]


def write_xlsx(
    path: Path, sheets: dict[str, Rows], merges: dict[str, list[str]], at: tuple[int, int]
) -> None:
    """Write cells and merges (``"B2:C2"``; the text is the one of the first cell)."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is not None:
                        sheet.write(r + at[0], c + at[1], value)
            for area in merges.get(name, []):
                first = area.split(":")[0]
                column = ord(first[0]) - 65
                line = int(first[1:]) - 1
                sheet.merge_range(area, rows[line - at[0]][column - at[1]])


def write_xls(path: Path, sheets: dict[str, Rows], merges: dict[str, list[str]], at: tuple[int, int]) -> None:
    """Write the same as BIFF."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r + at[0], c + at[1], value)
        for area in merges.get(name, []):
            first, last = area.split(":")
            r0, c0, r1, c1 = int(first[1:]) - 1, ord(first[0]) - 65, int(last[1:]) - 1, ord(last[0]) - 65
            sheet.merge(r0, r1, c0, c1)
    book.save(str(path))


@pytest.fixture
def write_book(tmp_path: Path) -> WriteBook:
    """Return a writer: rows (or sheets of rows), merges, container, offset of the first cell."""

    def write(
        rows: Rows | dict[str, Rows],
        merges: list[str] | dict[str, list[str]] | None = None,
        *,
        name: str = "表.xlsx",
        at: tuple[int, int] = (0, 0),
    ) -> Path:
        sheets = rows if isinstance(rows, dict) else {"Sheet1": rows}
        areas = merges if isinstance(merges, dict) else {"Sheet1": merges or []}
        path = tmp_path / name
        (write_xls if name.endswith(".xls") else write_xlsx)(path, sheets, areas, at)
        return path

    return write
