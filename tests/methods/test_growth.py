"""Growth from levels and from published growth."""

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    UnknownBaseError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.chained import chain
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.growth import (
    average_growth,
    base_from_growth,
    base_level,
    difference,
    earlier_growth,
    earlier_level,
    gap_in_yuan,
    growth,
    growth_from_increment,
    growth_from_levels,
    implied_deflator,
    rate,
    rate_of_index,
    rate_of_step,
    two_year_average,
)
from songyuan_analysis.methods.precision import Interval, round_half_up
from songyuan_analysis.observations.breaks import Break, load_breaks

printed = Interval.from_printed
Make = Callable[..., Datum]
Figures = Callable[..., pd.DataFrame]
CITY = {"ref_area": "220700", "decimals": 2}
RATES = st.integers(-300, 500).map(lambda n: n / 10)


def test_R00_the_city_s_two_levels_are_refused(cumulative: Make) -> None:
    """Check that 1002.18 over 892.72 is not growth: two vintages, and the bulletin says 3.8."""
    now = cumulative(1002.18, 2024, 12, **CITY)
    before = cumulative(892.72, 2023, 12, **CITY, vintage="2024-02-01", sha256="b" * 64, file="old.xlsx")
    with pytest.raises(VintageMismatchError) as caught:
        growth_from_levels(now, before)
    assert "gdp.xlsx › GDP › B3" in caught.value.message
    assert "old.xlsx › GDP › B3" in caught.value.message
    assert "公布的增速" in caught.value.remedy


def test_R00_a_known_break_is_refused_even_inside_one_file(cumulative: Make) -> None:
    """Check the register of breaks that ships: one compilation prints both sides of 2018/2019."""
    breaks = load_breaks(Path(__file__).parents[2] / "data" / "raw" / "breaks.toml")
    now, before = cumulative(729.78, 2019, 12, **CITY), cumulative(1373.60, 2018, 12, **CITY)
    with pytest.raises(VintageMismatchError, match="口径断点"):
        growth_from_levels(now, before, breaks)
    later = cumulative(752.88, 2020, 12, **CITY)
    assert growth_from_levels(later, now, breaks).mid == pytest.approx(3.165, abs=1e-3)


def test_a_break_concerns_its_own_area_and_indicator(cumulative: Make) -> None:
    """Check that another area's break forbids nothing."""
    elsewhere = Break("220100", ("gdp",), "2018", "2019", "示例")
    now, before = cumulative(729.78, 2019, 12, **CITY), cumulative(700.00, 2018, 12, **CITY)
    assert growth_from_levels(now, before, [elsewhere]).mid == pytest.approx(4.254, abs=1e-3)


@pytest.mark.parametrize(
    ("now", "before", "naive"), [(375035, 421412, -11.0), (288229, 287611, 0.2)], ids=["R11", "R12"]
)
def test_R11_investment_levels_are_never_divided(
    cumulative: Make, now: float, before: float, naive: float
) -> None:
    """Check that even one file with both years does not allow it: published +3.1 and +1.6."""
    assert round(100 * (now / before - 1), 1) == naive
    with pytest.raises(UnknownBaseError, match="可比口径"):
        growth_from_levels(
            cumulative(now, 2023, 9, indicator="fai"), cumulative(before, 2022, 9, indicator="fai")
        )


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("price_base", "comparable", PriceBaseMismatchError),
        ("scope", "可比口径", ScopeMismatchError),
        ("unit_measure", "TCE", UnitMismatchError),
        ("ref_area", "220000", ComparabilityError),
        ("indicator", "va_primary", ComparabilityError),
        ("measure", "yoy", ComparabilityError),
    ],
)
def test_what_differs_is_refused_by_its_own_name(
    cumulative: Make, column: str, value: str, error: type[ComparabilityError]
) -> None:
    """Check that each difference of ground has its own refusal, with both cells."""
    now, before = cumulative(110, 2024, 6), cumulative(100, 2023, 6, **{column: value, "cell": "C3"})
    with pytest.raises(error) as caught:
        growth_from_levels(now, before)
    assert type(caught.value) is error
    assert "B3" in caught.value.message
    assert "C3" in caught.value.message


