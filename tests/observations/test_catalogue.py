"""The catalogue: which names mean which indicator, area and measure, and which mean nothing."""

from __future__ import annotations

import doctest
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.observations import catalogue as module
from songyuan_analysis.observations.catalogue import (
    Catalogue,
    brackets,
    catalogue,
    is_section,
    normalise,
    same_dimension,
)
from songyuan_analysis.sheets.units import parse_unit

AREA = {"220700": {"name_zh": "松原市", "name_en": "Songyuan", "level": "prefecture"}}
GDP = {"name_zh": "地区生产总值", "name_en": "GDP", "dimension": "CNY", "kind": "flow"}


def shipped(name: str) -> dict[str, Any]:
    text = resources.files("songyuan_analysis.observations").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@pytest.fixture
def small() -> Callable[..., Catalogue]:
    """Build a catalogue of a few indicators with the shipped words of measure."""

    def build(areas: dict[str, Any] | None = None, **indicators: dict[str, Any]) -> Catalogue:
        return Catalogue(
            {"gdp": GDP, **indicators}, AREA if areas is None else areas, shipped("measures.toml")
        )

    return build


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(module)
    assert result.attempted >= 2
    assert result.failed == 0


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("　地区生产总值", "地区生产总值"),
        ("地区生产总值①", "地区生产总值"),
        ("地区生产总值【注1】", "地区生产总值"),
        ("一、地区生产总值", "地区生产总值"),
        ("（二）工业用电量", "工业用电量"),
        ("3.税收收入", "税收收入"),
        ("#工业", "工业"),
        ("其中:第一产业*", "第一产业"),
        ("地 区 生 产 总 值：", "地区生产总值"),
        ("ＧＤＰ", "gdp"),
        ("2.5公里", "2.5公里"),
    ],
)
def test_marks_and_numbering_are_no_part_of_a_name(printed: str, name: str) -> None:
    assert normalise(printed) == name


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("一、综合", True),
        ("（二）工业", True),
        ("　十一、人口和就业", True),
        ("1.经开区", False),
        ("一、经开区", False),
        ("（三）前郭县", False),
        ("综合", False),
    ],
)
def test_a_numbered_row_is_no_heading_of_a_section(text: str, section: bool) -> None:
    assert is_section(text) is section


def test_only_its_own_branch_and_mere_headings_belong_beside_a_name() -> None:
    belongs = catalogue().belongs
    assert all(belongs(part, "va_primary") for part in ("第一产业增加值", "地区生产总值", "合计"))
    assert not any(belongs(part, "gdp") for part in ("经开区", "一、民营", "位次", "地方级财政收入"))


def test_nested_brackets_are_opened_from_inside() -> None:
    assert brackets("增长（%）（可比口径）") == ("增长", ("%", "可比口径"))


def test_every_alias_file_validates() -> None:
    words = catalogue()
    assert len(words.indicators) > 60
    assert words.find_indicator(["地方级财政收入"]) == "fiscal_rev_local"


def test_one_name_means_one_indicator() -> None:
    for item in catalogue():
        for name in (item.name_zh, *(alias for alias in item.aliases if "/" not in alias)):
            assert catalogue().find_indicator([name]) == item.code, name


def test_every_dimension_is_one_that_a_unit_can_have() -> None:
    units = {
        "亿元",
        "%",
        "‰",
        "万人",
        "个",
        "亿千瓦时",
        "万千瓦",
        "万美元",
        "吨标准煤",
        "户",
        "场",
        "上年=100",
        "万件",
        "微克/立方米",
        "万吨公里",
        "万人次",
        "万头",
        "吨/公顷",
        "亿立方米",
        "万平方米",
        "吨/万元",
    }
    units |= {"吨标准煤/万元", "千瓦时/万元", "项", "公里", "家", "万吨", "万亩", "人", "公顷"}
    known = {parse_unit(text).dimension for text in units}
    assert {item.dimension for item in catalogue()} <= known


def test_names_of_one_revenue_are_one_indicator_and_all_levels_stand_apart() -> None:
    find = catalogue().find_indicator
    assert {find([n]) for n in ("地方级财政收入", "一般公共预算地方级收入", "地方财政一般预算内收入")} == {
        "fiscal_rev_local"
    }
    assert find(["全口径财政收入"]) == "fiscal_rev_all_levels"


def test_an_equality_that_needs_proof_names_its_source() -> None:
    assert "11.86%" in catalogue().indicator("fiscal_rev_local").alias_sources["地方财政一般预算内收入"]


def test_short_names_count_alone_and_below_their_own_branch_only() -> None:
    find = catalogue().find_indicator
    assert find(["第一产业"]) == "va_primary"
    assert find(["地区生产总值", "第一产业"]) == "va_primary"
    assert find(["固定资产投资", "第一产业"]) == "fai_primary"
    assert find(["用电量", "第一产业"]) == ""


