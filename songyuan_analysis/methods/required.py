"""What the rest of the year must bring for the target to be reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    UnknownBaseError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.comparable import has_hidden_base
from songyuan_analysis.methods.completion import MIXED, Vintages, seasonal_progress
from songyuan_analysis.methods.frames import SERIES, Refusals, places, result, settle
from songyuan_analysis.methods.outcomes import bands_of, pair, passed_of
from songyuan_analysis.methods.pairing import (
    Keyed,
    in_base_unit,
    joined,
    month_numbers,
    one_ground,
    picked,
    series_codes,
    texts_at,
)
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.observations.breaks import Break

Texts = NDArray[np.object_]


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
    A whole year, a cut, a share and a stock need nothing more. Rows as in `track`; columns of `frames.RESULT`.
    """
    rows = pair(observations, targets, province=province)
    return settle(required_of(rows, observations, breaks, vintages), refusals)


def required_of(
    rows: pd.DataFrame, observations: pd.DataFrame, breaks: Iterable[Break], vintages: Vintages
) -> pd.DataFrame:
    """Return the required growth of pairs of targets and outcomes; see `required_growths`."""
    passed, kind = passed_of(rows), rows["t_kind"]
    open_ = (passed < 100) & rows["outcome"].notna().to_numpy()
    tied = kind.isin(["growth", "relational"]).to_numpy() & open_
    amount = (kind == "amount").to_numpy() & open_ & ~rows["t_stock"].to_numpy(np.bool_)
    share = seasonal_progress(observations, at=rows, years=1, vintages=vintages)
    fraction = Bands(*(share[name].to_numpy(np.float64) / 100 for name in ("low", "obs_value", "high")))
    usable = (fraction.low > 0) & (fraction.high < 1)
    by_share = carry(rest_by_share, bands_of(rows, "outcome"), fraction, bands_of(rows, "target"))
    by_share = by_share.where(tied & usable)
    by_levels, refusal, comment, cells = _by_levels(rows, observations, breaks, vintages)
    mine = np.where(amount, refusal, np.where(tied, share["refusal"].to_numpy(object), ""))
    values = Bands(
        *(
            np.where(amount, getattr(by_levels, side), getattr(by_share, side))
            for side in ("low", "mid", "high")
        )
    )
    lacking = tied & np.isnan(by_share.mid)
    said = "没有上年同期占全年的比重（" + share["comment_obs"].to_numpy(object) + "）"
    words = np.where(lacking, said, np.where(amount, comment, ""))
    sources = np.where(tied, share["sources"].to_numpy(object), np.where(amount, cells, ""))
    return result(
        rows,
        values.where(mine == ""),
        method="required_growths",
        sources=pd.Series(joined(rows["place"].to_numpy(object), sources), rows.index),
        refusal=pd.Series(mine, rows.index),
        comment=pd.Series(words, rows.index),
        measure="yoy",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )


def _by_levels(
    rows: pd.DataFrame, observations: pd.DataFrame, breaks: Iterable[Break], vintages: Vintages
) -> tuple[Bands, Texts, Texts, Texts]:
    """Return required growth of levels in one series, with refusals, reasons and cells."""
    levels = observations[(observations["measure"] == "level") & observations["obs_value"].notna()]
    levels = levels[levels["indicator"].isin(rows["indicator"])].reset_index(drop=True)
    codes = series_codes(levels, (*SERIES, "unit_measure"), rows) * 10_000_000
    start, end = (month_numbers(pd.concat([levels[n], rows[n]])) for n in ("period_start", "period_end"))
    keys = codes + (start % 12) * 1_000_000 + end
    past, own = Keyed(keys[: len(levels)], levels), slice(len(levels), None)
    part = past.find(keys[own] - 12)
    whole = past.find(codes[own] + end[own] // 12 * 12 - 1)
    values = in_base_unit(levels)
    target = 10.0 ** rows["t_unit_mult"].to_numpy(np.float64)
    now, goal = (bands_of(rows, name) for name in ("outcome", "target"))
    now, goal = (Bands(b.low * target, b.mid * target, b.high * target) for b in (now, goal))
    base, so_far = picked(values, whole), picked(values, part)
    rest = carry(rest_by_levels, base, so_far, now, goal)
    refusal, comment = (np.full(len(rows), "", object) for _ in range(2))
    both = whole.there & part.there
    comment[~both] = "没有上年全年数或上年同期数"
    spent = both & (base.low - so_far.high <= 0)
    refusal[spent], comment[spent] = ComparabilityError.rule, "上年剩余时期的基数不是正数"
    mixed = both & ~one_ground(levels.iloc[whole.at], levels.iloc[part.at]) if len(levels) else both
    comment[mixed] = f"上年全年数与同期数{MIXED}"
    if vintages == "refuse":
        refusal[mixed], comment[mixed] = VintageMismatchError.rule, "上年全年数与同期数出自不同版次"
    twice = whole.doubled | part.doubled
    refusal[twice], comment[twice] = ComparabilityError.rule, "上年有两个不同的数，不能取舍"
    year = rows["t_year"].to_numpy(np.int64)
    for one in breaks:
        cut = (rows["ref_area"] == one.ref_area) & rows["indicator"].isin(one.indicators)
        over = cut.to_numpy() & (year - 1 <= int(one.before)) & (year >= int(one.after))
        refusal[over], comment[over] = VintageMismatchError.rule, f"中间有断点：{one.what}"
    other = ((rows["t_price_base"] != "") & (rows["t_price_base"] != rows["price_base"])).to_numpy()
    refusal[other], comment[other] = PriceBaseMismatchError.rule, "目标与总量的价格口径不同"
    hidden = np.array([has_hidden_base(str(code)) for code in rows["indicator"]], np.bool_)
    refusal[hidden] = UnknownBaseError.rule
    comment[hidden] = "该指标的增速按可比口径计算，上年公布数不是它的基数"
    cells = places(levels).to_numpy(object)
    return rest, refusal, comment, joined(texts_at(cells, whole), texts_at(cells, part))
