"""Cells where a number is expected: numbers, repaired numbers, marks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.sheets.marks import MARKS, footnote_keys, read_cell, read_ranked


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_numbers_stay_exact(value: float) -> None:
    """Check that no digit is lost, as number and as text."""
    assert read_cell(value).value == value
    assert read_cell(repr(value)).value == value


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_thousands_separators(number: int, decimals: int) -> None:
    """Check commas, spaces and padding around a printed number."""
    value = number / 10**decimals
    printed = f"{value:,.{decimals}f}"
    expected = float(printed.replace(",", ""))
    for text in (printed, printed.replace(",", " "), f"    {printed}", f"{printed}\u3000"):
        assert read_cell(text).value == expected


@given(st.text(max_size=12))
def test_letters_never_become_numbers(text: str) -> None:
    """Check that a text with letters has no value, apart from a power of ten (1e5) and a unit that is told."""
    reading = read_cell(text)
    if any(c.isalpha() and c not in "eE注" for c in text) and not reading.unit:
        assert math.isnan(reading.value)


@pytest.mark.parametrize("mark", sorted(MARKS))
def test_every_mark_is_missing(mark: str) -> None:
    """Check the closed vocabulary: a mark is missing, keeps its text, and says why."""
    reading = read_cell(f" {mark} ")
    assert (reading.kind, reading.mark) == ("mark", mark)
    assert math.isnan(reading.value)
    assert reading.reason


@pytest.mark.parametrize(
    "text",
    ["6左右", "120以上", "与经济同步", "超过900", "5%左右", "<2", "≥3.5", "6.3S", "2.8T", "5.2(3)", "1-2"],
)
def test_words_and_damage_are_reported(text: str) -> None:
    """Check that worded targets and unreadable numbers are missing with their own text."""
    reading = read_cell(text)
    assert (reading.kind, reading.mark) == ("mark", text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("    45123 6", 451236),
        ("2 481903", 2481903),
        ("317 4", 3174),
        ("8. 46", 8.46),
        ("123①", 123),
        ("5.2[1]", 5.2),
        ("3.5*", 3.5),
    ],
)
def test_repairs_are_reported(text: str, value: float) -> None:
    """Check that a number with one possible reading is read, and says that it was repaired."""
    reading = read_cell(text)
    assert (reading.kind, reading.value) == ("repaired", value)
    assert reading.mark == text.strip()
    assert reading.reason


@pytest.mark.parametrize("text", ["12 13", "1 2", "12.5 13.1", "1,23", "12,34,5"])
def test_two_readings_are_no_reading(text: str) -> None:
    """Check that ambiguous damage is not repaired."""
    assert math.isnan(read_cell(text).value)


@pytest.mark.parametrize("text", ["规模以上工业增加值", "65岁以上", "60岁及以上", "第一产业"])
def test_labels_are_no_marks(text: str) -> None:
    """Check that labels with bounds in them stay labels."""
    assert read_cell(text).kind == "text"


def test_percent_in_the_cell() -> None:
    """Check that a printed % becomes the unit, not a factor."""
    assert (read_cell("5.2%").value, read_cell("5.2%").unit) == (5.2, "%")


def test_units_beside_the_number() -> None:
    """Check that a unit with a denominator may stand in the cell (虚构数据), and that ranges give no number."""
    for text, value, unit in (
        ("0.65 千克标准煤 / 千克", 0.65, "千克标准煤/千克"),
        ("12 500千焦/立方米", 12500.0, "千焦/立方米"),
        ("0.65 kgce / cu.m", 0.65, "kgce/cu.m"),
    ):
        assert (read_cell(text).kind, read_cell(text).value, read_cell(text).unit) == ("number", value, unit)
    for text in ("0.25～0.45 千克标准煤 / 千克", "12 500 千焦 / (3 000 千卡) / 千克"):
        assert (read_cell(text).kind, read_cell(text).mark) == ("mark", text)
    for text in ("30年", "2024年/月", "100人", "5/6", "元/吨", "3 甲 / 乙"):
        assert math.isnan(read_cell(text).value)


def test_footnote_keys() -> None:
    """Check which signs of a label are footnotes."""
    assert footnote_keys("地区生产总值[1]") == ("[1]",)
    assert footnote_keys("能耗②") == ("②",)
    assert footnote_keys("第一产业") == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.3（2）", 12.3), ("-7.8(4)", -7.8), ("1,850（1）", 1850), ("3.9 （12）", 3.9)],
)
def test_a_rank_in_brackets_is_one_where_the_table_says_so(text: str, value: float) -> None:
    """Check that 12.3（2） alone is refused, and read for a table that speaks of ranks."""
    alone = read_cell(text)
    assert (alone.kind, alone.mark) == ("mark", text)
    ranked = read_ranked(alone)
    assert (ranked.kind, ranked.value, ranked.mark) == ("repaired", value, text)


@pytest.mark.parametrize("text", ["5.0（第3位）", "5（并列第3）", "5.0(3位)", "5.0（排名第3）"])
def test_a_rank_that_calls_itself_one(text: str) -> None:
    """Check that brackets that say 位 need no other word."""
    assert (read_cell(text).kind, read_cell(text).value) == ("repaired", 5.0)


@pytest.mark.parametrize("text", ["6左右", "-", "5.2(3.1)", "5.2(123)", "（3）", "1-2"])
def test_other_marks_stay_marks(text: str) -> None:
    """Check that nothing else is read out of a mark because a table speaks of ranks."""
    assert math.isnan(read_ranked(read_cell(text)).value)


@pytest.mark.parametrize("text", ["正增长", "保持正增长", "与经济增长同步", "稳步增长"])
def test_targets_without_a_number(text: str) -> None:
    """Check that targets in words only are marks as well."""
    assert (read_cell(text).kind, read_cell(text).mark) == ("mark", text)