def test_a_short_name_below_another_indicator_is_unknown() -> None:
    assert catalogue().find_indicator(["实际利用外资", "第一产业"]) == ""
    assert catalogue().find_indicator(["全社会用电量", "第一产业"]) == "electricity_primary"
    assert catalogue().find_indicator(["居民消费价格", "猪肉"]) == ""
    assert catalogue().find_indicator(["全社会用电量", "工业"]) == "electricity_industry"


def test_an_unknown_label_is_not_guessed_at() -> None:
    assert catalogue().find_indicator(["地区生产总值指数平减"]) == ""
    assert catalogue().find_indicator([]) == ""


def test_a_label_that_the_title_spells_out_is_that_indicator() -> None:
    title = "松原市城镇非私营单位在岗职工平均工资"
    assert catalogue().spelled_out("平均工资", title) == "avg_wage"
    assert catalogue().spelled_out("平均工资", "松原市主要指标") == ""
    assert catalogue().spelled_out("收入", "松原市地方级财政收入") == ""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("第七次全国人口普查公报", []),
        ("松原市第七次全国人口普查主要数据", ["220700"]),
        ("全国万元国内生产总值能耗", ["100000"]),
        ("吉林省各市州", ["220000"]),
        ("吉林市2025年上半年", ["220200"]),
        ("吉林省和松原市", ["220000", "220700"]),
        ("松原市与吉林省、松原市", ["220700", "220000"]),
        ("主要经济指标", []),
    ],
)
def test_areas_are_found_in_titles(text: str, codes: list[str]) -> None:
    assert catalogue().areas_named_in(text) == codes


def test_an_area_is_found_by_its_name_or_its_short_form() -> None:
    find = catalogue().find_area
    assert [find(t) for t in ("松原市", "松原", "　松原市①", "延边州", "吉林")] == [
        "220700", "220700", "220700", "222400", "220000",
    ]  # fmt: skip
    assert find("松原市地区生产总值") == ""


def test_whole_city_and_whole_province_are_seen_from_the_table() -> None:
    find = catalogue().find_relative_area
    assert find("全市", "220700") == "220700"
    assert find("全省", "220700") == "220000"
    assert find("全市", "220000") == ""
    assert find("全市", "") == ""
    assert find("松原市", "220700") == ""


def test_a_label_that_begins_with_an_area_is_split() -> None:
    assert catalogue().split_area("吉林省万元GDP能耗") == ("220000", "万元gdp能耗")
    assert catalogue().split_area("万元GDP能耗") == ("", "万元GDP能耗")


def test_one_word_of_measure_means_one_thing() -> None:
    others = {"scopes", "statuses", "headings"}
    entries = [entry for name, entry in shipped("measures.toml").items() if name not in others]
    texts = [normalise(text) for entry in entries for text in entry["texts"]]
    assert sorted(texts) == sorted(set(texts))


def test_words_of_measure_bring_their_prices() -> None:
    words = catalogue()
    assert words.find_measure("名义增速") == module.MeasureWord("yoy", "nominal")
    assert words.find_measure("实际增长") == module.MeasureWord("yoy", "comparable")
    assert words.find_measure("同比增长") == module.MeasureWord("yoy")
    assert words.find_measure("地区生产总值") is None


def test_a_label_that_ends_in_a_measure_is_split_at_the_longest_one() -> None:
    assert catalogue().split_measure("地区生产总值比上年增长") == ("地区生产总值", module.MeasureWord("yoy"))
    assert catalogue().split_measure("地区生产总值名义增速") == (
        "地区生产总值",
        module.MeasureWord("yoy", "nominal"),
    )
    assert catalogue().split_measure("地区生产总值") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("PROJ", "ENT", True), ("CNY", "CNY", True), ("CNY", "USD", False), ("T", "TCE", False)],
)
def test_measure_words_of_things_are_alike_and_moneys_are_not(one: str, other: str, same: bool) -> None:
    assert same_dimension(one, other) is same


def test_adding_an_indicator_takes_a_line_of_data(small: Callable[..., Catalogue]) -> None:
    words = small(
        tea={"name_zh": "茶叶产量", "name_en": "Tea", "dimension": "T", "kind": "flow", "short": ["茶"]}
    )
    assert words.find_indicator(["茶叶产量"]) == words.find_indicator(["茶"]) == "tea"
    assert small().find_indicator(["茶叶产量"]) == ""


