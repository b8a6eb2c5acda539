"""Rows that head others, and rows that only look like it. 虚构数据。"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from songyuan_analysis.sheets import read_workbook

WriteBook = Callable[..., Path]


def test_a_month_without_numbers_heads_nothing(write_book: WriteBook) -> None:
    """Check that an empty month is not the parent of the next one, while a year over months is."""
    frame = read_workbook(
        write_book(
            [
                ["月份", "产量（吨）", "销量（吨）"],
                ["2024年1月", 11, 12],
                ["2024年2月", None, None],
                ["2024年3月", 13, 14],
            ]
        )
    )
    assert frame["row_label_path"].tolist() == ["2024年1月"] * 2 + ["2024年3月"] * 2
    years = read_workbook(
        write_book([["时间", "产量（吨）"], ["2023年", None], ["1月", 5], ["2月", 6]], name="年.xlsx")
    )
    assert years["period"].tolist() == ["2023-01", "2023-02"]


def test_sums_of_nothing_make_no_data_row(write_book: WriteBook) -> None:
    """Check that 上年度預算數 with zeros from formulas still heads its rows, so that they are last year's."""
    frame = read_workbook(
        write_book(
            [
                ["示例市總預算", None, None, None, None],
                ["中華民國102年度", None, None, None, "單位：新臺幣千元"],
                ["項目", "(一)歲入", "1.稅收", "2.其他收入", "(二)歲出"],
                ["本年度預算數"],
                ["東區", 11, 12, 13, 14],
                ["西區", 21, 22, 23, 24],
                ["上年度預算數", None, None, None, 0],
                ["東區", 31, 32, 33, 34],
                ["西區", 0, None, None, None],
            ]
        )
    ).set_index("cell")
    assert frame.loc["B5", ["row_label_path", "period"]].tolist() == ["本年度預算數 / 東區", "2013"]
    assert frame.loc["B8", ["row_label_path", "period"]].tolist() == ["上年度預算數 / 東區", "2012"]
    assert frame.loc["B9", "value"] == 0


def test_banner_over_two_label_columns(write_book: WriteBook) -> None:
    """Check that a lone group label heads the groups below it, but not from under the row it belongs to."""
    frame = read_workbook(
        write_book(
            [
                ["年份", "月份", "产量（吨）"],
                [2023, "1月", 1],
                [None, "2月", 2],
                [2024, "1月", 3],
                [None, "2月", 4],
                [None],
                ["近三月平均"],
                [None],
                ["2024年2月", None, 9],
            ]
        )
    ).set_index("cell")
    assert frame.loc["C5", "row_label_path"] == "2024 / 2月"
    assert frame.loc["C9", "row_label_path"] == "近三月平均 / 2024年2月"
