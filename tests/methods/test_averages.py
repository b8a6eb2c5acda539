"""Averages over years and back, deflators, points, and month-on-month growth, by the column."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.averages import average_growths, earlier_growths, implied_deflators, points
from songyuan_analysis.methods.growth import average_growth, two_year_average
from songyuan_analysis.methods.month_on_month import month_on_month, year_from_steps
from songyuan_analysis.methods.precision import Interval, round_half_up

Figures = Callable[..., pd.DataFrame]
YOY = {"measure": "yoy"}
LATER = {"sha256": "b" * 64, "vintage": "2022-01-17", "file": "later.xlsx"}


def test_R41_R46_two_years_by_the_column_and_back(figures: Figures) -> None:
    """Check 2021 from the final 2.2 and the 8.1 of a later release, and the first quarter of 2020 from 5.0 and 18.3."""
    rows = figures((2020, 12, 2.2), (2021, 12, 8.1, LATER), **YOY)
    found = average_growths(rows)
    assert np.isnan(found["obs_value"].iloc[0]) and found["comment_obs"].iloc[0] == "缺1年前的增速"
    assert str(round_half_up(found["obs_value"].iloc[1], 1)) == "5.1"
    assert found["measure"].iloc[1] == "two_year_average"
    assert found["sources"].iloc[1] == "later.xlsx › GDP › B2；gdp.xlsx › GDP › B1"
    scalar = two_year_average(Interval.from_printed("2.2"), Interval.from_printed("8.1"))
    assert (found["low"].iloc[1], found["high"].iloc[1]) == pytest.approx((scalar.low, scalar.high))
    back = earlier_growths(figures((2021, 3, 5.0, {"measure": "two_year_average"}), (2021, 3, 18.3, YOY)))
    assert str(round_half_up(back["obs_value"].iloc[0], 1)) == "-6.8"
    assert back["time_period"].tolist() == ["2020-01/2020-03"]
    assert back["period_end"].tolist() == ["2020-03"]


def test_averages_over_more_years_need_all_of_them(figures: Figures) -> None:
    """Check three years, a gap, and growth of −100 (虚构数据)."""
    rows = figures((2018, 12, 10), (2019, 12, 10), (2020, 12, 10), (2022, 12, 10), **YOY)
    found = average_growths(rows, years=3)
    assert found["obs_value"].isna().tolist() == [True, True, False, True]
    assert found["obs_value"].iloc[2] == pytest.approx(10)
    assert average_growth(Interval.exact(33.1), 3).mid == pytest.approx(10)
    with pytest.raises(ComparabilityError, match="-100%"):
        average_growths(figures((2019, 12, -100), (2020, 12, 10), **YOY))
    with pytest.raises(ComparabilityError, match="两个不同的数"):
        average_growths(figures((2019, 12, 2.2), (2019, 12, 2.4, LATER), (2020, 12, 10), **YOY))
    with pytest.raises(UsageError):
        average_growths(rows, years=0)


@settings(max_examples=30)
@given(rates=st.lists(st.integers(-300, 300).map(lambda n: n / 10), min_size=2, max_size=6))
def test_the_way_back_by_the_column(rates: list[float]) -> None:
    """Check that averages and growth give the growth of the year before (虚构数据)."""
    base = {
        "ref_area": "220700", "indicator": "gdp", "price_base": "comparable", "scope": "", "unit_measure": "PT",
        "vintage": "2024-01-01", "sha256": "",
    }  # fmt: skip
    frame = pd.DataFrame(
        [
            {**base, **YOY, "obs_value": rate, "period_start": f"{year}-01", "period_end": f"{year}-12"}
            for year, rate in enumerate(rates, start=2010)
        ]
    )
    means = average_growths(frame)
    back = earlier_growths(pd.concat([frame.assign(low=frame["obs_value"], high=frame["obs_value"]), means]))
    known = back.dropna(subset=["obs_value"])
    assert known["obs_value"].tolist() == pytest.approx(rates[:-1], abs=1e-6)


def test_R18_R19_R21_deflators_by_the_column(figures: Figures) -> None:
    """Check levels of the first half of 2024 (−0.94), and published pairs of 2011 and 2022 (6.84, 1.97)."""
    nominal = {**YOY, "price_base": "nominal"}
    rows = figures(
        (2023, 6, 593034), (2024, 6, 616836), (2024, 6, 5.0, YOY),
        (2011, 9, 24.9, {**nominal, "indicator": "fai"}), (2011, 9, 16.9, {**YOY, "indicator": "fai"}),
        (2022, 3, 3.3, {**nominal, "indicator": "retail_sales"}), (2022, 3, 1.3, {**YOY, "indicator": "retail_sales"}),
    )  # fmt: skip
    found = implied_deflators(rows)
    assert found["obs_value"].round(2).tolist() == [-0.94, 6.84, 1.97]
    assert found["sources"].iloc[0].count("；") == 2
    assert found["sources"].iloc[1] == "gdp.xlsx › GDP › B5；gdp.xlsx › GDP › B4"


def test_a_refused_nominal_growth_gives_no_deflator(figures: Figures) -> None:
    """Check the refusal of the levels, and that nothing at all is a gap (虚构数据)."""
    rows = figures((2023, 6, 593034, LATER), (2024, 6, 616836), (2024, 6, 5.0, YOY))
    with pytest.raises(VintageMismatchError):
        implied_deflators(rows)
    assert implied_deflators(rows.iloc[1:])["comment_obs"].tolist() == ["缺名义增速"]


def test_prices_beyond_belief_are_a_break_that_nobody_told(figures: Figures) -> None:
    """Check levels over a census (虚构数据): half as much with growth of 4 is no fall of prices."""
    rows = figures((2018, 12, 1600), (2019, 12, 830), (2019, 12, 4.0, YOY))
    with pytest.raises(VintageMismatchError, match="可信范围"):
        implied_deflators(rows)
    found = implied_deflators(rows, refusals="mark")
    assert found["obs_value"].isna().all() and found["low"].isna().all()
    told = {**YOY, "price_base": "nominal"}  # what an office divided itself is its own affair
    assert (
        implied_deflators(figures((2019, 12, -48.0, told), (2019, 12, 4.0, YOY)))["obs_value"].item() == -50
    )


def test_levels_at_constant_prices_make_no_deflator_ambiguous(figures: Figures) -> None:
    """Check both kinds of levels side by side (虚构数据)."""
    constant = {"price_base": "comparable"}
    rows = figures(
        (2023, 12, 1000), (2024, 12, 1100), (2023, 12, 900, constant), (2024, 12, 945, constant), (2024, 12, 5.0, YOY)
    )  # fmt: skip
    assert implied_deflators(rows)["obs_value"].tolist() == pytest.approx([100 * (1.1 / 1.05 - 1)])


def test_points_have_the_digits_of_their_inputs(figures: Figures) -> None:
    """Check 5.3 − 5.0, a year without one before, and that levels are left aside (虚构数据)."""
    found = points(figures((2023, 12, 5.0, YOY), (2024, 12, 5.3, YOY), (2024, 12, 1002)))
    assert found["obs_value"].tolist()[1] == 0.3
    assert (found["low"].iloc[1], found["high"].iloc[1]) == pytest.approx((0.2, 0.4))
    assert found["unit"].tolist() == ["个百分点"] * 2


def test_R84_a_fall_can_be_faster_than_the_provinces(figures: Figures) -> None:
    """Check −8.0 against −10.9: 2.9 points faster; and growth of 3.6 against 1.9."""
    province = {"ref_area": "140000"}
    rows = figures(
        (2024, 6, -8.0, {"indicator": "fiscal_rev_general"}),
        (2024, 6, -10.9, {"indicator": "fiscal_rev_general", **province}),
        (2024, 6, 3.6),
        (2024, 6, 1.9, province),
        ref_area="140800",
        **YOY,
    )
    found = points(rows, against="140000")
    assert found["obs_value"].tolist() == [2.9, 1.7]
    assert points(rows, against="999999")["obs_value"].isna().all()


def test_month_on_month_is_for_adjusted_series(figures: Figures) -> None:
    """Check adjusted months and quarters, the first, a gap, and a plain series (虚构数据)."""
    adjusted = {"scope": "季节调整", "cumulative": False, "decimals": 0}
    months = figures(*((2024, m, v, {"first": m, **adjusted}) for m, v in ((3, 100), (4, 101), (6, 103))))
    found = month_on_month(months)
    assert found["obs_value"].isna().tolist() == [True, False, True]
    assert found["obs_value"].iloc[1] == pytest.approx(1)
    assert found["measure"].unique().tolist() == ["mom"]
    quarters = figures(*((2024, m, v, {"first": m - 2, **adjusted}) for m, v in ((3, 100), (6, 102))))
    assert month_on_month(quarters.assign(cumulative=pd.array([pd.NA] * len(quarters), "boolean"))).equals(
        month_on_month(quarters).assign(cumulative=pd.array([pd.NA] * len(quarters), "boolean"))
    )
    assert month_on_month(quarters)["obs_value"].iloc[1] == pytest.approx(2)
    with pytest.raises(ComparabilityError, match="季节调整"):
        month_on_month(months.assign(scope=""))
    assert month_on_month(months.assign(scope=""), adjusted=True)["obs_value"].iloc[1] == pytest.approx(1)


def test_month_on_month_keeps_to_one_vintage_and_one_length(figures: Figures) -> None:
    """Check that a path is revised with each release, and March is not set against two months (虚构数据)."""
    adjusted = {"scope": "季节调整", "cumulative": False}
    with pytest.raises(VintageMismatchError):
        month_on_month(
            figures((2024, 3, 9, {"first": 3, **adjusted}), (2024, 4, 9, {"first": 4, **adjusted, **LATER}))
        )
    with pytest.raises(AccumulationMismatchError):
        month_on_month(figures((2024, 2, 20, {"scope": "季节调整"}), (2024, 3, 9, {"first": 3, **adjusted})))


def test_R58_quarters_make_a_year() -> None:
    """Check that four steps are multiplied (虚构数据)."""
    step = Interval.from_printed("1.0")
    year = year_from_steps([step] * 4)
    assert year.mid == pytest.approx(100 * (1.01**4 - 1))
    assert year.low == pytest.approx(100 * (1.0095**4 - 1))
    with pytest.raises(UsageError):
        year_from_steps([])
