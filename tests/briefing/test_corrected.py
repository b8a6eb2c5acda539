"""A corrected figure in print: both values and the reason, in sentences, tables, workbook and page. 虚构数据."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from songyuan_analysis.briefing import compose, pictures, prose, tables
from songyuan_analysis.briefing.arithmetic import difference, ratio
from songyuan_analysis.briefing.excel.workbook import write_workbook
from songyuan_analysis.briefing.figure import Figure, Missing, Source
from songyuan_analysis.briefing.table import Paragraph
from songyuan_analysis.briefing.view import View, open_view
from songyuan_analysis.briefing.web.table_html import footnotes, source_text, table_html
from songyuan_analysis.errors import BriefingError
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.pipeline import build

ROWS = [
    ["松原市主要经济指标"],
    ["指标", "2022年", "2023年", "2024年"],
    ["地区生产总值（亿元）", 900.5, 950.5, 1002.18],
    ["地方级财政收入（亿元）", 40.5, 45.5, 5.02],
    ["一般公共预算支出（亿元）", 200.5, 210.5, 220.5],
    ["固定资产投资（亿元）", 100.5, 110.5, 120.5],
]
REGISTER = """
[[correction]]
file = "年表.xlsx"
sheet = "表"
cell = "D4"
expected = 5.02
use = "50.20"
reason = "漏录一位（虚构数据）"
author = "张三"
date = "2025-05-01"
source = "年鉴第5页"

