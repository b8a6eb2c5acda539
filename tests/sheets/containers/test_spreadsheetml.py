"""XML Spreadsheet 2003: places, merges, types, formats, and what must not be believed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from songyuan_analysis.errors import DamagedWorkbookError
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.reader import Sheet, read_sheets

# 虚构数据
BOOK = """<?xml version="1.0" encoding="{0}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
<Styles><Style ss:ID="Default"/><Style ss:ID="s1"><Alignment ss:Horizontal="Left" ss:Indent="2"/></Style>
<Style ss:ID="s2"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="s3" ss:Parent="s2"/>
<Style ss:ID="s4"><NumberFormat ss:Format="0.0&quot;%&quot;"/></Style></Styles>
<Worksheet ss:Name="主要 &amp; 其他"><Table ss:ExpandedColumnCount="6">
<Column ss:Width="80"/><Column ss:Index="3" ss:Span="1" ss:Hidden="1"/><Column ss:StyleID="s2"/>
<Row><Cell ss:MergeAcross="4"><Data ss:Type="String">示例市主要指标</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">指标</Data></Cell>
<Cell ss:MergeAcross="1"><Data ss:Type="String">2023年</Data></Cell><Cell ss:MergeAcross="1"><Data
 ss:Type="String">2024年</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="String">绝对量&#10;（亿元）</Data></Cell><Cell><Data ss:Type="String">比重</Data>
</Cell><Cell><ss:Data ss:Type="String"><html:B>绝对量</html:B>（亿元）</ss:Data></Cell><Cell><Data
 ss:Type="String">比重</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">地区生产总值</Data></Cell><Cell><Data ss:Type="Number">900.5</Data>
<Comment ss:Author="统计局"><ss:Data><html:B>统计局:</html:B>初步数</ss:Data></Comment></Cell>
<Cell ss:StyleID="s2"><Data ss:Type="Number">1</Data></Cell><Cell ss:StyleID="Default"><Data
 ss:Type="Number">1.00218E3</Data></Cell><Cell><Data ss:Type="Number">0.5</Data></Cell></Row>
<Row ss:Hidden="1" ss:Span="1"/>
<Row><Cell ss:StyleID="s1"><Data ss:Type="String">第一产业</Data></Cell><Cell><Data ss:Type="Error">#DIV/0!</Data></Cell>
<Cell ss:StyleID="s3"><Data ss:Type="Number">0.075</Data></Cell><Cell ss:StyleID="s4"><Data
 ss:Type="Number">7.5</Data></Cell><Cell ss:StyleID="s2"/></Row>
<Row><Cell><Data ss:Type="DateTime">2024-06-30T00:00:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="底稿"><Table><Row><Cell><Data ss:Type="Number">1</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>
</Worksheet></Workbook>"""


@pytest.fixture
def sheets(tmp_path: Path) -> list[Sheet]:
    path = tmp_path / "二〇〇三.xls"
    path.write_text(BOOK.format("UTF-8"), encoding="utf-8")
    return read_sheets(path)


def test_places_and_types(sheets: list[Sheet]) -> None:
    assert [(s.name, s.hidden) for s in sheets] == [("主要 & 其他", False), ("底稿", True)]
    assert sheets[0].values == [
        ["示例市主要指标", None, None, None, None],
        [None] * 5,
        ["指标", "2023年", None, "2024年", None],
        [None, "绝对量\n（亿元）", "比重", "绝对量（亿元）", "比重"],
        ["地区生产总值", 900.5, 1.0, 1002.18, 0.5],
        [None] * 5,
        [None] * 5,
        ["第一产业", "#DIV/0!", 0.075, 7.5, None],
        [dt.date(2024, 6, 30), True, None, None, None],
    ]
    assert sheets[0].merges == [(0, 0, 0, 4), (2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 2, 4)]


def test_formats(sheets: list[Sheet]) -> None:
    """Check formats of cells, of their parents, and of columns; a quoted percent sign is only text."""
    assert sheets[0].percents == {(4, 2), (4, 4), (7, 2)}
    assert sheets[0].indents == {(7, 0): 2}
    assert sheets[0].hidden_rows == {5, 6}
    assert sheets[0].hidden_columns == {2, 3}
    assert sheets[0].comments == {(4, 1): "统计局:初步数"}


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030", "GB2312"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "编码.xls"
    path.write_bytes(BOOK.format(encoding).encode(encoding))
    frame = read_workbook(path).set_index("cell")
    assert frame.loc["C5", ["value", "unit"]].tolist() == [100.0, "%"]
    assert frame.loc["D5", ["value", "unit", "period"]].tolist() == [1002.18, "亿元", "2024"]
    assert frame.loc["B8", "mark"] == "#DIV/0!"
    assert frame.loc["B5", "note"].endswith("初步数")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Workbook", '<!DOCTYPE Workbook [<!ENTITY a "1">]><Workbook'),
        ("</Workbook>", ""),
        ("900.5", "九百"),
        ('ss:Index="3"><Cell', 'ss:Index="9999999"><Cell'),
        ('<Cell ss:Index="2">', '<Cell/><Cell/><Cell ss:Index="2">'),
    ],
)
def test_what_is_broken_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "坏.xls"
    path.write_text(BOOK.format("UTF-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DamagedWorkbookError, match="损坏"):
        read_workbook(path)
