"""What the rest of the year must bring for the target to be reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    UnknownBaseError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.addresses import listed, listed_at, texts_at
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.codes import coded_alike, marked, months, worded
from songyuan_analysis.methods.comparable import has_hidden_base
from songyuan_analysis.methods.completion import MIXED, Shares, Vintages, progress_of, shares_of
from songyuan_analysis.methods.frames import SERIES, Refusals, places, result, settle
from songyuan_analysis.methods.grounds import in_base_unit, levels_about, one_ground
from songyuan_analysis.methods.matching import Pool, at, taken
from songyuan_analysis.methods.outcomes import bands_of, pair_among, passed_of
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.observations.breaks import Break


def rest_by_levels(whole: Any, part: Any, now: Any, target_level: Any) -> Any:
    """Return the required growth from last year's level and part, this year's part and the target level, in %."""
    return 100 * ((target_level - now) / (whole - part) - 1)


def rest_by_share(growth: Any, share: Any, target: Any) -> Any:
    """Return the required growth from growth so far, last year's share (a fraction) and the target, in %."""
    return (target - share * growth) / (1 - share)


def required_growth(
    base_year: Interval, base_so_far: Interval, so_far: Interval, target_growth: float
) -> Interval:
    """Return the growth that the rest of the year needs, from levels, in %.

    Formula: ``(A* − Y_k) / (L0 − Y0_k) − 1`` with ``A* = L0 · (1 + g*)``. Source: definition. All
    levels must be of one price base and one vintage: the caller sees to it.

    Parameters
    ----------
    base_year, base_so_far : Interval
        Last year's level, and its cumulative level at this time of the year.
    so_far : Interval
        This year's cumulative level.
    target_growth : float
        Exact, in %.

    Raises
    ------
    UsageError
        If last year leaves nothing for the rest of the year.
    """
    _require_rest(base_year, base_so_far)

    def rate(whole: float, part: float, now: float) -> float:
        return float(rest_by_levels(whole, part, now, whole * (1 + target_growth / 100)))

    return propagate(rate, base_year, base_so_far, so_far)


def required_growth_to_level(
    base_year: Interval, base_so_far: Interval, so_far: Interval, target_level: float
) -> Interval:
    """Return the growth that the rest of the year needs for a target that is a level, in %.

    Formula, units and refusals as `required_growth`, with ``A*`` given and exact, in the unit of the levels.
    """
    _require_rest(base_year, base_so_far)
    return propagate(
        lambda whole, part, now: float(rest_by_levels(whole, part, now, target_level)),
        base_year,
        base_so_far,
        so_far,
    )


def required_growth_by_share(growth_so_far: Interval, share: Interval, target_growth: float) -> Interval:
    """Return the growth that the rest of the year needs, where only growth is published, in %.

    Formula: ``(g* − s·g_k) / (1 − s)``, ``s`` the share of last year's level that had been reached by
    now. Source: the form by levels, divided by last year's level. Refuses a share outside (0, 1): with
    nothing left of the year nothing can be required of it.
    """
    if not 0 < share.low <= share.high < 1:
        raise UsageError("上年同期占全年的比重应在 0 与 1 之间。", remedy="比重以小数给出，如 0.403。")
    return propagate(lambda g, s: float(rest_by_share(g, s, target_growth)), growth_so_far, share)


def _require_rest(base_year: Interval, base_so_far: Interval) -> None:
    if base_year.low - base_so_far.high <= 0:
        raise UsageError("上年剩余时期的基数不是正数。", remedy="检查上年全年数与累计数。")


