"""Month-on-month and quarter-on-quarter growth: of seasonally adjusted series, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UsageError
from songyuan_analysis.methods.addresses import both_places
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.codes import Flags
from songyuan_analysis.methods.frames import Refusals, is_cumulative, joined, repeated, result, settle
from songyuan_analysis.methods.grounds import Levels, level_rows
from songyuan_analysis.methods.growth import rate
from songyuan_analysis.methods.matching import at, scaled, taken
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.reasons import Reasons

_ADJUSTED_SCOPE = "季节调整|季调|剔除季节"
_ADJUSTED_METHOD = "season|stl|x-?1[123]"


def month_on_month(
    observations: pd.DataFrame, *, adjusted: bool = False, refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return the growth of a month over the month before, or of a quarter over the quarter before, in %.

    Formula: ``100 · (x_t / x_{t−1} − 1)``. Source: definition. NBS publishes such rates of seasonally adjusted series
    only, and revises the whole path with each release: both figures must be of one vintage.

    Parameters
    ----------
    observations : DataFrame
        Levels of single months and quarters, or what `seasonal.seasonally_adjusted` returned. A row is seasonally
        adjusted where its ``scope`` says 季节调整 (季调), or where it is a result whose ``method`` names a seasonal
        adjustment. Cumulative figures are left aside.
    adjusted : bool
        True where the caller knows that the series are adjusted although they do not say so.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, ``measure`` ``mom``. The first figure, and one after a gap, is missing. Bounds
        treat neighbours as independent and are therefore wide; X-13 gives none.

    Raises
    ------
    ComparabilityError
        For a series that is not adjusted: March over February is the Spring Festival and no growth. For a base
        that is not surely positive.
    AccumulationMismatchError
        For March over January to February.
    VintageMismatchError, PriceBaseMismatchError, ScopeMismatchError, UnitMismatchError
        If the earlier figure stands on other ground.
    """
    levels = _single(Levels(level_rows(observations)))
    before, depth = levels.earlier(1, levels.span)
    quarters = levels.span == 2
    if quarters.any():
        far, far_depth = levels.earlier(3)
        before, depth = np.where(quarters, far, before), np.where(quarters, far_depth, depth)
    said = Reasons(len(levels))
    if not adjusted:
        plain = ~_adjusted(levels.frame) & (depth > 0)
        said.say(plain, ComparabilityError, "未经季节调整，不算环比")
    said.say(depth == 0, None, "缺上一期的数")
    said.say_ladder(depth)
    base = scaled(taken(levels.values, before), at(levels.powers, before) - levels.powers)
    said.say(base.low <= 0, ComparabilityError, "上一期的数不是正数，算不出环比")
    values = carry(rate, levels.values, base).where(said.nothing)
    index, frame = levels.frame.index, levels.frame
    method: pd.Series | str = "month_on_month"
    comment = said.reason(index)
    if "method" in frame:
        # What was estimated stays an estimate; where the adjustment gave no bounds, its growth has none.
        method = joined([frame["method"], repeated("环比", index)], "，")
        own = frame["comment_obs"]
        comment = own if isinstance(comment, str) else comment.where(comment != "", own)
        loose = np.isnan(frame["low"].to_numpy(np.float64))
        loose |= at(loose, before)
        values = Bands(np.where(loose, np.nan, values.low), values.mid, np.where(loose, np.nan, values.high))
    found = result(
        levels.frame,
        values,
        method=method,
        sources=both_places(levels.frame, before),
        refusal=said.refusal(index),
        comment=comment,
        measure="mom",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )
    return settle(found, refusals)


def year_from_steps(steps: Iterable[Interval]) -> Interval:
    """Return the growth of a year that its month-on-month or quarter-on-quarter rates make, in %.

    Formula: ``∏(1 + q) − 1``. Source: definition. It comes near the published growth on the year before and need not
    meet it, for the adjustment of each release differs. Refuses an empty list.
    """
    rates = list(steps)
    if not rates:
        raise UsageError("没有环比增速，算不出全年增速。", remedy="给出一年里各期的环比增速。")

    def product(so_far: float, step: float) -> float:
        return (1 + so_far / 100) * (100 + step) - 100

    total = rates[0]
    for step in rates[1:]:
        total = propagate(product, total, step)
    return total


def _single(rows: Levels) -> Levels:
    start, length = rows.start, rows.span + 1
    single = (length == 1) | ((length == 3) & (start % 3 == 0)) | ((length == 2) & (start % 12 == 0))
    if "cumulative" in rows.frame:
        single &= ~is_cumulative(rows.frame) | (length == 2)
    return rows.only(single & (start >= 0))


def _adjusted(frame: pd.DataFrame) -> Flags:
    found = frame["scope"].astype("str").str.contains(_ADJUSTED_SCOPE, regex=True)
    if "method" in frame:
        found |= frame["method"].str.contains(_ADJUSTED_METHOD, regex=True, case=False)
    return found.to_numpy(bool)
