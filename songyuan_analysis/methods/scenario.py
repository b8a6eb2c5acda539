"""What the rest of the year must bring for the year to end at 5.0, at 5.5, at 6.0."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UnknownBaseError, UsageError
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.codes import coded
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.comparable import has_hidden_base
from songyuan_analysis.methods.completion import Vintages, seasonal_shares
from songyuan_analysis.methods.frames import (
    SERIES,
    Refusals,
    places,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.matching import Pool
from songyuan_analysis.methods.regular import spans
from songyuan_analysis.methods.required import rest_by_share

TARGETS = (5.0, 5.5, 6.0)
_PAIR = ["ref_area", "indicator", "scope"]


def scenarios(
    observations: pd.DataFrame,
    *,
    year: int,
    targets: Sequence[float] = TARGETS,
    vintages: Vintages = "refuse",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Return the growth that the rest of the year needs, for several year's ends, in %.

    Formula: ``(g* − s·g_k) / (1 − s)`` with ``s`` the share of last year's level that had been reached by this month;
    see `songyuan_analysis.methods.required.required_growth_by_share`. Growth is taken as published, so last year's
    levels at current prices are the right weights for growth at comparable prices.

    Parameters
    ----------
    observations : DataFrame
        Cumulative growth of the year (measure ``yoy``), and last year's levels: to the same month and of the whole year;
        any number of areas and indicators.
    year : int
    targets : sequence of float
        Growth of the year, exact, in %.
    vintages : {"refuse", "note"}
        What to do where last year's two levels were released apart.
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        `RESULT`, one row for each cumulative growth and target; the period is the rest of the year; then ``known_to``
        (the period of the growth), ``target`` and ``share`` (in %). Without last year's two levels, or with two series
        of them, a row is refused; so is an indicator such as investment, whose published levels are not the base of its
        growth.
    """
    require_columns(
        observations, (*SERIES, "time_period", "period_start", "period_end", "cumulative", "obs_value")
    )
    if not len(targets) or not np.isfinite(np.asarray(targets, np.float64)).all():
        raise UsageError("没有目标，或目标不是数。", remedy="写成 (5.0, 5.5, 6.0) 的形式。")
    first, span = month_numbers(observations["period_start"]), spans(observations)
    growth = (
        (observations["measure"] == "yoy") & (first == year * 12) & (span < 12) & observations["cumulative"]
    )
    now = observations[growth & observations["obs_value"].notna()]
    now = now.assign(month=spans(now))
    unsure = Pool(*coded(now, SERIES), now["month"].to_numpy(np.int64)).clashes(printed(now))
    now = now.assign(unsure=unsure).drop_duplicates([*SERIES, "month"]).reset_index(drop=True)
    past = observations[(observations["measure"] == "level") & (first == (year - 1) * 12)]
    shares = seasonal_shares(past.reset_index(drop=True), vintages=vintages)
    shares = shares[spans(shares) < 12].assign(month=spans)
    several = shares.duplicated([*_PAIR, "month"], keep=False)
    shares = shares.assign(several=several).drop_duplicates([*_PAIR, "month"])
    names = ["low", "obs_value", "high", "sources", "refusal", "comment_obs", "several"]
    both = now[[*_PAIR, "month"]].merge(shares[[*_PAIR, "month", *names]], on=[*_PAIR, "month"], how="left")
    share = Bands(*(both[side].to_numpy(np.float64) / 100 for side in ("low", "obs_value", "high")))
    doubled = both["several"] == 1
    refusal = both["refusal"].fillna(ComparabilityError.rule).mask(doubled, ComparabilityError.rule)
    reason = both["comment_obs"].fillna("没有上年同期和全年的总量").mask(doubled, "上年总量有不止一个序列")
    outside = (refusal == "") & ~((share.low > 0) & (share.high < 1))
    refusal, reason = (
        refusal.mask(outside, ComparabilityError.rule),
        reason.mask(outside, "上年同期占全年的比重不在 0 与 1 之间"),
    )
    hidden = now["indicator"].isin([code for code in now["indicator"].unique() if has_hidden_base(code)])
    refusal = refusal.mask(hidden, UnknownBaseError.rule)
    reason = reason.mask(hidden, "该指标的增速按可比口径计算，上年公布数不是它的基数")
    refusal = refusal.mask(now["unsure"], ComparabilityError.rule)
    reason = reason.mask(now["unsure"], "同一时期有两个不同的增速，先选定一个版次")
    usable = (refusal == "").to_numpy()
    starts = year * 12 + now["month"].to_numpy(np.int64)
    begin = pd.Series([f"{m // 12}-{m % 12 + 1:02d}" for m in starts], now.index, dtype="str")
    frames = []
    for target in targets:
        needed = carry(
            rest_by_share, printed(now), share.where(usable), Bands.exact(np.full(len(now), target))
        )
        said = [f"全年要增长 {target:g}%，余下 {12 - m} 个月须达到的增速；我们的推算" for m in now["month"]]
        frame = result(
            now,
            needed,
            method="rest_by_share",
            sources=places(now) + "；" + both["sources"].fillna(""),
            refusal=refusal,
            comment=(pd.Series(said, now.index, dtype="str") + both["comment_obs"].fillna("").radd("；"))
            .str.removesuffix("；")
            .where(usable, reason),
            unit="%",
            unit_measure="PT",
            unit_mult=0,
            cumulative=False,
            period_start=begin,
            period_end=f"{year}-12",
            time_period=begin.where(now["month"] == 11, begin + f"/{year}-12"),
        )
        frame["known_to"], frame["target"], frame["share"] = now["time_period"], target, 100 * share.mid
        frames.append(frame)
    return settle(pd.concat(frames, ignore_index=True), refusals)
