"""What a reviewer tried on rounding: texts that are no numbers, ties, and more digits than Decimal keeps by itself."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import Interval, round_half_even, round_half_up
from songyuan_analysis.methods.rounding import round_column


@pytest.mark.parametrize("text", ["abc", "", "1,234.5", None])
def test_what_is_no_number_is_refused_in_chinese(text: str) -> None:
    for method in (round_half_up, round_half_even, Interval.from_printed):
        with pytest.raises(UsageError, match="不是有限的数"):
            method(text)


def test_rounding_to_more_digits_than_there_are() -> None:
    """Check that a large number keeps its digits, and that nothing breaks off at 28 of them."""
    assert round_half_up(1e25, 10) == 10**25
    assert float(round_half_even(1e300, 2)) == 1e300
    assert str(round_half_even(-0.04, 1)) == "0.0"


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**6), 10**6), st.integers(-3, 4), st.integers(0, 2))
def test_columns_and_numbers_round_as_decimals_do(digits: int, decimals: int, more: int) -> None:
    """Check both rules against Decimal, most often at ties, with negative decimals too."""
    written = Decimal(digits).scaleb(-decimals - more)
    unit = Decimal(1).scaleb(-decimals)
    for rule, one, mode in (
        ("half-up", round_half_up, ROUND_HALF_UP),
        ("half-even", round_half_even, ROUND_HALF_EVEN),
    ):
        expected = written.quantize(unit, rounding=mode)
        assert one(float(written), decimals) == expected == one(str(written), decimals)
        assert round_column([float(written)], decimals, rule)[0] == float(expected)  # type: ignore[arg-type]
