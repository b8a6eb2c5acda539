"""The Excel briefing, read back by programs that did not write it. All figures are made up (虚构数据)."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from songyuan_analysis.briefing.excel.workbook import AUTHOR, write_workbook
from songyuan_analysis.briefing.model import (
    Briefing,
    Chapter,
    Check,
    Column,
    Figure,
    Formula,
    Missing,
    NativeChart,
    Paragraph,
    Source,
    Table,
)
from songyuan_analysis.errors import BriefingError

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
LEDGER = "虚构数据_示例市2024年统计公报.xlsx"


def published(
    value: float, cell: str, *, decimals: int = 1, unit: str = "%", period: str = "2024", suspect: str = ""
) -> Figure:
    source = Source(
        indicator="gdp",
        name_zh="地区生产总值",
        ref_area="990000",
        area_name="示例市",
        measure="yoy" if unit == "%" else "level",
        time_period=period,
        obs_value=value,
        decimals=decimals,
        unit=unit,
        file=LEDGER,
        sheet="主要指标",
        cell=cell,
        sha256="ab" * 32,
        obs_status="P",
        vintage="2025-03-20",
        conf_tier="1",
        issuer="示例市统计局",
        source_title="示例市2024年国民经济和社会发展统计公报（虚构数据）",
    )
    return Figure.published(source, suspect=suspect)


def gap(outcome: Figure, target: Figure, row: int) -> Figure:
    return Figure(
        value=round(outcome.value - target.value, 10),
        decimals=1,
        unit="个百分点",
        sources=outcome.sources + target.sources,
        derivation="实际增速－目标增速",
        low=outcome.value - target.value - 0.05,
        high=outcome.value - target.value + 0.05,
        formula=Formula("{0}-{1}", ((row, 5), (row, 3))),
    )


def main_table() -> Table:
    def row(
        at: int, name: str, level: float, growth: float, target: float | None, state: str
    ) -> tuple[object, ...]:
        outcome = published(growth, f"D{at + 5}")
        aim = published(target, f"C{at + 20}") if target is not None else Missing("未设目标")
        difference = gap(outcome, aim, at) if isinstance(aim, Figure) else Missing("无法比较")
        share = Figure(
            value=level / 1234.56 * 100,
            decimals=1,
            unit="%",
            sources=(published(level, f"C{at + 5}", decimals=2, unit="亿元").sources[0],),
            derivation="本项÷地区生产总值",
        )
        amount = published(level, f"C{at + 5}", decimals=2, unit="亿元")
        return (str(at + 1), name, "亿元", aim, amount, outcome, difference, share, state, Missing("未公布"))

    columns = (
        Column("序号", kind="text"),
        Column("指标", kind="text"),
        Column("单位", kind="text"),
        Column("年度目标", "%"),
        Column("绝对量", group="2024年"),
        Column("同比增长", "%", group="2024年"),
        Column("超（欠）目标±百分点", "个百分点"),
        Column("占地区生产总值比重", "%"),
        Column("状态", kind="state"),
        Column("全省位次", "位"),
    )
    rows = (
        row(0, "地区生产总值（虚构数据）", 1234.56, 5.8, 6.0, "有差距"),
        row(1, "第一产业", 234.50, 4.1, None, "按年统计"),
        row(2, "第二产业", 400.06, -3.2, None, "未达到"),
        row(3, "工业", 300.00, -4.0, 5.0, "未达到"),
        row(4, "第三产业", 600.00, 7.5, 7.0, "达到"),
        row(5, "扣除原料用能和非化石能源消费量后的规模以上工业综合能源消费量", 88.20, 0.0, 0.5, "基本达到"),
    )
    suspect = list(rows[2])
    suspect[5] = published(-3.2, "D7", suspect="比相邻各期高出许多，待核实")
    return Table(
        id="main",
        title="主要经济指标完成情况表",
        unit="见“单位”栏",
        columns=columns,
        rows=(*rows[:2], tuple(suspect), *rows[3:]),  # type: ignore[arg-type]
        notes=("本表为虚构数据，只用于测试。", "增速按可比价格计算。"),
        source="示例市统计局（虚构数据）",
        indents=(0, 1, 1, 2, 1, 0),
        of_which=(3,),
    ).without_empty_columns()


def history_table() -> Table:
    levels = (900.5, 951.25, None, 1042.0, 1130.75, 1234.56)
    rows = []
    for at, level in enumerate(levels):
        period = str(2019 + at)
        amount = (
            published(level, f"C{at + 40}", decimals=2, unit="亿元", period=period) if level else Missing()
        )
        growth = published(3.0 + at * 0.5, f"D{at + 40}", period=period)
        industry = published(6.0 - at * 1.1, f"E{at + 40}", period=period)
        rows.append((f"{period}年", amount, growth, industry))
    return Table(
        id="history",
        title="地区生产总值及其增速（虚构数据）",
        columns=(
            Column("年份", kind="text"),
            Column("地区生产总值", "亿元"),
            Column("地区生产总值增速", "%"),
            Column("工业增速", "%"),
        ),
        rows=tuple(rows),
        source="示例市统计局（虚构数据）",
    )


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    main, history = main_table(), history_table()
    total, growth = main.rows[0][4], main.rows[0][5]
    assert isinstance(total, Figure) and isinstance(growth, Figure)
    sentence = Paragraph.of("2024年示例市地区生产总值", total, "，按可比价格计算，同比增长", growth, "。")
    long = "这一段是虚构数据的说明文字，用来看长段落怎样换行、行高够不够、和表格怎样排在一起。" * 5
    return Briefing(
        title="示例市2024年经济运行简报（虚构数据）",
        subtitle="2024年 · 示例市",
        area="示例市",
        period="2024",
        period_label="2024年",
        chapters=(
            Chapter(
                sheet_name="封面",
                title="主要经济指标",
                paragraphs=(sentence, long),
                tables=(main,),
                charts=(
                    NativeChart(
                        kind="bar",
                        title="实际增速与目标（虚构数据）",
                        table_id="main",
                        category="指标",
                        values=("年度目标", "2024年 / 同比增长"),
                        unit="%",
                        rows=(0, 3, 4),
                    ),
                ),
            ),
            Chapter(
                sheet_name="地区生产总值",
                title="一、地区生产总值",
                paragraphs=("本章为虚构数据。",),
                tables=(history,),
                charts=(
                    NativeChart(
                        kind="column",
                        title="地区生产总值（虚构数据）",
                        table_id="history",
                        category="年份",
                        values=("地区生产总值",),
                        unit="亿元",
                        note="2021年未公布，留空。",
                    ),
                    NativeChart(
                        kind="line",
                        title="增速（虚构数据）",
                        table_id="history",
                        category="年份",
                        values=("地区生产总值增速", "工业增速"),
                        unit="%",
                    ),
                ),
            ),
        ),
        definitions=(("可比价格", "按基期价格计算、剔除价格变动的价格。"),),
        caveats=("全部数值均为虚构数据，不能引用。",),
        gaps=("2021年地区生产总值未公布。",),
        compiled_by="示例市统计局",
        sources_note="虚构数据，只用于测试。",
    )


@pytest.fixture(scope="module")
def written(briefing: Briefing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("briefing") / "示例市简报.xlsx"
    write_workbook(briefing, path)
    return path


@pytest.fixture(scope="module")
def book(written: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written)


@pytest.fixture(scope="module")
def values(written: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written, data_only=True)


def place_of(sheet, text: str) -> tuple[int, int]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == text:
                return cell.row, cell.column
    raise AssertionError(text)


def printed(briefing: Briefing) -> list[Figure]:
    """All numbers in the order in which they are written."""
    found: list[Figure] = []
    for chapter in briefing.chapters:
        for text in chapter.paragraphs:
            found += text.figures if isinstance(text, Paragraph) else ()
        for table in chapter.tables:
            found += [figure for _, _, figure in table.figures()]
    return found


def test_sheets_and_report(briefing: Briefing, tmp_path: Path) -> None:
    report = write_workbook(briefing, tmp_path / "新文件夹" / "b.xlsx")
    assert report.sheets == ("封面", "地区生产总值", "溯源", "说明", "图表数据")
    assert report.figures == len(printed(briefing))
    assert report.derived == sum(figure.derived for figure in printed(briefing))
    assert report.inputs == sum(len(figure.sources) for figure in printed(briefing))
    assert report.missing == sum(
        isinstance(cell, Missing) and cell.is_gap
        for table in briefing.tables()
        for row in table.rows
        for cell in row
    )
    assert [path.name for path in (tmp_path / "新文件夹").iterdir()] == ["b.xlsx"]


def test_numbers_are_numbers_in_printed_decimals(briefing: Briefing, values: openpyxl.Workbook) -> None:
    table = briefing.table("main")
    sheet = values["封面"]
    head, _ = place_of(sheet, table.printed_label(0))
    for row, column, figure in table.figures():
        cell = sheet.cell(head + row, column + 1)
        assert cell.value == pytest.approx(figure.value)
        assert cell.data_type == "n"
        decimals = re.match(r"0(?:\.(0+))?", cell.number_format)
        assert decimals is not None and len(decimals[1] or "") == figure.decimals
        assert cell.alignment.horizontal == "right" and cell.font.name == "Times New Roman"


def test_doubtful_number_is_marked_and_explained(briefing: Briefing, book: openpyxl.Workbook) -> None:
    sheet = book["封面"]
    row, _ = place_of(sheet, "第二产业")
    assert sheet.cell(row, 6).number_format == '0.0"※"'
    assert sheet.cell(row - 1, 6).number_format == "0.0_※"
    texts = [cell.value for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert any("※ 存疑：比相邻各期高出许多" in text for text in texts)


def test_missing_values_say_why(briefing: Briefing, book: openpyxl.Workbook) -> None:
    row, _ = place_of(book["封面"], "第一产业")
    assert [book["封面"].cell(row, column).value for column in (4, 7)] == ["未设目标", "无法比较"]
    assert book["封面"].cell(row, 9).value == "○ 按年统计"
    headings = [cell.value for line in book["封面"].iter_rows() for cell in line]
    assert "全省位次\n（位）" not in headings


def test_notes_list_files_terms_and_gaps(book: openpyxl.Workbook) -> None:
    texts = [cell.value for line in book["说明"].iter_rows() for cell in line if isinstance(cell.value, str)]
    assert any(text.startswith(f"{LEDGER}（") for text in texts)
    assert any("可比价格：按基期价格计算" in text for text in texts)
    assert any(
        text.endswith("表“地区生产总值及其增速（虚构数据）”未公布：“地区生产总值”的2021年。")
        for text in texts
    )


def test_every_number_has_its_trace(briefing: Briefing, values: openpyxl.Workbook) -> None:
    trace = values["溯源"]
    headings = {cell.value: cell.column for cell in trace[3]}
    rows = list(trace.iter_rows(min_row=4))
    column = {name: index - 1 for name, index in headings.items()}
    expected = printed(briefing)
    by_number: dict[int, list] = {}
    for row in rows:
        by_number.setdefault(row[column["溯源号"]].value, []).append(row)
    assert list(by_number) == list(range(1, len(expected) + 1))
    for number, figure in enumerate(expected, 1):
        group = by_number[number]
        assert [row[column["来源单元格"]].value for row in group] == [
            source.cell for source in figure.sources
        ]
        assert {row[column["来源文件"]].value for row in group} == {LEDGER}
        assert group[0][column["印出数值"]].value == pytest.approx(float(figure.text()))
        assert all(row[column["取得方式"]].value == "同上" for row in group[1:])
        method = group[0][column["取得方式"]].value
        assert method == "原样转录" if not figure.derived else method.startswith("本报告测算：")


def test_one_step_from_number_to_trace_and_back(briefing: Briefing, book: openpyxl.Workbook) -> None:
    trace = book["溯源"]
    linked = 0
    for name in ("封面", "地区生产总值"):
        for line in book[name].iter_rows():
            for cell in line:
                if not (isinstance(cell.value, int | float) or cell.data_type == "f"):
                    continue
                target = re.fullmatch(r"'溯源'!A(\d+)", cell.hyperlink.location)
                assert target is not None
                row = int(target[1])
                assert (trace.cell(row, 2).value, trace.cell(row, 3).value) == (name, cell.coordinate)
                assert trace.cell(row, 3).hyperlink.location == f"'{name}'!{cell.coordinate}"
                assert LEDGER in cell.hyperlink.tooltip and len(cell.hyperlink.tooltip) <= 255
                assert cell.font.underline is None
                linked += 1
    assert linked == sum(1 for table in briefing.tables() for _ in table.figures())


def test_sentence_leads_to_its_numbers(book: openpyxl.Workbook) -> None:
    row, _ = place_of(book["封面"], "溯源1—2")
    link = next(cell for cell in book["封面"][row] if cell.value == "溯源1—2")
    assert link.hyperlink.location == "'溯源'!A4"
    assert "1234.56亿元" in book["封面"].cell(row, 1).value


def test_note_leads_to_its_numbers(briefing: Briefing, tmp_path: Path) -> None:
    total = briefing.table("main").rows[0][4]
    assert isinstance(total, Figure)
    history = replace(briefing.table("history"), notes=(Paragraph.of("合计", total, "（虚构数据）。"),))
    chapter = replace(briefing.chapters[1], tables=(history,))
    write_workbook(replace(briefing, chapters=(briefing.chapters[0], chapter)), tmp_path / "b.xlsx")
    written = openpyxl.load_workbook(tmp_path / "b.xlsx")
    row, _ = place_of(written["地区生产总值"], "注：合计1234.56亿元（虚构数据）。")
    last = written["溯源"].max_row
    assert written["地区生产总值"].cell(row, 1).hyperlink.location == f"'溯源'!A{last}"
    assert written["溯源"].cell(last, 3).value == f"A{row}"


def test_live_formulas_carry_cached_values(
    briefing: Briefing, book: openpyxl.Workbook, values: openpyxl.Workbook
) -> None:
    row, _ = place_of(book["封面"], "地区生产总值（虚构数据）")
    assert book["封面"].cell(row, 7).value == f"=F{row}-D{row}"
    assert values["封面"].cell(row, 7).value == pytest.approx(-0.2)


def test_gap_in_a_chart_is_blank_not_zero(book: openpyxl.Workbook, written: Path) -> None:
    data = book["图表数据"]
    row, _ = place_of(data, "地区生产总值（亿元）")
    cells = [data.cell(row + at, 2).value for at in range(1, 7)]
    assert cells[2] is None and all(
        str(cell).startswith("='地区生产总值'!B") for cell in cells[:2] + cells[3:]
    )
    charts = book["封面"]._charts + book["地区生产总值"]._charts
    assert len(charts) == 3
    references = [series.val.numRef.f for chart in charts for series in chart.series]
    assert references[2] == "图表数据!$B$" + f"{row + 1}:$B${row + 6}"
    assert all(chart.display_blanks == "gap" for chart in charts)


def test_charts_cover_no_cell_with_content(book: openpyxl.Workbook) -> None:
    for sheet in (book["封面"], book["地区生产总值"]):
        filled = {cell.row for line in sheet.iter_rows() for cell in line if cell.value is not None}
        for chart in sheet._charts:
            first, last = chart.anchor._from.row + 1, chart.anchor.to.row + 1
            assert not filled & set(range(first, last + 1))


def test_page_setup(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert "&P" in sheet.oddFooter.center.text
    assert book["溯源"].freeze_panes == "E4"
    assert book["封面"].cell(1, 1).font.name == "方正小标宋简体" and book["封面"].cell(1, 1).font.size == 20


def long_briefing(briefing: Briefing) -> Briefing:
    history = briefing.table("history")
    longer = replace(history, rows=history.rows * 15)
    chapter = replace(briefing.chapters[1], tables=(longer,), charts=())
    return replace(briefing, chapters=(briefing.chapters[0], chapter))


def test_a_table_longer_than_a_page_repeats_its_headings(briefing: Briefing, tmp_path: Path) -> None:
    write_workbook(long_briefing(briefing), tmp_path / "b.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["地区生产总值"]
    row, _ = place_of(sheet, "年份")
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.freeze_panes == f"A{row + 1}"


def test_long_paragraph_is_shown_whole(briefing: Briefing, tmp_path: Path) -> None:
    chapter = replace(briefing.chapters[0], paragraphs=("虚构数据的长段落。" * 300,))
    write_workbook(replace(briefing, chapters=(chapter, briefing.chapters[1])), tmp_path / "b.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["封面"]
    block = next(area for area in sheet.merged_cells.ranges if "长段落" in str(area.start_cell.value))
    heights = [sheet.row_dimensions[row].height for row in range(block.min_row, block.max_row + 1)]
    columns = [size.width * (size.max - size.min + 1) for size in sheet.column_dimensions.values()]
    # 2,700 characters of 12 points need so many points of area, at 7 pixels or 5.25 points a unit of width.
    assert sum(heights) * sum(columns) * 5.25 > 2700 * 12 * 12 * 1.15
    assert max(heights) <= 409


def test_document_properties_do_not_tell_the_clock(book: openpyxl.Workbook) -> None:
    assert book.properties.creator == AUTHOR
    assert book.properties.created.date().isoformat() == "2025-03-20"


def test_two_runs_give_the_same_bytes(briefing: Briefing, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_workbook(briefing, again)
    assert again.read_bytes() == written.read_bytes()


def test_error_leaves_nothing_behind(
    briefing: Briefing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("songyuan_analysis.briefing.excel.workbook.write_notes", fail)
    with pytest.raises(RuntimeError, match="disk on fire"):
        write_workbook(briefing, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.xlsx"]
    assert path.read_bytes() == b"old"


def test_file_in_use_is_told_in_chinese(
    briefing: Briefing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("songyuan_analysis.briefing.excel.workbook.os.replace", refuse)
    with pytest.raises(BriefingError, match="请先关闭"):
        write_workbook(briefing, tmp_path / "b.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_reserved_sheet_names_are_refused(briefing: Briefing, tmp_path: Path) -> None:
    chapter = replace(briefing.chapters[1], sheet_name="溯源")
    with pytest.raises(BriefingError, match="溯源"):
        write_workbook(replace(briefing, chapters=(briefing.chapters[0], chapter)), tmp_path / "b.xlsx")


@pytest.mark.slow
def test_libreoffice_recalculates_to_the_cached_values(written: Path, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("soffice is not installed, so the formulas were not recalculated by another program")
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    # LibreOffice trusts cached values unless told otherwise, and a trusted value proves nothing.
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    subprocess.run(
        [
            soffice,
            "--headless",
            f"-env:UserInstallation={profile.as_uri()}",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "back"),
            str(written),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    formulas = openpyxl.load_workbook(written)
    cached = openpyxl.load_workbook(written, data_only=True)
    recalculated = openpyxl.load_workbook(tmp_path / "back" / written.name, data_only=True)
    checked = 0
    for sheet in formulas.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    new = recalculated[sheet.title][cell.coordinate].value
                    old = cached[sheet.title][cell.coordinate].value
                    assert new == (pytest.approx(old, abs=1e-9) if isinstance(old, int | float) else old)
                    checked += 1
    assert checked > 5


def test_the_sheet_of_checks_has_the_findings_and_leads_to_the_trace(
    briefing: Briefing, tmp_path: Path
) -> None:
    source = next(f for _, _, f in next(briefing.tables()).figures()).sources[0]
    printed = Check(
        severity="警示", title="部分与合计", message="虚构数据：各部分之和与合计不符", period="2024年",
        file=source.file, sheet=source.sheet, cell=source.cell, evidence="甲 › 乙 › 丙", remedy="核对原表。",
    )  # fmt: skip
    elsewhere = replace(printed, severity="提示", cell="ZZ99")
    write_workbook(replace(briefing, checks=(printed, elsewhere)), tmp_path / "检查.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "检查.xlsx")["检查"]
    head, first, second = sheet.iter_rows(min_row=3, max_row=5)
    column = {cell.value: cell.column - 1 for cell in head}
    assert [cell.value for cell in first][:5] == ["1", "警示", "部分与合计", "2024年", printed.message]
    assert (first[column["文件"]].value, first[column["单元格"]].value) == (source.file, source.cell)
    assert first[column["单元格"]].hyperlink.location.startswith("'溯源'!A")
    assert second[column["单元格"]].hyperlink is None


def test_no_findings_are_said_and_no_audit_makes_no_sheet(briefing: Briefing, tmp_path: Path) -> None:
    write_workbook(replace(briefing, checks=()), tmp_path / "检查.xlsx")
    assert openpyxl.load_workbook(tmp_path / "检查.xlsx")["检查"]["A2"].value == "没有发现问题。"
    assert "检查" not in write_workbook(replace(briefing, checks=None), tmp_path / "无.xlsx").sheets
