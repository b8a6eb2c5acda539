"""Contribution (贡献率, %) and pull (拉动, percentage points) of the parts of a total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import Interval, propagate

Value = TypeVar("Value", float, NDArray[np.float64])


def per_cent(part: Value, whole: Value) -> Value:
    """Return a part in per cent of a whole: ``100 · part / whole``."""
    return 100 * part / whole


def contribution(part_increment: float, total_increment: float) -> float:
    """Return the share of a part's increment in the total's increment, in %.

    Formula: ``100 · Δpart / Δtotal``, both at constant prices. Source: 广州市统计局, note on 贡献率. Values
    below 0 and above 100 are normal (Qinghai 2013: 358.74 and −262.43), and a falling total turns the
    sign of every share. Refuses a total that did not change.
    """
    if total_increment == 0:
        raise UsageError("总量没有增减，贡献率没有意义。", remedy="改用拉动点数。")
    return per_cent(part_increment, total_increment)


def pull(growth: Value, contribution_pct: Value) -> Value:
    """Return the percentage points by which a part moves the total.

    Formula: ``growth · contribution / 100``. Source: 青海统计年鉴2020, table 4-15, note ③.
    """
    return growth * contribution_pct / 100


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
