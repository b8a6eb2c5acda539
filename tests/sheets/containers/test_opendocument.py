"""OpenDocument tables: merges, percents, indents, hidden rows and columns, comments, as LibreOffice writes them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.reader import Sheet, read_sheets

WriteBook = Callable[..., Path]

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(
    f'xmlns:{short}="{_ODF}{name}:1.0"'
    for short, name in [
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    ]
)  # fmt: skip
_STYLES = (
    '<style:style style:name="in2" style:family="table-cell">'
    '<style:paragraph-properties fo:margin-left="0.2783in"/></style:style>'
)
# 虚构数据
_ROWS = """
<table:table-column table:number-columns-repeated="2"/>
<table:table-column table:visibility="collapse"/>
<table:table-column table:number-columns-repeated="16381"/>
<table:table-header-rows><table:table-row>
<table:table-cell office:value-type="string" table:number-columns-spanned="1" table:number-rows-spanned="2">
<text:p>指标</text:p></table:table-cell>
<table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>2024年</text:p>
</table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>
<table:table-row><table:covered-table-cell/>
<table:table-cell office:value-type="string"><text:p>绝对量</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>比重</text:p></table:table-cell></table:table-row>
<table:table-row-group><table:table-row table:number-rows-repeated="2">
<table:table-cell table:style-name="in2" office:value-type="string"><text:p>甲</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="3">
<office:annotation><text:p>初步数</text:p></office:annotation><text:p>3</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.25"/></table:table-row></table:table-row-group>
<table:table-row table:visibility="filter"><table:table-cell office:value-type="string"><text:p>乙</text:p>
</table:table-cell><table:table-cell table:number-columns-repeated="2" office:value-type="float"
office:value="4"/></table:table-row>
<table:table-row table:visibility="collapse" table:number-rows-repeated="1048570">
<table:table-cell table:number-columns-repeated="16384"/></table:table-row>
"""


def _book(path: Path, rows: str) -> Path:
    rows = re.sub(r">\s+<", "><", rows)  # LibreOffice writes no white space between cells
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        box.writestr("content.xml", content)
        box.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{_ODF}manifest:1.0"/>')
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Return the sheet of the table above."""
    return read_sheets(_book(tmp_path / "表.ods", _ROWS))[0]


def test_merges_and_formats(sheet: Sheet) -> None:
    """Check places behind header rows, groups of rows and repeated rows; the endless tail is let go."""
    assert sheet.merges == [(0, 0, 1, 0), (0, 1, 0, 2)]
    assert sheet.indents == {(2, 0): 2, (3, 0): 2}
    assert sheet.percents == {(2, 2), (3, 2)}
    assert sheet.comments == {(2, 1): "初步数", (3, 1): "初步数"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({4}, {2})


def test_what_the_table_says(tmp_path: Path) -> None:
    """Check that the header of two levels, the percents and the comments reach the labelled cells."""
    frame = read_workbook(_book(tmp_path / "表.ods", _ROWS)).set_index("cell")
    assert frame.loc["C3", ["column_label_path", "period", "value", "unit"]].tolist() == [
        "2024年 / 比重", "2024", 25.0, "%",
    ]  # fmt: skip
    assert frame.loc["B3", "note"] == "初步数"
    assert frame["hidden"].tolist() == [False, True, False, True, True, True]


def test_a_cell_that_fills_the_sheet(tmp_path: Path) -> None:
    """Check that a percentage repeated over a whole sheet is not counted out cell by cell."""
    cell = '<table:table-cell table:number-columns-repeated="9000" office:value-type="percentage" office:value="1"/>'
    rows = f'<table:table-row table:number-rows-repeated="30">{cell}</table:table-row>'
    assert not read_sheets(_book(tmp_path / "满.ods", rows))[0].percents


def test_same_merges_in_every_container(write_book: WriteBook) -> None:
    """Check that the three containers give the same cells and merges."""
    rows = [["示例市2024年"], ["指标", "一", None], [None, "甲\n乙", "  丙 "], ["x", 1, 0.5]]
    sheets = [
        read_sheets(write_book(rows, ["A1:C1", "A2:A3", "B2:C2"], name=f"表{end}", formats={"C": "0.0%"}))[0]
        for end in (".xlsx", ".xls", ".ods")
    ]
    for other in sheets[1:]:
        assert other.values == sheets[0].values
        assert sorted(other.merges) == sorted(sheets[0].merges)
        assert other.percents == sheets[0].percents == {(3, 2)}