def test_spans_must_be_the_same_months(cumulative: Make) -> None:
    """Check that nine months are not compared with six, nor a quarter with a half."""
    with pytest.raises(AccumulationMismatchError):
        growth_from_levels(cumulative(110, 2024, 9), cumulative(100, 2023, 6))
    quarter = cumulative(50, 2024, 6, period_start="2024-04", cumulative=False)
    with pytest.raises(AccumulationMismatchError):
        growth_from_levels(quarter, cumulative(45, 2023, 3))


def test_figures_of_one_release_may_be_divided(cumulative: Make) -> None:
    """Check that 亿元 and 万元 of one release date meet; the precision of both counts."""
    before = cumulative(1_000_000, 2023, 6, unit="万元", unit_mult=4, sha256="b" * 64)
    result = growth_from_levels(cumulative(110, 2024, 6), before)
    assert result.mid == pytest.approx(10)
    assert result.low == pytest.approx(100 * (109.5 / 100.00005 - 1))


def test_without_file_and_date_there_is_no_family(cumulative: Make) -> None:
    """Check that two figures of unknown origin are not taken for one vintage."""
    unknown = {"sha256": "", "vintage": ""}
    with pytest.raises(VintageMismatchError):
        growth_from_levels(cumulative(110, 2024, 6, **unknown), cumulative(100, 2023, 6, **unknown))


@pytest.mark.parametrize("level", [0, -5])
def test_growth_over_nothing_is_refused(cumulative: Make, level: float) -> None:
    """Check that a base of zero gives a refusal, not an infinity."""
    with pytest.raises(ComparabilityError, match="不是正数"):
        growth_from_levels(cumulative(10, 2024, 6), cumulative(level, 2023, 6))


@pytest.mark.parametrize(
    ("level", "increment", "rate"), [("427.06", "23.01", "5.69"), ("365.25", "22.99", "6.72")]
)
def test_R98_increment_and_rate(level: str, increment: str, rate: str) -> None:
    """Check the half-year tables of 2025 and 2022: level, increment and rate agree."""
    assert round_half_up(growth_from_increment(printed(level), printed(increment)).mid, 2) == round_half_up(
        rate, 2
    )


def test_R98_an_increment_as_large_as_the_level_is_refused() -> None:
    """Check that nothing before means no growth."""
    with pytest.raises(UsageError):
        growth_from_increment(printed("23.01"), printed("23.01"))


def test_R18_implied_deflator() -> None:
    """Check the first half of 2024: 616836 over 593034 nominal at 5.0 real gives −0.94."""
    nominal = Interval.exact(100 * (616836 / 593034 - 1))
    assert implied_deflator(nominal, printed("5.0")).mid == pytest.approx(-0.94, abs=0.005)


@pytest.mark.parametrize(
    ("nominal", "real", "price"), [("24.9", "16.9", 6.84), ("3.3", "1.3", 1.97)], ids=["R19", "R21"]
)
def test_R19_R21_deflator_is_no_difference(nominal: str, real: str, price: float) -> None:
    """Check investment of 2011 and retail of 2022; subtraction would give 8.0 and 2.0."""
    assert implied_deflator(printed(nominal), printed(real)).mid == pytest.approx(price, abs=0.005)


def test_R00_the_gap_in_yuan() -> None:
    """Check the anchor: base 965.49, wanted 1023.42, 21.24 short, between 20.75 and 21.73."""
    result = gap_in_yuan(printed("1002.18"), printed("3.8"), 6)
    assert (round(result.base.mid, 2), round(result.target_level.mid, 2)) == (965.49, 1023.42)
    assert tuple(round(x, 2) for x in (result.gap.low, result.gap.mid, result.gap.high)) == (
        -21.73,
        -21.24,
        -20.75,
    )


@pytest.mark.parametrize(("level", "growth", "base"), [(388, 5, 369.5), (429, 10, 390.0), (625, 25, 500.0)])
def test_R00_bases_that_the_plan_implies(level: float, growth: float, base: float) -> None:
    """Check the three bases of the plan of 2024."""
    assert round(base_from_growth(Interval.exact(level), Interval.exact(growth)).mid, 1) == base


def test_growth_of_minus_100_has_no_base() -> None:
    """Check the refusal at the edge."""
    for call in (base_from_growth, implied_deflator):
        with pytest.raises(UsageError):
            call(Interval.exact(5), Interval.exact(-100))


@pytest.mark.parametrize(
    ("total", "average"), [("10.3", "5.0"), ("11.8", "5.7"), ("12.3", "6.0"), ("7.7", "3.8"), ("11.1", "5.4")]
)
def test_R40_R42_two_year_average_of_2021(total: str, average: str) -> None:
    """Check the nation and four provinces in the first quarter of 2021."""
    assert round_half_up(average_growth(printed(total)).mid, 1) == round_half_up(average, 1)


