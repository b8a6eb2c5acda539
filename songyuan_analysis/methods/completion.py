"""How far the year has come: completion of a level, the calendar, and what past years had reached by the same month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, TypeAlias, overload

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UnitMismatchError, UsageError, VintageMismatchError
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.comparable import require_same_series
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import SERIES, Refusals, places, require_columns, result, settle
from songyuan_analysis.methods.pairing import (
    Keyed,
    in_base_unit,
    joined,
    known_flows,
    month_numbers,
    one_ground,
    picked,
    series_codes,
    texts_at,
)
from songyuan_analysis.methods.precision import Interval, propagate

Vintages: TypeAlias = Literal["refuse", "note"]
NEEDED = (*SERIES, "period_start", "period_end", "obs_value", "unit_measure", "unit_mult")
MIXED = "出自不同版次，仅供参考"


def share_of(part: Any, whole: Any) -> Any:
    """Return a part as a share of a whole, in %; works on floats and on arrays."""
    return 100 * part / whole


@overload
def completion(done: float, target: float) -> float: ...
@overload
def completion(done: Interval, target: float) -> Interval: ...
def completion(done: float | Interval, target: float) -> float | Interval:
    """Return the rate of completion (完成率), in %.

    Formula: ``100 · Y_k / A*``. Source: a half-year report of the city (760 of 1790 is printed 42.5 %).
    The target is exact. A negative outcome has a negative rate.

    Raises
    ------
    UsageError
        If the target is not positive: targets of growth have no rate of completion.
    """
    if not target > 0:
        raise UsageError(
            f"目标 {target:g} 不是正数，没有完成率。", remedy="增速目标请比较增速，不要算完成率。"
        )
    if isinstance(done, Interval):
        return propagate(lambda x: float(share_of(x, target)), done)
    return float(share_of(done, target))


def time_progress(month: int, months: int = 12) -> float:
    """Return the share of the year that has passed by the end of a month (时间进度、序时进度), in %.

    Formula: ``100 · k / 12``, the calendar share that published bulletins use.
    It knows no seasons: Songyuan makes about 40 % of its GDP in the first half. Quarters: ``months=4``.
    """
    if not 1 <= month <= months:
        raise UsageError(f"第 {month} 期不在 1 至 {months} 之内。", remedy="检查月份。")
    return float(share_of(month, months))


def due(target: Any, passed: Any) -> Any:
    """Return the part of a year's target that the calendar asks for: ``A* · p / 100``; works on floats and on arrays.

    `passed` is the time progress in %. Only what adds up over the year is due in parts: no stock and no ceiling is.
    """
    return target * (passed / 100)


@overload
def schedule_gap(done: float, target: float, month: int) -> float: ...
@overload
def schedule_gap(done: Interval, target: float, month: int) -> Interval: ...
def schedule_gap(done: float | Interval, target: float, month: int) -> float | Interval:
    """Return how far completion runs ahead of the calendar, in percentage points; negative is behind.

    Formula: ``completion − time progress``. Source: a city budget report of 2010 (74 % by August is
    7.33 ahead).
    """
    passed = time_progress(month)
    if isinstance(done, Interval):
        return propagate(lambda x: x - passed, completion(done, target))
    return completion(done, target) - passed


def seasonal_share(
    so_far: Datum, year: Datum, breaks: Iterable[Any] = (), *, vintages: Vintages = "refuse"
) -> Interval:
    """Return the share of a year's level that had been reached by a month, in %.

    Formula: ``s = 100 · Y0_k / L0``. Source: definition; Songyuan's half-years reach about 40 % of the year.

    Parameters
    ----------
    so_far, year : Datum
        The cumulative level and the level of the same whole year.
    vintages : {"refuse", "note"}
        What to do where the two were released apart, as a report within the year and the bulletin after it always
        are; ``note`` computes an indicative share.

    Raises
    ------
    ComparabilityError
        One of its kinds if the two are not of one series; also if they are not a January accumulation and its own
        whole year, or the year's level is not surely positive.
    """
    try:
        require_same_series(so_far, year, breaks)
    except VintageMismatchError:
        if vintages == "refuse":
            raise
    starts = so_far.period_start == year.period_start and so_far.period_start[5:] == "01"
    if not starts or year.months != 12 or not 1 <= so_far.months <= 12:
        raise ComparabilityError(
            f"{so_far.said} 与 {year.said} 不是同一年从1月起的累计数和全年数。",
            file=so_far.file,
            sheet=so_far.sheet,
            cell=so_far.cell,
            remedy="换成同一年的累计数和全年数。",
        )
    whole = year.base_interval
    if whole.low <= 0:
        raise ComparabilityError(
            f"{year.said} 不是正数，没有比重。", file=year.file, sheet=year.sheet, cell=year.cell
        )
    return propagate(lambda a, b: float(share_of(a, b)), so_far.base_interval, whole)


def seasonal_shares(
    observations: pd.DataFrame, *, vintages: Vintages = "refuse", refusals: Refusals = "mark"
) -> pd.DataFrame:
    """Return, for every cumulative level, its share of the level of its own year, in %.

    Formula and rules as `seasonal_share`, on columns. Levels from January to a month of flows; stocks and single
    months have no share and no row. A year without its whole is missing: nothing bridges it.

    Parameters
    ----------
    observations : DataFrame
        Observations; any number of series.
    vintages : {"refuse", "note"}
        See `seasonal_share`.
    refusals : {"raise", "mark"}
        See `songyuan_analysis.methods.frames.settle`.

    Returns
    -------
    DataFrame
        Columns of `frames.RESULT` with measure ``share``, one row for each cumulative level, in the order and
        with the index of `observations`.
    """
    require_columns(observations, NEEDED)
    start, end = (month_numbers(observations[name]) for name in ("period_start", "period_end"))
    cumulative = (start >= 0) & (start % 12 == 0) & (end // 12 == start // 12)
    usable = cumulative & (observations["measure"] == "level").to_numpy() & known_flows(observations)
    levels = observations[usable & observations["obs_value"].notna().to_numpy()]
    start, end = (month_numbers(levels[name]) for name in ("period_start", "period_end"))
    whole = np.flatnonzero(end % 12 == 11)
    keys = series_codes(levels, SERIES) * 10_000 + start // 12
    found = Keyed(keys[whole], levels.iloc[whole]).find(keys)
    at = whole[found.at] if len(whole) else np.zeros(len(levels), np.int64)
    found = replace(found, at=at)
    values = in_base_unit(levels)
    year = picked(values, found)
    refusal, comment = (np.full(len(levels), "", object) for _ in range(2))
    comment[~found.there] = "没有当年的全年数"
    mixed = found.there & ~one_ground(levels, levels.iloc[at])
    comment[mixed] = f"累计数与全年数{MIXED}"
    if vintages == "refuse":
        refusal[mixed], comment[mixed] = VintageMismatchError.rule, "累计数与全年数出自不同版次，不能相除"
    dimension = levels["unit_measure"].to_numpy(object)
    other = found.there & (dimension != texts_at(dimension, found))
    refusal[other], comment[other] = UnitMismatchError.rule, "累计数与全年数的计量单位不同类"
    zero = found.there & (year.low <= 0)
    refusal[zero], comment[zero] = ComparabilityError.rule, "全年数不是正数，没有比重"
    twice = "当年有两个不同的全年数，不能取舍"
    refusal[found.doubled], comment[found.doubled] = ComparabilityError.rule, twice
    where = places(levels).to_numpy(object)
    filled = result(
        levels,
        carry(share_of, values, year).where(refusal == ""),
        method="seasonal_shares",
        sources=pd.Series(joined(where, texts_at(where, found)), levels.index),
        refusal=pd.Series(refusal, levels.index),
        comment=pd.Series(comment, levels.index),
        measure="share",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )
    return settle(filled, refusals)


def seasonal_progress(
    observations: pd.DataFrame,
    *,
    at: pd.DataFrame | None = None,
    years: int = 3,
    vintages: Vintages = "refuse",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Return what the years before had reached by the same month (季节进度): mean, least and most, in %.

    Formula: the mean of ``s_y = 100 · Y_k,y / L_y`` over those of the last `years` calendar years that have both
    figures. A missing year is missing: no older one takes its place.

    Parameters
    ----------
    observations : DataFrame
        Observations with the levels of the years before.
    at : DataFrame, optional
        Rows to answer for, by ref_area, indicator, scope and period_end, such as published growth of this year; the
        cumulative levels of `observations` without it.
    years : int
        How many years back, at least 1.
    vintages, refusals
        See `seasonal_shares`.

    Returns
    -------
    DataFrame
        Columns of `frames.RESULT` (``obs_value`` is the mean, ``low`` and ``high`` its precision), then ``least``,
        ``most`` (of the years' shares as printed) and ``years`` (how many went in); with the rows of `at`. Where no
        year is left, ``refusal`` is the one of the latest year that was refused.
    """
    if years < 1:
        raise UsageError(f"年数 {years} 不成立。", remedy="年数至少为 1。")
    shares = seasonal_shares(observations, vintages=vintages, refusals=refusals)
    rows = shares if at is None else at
    codes = series_codes(shares, ("ref_area", "indicator", "scope"), rows) * 100_000
    end = month_numbers(rows["period_end"])
    past = Keyed(codes[: len(shares)] + month_numbers(shares["period_end"]), shares)
    band = Bands(*(shares[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))
    cells, words, rules = (shares[name].to_numpy(object) for name in ("sources", "comment_obs", "refusal"))
    taken, texts, notes = [], [], []
    refusal = np.full(len(rows), "", object)
    for back in range(1, years + 1):
        found = past.find(codes[len(shares) :] + end - 12 * back)
        taken.append(picked(band, found))
        missing = np.isnan(taken[-1].mid)
        texts.append(np.where(missing, "", texts_at(cells, found)))
        notes.append(texts_at(words, found))
        refusal = np.where(refusal == "", texts_at(rules, found), refusal)
    low, mid, high = (np.array([getattr(one, side) for one in taken]) for side in ("low", "mid", "high"))
    count = (~np.isnan(mid)).sum(axis=0)
    none = count == 0
    mean = (
        np.where(none, np.nan, np.nansum(part, axis=0) / np.maximum(count, 1)) for part in (low, mid, high)
    )
    said = (f"前{years}年都没有可用的数", *(f"前{years}年中{n}年有数" for n in range(1, years)), "")
    short = np.array(said, object)[count]
    filled = result(
        rows,
        Bands(*mean),
        method="seasonal_progress",
        sources=pd.Series(joined(*texts), rows.index),
        refusal=pd.Series(np.where(none, refusal, ""), rows.index),
        comment=pd.Series(joined(short, *notes), rows.index),
        measure="share",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )
    filled["least"] = np.where(none, np.nan, np.where(np.isnan(mid), np.inf, mid).min(axis=0))
    filled["most"] = np.where(none, np.nan, np.where(np.isnan(mid), -np.inf, mid).max(axis=0))
    filled["years"] = count
    return filled
