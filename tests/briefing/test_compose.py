"""A briefing put together for several periods: what is in it, and that it says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from songyuan_analysis.briefing import compose
from songyuan_analysis.briefing.excel.workbook import write_workbook
from songyuan_analysis.briefing.model import Briefing
from songyuan_analysis.briefing.view import View

BriefingOf = Callable[[str], Briefing]
SHEETS = ["封面", "地区生产总值", "投资", "财政收入", "能耗", "计划承诺", "本期全部数据"]


@pytest.mark.parametrize(
    ("period", "title", "subtitle"),
    [
        ("2024", "松原市2024年经济运行简报", "对照2024年政府计划"),
        ("2024Q2", "松原市2024年上半年经济运行简报", "对照2024年政府计划"),
        ("2025H1", "松原市2025年上半年经济运行简报", "2025年上半年已公布数据"),
        ("2016", "松原市2016年经济运行简报", "2016年已公布数据（全年）"),
    ],
)
def test_a_briefing_of_any_period_has_the_same_chapters(
    briefing_of: BriefingOf, period: str, title: str, subtitle: str
) -> None:
    found = briefing_of(period)
    assert (found.title, found.subtitle) == (title, subtitle)
    assert [chapter.sheet_name for chapter in found.chapters] == SHEETS
    assert [table.id for table in found.chapters[0].tables] == ["main"]
    assert all(chapter.tables and chapter.paragraphs for chapter in found.chapters)


def test_the_same_view_gives_the_same_briefing(
    briefing_of: BriefingOf, view_of: Callable[[str], View]
) -> None:
    assert compose.briefing(view_of("2024")) == briefing_of("2024")


@pytest.mark.parametrize("period", ["2024Q2", "2025H1"])
def test_the_workbook_of_a_half_year_says_what_is_missing(
    briefing_of: BriefingOf, tmp_path: Path, period: str
) -> None:
    found = briefing_of(period)
    write_workbook(found, tmp_path / "简报.xlsx")
    book = openpyxl.load_workbook(tmp_path / "简报.xlsx", data_only=True)
    assert book.sheetnames[: len(SHEETS)] == SHEETS
    texts = {str(c.value) for row in book["说明"].iter_rows() for c in row if c.value}
    assert found.gaps
    for gap in found.gaps:
        assert any(gap.rstrip("。") in text for text in texts), gap
    cover = {str(c.value) for row in book["封面"].iter_rows() for c in row if c.value}
    assert "未见公布" in cover and "未公布" not in cover
    if period == "2025H1":
        assert any("没有登记2025年的政府计划" in text for text in cover)


def test_every_word_that_needs_one_has_a_definition() -> None:
    words = dict(compose.DEFINITIONS)
    assert {
        "增长、同比增长",
        "可比口径",
        "断点",
        "未见公布、结果未公布",
        "无数量要求",
        "固定资产投资",
        "与经济同步",
        "本报告测算",
        "※",
    } <= set(words)
    assert all(text.endswith("。") for text in words.values())
