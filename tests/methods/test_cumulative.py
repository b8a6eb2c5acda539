"""Single periods out of cumulative figures."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import AccumulationMismatchError, UsageError, VintageMismatchError
from songyuan_analysis.methods.cumulative import (
    decumulate,
    earlier_cumulative,
    single_period_growth,
    single_period_growth_by_share,
)
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.growth import rate
from songyuan_analysis.methods.precision import Interval, propagate

printed = Interval.from_printed
Make = Callable[..., Datum]


def rounded(interval: Interval) -> tuple[float, float]:
    """Return the ends with two decimals."""
    return round(interval.low, 2), round(interval.high, 2)


def test_R04_R05_quarters_of_2024(cumulative: Make) -> None:
    """Check GDP of the second and third quarter, within one vintage."""
    first, half, nine = (cumulative(v, 2024, m) for v, m in ((296299, 3), (616836, 6), (949746, 9)))
    assert decumulate(half, first).mid == 320537
    assert decumulate(nine, half).mid == 332910


def test_R06_two_vintages_are_not_subtracted(cumulative: Make) -> None:
    """Check that the census-revised year less nine months is refused, not 399338."""
    year = cumulative(1349084, 2024, 12, vintage="2025-01-17", sha256="b" * 64)
    with pytest.raises(VintageMismatchError):
        decumulate(year, cumulative(949746, 2024, 9))


def test_only_earlier_months_of_the_same_year_are_subtracted(cumulative: Make) -> None:
    """Check the order, the year and the start."""
    half = cumulative(616836, 2024, 6)
    quarter = cumulative(320537, 2024, 6, period_start="2024-04", cumulative=False)
    for now, before in (
        (cumulative(296299, 2024, 3), half),
        (half, half),
        (half, cumulative(280000, 2023, 3)),
        (quarter, cumulative(100000, 2024, 4, period_start="2024-04")),
    ):
        with pytest.raises(AccumulationMismatchError):
            decumulate(now, before)


def test_a_cumulative_figure_revised_down_gives_a_negative_month(cumulative: Make) -> None:
    """Check that the arithmetic reports what the figures say."""
    assert decumulate(cumulative(99, 2024, 4), cumulative(100, 2024, 3)).mid == -1


def test_units_are_brought_together(cumulative: Make) -> None:
    """Check 亿元 less 万元, in the later unit."""
    earlier = cumulative(1_000_000, 2024, 3, unit="万元", unit_mult=4)
    assert decumulate(cumulative(250, 2024, 6), earlier).mid == pytest.approx(150)


def test_R07_second_quarter_of_2024() -> None:
    """Check the band [4.58, 4.87]; published 4.7 lies inside."""
    band = single_period_growth(printed("616836"), printed("5.0"), printed("296299"), printed("5.3"))
    assert rounded(band) == (4.58, 4.87)
    assert band.contains(4.7)


def test_R08_third_quarter_of_2024_shows_why_a_point_is_wrong() -> None:
    """Check the band [4.20, 4.67] with mid 4.43; published 4.6 lies inside."""
    band = single_period_growth(printed("949746"), printed("4.8"), printed("616836"), printed("5.0"))
    assert (*rounded(band), round(band.mid, 2)) == (4.20, 4.67, 4.43)
    assert band.contains(4.6)


def test_R09_december_2022() -> None:
    """Check that one month out of twelve is only known to a point either way."""
    band = single_period_growth(printed("572138"), printed("5.1"), printed("520043"), printed("5.3"))
    assert (round(band.low, 1), round(band.high, 1)) == (2.1, 4.2)


def test_R97_second_quarter_of_2020_in_jilin() -> None:
    """Check the tightest case: published 5.1 meets the band [5.14, 5.44] only at its edge."""
    band = single_period_growth(printed("5441.92"), printed("-0.4"), printed("2441.84"), printed("-6.6"))
    assert (*rounded(band), round(band.mid, 2)) == (5.14, 5.44, 5.29)
    assert band.meets(printed("5.1"))
    assert not band.contains(5.1)


@given(
    share=st.floats(0.05, 0.95),
    growth=st.integers(-50, 150).map(lambda n: n / 10),
    earlier=st.integers(-50, 150).map(lambda n: n / 10),
)
def test_both_ways_agree_where_both_are_possible(share: float, growth: float, earlier: float) -> None:
    """Check that the form without levels is the form by levels, divided by last year's level."""
    base = 1000.0
    exact = Interval.exact
    by_level = single_period_growth(
        exact(base * (1 + growth / 100)),
        exact(growth),
        exact(base * share * (1 + earlier / 100)),
        exact(earlier),
    )
    by_share = single_period_growth_by_share(exact(growth), exact(earlier), exact(share))
    assert by_level.mid == pytest.approx(by_share.mid, abs=1e-6)


def test_impossible_inputs_are_refused() -> None:
    """Check a share of one, a base turned round, and growth of −100."""
    with pytest.raises(UsageError):
        single_period_growth_by_share(printed("5.0"), printed("5.3"), Interval.exact(1))
    with pytest.raises(UsageError):
        single_period_growth(printed("296299"), printed("5.3"), printed("616836"), printed("5.0"))
    with pytest.raises(UsageError):
        single_period_growth(printed("300"), printed("-100"), printed("100"), printed("5.0"))


def test_R15_R16_january_to_february_by_subtraction(cumulative: Make) -> None:
    """Check retail sales: 108659 less 34233 is 74426, so 77067 a year later is +3.5; 120327 less 39020 is 81307."""

    def first_two(quarter: float, march: float, year: int) -> Interval:
        single = cumulative(march, year, 3, period_start=f"{year}-03", cumulative=False)
        return earlier_cumulative(cumulative(quarter, year, 3), single)

    before = first_two(108659, 34233, 2022)
    assert before.mid == 74426
    growth = propagate(rate, printed("77067"), before)
    assert growth.mid == pytest.approx(3.549, abs=1e-3)
    assert growth.meets(printed("3.5"))
    assert first_two(120327, 39020, 2024).mid == 81307
    with pytest.raises(AccumulationMismatchError):
        earlier_cumulative(cumulative(3, 2024, 3), cumulative(1, 2024, 2, period_start="2024-02"))


def test_R14_august_2025() -> None:
    """Check investment: 37882 in August, about 7.1 % less than a year before (our arithmetic)."""
    band = single_period_growth(printed("326111"), printed("0.5"), printed("288229"), printed("1.6"))
    assert 326111 - 288229 == 37882
    assert round(band.mid, 1) == -7.1