[[correction]]
file = "年表.xlsx"
sheet = "表"
cell = "C6"
expected = 110.5
use = "缺"
reason = "来源不可信（虚构数据）"
author = "李四"
date = "2025-05-01"
"""
NOTE = (
    "松原市2024年地方级财政收入公布数为5.02亿元，更正为50.20亿元："
    "漏录一位（虚构数据）（张三，2025-05-01；依据：年鉴第5页）"
)
LEFT = "松原市2023年固定资产投资公布数为110.5亿元，按更正不用：来源不可信（虚构数据）（李四，2025-05-01）"


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    import xlsxwriter

    from songyuan_analysis.observations.sources import write_card

    folder = tmp_path_factory.mktemp("corrected")
    path = folder / "raw" / "年表.xlsx"
    path.parent.mkdir()
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    card: dict[str, Any] = {
        "issuer": "某局", "title": "年表", "release_date": "2025-03-20", "status": "preliminary", "read_from": "虚构",
        "tier": "1", "transcribed": True,
    }  # fmt: skip
    write_card(path, card)
    (path.parent / "corrections.toml").write_text(REGISTER, encoding="utf-8")
    report = build(path.parent, folder / "processed")
    assert report.ok and report.idle == ()
    return open_view("2024", processed=folder / "processed", raw=path.parent)


@pytest.fixture(scope="module")
def revenue(view: View) -> Figure:
    found = view.published("fiscal_rev_local")
    assert isinstance(found, Figure)
    return found


def test_a_corrected_figure_has_the_digits_to_use_and_tells_both(revenue: Figure) -> None:
    assert (revenue.text(unit=True), revenue.derived, revenue.mark) == ("50.20亿元", False, "※")
    assert revenue.corrections == (NOTE,)
    assert source_text(revenue).startswith(f"更正数：{NOTE}\n年表.xlsx › 表 › D4")


@pytest.mark.parametrize("digits", [{"value": 5.02}, {"value": 50.21}, {"decimals": 3}])
def test_it_can_have_no_other_digits(revenue: Figure, digits: dict[str, Any]) -> None:
    with pytest.raises(BriefingError, match="不一致"):
        replace(revenue, **digits)


def test_a_correction_without_what_was_published_is_no_source(revenue: Figure) -> None:
    for half in ({"published_value": ""}, {"correction": ""}):
        with pytest.raises(BriefingError, match="同时"):
            replace(revenue.sources[0], **half)


def test_a_figure_that_was_not_corrected_is_as_before(view: View) -> None:
    level = view.published("gdp")
    assert isinstance(level, Figure)
    assert (level.mark, level.corrections, source_text(level)) == ("", (), "年表.xlsx › 表 › D3")


def test_a_figure_that_is_left_out_says_why(view: View) -> None:
    gap = view.published("fai", period="2023")
    assert isinstance(gap, Missing)
    assert (gap.reason, gap.detail, gap.correction) == ("按更正不用", LEFT, LEFT)
    assert view.first_published("fai", area=view.area, period="2023") == gap
    assert view.published("fai", period="2021") != gap
    assert LEFT in " ".join(footnotes(tables.investment_history(view, since=2022)))


def test_arithmetic_uses_the_corrected_value_and_says_so(view: View, revenue: Figure) -> None:
    share = ratio(revenue, view.published("gdp"), what="收入÷总值")
    assert isinstance(share, Figure)
    assert share.value == pytest.approx(50.20 / 1002.18 * 100)
    assert share.derivation == f"收入÷总值（本报告测算）；其中{NOTE}"
    assert share.mark == "※"
    again = difference(share, share, what="差")
    assert isinstance(again, Figure) and again.derivation.count(NOTE) == 1
    assert replace(share, decimals=2).derivation == share.derivation


def test_a_sentence_ends_with_both_values_once(revenue: Figure) -> None:
    said = Paragraph.of("收入", revenue, "。")
    assert said == f"收入50.20亿元。（※更正：{NOTE}）"
    assert Paragraph.of("又说：", said, revenue).count(NOTE) == 1
    assert pickle.loads(pickle.dumps(said)) == said
    assert Paragraph("没有数") == "没有数"


def test_the_refusal_of_arithmetic_names_both_values(view: View) -> None:
    datum = Datum.from_row(view.rows("fiscal_rev_local").iloc[-1])
    assert datum.value == 50.2 and datum.said.endswith(f"（{NOTE}）")


def test_the_sentences_of_the_briefing_tell_both(view: View) -> None:
    everything = tables.all_figures(view)
    assert NOTE in everything.corrections
    assert all(NOTE not in paragraph for paragraph in prose.gdp_sentences(view)), (
        "only where the number is printed"
    )


def test_the_page_shows_both_values(view: View) -> None:
    html = table_html(tables.revenue_history(view, since=2022))
    cell = re.search(r'<td class="sy-number" title="([^"]*)">50\.20<sup>※</sup></td>', html)
    assert cell and NOTE in cell[1]
    assert f"※ 更正：{NOTE}" in html
    assert html.count("<sup>※</sup>") == 3, "the figure and what is computed of it"
    gap = re.search(
        r'<td class="sy-missing" title="([^"]*)">按更正不用', table_html(tables.investment_history(view))
    )
    assert gap and gap[1] == LEFT


def test_a_chart_tells_both_values_in_its_source_line(view: View) -> None:
    spec = pictures.revenue_and_spending(view).to_dict()
    assert NOTE in "".join(spec["vconcat"][0]["title"]["text"])
    assert "更正" not in "".join(pictures.gdp_levels(view).to_dict()["vconcat"][0]["title"]["text"])


def test_the_workbook_shows_both_values(view: View, tmp_path: Path) -> None:
    path = tmp_path / "简报.xlsx"
    write_workbook(compose.briefing(view), path)
    book = openpyxl.load_workbook(path)
    texts = {sheet.title: [c.value for row in sheet for c in row if c.value is not None] for sheet in book}
    revenue_sheet = book["财政收入"]
    (cell,) = [c for row in revenue_sheet for c in row if c.value == 50.2]
    assert "※" in cell.number_format
    assert cell.hyperlink.tooltip.startswith(f"更正数：{NOTE[:40]}")
    assert any(f"※ 更正：{NOTE}" in str(text) for text in texts["财政收入"])
    assert NOTE in " ".join(map(str, texts["说明"])) and LEFT in " ".join(map(str, texts["说明"]))

    trace = book["溯源"]
    heads = {cell.value: cell.column for cell in trace[3]}
    rows = [row for row in trace.iter_rows(min_row=4) if row[heads["来源单元格"] - 1].value == "D4"]
    assert rows
    for row in rows:
        told = {name: row[column - 1].value for name, column in heads.items()}
        assert (told["来源数值"], told["公布数值"]) == (50.2, "5.02")
        assert (told["更正"].startswith("漏录一位") and NOTE in told["取得方式"]) or told[
            "取得方式"
        ] == "同上"
    others = [row for row in trace.iter_rows(min_row=4) if row[heads["来源单元格"] - 1].value == "D3"]
    assert {row[heads["公布数值"] - 1].value for row in others} <= {None, ""}
    assert {row[heads["取得方式"] - 1].value for row in others} & {"原样转录"}


def test_a_source_without_a_catalogue_code_is_named_by_its_label() -> None:
    source = Source(
        indicator="", name_zh="某某指标", ref_area="", area_name="", measure="", time_period="", obs_value=2.0,
        decimals=None, unit="", file="a", sheet="b", cell="c", published_value="？", correction="损坏",
    )  # fmt: skip
    assert source.correction_note == "某某指标原为“？”，更正为2：损坏"
