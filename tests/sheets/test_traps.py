"""Traps that turned up in workbooks nobody had looked at before; made-up numbers (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from songyuan_analysis.sheets import read_workbook

WriteBook = Callable[..., Path]


def paths(write_book: WriteBook, rows: list[list[object]]) -> pd.DataFrame:
    """Read rows and return the frame by cell."""
    return read_workbook(write_book(rows)).set_index("cell")


def test_smaller_table_below_has_its_own_header(write_book: WriteBook) -> None:
    """Check that a short table under a wide one does not take over the wide one's years. 虚构数据。"""
    for gap in ([[None]], []):
        frame = paths(
            write_book,
            [
                ["指标", "2021年", "2022年", "2023年"],
                ["产值（亿元）", 1, 2, 3],
                ["税收（亿元）", 4, 5, 6],
                *gap,
                ["行业", "2024年1月"],
                ["纺织业", 7],
                ["食品业", 8],
            ],
        )
        below = frame[frame["value"] >= 7]
        assert below["column_label_path"].tolist() == ["2024年1月"] * 2
        assert below["period"].tolist() == ["2024-01"] * 2
        assert len(frame) == 8


def test_items_that_close_a_list_are_no_parts(write_book: WriteBook) -> None:
    """Check that 其他 and 小计 hang under nobody, while a repeated measure hangs under what it measures."""
    header = ["地区", "教育", "科学", "其他", "预备金", "其他"]
    frame = paths(write_book, [["支出（2024年）"], header, ["东区", 1, 2, 3, 4, 5], ["西区", 1, 2, 3, 4, 5]])
    assert frame["column_label_path"].tolist()[:5] == header[1:]
    rows = [["指标", "2024年"], ["教育", 1], ["其他", 2], ["预备金", 3], ["其他", 4]]
    assert paths(write_book, rows)["row_label_path"].tolist() == ["教育", "其他", "预备金", "其他"]
    growth = [
        ["地区", "人口", "产值", "增速", "税收", "增速"],
        ["东区", 1, 2, 3, 4, 5],
        ["西区", 1, 2, 3, 4, 5],
    ]
    assert paths(write_book, growth)["column_label_path"].tolist()[2] == "产值 / 增速"


def test_numbered_columns_whose_labels_repeat(write_book: WriteBook) -> None:
    """Check that numbering tells (一)收入 of 一、经常 from that of 二、资本; the empty columns are heads."""
    frame = paths(
        write_book,
        [
            ["地区", "一、经常", "(一)收入", "1.税", "二、资本", "(一)收入", "三、结余"],
            ["东区", None, 1, 2, None, 3, 4],
            ["西区", None, 5, 6, None, 7, 8],
        ],
    )
    found = frame[frame["value"] <= 4]["column_label_path"].tolist()
    assert found == ["一、经常 / (一)收入", "一、经常 / (一)收入 / 1.税", "二、资本 / (一)收入", "三、结余"]


def test_rows_of_identifiers_are_no_header(write_book: WriteBook) -> None:
    """Check that series names of a data bank, under the header and inside the body, are left out."""
    frame = paths(
        write_book,
        [
            ["时期", "口径", "总产出", "农业", "工业"],
            ["代号", "CDID", "L2KA", "L2KB", "L2KC"],
            [2023, "定基", 1, 2, 3],
            [2024, "定基", 4, 5, 6],
            ["代号", "CDID", "EC2A", "EC2B", "EC2C"],
            ["2024年1月", "定基", 7, 8, 9],
        ],
    )
    assert frame["column_label_path"].tolist() == ["总产出", "农业", "工业"] * 3
    assert frame["value"].tolist() == list(range(1, 10))


def test_units_without_brackets(write_book: WriteBook) -> None:
    """Check a unit at the right of the date line, and a row of bare units under the labels."""
    right = paths(
        write_book,
        [
            ["主要指标"],
            ["2024年", None, None, "亿元"],
            ["指标", "本月", "累计", "同比增长"],
            ["工业", 1, 2, 3],
        ],
    )
    assert right["column_label_path"].tolist() == ["本月", "累计", "同比增长"]
    assert right["unit"].tolist() == ["亿元", "亿元", "%"]
    under = paths(
        write_book, [["地区", "产量", "产值"], [None, "万吨", "亿元"], ["东区", 1, 2], ["西区", 3, 4]]
    )
    assert under["column_label_path"].tolist()[:2] == ["产量", "产值"]
    assert under["unit"].tolist()[:2] == ["万吨", "亿元"]


def test_surveys_of_mid_quarter_months(write_book: WriteBook) -> None:
    """Check that a frequency row 季 makes February, May, ... quarters, and that without it they stay months."""
    dates = ["2023-02-15", "2023-05-15", "2023-08-15", "2023-11-15"]
    body: list[list[object]] = [[day, k + 1, k + 2] for k, day in enumerate(dates)]
    frame = paths(write_book, [["指标", "工资", "工时"], ["频度", "季", "季"], ["单位", "元", "小时"], *body])
    assert frame["period"].tolist() == ["2023Q1"] * 2 + ["2023Q2"] * 2 + ["2023Q3"] * 2 + ["2023Q4"] * 2
    plain = paths(write_book, [["月份", "工资（元）", "工时（小时）"], *body])
    assert plain["period"].tolist()[:3] == ["2023-02", "2023-02", "2023-05"]


