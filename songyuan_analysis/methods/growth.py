"""Growth: from levels where they allow it, and what follows from published growth. Rates are in per cent.

Each formula stands once, as a function of numbers or arrays (`rate`, `price_change`, `base_level`, `yearly_average`),
and is carried through one figure's `Interval` here and through columns by the functions on frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import ComparabilityError, UsageError
from songyuan_analysis.methods.addresses import both_places
from songyuan_analysis.methods.bands import carry
from songyuan_analysis.methods.codes import worded
from songyuan_analysis.methods.comparable import require_comparable
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import Refusals, result, settle
from songyuan_analysis.methods.grounds import Levels, judge, level_rows
from songyuan_analysis.methods.matching import at, scaled, taken
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.targets import money_gap
from songyuan_analysis.observations.breaks import Break

Value = TypeVar("Value", float, NDArray[np.float64])
# Prices of value added moved within these bounds, in %, in every year since 2000: beyond them two levels of other grounds
# are likelier than prices that move so far.
DEFLATOR_RANGE = (-8.0, 12.0)


def rate(now: Value, before: Value) -> Value:
    """Return the growth of one level over another, in %: ``100 · (now / before − 1)``."""
    return (now / before - 1) * 100


def price_change(nominal: Value, real: Value) -> Value:
    """Return what nominal growth holds beyond real growth, in %: ``100 · ((100 + n) / (100 + r) − 1)``."""
    return ((100 + nominal) / (100 + real) - 1) * 100


def base_level(level: Value, growth: Value) -> Value:
    """Return the level of the year before: ``level / (1 + g / 100)``."""
    return level / (1 + growth / 100)


def earlier_level(level: Value, increment: Value) -> Value:
    """Return the level of the year before from this year's and its printed increment: ``y − d``."""
    return level - increment


def rate_of_index(index: Value) -> Value:
    """Return the growth that an index of 上年=100 stands for, in %: ``i − 100``."""
    return index - 100


def rate_of_step(step: Any) -> Any:
    """Return the growth behind a step of logarithms, in %: ``100 · (e^s − 1)``."""
    return (np.exp(step) - 1) * 100


def yearly_average(factor: Value, years: int) -> Value:
    """Return the yearly average of growth by a factor over several years, in %: ``100 · (factor^(1/n) − 1)``."""
    average: Value = (factor ** (1 / years) - 1) * 100
    return average


def earlier_rate(average: Value, later: Value) -> Value:
    """Return the earlier of two years' growth, in %: ``100 · ((1 + m)² / (1 + b) − 1)``."""
    return ((1 + average / 100) ** 2 / (1 + later / 100) - 1) * 100


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
    return propagate(rate, now.base_interval, earlier)


def growth_from_increment(level: Interval, increment: Interval) -> Interval:
    """Return the growth that a level and its published increment imply, in %.

    Formula: ``100 · d / (y − d)``. Source: half-year tables that print level, increment and rate.
    Refuses an earlier level that is not surely positive.
    """
    if level.low - increment.high <= 0:
        raise UsageError("总量减去增量后不是正数，算不出增速。", remedy="检查两个数的单位。")
    return propagate(lambda y, d: 100 * d / earlier_level(y, d), level, increment)


def implied_deflator(nominal: Interval, real: Interval) -> Interval:
    """Return the price change between nominal and real growth, in %.

    Formula: ``(1 + n) / (1 + r) − 1``, never ``n − r``. Source: definition. Refuses growth of −100 %.
    """
    _require_above_minus_100(nominal, real)
    return propagate(price_change, nominal, real)


def base_from_growth(level: Interval, growth: Interval) -> Interval:
    """Return the level of the year before that a level and its growth imply.

    Formula: ``level / (1 + growth)``. With real growth the base is in this year's prices, so it is not last
    year's published level. Refuses growth of −100 %.
    """
    _require_above_minus_100(growth)
    return propagate(base_level, level, growth)


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
    wanted = propagate(lambda y, g: base_level(y, g) * factor, level, growth)
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
    return propagate(lambda g: yearly_average(1 + g / 100, years), total)


