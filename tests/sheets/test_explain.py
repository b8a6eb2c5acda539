"""The picture of how a sheet was understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from songyuan_analysis.sheets import Explanation, explain
from songyuan_analysis.sheets.reasons import Reasons

WriteBook = Callable[..., Path]

ROWS = [
    ["示例市主要指标"],
    ["指标", "单位", "2024年"],
    ["地区生产总值<初步>", "亿元", 1002.18],
    ["户籍人口", "人", "2 481903"],
    ["粮食产量", "亿斤", "…"],
    ["注：按现价计算。"],
]


def test_roles_of_cells(write_book: WriteBook) -> None:
    """Check that every filled cell has the role that it was read with."""
    picture = explain(write_book(ROWS))
    roles = picture.roles(picture.sheets[0])
    assert roles == {
        (0, 0): "title",
        (1, 0): "header", (1, 1): "unit", (1, 2): "header",
        (2, 0): "label", (2, 1): "unit", (2, 2): "number",
        (3, 0): "label", (3, 1): "unit", (3, 2): "repaired",
        (4, 0): "label", (4, 1): "unit", (4, 2): "mark",
        (5, 0): "note",
    }  # fmt: skip


def test_terminal_picture(write_book: WriteBook) -> None:
    """Check that the text names the decisions and their reasons."""
    text = explain(write_book(ROWS)).to_terminal()
    assert "单位列：B3 所在列" in text
    assert "N:1002.18" in text
    assert "注：按现价计算。" in text


def test_page_stands_alone(write_book: WriteBook) -> None:
    """Check that the page needs nothing from elsewhere and that cell texts are escaped."""
    page = explain(write_book(ROWS))._repr_html_()
    assert not any(word in page for word in ("http", "<script", "<link", "url("))
    assert "地区生产总值&lt;初步&gt;" in page
    assert (
        'title="C3 数据\n行：地区生产总值&lt;初步&gt;\n列：2024年\n期：2024（列“2024年”）\n单位：亿元（行的单位）"'
        in page
    )


def told(picture: Explanation, row: int, column: int) -> str:
    """Return what the tooltip of a data cell says."""
    return Reasons(picture.blocks[0]).told(row, column)


def test_a_cell_tells_who_gave_its_period_and_its_unit(write_book: WriteBook) -> None:
    """Check that period and unit name the words that they were taken from."""
    rows = [
        ["示例市2024年9月（虚构数据）"],
        [None, None, "单位：万元、亿元"],
        ["指标", "本月", "1-本月"],
        ["收入", 10, 90],
        ["　其中：税收", 6, 50],
    ]
    picture = explain(write_book(rows))
    text = told(picture, 4, 2)
    assert "行：收入 / 税收（“收入”；标有“其中”）" in text
    assert "期：2024-01/2024-09（列“1-本月”、标题“示例市2024年9月（虚构数据）”）" in text
    assert "单位：万元（表前单位行；列了几个单位，行列名称没有说是哪一个，取第一个） 另一读法：“亿元”" in text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [["指标", "2024年二季度", "2024年三季度"], ["收入（亿元）", 1, 2]],
            "期：B3 等 2 格，没有说当季还是累计，按单个季度；另一读法：年初至季末的累计",
        ),
        (
            [["指标", "2024年"], ["全市", None], ["收入（亿元）", 1], ["支出（亿元）", 2]],
            "行名称：A4 等 2 格，其上一行没有数字，是小节；另一读法：与小节名并列",
        ),
        (
            [["指标", "2023年", None, "2024年", None], [None, "总量", "增速", "总量", "增速"], ["收入", 1, 2, 3, 4]],
            "列名称：C3 等 2 格，上层名称没有合并，管到右边没有自己上层名称的列；另一读法：只管它自己那一列",
        ),
        (
            [["年龄", "人数"], [0, 10], [1, 11], [2, 12], [3, 13]],
            "标签列：A3 所在列，首列的数字是年份或年龄等序列；另一读法：数据列",
        ),
        ([["序号", "指标", "2024年"], [1, "收入", 5], [2, "支出", 6]], "代码列：A3 所在列，列名“序号”；另一读法：数据列"),
    ],
)  # fmt: skip
def test_a_second_reading_is_kept_and_shown(
    write_book: WriteBook, rows: list[list[object]], said: str
) -> None:
    """Check that where two readings are possible, the one that was turned down is named with its cells."""
    assert said in explain(write_book([["虚构数据"], *rows])).to_terminal()


def test_nothing_to_choose_is_no_second_reading(write_book: WriteBook) -> None:
    """Check that a plain table has no second reading and no doubt."""
    text = explain(write_book(ROWS)).to_terminal()
    assert "另一读法" not in text
    assert "存疑" not in text


def test_a_school_year_says_why_it_has_no_period(write_book: WriteBook) -> None:
    """Check that a year that begins in one year and ends in the next is told as such (虚构数据)."""
    rows: list[list[object]] = [
        ["示例市（2024年）"],
        ["指标", "2022/23"],
        ["学校（所）", 1],
        ["学生（人）", 2],
    ]
    text = told(explain(write_book(rows)), 2, 1)
    assert "期：（不明）（列“2022/23”、标题“示例市（2024年）”；跨两个年份，没有说从哪个月起）" in text


def test_a_year_that_was_carried_on_is_told(write_book: WriteBook) -> None:
    """Check that the picture says where a year comes from that stands in another row."""
    rows = [
        ["2022年以来投资增速（虚构数据）"],
        ["时间", "增速（%）"],
        ["2023年1-2月", 5.0],
        ["1-3月", 4.4],
    ]
    picture = explain(write_book(rows))
    assert "期：2023-01/2023-03" in told(picture, 3, 1)
    assert "年份只写了一次，接着前面的行" in told(picture, 3, 1)
    assert "年份只写了一次" not in told(picture, 2, 1)


def test_periods_and_units_in_a_line(write_book: WriteBook) -> None:
    """Check that periods and units are counted, and that cells without one are told loudly. 虚构数据。"""
    rows = [
        ["示例市2025年1-9月主要指标"],
        ["指标", "绝对额", "同比增长%", "位次"],
        ["财政收入（万元）", 401.5, 7.2, 3],
        ["零售总额（万元）", 190.4, 4.0, 1],
        ["指数", 95.5, None, None],
    ]
    text = explain(write_book(rows)).to_terminal()
    assert "期 2025-01/2025-09（7格）；单位 万元（2格）、%（2格）" in text
    assert "位次不带单位：2格" in text
    assert "！没有单位：1格，如 B5" in text
    assert "没有时期" not in text
    undated = explain(
        write_book([["主要指标"], ["指标", "绝对额"], ["收入（万元）", 1.5], ["支出（万元）", 2.5]])
    )
    assert "！没有时期：2格，如 B3" in undated.to_terminal()


def test_what_is_hidden_is_told(tmp_path: Path) -> None:
    """Check that hidden rows, columns and sheets are named. 虚构数据。"""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("收入", "底稿", "支出"):
            sheet = book.add_worksheet(name)
            for r, row in enumerate(
                [["指标", "2023年", "2024年"], *([f"项目{k}", 1.5 + k, 2.5] for k in range(5))]
            ):
                sheet.write_row(r, 0, row)
            if name == "收入":
                for r in (1, 3, 4):
                    sheet.set_row(r, None, None, {"hidden": True})
                sheet.set_column(1, 1, None, None, {"hidden": True})
            elif name == "底稿":
                sheet.hide()
    shown = explain(path).to_terminal().split("〔")
    assert "！隐藏：第2、4—5行；B列" in shown[1]
    assert "！隐藏：整张工作表" in shown[2]
    assert "隐藏" not in shown[3]
