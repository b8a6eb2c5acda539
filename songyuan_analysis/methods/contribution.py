"""Contribution (贡献率, %) and pull (拉动, percentage points) of the parts of a total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.growth import base_level
from songyuan_analysis.methods.precision import Interval, propagate

Value = TypeVar("Value", float, NDArray[np.float64])


def contribution(part_increment: float, total_increment: float) -> float:
    """Return the share of a part's increment in the total's increment, in %.

    Formula: ``100 · Δpart / Δtotal``, both at constant prices. Source: 广州市统计局, note on 贡献率. Values
    below 0 and above 100 are normal (Qinghai 2013: 358.74 and −262.43), and a falling total turns the
    sign of every share. Refuses a total that did not change.
    """
    if total_increment == 0:
        raise UsageError("总量没有增减，贡献率没有意义。", remedy="改用拉动点数。")
    return float(share_of(part_increment, total_increment))


def pull(growth: Value, contribution_pct: Value) -> Value:
    """Return the percentage points by which a part moves the total.

    Formula: ``growth · contribution / 100``. Source: 青海统计年鉴2020, table 4-15, note ③.
    """
    return growth * contribution_pct / 100


def growth_behind(part_pull: float, contribution_pct: float) -> float:
    """Return the growth of the total that a pull and a contribution imply, in %: ``100 · pull / contribution``.

    The inverse of `pull`. A contribution of zero implies nothing: NaN.
    """
    return float(share_of(part_pull, contribution_pct)) if contribution_pct else float("nan")


def pulls_of_parts(levels: ArrayLike, growth: ArrayLike) -> NDArray[np.float64]:
    """Return the pull of every part on the growth of their sum, from this year's levels, in percentage points.

    Formula: ``100 · (y − b) / Σb`` with ``b = y / (1 + g)``, as `parts.contributions` does where no level of the year
    before is at hand. Source: 青海统计年鉴2020, table 4-15, note ③. Levels at current prices approximate (see
    `pull_from_share`); the sum of the pulls is the growth that they imply, not the published one.

    Parameters
    ----------
    levels, growth : array_like
        All parts of the total on the last axis: levels in one unit, growth in %.

    Examples
    --------
    >>> pulls_of_parts([105.0, 220.0], [5.0, 10.0]).round(2).tolist()
    [1.67, 6.67]
    """
    level, rate = np.asarray(levels, np.float64), np.asarray(growth, np.float64)
    base = base_level(level, rate)
    return np.asarray(share_of(level - base, base.sum(axis=-1, keepdims=True)), np.float64)


def pull_from_share(base_share: float, growth: float) -> float:
    """Approximate the pull of a part from its share in the base year and its growth, in percentage points.

    Formula: ``w · g / 100``. With current-price shares it lands within about 0.2
    points of the published pull, because constant-price weights differ; the difference is not an error.
    """
    return base_share * growth / 100


def contributions_from_shares(shares: Mapping[str, float], growth: Mapping[str, float]) -> pd.DataFrame:
    """Approximate pulls and contributions of all parts, and keep the total that they imply.

    Parameters
    ----------
    shares, growth : mapping of str to float
        Shares of the base year and growth, both in %, by part.

    Returns
    -------
    DataFrame
        One row per part with ``pull`` and ``contribution``. The pulls add up to the implied growth of the
        total, which need not be the published one: report the residual, never spread it.

    Raises
    ------
    UsageError
        If the two name different parts, or the implied total does not grow at all.
    """
    if set(shares) != set(growth):
        odd = "、".join(sorted(set(shares) ^ set(growth)))
        raise UsageError(f"比重和增速的行业不一致：{odd}。", remedy="两边给同样的行业。")
    pulls = pd.Series({part: pull_from_share(shares[part], growth[part]) for part in shares})
    total = float(pulls.sum())
    return pd.DataFrame({"pull": pulls, "contribution": pulls.map(lambda p: contribution(p, total))})


def pull_agrees(growth: Interval, contribution_pct: Interval, printed_pull: Interval) -> bool:
    """Whether a printed pull can belong to a printed growth and contribution.

    Formula: the interval of ``growth · contribution / 100`` meets the interval of the pull. Rounding the
    product and comparing digits condemns figures that are right: of 120 cells of 福建统计年鉴2020, table
    2-7, it passes 113, this check 116; the other four belong to growth that was revised later.
    """
    return propagate(pull, growth, contribution_pct).meets(printed_pull)
