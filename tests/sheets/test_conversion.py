"""Units convert exactly within a dimension, and never across one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import UnitError
from songyuan_analysis.sheets.conversion import convert, factor_between

MONEY = ["元", "万元", "亿元", "百万元", "千元", "万亿元"]
AREA = ["公顷", "亩", "万亩", "平方公里", "万平方米", "千公顷"]
INTENSITY = ["吨标准煤/万元", "千克标准煤/元", "万吨标准煤/亿元", "吨标准煤/元"]
FAMILIES = [MONEY, AREA, INTENSITY, ["吨", "斤", "公斤", "亿斤", "万吨"], ["%", "‰"], ["百分点", "千分点"]]


@pytest.mark.parametrize(
    ("unit", "into", "factor"),
    [
        ("亿元", "万元", Fraction(10_000)),
        ("公顷", "亩", Fraction(15)),
        ("亿斤", "万吨", Fraction(5)),
        ("吨标准煤/万元", "千克标准煤/元", Fraction(1, 10)),
        ("万吨标准煤/亿元", "吨标准煤/万元", Fraction(1)),
        ("元/人", "万元/万人", Fraction(1)),
        ("千瓦时/万元", "亿千瓦时/亿元", Fraction(1, 10_000)),
        ("‰", "%", Fraction(1, 10)),
        ("人/平方公里", "人/公顷", Fraction(1, 100)),
        ("百万千焦", "万百万千焦", Fraction(1, 10_000)),
    ],
)
def test_factors(unit: str, into: str, factor: Fraction) -> None:
    assert factor_between(unit, into) == factor


@given(
    st.sampled_from(FAMILIES).flatmap(
        lambda f: st.tuples(st.sampled_from(f), st.sampled_from(f), st.sampled_from(f))
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
)
def test_there_and_back_is_exact(units: tuple[str, str, str], value: Decimal) -> None:
    """Check in fractions that the way does not matter, and in decimals that a finite quotient comes back."""
    one, two, three = units
    assert factor_between(one, two) * factor_between(two, one) == 1
    assert factor_between(one, two) * factor_between(two, three) == factor_between(one, three)
    if factor_between(one, two).denominator % 3:  # a third of a mu is no decimal
        assert convert(convert(value, one, two), two, one) == value


@pytest.mark.parametrize(
    ("unit", "into"),
    [
        ("吨标准煤", "千瓦时"),
        ("吨标准煤", "吨"),
        ("元", "美元"),
        ("%", "百分点"),
        ("%", "元"),
        ("吨标准煤/万元", "吨标准煤"),
        ("元/人", "元/户"),
        ("万人", "万户"),
        ("上年=100", "%"),
    ],
)
def test_across_dimensions_it_refuses(unit: str, into: str) -> None:
    with pytest.raises(UnitError, match="不是同一样东西"):
        convert(Decimal(1), unit, into)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnitError, match="不认识计量单位“度量”"):
        convert(Decimal(1), "度量", "元")
