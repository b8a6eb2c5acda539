"""What the rest of the year must bring for the year to end at 5.0, at 5.5, at 6.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UnknownBaseError, UsageError
from songyuan_analysis.methods.addresses import addresses
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.codes import (
    UNKNOWN,
    Ints,
    coded,
    codes,
    marked,
    month_texts,
    worded,
)
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.comparable import has_hidden_base
from songyuan_analysis.methods.completion import Shares, Vintages, shares_of
from songyuan_analysis.methods.doubles import one_of_equals
from songyuan_analysis.methods.frames import (
    RESULT,
    SERIES,
    Refusals,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.matching import Pool, at, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.regular import whole_year
from songyuan_analysis.methods.required import rest_by_share
from songyuan_analysis.methods.selection import chosen

TARGETS = (5.0, 5.5, 6.0)
_PAIR = ("ref_area", "indicator", "scope")
_ASKED = {*RESULT, "decimals", "vintage", "sha256", "file", "sheet", "cell"}


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
    year = whole_year(year)
    observations = observations[[name for name in observations.columns if name in _ASKED]].reset_index(
        drop=True
    )
    first, last = (month_numbers(observations[name]) for name in ("period_start", "period_end"))
    span = last - first + 1
    # Growth and levels stand in one frame: its texts are told apart once, for both.
    series = coded(observations, SERIES)
    growth = marked(observations["measure"], "yoy".__eq__) & (first == year * 12) & (span >= 1) & (span < 12)
    growth &= observations["cumulative"].to_numpy(np.bool_)
    growth &= ~np.isnan(observations["obs_value"].to_numpy(np.float64))
    now = chosen(observations, growth)
    twins = Pool(*(part[growth] for part in series), span[growth])
    said = Reasons(len(now))
    said.say(twins.clashes(printed(now)), ComparabilityError, "同一时期有两个不同的增速，先选定一个版次")
    once = one_of_equals(twins, printed(now)) == np.arange(len(now))
    now, said, month = chosen(now, once), said.of(np.flatnonzero(once)), span[growth][once]
    hidden = marked(now["indicator"], has_hidden_base)
    said.say(hidden, UnknownBaseError, "该指标的增速按可比口径计算，上年公布数不是它的基数")
    past = marked(observations["measure"], "level".__eq__) & (first == (year - 1) * 12)
    shares = shares_of(chosen(observations, past), vintages, [part[past] for part in series])
    found = _last_year(shares, [series[SERIES.index(name)] for name in _PAIR], now.index, month, said)
    share = taken(shares.values, found)
    share = Bands(share.low / 100, share.mid / 100, share.high / 100)
    outside = ~((share.low > 0) & (share.high < 1))
    said.say(outside, ComparabilityError, "上年同期占全年的比重不在 0 与 1 之间")
    usable, index = said.nothing, now.index
    own, part = index.to_numpy(), shares.rows.index.to_numpy()
    whole = np.where(found < 0, UNKNOWN, at(shares.whole, found))
    rows = [np.where(place < 0, UNKNOWN, at(part, place)) for place in (found, whole)]
    common: dict[str, Any] = {
        "sources": addresses(observations, own, *rows).set_axis(index),
        "refusal": said.refusal(index),
        "unit": "%",
        "unit_measure": "PT",
        "unit_mult": 0,
        "cumulative": False,
        "period_start": month_texts(year * 12 + month, index),
        "period_end": f"{year}-12",
        "time_period": worded(month, [_rest(year, m) for m in range(12)], index),
    }
    note = np.where(usable, at(shares.said.found, found), 0)
    notes = [f"；{text}" if text else "" for text in shares.said.texts]
    frames = []
    for target in targets:
        goal = Bands.exact(np.full(len(now), target))
        begin = f"全年要增长 {target:g}%，余下 "
        words = [f"{begin}{12 - m} 个月须达到的增速；我们的推算{text}" for text in notes for m in range(12)]
        comment = np.where(usable, note * 12 + month, said.found + len(words))
        frame = result(
            now,
            carry(rest_by_share, printed(now), share.where(usable), goal),
            method="rest_by_share",
            comment=worded(comment, [*words, *said.texts], index),
            **common,
        )
        frame["known_to"], frame["target"], frame["share"] = now["time_period"], target, 100 * share.mid
        frames.append(frame)
    return settle(pd.concat(frames, ignore_index=True), refusals)


def _last_year(shares: Shares, parts: Sequence[Ints], now: pd.Index, month: Ints, said: Reasons) -> Ints:
    """Find last year's share of the same months, and say why there is none; the index names positions in the parts."""
    own, asked = ([part[index.to_numpy()] for part in parts] for index in (shares.rows.index, now))
    own.append(np.where(shares.end % 12 == 11, UNKNOWN, shares.end % 12 + 1))
    pool = Pool(*own)
    one = one_of_equals(pool, shares.values)
    found = pool.exact(*asked, month)
    there = found >= 0
    found = np.where(there, at(one, found), UNKNOWN)
    several = pool.contradicted(shares.values.mid)
    several |= pool.contradicted(codes(shares.rows["price_base"])[0].astype(np.float64))
    said.say(there & at(several, found), ComparabilityError, "上年总量有不止一个序列")
    said.say(~there, ComparabilityError, "没有上年同期和全年的总量")
    said.adopt(shares.said, np.where(there & at(shares.said.refused, found), found, UNKNOWN), "")
    return found


def _rest(year: int, month: int) -> str:
    """Name the rest of a year after a month."""
    return f"{year}-{month + 1:02d}" + ("" if month == 11 else f"/{year}-12")
