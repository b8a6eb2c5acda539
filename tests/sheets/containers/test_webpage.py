"""Web pages saved under an .xls name: one sheet, whose addresses are those of the page when a spreadsheet opens it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from songyuan_analysis.errors import NotAWorkbookError
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.reader import Sheet, read_sheets

WriteBook = Callable[..., Path]

# 虚构数据
PAGE = """<html><head><meta charset="{0}"></head><body><table border=1>
<tr><td colspan=3>示例市主要指标</td></tr>
<tr><th rowspan=2>指标</th><th colspan=2>2024年</th></tr>
<tr><td>绝对量<br>（亿元）</td><td>增长（%）</td></tr>
<tr><td>地区生产总值</td><td>1002.18</td><td>3.8</td></tr>
<tr><td>&nbsp;&nbsp;第一产业</td><td>241.09</td><td>&hellip;</td></tr>
</table></body></html>"""

FLOW = """<html><head><meta charset="utf-8"><title>不在表里</title></head><body>
<h1>示例市主要指标</h1>
<p>（2024年）</p><p></p><p>&nbsp;</p>
<p>单位：亿元</p>
<table><tr><th>指标</th><th>2024年</th></tr><tr><td>地区生产
   总值<br>（现价）</td><td>1,002.18</td></tr><tr></tr><tr><td>第一产业</td><td>241.09</td></tr></table>
<p>注：虚构数据<br>第二行</p><p>一<br><br>二</p>
<table><tr><td>甲</td><td rowspan=2>乙</td></tr><tr><td>1</td></tr></table><table><tr><td>丙</td></tr></table>
<table><tr><td>丁</td></tr></table><ul><li>项一</li><li>项二</li></ul>末尾</body></html>"""
ROWS = [
    ["示例市主要指标", None], ["（2024年）", None], [None, None], ["单位：亿元", None], ["指标", "2024年"],
    ["地区生产 总值\n（现价）", "1,002.18"], [None, None], ["第一产业", "241.09"],
    ["注：虚构数据", None], ["第二行", None], ["一", None], [None, None], ["二", None],
    ["甲", "乙"], ["1", None], ["丙", None], ["丁", None], ["项一", None], ["项二", None], ["末尾", None],
]  # fmt: skip


def read(tmp_path: Path, page: str) -> Sheet:
    path = tmp_path / "网页.xls"
    path.write_text(page, encoding="utf-8")
    (sheet,) = read_sheets(path)
    return sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb2312", "gb18030", "utf-16"])
def test_web_page_as_xls(tmp_path: Path, encoding: str) -> None:
    """Check spans, line breaks and indents of a page, whatever its name and encoding."""
    path = tmp_path / "网页.xls"
    path.write_bytes(PAGE.format(encoding).encode("gb18030" if encoding == "gb2312" else encoding))
    frame = read_workbook(path).set_index("cell")
    assert set(frame["sheet"]) == {"网页"}
    assert frame["value"].tolist()[:3] == [1002.18, 3.8, 241.09]
    assert frame["unit"].tolist() == ["亿元", "%", "亿元", "%"]
    assert frame.loc["B4", ["column_label_path", "period"]].tolist() == ["2024年 / 绝对量", "2024"]
    assert frame.loc["C5", ["row_label_path", "mark"]].tolist() == ["地区生产总值 / 第一产业", "…"]


def test_texts_and_tables_stand_in_their_order(tmp_path: Path) -> None:
    sheet = read(tmp_path, FLOW)
    assert sheet.values == ROWS
    assert sheet.merges == [(13, 1, 14, 1)]


def test_title_and_unit_before_a_table_are_read(tmp_path: Path) -> None:
    """Check that what stands above a table in paragraphs is its title, period and unit."""
    path = tmp_path / "网页.xls"
    path.write_text(
        FLOW.split("<p>注", maxsplit=1)[0].replace("年</th>", "</th>").replace("<th>2024", "<th>绝对量"),
        "utf-8",
    )
    frame = read_workbook(path).set_index("cell")
    assert frame.loc["B8", ["value", "unit", "period"]].tolist() == [241.09, "亿元", "2024"]
    assert frame.loc["B8", "title"].startswith("示例市主要指标")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_addresses_are_those_of_libreoffice(tmp_path: Path) -> None:
    page = tmp_path / "页.html"
    page.write_text(FLOW, encoding="utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--infilter=HTML (StarCalc)", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(page)], check=True, capture_output=True, timeout=120
    )
    opened = openpyxl.load_workbook(tmp_path / "页.xlsx").active
    rows = [
        [str(cell.value).strip() if cell.value is not None else "" for cell in row][:2]
        for row in opened.iter_rows()
    ]
    expected = [[(value or "").replace(",", "") for value in row] for row in ROWS]
    assert [[value.replace(",", "") for value in row] for row in rows] == expected


STYLES = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style><!--
.xl24 {mso-number-format:"0\\.0%";} td.xl25 {mso-number-format:"0\\.0\\0022%\\0022";} .gone {display:none}
.xl26 {mso-number-format:Percent; padding-left:12px; mso-char-indent-count:2;}
--></style></head><body><table x:str><col><col span=2><col style='display:none'>
<tr><td>指标</td><td>一</td><td>二</td><td>三</td></tr>
<tr><td class=xl26>甲</td><td class=xl24>0.075</td><td class=xl24 x:num="0.07512">7.5%</td><td class=xl25>7.5</td></tr>
<tr class=gone><td>乙</td><td x:num="1002.183">1,002.2</td><td x:num="0">…</td><td x:num="5">6</td></tr>
<tr style="display: none"><td>丙</td><td>3<sup>1</sup></td><td><span style="display:none">0009</span>9</td><td>CO<sub>2</sub></td>
</tr>
<![if supportMisalignedColumns]><tr height=0 style='display:none'><td></td></tr><![endif]></table></body></html>"""


