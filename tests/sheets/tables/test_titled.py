"""When the time of the title is that of a cell; made-up numbers (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.periods import parse_period

WriteBook = Callable[..., Path]


def periods(write_book: WriteBook, rows: list[list[object]]) -> list[str]:
    """Return the periods of the cells, row by row."""
    return read_workbook(write_book(rows))["period"].tolist()


@pytest.mark.parametrize(
    ("rows", "growth"),
    [
        (["2024年1-9月", "2025年1-9月", "增长（%）"], "2025-01/2025-09"),
        (["2025年1-9月", "2024年1-9月", "增长（%）"], "2025-01/2025-09"),
        (["2024年", "2025年", "增长（%）"], "2025"),
        (["2024年1-8月", "2025年1-9月", "增长（%）"], ""),
        (["2022年1-9月", "2025年1-9月", "增长（%）"], ""),
        (["2024年1-9月", "2025年1-9月", "年均增长（%）"], ""),
        (["2024年1-9月", "2025年1-9月", "占比（%）", "增长（%）"], ""),
    ],
)
def test_growth_below_rows_of_times(write_book: WriteBook, rows: list[str], growth: str) -> None:
    """Check that growth is of the later year, or of no time: never of the range in the title. 虚构数据。"""
    title = ["各县2024—2025年前三季度零售总额"]
    body = [[label, 10.5 + k, 20.5 + k] for k, label in enumerate(rows)]
    assert periods(write_book, [title, ["年份", "东区", "西区"], *body])[-2:] == [growth] * 2


def test_growth_in_blocks_of_rows(write_book: WriteBook) -> None:
    """Check that growth takes the time of its own block only. 虚构数据。"""
    rows = [
        ["各县2023—2025年零售总额"],
        ["地区", "年份", "总额", "限上"],
        ["东区", "2024年1-9月", 1.5, 2.5],
        [None, "2025年1-9月", 3.5, 4.5],
        [None, "增长（%）", 5.5, 6.5],
        ["西区", "2023年1-6月", 1.5, 2.5],
        [None, "2024年1-6月", 3.5, 4.5],
        [None, "增长（%）", 5.5, 6.5],
    ]
    found = periods(write_book, rows)
    assert found[4:6] == ["2025-01/2025-09"] * 2
    assert found[10:] == ["2024-01/2024-06"] * 2


@pytest.mark.parametrize(
    ("title", "columns", "expected"),
    [
        ("示例市2025年1-9月主要指标", ["2025年", "2024年", "同比%"], ["2025-01/2025-09", "2024-01/2024-09"]),
        ("示例市2025年1-9月主要指标", ["2024年", "2025年", "同比%"], ["2024-01/2024-09", "2025-01/2025-09"]),
        ("示例市2025年三季度末存款", ["2025年", "2024年", "同比%"], ["2025-09", "2024-09"]),
        ("示例市2025年9月末存款", ["2025年", "2024年", "同比%"], ["2025-09", "2024-09"]),
        ("示例市2025年1-9月主要指标", ["2024年", "2023年", "同比%"], ["2024", "2023"]),
        ("示例市2025年1-9月主要指标", ["2025年", "2023年", "同比%"], ["2025", "2023"]),
        ("示例市2025年1-9月主要指标", ["2025年", "2024年", "2023年"], ["2025", "2024", "2023"]),
        ("示例市2025年1-9月主要指标", ["2025年1-9月", "2024年", "同比%"], ["2025-01/2025-09", "2024"]),
        ("示例市2025年主要指标", ["2025年", "2024年", "同比%"], ["2025", "2024"]),
    ],
)
def test_bare_years_under_months(
    write_book: WriteBook, title: str, columns: list[str], expected: list[str]
) -> None:
    """Check that two years up to that of the title are its months, and that other years are whole. 虚构数据。"""
    body = [["存款（亿元）", 10.5, 11.5, 12.5], ["贷款（亿元）", 20.5, 21.5, 22.5]]
    assert periods(write_book, [[title], ["指标", *columns], *body])[: len(expected)] == expected


def test_growth_beside_bare_years(write_book: WriteBook) -> None:
    """Check that growth is of the months too, and that a plan stays that of the year. 虚构数据。"""
    rows = [
        ["示例市2025年1-9月主要指标"],
        ["指标", "2025年", "2024年", "2025年比2024年增长%", "2025年计划"],
        ["税收", 1.5, 2.5, 3.5, 4.5],
        ["支出", 5.5, 6.5, 7.5, 8.5],
    ]
    months = ["2025-01/2025-09", "2024-01/2024-09", "2025-01/2025-09"]
    assert periods(write_book, rows) == [*months, "2025"] * 2


def test_end_of_a_quarter_is_its_last_month() -> None:
    """Check that a stock at the end of a quarter is that of the month, and that a quarter stays one."""
    assert str(parse_period("2025年三季度末")) == "2025-09"
    assert str(parse_period("2025年一季度末")) == "2025-03"
    assert str(parse_period("2025年三季度")) == "2025Q3"
