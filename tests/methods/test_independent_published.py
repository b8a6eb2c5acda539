"""Published pairs of 2020 and 2021: averages over two years, and the quarter between two cumulative figures."""

from __future__ import annotations

import pytest

from songyuan_analysis.methods.cumulative import single_period_growth, single_period_growth_by_share
from songyuan_analysis.methods.growth import earlier_growth, two_year_average
from songyuan_analysis.methods.precision import Interval

printed = Interval.from_printed


# 国家统计局: first quarter of 2020 (2020-04-17) and 2021 (2021-04-16), first half of 2020 (2020-07-16) and 2021 (2021-07-15).
@pytest.mark.parametrize(
    ("earlier", "later", "average"),
    [
        ("-6.8", "18.3", "5.0"), ("-3.2", "8.1", "2.3"), ("-9.6", "24.4", "6.0"), ("-5.2", "15.6", "4.7"),
        ("-1.6", "12.7", "5.3"), ("0.9", "7.8", "4.3"), ("-1.9", "14.8", "6.1"), ("-1.6", "11.8", "4.9"),
        ("3.2", "7.9", "5.5"),
    ],
)  # fmt: skip
def test_two_years_and_their_average_agree(earlier: str, later: str, average: str) -> None:
    assert two_year_average(printed(earlier), printed(later)).meets(printed(average))
    assert earlier_growth(printed(average), printed(later)).meets(printed(earlier))


def test_bands_of_a_quarter_hold_rounding_and_not_prices() -> None:
    """Check the second quarter of 2021, published 7.9: met by last year's share, missed by this year's levels.

    Prices rose between the quarters, so this year's current-price levels weigh them otherwise than last year's do.
    """
    half, first = printed("12.7"), printed("18.3")
    by_levels = single_period_growth(printed("532167"), half, printed("249310"), first)
    assert (round(by_levels.low, 2), round(by_levels.high, 2)) == (8.06, 8.31)
    assert not by_levels.meets(printed("7.9"))
    share = 206504 / 456614
    by_share = single_period_growth_by_share(half, first, Interval.exact(share))
    assert (round(by_share.low, 2), round(by_share.high, 2)) == (7.94, 8.21)
    assert by_share.meets(printed("7.9"))
