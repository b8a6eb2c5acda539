"""The sentences of the briefing: directions in words, gaps named, missing outcomes said to be missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.briefing import prose
from songyuan_analysis.briefing.figure import Figure, Missing, Source
from songyuan_analysis.briefing.model import Paragraph
from songyuan_analysis.briefing.scorecard import energy_cut
from songyuan_analysis.briefing.view import View
from songyuan_analysis.plan import load_plan
from songyuan_analysis.sheets.periods import Period

ViewOf = Callable[[str], View]


def rate(value: float) -> Figure:
    source = Source(
        indicator="gdp",
        name_zh="地区生产总值",
        ref_area="220700",
        area_name="松原市",
        measure="yoy",
        time_period="2024",
        obs_value=value,
        decimals=1,
        unit="%",
        file="表.xlsx",
        sheet="表",
        cell="B2",
    )
    return Figure.published(source)


def gap(value: float, decimals: int = 1) -> Figure:
    return Figure(value=value, decimals=decimals, unit="百分点", sources=rate(1.0).sources, derivation="差")


@pytest.mark.parametrize(("value", "words"), [(3.8, "增长3.8%"), (-0.7, "下降0.7%"), (0.0, "持平")])
def test_a_change_is_said_with_its_direction(value: float, words: str) -> None:
    paragraph = Paragraph.of(*prose.change_words(rate(value)))
    assert paragraph == words
    assert [figure.sources[0].obs_value for figure in paragraph.figures] == ([value] if value else [])


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.5, "快于全省0.5个百分点"), (-2.2, "慢于全省2.2个百分点"), (0.04, "与全省持平"), (0.0, "与全省持平")],
)
def test_a_gap_is_said_with_its_direction(value: float, words: str) -> None:
    assert Paragraph.of(*prose.against(gap(value), "全省")) == words


def test_a_target_is_above_or_below_and_a_province_fast_or_slow() -> None:
    words = ("高于", "低于")
    assert Paragraph.of(*prose.against(gap(-2.2), "年度目标", words)) == "低于年度目标2.2个百分点"
    assert Paragraph.of(*prose.against(gap(0.5), "年度目标", words)) == "高于年度目标0.5个百分点"
    assert Paragraph.of(*prose.against(gap(0.0), "年度目标", words)) == "与年度目标持平"


def test_no_gap_is_said_where_there_is_none() -> None:
    assert prose.against(Missing(), "全省") == []


def test_gdp_of_2024(view_of: ViewOf) -> None:
    sentence = prose.gdp_sentence(view_of("2024"))
    assert sentence == (
        "2024年，松原市地区生产总值1002.18亿元，按可比价格计算，增长3.8%，低于年度目标2.2个百分点（目标增长6%），"
        "按2024年价格约少21.24亿元（本报告测算，非公布数）。"
    )
    assert [figure.text() for figure in sentence.figures] == ["1002.18", "3.8", "2.2", "6", "21.24"]
    assert [figure.derived for figure in sentence.figures] == [False, False, True, False, True]


def test_the_amount_that_is_missing_leads_to_all_that_it_was_computed_from(view_of: ViewOf) -> None:
    amount = prose.gdp_sentence(view_of("2024")).figures[-1]
    assert (amount.text(unit=True), amount.derived) == ("21.24亿元", True)
    assert {(source.measure, source.obs_value) for source in amount.sources} == {
        ("level", 1002.18),
        ("yoy", 3.8),
        ("target", 6.0),
    }
    for step in ("基数=1002.18亿元÷(1+3.8%)≈965.49亿元", "目标水平=基数×(1+6%)≈1023.42亿元", "-21.24亿元"):
        assert step in amount.derivation
    assert "非公布数" in amount.derivation
    assert len(amount.sources) == len(set(amount.sources))


@pytest.fixture
def amounts(observations: Callable[..., pd.DataFrame], tmp_path: Path) -> Callable[..., View]:
    """A view of 2024 whose plan sets amounts, not rates, for GDP and revenue."""
    lines = ["[plan]", 'title = "示例计划"', "year = 2024", 'area = "220700"', 'issuer = "示例市人民政府"']
    lines += ['source_title = "示例"', 'release_date = "2024-01-10"', 'conf_tier = "1"']
    lines += ['due = "2024-12-31"', 'sections = ["主要目标"]']
    for code, name, value in (("gdp", "地区生产总值", 1000), ("fiscal_rev_local", "地方级财政收入", 50)):
        lines += ["[[commitment]]", f'id = "headline.{code}"', 'section = "主要目标"', f'name_zh = "{name}"']
        lines += ['name_en = "x"', 'kind = "amount"', f'indicator = "{code}"', 'area = "220700"']
        lines += ['operator = ">="', f"value = {value}", 'unit = "亿元"']
    path = tmp_path / "2024.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    plan = load_plan(path)
    return lambda *rows: View("220700", Period.year(2024), observations(*rows), plan=plan)


RATE = {"measure": "yoy", "price_base": "comparable", "unit": "%", "unit_measure": "PT", "unit_mult": 0}
REVENUE = {"indicator": "fiscal_rev_local", "decimals": 1}


def test_growth_is_never_subtracted_from_an_amount(amounts: Callable[..., View]) -> None:
    sentence = prose.gdp_sentence(amounts({}, {**RATE, "obs_value": 3.8, "decimals": 1}))
    assert sentence.endswith("增长3.8%，年度目标为1000亿元以上，已完成。")
    assert "百分点" not in sentence and untraced(sentence) == set()


def test_an_amount_is_held_against_the_amount(amounts: Callable[..., View]) -> None:
    growth = {**RATE, **REVENUE, "price_base": "nominal", "obs_value": 7.5}
    sentence = prose.target_sentence(amounts({**REVENUE, "obs_value": 52.5}, growth), "fiscal_rev_local")
    assert sentence.startswith("地方级财政收入：年度目标为50亿元以上，2024年52.5亿元，已完成。")
    assert "105.0%" in sentence and "7.5%" not in sentence and untraced(sentence) == set()
    only_growth = prose.target_sentence(amounts(growth), "fiscal_rev_local")
    assert only_growth == "地方级财政收入：年度目标为50亿元以上，没有找到公布的结果，本报告不作推测。"


def test_gdp_of_a_half_year_with_nominal_growth_only(view_of: ViewOf) -> None:
    sentence = prose.gdp_sentence(view_of("2025H1"))
    assert "427.06亿元，没有找到可比价增速；按现价计算的名义增速为5.69%" in sentence
    assert "不能当作可比价增速" in sentence


def test_gdp_that_was_not_published(view_of: ViewOf) -> None:
    assert prose.gdp_sentence(view_of("2024Q2")) == "2024年上半年，松原市地区生产总值没有找到公布数。"


def test_the_industries_of_2024(view_of: ViewOf) -> None:
    (sentence,) = prose.industry_sentences(view_of("2024"))
    assert sentence.startswith("分产业看，第一产业增加值241.09亿元，增长3.8%，占24.1%；")
    assert len(sentence.figures) == 9
    assert prose.industry_sentences(view_of("2024Q2")) == []


@pytest.mark.parametrize(("code", "target"), [("fai", "增长5%"), ("energy_intensity", "下降3.5%")])
def test_a_missing_outcome_is_said_to_be_missing_and_not_guessed(
    view_of: ViewOf, code: str, target: str
) -> None:
    sentence = prose.target_sentence(view_of("2024"), code)
    assert sentence.endswith(f"：年度目标为{target}，没有找到公布的结果，本报告不作推测。")
    assert len(sentence.figures) == 1


def test_revenue_in_step_with_the_economy(view_of: ViewOf) -> None:
    sentence = prose.target_sentence(view_of("2024"), "fiscal_rev_local")
    assert sentence.startswith("地方级财政收入：年度目标为与经济同步，2024年增长17.5%（可比口径），已完成。")
    assert "两种参照结论一致" in sentence


def test_a_year_without_a_plan_and_without_a_figure(view_of: ViewOf) -> None:
    sentence = prose.target_sentence(view_of("2025H1"), "fai")
    assert sentence == "固定资产投资：没有登记2025年的目标，也没有找到公布数。"


def test_why_two_levels_must_not_be_divided(view_of: ViewOf) -> None:
    (sentence,) = prose.level_puzzle(view_of("2024"))
    assert "1002.18亿元与2023年892.72亿元（来源等级2级）相除为12.3%，而公布的可比价增速是3.8%" in sentence
    naive = sentence.figures[2]
    assert naive.derived and "仅说明不可比" in naive.derivation
    assert prose.level_puzzle(view_of("2024Q2")) == []
    assert prose.level_puzzle(view_of("2023")) == []


def test_commitments_are_counted_and_silence_is_no_failure(view_of: ViewOf) -> None:
    sentence = prose.commitments_sentence(view_of("2024"))
    assert "登记承诺55项，其中有数量要求的17项、无数量要求的38项。" in sentence
    assert "未完成1项" in sentence and "已完成1项" in sentence and "结果未公布15项" in sentence
    assert sentence.endswith("结果未公布不等于没有完成。")
    assert "没有一项可以判断" in prose.commitments_sentence(view_of("2024Q2"))
    assert prose.commitments_sentence(view_of("2025H1")) == "没有登记2025年的政府计划，本报告不作目标对照。"


def untraced(sentence: Paragraph) -> set[float]:
    """The numbers of a sentence, less years, months and grades, that none of its figures brings."""
    text = re.sub(r"\d{4}年|\d+—\d+月|等级[-\d]+级", "", sentence)
    said = {float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}
    known = {abs(v) for figure in sentence.figures for v in (float(figure.rounded), figure.value)}
    return {value for value in said if not any(abs(value - other) < 1e-9 for other in known)}


@pytest.mark.parametrize("period", ["2024", "2024Q2", "2025H1", "2023", "2019"])
def test_every_number_of_a_sentence_can_be_traced(view_of: ViewOf, period: str) -> None:
    view = view_of(period)
    said = [*prose.gdp_sentences(view), *prose.investment_sentences(view), *prose.revenue_sentences(view)]
    for sentence in [*said, *prose.energy_sentences(view, energy_cut(view))]:
        assert untraced(sentence) == set(), sentence


def test_the_suspect_figure_is_explained_beside_the_revenue(view_of: ViewOf) -> None:
    doubts = [p for p in prose.revenue_sentences(view_of("2024")) if "存疑" in p]
    assert len(doubts) == 1
    assert re.search(r"76\.20?亿元", doubts[0]) and "不据此计算增速" in doubts[0]


def test_a_cut_in_intensity_is_no_cut_in_energy(view_of: ViewOf) -> None:
    view = view_of("2024")
    sentences = prose.energy_sentences(view, energy_cut(view))
    assert "不等于能源消费总量下降同样幅度" in sentences[1]
    assert len(prose.energy_sentences(view, None)) == 1


def test_an_overview_says_every_headline_once(view_of: ViewOf) -> None:
    for period in ("2024", "2024Q2", "2025H1"):
        text = "\n".join(prose.overview(view_of(period)))
        for name in ("松原市地区生产总值", "固定资产投资：", "地方级财政收入：", "万元地区生产总值能耗："):
            assert text.count(name) == 1, (period, name)


@pytest.mark.parametrize("period", ["2024", "2024Q2", "2025H1", "2023", "2019", "2016"])
def test_no_sentence_is_broken(view_of: ViewOf, period: str) -> None:
    view = view_of(period)
    found = [*prose.overview(view), *prose.revenue_sentences(view), *prose.investment_sentences(view)]
    for sentence in found:
        assert sentence.endswith("。")
        assert not re.search(r"nan|None|增长-|增长−|下降-|，，|。。|，。|：，|[（(][）)]", sentence), sentence


def test_what_is_missing_in_2024_is_named(view_of: ViewOf) -> None:
    missing = prose.gaps(view_of("2024"))
    assert "2024年固定资产投资增速：没有找到公布数。" in missing
    assert "2024年万元地区生产总值能耗升降率：没有找到公布数。" in missing
    assert "招商引资到位资金（目标625亿元（增长25%））：结果未公布。" in missing
    assert not [
        text for text in missing if text.startswith(("2024年地区生产总值", "2024年地方级财政收入增速"))
    ]
    assert len(set(missing)) == len(missing)


@pytest.mark.parametrize(("period", "label"), [("2025H1", "2025年上半年"), ("2024Q2", "2024年上半年")])
def test_what_is_missing_in_a_half_year_is_named(view_of: ViewOf, period: str, label: str) -> None:
    missing = prose.gaps(view_of(period))
    for what in ("地区生产总值增速", "固定资产投资增速", "地方级财政收入增速", "万元地区生产总值能耗升降率"):
        assert f"{label}{what}：没有找到公布数。" in missing


def test_paragraphs_of_a_notebook_are_escaped() -> None:
    found = prose.Sentences((Paragraph("甲<乙"), Paragraph("丙&丁")))
    assert found._repr_html_() == "<p>甲&lt;乙</p><p>丙&amp;丁</p>"
    assert repr(found) == "甲<乙\n丙&丁"
