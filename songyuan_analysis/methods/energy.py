"""Energy per unit of GDP. Changes are in per cent and signed: −3.5 is a fall of 3.5 %, and a fall is good.

Each formula is a plain function of numbers; `change_from_growth` and its kin carry one figure through it,
`intensity_change` and its kin whole columns of observations.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UsageError,
)
from songyuan_analysis.methods.bands import carry
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import Refusals
from songyuan_analysis.methods.pairs import Pairs, finished, meet, rows_of
from songyuan_analysis.methods.precision import Interval, propagate

N = TypeVar("N", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Use:
    """Something used up: by which product it is divided, its intensity with unit, its elasticity."""

    product: str
    intensity: str
    unit: str
    measured: str
    elasticity: str


USES: Mapping[str, Use] = {
    "energy_total": Use("gdp", "energy_intensity", "吨标准煤/万元", "TCE", "energy_elasticity"),
    "electricity_total": Use("gdp", "electricity_intensity", "千瓦时/万元", "KWH", "electricity_elasticity"),
    "industry_energy": Use(
        "industry_va_above_scale",
        "industry_energy_intensity",
        "吨标准煤/万元",
        "TCE",
        "industry_energy_elasticity",
    ),
}


def rate_of_ratio(above: N, below: N) -> N:
    """Return the growth of a ratio from the growth of its two parts, in %: ``(1 + g_E) / (1 + g_Y) − 1``."""
    return 100 * ((100 + above) / (100 + below) - 1)


def change_from_growth(energy_growth: Interval, gdp_growth: Interval) -> Interval:
    """Return the change of energy intensity from the growth of energy use and of GDP, in %.

    Formula: ``(1 + g_E) / (1 + g_Y) − 1``, GDP at comparable prices. Source: definition; NBS prints 2.7
    for energy +3.5 and GDP +6.4. Refuses GDP growth of −100 %, and energy use that falls by more than all of it.
    """
    if gdp_growth.low <= -100:
        raise UsageError("地区生产总值增速低到 -100%，算不出能耗强度。", remedy="检查增速的单位和符号。")
    if energy_growth.mid < -100:
        raise UsageError("能源消费降幅超过 100%，这不可能。", remedy="检查增速的单位和符号。")
    return propagate(rate_of_ratio, energy_growth, gdp_growth)


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

    The years must follow each other; a year said twice or left out is refused where the figures tell their months.

    Raises
    ------
    ScopeMismatchError
        If the scopes differ: intensity with, and without, feedstock or non-fossil energy are different
        series.
    PriceBaseMismatchError
        If the price bases differ.
    ComparabilityError
        If area or indicator differ, or the periods do not join.
    """
    for before, item in itertools.pairwise(changes):
        first = changes[0]
        refusal: tuple[type[ComparabilityError], str] | None = None
        if item.scope != first.scope:
            refusal = ScopeMismatchError, f"的口径“{item.scope or '全口径'}”与“{first.scope or '全口径'}”不同"
        elif item.price_base != first.price_base:
            refusal = PriceBaseMismatchError, "的价格口径不同"
        elif (item.ref_area, item.indicator) != (first.ref_area, first.indicator):
            refusal = ComparabilityError, "不是同一地区的同一指标"
        elif before.months and item.months and _month(before.period_end) + 1 != _month(item.period_start):
            refusal = ComparabilityError, "的时期不相接"
        if refusal is not None:
            kind, what = refusal
            other = before if what.endswith("相接") else first
            raise kind(
                f"{item.said} 与 {other.said} {what}，不能连乘。",
                file=item.file,
                sheet=item.sheet,
                cell=item.cell,
                remedy="只连乘同一口径、逐年相接的降幅，或分段列出。",
            )
    return compound(item.value for item in changes)


def additive_press(changes: Iterable[float]) -> float:
    """Return the sum of yearly changes, as newspapers do; kept to recognise such figures, not to make one.

    Source: press reports of January 2016 on 2011–2015, 19.71 where compounding gives 18.25.
    """
    return math.fsum(_complete(changes))


def looks_additive(stated: Interval, changes: Sequence[float | Interval]) -> bool:
    """Whether a stated change over several years can only be the sum of the yearly ones.

    True if the stated figure agrees with the sum and does not agree with the compounded change. Yearly changes given
    as intervals widen both, so that nobody is accused because of rounding.
    """
    own = [item if isinstance(item, Interval) else Interval.exact(item) for item in changes]
    low, mid, high = ([getattr(item, end) for item in own] for end in ("low", "mid", "high"))
    added = Interval(additive_press(low), additive_press(mid), additive_press(high))
    chained = Interval(compound(low), compound(mid), compound(high))
    return stated.meets(added) and not stated.meets(chained)


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


