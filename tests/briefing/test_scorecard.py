"""The scorecard: indicators against targets, every commitment with its state, and never a verdict without a figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from songyuan_analysis.briefing import scorecard
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.model import Table
from songyuan_analysis.briefing.view import View

ViewOf = Callable[[str], View]
HEADLINES = ("地区生产总值", "固定资产投资", "地方级财政收入", "万元地区生产总值能耗")


def cell(table: Table, row: str, column: str) -> str:
    at = next(i for i in range(len(table.rows)) if table.row_label(i) == row)
    found = table.rows[at][table.column_index(column)]
    return found if isinstance(found, str) else found.text() if isinstance(found, Figure) else found.reason


def test_the_four_targets_of_2024(view_of: ViewOf) -> None:
    table = scorecard.main_table(view_of("2024"))
    rows = {
        name: [cell(table, name, column) for column in ("同比增长", "年度目标", "比目标±", "状态")]
        for name in HEADLINES
    }
    assert rows == {
        "地区生产总值": ["3.8", "6", "-2.2", "未完成"],
        "固定资产投资": ["未见公布", "5", "—", "结果未公布"],
        "地方级财政收入": ["17.5", "与经济同步", "—", "已完成"],
        "万元地区生产总值能耗": ["未见公布", "-3.5", "—", "结果未公布"],
    }
    assert "地方级财政收入增速为可比口径。" in table.notes


def test_the_main_table_holds_the_other_published_indicators(view_of: ViewOf) -> None:
    table = scorecard.main_table(view_of("2024"))
    assert cell(table, "居民消费价格", "同比增长") == "-0.7"
    assert cell(table, "人均地区生产总值", "绝对量") == "47544"
    assert cell(table, "年末常住人口", "绝对量") == "209.00"
    assert cell(table, "第一产业增加值", "状态") == "—"
    # Each growth is listed under the prices that it was published at; an index of prices is under neither.
    assert table.notes[0] == (
        "总量按现价计算；地区生产总值、第一产业增加值、第二产业增加值、第三产业增加值、农林牧渔业总产值增速按可比价格计算；"
        "地方级财政收入增速未扣除价格因素。"
    )


@pytest.mark.parametrize("period", ["2024", "2024Q2", "2025H1", "2016"])
def test_the_four_targets_stay_even_when_nothing_was_published(view_of: ViewOf, period: str) -> None:
    table = scorecard.main_table(view_of(period))
    assert set(HEADLINES) <= {table.row_label(i) for i in range(len(table.rows))}


def test_within_the_year_nothing_is_done_or_failed(view_of: ViewOf) -> None:
    table = scorecard.main_table(view_of("2024Q2"))
    assert {cell(table, name, "状态") for name in HEADLINES} == {"结果未公布"}
    assert any("年中只说快于或慢于目标" in note for note in table.notes)


def test_without_a_plan_there_is_no_state(view_of: ViewOf) -> None:
    table = scorecard.main_table(view_of("2025H1"))
    assert "状态" not in [column.name for column in table.columns]
    assert "没有登记2025年的计划，不作对照。" in table.notes
    assert cell(table, "地区生产总值", "本期累计") == "427.06"
    assert cell(table, "地区生产总值", "名义增速") == "5.69"
    assert cell(table, "地区生产总值", "同比增长") == "未见公布"


def test_a_table_without_a_plan_promises_no_comparison(view_of: ViewOf) -> None:
    assert scorecard.main_table(view_of("2025H1")).title == "主要经济指标"
    assert scorecard.main_table(view_of("2024")).title == "主要经济指标完成情况表"


def test_a_target_in_rates_comes_before_one_in_amounts(view_of: ViewOf) -> None:
    view = view_of("2024")
    found = scorecard.headline_targets(view)
    assert (found["gdp"].kind, found["fiscal_rev_local"].kind) == ("growth", "relational")
    assert (found["investment_promotion_funds"].kind, found["projects_50m"].kind) == ("amount", "count")
    assert all(item.measurable and item.area == view.area for item in found.values())
    assert scorecard.headline_targets(view_of("2025H1")) == {}


def test_the_planned_growth_of_gdp_is_exact(view_of: ViewOf) -> None:
    target = scorecard.growth_target(view_of("2024"))
    assert isinstance(target, Figure) and target.text(unit=True) == "6%"
    table = scorecard.main_table(view_of("2024"))
    gap = table.rows[0][table.column_index("比目标±")]
    assert isinstance(gap, Figure)
    assert (gap.low, gap.high) == (pytest.approx(-2.25), pytest.approx(-2.15))
    assert isinstance(scorecard.growth_target(view_of("2025H1")), Missing)


def test_what_the_plan_says_of_the_year_before_keeps_its_bounds(view_of: ViewOf) -> None:
    table = scorecard.base_table(view_of("2024"))
    assert table is not None and table.id == "plan_base"
    assert [row[:2] for row in table.rows] == [
        ("2023年地区生产总值", "超过900亿元"),
        ("2023年地区生产总值增速", "5%以上"),
        ("2023年全社会固定资产投资增速", "高于全省平均水平，没有数值"),
        ("2023年地方级财政收入增速", "11.9%"),
    ]
    assert list(table.figures()) == [] and "不是数值" in table.notes[0]
    assert scorecard.base_table(view_of("2025H1")) is None


def test_a_target_leads_to_its_line_in_the_plan(view_of: ViewOf) -> None:
    view = view_of("2024")
    assert view.plan is not None
    item = view.plan.get("headline.gdp")
    target = scorecard.target_figure(view, item)
    assert isinstance(target, Figure)
    (source,) = target.sources
    assert (source.file, source.sheet, source.cell) == ("plan/2024.toml", "headline.gdp", f"第{item.line}行")
    lines = view.plan.path.read_text(encoding="utf-8").splitlines()
    assert lines[item.line - 1] == "[[commitment]]" and lines[item.line] == 'id = "headline.gdp"'
    assert (target.text(), source.sha256) == ("6", view.plan.sha256)


def test_a_target_without_a_number_is_its_words(view_of: ViewOf) -> None:
    view = view_of("2024")
    assert view.plan is not None
    found = scorecard.target_figure(view, view.plan.get("headline.revenue"))
    assert found == Missing("与经济同步", "计划没有给出数值")


def test_or_more_stays_with_the_target(view_of: ViewOf) -> None:
    table = scorecard.project_targets(view_of("2024"))
    assert cell(table, "新签约亿元以上项目", "目标") == "120以上"
    assert cell(table, "开复工5000万元以上项目", "目标") == "325"


def test_bases_that_the_plan_implies(view_of: ViewOf) -> None:
    table = scorecard.project_targets(view_of("2024"))
    rows = {table.row_label(i): i for i in range(len(table.rows))}
    bases = {name: cell(table, name, "隐含上年基数") for name in rows}
    known = {name: base for name, base in bases.items() if base != "—"}
    assert known == {
        "开复工5000万元以上项目完成投资": "369.5",
        "谋划储备5000万元以上项目": "390.0",
        "招商引资到位资金": "500.0",
    }
    base = table.rows[rows["招商引资到位资金"]][table.column_index("隐含上年基数")]
    assert isinstance(base, Figure) and base.derivation == "625÷(1+25%)（本报告测算）"
    planned = table.rows[rows["招商引资到位资金"]][table.column_index("计划增速")]
    assert isinstance(planned, Figure) and planned.text(unit=True) == "25%"
    assert [source.measure for source in planned.sources] == ["target"]  # nobody observed it


def test_every_commitment_has_a_row_a_state_and_a_reason(view_of: ViewOf) -> None:
    view = view_of("2024")
    assert view.plan is not None
    table = scorecard.commitments_table(view)
    assert len(table.rows) == len(view.plan)
    assert [row[0] for row in table.rows] == [str(i) for i in range(1, len(view.plan) + 1)]
    states = table.to_frame()["状态"]
    silent = sum(not item.measurable for item in view.plan)
    assert states.value_counts().to_dict() == {
        "无数量要求": silent,
        "结果未公布": len(view.plan) - silent - 2,
        "已完成": 1,
        "未完成": 1,
    }
    assert (table.to_frame()["说明"] != "").all()
    assert any("不是没有完成" in note for note in table.notes)


def test_an_outcome_is_the_published_number_with_its_address(view_of: ViewOf) -> None:
    table = scorecard.commitments_table(view_of("2024"))
    outcomes = [cell for row in table.rows if isinstance(cell := row[5], Figure)]
    assert [figure.text() for figure in outcomes] == ["3.8", "17.5"]
    assert all(not figure.derived and figure.sources[0].file.endswith(".xlsx") for figure in outcomes)
    missing = {cell.reason for row in table.rows if isinstance(cell := row[5], Missing)}
    assert missing == {"结果未公布", "—"}


@pytest.mark.parametrize("make", [scorecard.commitments_table, scorecard.project_targets])
def test_a_year_without_a_plan_says_how_to_register_one(
    view_of: ViewOf, make: Callable[[View], Table]
) -> None:
    table = make(view_of("2025H1"))
    assert table.rows == (("没有登记2025年的计划", "无计划"),)
    assert "data/raw/plan/2025.toml" in table.notes[0]


def test_states_are_counted_by_section(view_of: ViewOf) -> None:
    view = view_of("2024")
    counted = scorecard.state_counts(view)
    assert view.plan is not None
    assert counted["count"].sum() == len(view.plan)
    assert set(counted["section"]) <= set(view.plan.sections)
    silent = sum(not item.measurable for item in view.plan)
    assert counted[counted["state"] == "无数量要求"]["count"].sum() == silent
    assert scorecard.state_counts(view_of("2025H1")).empty


def test_the_cut_in_energy_intensity_is_the_plan_s(view_of: ViewOf) -> None:
    cut = scorecard.energy_cut(view_of("2024"))
    assert cut is not None and cut.text(unit=True) == "-3.5%"
    assert scorecard.energy_cut(view_of("2025H1")) is None
