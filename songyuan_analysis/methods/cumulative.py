"""From cumulative figures to single periods: 1—9月 less 1—6月 is the third quarter, within one vintage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from songyuan_analysis.errors import AccumulationMismatchError, UsageError
from songyuan_analysis.methods.comparable import require_same_series
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.growth import base_level, rate
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.observations.breaks import Break

Value = TypeVar("Value", float, NDArray[np.float64])


def between(level: Value, earlier: Value) -> Value:
    """Return the level of the period between two cumulative levels: ``Y_k − Y_j``."""
    return level - earlier


def single_rate(level: Value, growth: Value, earlier: Value, earlier_growth: Value) -> Value:
    """Return the growth of the period between, in %: ``(Y_k − Y_j) / (C_k − C_j) − 1`` with ``C = Y / (1 + g)``."""
    return rate(level - earlier, base_level(level, growth) - base_level(earlier, earlier_growth))


def single_rate_by_share(growth: Value, earlier_growth: Value, share: Value) -> Value:
    """Return the growth of the period between, in %: ``(g_k − s·g_j) / (1 − s)``."""
    return (growth - share * earlier_growth) / (1 - share)


def decumulate(now: Datum, before: Datum, breaks: Iterable[Break] = ()) -> Interval:
    """Return the level of the period between two cumulative levels, in the unit of the later one.

    Formula: ``x = Y_k − Y_j``. Source: NBS has accounted by cumulation or by quarter; either way the
    sum holds. Negative results are possible where a cumulative figure was revised down, and are
    returned as they are. January to February stays one cell: there is no January to subtract.

    Raises
    ------
    AccumulationMismatchError
        If the two do not begin in the same January, or the first is not the longer.
    VintageMismatchError
        For figures of two vintages: the year's level less the level of nine months mixes a revised with an
        unrevised figure.
    ComparabilityError
        See `songyuan_analysis.methods.comparable.require_same_series`.
    """
    require_same_series(now, before, breaks)
    if now.period_start[5:] != "01" or now.period_start != before.period_start or now.months <= before.months:
        raise AccumulationMismatchError(
            f"{now.said} 与 {before.said} 不是同一年从1月起的先后两个累计数。",
            file=now.file,
            sheet=now.sheet,
            cell=now.cell,
            remedy="累计数只能减去同年、同起点、较短的累计数。",
        )
    # Subtracted in the later figure's unit; binary factors of a base unit would add noise to the digits.
    earlier = replace(before, unit_mult=before.unit_mult - now.unit_mult).base_interval
    return propagate(between, now.interval, earlier)


def earlier_cumulative(now: Datum, last: Datum) -> Interval:
    """Return the cumulative level before the last single period, in the unit of the cumulative one.

    Formula: ``Y_j = Y_k − x``, as where a table prints 1—3月 and 3月 and January to February is wanted. Source: retail
    sales of the first quarter of 2022: 108659 less 34233 of March is 74426.

    Raises
    ------
    AccumulationMismatchError
        If the second does not end the first, or is not the shorter.
    ComparabilityError
        See `songyuan_analysis.methods.comparable.require_same_series`.
    """
    require_same_series(now, last)
    if now.period_start[5:] != "01" or now.period_end != last.period_end or last.months >= now.months:
        raise AccumulationMismatchError(
            f"{last.said} 不是 {now.said} 的最后一段。",
            file=now.file,
            sheet=now.sheet,
            cell=now.cell,
            remedy="累计数减去以同一个月结束的单期数，才是之前的累计数。",
        )
    part = replace(last, unit_mult=last.unit_mult - now.unit_mult).base_interval
    return propagate(between, now.interval, part)


def single_period_growth(
    level: Interval, growth: Interval, earlier_level: Interval, earlier_growth: Interval
) -> Interval:
    """Return the growth of the single period between two cumulative figures, in %.

    Formula: ``C = Y / (1 + g)`` for both, ``(Y_k − Y_j) / (C_k − C_j) − 1``. Source: definition. One
    decimal of cumulative growth leaves a wide band: use low and high, never mid alone (third quarter of
    2024: mid 4.43, published 4.6). The band holds rounding only: where prices move between the periods, current-price
    levels weigh them otherwise than the office does (second quarter of 2021: [8.06, 8.31], published 7.9, which
    last year's share meets). Refuses bases whose difference is not surely positive.
    """
    if min(growth.low, earlier_growth.low) <= -100:
        raise UsageError("增速低到 -100%，算不出基数。", remedy="检查增速的单位和符号。")
    base, earlier_base = (
        propagate(base_level, level, growth),
        propagate(base_level, earlier_level, earlier_growth),
    )
    if base.low <= earlier_base.high:
        raise UsageError("两个累计数推出的上年同期基数不是正数。", remedy="检查两个数的先后和单位。")

    return propagate(single_rate, level, growth, earlier_level, earlier_growth)


def single_period_growth_by_share(growth: Interval, earlier_growth: Interval, share: Interval) -> Interval:
    """Return the growth of the single period where no levels are published, in %.

    Formula: ``(g_k − s·g_j) / (1 − s)``, ``s`` the earlier cumulative period's share of the later one in the
    year before. Source: the form by levels, divided by last year's. Refuses a share outside (0, 1).
    """
    if not 0 < share.low <= share.high < 1:
        raise UsageError("上年占比应在 0 与 1 之间。", remedy="占比以小数给出，如 0.48。")
    return propagate(single_rate_by_share, growth, earlier_growth, share)
