"""Benchmarking: quarterly or monthly figures made to add up to the annual ones while keeping their movement.

What comes out are estimates of ours and say so. Nothing in this package benchmarks unasked.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tsa.interp import dentonm

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    SeriesGapError,
    UnitMismatchError,
    UsageError,
)
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.frames import (
    SERIES,
    Refusals,
    places,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.regular import NEEDED, irregularities, spans

Variant: TypeAlias = Literal["proportional", "additive"]
Place: TypeAlias = NDArray[Any]  # positions of rows
PAIRED_BY = ("ref_area", "indicator", "price_base", "scope")
_VARIANTS = {"proportional": "比例法", "additive": "差额法"}


def denton(
    indicator: pd.Series[float] | Sequence[float],
    annual: pd.Series[float] | Sequence[float],
    per_year: int = 4,
    variant: Variant = "proportional",
) -> pd.Series[float]:
    """Benchmark a quarterly (or monthly) indicator to annual totals.

    Formula: Denton in Cholette's form with the sums of each year fixed; proportional
    ``min Σ(x_t/i_t − x_{t−1}/i_{t−1})²``, additive ``min Σ((x_t − i_t) − (x_{t−1} − i_{t−1}))²``. Source: IMF,
    Quarterly National Accounts Manual (2001), chapter 6 and example 6.2; computed by statsmodels. The additive form is
    the proportional one for the differences of the sums over an indicator of ones.

    Parameters
    ----------
    indicator : Series or sequence of float
        From the first period of the first year; may run beyond the last annual figure, and is then
        continued at the last ratio (additive: the last difference).
    annual : Series or sequence of float
    per_year : int
        4 for quarters, 12 for months.
    variant : {"proportional", "additive"}

    Returns
    -------
    Series
        With the indicator's index. The result is our own estimate, never a published figure.

    Raises
    ------
    UsageError
        If the indicator is shorter than the annual figures need, runs more than a year beyond them, or holds missing
        values; in the proportional form also zeros or negative values, over which proportions say nothing.
    """
    quarters = pd.Series(indicator, dtype="float64")
    years = pd.Series(annual, dtype="float64")
    if variant not in _VARIANTS:
        raise UsageError(f"没有“{variant}”这种分摊方法。", remedy="写 proportional 或 additive。")
    if per_year < 2 or len(years) == 0:
        raise UsageError("基准化至少要一个年度数，且一年至少两期。", remedy="季度用 4，月度用 12。")
    needed = per_year * len(years)
    if len(quarters) < needed:
        raise UsageError(
            f"指标只有 {len(quarters)} 期，{len(years)} 个年度数需要 {needed} 期。",
            remedy="补齐指标，或少给年度数。",
        )
    if len(quarters) > needed + per_year:
        raise UsageError(
            f"指标有 {len(quarters)} 期，超出 {len(years)} 个年度数一年以上。",
            remedy="补上年度数，或截短指标。",
        )
    if not np.isfinite(years).all() or not np.isfinite(quarters).all():
        raise UsageError("指标或年度数有缺数，不能基准化。", remedy="补上缺的数，或换一段没有缺数的时期。")
    if variant == "proportional" and (quarters <= 0).any():
        raise UsageError("指标有零或负数，不能按比例基准化。", remedy="改用没有零和负数的指标，或用差额法。")
    part, whole = np.asarray(quarters, np.float64), np.asarray(years, np.float64)
    return pd.Series(_denton(part, whole, per_year, variant), index=quarters.index)


def benchmarked(
    observations: pd.DataFrame,
    benchmarks: pd.DataFrame,
    *,
    variant: Variant = "proportional",
    on: Sequence[str] = PAIRED_BY,
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Spread annual levels over quarters or months by an indicator series: estimates, marked as such.

    Formula and source: see `denton`. The estimates of a year add up to its annual figure exactly.

    Parameters
    ----------
    observations : DataFrame
        Observations of single quarters or months, one or many series; each from the first period of the first year of
        its benchmarks, without gaps.
    benchmarks : DataFrame
        Observations of whole years without gaps.
    variant : {"proportional", "additive"}
        Additive needs indicator and benchmark in units of one kind; powers of ten are converted.
    on : sequence of str
        Columns whose equality pairs an indicator with its benchmark; ``("ref_area",)`` spreads by another indicator.
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        `RESULT` in the order and with the index of `observations`; codes and unit of the benchmark, ``method``
        ``denton``. ``low`` and ``high`` carry the precision of the annual figures exactly and that of the indicator to
        first order. Periods beyond the last annual figure continue its last ratio and say so.

    Raises
    ------
    ComparabilityError
        One of its kinds, for series with rates, cumulative figures, mixed units, gaps or periods that stand twice, and
        for benchmarks that are missing, ambiguous, or do not begin where the indicator begins.
    """
    require_columns(observations, NEEDED)
    require_columns(benchmarks, NEEDED)
    if variant not in _VARIANTS:
        raise UsageError(f"没有“{variant}”这种分摊方法。", remedy="写 proportional 或 additive。")
    fault, year_fault = irregularities(observations, (1, 3)), irregularities(benchmarks, (12,))
    series, years = _Rows(observations, on), _Rows(benchmarks, on)
    size = len(observations)
    low, mid, high = (np.full(size, np.nan) for _ in range(3))
    refusal, comment, sources = (
        fault["refusal"].to_numpy(object),
        fault["reason"].to_numpy(object),
        series.places,
    )
    target = np.full(size, -1)  # the row of benchmarks that a row is spread from
    for rows in series.groups:
        if refusal[rows[0]]:
            continue
        pair = years.by_key.get(series.keys[rows[0]], [])
        why = _mismatch(series, rows, years, pair, year_fault, variant)
        if why is not None:
            refusal[rows], comment[rows] = why
            continue
        (annual,) = pair
        per_year = 12 // int(series.span[rows[0]])
        scale = 10.0 ** (series.mult[rows[0]] - years.mult[annual[0]]) if variant == "additive" else 1.0
        part = Bands(*(end[rows] * scale for end in (series.band.low, series.band.mid, series.band.high)))
        whole = Bands(*(end[annual] for end in (years.band.low, years.band.mid, years.band.high)))
        mid[rows] = _denton(part.mid, whole.mid, per_year, variant)
        half = _half_widths(part, whole, per_year, variant)
        low[rows], high[rows] = mid[rows] - half, mid[rows] + half
        covered = np.minimum(np.arange(len(rows)) // per_year, len(annual) - 1)
        target[rows] = annual[covered]
        kind = "季度" if per_year == 4 else "月度"
        text = f"按{kind}指标分摊的估算（丹顿{_VARIANTS[variant]}），不是公布数"
        beyond = np.arange(len(rows)) >= per_year * len(annual)
        comment[rows] = np.where(beyond, f"{text}；年度数之后，按最后一年的关系外推", text)
    done = target >= 0
    codes: dict[str, pd.Series] = {}
    for name in (*SERIES, "unit", "unit_measure", "unit_mult"):
        values = observations[name].to_numpy(object, copy=True)
        values[done] = benchmarks[name].to_numpy(object)[target[done]]
        codes[name] = pd.Series(values, observations.index, dtype=benchmarks[name].dtype)
    sources[done] = sources[done] + "；" + years.places[target[done]]
    found = result(
        observations,
        Bands(low, mid, high),
        method="denton",
        sources=pd.Series(sources, observations.index, dtype="str"),
        refusal=pd.Series(refusal, observations.index, dtype="str"),
        comment=pd.Series(comment, observations.index, dtype="str"),
        **codes,
    )
    return settle(found, refusals)


class _Rows:
    """The columns of a frame as arrays, and its rows by series in the order of time."""

    def __init__(self, frame: pd.DataFrame, on: Sequence[str]) -> None:
        self.band, self.places = printed(frame), places(frame).to_numpy(object)
        self.first, self.span = month_numbers(frame["period_start"]), spans(frame)
        self.measures, self.mult = (
            frame["unit_measure"].to_numpy(object),
            frame["unit_mult"].to_numpy(np.int64, na_value=0),
        )
        self.indicators, self.prices = (
            frame["indicator"].to_numpy(object),
            frame["price_base"].to_numpy(object),
        )
        self.keys: list[Hashable] = list(zip(*(frame[name].to_numpy(object) for name in on), strict=True))
        code = (
            frame.reset_index(drop=True).groupby(list(SERIES), sort=False, dropna=False).ngroup().to_numpy()
        )
        order = np.lexsort((self.first, code))
        cuts = np.flatnonzero(np.diff(code[order])) + 1
        self.groups = [rows for rows in np.split(order, cuts) if len(rows)]
        self.by_key: dict[Hashable, list[Place]] = {}
        for rows in self.groups:
            self.by_key.setdefault(self.keys[rows[0]], []).append(rows)


def _mismatch(
    series: _Rows, rows: Place, years: _Rows, pair: list[Place], year_fault: pd.DataFrame, variant: Variant
) -> tuple[str, str] | None:
    start = rows[0]
    if not pair:
        return ComparabilityError.rule, "没有对应的年度数"
    if len(pair) > 1 or len(series.by_key[series.keys[start]]) > 1:
        return ComparabilityError.rule, "与年度数的对应不唯一"
    annual = pair[0]
    fault = year_fault.iloc[annual[0]]
    if fault["refusal"]:
        return str(fault["refusal"]), f"年度数：{fault['reason']}"
    same = series.indicators[start] == years.indicators[annual[0]]
    if (same or variant == "additive") and series.measures[start] != years.measures[annual[0]]:
        return UnitMismatchError.rule, "指标与年度数的计量单位不同类"
    if same and series.prices[start] != years.prices[annual[0]]:
        return PriceBaseMismatchError.rule, "指标与年度数的价格口径不同"
    if variant == "proportional" and not (series.band.low[rows] > 0).all():
        return ComparabilityError.rule, "指标有零或负数，不能按比例分摊"
    if series.first[start] != years.first[annual[0]]:
        return SeriesGapError.rule, "指标的第一期不是首个年度数的第一期"
    needed = len(annual) * 12 // int(series.span[start])
    if len(rows) < needed:
        return SeriesGapError.rule, f"指标只有 {len(rows)} 期，{len(annual)} 个年度数需要 {needed} 期"
    if len(rows) > needed + 12 // int(series.span[start]):
        return SeriesGapError.rule, "指标超出年度数一年以上"
    return None


def _denton(indicator: Array, annual: Array, per_year: int, variant: Variant) -> Array:
    if variant == "proportional":
        values = dentonm(indicator, annual, freq="other", k=per_year)
        return np.asarray(values, np.float64).ravel()
    sums = indicator[: per_year * len(annual)].reshape(len(annual), per_year).sum(axis=1)
    shift = dentonm(np.ones_like(indicator), annual - sums, freq="other", k=per_year)
    return indicator + np.asarray(shift, np.float64).ravel()


def _half_widths(part: Bands, whole: Bands, per_year: int, variant: Variant) -> Array:
    """How far the estimates move at most when every input moves within its print.

    Estimates are linear in the annual figures, in the additive form in the indicator too; in the proportional form the
    conditions of the minimum, differentiated by the indicator, say how far they move for a small change of it.
    """
    years, size = len(whole), len(part)
    fixed = years * per_year
    scale = part.mid[:fixed] if variant == "proportional" else np.ones(fixed)
    differences = np.diff(np.eye(fixed), axis=0)
    weights = differences.T @ differences / np.outer(scale, scale)
    sums = np.kron(np.eye(years), np.ones((per_year, 1)))
    conditions = np.block([[weights, sums], [sums.T, np.zeros((years, years))]])
    inverse = np.linalg.inv(conditions)
    by_annual = inverse[:fixed, fixed:]
    if variant == "additive":
        by_part = np.eye(fixed) - by_annual @ sums.T
    else:
        ratio = by_annual @ whole.mid / scale
        by_part = inverse[:fixed, :fixed] @ (np.diag(weights @ (ratio * scale) / scale) + weights * ratio)
    if size > fixed:  # the last ratio, or the last difference, goes on
        by_annual, by_part = _continued(by_annual, by_part, part.mid, whole.mid, variant)
    half_part, half_whole = (part.high - part.low) / 2, (whole.high - whole.low) / 2
    return np.asarray(np.abs(by_annual) @ half_whole + np.abs(by_part) @ half_part, np.float64)


def _continued(
    by_annual: Array, by_part: Array, part: Array, annual: Array, variant: Variant
) -> tuple[Array, Array]:
    fixed, size = len(by_part), len(part)
    beyond, last = np.arange(fixed, size), fixed - 1
    factor = part[beyond] / part[last] if variant == "proportional" else np.ones(len(beyond))
    ratio = by_annual[last] @ annual / part[last] if variant == "proportional" else 1.0
    wide = np.zeros((size, size))
    wide[:fixed, :fixed] = by_part
    wide[fixed:, :fixed] = np.outer(factor, by_part[last])
    wide[beyond, beyond] = ratio
    wide[beyond, last] -= ratio * factor
    return np.vstack([by_annual, np.outer(factor, by_annual[last])]), wide
