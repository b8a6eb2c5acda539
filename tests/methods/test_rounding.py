"""Rounding of columns: the digits of the decimal rounding, and the finding of chained rounding."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import round_half_even, round_half_up
from songyuan_analysis.methods.rounding import Rule, looks_chained, round_column

RULES = {"half-up": round_half_up, "half-even": round_half_even}
TIES = st.builds(
    lambda n, d, u: (
        np.nextafter((2 * n + 1) / (2 * 10.0**d), math.inf * u) if u else (2 * n + 1) / (2 * 10.0**d)
    ),
    st.integers(-(10**9), 10**9),
    st.integers(0, 6),
    st.sampled_from([-1, 0, 1]),
)
QUOTIENTS = st.builds(lambda a, b: a / b, st.integers(-9999, 9999), st.integers(1, 9999))
NUMBERS = st.one_of(
    TIES, QUOTIENTS, st.floats(-1e18, 1e18), st.floats(-1000, 1000), st.integers(-(10**6), 10**6)
)


@given(st.lists(NUMBERS, min_size=1), st.integers(-4, 8), st.sampled_from(["half-up", "half-even"]))
def test_a_column_is_rounded_as_its_figures_are(values: list[float], decimals: int, rule: Rule) -> None:
    """Check against Decimal, number by number, ties and their neighbours included."""
    found = round_column(values, decimals, rule)
    expected = [float(RULES[rule](float(value), decimals)) + 0.0 for value in values]
    assert found.tolist() == expected
    assert [math.copysign(1, x) for x in found] == [math.copysign(1, x) for x in expected]


@given(st.lists(st.tuples(NUMBERS, st.integers(-4, 8)), min_size=1))
def test_every_figure_may_have_its_own_decimals(pairs: list[tuple[float, int]]) -> None:
    values, decimals = zip(*pairs, strict=True)
    expected = [float(round_half_up(float(v), d)) + 0.0 for v, d in pairs]
    assert round_column(values, decimals).tolist() == expected


def test_R95_columns_as_in_the_standard() -> None:
    values = [12.1498, 1.050, 0.35, 2500, 3500, -0.0365, 8.53459, 28.175, 28.165]
    found = round_column(values, [1, 1, 1, -3, -3, 3, 2, 2, 2], "half-even")
    assert found.tolist() == [12.1, 1.0, 0.4, 2000, 4000, -0.036, 8.53, 28.18, 28.16]
    assert round_column(values, [1, 1, 1, -3, -3, 3, 2, 2, 2]).tolist() == [
        12.1, 1.1, 0.4, 3000, 4000, -0.037, 8.53, 28.18, 28.17,
    ]  # fmt: skip


def test_R95_chained_rounding_is_found() -> None:
    assert looks_chained("8.53459", "8.54", 2)
    assert not looks_chained("8.53459", "8.53", 2)
    assert not looks_chained("8.53459", "8.55", 2)
    assert not looks_chained("28.165", "28.17", 2)  # half up, in one step
    assert not looks_chained(5, 5, 1)


def test_gaps_stay_gaps_and_infinity_is_refused() -> None:
    assert np.isnan(round_column([1.0, math.nan], 1)).tolist() == [False, True]
    assert round_column([], 1).tolist() == []
    assert round_column(0.625, 2) == 0.63
    with pytest.raises(UsageError):
        round_column([math.inf], 1)
    with pytest.raises(UsageError):
        round_column([1.0], 30)
    with pytest.raises(UsageError, match="half-even"):
        round_column([1.0], 1, "up")  # type: ignore[arg-type]
