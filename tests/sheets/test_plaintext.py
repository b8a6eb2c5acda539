"""Web pages saved under an .xls name, and delimited text, in the encodings that are met."""

from __future__ import annotations

from pathlib import Path

import pytest

from songyuan_analysis.errors import NotAWorkbookError
from songyuan_analysis.sheets import read_workbook

PAGE = """<html><head><meta charset="{0}"></head><body><table border=1>
<tr><td colspan=3>示例市主要指标</td></tr>
<tr><th rowspan=2>指标</th><th colspan=2>2024年</th></tr>
<tr><td>绝对量<br>（亿元）</td><td>增长（%）</td></tr>
<tr><td>地区生产总值</td><td>1002.18</td><td>3.8</td></tr>
<tr><td>&nbsp;&nbsp;第一产业</td><td>241.09</td><td>&hellip;</td></tr>
</table></body></html>"""

LINES = ["指标{0}2023年{0}2024年", "地区生产总值（亿元）{0}900.5{0}1002.18", "增长（%）{0}5.0{0}…"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_web_page_as_xls(tmp_path: Path, encoding: str) -> None:
    """Check spans, line breaks and indents of a page, whatever its name and encoding."""
    path = tmp_path / "网页.xls"
    path.write_bytes(PAGE.format(encoding).encode(encoding))
    frame = read_workbook(path).set_index("cell")
    assert frame["value"].tolist()[:3] == [1002.18, 3.8, 241.09]
    assert frame["unit"].tolist() == ["亿元", "%", "亿元", "%"]
    assert frame.loc["B4", ["column_label_path", "period"]].tolist() == ["2024年 / 绝对量", "2024"]
    assert frame.loc["C5", ["row_label_path", "mark"]].tolist() == ["地区生产总值 / 第一产业", "…"]


@pytest.mark.parametrize("delimiter", ["\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_delimited_text(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """Check text under an .xls name, as database clients write it."""
    path = tmp_path / "文本.xls"
    path.write_bytes("\r\n".join(LINES).format(delimiter).encode(encoding))
    frame = read_workbook(path)
    assert frame["cell"].tolist() == ["B2", "C2", "B3", "C3"]
    assert frame["value"].tolist()[:3] == [900.5, 1002.18, 5.0]
    assert frame["period"].tolist() == ["2023", "2024"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "松原市，经济运行平稳。\n投资增长，消费回升。",
        "One, two, three.\nNo table here, is there?",
        "<p>没有表格的网页</p>",
    ],
)
def test_prose_is_no_table(tmp_path: Path, text: str) -> None:
    """Check that sentences with commas, and pages without a table, are refused by name."""
    path = tmp_path / "文章.xls"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotAWorkbookError, match="不是工作簿"):
        read_workbook(path)
