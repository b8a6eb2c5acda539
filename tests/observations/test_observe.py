"""Labelled cells into observations: measure, prices, scope, status, area and frequency of one number."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.observations.observe import decimals_of, observe
from songyuan_analysis.observations.schema import COLUMNS, empty, validate
from songyuan_analysis.observations.sources import SourceCard

Observed = Callable[..., dict[str, Any]]


def test_a_level_keeps_its_printed_unit_and_says_what_it_means(observed: Observed) -> None:
    row = observed()
    assert (row["indicator"], row["measure"], row["price_base"]) == ("gdp", "level", "current")
    assert (row["obs_value"], row["unit"], row["unit_measure"], row["unit_mult"]) == (
        1002.18,
        "亿元",
        "CNY",
        8,
    )
    assert (row["ref_area"], row["freq"], row["time_period"], row["decimals"]) == ("220700", "A", "2024", 2)
    assert row["problem"] == ""


def test_an_observation_carries_its_address_and_its_card(observed: Observed) -> None:
    row = observed(cell="D7", sheet="公报", note="初步核算数。", table=2, hidden=True)
    assert (row["file"], row["sheet"], row["cell"], row["table"]) == ("表.xlsx", "公报", "D7", 2)
    assert (row["sha256"], row["vintage"], row["conf_tier"]) == ("a" * 64, "2025-03-20", "1")
    assert (row["obs_status"], row["transcribed"], row["issuer"]) == ("P", True, "松原市统计局")
    assert (row["comment_obs"], row["hidden"]) == ("初步核算数。", True)


@pytest.mark.parametrize(
    ("column", "unit", "value", "measure", "price_base"),
    [
        ("绝对量", "亿元", 1002.18, "level", "current"),
        ("比上年增长", "%", 3.8, "yoy", "comparable"),
        ("名义增速", "%", 5.69, "yoy", "nominal"),
        ("实际增长", "%", 3.8, "yoy", "comparable"),
        ("比重", "%", 20.1, "share", ""),
        ("贡献率", "%", 45.0, "contribution", ""),
        ("拉动", "百分点", 1.7, "pull", ""),
        ("高于全省", "百分点", 0.5, "gap", "comparable"),
        ("年度目标", "%", 6.0, "target", "comparable"),
        ("增量", "亿元", 23.0, "change", "current"),
        ("指数", "上年=100", 103.8, "index_py100", "comparable"),
        ("比上年增长", "上年=100", 103.8, "index_py100", "comparable"),
        ("", "上年=100", 103.8, "index_py100", "comparable"),
    ],
)
def test_what_a_column_says_is_the_measure(
    observed: Observed, column: str, unit: str, value: float, measure: str, price_base: str
) -> None:
    row = observed(column_label_path=f"2024年 / {column}" if column else "2024年", unit=unit, value=value)
    assert (row["indicator"], row["measure"], row["price_base"]) == ("gdp", measure, price_base)


@pytest.mark.parametrize(
    ("column", "unit", "measure"),
    [
        ("位次", "", "rank"),
        ("全省位次", "", "rank"),
        ("位次", "亿元", "rank"),
        ("上年同期", "亿元", "level_before"),
        ("环比", "%", "mom"),
        ("两年平均增长", "%", "two_year_average"),
        ("完成年计划%", "%", "completion"),
        ("完成年计划（%）", "%", "completion"),
    ],
)
def test_a_column_beside_the_level_is_never_the_level_or_growth(
    observed: Observed, column: str, unit: str, measure: str
) -> None:
    row = observed(column_label_path=f"2024年 / {column}", unit=unit, value=5.0)
    assert (row["indicator"], row["measure"], row["ref_area"]) == ("gdp", measure, "220700")
    assert row["problem"] == ""


def test_growth_of_the_province_in_a_table_of_the_city_is_the_province_s(observed: Observed) -> None:
    for column in ("全省增速", "全省 / 增速"):
        row = observed(column_label_path=column, unit="%", value=4.3)
        assert (row["ref_area"], row["indicator"], row["measure"], row["price_base"]) == (
            "220000", "gdp", "yoy", "comparable",
        )  # fmt: skip


def test_growth_in_money_is_a_mistake_that_nobody_resolves(observed: Observed) -> None:
    row = observed(column_label_path="比上年增长", unit="亿元", value=3.8)
    assert (row["indicator"], row["measure"], row["obs_value"]) == ("", "", 3.8)
    assert "亿元" in row["problem"]


def test_growth_over_several_years_is_a_change(observed: Observed) -> None:
    columns = {"row_label_path": "万元地区生产总值能耗", "column_label_path": "累计增长", "unit": "%"}
    assert observed(**columns, period="2021-01/2025-12")["measure"] == "change"
    assert observed(**columns, period="2024")["measure"] == "yoy"


DISTRICTS = [
    {"row_label_path": "经开区", "column_label_path": "地区生产总值"},
    {"row_label_path": "经开区 / 地区生产总值"},
    {"row_label_path": "1.经开区", "column_label_path": "地区生产总值"},
    {"row_label_path": "一、经开区", "column_label_path": "地区生产总值"},
    {"row_label_path": "（二）经开区 / 地区生产总值"},
    {"row_label_path": "其中：经开区", "column_label_path": "地区生产总值"},
    {"row_label_path": "经开区", "column_label_path": "地区生产总值 / 增速", "unit": "%"},
    {"column_label_path": "经开区 / 2024年"},
]


@pytest.mark.parametrize("columns", DISTRICTS)
def test_a_district_that_nobody_knows_is_not_the_city(observed: Observed, columns: dict[str, str]) -> None:
    row = observed(**columns)
    assert (row["indicator"], row["measure"], row["obs_value"]) == ("", "", 1002.18)
    assert "经开区”不认识" in row["problem"]


@pytest.mark.parametrize(
    "columns",
    [
        {"row_label_path": "经开区", "column_label_path": "2024年", "title": "松原市各县区地区生产总值"},
        {"row_label_path": "经开区", "column_label_path": "绝对量", "title": "松原市各县区地区生产总值"},
        {"row_label_path": "地区生产总值 / 经开区"},
    ],
)
def test_a_district_below_a_title_or_a_name_is_not_the_city(
    observed: Observed, columns: dict[str, str]
) -> None:
    row = observed(**columns)
    assert (row["indicator"], row["measure"]) == ("", "")
    assert row["problem"]


@pytest.mark.parametrize(
    "title", ["松原市经开区主要经济指标", "哈达山示范区地区生产总值", "松原市市本级财政收支"]
)
def test_a_zone_in_the_title_is_not_the_city(observed: Observed, title: str) -> None:
    row = observed(title=title)
    assert row["ref_area"] == ""
    assert "没有地区" in row["problem"]


@pytest.mark.parametrize("word", ["排队", "某某"])
@pytest.mark.parametrize("place", ["{}", "2024年 / {}", "增速 / {}", "增速（{}）"])
def test_a_column_word_that_nobody_knows_makes_no_level(observed: Observed, word: str, place: str) -> None:
    row = observed(column_label_path=place.format(word), unit="%" if "增速" in place else "亿元")
    assert (row["indicator"], row["measure"], row["obs_value"]) == ("", "", 1002.18)
    assert word in row["problem"] and "不认识" in row["problem"]


@pytest.mark.parametrize(
    "path",
    ["一、国民经济核算 / 地区生产总值", "（一）综合 / 地区生产总值", "主要指标 / 地区生产总值"],
)
def test_a_heading_of_a_section_changes_nothing(observed: Observed, path: str) -> None:
    row = observed(row_label_path=path)
    assert (row["indicator"], row["measure"], row["problem"]) == ("gdp", "level", "")


def test_growth_of_money_that_no_deflator_belongs_to_is_nominal(observed: Observed) -> None:
    row = observed(row_label_path="地方级财政收入", column_label_path="同比增长", unit="%", value=17.5)
    assert (row["indicator"], row["measure"], row["price_base"]) == ("fiscal_rev_local", "yoy", "nominal")


@pytest.mark.parametrize(("unit", "dimension"), [("万人", "PERS"), ("百分点", "PP")])
def test_more_or_less_than_last_year_in_a_unit_is_a_difference(
    observed: Observed, unit: str, dimension: str
) -> None:
    row = observed(row_label_path="常住人口", column_label_path="比上年增减", unit=unit, value=-2.5)
    assert (row["indicator"], row["measure"], row["unit_measure"]) == (
        "population_resident",
        "change",
        dimension,
    )


def test_more_or_less_than_last_year_in_per_cent_is_growth(observed: Observed) -> None:
    row = observed(row_label_path="常住人口", column_label_path="比上年增减", unit="%", value=-1.2)
    assert (row["indicator"], row["measure"]) == ("population_resident", "yoy")


def test_a_measure_may_stand_in_the_name_of_the_indicator(observed: Observed) -> None:
    row = observed(row_label_path="地区生产总值增速", unit="%", value=3.8)
    assert (row["indicator"], row["measure"], row["price_base"]) == ("gdp", "yoy", "comparable")


def test_a_price_index_is_a_level_of_its_own_indicator(observed: Observed) -> None:
    row = observed(row_label_path="居民消费价格指数", unit="上年=100", value=100.2)
    assert (row["indicator"], row["measure"]) == ("cpi", "level")


def test_a_unit_that_does_not_fit_leaves_the_row_without_indicator(observed: Observed) -> None:
    row = observed(unit="万人", value=221.3)
    assert row["indicator"] == ""
    assert "万人" in row["problem"] and "地区生产总值" in row["problem"]
    assert row["obs_value"] == 221.3


def test_per_cent_without_a_word_of_growth_is_not_guessed_at(observed: Observed) -> None:
    row = observed(unit="%", value=3.8)
    assert row["measure"] == ""
    assert "看不出" in row["problem"]


def test_per_cent_below_a_title_of_growth_is_growth(observed: Observed) -> None:
    row = observed(unit="%", value=3.8, title="松原市主要指标增速")
    assert (row["measure"], row["price_base"]) == ("yoy", "comparable")


def test_unknown_labels_are_kept_with_their_number(observed: Observed) -> None:
    row = observed(row_label_path="旅游总人次", unit="万人次", value=123.4)
    assert (row["indicator"], row["obs_value"], row["row_label_path"]) == ("", 123.4, "旅游总人次")
    assert "不在目录" in row["problem"]


@pytest.mark.parametrize(("label", "scope"), [("可比口径", "可比口径"), ("按同口径计算", "同口径")])
def test_a_bracket_of_scope_joins_the_scope(observed: Observed, label: str, scope: str) -> None:
    row = observed(
        row_label_path=f"地方级财政收入（{label}）", column_label_path="同比增长", unit="%", value=17.5
    )
    assert (row["indicator"], row["measure"], row["scope"]) == ("fiscal_rev_local", "yoy", scope)


def test_two_words_of_scope_are_both_kept(observed: Observed) -> None:
    row = observed(
        row_label_path="万元地区生产总值能耗（等价值，扣除原料用能）",
        column_label_path="升降",
        unit="%",
        value=-3.8,
    )
    assert row["scope"] == "等价值，扣除原料用能"


def test_a_bracket_of_other_words_stays_part_of_the_name(observed: Observed) -> None:
    row = observed(row_label_path="地区生产总值（不含吉林油田）")
    assert row["indicator"] == ""


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"column_label_path": "2024年（预计）"}, "E"),
        ({"title": "松原市地区生产总值（最终核实）"}, "F"),
        ({"row_label_path": "地区生产总值（修订后）", "title": "松原市（初步核算）"}, "R"),
        ({}, "P"),
    ],
)
def test_a_word_of_status_beats_the_card(observed: Observed, columns: dict[str, str], status: str) -> None:
    assert observed(**columns)["obs_status"] == status


def test_a_sheet_may_have_its_own_status(card: SourceCard, observed: Observed) -> None:
    cells = pd.DataFrame([{**_cell_of(observed()), "sheet": name} for name in ("旧", "新")])
    frame = observe(cells, replace(card, sheet_status={"旧": "F"}), file="表.xlsx")
    assert dict(zip(frame["sheet"], frame["obs_status"], strict=True)) == {"旧": "F", "新": "P"}


@pytest.mark.parametrize("mark", ["…", "-", "*", "..", "#REF!"])
def test_a_mark_is_missing_with_its_reason_and_never_zero(observed: Observed, mark: str) -> None:
    row = observed(value=float("nan"), mark=mark)
    assert math.isnan(row["obs_value"])
    assert (row["obs_status"], row["mark"], row["indicator"]) == ("M", mark, "gdp")
    assert pd.isna(row["decimals"])


@pytest.mark.parametrize(
    ("period", "freq", "start", "end", "cumulative"),
    [
        ("2024", "A", "2024-01", "2024-12", False),
        ("2024-01/2024-12", "A", "2024-01", "2024-12", False),
        ("2024-01/2024-09", "YTD", "2024-01", "2024-09", True),
        ("2024-01/2024-03", "YTD", "2024-01", "2024-03", True),
        ("2024-01/2024-02", "YTD", "2024-01", "2024-02", True),
        ("2024Q1", "Q", "2024-01", "2024-03", False),
        ("2024Q3", "Q", "2024-07", "2024-09", False),
        ("2024-07/2024-12", "S", "2024-07", "2024-12", False),
        ("2024-05", "M", "2024-05", "2024-05", False),
        ("2021-01/2025-12", "I", "2021-01", "2025-12", False),
        ("", "", "", "", False),
    ],
)
def test_a_year_a_quarter_and_a_sum_since_january_are_different_series(
    observed: Observed, period: str, freq: str, start: str, end: str, cumulative: bool
) -> None:
    row = observed(period=period)
    assert (row["freq"], row["period_start"], row["period_end"], row["cumulative"]) == (
        freq, start, end, cumulative,
    )  # fmt: skip


def test_a_year_has_one_text_form(observed: Observed) -> None:
    assert (
        observed(period="2024-01/2024-12")["time_period"] == observed(period="2024")["time_period"] == "2024"
    )


def test_a_stock_is_never_cumulative(observed: Observed) -> None:
    row = observed(row_label_path="常住人口", unit="万人", value=216.0, period="2024-01/2024-06")
    assert (row["indicator"], row["freq"], row["cumulative"]) == ("population_resident", "YTD", False)


def test_a_row_without_a_period_says_so(observed: Observed) -> None:
    assert observed(period="")["problem"] == "没有时期"


@pytest.mark.parametrize(
    ("columns", "area"),
    [
        ({"row_label_path": "长春市 / 地区生产总值"}, "220100"),
        ({"title": "吉林省主要经济指标"}, "220000"),
        ({"title": "吉林省主要经济指标", "row_label_path": "松原市 / 地区生产总值"}, "220700"),
        ({"title": "主要经济指标"}, "220700"),
        ({"title": "吉林省和长春市对比"}, "220700"),
        ({"title": "主要经济指标", "column_label_path": "全省 / 2024年"}, "220000"),
        ({"title": "第七次全国人口普查", "row_label_path": "常住人口", "unit": "万人"}, "220700"),
        ({"row_label_path": "吉林省地区生产总值"}, "220000"),
    ],
)
def test_labels_beat_the_title_and_the_title_beats_the_card(
    observed: Observed, columns: dict[str, str], area: str
) -> None:
    row = observed(**columns)
    assert (row["ref_area"], row["problem"]) == (area, "")


def test_a_row_without_an_area_says_so(card: SourceCard, observed: Observed) -> None:
    cells = pd.DataFrame([{**_cell_of(observed()), "title": "主要经济指标"}])
    row = observe(cells, replace(card, ref_area=""), file="表.xlsx").iloc[0]
    assert (row["ref_area"], row["problem"]) == ("", "没有地区")


def test_a_table_of_areas_by_years_takes_its_indicator_from_the_title(observed: Observed) -> None:
    row = observed(row_label_path="长春市", title="吉林省各市州地区生产总值", unit="亿元")
    assert (row["indicator"], row["ref_area"]) == ("gdp", "220100")
    both = observed(row_label_path="长春市", title="吉林省各市州地区生产总值和常住人口", unit="亿元")
    assert both["indicator"] == ""


def test_an_industry_below_another_total_is_not_its_value_added(observed: Observed) -> None:
    assert observed(row_label_path="用电量 / 第一产业", unit="亿千瓦时")["indicator"] == ""
    assert observed(row_label_path="地区生产总值 / 第一产业")["indicator"] == "va_primary"
    assert observed(row_label_path="固定资产投资 / 第一产业")["indicator"] == "fai_primary"


def test_decimals_come_from_the_format_where_it_fixes_them(card: SourceCard, observed: Observed) -> None:
    cells = pd.DataFrame(
        [{**_cell_of(observed()), "value": v, "cell": c} for v, c in ((209.0, "B3"), (5.0, "B4"))]
    )
    frame = observe(cells, card, file="表.xlsx", decimals={("表", "B3"): 2})
    assert frame["decimals"].tolist() == [2, 0]


def test_a_format_that_hides_digits_does_not_make_the_number_coarser(
    card: SourceCard, observed: Observed
) -> None:
    cells = pd.DataFrame([{**_cell_of(observed()), "value": v} for v in (47.8797, 12.345678901)])
    frame = observe(cells, card, file="表.xlsx", decimals={("表", "B3"): 1})
    assert frame["decimals"].tolist() == [4, 4]


def test_no_cells_give_an_empty_frame_of_observations(card: SourceCard, observed: Observed) -> None:
    frame = observe(pd.DataFrame([_cell_of(observed())]).iloc[:0], card, file="表.xlsx")
    assert frame.empty and tuple(frame.columns) == COLUMNS
    assert validate(empty()).empty


def test_what_is_observed_is_a_frame_of_observations(card: SourceCard, observed: Observed) -> None:
    cells = pd.DataFrame(
        [
            _cell_of(observed()),
            {
                **_cell_of(observed()),
                "row_label_path": "不认识",
                "period": "",
                "unit": "？",
                "unit_measure": "",
            },
        ]
    )
    frame = validate(observe(cells, card, file="表.xlsx"))
    assert len(frame) == 2
    assert (frame["indicator"] == "").sum() == 1


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_decimals_of_a_stored_number_are_those_it_was_typed_with(digits: int, decimals: int) -> None:
    typed = Decimal(digits).scaleb(-decimals)
    shortest = max(0, -int(typed.normalize().as_tuple().exponent)) if digits else 0
    assert decimals_of(float(typed)) == shortest


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_the_tail_of_binary_fractions_has_no_decimals(a: int, b: int) -> None:
    assert decimals_of(a / 100 + b / 100) <= 2


def _cell_of(row: dict[str, Any]) -> dict[str, Any]:
    names = (
        "sheet",
        "cell",
        "row_label_path",
        "column_label_path",
        "unit",
        "unit_measure",
        "unit_mult",
        "mark",
        "table",
        "title",
        "hidden",
    )
    cell = {name: row[name] for name in names}
    return {**cell, "period": row["time_period"], "value": row["obs_value"], "note": row["comment_obs"]}


@pytest.mark.parametrize("column", ["上年同期累计", "本月 / 去年同期", "上年同期完成额", "2024年 / 上年同月"])
def test_last_year_s_figure_stays_apart_from_the_levels_of_last_year(observed: Observed, column: str) -> None:
    row = observed(column_label_path=column, period="2023-01/2023-05", unit="亿元", value=5.0)
    assert (row["indicator"], row["measure"]) == ("gdp", "level_before")
    assert row["time_period"] == "2023-01/2023-05"


@pytest.mark.parametrize(
    "plan", ["年度计划", "2025年计划", "2025年预期", "预期目标", "年初预算", "调整预算", "全年目标任务"]
)
@pytest.mark.parametrize(
    ("leaf", "unit"), [("总量", "亿元"), ("增长", "%"), ("比上年增减", "%"), ("", "亿元")]
)
def test_a_plan_at_any_level_of_a_path_is_never_a_result(
    observed: Observed, plan: str, leaf: str, unit: str
) -> None:
    in_columns = {"column_label_path": " / ".join(filter(None, (plan, leaf)))}
    in_rows = {"row_label_path": f"{plan} / 地区生产总值", "column_label_path": leaf}
    beside = {"row_label_path": f"地区生产总值（{plan}）", "column_label_path": leaf}
    for paths in (in_columns, in_rows, beside):
        row = observed(**paths, unit=unit, value=6.0, period="2025")
        assert (row["indicator"], row["measure"], row["problem"]) == ("gdp", "target", "")


def test_an_outcome_beside_or_below_a_plan_is_not_the_plan(observed: Observed) -> None:
    done = observed(column_label_path="前三季度实际完成 / 总量", period="2025-01/2025-09")
    assert (done["indicator"], done["measure"]) == ("gdp", "level")
    both = observed(column_label_path="年度计划 / 完成")
    assert (both["indicator"], both["problem"]) == ("", "看不出是计划数还是完成数")
    rate = observed(column_label_path="年度计划 / 完成率", unit="%", value=66.9)
    assert (rate["indicator"], rate["measure"]) == ("gdp", "completion")
    against = observed(column_label_path="比预算增长", unit="%", value=3.0)
    assert against["indicator"] == ""


@pytest.mark.parametrize(
    ("name", "code"),
    [("一般公共预算收入", "fiscal_rev_general"), ("新开工项目计划投资", "projects_new_investment")],
)
def test_a_name_with_the_word_plan_is_a_name(observed: Observed, name: str, code: str) -> None:
    row = observed(row_label_path=name, column_label_path="2024年")
    assert (row["indicator"], row["measure"]) == (code, "level")


@pytest.mark.parametrize("word", ["全年预计增长", "预测增长", "2025年预计 / 增长", "估计数 / 增长"])
def test_a_forecast_is_no_published_result(observed: Observed, word: str) -> None:
    row = observed(column_label_path=word, unit="%", value=8.0, period="2025-01/2025-09")
    assert (row["indicator"], row["measure"], row["obs_value"]) == ("", "", 8.0)
    assert "是预计数，不是公布的结果" in row["problem"]


def test_an_estimate_of_the_whole_year_is_none_of_nine_months(observed: Observed) -> None:
    row = observed(column_label_path="全年（预计）", period="2025-01/2025-09")
    assert (row["indicator"], row["problem"]) == ("", "是全年的预计数，不是公布的结果")
    assert observed(column_label_path="全年（预计）", period="2025")["obs_status"] == "E"


def test_money_without_a_unit_is_not_a_number_to_compute_with(observed: Observed) -> None:
    row = observed(unit="", value=500000.0)
    assert (row["indicator"], row["problem"]) == ("", "没有计量单位")
    assert observed(row_label_path="地区生产总值", column_label_path="位次", unit="")["problem"] == ""
