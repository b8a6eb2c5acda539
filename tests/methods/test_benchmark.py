"""Denton benchmarking."""

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.benchmark import denton

INDICATOR = [98.2, 100.8, 102.2, 100.8, 99, 101.6, 102.7, 101.5, 100.5, 103, 103.5, 101.5]


def test_R90_the_example_of_the_imf_manual() -> None:
    """Check twelve quarters against two annual figures; the third year is continued."""
    expected = [969.8, 998.4, 1018.3, 1013.4, 1007.2, 1042.9, 1060.3, 1051.0, 1040.6, 1066.5, 1071.7, 1051.0]
    quarters = pd.period_range("1998Q1", periods=12, freq="Q")
    result = denton(pd.Series(INDICATOR, index=quarters), [4000, 4161.4])
    np.testing.assert_allclose(result, expected, atol=0.1)
    assert list(result.index) == list(quarters)


def test_R91_five_years_as_in_stata() -> None:
    """Check the values of the Stata implementation at both ends."""
    result = denton([50, 100, 150, 100] * 5, [500, 400, 300, 400, 500])
    np.testing.assert_allclose(
        result.iloc[:5], [64.334796, 127.80616, 187.82379, 120.03526, 56.563894], atol=1e-5
    )
    assert result.iloc[-1] == pytest.approx(128.66959, abs=1e-5)


def test_the_quarters_add_up_to_the_years() -> None:
    """Check the constraint, and that benchmarks in proportion change nothing but the scale."""
    annual = [4000.0, 4161.4, 4300.0]
    result = denton(INDICATOR, annual)
    np.testing.assert_allclose(result.to_numpy().reshape(3, 4).sum(axis=1), annual)
    years = np.array(INDICATOR).reshape(3, 4).sum(axis=1)
    np.testing.assert_allclose(denton(INDICATOR, list(10 * years)), 10 * np.array(INDICATOR))


@pytest.mark.parametrize(
    ("indicator", "annual"),
    [
        (INDICATOR[:7], [4000, 4161.4]),
        (INDICATOR + INDICATOR[:1], [4000, 4161.4]),
        ([0, *INDICATOR[1:]], [4000, 4161.4]),
        ([-1, *INDICATOR[1:]], [4000, 4161.4]),
        ([np.nan, *INDICATOR[1:]], [4000, 4161.4]),
        (INDICATOR, [4000, np.nan]),
        (INDICATOR, []),
    ],
    ids=["short", "long", "zero", "negative", "hole", "hole in years", "no years"],
)
def test_wrong_lengths_zeros_and_holes_are_refused(indicator: list[float], annual: list[float]) -> None:
    """Check that proportions over nothing are not computed."""
    with pytest.raises(UsageError):
        denton(indicator, annual)


def test_a_year_has_at_least_two_periods() -> None:
    """Check the refusal of a benchmark without parts."""
    with pytest.raises(UsageError):
        denton([1, 2], [1, 2], per_year=1)