def two_year_average(first: Interval, second: Interval) -> Interval:
    """Return the average of two yearly growth rates, in %.

    Formula: ``sqrt((1 + a)(1 + b)) − 1``. Use the finally verified earlier year:
    for 2021, 2.2 and 8.1 make the published 5.1; the preliminary 2.3 does not.
    """
    _require_above_minus_100(first, second)
    return propagate(lambda a, b: yearly_average((1 + a / 100) * (1 + b / 100), 2), first, second)


def earlier_growth(average: Interval, later: Interval) -> Interval:
    """Return the earlier year's growth from a two-year average and the later year, in %.

    Formula: ``(1 + average)² / (1 + later) − 1``. Refuses growth of −100 %.
    """
    _require_above_minus_100(average, later)
    return propagate(earlier_rate, average, later)


def difference(minuend: float, subtrahend: float) -> float:
    """Subtract two printed numbers as decimals, so that 5.3 − 5.0 is 0.3 and not 0.2999….

    The same as `comparison.points` for one pair, without the noise of binary fractions.
    """
    return float(Decimal(str(minuend)) - Decimal(str(subtrahend)))


def growth(
    observations: pd.DataFrame,
    *,
    years: int = 1,
    breaks: Iterable[Break] = (),
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Return the growth of every level over the one of the same months of an earlier year, in %.

    Formula: ``100 · (now / before − 1)``. For current-price levels the result is nominal. Source: definition. Any
    number of series, areas and indicators at once; rows that are no levels are left aside.

    Parameters
    ----------
    observations : DataFrame
        Observations; of one number there may be several vintages.
    years : int, default 1
        How many years before; 2 gives growth on the year before last (比2019年同期增长).
    breaks : iterable of Break, optional
        Known breaks of the series (`songyuan_analysis.observations.breaks.load_breaks` reads the register). Without
        them growth runs over a census or a new boundary of the area without a word: one release does not tell that its
        earlier years stand on other ground.
    refusals : {"raise", "mark"}
        Whether a refused pair stops everything, or is a missing figure with its rule and reason.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`: one row for each level that has a number, in %, as ``yoy`` (``growth`` over
        several years) from both cells. A level without one of the year before is a gap: missing, with the
        reason in ``comment_obs``, and no refusal.

    Raises
    ------
    ComparabilityError
        The kind that `comparable.require_comparable` raises for the two figures: unit, prices, scope, vintage, break,
        denominator, span, unknown base. Also for a base that is not surely positive, and for two different numbers
        of one period in one vintage.
    """
    if not isinstance(years, int) or years < 1:
        raise UsageError(f"年数 {years} 不成立。", remedy="年数是整数，至少为 1。")
    rows = level_rows(observations)
    levels = Levels(rows)
    verdict = judge(levels, 12 * years, tuple(breaks))
    before = scaled(taken(levels.values, verdict.before), at(levels.powers, verdict.before) - levels.powers)
    values = carry(rate, levels.values, before)
    if not verdict.good.all():
        values = values.where(verdict.good)
    return settle(
        result(
            rows,
            values,
            method="growth",
            sources=both_places(rows, verdict.before),
            refusal=verdict.refusal,
            comment=verdict.reason,
            measure="yoy" if years == 1 else "growth",
            price_base=_price_of_growth(levels),
            unit="%",
            unit_measure="PT",
            unit_mult=0,
        ),
        refusals,
    )


def _price_of_growth(levels: Levels) -> pd.Series | str:
    # Levels of current prices divided give nominal growth; every other ground stays what it is.
    words = ["nominal" if word == "current" else word for word in levels.price_words]
    return words[0] if len(words) == 1 else worded(levels.prices, words, levels.frame.index)


def _require_above_minus_100(*rates: Interval) -> None:
    if any(rate.low <= -100 for rate in rates):
        raise UsageError("增速低到 -100%，算不出基数。", remedy="检查增速的单位和符号。")