def required_growths(
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    province: str = "220000",
    breaks: Iterable[Break] = (),
    vintages: Vintages = "refuse",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Return the growth that the rest of the year needs, in %.

    Growth targets and relational ones: ``(g* − s·g_k) / (1 − s)`` with last year's share ``s`` of the same months
    (current-price levels stand for constant ones). Amounts: ``(A* − Y_k) / (L0 − Y0_k) − 1`` with last year's levels,
    in the prices of the levels. Refused: levels over a known break, of two vintages (unless noted), of another price
    base, and of indicators such as investment whose published levels of last year are not the base of their growth.
    A whole year is over and says so; a cut, a share and a stock need nothing more. Rows as in `track`; columns of
    `frames.RESULT`.
    """
    rows, around = pair_among(observations, targets, province=province)
    levels = levels_about(around, rows)
    found = required_of(rows, levels, breaks, shares_of(levels, vintages), vintages)
    over = worded((passed_of(rows) == 100).astype(np.int64), ("", "全年已经结束"), rows.index)
    refused = rows["refusal"].where(~marked(rows["refusal"], "".__eq__), found["refusal"])
    comment = listed(rows["comment"], found["comment_obs"], over)
    return settle(found.assign(refusal=refused, comment_obs=comment), refusals)


_Texts: TypeAlias = "pd.Series | str"
_Answer: TypeAlias = tuple[Bands, _Texts, _Texts, _Texts]


def required_of(
    rows: pd.DataFrame,
    levels: pd.DataFrame,
    breaks: Iterable[Break],
    shares: Shares,
    vintages: Vintages,
) -> pd.DataFrame:
    """Return the required growth of pairs of targets and outcomes; see `required_growths`."""
    open_ = (passed_of(rows) < 100) & ~np.isnan(rows["outcome"].to_numpy(np.float64))
    tied = marked(rows["t_kind"], {"growth", "relational"}.__contains__) & open_
    amount = marked(rows["t_kind"], "amount".__eq__) & open_ & ~rows["t_stock"].to_numpy(np.bool_)
    places_ = [np.flatnonzero(tied), np.flatnonzero(amount)]
    own = [rows.take(place).reset_index(drop=True) for place in places_]
    answers = [_by_share(own[0], shares), _by_levels(own[1], levels, breaks, vintages)]
    mine = np.full(len(rows), -1)
    mine[np.concatenate(places_)] = np.arange(sum(map(len, places_)))
    values = Bands(
        *(np.concatenate(parts) for parts in zip(*((b.low, b.mid, b.high) for b, *_ in answers), strict=True))
    )
    sources, refusal, comment = (
        texts_at(
            pd.concat(
                [pd.Series(part, one.index, dtype="str") for part, one in zip(parts, own, strict=True)]
            ),
            mine,
            rows.index,
        )
        for parts in zip(*(said for _, *said in answers), strict=True)
    )
    return result(
        rows,
        taken(values, mine),
        method="required_growths",
        sources=listed(rows["place"], sources),
        refusal=refusal,
        comment=comment,
        measure="yoy",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )


def _by_share(rows: pd.DataFrame, shares: Shares) -> _Answer:
    """Return required growth from growth so far and last year's share, with sources, refusals and reasons."""
    share = progress_of(shares, rows, 1)
    fraction = Bands(*(share[name].to_numpy(np.float64) / 100 for name in ("low", "obs_value", "high")))
    usable = (fraction.low > 0) & (fraction.high < 1)
    needed = carry(rest_by_share, bands_of(rows, "outcome"), fraction, bands_of(rows, "target")).where(usable)
    lacking = np.isnan(needed.mid)
    # What is said of a share that counts, two vintages say, is true of what rests on it.
    comment: _Texts = share["comment_obs"]
    if lacking.any():
        comment = ("没有上年同期占全年的比重（" + share["comment_obs"] + "）").where(
            lacking, share["comment_obs"]
        )
    return needed, share["sources"], share["refusal"], comment


def _by_levels(
    rows: pd.DataFrame, levels: pd.DataFrame, breaks: Iterable[Break], vintages: Vintages
) -> _Answer:
    """Return required growth of levels in one series, with sources, refusals and reasons."""
    own, asked = coded_alike(levels, rows, (*SERIES, "unit_measure"))
    (start, end), (first, last) = ([months(one[name]) for name in _SPAN] for one in (levels, rows))
    pool = Pool(*own, start % 12, end)
    part = pool.exact(*asked, first % 12, last - 12)
    whole = pool.exact(*asked, first % 12 * 0, last // 12 * 12 - 1)
    values = in_base_unit(levels)
    unit = 10.0 ** rows["t_unit_mult"].to_numpy(np.float64)
    now, goal = (bands_of(rows, name) for name in ("outcome", "target"))
    now, goal = (Bands(b.low * unit, b.mid * unit, b.high * unit) for b in (now, goal))
    base, so_far = taken(values, whole), taken(values, part)
    both = (whole >= 0) & (part >= 0)
    said = Reasons(len(rows))
    hidden = marked(rows["indicator"], has_hidden_base)
    said.say(hidden, UnknownBaseError, "该指标的增速按可比口径计算，上年公布数不是它的基数")
    other = ((rows["t_price_base"] != "") & (rows["t_price_base"] != rows["price_base"])).to_numpy(np.bool_)
    said.say(other, PriceBaseMismatchError, "目标与总量的价格口径不同")
    year = rows["t_year"].to_numpy(np.int64)
    for one in reversed(list(breaks)):
        cut = marked(rows["ref_area"], one.ref_area.__eq__) & marked(
            rows["indicator"], one.indicators.__contains__
        )
        over = cut & (year - 1 <= int(one.before)) & (year >= int(one.after))
        said.say(over, VintageMismatchError, f"中间有断点：{one.what}")
    doubled = pool.contradicted(values.mid)
    twice = ((whole >= 0) & at(doubled, whole)) | ((part >= 0) & at(doubled, part))
    said.say(twice, ComparabilityError, "上年有两个不同的数，不能取舍")
    mixed = both & ~one_ground(levels, whole, part)
    if vintages == "refuse":
        said.say(mixed, VintageMismatchError, "上年全年数与同期数出自不同版次")
    said.say(both & (base.low - so_far.high <= 0), ComparabilityError, "上年剩余时期的基数不是正数")
    said.say(mixed, None, f"上年全年数与同期数{MIXED}")
    said.say(~both, None, "没有上年全年数或上年同期数")
    needed = carry(rest_by_levels, base, so_far, now, goal).where(~said.refused)
    cells = listed_at(places(levels), (whole, part), rows.index)
    return needed, cells, said.refusal(rows.index), said.reason(rows.index)


_SPAN = ("period_start", "period_end")
