"""Printed numbers as intervals, and the two roundings."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import Interval, propagate, round_half_even, round_half_up

DECIMALS = st.integers(-3, 6)
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=8)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        ("12.1498", 1, "12.1"),
        ("1.050", 1, "1.0"),
        ("0.35", 1, "0.4"),
        ("2500", -3, "2E+3"),
        ("3500", -3, "4E+3"),
        ("-0.0365", 3, "-0.036"),
        ("8.53459", 2, "8.53"),
        ("28.175", 2, "28.18"),
        ("28.165", 2, "28.16"),
        (28.175, 2, "28.18"),
    ],
)
def test_R95_half_even_as_in_the_standard(value: str | float, decimals: int, printed: str) -> None:
    """Check the examples of GB/T 8170-2008; binary floats do not decide."""
    assert round_half_even(value, decimals) == Decimal(printed)


def test_R95_rounding_is_not_chained() -> None:
    """Check that rounding in two steps gives the wrong digit, which one step does not."""
    assert round_half_even(round_half_even("8.53459", 3), 2) == Decimal("8.54")
    assert round_half_even("8.53459", 2) == Decimal("8.53")


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [(4.5 / 7.2, 2, "0.63"), (0.625, 2, "0.63"), (-0.625, 2, "-0.63"), (2.5, 0, "3")],
)
def test_R70_half_up_as_in_yearbooks(value: float, decimals: int, printed: str) -> None:
    """Check the cell of 新疆统计年鉴2006 that Python's round gets wrong."""
    assert round_half_up(value, decimals) == Decimal(printed)
    assert round(0.625, 2) == 0.62


@given(value=NUMBERS, decimals=DECIMALS)
def test_both_roundings_stay_within_half_a_unit(value: Decimal, decimals: int) -> None:
    """Check that a rounded number's interval holds the number it was rounded from."""
    for rounding in (round_half_up, round_half_even):
        rounded = rounding(value, decimals)
        assert abs(rounded - value) <= Decimal(5).scaleb(-decimals - 1)
        assert rounding(rounded, decimals) == rounded
        assert Interval.from_printed(rounded, decimals).contains(float(value))


@given(value=NUMBERS, decimals=DECIMALS)
def test_the_roundings_differ_only_on_a_tie(value: Decimal, decimals: int) -> None:
    """Check that half-up and half-even agree wherever no exact half is left over."""
    if round_half_up(value, decimals) != round_half_even(value, decimals):
        assert abs(value - round_half_even(value, decimals)) == Decimal(5).scaleb(-decimals - 1)


def test_a_printed_number_is_an_interval() -> None:
    """Check decimals from text, from the argument, and for rounded hundreds."""
    assert Interval.from_printed("5.0") == Interval(4.95, 5.0, 5.05)
    assert Interval.from_printed(5.0, 0) == Interval(4.5, 5.0, 5.5)
    assert Interval.from_printed(5300, -2) == Interval(5250, 5300, 5350)
    assert Interval.exact(6).half_width == 0


@pytest.mark.parametrize("ends", [(2, 1, 3), (1, 3, 2), (math.nan, 1, 2), (0, 1, math.inf)])
def test_an_interval_out_of_order_or_infinite_is_refused(ends: tuple[float, float, float]) -> None:
    """Check that division by something near zero cannot pass as a result."""
    with pytest.raises(UsageError):
        Interval(*ends)


@pytest.mark.parametrize("value", ["nan", math.inf, "-Infinity"])
def test_what_is_not_finite_is_not_rounded(value: str | float) -> None:
    """Check that a missing number does not become a printed one."""
    with pytest.raises(UsageError):
        round_half_up(value, 1)


@given(
    a=st.floats(1, 1e6), b=st.floats(1, 1e6), wide=st.floats(0, 0.5), x=st.floats(-1, 1), y=st.floats(-1, 1)
)
def test_propagation_holds_every_value_inside(a: float, b: float, wide: float, x: float, y: float) -> None:
    """Check that no choice inside the inputs escapes the interval of their ratio."""
    first, second = Interval(a - wide, a, a + wide), Interval(b - wide, b, b + wide)
    ratio = propagate(lambda p, q: p / q, first, second)
    inside = (a + x * wide) / (b + y * wide)
    assert ratio.low - 1e-9 * abs(ratio.low) <= inside <= ratio.high + 1e-9 * abs(ratio.high)


@given(a=NUMBERS, b=NUMBERS, decimals=st.integers(0, 3))
def test_meeting_is_mutual_and_follows_from_containing(a: Decimal, b: Decimal, decimals: int) -> None:
    """Check that agreement of two prints does not depend on who asks."""
    one, other = Interval.from_printed(a, decimals), Interval.from_printed(b, decimals)
    assert one.meets(other) == other.meets(one)
    if one.contains(other.mid):
        assert one.meets(other)


def test_a_unit_is_changed_by_decimals() -> None:
    """Check that no binary noise comes in, up and down."""
    assert Interval.from_printed("8.14").shifted(4) == Interval(81350.0, 81400.0, 81450.0)
    assert Interval.from_printed("81400", -2).shifted(-4) == Interval(8.135, 8.14, 8.145)
