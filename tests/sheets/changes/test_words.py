"""Labels without their time, and which labels may be wordings of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.sheets.changes import words


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("松原市2024年1—3月主要指标", "松原市主要指标"),
        ("吉林省2024年上半年主要经济指标", "吉林省主要经济指标"),
        ("表2.2各区土地面积（2017）", "表2.2各区土地面积"),
        ("2024年10月31日公布", "公布"),
        ("2019年比2018年增长", "比增长"),
        ("中華民國110年04月底人口", "人口"),
        ("Output, 2023", "Output,"),
        ("Fertility (2005.11.1-2006.10.31)", "Fertility"),
        ("2023", ""),
        ("2020年不变价地区生产总值", "2020年不变价地区生产总值"),
        ("价格指数（2015年=100）", "价格指数（2015年=100）"),
        ("2000元以下", "2000元以下"),
        ("15-19岁", "15-19岁"),
        ("规模以上工业增加值", "规模以上工业增加值"),
    ],
)
def test_time_is_taken_out_and_nothing_else(text: str, rest: str) -> None:
    assert words.timeless(text) == rest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("地区生产总值[1]", "地区生产总值"),
        ("一、工业", "工业"),
        ("煤炭（万吨）", "煤炭"),
        ("ＧＤＰ", "gdp"),
        ("2024年", "上年"),
        ("第二产业 增加值", "第二产业增加值"),
    ],
)
def test_labels_that_are_the_same(one: str, other: str) -> None:
    assert words.core(one) == words.core(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("第一产业", "第二产业"), ("男性人口", "女性人口"), ("一季度", "15"), ("2015年不变价", "2020年不变价")],
)
def test_labels_that_are_not_the_same(one: str, other: str) -> None:
    assert words.core(one) != words.core(other)


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        ("规模以上工业增加值", "全部工业增加值", True),
        ("地方财政收入", "地方级财政收入", True),
        ("第一产业", "第二产业", False),
        ("城镇居民人均收入", "乡村居民人均收入", False),
        ("金融机构存款余额", "金融机构贷款余额", False),
        ("粮食产量", "用电量", False),
    ],
)
def test_close_wordings(old: str, new: str, may: bool) -> None:
    assert words.may_be_renamed(old, new) is may
    assert words.may_be_renamed(new, old) is may


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_the_same_both_ways(old: str, new: str) -> None:
    assert words.likeness(old, new) == words.likeness(new, old)
    assert words.timeless(words.timeless(old)) == words.timeless(words.timeless(words.timeless(old)))
