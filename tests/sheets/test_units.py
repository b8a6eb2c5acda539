"""Units: powers of ten, denominators, brackets in labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.sheets.unitlines import names_office, unit_line
from songyuan_analysis.sheets.units import (
    is_rank,
    is_unit,
    parse_unit,
    split_unit,
    split_units,
    unit_of_cell,
)

labels = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "dimension", "mult"),
    [
        ("元", "CNY", 0), ("万元", "CNY", 4), ("亿元", "CNY", 8), ("万亿元", "CNY", 12),
        ("百万美元", "USD", 6),
        ("新臺幣千元", "TWD", 3), ("%", "PT", 0), ("％", "PT", 0), ("‰", "PM", 0), ("个百分点", "PP", 0),
        ("万人", "PERS", 4), ("万人次", "VISIT", 4), ("万人年", "PERS_YEAR", 4), ("个", "ITEM", 0),
        ("吨标准煤", "TCE", 0), ("万吨标煤", "TCE", 4), ("亿千瓦时", "KWH", 8), ("万千瓦", "KW", 4),
        ("千瓦", "KW", 0), ("千克", "T", -3), ("公里", "KM", 0), ("万公顷", "HA", 4), ("亿斤", "JIN", 8),
        ("吨标准煤/万元", "TCE_PER_10KCNY", 0), ("元/人", "CNY_PER_PERS", 0),
        ("人/平方公里", "PERS_PER_KM2", 0),
        ("吨/日", "T_PER_DAY", 0), ("上年=100", "INDEX", 0), ("女性=100", "INDEX", 0), ("+、-%", "PT", 0),
        ("10 000 persons", "PERS", 4), ("000 Hours", "HOUR", 3),
    ],
)  # fmt: skip
def test_known_units(text: str, dimension: str, mult: int) -> None:
    """Check dimension and power of ten of what tables print."""
    unit = parse_unit(text)
    assert (unit.dimension, unit.mult) == (dimension, mult)


@given(st.text(max_size=30))
def test_unknown_units_keep_their_text(text: str) -> None:
    """Check that nothing is lost where the grammar does not know a unit."""
    unit = parse_unit(text)
    if not unit.known:
        assert unit.text == text.strip()
        assert unit.mult == 0


@given(
    labels,
    st.sampled_from(["亿元", "万人", "%", "‰", "吨/日", "上年=100", "人/平方公里"]),
    st.sampled_from(["（{}）", "({})", " ({})"]),
)
def test_bracket_is_cut_off_the_label(label: str, unit: str, bracket: str) -> None:
    """Check that a label with a unit in brackets gives back both parts."""
    assert split_unit(label + bracket.format(unit)) == (label, unit)


@pytest.mark.parametrize(
    "label", ["18岁以上人口(含18岁)", "5.出口量(-)", "构成(电热当量计算法)", "县(市、区)", "第一产业"]
)
def test_other_brackets_stay(label: str) -> None:
    """Check that remarks in brackets are part of the name."""
    assert split_unit(label) == (label, "")


def test_unit_before_another_bracket() -> None:
    """Check that the unit is found where it is not the last bracket."""
    assert split_unit("能源消费总量 (万吨标煤) (电热当量计算法)") == (
        "能源消费总量  (电热当量计算法)",
        "万吨标煤",
    )


def test_unit_lines() -> None:
    """Check lines over a table, with one unit, two units, and a translation."""
    assert unit_line("单位：万元") == ["万元"]
    assert unit_line("单位:人、‰") == ["人", "‰"]
    assert unit_line("单位：人、‰(person，‰)") == ["人", "‰"]
    assert unit_line("　　單位：新臺幣千元") == ["新臺幣千元"]
    assert unit_line("城镇单位就业人员") is None
    assert split_units("人；‰") == ["人", "‰"]


@pytest.mark.parametrize("who", ["填报单位", "编制单位", "报送单位", "责任单位", "制表单位", "填 报 单 位"])
def test_offices_are_no_units(who: str) -> None:
    """Check that an office is told from a unit, also where both stand in one cell."""
    assert unit_line(f"{who}：示例市统计局") is None
    assert names_office(f"{who}：示例市统计局")
    assert unit_line(f"{who}：示例市统计局  单位：亿元、%") == ["亿元", "%"]


@pytest.mark.parametrize(
    "text", ["计量单位：万元", "金额单位：万元", "2024年收入 单位：万元", "收支情况表单位：万元"]
)
def test_units_behind_words(text: str) -> None:
    """Check that 计量单位 and its kind are units, and that a unit behind a title is found."""
    assert unit_line(text) == ["万元"]
    assert not names_office(text)


def test_words_that_only_end_like_units() -> None:
    """Check that labels are no units."""
    assert not any(
        is_unit(text) for text in ["人口", "城镇人口", "农户", "地区", "合计", "指标名称(上年=100)"]
    )


def test_units_of_foreign_tables() -> None:
    """Check currency signs before a power of ten, and percentages that name their base."""
    assert (parse_unit("£ million").dimension, parse_unit("£ million").mult) == ("GBP", 6)
    assert split_unit("Not surviving to age 40 (% of cohort)") == ("Not surviving to age 40", "% of cohort")
    assert split_unit("Area (HA)") == ("Area", "HA")
    assert not is_unit("% 的人口")


def test_ranks() -> None:
    """Check which labels are places among others."""
    assert all(
        is_rank(text) for text in ("位次", "位  次", "全省位次", "增速排名", "位次变化", "排名（共5个）")
    )
    assert not any(is_rank(text) for text in ("位置", "名称", "单位", "排名前十企业营业收入"))


def test_percent_of_the_budget() -> None:
    """Check that the sign behind 预算 is a unit."""
    assert split_unit("为预算%") == ("为预算", "%")
    assert split_unit("完成率%") == ("完成率", "%")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("亿元\n100 million yuan", "亿元"),
        ("万美元 USD 10 000", "万美元"),
        ("（亿元）", "亿元"),
        ("吨 / 人", "吨 / 人"),
        ("工业 Industry", ""),
        ("甲 乙", ""),
    ],
)
def test_unit_before_its_translation(text: str, unit: str) -> None:
    """Check that a cell of a unit column gives the unit of its first language."""
    assert unit_of_cell(text) == unit
