"""Rows without numbers: items that have no data, or heads of the rows below. All numbers are 虚构数据."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.sheets import read_workbook

WriteBook = Callable[..., Path]
Table = list[list[object]]


def stub(write_book: WriteBook, rows: Table) -> list[str]:
    """Return the row paths of a table."""
    return list(dict.fromkeys(read_workbook(write_book(rows))["row_label_path"]))


@pytest.mark.parametrize(
    ("corner", "names"),
    [
        ("地  区", ["全市", "  甲子区", "  乙丑区", "  丙寅区", "  丁卯县"]),
        ("项目", ["甲子区", "乙丑区", "丙寅区", "丁卯县", "戊辰县"]),
        ("县(市、区)", ["全市合计", "甲子", "乙丑", "丙寅", "丁卯"]),
        ("月份", ["2023年1月", "2023年12月", "2024年2月", "2024年3月", "2024年4月"]),
        ("年龄", ["14", "15", "16", "17", "18"]),
        ("行业", ["工业", "  采掘业", "  其他采矿业", "  制造业", "  供水业"]),
    ],
)
def test_an_item_without_data_heads_nothing(write_book: WriteBook, corner: str, names: list[str]) -> None:
    """Check that the row in the middle, empty throughout, does not become the parent of those below it."""
    rows: Table = [["示例表（2024年）"], [corner, "甲项", "乙项"]]
    rows += [[name, *((None, None) if k == 2 else (k + 1, k + 2.5))] for k, name in enumerate(names)]
    found = stub(write_book, rows)
    assert len(found) == 4
    assert not any(names[2].strip() in path for path in found)


@pytest.mark.parametrize(
    ("head", "items"),
    [
        ("市区", ["甲子区", "乙丑区"]),
        ("县级市", ["丙寅市", "丁卯市"]),
        ("东部地区", ["甲子省", "乙丑省"]),
        ("在总人口中", ["男", "女"]),
        ("人口变动情况", ["出生人数", "死亡人数"]),
        ("2024年", ["1月", "2月"]),
    ],
)
def test_a_head_at_the_same_indent_still_heads(write_book: WriteBook, head: str, items: list[str]) -> None:
    """Check that a row whose words can only head others is the parent of the rows below it."""
    rows: Table = [["示例表"], ["地区", "甲项", "乙项"], ["合计", 9, 8], [head, None, None]]
    rows += [[item, k + 1, k + 2.5] for k, item in enumerate(items)]
    assert stub(write_book, rows)[1:] == [f"{head} / {item}" for item in items]


def test_one_space_more_is_no_level_of_its_own(write_book: WriteBook) -> None:
    """Check that rows at an indent that siblings have are siblings, though one before stands a space less."""
    names = ["生物质能", "   稻草", "  豆秆、棉秆", "   麦草", "   沼气"]
    rows: Table = [["示例表（2024年）"], ["能源", "系数"]]
    rows += [[name, None if k == 0 else k / 10] for k, name in enumerate(names)]
    rows[3][1] = 0.5
    found = stub(write_book, rows)
    assert found[-2:] == ["生物质能 / 麦草", "生物质能 / 沼气"]


@pytest.mark.parametrize("items", [["甲产品", "乙产品"], ["甲产品"]])
def test_heads_of_tables_with_units(write_book: WriteBook, items: list[str]) -> None:
    """Check that a row without a unit, where items have one, is a head, even of one row."""
    rows: Table = [
        ["主要指标（2024年）"],
        ["指标", "本月", "增长（%）"],
        ["人口"],
        ["户籍人口（万人）", 1, 2.5],
    ]
    rows += [["出生率（‰）", 5, 2.5], ["工业"], *([f"{item}（吨）", 5, 2.5] for item in items)]
    assert stub(write_book, rows) == ["人口 / 户籍人口", "人口 / 出生率", *(f"工业 / {i}" for i in items)]


def test_nobody_heads_one_row(write_book: WriteBook) -> None:
    """Check that the last row but one, empty throughout, is an item, whatever it is called."""
    names = ["东南板块", "西北板块", "中心板块", "山区板块", "沿海板块"]
    rows: Table = [["示例表（2024年）"], ["板块", "甲项"], *([name, k] for k, name in enumerate(names))]
    rows[5] = ["山区板块"]
    assert stub(write_book, rows) == ["东南板块", "西北板块", "中心板块", "沿海板块"]


def test_a_first_row_of_labels_only(write_book: WriteBook) -> None:
    """Check that January without data, or a heading in two languages, is not taken for the header."""
    months: Table = [["年份", "月份", "甲项", "乙项"], ["2023年", "1月"], [None, "2月", 1, 2.5]]
    months += [[None, "3月", 3, 4.5], ["2024年", "1月"], [None, "2月", 5, 6.5], [None, "3月", 5, 6.5]]
    frame = read_workbook(write_book(months))
    assert frame["period"].tolist() == [
        p for p in ("2023-02", "2023-03", "2024-02", "2024-03") for _ in "甲乙"
    ]
    assert frame["row_label_path"].tolist()[0] == "2023年 / 2月"
    two: Table = [["项目", "Item", "2023年", "2024年"], ["消费总量", "Total"], ["工业", "Industry", 1, 2]]
    two += [["  采掘业", "  Mining", 1, 2], ["  制造业", "  Manufacturing", 3, 4]]
    assert stub(write_book, two) == ["工业", "工业 / 采掘业", "工业 / 制造业"]


def test_an_empty_first_column_keeps_its_place(write_book: WriteBook) -> None:
    """Check that of-which columns hang under a column that has no numbers at all."""
    rows: Table = [["示例表（2024年）"], ["地区", "征收户数", "其  中"], [None, "（户）", "# 居民住宅"]]
    rows += [["全市", None, 7], ["  甲子区", None, 3], ["  乙丑区", None, 4]]
    frame = read_workbook(write_book(rows)).set_index("cell")
    assert frame.loc["C4", ["column_label_path", "unit"]].tolist() == ["征收户数 / 居民住宅", "户"]
    assert frame.loc[["B4", "B5", "B6"], "value"].isna().all()


def test_areas_that_head_the_same_rows(write_book: WriteBook) -> None:
    """Check that areas are heads where the same rows come again under each of them."""
    rows: Table = [["示例表（2024年）"], ["地区", "数值"]]
    for k, area in enumerate(["甲子", "乙丑", "丙寅"]):
        rows += [[area], ["户数", k + 1], ["人口", k + 5]]
    assert stub(write_book, rows)[2:4] == ["乙丑 / 户数", "乙丑 / 人口"]
