"""Benchmarking: quarterly figures made to add up to the annual ones while keeping their movement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.tsa.interp import dentonm

from songyuan_analysis.errors import UsageError


def denton(
    indicator: pd.Series[float] | Sequence[float],
    annual: pd.Series[float] | Sequence[float],
    per_year: int = 4,
) -> pd.Series[float]:
    """Benchmark a quarterly (or monthly) indicator to annual totals.

    Formula: proportional Denton in Cholette's form, ``min Σ(x_t/i_t − x_{t−1}/i_{t−1})²`` with the sums
    of each year fixed. Source: IMF, Quarterly National Accounts Manual (2001), example 6.2; computed by
    statsmodels.

    Parameters
    ----------
    indicator : Series or sequence of float
        From the first period of the first year; may run beyond the last annual figure, and is then
        continued at the last ratio.
    annual : Series or sequence of float
    per_year : int
        4 for quarters, 12 for months.

    Returns
    -------
    Series
        With the indicator's index. The result is our own estimate, never a published figure.

    Raises
    ------
    UsageError
        If the indicator is shorter than the annual figures need, runs more than a year beyond them,
        or holds zeros, negative or missing values, over which proportions say nothing.
    """
    quarters = pd.Series(indicator, dtype="float64")
    years = pd.Series(annual, dtype="float64")
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
    if not np.isfinite(years).all() or not np.isfinite(quarters).all() or (quarters <= 0).any():
        raise UsageError("指标有零、负数或缺数，不能按比例基准化。", remedy="改用没有零和负数的指标。")
    values = dentonm(quarters.to_numpy(), years.to_numpy(), freq="other", k=per_year)
    return pd.Series(np.asarray(values, dtype="float64").ravel(), index=quarters.index)
