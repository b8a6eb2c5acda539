"""Converting a figure from one unit into another of the same dimension, exactly.

亿元 and 万元, 万亩 and 公顷, 吨标准煤/万元 and 千克标准煤/元 measure the same thing; 吨标准煤 and 千瓦时 do not, and which factor
joins them (等价值, 当量值) is a choice of method, not of units.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from songyuan_analysis.errors import UnitError
from songyuan_analysis.sheets.units import parse_unit

# Dimension code -> the code of what it measures, and how much of that unit one of it is.
_SAME_THING: dict[str, tuple[str, Fraction]] = {
    "JIN": ("T", Fraction(1, 2000)),
    "MU": ("HA", Fraction(1, 15)),
    "KM2": ("HA", Fraction(100)),
    "M2": ("HA", Fraction(1, 10_000)),
    "KM": ("M", Fraction(1000)),
    "PM": ("PT", Fraction(1, 10)),
    "PPM": ("PP", Fraction(1, 10)),
    "MIN": ("HOUR", Fraction(1, 60)),
    "SEC": ("HOUR", Fraction(1, 3600)),
}
_POWERS = {"100M": 8, "10K": 4, "100": 2, "K": 3, "M": 6}


@lru_cache(maxsize=4096)
def _base(text: str) -> tuple[str, str, Fraction]:
    """Return what a unit measures, per what, and the factor to the base units of both."""
    unit = parse_unit(text)
    if not unit.known:
        raise UnitError(f"不认识计量单位“{text}”。", remedy="改用目录里的单位，或在单位表里加上它。")
    above, _, below = unit.dimension.partition("_PER_")
    measured, factor = _SAME_THING.get(above, (above, Fraction(1)))
    factor *= Fraction(10) ** unit.mult
    if not below:
        return measured, "", factor
    thing, power = _denominator(below)
    per, divisor = _SAME_THING.get(thing, (thing, Fraction(1)))
    return measured, per, factor / (divisor * Fraction(10) ** power)


def _denominator(code: str) -> tuple[str, int]:
    """Take the power of ten off the name of a denominator: 10KCNY is CNY and 4."""
    if code.startswith("E") and code[1:].partition("_")[0].isdigit():
        digits, _, thing = code[1:].partition("_")
        return thing, int(digits)
    for prefix, power in _POWERS.items():
        # KWH, KM and M2 begin with letters of powers and are units of their own.
        if code not in _OWN and code.startswith(prefix) and code[len(prefix) :] in _OWN:
            return code[len(prefix) :], power
    return code, 0


_OWN = frozenset({
    "CNY", "USD", "EUR", "HKD", "TWD", "PERS", "HH", "ENT", "ITEM", "T", "TCE", "KWH", "KW", "KM", "KM2", "M", "M2", "M3",
    "HA", "MU", "HOUR", "YEAR", "MONTH", "DAY", "VEHICLE", "PIECE", "HEAD", "L", "J",
})  # fmt: skip


def base_of(unit: str) -> tuple[str, str, Fraction]:
    """Return what a unit measures, per what ("" for most), and the factor to the base units of both.

    Raises
    ------
    UnitError
        If the unit is unknown.

    Examples
    --------
    >>> base_of("万亩"), base_of("亿元")
    (('HA', '', Fraction(2000, 3)), ('CNY', '', Fraction(100000000, 1)))
    """
    return _base(unit)


def factor_between(unit: str, into: str) -> Fraction:
    """Return what a figure is multiplied by on its way from one unit into another.

    Raises
    ------
    UnitError
        If a unit is unknown, or the two do not measure the same thing.

    Examples
    --------
    >>> factor_between("亿元", "万元"), factor_between("公顷", "亩")
    (Fraction(10000, 1), Fraction(15, 1))
    """
    measured, per, factor = _base(unit)
    other, other_per, other_factor = _base(into)
    if (measured, per) != (other, other_per):
        raise UnitError(
            f"“{unit}”和“{into}”计量的不是同一样东西，不能换算。",
            remedy="换成同类单位的数；不同类的量要有方法上的依据才能相连。",
        )
    return factor / other_factor


def convert(value: Decimal, unit: str, into: str) -> Decimal:
    """Convert a figure; exact wherever the quotient is a finite decimal.

    Parameters
    ----------
    value : Decimal
    unit, into : str
        Units as tables write them.

    Raises
    ------
    UnitError
        See `factor_between`.
    """
    factor = factor_between(unit, into)
    return value * Decimal(factor.numerator) / Decimal(factor.denominator)
