"""Growth: from levels where they allow it, and what follows from published growth. Rates are in per cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UsageError
from songyuan_analysis.methods.comparable import require_comparable
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.targets import money_gap
from songyuan_analysis.observations.breaks import Break


def growth_from_levels(now: Datum, before: Datum, breaks: Iterable[Break] = ()) -> Interval:
    """Return the growth of one level over another, in %.

    Formula: ``100 · (now / before − 1)``. For current-price levels the result is nominal.

    Parameters
    ----------
    now, before : Datum
        Levels of the same months of two years, of one vintage.
    breaks : iterable of Break, optional
        Known breaks of the series.

    Raises
    ------
    ComparabilityError
        One of its kinds, where the figures do not allow it; see `songyuan_analysis.methods.comparable`. Also
        where the earlier level is not surely positive: growth over zero says nothing.
    """
    require_comparable(now, before, breaks)
    earlier = before.base_interval
    if earlier.low <= 0:
        raise ComparabilityError(
            f"{before.said} 不是正数，算不出增速。",
            file=before.file,
            sheet=before.sheet,
            cell=before.cell,
            remedy="改为比较差额。",
        )
    return propagate(lambda a, b: 100 * (a / b - 1), now.base_interval, earlier)


def growth_from_increment(level: Interval, increment: Interval) -> Interval:
    """Return the growth that a level and its published increment imply, in %.

    Formula: ``100 · d / (y − d)``. Source: half-year tables that print level, increment and rate.
    Refuses an earlier level that is not surely positive.
    """
    if level.low - increment.high <= 0:
        raise UsageError("总量减去增量后不是正数，算不出增速。", remedy="检查两个数的单位。")
    return propagate(lambda y, d: 100 * d / (y - d), level, increment)


def implied_deflator(nominal: Interval, real: Interval) -> Interval:
    """Return the price change between nominal and real growth, in %.

    Formula: ``(1 + n) / (1 + r) − 1``, never ``n − r``. Source: definition. Refuses growth of −100 %.
    """
    _require_above_minus_100(nominal, real)
    return propagate(lambda n, r: 100 * ((100 + n) / (100 + r) - 1), nominal, real)


def base_from_growth(level: Interval, growth: Interval) -> Interval:
    """Return the level of the year before that a level and its growth imply.

    Formula: ``level / (1 + growth)``. With real growth the base is in this year's prices, so it is not last
    year's published level. Refuses growth of −100 %.
    """
    _require_above_minus_100(growth)
    return propagate(lambda y, g: y / (1 + g / 100), level, growth)


@dataclass(frozen=True, slots=True)
class YuanGap:
    """A gap of growth in money: the base, the level that the target asks for, and what is missing."""

    base: Interval
    target_level: Interval
    gap: Interval


def gap_in_yuan(level: Interval, growth: Interval, target: float) -> YuanGap:
    """Turn the gap between growth and its target into the unit of the level, at the level's prices.

    Formula: ``base = level / (1 + growth)``, ``target level = base · (1 + target)``, ``gap = level − target
    level``: negative where the target was missed, as the gap in percentage points is.
    The target is exact. Level and growth must be of one source: the caller sees to it. Our own arithmetic,
    never a published figure. Refuses growth of −100 %.
    """
    base = base_from_growth(level, growth)
    factor = 1 + target / 100
    wanted = propagate(lambda y, g: y / (1 + g / 100) * factor, level, growth)
    gap = propagate(lambda y, g: float(money_gap(y, g, target)), level, growth)
    return YuanGap(base, wanted, gap)


def average_growth(total: Interval, years: int = 2) -> Interval:
    """Return the yearly average of growth over several years, in %.

    Formula: ``(1 + G)^(1/n) − 1``; for n = 2 this is 两年平均增速. Source: NBS on the first quarter of 2021:
    +10.3 % on 2019 is printed 5.0. From a rounded total the printed average may differ in its last
    digit (9.1 gives 4.45, NBS printed 4.4), so compare by the interval. Refuses n below 1.
    """
    if years < 1:
        raise UsageError(f"年数 {years} 不成立。", remedy="年数至少为 1。")
    _require_above_minus_100(total)
    return propagate(lambda g: 100 * ((1 + g / 100) ** (1 / years) - 1), total)


def two_year_average(first: Interval, second: Interval) -> Interval:
    """Return the average of two yearly growth rates, in %.

    Formula: ``sqrt((1 + a)(1 + b)) − 1``. Use the finally verified earlier year:
    for 2021, 2.2 and 8.1 make the published 5.1; the preliminary 2.3 does not.
    """
    _require_above_minus_100(first, second)
    return propagate(lambda a, b: 100 * (((1 + a / 100) * (1 + b / 100)) ** 0.5 - 1), first, second)


def earlier_growth(average: Interval, later: Interval) -> Interval:
    """Return the earlier year's growth from a two-year average and the later year, in %.

    Formula: ``(1 + average)² / (1 + later) − 1``. Refuses growth of −100 %.
    """
    _require_above_minus_100(average, later)
    return propagate(lambda m, b: 100 * ((1 + m / 100) ** 2 / (1 + b / 100) - 1), average, later)


def chained_index(growth: pd.Series[float] | Sequence[float], base: float = 100.0) -> pd.Series[float]:
    """Chain published growth rates into an index that is ``base`` before the first of them.

    Formula: ``base · ∏(1 + g)``. It bridges breaks of levels, because each rate was computed on its own
    ground. Refuses a missing rate: a chain with a hole would say that nothing grew in that year.
    """
    rates = pd.Series(growth, dtype="float64")
    if rates.isna().any():
        holes = "、".join(str(item) for item in rates.index[rates.isna()])
        raise UsageError(
            f"增速序列在 {holes} 缺数，不能连乘。", remedy="补上缺的增速，或从缺口之后另起一段。"
        )
    return base * (1 + rates / 100).cumprod()


def difference(minuend: float, subtrahend: float) -> float:
    """Subtract two printed numbers as decimals, so that 5.3 − 5.0 is 0.3 and not 0.2999…."""
    return float(Decimal(str(minuend)) - Decimal(str(subtrahend)))


def _require_above_minus_100(*rates: Interval) -> None:
    if any(rate.low <= -100 for rate in rates):
        raise UsageError("增速低到 -100%，算不出基数。", remedy="检查增速的单位和符号。")