def test_R45_the_interval_agrees_where_rounding_does_not() -> None:
    """Check investment of the first half of 2021: 9.1 over two years, 4.4 as printed."""
    result = average_growth(printed("9.1"))
    assert str(round_half_up(result.mid, 1)) == "4.5"
    assert result.meets(printed("4.4"))


def test_R46_the_verified_earlier_year_is_needed() -> None:
    """Check 2021: with the final 2.2 the published 5.1, with the preliminary 2.3 not."""
    assert str(round_half_up(two_year_average(printed("2.2"), printed("8.1")).mid, 1)) == "5.1"
    assert str(round_half_up(two_year_average(printed("2.3"), printed("8.1")).mid, 1)) == "5.2"


def test_R41_the_earlier_year_comes_back() -> None:
    """Check the first quarter of 2020: −6.8 from 5.0 on average and 18.3."""
    assert str(round_half_up(earlier_growth(printed("5.0"), printed("18.3")).mid, 1)) == "-6.8"


@given(first=RATES, second=RATES)
def test_the_average_lies_between_and_leads_back(first: float, second: float) -> None:
    """Check that averaging and backing out are inverse, and the average is one."""
    mean = two_year_average(Interval.exact(first), Interval.exact(second)).mid
    assert min(first, second) - 1e-9 <= mean <= max(first, second) + 1e-9
    assert earlier_growth(Interval.exact(mean), Interval.exact(second)).mid == pytest.approx(first, abs=1e-6)


@given(level=st.integers(1, 10**6), growth=RATES)
def test_base_and_growth_give_the_level_back(level: int, growth: float) -> None:
    """Check that the implied base, grown, is the level."""
    base = base_from_growth(Interval.exact(level), Interval.exact(growth)).mid
    assert base * (1 + growth / 100) == pytest.approx(level)


@given(growth=RATES, target=RATES)
def test_points_and_yuan_have_one_sign(growth: float, target: float) -> None:
    """Check that the gap in money is negative exactly where the gap in points is."""
    gap = gap_in_yuan(Interval.exact(1000), Interval.exact(growth), target).gap.mid
    if growth != target:
        assert (gap < 0) == (growth < target)


def test_an_index_is_chained_from_published_growth() -> None:
    """Check that growth bridges a break which levels cannot."""
    index = chain(pd.Series({"2018": 4.1, "2019": 2.6}))
    assert index["2019"] == pytest.approx(100 * 1.041 * 1.026)
    with pytest.raises(UsageError, match="2019"):
        chain(pd.Series({"2018": 4.1, "2019": None, "2020": 2.1}))


def test_difference_has_the_digits_of_its_inputs() -> None:
    """Check that binary noise does not reach the reader."""
    assert difference(5.3, 5.0) == 0.3
    assert 5.3 - 5.0 != 0.3


def test_growth_of_many_series_at_once(figures: Figures) -> None:
    """Check a city and a province, a total and a part, with a gap that is not bridged (虚构数据)."""
    found = growth(
        figures(
            (2021, 12, 100),
            (2022, 12, 110),
            (2024, 12, 130),
            (2021, 12, 50, {"indicator": "va_primary"}),
            (2022, 12, 55, {"indicator": "va_primary", "decimals": 1}),
            (2021, 12, 500, {"ref_area": "220000"}),
            (2022, 12, 400, {"ref_area": "220000"}),
            cumulative=False,
        )
    )
    assert found["obs_value"].round(6).tolist()[1] == 10.0
    assert found["obs_value"].isna().tolist() == [True, False, True, True, False, True, False]
    assert found.loc[[4, 6], "obs_value"].round(6).tolist() == [10.0, -20.0]
    assert found.loc[4, "low"] == pytest.approx(100 * (54.95 / 50.5 - 1))
    assert found.loc[4, "high"] == pytest.approx(100 * (55.05 / 49.5 - 1))
    assert (
        set(found["measure"]) == {"yoy"}
        and set(found["unit"]) == {"%"}
        and set(found["price_base"]) == {"nominal"}
    )
    assert found.loc[1, "sources"] == "gdp.xlsx › GDP › B2；gdp.xlsx › GDP › B1"
    assert found.loc[2, "comment_obs"] == "没有对应时期的数"
    assert set(found["refusal"]) == {""}


