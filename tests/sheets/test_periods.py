"""Periods: text forms, Chinese labels, and how fragments of several labels become one period."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import PeriodError
from songyuan_analysis.sheets.periods import Fragment, Period, parse_period, resolve

years = st.integers(1949, 2099)
months = st.integers(1, 12)
periods = st.one_of(
    st.builds(Period.year, years),
    st.builds(Period.quarter, years, st.integers(1, 4)),
    st.builds(Period.half, years, st.integers(1, 2)),
    st.builds(Period.month, years, months),
    st.builds(Period.to_date, years, months),
)


@given(periods)
def test_text_form_is_read_back(period: Period) -> None:
    """Check that the text form says everything about a period."""
    assert Period.parse(str(period)) == period


@given(periods)
def test_chinese_label_is_read_back(period: Period) -> None:
    """Check that the printed label leads to the same months and the same kind of series."""
    if period.cumulative and period.end[1] == 1:
        return  # 1月 is printed the same for the month and for the sum up to it
    assert parse_period(period.label_zh(), cumulative=period.cumulative) == period


@given(st.lists(periods, min_size=2, max_size=6))
def test_order_is_by_time(some: list[Period]) -> None:
    """Check that sorting never puts a period before one that ends earlier."""
    ordered = sorted(some)
    assert all(a.end <= b.end for a, b in pairwise(ordered))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2019年", "2019"),
        ("2017 年", "2017"),
        ("2024年1—9月", "2024-01/2024-09"),
        ("2024年1-2月", "2024-01/2024-02"),
        ("2024年上半年", "2024-01/2024-06"),
        ("2024年前三季度", "2024-01/2024-09"),
        ("2024年一季度", "2024-01/2024-03"),
        ("2024年三季度", "2024Q3"),
        ("2020年第四季度", "2020Q4"),
        ("2020年4月", "2020-04"),
        ("2018-05", "2018-05"),
        ("2014 Sept", "2014-09"),
        ("民國47年", "1958"),
        ("中 華 民 國 100 年 度", "2011"),
        ("2021—2025年", "2021-01/2025-12"),
        ("2004.11.1-2005.10.31", "2004-11/2005-10"),
    ],
)
def test_written_forms(written: str, text: str) -> None:
    """Check the forms that tables print."""
    assert str(parse_period(written)) == text


@pytest.mark.parametrize(
    "text", ["地区生产总值", "15-19", "18～34岁", "(1978年=100)", "", "13月", "2024年13月", "万人年"]
)
def test_labels_that_are_no_periods(text: str) -> None:
    """Check that ages, bases and units are not taken for time."""
    assert parse_period(text, year=2024) is None


@pytest.mark.parametrize("text", ["2024Q5", "2024-13", "24", "2024年", "2024-03/2024-01", "2024-1"])
def test_parse_refuses_other_texts(text: str) -> None:
    """Check that the text form is strict, and that the error says what is allowed."""
    with pytest.raises(PeriodError, match="时期"):
        Period.parse(text)


def test_single_quarter_and_sum_differ() -> None:
    """Check that 当季 and 累计 of one label are two series."""
    fourth = [Fragment("quarter", 2019, 10, 12)]
    assert str(resolve(fourth, cumulative=False)) == "2019Q4"
    assert str(resolve(fourth, cumulative=True)) == "2019-01/2019-12"
    assert Period.parse("2019-01/2019-12") != Period.parse("2019")


def test_parts_from_two_axes() -> None:
    """Check that 一季度 in a row and 2023年 over the column make one period; the title's year gives way."""
    row, column, title = Fragment("quarter", None, 1, 3), Fragment("year", 2023), Fragment("year", 2024)
    assert str(resolve([column, row, title])) == "2023-01/2023-03"
    assert str(resolve([column, row, title], loose_quarters=True)) == "2023Q1"


def test_relative_years_count_from_the_title() -> None:
    """Check that 上年度 is the year before the one that the title names."""
    assert str(resolve([Fragment("relative", offset=-1), Fragment("year", 2011)])) == "2010"
