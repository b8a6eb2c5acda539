"""Labels: white space, markers, numbering, second languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.sheets.labels import (
    clean,
    join_wrapped,
    numbering_rank,
    serial_rank,
    split_label,
)


@given(st.text(max_size=40))
def test_cleaning_is_idempotent(text: str) -> None:
    """Check that a cleaned label is not changed by cleaning it again."""
    assert clean(clean(text)) == clean(text)


@given(
    st.lists(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6),
    st.sampled_from([" ", "  ", "\u3000", "\n"]),
)
def test_letter_spacing_is_no_word_break(characters: list[str], gap: str) -> None:
    """Check that 全  市 is 全市."""
    assert clean(gap.join(characters)) == "".join(characters)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("年平均人数\n(人)\nAnnual\nAverage", "年平均人数(人)"),
        ("煤炭  Coal", "煤炭"),
        ("人均GDP", "人均GDP"),
        ("R&D 经费", "R&D经费"),
        ("2018年比\r\n2017年增\r\n长", "2018年比2017年增长"),
        ("Regular  Schools ", "Regular Schools"),
    ],
)
def test_first_language(raw: str, text: str) -> None:
    """Check that translations go and terms stay."""
    assert clean(raw) == text


@pytest.mark.parametrize(
    ("raw", "indent", "marker", "text"),
    [
        ("其中：第一产业", 0, "其中", "第一产业"),
        ("　　　第二产业", 6, "", "第二产业"),
        ("  # 东新区", 2, "#", "东新区"),
        ("其中：#住宅", 0, "其中", "住宅"),
        ("全  市", 0, "", "全市"),
    ],
)
def test_pieces_of_a_row_label(raw: str, indent: int, marker: str, text: str) -> None:
    """Check indent, marker and text."""
    stub = split_label(raw)
    assert (stub.indent, stub.marker, stub.text) == (indent, marker, text)


def test_numbering() -> None:
    """Check the ranks; a decimal number is no numbering."""
    ranks = [numbering_rank(t) for t in ("一、收入", "(一)歲入", "1.直接稅", "(1)甲", "①乙", "1.5倍", "一产")]
    assert ranks == [0, 1, 2, 3, 4, None, None]


def test_wrapped_labels() -> None:
    """Check that Chinese joins without a space and English with one."""
    assert join_wrapped(["参加保险", "职工人数"]) == "参加保险职工人数"
    assert join_wrapped(["Regular", "Institutions", "of Higher"]) == "Regular Institutions of Higher"


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("一", 0),
        ("十二、", 0),
        ("（三）", 1),
        ("1", 2),
        ("12.", 2),
        ("(1)", 3),
        ("1.2", 3),
        ("②", 4),
        ("1.2.3", 4),
    ],
)
def test_serial_numbers(text: str, rank: int) -> None:
    """Check the levels of numbers that stand in a column of their own."""
    assert serial_rank(text) == rank


@pytest.mark.parametrize("text", ["", "甲", "工业", "1.5亿", "103", "2024"])
def test_no_serial_numbers(text: str) -> None:
    """Check that words, codes and figures have no level."""
    assert serial_rank(text) is None
