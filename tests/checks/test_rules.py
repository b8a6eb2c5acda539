"""One planted fault and one near miss for each rule of the audit. All numbers are made up: 虚构数据."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songyuan_analysis.checks.finding import ERROR, NOTE, SEVERITIES, WARNING, plain
from songyuan_analysis.checks.rules import RULES
from songyuan_analysis.checks.run import audit
from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.observe import _period_columns
from songyuan_analysis.sheets.periods import Period

Found = Callable[..., list[tuple[str, str]]]
Make = Callable[..., pd.DataFrame]
NOMINAL = {"price_base": "nominal"}
RULE = {rule.name: rule for rule in RULES}
SAME = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
PERCENT = {"unit": "%", "unit_measure": "PT", "unit_mult": 0, "decimals": 1}
POINTS = {"unit": "个百分点", "unit_measure": "PP", "unit_mult": 0, "decimals": 1}
_BASES = {"yoy": "comparable", "level": "current", "change": "current"}


def when(period: str) -> dict[str, Any]:
    """The columns of a period; 2024 is a year, 2024-01/2024-06 cumulative."""
    return _period_columns(Period.parse(period), stock=False)


def number(
    indicator: str, period: str, value: float, measure: str = "level", **columns: Any
) -> dict[str, Any]:
    """One number: a level in 亿元, or a rate in %."""
    unit = {"level": {}, "change": {}, "pull": POINTS}.get(measure, PERCENT)
    base = {"indicator": indicator, "measure": measure, "price_base": _BASES.get(measure, "")}
    return {**when(period), **base, "obs_value": value, **unit, **columns}


@pytest.fixture
def found(observations: Callable[..., pd.DataFrame]) -> Callable[..., list[tuple[str, str]]]:
    """Audit rows and give (rule, cell) of the findings; the rows stand in B1, B2 and so on."""

    def run(*rows: dict[str, Any], breaks: Any = ()) -> list[tuple[str, str]]:
        result = audit(observations(*rows), breaks)
        return list(zip(result["rule"], result["cell"], strict=True))

    return run


def test_every_rule_says_what_it_is() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names) == 26
    for rule in RULES:
        assert rule.title and rule.needs and rule.remedy.endswith("。") and rule.severity in SEVERITIES
        assert set(rule.yields_to) <= set(names) - {rule.name}


# --- sums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["2024", "2024-01/2024-06", "2024Q3", "2024-05"])
def test_parts_add_up_in_every_kind_of_period(found: Found, period: str) -> None:
    def rows(third: float) -> list[dict[str, Any]]:
        values = {"gdp": 100.0, "va_primary": 20.0, "va_secondary": 30.0, "va_tertiary": third}
        return [number(code, period, value, decimals=1) for code, value in values.items()]

    assert found(*rows(50.3)) == [("parts-and-total", "B1")]
    assert found(*rows(50.2)) == []


def test_parts_in_another_unit_add_up_too(found: Found) -> None:
    small = {"unit": "万元", "unit_mult": 4, "decimals": 0}
    parts = [number("va_primary", "2024", 200000, **small), number("va_secondary", "2024", 300000, **small)]
    rest = number("va_tertiary", "2024", 500000, **small)
    assert found(number("gdp", "2024", 100.0), *parts, rest) == []
    assert found(number("gdp", "2024", 100.1), *parts, rest) == [("parts-and-total", "B1")]


def test_parts_of_another_vintage_or_division_are_not_added(found: Found) -> None:
    values = {"gdp": 100.0, "va_primary": 20.0, "va_secondary": 30.0}
    rows = [number(code, "2024", value) for code, value in values.items()]
    assert found(*rows, number("va_tertiary", "2024", 90.0, obs_status="R")) == []
    assert found(*rows) == []


@SAME
@given(
    parts=st.lists(st.integers(min_value=1, max_value=10**6), min_size=3, max_size=3),
    digits=st.integers(min_value=0, max_value=2),
)
def test_rounded_parts_of_a_true_total_are_never_called_wrong(
    observations: Make, parts: list[int], digits: int
) -> None:
    exact = [part / 1000 for part in parts]
    codes = ["gdp", "va_primary", "va_secondary", "va_tertiary"]
    values = [round(value, digits) for value in (sum(exact), *exact)]
    rows = [number(code, "2024", v, decimals=digits) for code, v in zip(codes, values, strict=True)]
    assert audit(observations(*rows), rules=[RULE["parts-and-total"]]).empty


def test_a_share_that_the_levels_deny_is_found(found: Found) -> None:
    levels = [number("gdp", "2024", 1000.0), number("va_primary", "2024", 241.0)]
    assert found(*levels, number("va_primary", "2024", 42.1, "share")) == [("shares", "B3")]
    assert found(*levels, number("va_primary", "2024", 24.1, "share")) == []
    assert found(*levels, number("va_primary", "2023", 42.1, "share")) == []


def test_shares_that_do_not_make_a_hundred_are_found_and_a_moved_digit_is_not(found: Found) -> None:
    def shares(*values: float) -> list[dict[str, Any]]:
        codes = ["va_primary", "va_secondary", "va_tertiary"]
        return [number(code, "2024", value, "share") for code, value in zip(codes, values, strict=True)]

    assert found(*shares(24.1, 23.7, 52.9)) == [("shares", "B1")]
    assert found(*shares(24.1, 23.7, 52.1)) == []
    # 11.0 + 35.3 + 53.8 would make 100.1: an office takes the tenth off one of them.
    levels = {"gdp": 11726.82, "va_primary": 1287.32, "va_secondary": 4134.82, "va_tertiary": 6304.68}
    rows = [number(code, "2024", value) for code, value in levels.items()]
    assert found(*rows, *shares(11.0, 35.2, 53.8)) == []
    assert set(found(*rows, *shares(11.0, 35.1, 53.9))) == {("shares", "B6"), ("shares", "B7")}


def test_the_year_is_its_twelve_months(found: Found) -> None:
    year = number("retail_sales", "2024", 120.0, column_label_path="2024年 / 全年")
    months = number("retail_sales", "2024", 121.0, column_label_path="2024年 / 1—12月")
    assert found(year, months) == [("year-and-periods", "B2")]
    assert found(year, {**months, "obs_value": 120.0}) == []


def test_the_year_is_the_sum_of_its_quarters_and_half_a_year_of_two(found: Found) -> None:
    quarters = [number("retail_sales", f"2024Q{q}", 30.0) for q in (1, 2, 3, 4)]
    assert found(number("retail_sales", "2024", 125.0), *quarters) == [("year-and-periods", "B1")]
    assert found(number("retail_sales", "2024", 120.02), *quarters) == []
    half = number("retail_sales", "2024-01/2024-06", 66.0)
    assert found(half, *quarters[:2]) == [("year-and-periods", "B1")]
    assert found(half, quarters[0]) == []  # one quarter of two says nothing
    assert found(number("loans", "2024", 125.0), *[{**q, "indicator": "loans"} for q in quarters]) == []


def test_a_cumulative_level_does_not_fall(found: Found) -> None:
    half = number("retail_sales", "2024-01/2024-06", 60.0)
    assert found(half, number("retail_sales", "2024-01/2024-09", 58.0)) == [("cumulative-falls", "B2")]
    assert found(half, number("retail_sales", "2024", 58.0)) == [("cumulative-falls", "B2")]
    assert found(half, number("retail_sales", "2024-01/2024-09", 60.0)) == []
    assert found(half, number("retail_sales", "2025-01/2025-03", 20.0)) == []


@pytest.mark.parametrize("name", ["规模以上工业企业利润总额", "net_exports", "loans", "cpi"])
def test_profits_net_exports_stocks_and_rates_may_fall(found: Found, name: str) -> None:
    code = next(item.code for item in catalogue() if name in (item.code, item.name_zh))
    rows = [number(code, "2024-01/2024-06", 60.0), number(code, "2024-01/2024-09", 58.0)]
    assert found(*rows) == []


# --- contributions and pulls ---------------------------------------------------------------------


def yearbook(**changed: float) -> list[dict[str, Any]]:
    """A table of 12 years as yearbooks print it: growth, contributions and pulls; 虚构数据."""
    rows = []
    for year in range(1980, 1992):
        growth = {"gdp": 6 + (year % 7), "va_primary": 0.0}
        shares = {
            "va_primary": 20.4 - year % 3,
            "va_secondary": 55.1 + year % 3,
            "va_industry": 48.3,
            "va_tertiary": 24.5,
        }
        rows.append(number("gdp", str(year), float(growth["gdp"]), "yoy"))
        for code, share in shares.items():
            rows.append(number(code, str(year), share, "contribution"))
            value = changed.get(f"{code}_{year}", round(growth["gdp"] * share / 100, 1))
            rows.append(number(code, str(year), value, "pull"))
    return rows


def test_exactly_the_planted_pulls_of_a_yearbook_are_found(observations: Make) -> None:
    clean = observations(*yearbook())
    assert audit(clean).empty
    # Industry is part of the secondary industry, and neither is held against the other's growth.
    planted = {
        "va_secondary_1990": 4.2,
        "va_industry_1990": 3.6,
        "va_secondary_1991": 5.8,
        "va_industry_1991": 4.9,
    }
    frame = observations(*yearbook(**planted))
    result = audit(frame)
    assert set(result["rule"]) == {"pull-and-contribution"}
    wrong = frame[frame["cell"].isin(result["cell"])]
    assert {f"{i}_{t}" for i, t in zip(wrong["indicator"], wrong["time_period"], strict=True)} == set(planted)
    assert result["message"].str.contains("反推增速").all()


@SAME
@given(
    growth=st.integers(min_value=-150, max_value=300),
    share=st.integers(min_value=-30000, max_value=40000),
)
def test_a_pull_rounded_from_the_true_figures_is_never_called_wrong(
    observations: Make, growth: int, share: int
) -> None:
    g, c = growth / 10 + 0.03, share / 100 + 0.004
    rows = [
        number("gdp", "2013", round(g, 1), "yoy"),
        number("va_primary", "2013", round(c, 2), "contribution", decimals=2),
        number("va_primary", "2013", round(g * c / 100, 2), "pull", decimals=2),
    ]
    assert audit(observations(*rows), rules=[RULE["pull-and-contribution"]]).empty


def test_pulls_add_up_to_growth_and_contributions_to_a_hundred(found: Found) -> None:
    def table(measure: str, *values: float) -> list[dict[str, Any]]:
        codes = ["va_primary", "va_secondary", "va_tertiary"]
        return [number(code, "2024", v, measure) for code, v in zip(codes, values, strict=True)]

    growth = number("gdp", "2024", 6.2, "yoy")
    assert found(growth, *table("pull", 1.0, 3.0, 3.0)) == [("sum-of-pulls", "B2")]
    assert found(growth, *table("pull", 1.0, 3.0, 2.3)) == []
    assert found(*table("contribution", 358.7, 3.7, -262.0)) == [("sum-of-pulls", "B1")]
    assert found(*table("contribution", 358.7, 3.7, -262.5)) == []


# --- growth and bases ----------------------------------------------------------------------------


def test_nominal_growth_lies_in_the_interval_of_its_two_levels(found: Found) -> None:
    levels = [number("retail_sales", "2023", 100.0), number("retail_sales", "2024", 105.0)]
    assert found(*levels, number("retail_sales", "2024", 5.1, "yoy", **NOMINAL)) == [
        ("growth-against-levels", "B2")
    ]
    assert found(*levels, number("retail_sales", "2024", 5.0, "yoy", **NOMINAL)) == []
    coarse = [{**row, "decimals": 0} for row in levels]
    assert found(*coarse, number("retail_sales", "2024", 5.9, "yoy", **NOMINAL)) == []


def test_growth_of_half_years_is_held_against_half_years(found: Found) -> None:
    levels = [number("retail_sales", f"{y}-01/{y}-06", v) for y, v in ((2023, 50.0), (2024, 60.0))]
    rate = number("retail_sales", "2024-01/2024-06", 5.0, "yoy", **NOMINAL)
    assert found(*levels, rate) == [("growth-against-levels", "B2")]
    assert found(levels[1], rate, number("retail_sales", "2023", 100.0)) == []


def test_one_printing_whose_levels_agree_beats_two_that_do_not(found: Found) -> None:
    old = number("gdp", "2017", 6530.0, file="旧基.xls", conf_tier="1")
    new = [number("gdp", "2017", 5432.0, file="新基.xls"), number("gdp", "2018", 5635.0, file="新基.xls")]
    rate = number("gdp", "2018", 7.2, "yoy", file="增速.xls")
    assert [rule for rule, _ in found(old, *new, rate)] == ["conflict"]


def test_growth_is_held_against_level_and_increment(found: Found) -> None:
    rows = [number("gdp", "2024-01/2024-06", 482.36), number("gdp", "2024-01/2024-06", 54.96, "change")]
    rate = number("gdp", "2024-01/2024-06", 12.80, "yoy", **NOMINAL, decimals=2)
    assert found(*rows, rate) == [("growth-against-levels", "B3")]
    assert found(*rows, {**rate, "obs_value": 12.86}) == []


def test_an_implied_base_that_nobody_published_is_named_with_its_cell(found: Found) -> None:
    before = number("retail_sales", "2023", 100.0, file="去年.xlsx")
    now = [number("retail_sales", "2024", 105.0), number("retail_sales", "2024", 6.0, "yoy", **NOMINAL)]
    assert found(before, *now) == [("implied-base", "B1")]
    assert found({**before, "obs_value": 99.06}, *now) == []
    # It agrees with what was published first, though the figure that is used is a later one.
    revised = {**before, "obs_value": 99.06, "obs_status": "R", "file": "修订.xlsx"}
    assert found({**before, "obs_value": 99.1, "decimals": 1}, revised, *now) == []


def test_an_increment_implies_a_base_too(found: Found) -> None:
    now = [number("gdp", "2024-01/2024-06", 427.06), number("gdp", "2024-01/2024-06", 23.01, "change")]
    assert found(number("gdp", "2023-01/2023-06", 404.05, file="去年.xlsx"), *now) == []
    assert found(number("gdp", "2023-01/2023-06", 410.00, file="去年.xlsx"), *now) == [("implied-base", "B1")]


# --- scale, sign, unit ---------------------------------------------------------------------------


def test_growth_a_hundred_times_too_small_or_too_big_is_found(found: Found) -> None:
    levels = [number("retail_sales", "2023", 100.0), number("retail_sales", "2024", 106.2)]
    fraction = number("retail_sales", "2024", 0.062, "yoy", **NOMINAL, decimals=3)
    assert found(*levels, fraction) == [("growth-scale", "B3")]
    assert found(*levels, {**fraction, "obs_value": 620.0, "decimals": 0}) == [("growth-scale", "B3")]
    assert found(*levels, {**fraction, "obs_value": 6.2, "decimals": 1}) == []


def test_growth_that_another_print_puts_at_a_hundredth_is_found(found: Found) -> None:
    one = number("retail_sales", "2024", 6.2, "yoy", **NOMINAL)
    other = {**one, "obs_value": 0.062, "decimals": 3, "file": "年鉴.xlsx"}
    assert [rule for rule, _ in found(one, other)] == ["growth-scale"]
    assert [rule for rule, _ in found(one, {**other, "obs_value": 6.9, "decimals": 1})] == ["conflict"]


def test_an_index_that_another_print_shows_to_be_growth_is_an_error(observations: Make) -> None:
    one = number("gdp", "2024", 3.8, "yoy")
    result = audit(observations(one, {**one, "obs_value": 103.8, "file": "年鉴.xlsx"}))
    assert result[["rule", "severity", "cell"]].to_numpy().tolist() == [["index-as-growth", ERROR, "B2"]]
    index = {"measure": "index_py100", "unit": "上年=100", "unit_measure": "INDEX", "file": "年鉴.xlsx"}
    assert audit(observations(one, {**one, **index, "obs_value": 103.8})).empty


def test_projects_that_do_double_are_no_index(found: Found) -> None:
    wild = number("projects_new", "2023", 250.0, "yoy", **NOMINAL)
    assert found(wild, number("projects_new", "2024", 103.2, "yoy", **NOMINAL)) == []
    assert found(number("projects_new", "2024", 103.2, "yoy", **NOMINAL)) == [("index-as-growth", "B1")]


@pytest.mark.parametrize("power", [2, 3, 4])
def test_a_level_off_by_a_power_of_ten_against_its_neighbours_is_found(found: Found, power: int) -> None:
    values = [50.0, 52.0, 54.0 * 10**power, 56.0, 58.0]
    rows = [number("retail_sales", str(2020 + i), v) for i, v in enumerate(values)]
    assert found(*rows) == [("unit-slip", "B3")]
    assert found(*[{**row, "obs_value": 50.0 + i} for i, row in enumerate(rows)]) == []


def test_a_level_that_grows_fivefold_is_no_slip(found: Found) -> None:
    rows = [number("retail_sales", str(2020 + i), v) for i, v in enumerate([10.0, 11.0, 55.0, 60.0])]
    assert found(*rows) == []


def test_the_shorter_piece_of_a_series_has_slipped(found: Found) -> None:
    rows = [number("retail_sales", str(2018 + i), v) for i, v in enumerate([5e5, 5.2e5, 54.0, 56.0, 58.0])]
    assert found(*rows) == [("unit-slip", "B1")]


def test_a_level_off_by_a_power_of_ten_against_another_print_is_found(found: Found) -> None:
    one = number("retail_sales", "2024", 56.12)
    slip = {**one, "unit": "万元", "unit_mult": 4, "file": "年鉴.xlsx"}
    assert [rule for rule, _ in found(one, slip)] == ["unit-slip"]
    assert found(one, {**slip, "obs_value": 561200, "decimals": 0}) == []


def test_a_fall_that_another_print_calls_a_rise_is_found(found: Found) -> None:
    one = number("energy_intensity", "2020", -1.57, "yoy", decimals=2)
    assert [rule for rule, _ in found(one, {**one, "obs_value": 1.57, "file": "年鉴.xlsx"})] == ["sign"]
    assert found(one, {**one, "obs_value": -1.6, "decimals": 1, "file": "年鉴.xlsx"}) == []


@pytest.mark.parametrize("label", ["降低率", "比上年降低", "下降幅度"])
def test_a_positive_reduction_rate_is_found(found: Found, label: str) -> None:
    row = number("energy_intensity", "2020", 3.5, "yoy", column_label_path=f"2020年 / {label}（%）")
    assert found(row) == [("reduction-sign", "B1")]
    assert found({**row, "obs_value": -3.5}) == [("reduction-sign", "B1")]
    assert found({**row, "column_label_path": "2020年 / 上升或下降（±%）", "title": "能耗降低率等指标"}) == []
    assert found({**row, "indicator": "gdp"}) == []


def test_figures_of_a_month_for_what_is_only_published_since_january(found: Found) -> None:
    assert found(number("fai_private", "2024-05", 3.2, "yoy", **NOMINAL)) == [("single-month", "B1")]
    assert found(number("fai_private", "2024-01/2024-05", 3.2, "yoy", **NOMINAL)) == []
    assert found(number("retail_sales", "2024-05", 3.2, "yoy", **NOMINAL)) == []


def test_units_that_their_numbers_contradict_are_found(found: Found) -> None:
    people = {"unit": "人", "unit_measure": "PERS", "unit_mult": 0}
    row = number("population_resident", "2024", 209.55, price_base="", **people)
    assert found(row) == [("unit-doubt", "B1")]
    assert found({**row, "obs_value": 2095500.0, "decimals": 0}) == []


# --- series --------------------------------------------------------------------------------------


def test_a_lasting_step_without_a_known_break_is_noted(found: Found) -> None:
    values = [50, 51, 52.3, 53, 54.2, 90, 91.5, 93, 94, 95.5]
    rows = [number("retail_sales", str(2010 + i), float(v)) for i, v in enumerate(values)]
    assert found(*rows) == [("lasting-step", "B6")]
    broken = Break("220700", ("retail_sales",), "2014", "2015", "换了口径")
    assert found(*rows, breaks=[broken]) == [("known-break", "B6")]
    told = number("retail_sales", "2015", 66.0, "yoy", **NOMINAL)
    assert found(*rows, told) == []


def test_a_known_break_is_named_only_where_a_series_crosses_it(observations: Make) -> None:
    broken = Break("220700", ("gdp", "va_primary"), "2018", "2019", "基础变了", cause="经济普查")
    rows = [number("gdp", "2018", 1373.6), number("gdp", "2019", 729.78)]
    result = audit(observations(*rows), [broken])
    assert result[["rule", "severity", "cell"]].to_numpy().tolist() == [["known-break", NOTE, "B2"]]
    assert "基础变了" in result.iloc[0]["message"] and "经济普查" in result.iloc[0]["message"]
    assert audit(observations(rows[1]), [broken]).empty


def test_a_registered_change_of_denominator_is_a_note(observations: Make) -> None:
    heads = {"unit": "元", "unit_mult": 0, "decimals": 0}
    rows = [
        *(number("gdp", str(y), v) for y, v in ((2020, 752.88), (2021, 817.71))),
        *(number("gdp_per_capita", str(y), v, **heads) for y, v in ((2020, 27487.0), (2021, 36877.0))),
    ]
    result = audit(observations(*rows))
    assert result[["rule", "severity", "cell"]].to_numpy().tolist() == [["denominator", WARNING, "B4"]]
    known = Break("220700", ("gdp_per_capita",), "2020", "2021", "分母变了")
    assert audit(observations(*rows), [known])[["rule", "severity"]].to_numpy().tolist() == [
        ["denominator", NOTE]
    ]


# --- coverage and releases -----------------------------------------------------------------------


def quarters(*periods: str, **columns: Any) -> list[dict[str, Any]]:
    return [number("retail_sales", p, 5.0, "yoy", **NOMINAL, **columns) for p in periods]


CHAIN = (
    "2023-01/2023-03",
    "2023-01/2023-06",
    "2023-01/2023-09",
    "2023",
    "2024-01/2024-03",
    "2024-01/2024-06",
)


def test_a_missing_inner_quarter_is_found_and_a_marked_one_is_not(found: Found) -> None:
    rows = quarters(*CHAIN[:2], *CHAIN[3:])
    assert found(*rows) == [("missing-period", "B3")]
    gap = {**quarters(CHAIN[2])[0], "obs_value": float("nan"), "obs_status": "M", "mark": "…"}
    assert found(*rows, gap) == []
    assert found(*quarters(*CHAIN)) == []


def test_a_series_that_stops_before_its_table_is_found(found: Found) -> None:
    others = [{**row, "indicator": "fai"} for row in quarters(*CHAIN)]
    assert found(*others, *quarters(*CHAIN[:-1])) == [("missing-period", "B11")]
    assert found(*others, *[{**row, "table": 2} for row in quarters(*CHAIN[:-1])]) == []


def test_a_missing_year_is_found_and_a_sparse_series_is_left_alone(found: Found) -> None:
    years = [number("retail_sales", str(y), 100.0 + y - 2010) for y in (2010, 2011, 2012, 2014, 2015, 2016)]
    assert found(*years) == [("missing-period", "B4")]
    sparse = [number("retail_sales", str(y), 100.0 + y - 2010) for y in (2010, 2012, 2014, 2016, 2018)]
    assert found(*sparse) == []


def test_january_and_february_are_not_missed(found: Found) -> None:
    months = [f"2023-{m:02d}" for m in range(3, 13)] + [f"2024-{m:02d}" for m in range(3, 6)]
    assert found(*quarters(*months)) == []
    assert found(*quarters(*months[:4], *months[5:])) == [("missing-period", "B5")]


def test_a_quarter_missing_between_workbooks_is_found(found: Found) -> None:
    rows = [{**row, "file": f"{i}.xlsx"} for i, row in enumerate(quarters(*CHAIN[:2], *CHAIN[3:]))]
    assert [rule for rule, _ in found(*rows)] == ["missing-period"]


def test_a_figure_released_before_its_period_was_over_is_found(found: Found) -> None:
    row = number("retail_sales", "2024", 100.0, vintage="2024-11-20")
    assert found(row) == [("release-before-end", "B1")]
    assert found({**row, "obs_status": "E"}) == []
    assert found({**row, "vintage": "2025-01-20"}) == []
    assert found({**row, "vintage": ""}) == []


def test_releases_that_run_backwards_are_found(found: Found) -> None:
    late = quarters("2024-01/2024-03", vintage="2024-10-20", file="一季.xlsx")
    next_ = quarters("2024-01/2024-06", vintage="2024-07-20", file="半年.xlsx")
    assert found(*late, *next_) == [("release-order", "B1")]
    assert found(*late, *[{**next_[0], "vintage": "2024-10-21"}]) == []
    assert found(*late, *[{**next_[0], "issuer": "另一个局"}]) == []
    # A yearbook repeats the past: its newest period is what it released.
    book = quarters(*CHAIN[:4], CHAIN[5], vintage="2025-10-01", file="年鉴.xlsx")
    assert found(*book, *quarters(CHAIN[4], vintage="2024-04-20", file="一季.xlsx")) == []


# --- one mistake, one finding --------------------------------------------------------------------


def test_what_a_slip_breaks_elsewhere_is_not_reported_again(found: Found) -> None:
    values = [50.0, 52.0, 54.0e4, 56.0, 58.0, 60.0, 62.0, 64.0]
    rows = [number("retail_sales", str(2015 + i), v) for i, v in enumerate(values)]
    rates = [number("retail_sales", str(2016 + i), 3.7, "yoy", **NOMINAL) for i in range(3)]
    assert [f for f in found(*rows, *rates) if f[1] not in {"B9", "B2"}] == [("unit-slip", "B3")]


def test_two_sheets_that_differ_in_many_years_are_one_finding(observations: Make) -> None:
    rows = [
        number("gdp", str(year), value * factor, file=file)
        for file, factor in (("甲.xlsx", 1.0), ("乙.xlsx", 1.2))
        for year, value in ((2017, 100.0), (2018, 104.0), (2019, 109.0))
    ]
    result = audit(observations(*rows))
    assert result["rule"].tolist() == ["conflict"]
    assert "同样两处不同的还有" in result.iloc[0]["message"]


def test_the_gravest_comes_first_and_evidence_begins_with_the_cell_in_question(observations: Make) -> None:
    early = number("retail_sales", "2024", 100.0, vintage="2024-11-20")
    rows = [number("cpi", "2024", 103.8, "yoy", price_base=""), early]
    result = audit(observations(*rows))
    assert result["severity"].tolist() == [ERROR, NOTE]
    for finding in result.to_dict("records"):
        assert finding["evidence"].startswith(f"公报.xlsx › 表 › {finding['cell']}")
        assert finding["title"] and finding["remedy"]


def test_the_words_of_the_tests_name_periods_as_observations_do() -> None:
    assert when("2024-01/2024-06")["freq"] == "YTD" and when("2024")["freq"] == "A"


def test_a_number_without_a_multiplier_does_not_stop_the_audit(observations: Make) -> None:
    bare = {"unit": "", "unit_measure": "", "unit_mult": pd.NA, "decimals": pd.NA}
    rows = [
        number("gdp", "2024", value, file=file, **bare)
        for value, file in ((5.0, "甲.xlsx"), (7.0, "乙.xlsx"))
    ]
    audit(observations(*rows))


def test_a_number_is_never_printed_with_an_exponent() -> None:
    assert [plain(9e6), plain(-1.5e-5, 2), plain(123456.7, 4), plain(0.0)] == [
        "9000000",
        "-0.000015",
        "123457",
        "0",
    ]
    assert plain(1234567.0, 4, sign=True) == "+1234567"
