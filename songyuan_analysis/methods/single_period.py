"""Frames of cumulative figures to single periods: levels, and growth by both years' levels or by last year's shares."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    CatalogueError,
    ComparabilityError,
    UnknownBaseError,
    UsageError,
)
from songyuan_analysis.methods.addresses import both_places
from songyuan_analysis.methods.bands import Array, Bands, carry, either
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, month_texts, period_texts, worded
from songyuan_analysis.methods.comparable import has_hidden_base
from songyuan_analysis.methods.cumulative import between, single_rate, single_rate_by_share
from songyuan_analysis.methods.frames import RESULT, Refusals, joined, result, settle
from songyuan_analysis.methods.grounds import Levels, level_rows
from songyuan_analysis.methods.growth import base_level
from songyuan_analysis.methods.matching import at, kept, scaled, taken
from songyuan_analysis.methods.reasons import WHOLE, Reasons
from songyuan_analysis.observations.catalogue import indicator

Step: TypeAlias = Literal["month", "quarter", "half"]
LENGTH: dict[Step, int] = {"month": 1, "quarter": 3, "half": 6}
_NEGATIVE = "为负：累计数可能向下修订过，或有一个数有误"


def single_period(
    observations: pd.DataFrame, *, step: Step = "month", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return the levels and the growth of single months, quarters or half-years out of cumulative figures.

    Formulas: levels ``x_m = Y_m − Y_{m−1}``; growth ``(g_k − s·g_j) / (1 − s)``, ``s`` the share of the earlier
    cumulative period in the later one by last year's levels, where both of these stand on one ground; else by this year's
    levels ``C = Y / (1 + g)``, ``(Y_k − Y_j) / (C_k − C_j) − 1``. The share comes first because this year's current prices
    are not those that growth is reckoned in (second quarter of 2021: [7.94, 8.21] by the share, [8.06, 8.31] by this
    year's levels, published 7.9); investment, whose base is not published, goes by this year's levels only.
    Sources: NBS publishes GDP by quarter and since January, monthly tables since January only; the formulas are
    definitions. Figures that do not begin in a January are left aside.

    Parameters
    ----------
    observations : DataFrame
        Cumulative levels (and growth, ``yoy``), any number of series and vintages.
    step : {"month", "quarter", "half"}
        What a single period is. A cumulative figure that does not end with one is left aside.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, one row for each cumulative figure. ``method`` says which formula was used:
        ``single_period_growth_by_share``, or ``single_period_growth`` by this year's levels.

    Raises
    ------
    AccumulationMismatchError
        For stocks and rates, which do not cumulate.
    VintageMismatchError, PriceBaseMismatchError, ScopeMismatchError, UnitMismatchError
        If the earlier figure exists only in another vintage, or on other ground.

    Notes
    -----
    January to February stays one cell of two months where no January is published: there is none to subtract.
    A missing earlier figure is a gap, never zero: 1—3月 without 1—2月 gives no March. A negative level is
    kept and says so in ``comment_obs``. One decimal of cumulative growth leaves a wide band for a single period (third
    quarter of 2024: [4.20, 4.67], published 4.6): use ``low`` and ``high``, never ``obs_value`` alone.
    """
    length = length_of(step)
    levels = _since_january(Levels(level_rows(observations)), length)
    before, depth = _earlier(levels, length)
    found = [_levels(levels, before, depth, length)]
    rates = _since_january(Levels(level_rows(observations, "yoy")), length)
    if len(rates):
        # Levels that may not be subtracted from each other make no growth either.
        clash = levels.pool.clashes(levels.base_values())
        sure = (depth == WHOLE) & ~clash & ~clash[before] if len(levels) else depth == WHOLE
        found.append(_growth(rates, levels, np.where(sure, before, UNKNOWN), length))
    filled = [frame for frame in found if len(frame)] or found[:1]
    together = pd.concat(filled) if len(filled) > 1 else filled[0]
    return settle(together[list(RESULT)], refusals)


def length_of(step: str) -> int:
    """Return the months of a single period; refuse what is none."""
    if step not in LENGTH:
        raise UsageError(f"“{step}”不是单期。", remedy=f"可用：{'、'.join(LENGTH)}。")
    return LENGTH[step]


def refuse_stocks(levels: Levels, said: Reasons) -> None:
    """Refuse figures that do not cumulate: stocks and rates."""
    said.say(
        levels.where_indicator(w for w in levels.indicator_words if not cumulates(w)),
        AccumulationMismatchError,
        "是存量或比率，不能累计，也不能由累计数相减",
    )


def cumulates(code: str) -> bool:
    """Say whether figures of an indicator add up over the year; what the catalogue does not know is what its user says."""
    try:
        return indicator(code).kind == "flow"
    except CatalogueError:
        return True