def test_styles_of_a_page(tmp_path: Path) -> None:
    sheet = read(tmp_path, STYLES)
    assert sheet.values == [
        ["指标", "一", "二", "三"],
        ["甲", 0.075, 0.07512, "7.5"],
        ["乙", 1002.183, "…", "6"],  # a text that says something else than the number behind it counts
        ["丙", "3¹", "9", "CO₂"],
    ]
    assert sheet.percents == {(1, 1), (1, 2)}
    assert sheet.indents == {(1, 0): 2}
    assert sheet.hidden_rows == {2, 3}
    assert sheet.hidden_columns == {3}


def test_a_raised_digit_is_no_digit_of_the_number(tmp_path: Path) -> None:
    """Check that the call of a note behind a number does not become its last digit."""
    path = tmp_path / "网页.xls"
    path.write_text(PAGE.format("utf-8").replace("1002.18<", "1002.18<sup>1</sup><"), encoding="utf-8")
    assert read_workbook(path).set_index("cell").loc["B4", "value"] == 1002.18


def test_tables_in_tables(tmp_path: Path) -> None:
    """Check that the frame of a page is looked through, and that a table in a cell stays in that cell, in lines."""
    inner = "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"
    framed = (
        f"<table><tr><td><h2>题</h2><table><tr><td>甲</td><td>{inner}</td></tr></table></td></tr></table>"
    )
    assert read(tmp_path, framed).values == [["题", None], ["甲", "1 2\n3"]]


def test_hidden_blocks(tmp_path: Path) -> None:
    """Check that hidden text is left out, and that a hidden table is there and marked."""
    page = """<div style="display:none">看不见<div>也看不见</div><table><tr><td>甲</td><td>1</td></tr></table></div>
    <p>看得见</p><table><tr><td>乙</td><td>2</td></tr></table>"""
    sheet = read(tmp_path, page)
    assert sheet.values == [["甲", "1"], ["看得见", None], ["乙", "2"]]
    assert sheet.hidden_rows == {0}


def test_the_sheet_of_excel_keeps_its_name(tmp_path: Path) -> None:
    name = "<!--[if gte mso 9]><xml><x:ExcelWorksheet><x:Name>主要指标</x:Name></x:ExcelWorksheet></xml><![endif]-->"
    assert (
        read(tmp_path, f"<html><head>{name}</head><table><tr><td>1</td></tr></table></html>").name
        == "主要指标"
    )


def test_comments_of_libreoffice(tmp_path: Path) -> None:
    cell = '<td sdval="3" sdnum="1033;"><a class="comment-indicator"></a><comment>初步数</comment>3</td>'
    sheet = read(tmp_path, f"<table><tr><td>甲</td>{cell}</tr></table>")
    assert sheet.values == [["甲", 3.0]]
    assert sheet.comments == {(0, 1): "初步数"}


def test_a_span_ends_with_its_table(tmp_path: Path) -> None:
    sheet = read(
        tmp_path, "<table><tr><td rowspan=9>甲</td><td>1</td></tr><tr><td>2</td></tr></table><p>注</p>"
    )
    assert sheet.values == [["甲", "1"], [None, "2"], ["注", None]]
    assert sheet.merges == [(0, 0, 1, 0)]


def test_huge_spans_cost_nothing(tmp_path: Path) -> None:
    row = "<tr>" + "<td rowspan=99999 colspan=99999>1</td>" * 50 + "</tr>"
    assert read(tmp_path, f"<table>{row * 200}</table>").n_rows == 1


def test_pages_in_one_file_have_a_sheet_each(write_book: WriteBook) -> None:
    sheets = {
        y: [["指标", "绝对量（亿元）"], ["甲", v], ["乙", 2]] for y, v in [("2023年", 1.5), ("2024年", 2.5)]
    }
    frame = read_workbook(write_book(sheets, {}, name="归档.mht"))
    assert frame["sheet"].tolist() == ["2023年", "2023年", "2024年", "2024年"]
    assert frame["value"].tolist() == [1.5, 2.0, 2.5, 2.0]


def test_a_page_of_frames_says_where_the_tables_are(tmp_path: Path) -> None:
    path = tmp_path / "框架.htm"
    path.write_text(
        '<html><xml><x:WorksheetSource HRef="a.files/sheet001.htm"/></xml><frameset></frameset></html>'
    )
    with pytest.raises(NotAWorkbookError, match="框架页") as caught:
        read_workbook(path)
    assert "sheet001.htm" in caught.value.remedy