def test_adding_an_area_takes_a_line_of_data(small: Callable[..., Catalogue]) -> None:
    county = {
        "name_zh": "前郭县",
        "name_en": "Qianguo",
        "level": "county",
        "parent": "220700",
        "aliases": ["前郭"],
    }
    words = small({**AREA, "220721": county})
    assert words.find_area("前郭") == "220721"
    assert words.find_relative_area("全市", "220721") == "220700"


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({"colour": "red"}, "colour"),
        ({"kind": "speed"}, "speed"),
        ({"name_en": ""}, "name_en"),
        ({"parent": "nothing"}, "nothing"),
        ({"part_of": "nothing"}, "nothing"),
        ({"aliases": ["地区生产总值"]}, "地区生产总值"),
    ],
)
def test_a_mistake_in_an_indicator_is_named(
    small: Callable[..., Catalogue], entry: dict[str, Any], word: str
) -> None:
    good = {"name_zh": "茶叶产量", "name_en": "Tea", "dimension": "T", "kind": "flow"}
    with pytest.raises(CatalogueError, match=word) as caught:
        small(tea={**good, **entry})
    assert caught.value.file == "indicators.toml"


def test_one_short_name_for_two_indicators_is_a_mistake(small: Callable[..., Catalogue]) -> None:
    tea = {"name_zh": "茶叶产量", "name_en": "Tea", "dimension": "T", "kind": "flow", "short": ["产量"]}
    with pytest.raises(CatalogueError, match="产量"):
        small(tea=tea, oil={**tea, "name_zh": "原油产量"})


def test_one_name_for_two_areas_is_a_mistake(small: Callable[..., Catalogue]) -> None:
    with pytest.raises(CatalogueError, match="松原市"):
        small({**AREA, "990000": AREA["220700"]})


def test_an_unknown_key_of_an_area_is_a_mistake(small: Callable[..., Catalogue]) -> None:
    with pytest.raises(CatalogueError, match="mayor") as caught:
        small({"220700": {**AREA["220700"], "mayor": "x"}})
    assert caught.value.file == "areas.toml"


def test_a_parent_that_no_area_has_is_a_mistake(small: Callable[..., Catalogue]) -> None:
    with pytest.raises(CatalogueError, match="220000"):
        small({"220700": {**AREA["220700"], "parent": "220000"}})


def test_an_unknown_code_says_what_to_do() -> None:
    with pytest.raises(CatalogueError, match=r"indicators\.toml"):
        catalogue().indicator("nothing")
    with pytest.raises(CatalogueError, match=r"areas\.toml"):
        catalogue().area("999999")
    assert module.indicator("gdp").name_zh == "地区生产总值"
    assert module.area("220700").parent == "220000"


def test_an_area_that_moved_is_found_by_its_former_code_and_knows_its_former_parent() -> None:
    moved = catalogue().area("220381")
    assert (moved.code, moved.name_zh) == ("220184", "公主岭市")
    assert (moved.parent_in("2019-12"), moved.parent_in("2020-06")) == ("220300", "220100")


def test_the_catalogue_covers_a_monthly_report_and_a_yearbook() -> None:
    """Every part of the economy that a prefecture publishes has its indicators, and every one has both names."""
    items = list(catalogue())
    assert len(items) >= 150
    wanted = [
        ("地区生产总值/建筑业", "va_construction"),
        ("地区生产总值/工业", "va_industry"),
        ("地区生产总值/第二产业/#工业", "va_industry"),
        ("规模以上工业增加值/制造业", "industry_va_manufacturing"),
        ("固定资产投资/民间投资", "fai_private"),
        ("商品房销售面积", "re_sales_area"),
        ("社会消费品零售总额/餐饮收入", "retail_catering"),
        ("外贸进出口总额/出口", "exports"),
        ("税收收入/增值税", "tax_vat"),
        ("一般公共预算支出/教育", "exp_education"),
        ("金融机构存款余额/住户存款", "deposits_household"),
        ("居民消费价格/居住", "cpi_residence"),
        ("城镇居民人均可支配收入/工资性收入", "income_urban_wages"),
        ("城镇新增就业人数", "jobs_new_urban"),
        ("粮食产量/玉米", "corn_output"),
        ("肉类总产量/猪肉", "pork_output"),
        ("全社会用电量/城乡居民生活用电", "electricity_residential"),
        ("规模以上工业综合能源消费量", "industry_energy"),
    ]
    assert [(path, catalogue().find_indicator(path.split("/"))) for path, _ in wanted] == wanted


def test_a_full_name_below_a_foreign_head_says_which_head_is_in_the_way() -> None:
    assert catalogue().may_head("一般公共预算收入", "税收收入", "tax_revenue")
    assert catalogue().may_head("地方级财政收入", "税收收入", "tax_revenue")
    assert not catalogue().may_head("全口径财政收入", "税收收入", "tax_revenue")
    assert catalogue().may_head("一、财政", "税收收入", "tax_revenue")


def test_divisions_of_one_total_are_kept_apart() -> None:
    by = {item.code: (item.part_of, item.division) for item in catalogue() if item.part_of == "retail_sales"}
    assert by["retail_urban"] == by["retail_rural"]
    assert by["retail_goods"] == by["retail_catering"]
    assert by["retail_urban"] != by["retail_goods"]