def required_per_year(target: float, done: Iterable[float], years: int) -> float:
    """Return the change that each of the remaining years needs, in %.

    Formula: ``(1 + r)^(1/n) − 1`` of `required_reduction`. Refuses n below 1, and a target beyond −100 %.
    """
    rest = required_reduction(target, done)
    if years < 1 or rest < -100:
        raise UsageError(f"剩余 {years} 年、共需 {rest:g}% 的任务不成立。", remedy="检查剩余年数和目标。")
    return 100 * (math.pow(1 + rest / 100, 1 / years) - 1)


def elasticity(energy_growth: float, gdp_growth: float) -> float | None:
    """Return the elasticity of energy use: growth of energy over growth of GDP.

    Source: 新疆统计年鉴2006, table 16-9. Yearbooks leave it blank when energy use falls; so it is None then,
    and also when GDP does not grow. Round it with `round_half_up` to print it.
    """
    if energy_growth < 0 or gdp_growth <= 0:
        return None
    return energy_growth / gdp_growth


def intensity_change(
    observations: pd.DataFrame, *, use: str = "energy_total", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Compute changes of energy intensity from published growth of energy use and of GDP.

    Formula, source and units: see `change_from_growth`. Growth of GDP is that of the same area and months, at
    comparable prices. The result has the scope of energy use: 全口径, 扣除原料用能 and 扣除原料用能和非化石能源消费量
    never meet, nor do 等价值 and 当量值.

    Parameters
    ----------
    observations : DataFrame
    use : {"energy_total", "electricity_total", "industry_energy"}
        What is used; the product that it is divided by follows from it.
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        One row for each published growth of energy use, with the columns `frames.RESULT`. Where the growth of GDP is
        not published for these months, the figure is missing and ``comment_obs`` says so.

    Raises
    ------
    PriceBaseMismatchError
        If growth of GDP is there, but not at comparable prices.
    ScopeMismatchError
        If it is there in another scope only.
    VintageMismatchError
        If it is there with several values.
    ComparabilityError
        If a growth rate is one that cannot be (GDP −100 %, energy beyond −100 %).
    """
    kind = use_of(use)
    pairs = _growth_pairs(observations, use, kind)
    impossible = (pairs.second.low <= -100) | (pairs.first.mid < -100)
    pairs.said.put(impossible & ~pairs.said.refused, ComparabilityError, "增速低于-100%，不可能")
    return finished(
        pairs, carry(rate_of_ratio, pairs.first, pairs.second), refusals, method="intensity_change",
        indicator=kind.intensity, measure="yoy", price_base="comparable", unit="%", unit_measure="PT", unit_mult=0,
    )  # fmt: skip


def elasticities(
    observations: pd.DataFrame, *, use: str = "energy_total", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Compute elasticities of energy use from published growth of energy use and of GDP.

    Formula, source and blanks: see `elasticity`. Pairs, scopes and refusals: see `intensity_change`. A blank is no
    refusal: the figure is missing and ``comment_obs`` says why.
    """
    kind = use_of(use)
    pairs = _growth_pairs(observations, use, kind)
    values = carry(np.divide, pairs.first, pairs.second)
    falls, stands = pairs.usable & (pairs.first.mid < 0), pairs.usable & (pairs.second.mid <= 0)
    pairs.said.say(falls, None, "能源消费下降，弹性系数不列")
    pairs.said.say(stands, None, "地区生产总值没有增长，弹性系数不列")
    if (falls | stands).any():
        values = values.where(~(falls | stands))
    return finished(
        pairs, values, refusals, method="elasticities", indicator=kind.elasticity, measure="level",
        price_base="comparable", unit="", unit_measure="", unit_mult=0,
    )  # fmt: skip


def _growth_pairs(observations: pd.DataFrame, use: str, kind: Use) -> Pairs:
    return meet(observations, *rows_of(observations, "yoy", use, kind.product), price_base="comparable")


def use_of(code: str) -> Use:
    """Return what is known of something used up; refuse a code that has no intensity."""
    if code not in USES:
        raise UsageError(f"“{code}”没有对应的强度指标。", remedy=f"可用：{'、'.join(USES)}。")
    return USES[code]


def _month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7])


def _complete(changes: Iterable[float]) -> list[float]:
    numbers = [float(x) for x in changes]
    if not numbers or not all(math.isfinite(x) for x in numbers):
        raise UsageError(
            "年度降幅序列为空或有缺数，不能累计。", remedy="补上缺的年度，或从缺口之后另起一段。"
        )
    return numbers
