"""What a printed number really says: an interval; and the two ways of rounding that offices use.

A published 5.0 stands for any number of [4.95, 5.05]. Whatever is derived from printed numbers carries low,
mid and high, because rounding in the input can move the result by more than the result's own last digit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TypeAlias

from songyuan_analysis.errors import UsageError

Number: TypeAlias = int | float | str | Decimal


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its precision: the least, the printed (or computed) and the greatest value.

    Raises
    ------
    UsageError
        If the three are not finite or not in order.
    """

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        ordered = self.low <= self.mid <= self.high
        if not ordered or not all(math.isfinite(x) for x in (self.low, self.mid, self.high)):
            raise UsageError(
                f"区间 [{self.low}, {self.mid}, {self.high}] 不成立。", remedy="检查输入的数是否缺失或为零。"
            )

    @classmethod
    def exact(cls, value: Number) -> Interval:
        """Return a number without imprecision, such as a target or a count."""
        number = float(value)
        return cls(number, number, number)

    @classmethod
    def from_printed(cls, value: Number, decimals: int | None = None) -> Interval:
        """Return what a printed number stands for.

        Parameters
        ----------
        value : int, float, str or Decimal
            The number; text and Decimal bring their decimals along.
        decimals : int, optional
            Decimals as printed; negative for numbers rounded to tens or hundreds. Needed for floats, in which
            5.0 and 5.00 are the same.

        Examples
        --------
        >>> Interval.from_printed("5.0")
        Interval(low=4.95, mid=5.0, high=5.05)
        """
        number = _decimal(value)
        if decimals is None:
            exponent = number.as_tuple().exponent
            decimals = -exponent if isinstance(exponent, int) else 0
        half = Decimal(5).scaleb(-decimals - 1)
        return cls(float(number - half), float(number), float(number + half))

    @property
    def half_width(self) -> float:
        """Half the distance between the ends."""
        return (self.high - self.low) / 2

    def shifted(self, power: int) -> Interval:
        """Return the interval times ten to a power, as decimals: 71.5 亿元 is 715000 万元, and not 714999.99….

        >>> Interval.from_printed("71.5").shifted(4)
        Interval(low=714500.0, mid=715000.0, high=715500.0)
        """
        ends = (Decimal(str(end)).scaleb(power) for end in (self.low, self.mid, self.high))
        return Interval(*map(float, ends))

    def contains(self, value: float) -> bool:
        """Whether a number lies in the interval, ends included."""
        return self.low <= value <= self.high

    def meets(self, other: Interval) -> bool:
        """Whether two intervals share a number, that is: whether two printed figures can agree."""
        return self.low <= other.high and other.low <= self.high


def propagate(function: Callable[..., float], *inputs: Interval) -> Interval:
    """Carry intervals through a function by its values at all corners.

    Parameters
    ----------
    function : callable
        Takes as many floats as there are inputs.
    *inputs : Interval

    Returns
    -------
    Interval
        Exact bounds if the function is monotone in each argument while the others stand still, as every ratio
        of levels and rates in this package is wherever its denominator keeps its sign. Not meant for others.
    """
    mid = function(*(x.mid for x in inputs))
    corners = [function(*corner) for corner in itertools.product(*((x.low, x.high) for x in inputs))]
    # The mid belongs to the corners' range by monotonicity; binary noise must not say otherwise.
    return Interval(min(*corners, mid), mid, max(*corners, mid))


def decimals_of(interval: Interval, most: int = 2) -> int:
    """Return how many decimals the width of an interval bears: as many as a print of that width has, at most `most`.

    >>> decimals_of(Interval(4.95, 5.0, 5.05)), decimals_of(Interval.exact(5))
    (1, 0)
    """
    if interval.half_width <= 0:
        return 0
    return max(0, min(most, round(-math.log10(2 * interval.half_width))))


def round_half_up(value: Number, decimals: int = 0) -> Decimal:
    """Round as yearbooks do: a 5 goes away from zero.

    Source: yearbook tables: 4.5/7.2 = 0.625 is printed 0.63 in 新疆统计年鉴2006. Works on the decimal digits,
    so binary floats do not decide; ``decimals`` may be negative; a zero has no sign. Refuses what is not finite.

    >>> round_half_up(0.625, 2), round_half_up(-0.04, 1)
    (Decimal('0.63'), Decimal('0.0'))
    """
    return _rounded(value, decimals, ROUND_HALF_UP)


def round_half_even(value: Number, decimals: int = 0) -> Decimal:
    """Round as GB/T 8170-2008 does: a 5 with nothing behind it goes to the even digit.

    Round once, from the number itself: chained rounding (8.53459 to 8.535 to 8.54) is wrong. ``decimals`` may
    be negative. Refuses what is not finite.

    >>> round_half_even("1.050", 1), round_half_even(2500, -3)
    (Decimal('1.0'), Decimal('2E+3'))
    """
    return _rounded(value, decimals, ROUND_HALF_EVEN)


def _rounded(value: Number, decimals: int, rounding: str) -> Decimal:
    # The usual context gives up beyond 28 digits; a double has at most 309 before the point.
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding, Context(prec=1000))
    return abs(rounded) if rounded == 0 else rounded


def _decimal(value: Number) -> Decimal:
    # 15 significant digits are what Excel works with: a text here and its cell there must not differ.
    try:
        number = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise UsageError(f"“{value}”不是有限的数。", remedy="缺数时不要取整，也不要推算。")
    return number
