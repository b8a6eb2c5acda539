"""A stray cell far away is refused by name; large tables and empty formatted rows are not."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from songyuan_analysis.errors import StrayCellError
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.containers.extent import too_large

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["示例市（虚构数据）"], ["指标", "2024年"], ["收入（亿元）", 12.5], ["支出（亿元）", 11.5]]


def book(path: Path, *stray: tuple[int, int], blank_rows: int = 0) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        for r, row in enumerate(ROWS):
            sheet.write_row(r, 0, row)
        for r, c in stray:
            sheet.write(r, c, "x")
        bold = workbook.add_format({"bold": True})
        for r in range(10, 10 + blank_rows):
            sheet.write_blank(r, 0, None, bold)
    return path


@pytest.mark.parametrize(
    ("stray", "reach"),
    [
        ([(1_048_575, 16_383)], "XFD1048576"),
        ([(1_048_575, 0), (5, 16_383)], "XFD1048576"),
        ([(99_999, 600)], "WC100000"),
    ],
)
def test_a_stray_cell_is_refused_and_found(tmp_path: Path, stray: list[tuple[int, int]], reach: str) -> None:
    """Reading it would ask for more memory than there is and end the program."""
    with pytest.raises(StrayCellError, match=reach) as caught:
        read_workbook(book(tmp_path / "表.xlsx", *stray))
    assert caught.value.file == "表.xlsx"
    assert "Ctrl+End" in caught.value.remedy


@pytest.mark.parametrize("stray", [[], [(2_000, 16_383)], [(1_048_575, 3)], [(60_000, 700)]])
def test_what_fits_is_read(tmp_path: Path, stray: list[tuple[int, int]]) -> None:
    path = book(tmp_path / "表.xlsx", *stray)
    with zipfile.ZipFile(path) as archive:
        assert too_large(SHEET, archive.read(SHEET)) == ""


def test_other_parts_are_not_looked_at() -> None:
    assert too_large("xl/styles.xml", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>') == ""


def test_empty_formatted_rows_cost_next_to_nothing(tmp_path: Path) -> None:
    """A million formatted rows without content below the table: the table is all that is read."""
    path = book(tmp_path / "表.xlsx", blank_rows=200_000)
    start = time.process_time()
    frame = read_workbook(path)
    assert frame["value"].tolist() == [12.5, 11.5]
    assert time.process_time() - start < 5