def _since_january(rows: Levels, length: int) -> Levels:
    since = (rows.start >= 0) & (rows.start % 12 == 0) & (rows.start // 12 == rows.end // 12)
    return rows.only(since & ((rows.end + 1) % length == 0))


def _earlier(levels: Levels, length: int) -> tuple[Ints, Ints]:
    """Find each figure's earlier cumulative one; the first of a year gets itself, with depth `WHOLE`."""
    before, depth = levels.earlier(length, levels.span - length)
    alone = (levels.span == length - 1) | ((length == 1) & (levels.span == 1) & (depth < WHOLE))
    return np.where(alone, UNKNOWN, before), np.where(alone, WHOLE, depth)


def _levels(levels: Levels, before: Ints, depth: Ints, length: int) -> pd.DataFrame:
    said = Reasons(len(levels))
    refuse_stocks(levels, said)
    said.say(depth == 0, None, "缺前一个累计数，不能相减")
    said.say_ladder(depth)
    _refuse_clashes(levels, before, said)
    other = scaled(taken(levels.values, before), at(levels.powers, before) - levels.powers)
    values = either(levels.values, carry(between, levels.values, other), before < 0)
    if not said.nothing.all():
        values = values.where(said.nothing)
    said.say(said.nothing & (values.mid < 0), None, _NEGATIVE)
    return _framed(levels, values, before, said, "single_period", length)


def _growth(rates: Levels, levels: Levels, level_before: Ints, length: int) -> pd.DataFrame:
    before, depth = _earlier(rates, length)
    said = Reasons(len(rates))
    refuse_stocks(rates, said)
    said.say(depth == 0, None, "缺前一个累计增速，算不出单期增速")
    said.say_ladder(depth)
    _refuse_clashes(rates, before, said)
    first = before < 0
    now, then = rates.values, taken(rates.values, before)
    here = levels.matching(rates)
    earlier = _via(level_before, here)
    by_level = ~first & (here >= 0) & (earlier >= 0)
    hidden = rates.where_indicator(w for w in rates.indicator_words if has_hidden_base(w))
    last_year = levels.matching(rates, 12, one_family=False)
    last_earlier = _via(level_before, last_year)
    by_share = ~first & (last_year >= 0) & (last_earlier >= 0) & ~(by_level & hidden)
    by_level &= ~by_share
    values = now.where(first)
    if by_level.any():
        level = taken(levels.values, here)
        early = scaled(taken(levels.values, earlier), _power_gap(levels, earlier, here))
        _refuse_bases(said, by_level, (level, now), (early, then))
        values = either(carry(single_rate, level, now, early, then), values, by_level)
    if by_share.any():
        whole = taken(levels.values, last_year)
        part = scaled(taken(levels.values, last_earlier), _power_gap(levels, last_earlier, last_year))
        share = carry(lambda a, b: a / b, part, whole)
        odd = by_share & ~((share.low > 0) & (share.high < 1))
        said.say(by_share & hidden, UnknownBaseError, "该指标的增速按可比口径计算，上年公布数不是它的基数")
        said.say(odd, ComparabilityError, "用到的上年占比不在 0 与 1 之间")
        values = either(carry(single_rate_by_share, now, then, share), values, by_share)
    if not said.nothing.all():
        values = values.where(said.nothing)
    said.say(np.isnan(values.mid), None, "缺相应的总量和上年总量，算不出单期增速")
    sources = _with_levels(
        both_places(rates.frame, before),
        levels,
        np.where(by_share, last_year, here),
        level_before,
        by_level | by_share,
    )
    names = ["single_period_growth", "single_period_growth_by_share"]
    method = worded(by_share.astype(np.int64), names, rates.frame.index)
    return _framed(rates, values, before, said, method, length, sources)


def _via(table: Ints, rows: Ints) -> Ints:
    return np.where(rows >= 0, table.take(rows, mode="clip"), UNKNOWN) if len(table) else rows


def _power_gap(levels: Levels, rows: Ints, to: Ints) -> Array:
    gap: Array = at(levels.powers, rows) - at(levels.powers, to)
    return gap


def _refuse_clashes(levels: Levels, before: Ints, said: Reasons) -> None:
    clash = levels.clashes()
    if clash.any():
        said.say(
            clash | ((before >= 0) & clash[before]),
            ComparabilityError,
            "在同一版次里有两个不同的数，不知用哪一个",
        )


def _refuse_bases(said: Reasons, where: Flags, now: tuple[Bands, Bands], then: tuple[Bands, Bands]) -> None:
    with np.errstate(all="ignore"):
        floor = (now[1].low <= -100) | (then[1].low <= -100)
        least = base_level(now[0].low, now[1].high) - base_level(then[0].high, then[1].low)
    said.say(where & floor, ComparabilityError, "增速低到 -100%，算不出基数")
    said.say(where & (least <= 0), ComparabilityError, "两个累计数推出的上年同期基数不是正数")


def _framed(
    levels: Levels,
    values: Bands,
    before: Ints,
    said: Reasons,
    method: pd.Series | str,
    length: int,
    sources: pd.Series | None = None,
) -> pd.DataFrame:
    index, end = levels.frame.index, levels.end
    # The first cell of a year begins in January, however long it is; all others are one step long.
    start = np.where((before < 0) & (levels.span <= max(length - 1, 1)), levels.start, end - length + 1)
    found = result(
        levels.frame,
        values,
        method=method,
        sources=both_places(levels.frame, before) if sources is None else sources,
        refusal=said.refusal(index),
        comment=said.reason(index),
        time_period=period_texts(start, end, index),
        period_start=month_texts(start, index),
        cumulative=False,
    )
    return kept(found, levels.pool.first_of_equals())


def _with_levels(sources: pd.Series, levels: Levels, rows: Ints, before: Ints, where: Flags) -> pd.Series:
    """Add to the sources of growth the two cells of the levels that it was computed with."""
    if not where.any():
        return sources
    pairs = both_places(levels.frame, before).take(np.maximum(rows, 0)).set_axis(sources.index)
    return sources.where(~where | (pairs == ""), joined([sources, pairs], "；"))