def test_growth_over_two_years(figures: Figures) -> None:
    """Check 比2019年同期增长 and its yearly average (虚构数据)."""
    found = growth(figures((2019, 3, 100), (2020, 3, 90), (2021, 3, 121)), years=2)
    assert found["obs_value"].tolist()[2] == pytest.approx(21)
    assert found["measure"].unique().tolist() == ["growth"]
    assert average_growth(Interval.exact(float(found["obs_value"].iloc[2]))).mid == pytest.approx(10)
    with pytest.raises(UsageError):
        growth(figures((2019, 3, 100)), years=0)


def test_growth_brings_units_together_and_ignores_what_is_no_level(figures: Figures) -> None:
    """Check 万元 under 亿元, and that rates, unnamed and missing figures are left aside (虚构数据)."""
    found = growth(
        figures(
            (2023, 6, 1_000_000, {"unit": "万元", "unit_mult": 4}),
            (2024, 6, 110),
            (2024, 6, 3.8, {"measure": "yoy"}),
            (2024, 6, 7, {"indicator": ""}),
            (2024, 6, float("nan"), {"indicator": "fai"}),
        )
    )
    assert found.index.tolist() == [0, 1]
    assert found["obs_value"].iloc[1] == pytest.approx(10)


def test_one_figure_alone_and_none_at_all(figures: Figures) -> None:
    """Check the smallest frames."""
    assert growth(figures((2024, 6, 1)))["obs_value"].isna().tolist() == [True]
    nothing = figures((2024, 6, 1)).iloc[:0]
    assert growth(nothing).empty


def test_two_numbers_for_one_period_are_not_chosen_between(figures: Figures) -> None:
    """Check that one file with two different levels of the base is refused, and with the same twice is not (虚构数据)."""
    same = figures((2023, 6, 100), (2023, 6, 100.2, {"decimals": 1}), (2024, 6, 110))
    assert growth(same)["obs_value"].iloc[2] == pytest.approx(10)
    with pytest.raises(ComparabilityError, match="两个不同的数"):
        growth(figures((2023, 6, 100), (2023, 6, 120), (2024, 6, 110)))


def test_R11_R12_investment_in_a_frame_is_refused(figures: Figures) -> None:
    """Check that -11.0 and +0.2 are not computed where +3.1 and +1.6 were published."""
    levels = figures(
        (2022, 9, 421412), (2023, 9, 375035), (2024, 7, 287611), (2025, 7, 288229), indicator="fai"
    )
    with pytest.raises(UnknownBaseError, match="可比口径"):
        growth(levels)
    marked = growth(levels, refusals="mark")
    assert marked["obs_value"].isna().all()
    assert marked["refusal"].tolist() == ["", "unknown-base", "", "unknown-base"]
    assert "B2" in marked["comment_obs"].iloc[1] and "B1" in marked["comment_obs"].iloc[1]


def test_R13_the_formula_agrees_where_the_base_did_not_change() -> None:
    """Check eleven months of 2022 over those of 2021: 5.25, published 5.3."""
    assert Interval.exact(rate(520043, 494082)).meets(Interval.from_printed("5.3"))


def test_R48_one_year_has_two_nominal_growths_by_vintage() -> None:
    """Check 2021: the sectors add up; 12.84 on the final 2020, 12.57 on the preliminary; the deflator 4.38."""
    assert 83086 + 450904 + 609680 == 1143670
    final, preliminary = rate(1143670, 1013567), rate(1143670, 1013567 + 2419)
    assert (round(final, 2), round(preliminary, 2)) == (12.84, 12.57)
    assert round(implied_deflator(Interval.exact(final), printed("8.1")).mid, 2) == 4.38


@given(RATES.filter(lambda g: g > -100))
def test_an_index_and_a_logarithmic_step_say_the_same_growth(g: float) -> None:
    """Check both against the growth that they were made of."""
    assert rate_of_index(100 + g) == pytest.approx(g)
    assert rate_of_step(math.log1p(g / 100)) == pytest.approx(g, abs=1e-9)


def test_the_level_of_the_year_before_by_increment_and_by_growth() -> None:
    """Check 虚构数据: 105 after an increment of 5, which is 5 %."""
    assert earlier_level(105.0, 5.0) == 100.0 == pytest.approx(base_level(105.0, 5.0))