def test_years_that_labels_state_beat_the_title(write_book: WriteBook) -> None:
    """Check years in brackets and at the end of labels, and years that are no period of the number."""
    header = [
        "地区",
        "人口（2019年）",
        "人口2018年",
        "产值（2015年价）",
        "比2017年增长（%）",
        "投资（1—9月）",
    ]
    frame = paths(
        write_book, [["示例市（2020年）"], header, ["东区", 1, 2, 3, 4, 5], ["西区", 1, 2, 3, 4, 5]]
    )
    assert frame["period"].tolist()[:5] == ["2019", "2018", "2020", "2020", "2020-01/2020-09"]


def test_school_years_have_no_calendar_year(write_book: WriteBook) -> None:
    """Check that 2022/23 is neither 2022 nor the year of the title nor that of another calendar beside it."""
    rows: list[list[object]] = [
        ["示例市（2024年）"],
        ["指标", "2022/23", "2023-2024学年"],
        ["学校（所）", 1, 2],
    ]
    assert paths(write_book, rows)["period"].tolist() == ["", ""]
    rows = [
        ["地区", "年度", "学年", "学校（所）"],
        ["东区", 2015, "2022/23", 1],
        ["西区", 2015, "2022/23", 2],
    ]
    assert paths(write_book, rows)["period"].tolist() == ["", ""]


def test_growth_rows_do_not_take_the_unit_of_the_title(write_book: WriteBook) -> None:
    """Check rows and sections that say 比上年增长 under 单位：万元, and places in an order."""
    frame = paths(
        write_book,
        [
            ["主要指标（2024年）"],
            ["单位：万元"],
            ["指标", "东区", "西区", "位次"],
            ["产值", 100, 110, 3],
            ["比上年增长", 5, 6, 2],
            ["比上年同期增长", None, None, None],
            ["  税收", 7, 8, 1],
        ],
    )
    assert frame["unit"].tolist() == ["万元", "万元", "", "%", "%", "", "%", "%", ""]


def test_a_new_table_does_not_inherit_a_unit(write_book: WriteBook) -> None:
    """Check that 表2 without a unit line has no unit, while a part of the same table has that of the whole."""
    first: list[list[object]] = [
        ["表1 产值"],
        ["单位：万元"],
        ["地区", "产值"],
        ["东区", 1],
        ["西区", 2],
        [None],
    ]
    rows: list[list[object]] = [["地区", "人口"], ["东区", 3], ["西区", 4]]
    assert paths(write_book, [*first, ["表2 人口"], *rows])["unit"].tolist()[2:] == ["", ""]
    assert paths(write_book, [*first, ["续表1"], *rows])["unit"].tolist()[2:] == ["万元", "万元"]
    assert paths(write_book, [*first, ["二、支出"], *rows])["unit"].tolist()[2:] == ["万元", "万元"]


def test_growth_beside_the_only_months_is_of_those_months(write_book: WriteBook) -> None:
    """Check 增幅 beside 1-9月, and that a figure of its own such as 年末人口 keeps the year of the title."""
    rows = [["产值（万元）", 1, 2], ["税收（万元）", 3, 4]]
    one = paths(write_book, [["示例市（2024年）"], ["指标", "1-9月", "增幅（%）"], *rows])
    assert one["period"].tolist()[:2] == ["2024-01/2024-09"] * 2
    other = paths(write_book, [["示例市（2024年）"], ["指标", "1-9月", "年末人口（人）"], *rows])
    assert other["period"].tolist()[:2] == ["2024-01/2024-09", "2024"]


def test_who_filled_the_form_in_is_no_figure(write_book: WriteBook) -> None:
    """Check that dates and telephone numbers under a table are not read as its rows."""
    frame = paths(
        write_book,
        [
            ["指标", "2024年（万元）"],
            ["产值", 3],
            ["税收", 4],
            ["填报日期：", 45000],
            [None],
            ["联系电话：", 5550123],
        ],
    )
    assert frame["value"].tolist() == [3, 4]


def test_office_that_fills_in_is_no_unit(write_book: WriteBook) -> None:
    """Check that 填报单位 gives no unit and no title, and that the unit at its right is found. 虚构数据。"""
    body = [["指标", "绝对额", "同比增长%"], ["财政收入", 61.5, 4.8], ["零售总额", 19.4, 4.0]]
    alone = paths(write_book, [["示例市2025年1—9月主要指标"], ["填报单位：示例市统计局"], *body])
    assert alone["unit"].tolist() == ["", "%"] * 2
    assert set(alone["title"]) == {"示例市2025年1—9月主要指标"}
    above = ["填报单位：示例市统计局", None, "单位：亿元、%"]
    assert (
        paths(write_book, [["示例市2025年1—9月主要指标"], above, *body])["unit"].tolist() == ["亿元", "%"] * 2
    )


def test_ranks_have_no_unit_under_a_band_with_one(write_book: WriteBook) -> None:
    """Check that 增速位次 does not take the 万元 of the band over it. 虚构数据。"""
    frame = paths(
        write_book,
        [
            ["2025年1-9月各县完成情况"],
            ["地区", "财政收入（万元）", None, None],
            [None, "完成", "同比%", "增速位次"],
            ["东区", 12000, 6.1, 3],
            ["西区", 70002, 9.3, 1],
        ],
    )
    assert frame["unit"].tolist() == ["万元", "%", ""] * 2
