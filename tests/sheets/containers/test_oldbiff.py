"""BIFF streams that calamine does not read: Excel 95, and streams without a container."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from songyuan_analysis.errors import DamagedWorkbookError
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.reader import read_sheets

WriteBook = Callable[..., Path]

# 虚构数据
ROWS = [["指标", "2023年", "2024年"], ["地区生产总值（亿元）", 900.5, 1002.18], ["第一产业比重", 0.075, 0.25]]


@pytest.mark.parametrize("name", ["旧.xls95", "旧.bare"])
def test_excel_95(write_book: WriteBook, name: str) -> None:
    """Check Chinese labels and sheet names of the code page, and percents."""
    path = write_book({"表一": ROWS[:2], "比重": [ROWS[0], ROWS[2]]}, {}, name=name, formats={"C": "0.0%"})
    frame = read_workbook(path)
    assert frame["sheet"].tolist() == ["表一", "表一", "比重", "比重"]
    assert frame["value"].tolist() == [900.5, 100218.0, 0.075, 25.0]
    assert frame["row_label_path"].tolist() == ["地区生产总值"] * 2 + ["第一产业比重"] * 2


def test_excel_97_without_container(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表一")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            sheet.write(
                r + 1,
                c,
                value,
                xlwt.easyxf("align: indent 1") if r == 2 and not c else xlwt.Style.default_style,
            )
    sheet.write_merge(0, 0, 0, 2, "示例市")
    sheet.row(3).hidden = True
    sheet.col(1).hidden = True
    path = tmp_path / "流.xls"
    path.write_bytes(book.get_biff_data())
    read = read_sheets(path)[0]
    assert read.values[2:] == ROWS[1:]
    assert (read.merges, read.indents) == ([(0, 0, 0, 2)], {(3, 0): 1})
    assert (read.hidden_rows, read.hidden_columns) == (frozenset({3}), frozenset({1}))


def excel_2(rows: list[list[object]]) -> bytes:
    """Return the stream that report programs of the nineties write: one sheet, no name, no code page."""
    stream = struct.pack("<HHHH", 0x0009, 4, 2, 0x0010)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("gb18030")
                body = struct.pack("<HH3sB", r, c, b"\0\0\0", len(text)) + text
                stream += struct.pack("<HH", 0x0004, len(body)) + body
            else:
                stream += struct.pack("<HHHH3sd", 0x0003, 15, r, c, b"\0\0\0", value)
    return stream + struct.pack("<HH", 0x000A, 0)


def test_excel_2(tmp_path: Path) -> None:
    path = tmp_path / "报表.xls"
    path.write_bytes(excel_2(ROWS))
    frame = read_workbook(path)
    assert set(frame["sheet"]) == {"报表"}
    assert frame["value"].tolist() == [900.5, 1002.18, 0.075, 0.25]
    assert frame["row_label_path"].tolist() == ["地区生产总值"] * 2 + ["第一产业比重"] * 2


def test_a_stream_without_its_end_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "报表.xls"
    path.write_bytes(excel_2(ROWS)[:-4])
    with pytest.raises(DamagedWorkbookError, match="没有结束"):
        read_workbook(path)
