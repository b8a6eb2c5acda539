"""Energy per unit of GDP. Changes are in per cent and signed: −3.5 is a fall of 3.5 %, and a fall is good."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from songyuan_analysis.errors import ScopeMismatchError, UsageError
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.precision import Interval, propagate


def change_from_growth(energy_growth: Interval, gdp_growth: Interval) -> Interval:
    """Return the change of energy intensity from the growth of energy use and of GDP, in %.

    Formula: ``(1 + g_E) / (1 + g_Y) − 1``, GDP at comparable prices. Source: definition; NBS prints 2.7
    for energy +3.5 and GDP +6.4. Refuses GDP growth of −100 %.
    """
    if gdp_growth.low <= -100:
        raise UsageError("地区生产总值增速低到 -100%，算不出能耗强度。", remedy="检查增速的单位和符号。")
    return propagate(lambda e, y: 100 * ((100 + e) / (100 + y) - 1), energy_growth, gdp_growth)


def energy_change(gdp_growth: float, intensity_change: float) -> float:
    """Return the growth of energy use that a change of intensity leaves room for at a growth of GDP, in %.

    Formula: ``(1 + g_Y)(1 + d) − 1``, the inverse of `change_from_growth`. A cut of 3.5 % leaves 2.29 % at a
    growth of 6 %, and 0.17 % at one of 3.8 %. Our own arithmetic on a published or assumed growth.
    """
    return 100 * ((1 + gdp_growth / 100) * (1 + intensity_change / 100) - 1)


def compound(changes: Iterable[float]) -> float:
    """Return the change over several years, as the statistics office computes it, in %.

    Formula: ``∏(1 + d) − 1``. Source: the official four years to 2009: 2.74, 5.04, 5.20, 3.61 make
    15.61. Refuses no years and missing ones.
    """
    factors = [1 + d / 100 for d in _complete(changes)]
    return 100 * (math.prod(factors) - 1)


def compound_published(changes: Sequence[Datum]) -> float:
    """Return the change over several years from published figures of one scope, in %.

    Raises
    ------
    ScopeMismatchError
        If the scopes differ: intensity with, and without, feedstock or non-fossil energy are different
        series.
    """
    for item in changes[1:]:
        if item.scope != changes[0].scope:
            raise ScopeMismatchError(
                f"{changes[0].said} 的口径“{changes[0].scope or '全口径'}”与 {item.said} 的口径"
                f"“{item.scope or '全口径'}”不同，不能连乘。",
                file=item.file,
                sheet=item.sheet,
                cell=item.cell,
                remedy="只连乘同一口径的年度降幅，或分段列出。",
            )
    return compound(item.value for item in changes)


def additive_press(changes: Iterable[float]) -> float:
    """Return the sum of yearly changes, as newspapers do; kept to recognise such figures, not to make one.

    Source: press reports of January 2016 on 2011–2015, 19.71 where compounding gives 18.25.
    """
    return math.fsum(_complete(changes))


def looks_additive(stated: Interval, changes: Sequence[float]) -> bool:
    """Whether a stated change over several years can only be the sum of the yearly ones.

    True if the interval of the stated figure holds the sum and does not hold the compounded change.
    """
    return stated.contains(additive_press(changes)) and not stated.contains(compound(changes))


def required_reduction(target: float, done: Iterable[float]) -> float:
    """Return the change that the remaining time needs to reach a target over the whole time, in %.

    Formula: ``(1 + D) / ∏(1 + d) − 1``. With 20 % wanted and 15.61 % done it is 5.20 %, not the 4.39 %
    of subtraction. A positive result means that intensity may rise. With nothing done yet it is the
    target itself. Refuses changes of −100 %.
    """
    past = list(done)
    factor = 1 + (compound(past) if past else 0.0) / 100
    if factor <= 0:
        raise UsageError("已有降幅达到 100%，没有剩余任务可算。", remedy="检查降幅的单位和符号。")
    return 100 * ((1 + target / 100) / factor - 1)


def elasticity(energy_growth: float, gdp_growth: float) -> float | None:
    """Return the elasticity of energy use: growth of energy over growth of GDP.

    Source: 新疆统计年鉴2006, table 16-9. Yearbooks leave it blank when energy use falls; so it is None then,
    and also when GDP does not grow. Round it with `round_half_up` to print it.
    """
    if energy_growth < 0 or gdp_growth <= 0:
        return None
    return energy_growth / gdp_growth


def _complete(changes: Iterable[float]) -> list[float]:
    numbers = [float(x) for x in changes]
    if not numbers or not all(math.isfinite(x) for x in numbers):
        raise UsageError(
            "年度降幅序列为空或有缺数，不能累计。", remedy="补上缺的年度，或从缺口之后另起一段。"
        )
    return numbers
