"""Contribution and pull by levels at comparable prices: the definition itself, where such levels are published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, PriceBaseMismatchError
from songyuan_analysis.methods.addresses import both_places, with_cells
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.base_year import base_years
from songyuan_analysis.methods.codes import Ints, dense, worded
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.frames import Refusals, result, settle
from songyuan_analysis.methods.grounds import Levels, level_rows, refuse_pairs
from songyuan_analysis.methods.growth import rate
from songyuan_analysis.methods.matching import taken
from songyuan_analysis.methods.parts import FALLING, FLAT, OF_WHICH, together
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.totals import place_of
from songyuan_analysis.observations.breaks import Break

_METHOD = "contributions_at_constant_prices"


def contributions_at_constant_prices(
    observations: pd.DataFrame, *, breaks: Iterable[Break] = (), refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return contribution (贡献率, %) and pull (拉动, percentage points) from levels at comparable prices.

    Formulas: with the levels of part ``p`` and total ``y`` of this year and the year before, the contribution is
    ``100·(p1 − p0) / (y1 − y0)``, the pull ``100·(p1 − p0) / y0``, which is growth times contribution. Sources:
    广州市统计局, note on 贡献率 (increments at constant prices); 青海统计年鉴2020, table 4-15, note ③, on 拉动.

    Parameters
    ----------
    observations : DataFrame
        Levels (``price_base`` ``comparable``) of parts and totals, and growth (``yoy``, comparable) of the totals.
    breaks : iterable of Break, optional
        Known breaks of the series.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`: two rows for each level of a part, ``contribution`` and ``pull``, and for each
        total one of ``growth_implied``, the growth of its levels. Its ``comment_obs`` says how far that lies from the
        published growth; the difference is never spread over the parts. A part without a level of the year before, or
        without its total, is a gap with the reason.

    Raises
    ------
    UnitMismatchError, ScopeMismatchError, VintageMismatchError, AccumulationMismatchError
        If the other figure exists only on other ground; breaks and denominators as in `grounds.judge`.
    PriceBaseMismatchError
        If unit, label, title or note name different base years of the prices.
    ComparabilityError
        If the total may not have changed (its contributions only), its base is not surely positive, or one vintage
        has two different numbers.

    Notes
    -----
    Parts need not be complete, for the total has its own level. An "of which" (工业 in the secondary industry) gets
    its contribution and is never added. A part may be negative or zero (net exports); a total may not. Values beyond
    [0, 100] are normal; where the total falls, a positive contribution pulls it down, and the row says so.
    """
    levels = _parts_and_totals(Levels(level_rows(observations, "level", "comparable")))
    places = [place_of(word) for word in levels.indicator_words]
    named = [*levels.indicator_words, *{p.total for p in places if p} - {*levels.indicator_words}]
    total_codes = np.array([named.index(p.total) if p else -1 for p in places] or [-1], np.int64)
    total, total_depth = levels.earlier(0, indicators=total_codes[levels.indicators])
    said = Reasons(len(levels))
    before = _refuse_pairs(levels, tuple(breaks), said)
    part = np.flatnonzero(total_codes[levels.indicators] >= 0)
    values = levels.base_values()
    change = carry(lambda now, then: now - then, values, taken(values, before))
    of_part = said.of(part)
    total, total_depth = total[part], total_depth[part]
    of_part.say(total_depth == 0, None, "缺总量同期的可比价数")
    of_part.say_ladder(total_depth)
    of_part.adopt(said, total, "总量的两年数：")
    whole, base = taken(change, total), taken(taken(values, before), total)
    of_part.say((base.low <= 0) & of_part.nothing, ComparabilityError, "总量上年同期不是正数，算不出拉动")
    good, own = of_part.nothing, taken(change, part)
    addend = np.array([p is not None and p.addend for p in places] or [False], bool)[levels.indicators[part]]
    of_part.say(good & ~addend, None, OF_WHICH)
    flat = good & (whole.low <= 0) & (whole.high >= 0)
    of_share = of_part.copy()
    of_share.put(flat, ComparabilityError, FLAT)
    of_share.say(good & (whole.high < 0), None, FALLING)
    like = levels.frame if len(part) == len(levels) else levels.frame.iloc[part]
    pairs = both_places(levels.frame, before)
    sources = with_cells(pairs.iloc[part], pairs.to_frame("sources"), total)
    common: dict[str, Any] = {"method": _METHOD, "unit_mult": 0, "unit_measure": "PT"}
    found = [
        result(
            like,
            numbers,
            sources=sources,
            measure=measure,
            unit=unit,
            refusal=why.refusal(like.index),
            comment=why.reason(like.index),
            **common,
        )
        for numbers, measure, unit, why in (
            (carry(share_of, own, whole).where(good & ~flat), "contribution", "%", of_share),
            (carry(share_of, own, base).where(good), "pull", "个百分点", of_part),
        )
    ]
    wholes = np.unique(total[good])
    if len(wholes):
        grown = carry(rate, taken(values, wholes), taken(values, before[wholes]))
        totals = levels.frame.iloc[wholes]
        comment = _residual(observations, levels.only(_marked(wholes, len(levels))), grown)
        found.append(
            result(
                totals,
                grown,
                sources=pairs.iloc[wholes],
                measure="growth_implied",
                unit="%",
                comment=comment,
                **common,
            )
        )
    return settle(together(found), refusals)


def _parts_and_totals(levels: Levels) -> Levels:
    places = {word: place_of(word) for word in levels.indicator_words}
    wanted = {word for word, p in places.items() if p} | {p.total for p in places.values() if p}
    return levels.only(levels.where_indicator(wanted))


def _refuse_pairs(levels: Levels, breaks: tuple[Break, ...], said: Reasons) -> Ints:
    """Find for each level that of the year before, and refuse what may not be subtracted."""
    before, _ = refuse_pairs(levels, 12, breaks, said)
    years = base_years(levels.frame)
    if years.any():
        then = np.where(before >= 0, years.take(before, mode="clip"), 0)
        said.say((years > 0) & (then > 0) & (years != then), PriceBaseMismatchError, "的不变价基期不同")
    return before


def _marked(rows: Ints, size: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    marks = np.zeros(size, bool)
    marks[rows] = True
    return marks


def _residual(observations: pd.DataFrame, totals: Levels, grown: Bands) -> pd.Series:
    """Say how far the growth of levels lies from the published growth, in percentage points."""
    rates = Levels(level_rows(observations, "yoy", "comparable"))
    published = np.round(taken(rates.values, rates.matching(totals)).mid, 2)
    apart = np.round(grown.mid - published, 2)
    # A text for each pair of numbers that occurs, and not for each row.
    hundredths = np.nan_to_num(np.stack([published, apart]) * 100, nan=-1e6).round().astype(np.int64)
    found, count = dense([part - part.min(initial=0) for part in hundredths])
    first = np.zeros(count, np.int64)
    first[found[::-1]] = np.arange(len(found))[::-1]
    words = [_said(p, a) for p, a in zip(published[first].tolist(), apart[first].tolist(), strict=True)]
    return worded(found, words, totals.frame.index)


def _said(published: float, apart: float) -> str:
    if np.isnan(published):
        return "由可比价总量算出，没有公布的增速可比"
    if apart == 0:
        return f"由可比价总量算出，与公布的增速{published:g}%一致"
    way = "高" if apart > 0 else "低"
    return f"由可比价总量算出，比公布的增速{published:g}%{way}{abs(apart):g}个百分点，不分摊"
