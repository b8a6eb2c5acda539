"""A briefing put together for several periods: what is in it, and that it says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from songyuan_analysis.briefing import compose
from songyuan_analysis.briefing.excel.workbook import write_workbook
from songyuan_analysis.briefing.figure import Missing
from songyuan_analysis.briefing.model import Briefing
from songyuan_analysis.briefing.view import View, open_view
from songyuan_analysis.observations.sources import write_card
from songyuan_analysis.pipeline import build

BriefingOf = Callable[[str], Briefing]
COMMON = ["封面", "地区生产总值", "投资", "财政收入", "能耗", "计划承诺"]
SHEETS = {
    "2024": [*COMMON, "进度", "位次", "本期全部数据"],
    "2024Q2": [*COMMON, "进度", "全年展望", "位次", "本期全部数据"],
    "2025H1": [*COMMON, "位次", "本期全部数据"],
    "2016": [*COMMON, "位次", "本期全部数据"],
}


@pytest.mark.parametrize(
    ("period", "title", "subtitle"),
    [
        ("2024", "松原市2024年经济运行简报", "对照2024年政府计划"),
        ("2024Q2", "松原市2024年上半年经济运行简报", "对照2024年政府计划"),
        ("2025H1", "松原市2025年上半年经济运行简报", "2025年上半年已公布数据"),
        ("2016", "松原市2016年经济运行简报", "2016年已公布数据（全年）"),
    ],
)
def test_a_briefing_has_its_chapters_by_period_and_plan(
    briefing_of: BriefingOf, period: str, title: str, subtitle: str
) -> None:
    found = briefing_of(period)
    assert (found.title, found.subtitle) == (title, subtitle)
    assert [chapter.sheet_name for chapter in found.chapters] == SHEETS[period]
    assert [table.id for table in found.chapters[0].tables] == ["main"]
    for chapter in found.chapters:
        assert chapter.paragraphs
        # Where nothing was published these say in a line or two what to add; an empty table says nothing.
        assert chapter.tables or chapter.sheet_name in {"进度", "全年展望"}


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
    assert book.sheetnames[: len(SHEETS[period])] == SHEETS[period]
    texts = {str(c.value) for row in book["说明"].iter_rows() for c in row if c.value}
    assert found.gaps
    for gap in found.gaps:
        assert any(gap.rstrip("。") in text for text in texts), gap
    cover = {str(c.value) for row in book["封面"].iter_rows() for c in row if c.value}
    assert "未见公布" in cover and "未公布" not in cover
    if period == "2025H1":
        assert any("没有登记2025年的政府计划" in text for text in cover)


def test_every_bracket_of_unknowns_speaks_of_what_was_seen(briefing_of: BriefingOf) -> None:
    for period in ("2024", "2024Q2", "2025H1"):
        for table in briefing_of(period).tables():
            missing = {cell.reason for row in table.rows for cell in row if isinstance(cell, Missing)}
            assert "未公布" not in missing, table.title


def test_the_plan_s_own_base_stands_beside_its_commitments(briefing_of: BriefingOf) -> None:
    assert [table.id for table in briefing_of("2024").chapters[5].tables] == ["commitments", "plan_base"]
    assert [table.id for table in briefing_of("2025H1").chapters[5].tables] == ["commitments"]


@pytest.mark.parametrize("period", ["2023", "2024"])
def test_a_doubtful_number_is_in_the_table_and_not_in_the_chart(
    briefing_of: BriefingOf, tmp_path: Path, period: str
) -> None:
    write_workbook(briefing_of(period), tmp_path / "简报.xlsx")
    data = openpyxl.load_workbook(tmp_path / "简报.xlsx", data_only=True)["图表数据"]
    years = {row[0].value: row[1].value for row in block(data, "松原市地方级财政收支（亿元）")}
    assert years["2019年"] == pytest.approx(48.0, abs=10) and years["2021年"] is not None
    assert years["2020年"] is None
    (table,) = [table for table in briefing_of(period).tables() if table.id == "revenue_history"]
    doubtful = [figure for _, _, figure in table.figures() if figure.suspect]
    assert [figure.value for figure in doubtful] == [76.2]


def block(sheet: Worksheet, title: str) -> list[tuple[Cell, ...]]:
    """The rows of one chart's data, without its headings."""
    top = next(cell.row for row in sheet.iter_rows(max_col=1) for cell in row if cell.value == title)
    rows = list(sheet.iter_rows(min_row=top + 2))
    return rows[: next((at for at, row in enumerate(rows) if not row[0].value), len(rows))]


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> tuple[Path, Path]:
    """A store of three numbers, as a beginner has it, beside the plan of 2024."""
    folder = tmp_path_factory.mktemp("sparse")
    path = folder / "raw" / "公报.xlsx"
    (folder / "raw" / "plan").mkdir(parents=True)
    (folder / "raw" / "plan" / "2024.toml").write_bytes((raw / "plan" / "2024.toml").read_bytes())
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["松原市2024年主要经济指标"])
        sheet.write_row(1, 0, ["指标", "单位", "2024年", "比上年增长（%）"])
        sheet.write_row(2, 0, ["第一产业增加值", "亿元", 241.09, 3.8])
        sheet.write_row(3, 0, ["地方级财政收入", "亿元", "…", 17.5])
    card = {"issuer": "松原市统计局", "title": "示例", "release_date": "2025-03-20", "status": "preliminary"}
    write_card(path, {**card, "read_from": "公报", "tier": "1", "transcribed": True})
    assert build(folder / "raw", folder / "processed").ok
    return folder / "raw", folder / "processed"


@pytest.mark.parametrize("period", ["2024", "2025H1", "2024Q2"])
def test_a_store_of_a_few_numbers_still_gives_a_briefing(
    sparse: tuple[Path, Path], tmp_path: Path, period: str
) -> None:
    raw, processed = sparse
    found = compose.briefing(open_view(period, processed=processed, raw=raw))
    assert [chapter.sheet_name for chapter in found.chapters] == SHEETS[period]
    write_workbook(found, tmp_path / "简报.xlsx")
    book = openpyxl.load_workbook(tmp_path / "简报.xlsx", data_only=True)
    cover = {str(c.value) for row in book["封面"].iter_rows() for c in row if c.value}
    assert any("松原市地区生产总值没有找到公布数" in text for text in cover)
    numbers = {figure.value for table in found.tables() for _, _, figure in table.figures()}
    assert 17.5 in numbers if period == "2024" else 1002.18 not in numbers


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
