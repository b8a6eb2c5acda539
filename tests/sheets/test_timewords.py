"""What one text says about time, in labels, titles and sheet names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.sheets.timewords import (
    leading_fragment,
    parse_fragment,
    says_sum,
    split_year,
    stated_fragment,
    title_fragment,
)


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    """Check that no text makes the grammar fail, and that months stay within a year."""
    for grammar in (parse_fragment, leading_fragment, title_fragment):
        found = grammar(text)
        if found is not None and found.start is not None:
            assert 1 <= found.start <= 12


@pytest.mark.parametrize(
    ("text", "year"),
    [("2018年比2017年增长", 2018), ("2018年末", 2018), ("2023年绝对量（亿元）", 2023)],
)
def test_head_of_a_column_label(text: str, year: int) -> None:
    """Check that the first year of a column label is the column's own."""
    found = leading_fragment(text)
    assert found is not None
    assert found.year == year


@pytest.mark.parametrize("text", ["2010年=100", "2012年以来累计", "2000元以下"])
def test_heads_that_are_no_time(text: str) -> None:
    """Check that bases and bounds are not taken for the column's period."""
    assert leading_fragment(text) is None


@pytest.mark.parametrize(
    ("title", "year", "end"),
    [
        ("表2.6 各区人口年龄构成（2012）", 2012, None),
        ("4-1  能源平衡表(标准量) -2007", 2007, None),
        ("示例市2024年1—9月主要指标", 2024, 9),
        ("商品零售价格指数(上年=100) 2015年", 2015, None),
        ("中華民國110年04月底", 2021, 4),
        ("中華民國九十一年度", 2002, None),
        ("2024年目标任务完成情况（截至9月底）", 2024, 9),
        ("2024年目标任务完成情况（截至2024年9月底）", 2024, 9),
    ],
)
def test_titles(title: str, year: int, end: int | None) -> None:
    """Check where titles hide the time."""
    found = title_fragment(title)
    assert found is not None
    assert (found.year, found.end) == (year, end)


def test_footnote_sign_is_no_digit() -> None:
    """Check that Apr¹ is April and not April 1."""
    found = parse_fragment("Apr¹")
    assert found is not None
    assert found.start == 4


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("2004/05", True),
        ("2022/2023学年", True),
        ("2023-2024学年", True),
        ("2023-2024年", False),
        ("2023/11", False),
        ("2021-2025年", False),
    ],
)
def test_years_that_begin_in_one_year_and_end_in_the_next(text: str, split: bool) -> None:
    """Check that only neighbouring years make a school or fiscal year, and only where the text says so."""
    assert (split_year(text) is not None) is split


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("年末人口（2019年）", 2019),
        ("年末人口2019年", 2019),
        ("截至2024年底", 2024),
        ("人口（2019年）密度", 2019),
        ("比2019年", None),
        ("生产总值（2020年价）", None),
        ("指数（2020年=100）", None),
        ("县（市、区）", None),
        ("占2024年比重", None),
    ],
)
def test_stated_years(text: str, year: int | None) -> None:
    """Check years in brackets and at the end of labels; years of prices and comparisons are none."""
    found = stated_fragment(text)
    assert (None if found is None else found.year) == year


@pytest.mark.parametrize(
    "text",
    ["年度计划", "年度目标", "全年目标任务", "年初预算", "调整预算数", "本年度预期目标（增长）", "全年"],
)
def test_a_plan_is_for_the_whole_year(text: str) -> None:
    """Check that a plan in a report of nine months is not one of nine months."""
    found = leading_fragment(text)
    assert found is not None
    assert (found.kind, found.year) == ("whole", None)


@pytest.mark.parametrize("text", ["年度计划完成率", "完成年度目标", "年末人口", "目标", "全年龄段"])
def test_what_only_speaks_of_plans(text: str) -> None:
    """Check that a share of the plan, and other words, do not name the whole year."""
    assert leading_fragment(text) is None


@pytest.mark.parametrize("text", ["上年同期", "去年同期数", "上年同月", "（上年同期）", "上年同期累计"])
def test_the_span_of_the_year_before(text: str) -> None:
    """Check that 上年同期 is the same months of another year; 比上年同期增长 is no time."""
    found = parse_fragment(text)
    assert found is not None
    assert (found.kind, found.offset) == ("relative", -1)
    assert parse_fragment(f"比{text}增长") is None


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("为预算",), True),
        (("完成年度计划",), True),
        (("完成率",), True),
        (("占预算", "本月"), False),
        (("累计数",), True),
        (("完成投资",), None),
        (("合同完成率",), None),
    ],
)
def test_sums(labels: tuple[str, ...], expected: bool | None) -> None:
    """Check that a share of the plan counts from January unless 本月 is said."""
    assert says_sum(labels) is expected


def test_up_to_a_month_is_a_sum_only_within_the_year_of_the_title() -> None:
    """Check that 截至9月底 counts from January, and that a balance at the end of a month stays at its month."""
    task = title_fragment("2024年目标任务完成情况（截至2024年9月底）")
    balance = title_fragment("截至2024年9月末存款余额")
    assert (task and task.kind, balance and balance.kind) == ("span", "month")
