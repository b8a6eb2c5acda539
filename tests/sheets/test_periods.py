"""Periods: text forms, Chinese labels, and how fragments of several labels become one period."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import PeriodError
from songyuan_analysis.sheets.periods import Fragment, Period, parse_fragment, parse_period, resolve

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


@pytest.mark.parametrize(
    ("column", "title", "text"),
    [
        ("上年同月", "2024年5月", "2023-05"),
        ("去年同期数", "2024年一季度", "2023-01/2023-03"),
        ("上年同期累计", "2024年1-5月", "2023-01/2023-05"),
        ("上年1-本月", "2024年1-5月", "2023-01/2023-05"),
        ("去年1-4月", "2024年1-5月", "2023-01/2023-04"),
        ("上月末余额", "2024年1月", "2023-12"),
        ("上季度", "2024年6月", "2024-03"),
        ("上月", "2024年", None),
        ("1-2季度", "2024年", "2024-01/2024-06"),
        ("一至三季度", "2024年", "2024-01/2024-09"),
        ("1—4季度", "2024年", "2024-01/2024-12"),
    ],
)
def test_times_told_by_their_distance(column: str, title: str, text: str | None) -> None:
    """Check last year's and last month's figures in the table of another time."""
    pieces = [parse_fragment(column), parse_fragment(title)]
    assert all(pieces)
    period = resolve([piece for piece in pieces if piece])
    assert (None if period is None else str(period)) == text


@pytest.mark.parametrize("text", ["比上年同期增长", "上年同期=100", "上年末人口", "上年", "上月销售额增长"])
def test_what_only_speaks_of_another_time(text: str) -> None:
    """Check that a comparison is no time of its own, and that 上年 alone stays a year."""
    found = parse_fragment(text)
    assert found == (Fragment("relative", offset=-1) if text == "上年" else None)


@pytest.mark.parametrize(
    ("period", "months", "text"),
    [
        ("2024-03", 3, "2023-12"),
        ("2024Q1", 3, "2023Q4"),
        ("2024-01/2024-05", 12, "2023-01/2023-05"),
        ("2024-01/2024-05", -12, "2025-01/2025-05"),
        ("2024-01/2024-05", 1, "2024-01/2024-04"),
        ("2024-01/2024-05", 5, None),
        ("2024Q1", 1, None),
        ("2024", 12, "2023"),
        ("2024", 3, None),
    ],
)
def test_the_same_kind_of_period_earlier(period: str, months: int, text: str | None) -> None:
    """Check that a period moves by its own steps only."""
    found = Period.parse(period).earlier(months)
    assert (None if found is None else str(found)) == text
