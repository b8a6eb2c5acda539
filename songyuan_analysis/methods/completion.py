"""How far the year has come: completion of a level, the calendar, and what past years had reached by the same month."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, overload

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UnitMismatchError, UsageError, VintageMismatchError
from songyuan_analysis.methods.addresses import listed, listed_at, texts_at
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.codes import UNKNOWN, Ints, coded, coded_alike, codes, marked, months, worded
from songyuan_analysis.methods.comparable import require_same_series
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import SERIES, Refusals, require_columns, result, settle
from songyuan_analysis.methods.grounds import in_base_unit, levels_about, one_ground
from songyuan_analysis.methods.matching import Pool, kept, taken
from songyuan_analysis.methods.matching import at as taken_at
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.selection import cells_at
from songyuan_analysis.methods.single_period import cumulates

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
    found = shares_of(observations, vintages)
    index = found.rows.index
    filled = result(
        found.rows,
        found.values,
        method="seasonal_shares",
        sources=_both_cells(found),
        refusal=found.said.refusal(index),
        comment=found.said.reason(index),
        measure="share",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )
    return settle(filled, refusals)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Cumulative levels with their shares of the year: position of the whole year, share in %, what was said, last month."""

    rows: pd.DataFrame
    whole: Ints
    values: Bands
    said: Reasons
    end: Ints


def shares_of(
    observations: pd.DataFrame, vintages: Vintages, codes_of_series: Sequence[Ints] | None = None
) -> Shares:
    """Find for every cumulative level the whole year, and its share of it; see `seasonal_shares`.

    Who has the codes of the columns `SERIES` already, hands them on.
    """
    start, end = months(observations["period_start"]), months(observations["period_end"])
    usable = (start >= 0) & (start % 12 == 0) & (end // 12 == start // 12)
    usable &= marked(observations["measure"], "level".__eq__) & marked(observations["indicator"], cumulates)
    usable &= ~np.isnan(observations["obs_value"].to_numpy(np.float64))
    rows = kept(observations, usable)
    start, end = start[usable], end[usable]
    given = codes_of_series
    series = coded(rows, SERIES) if given is None else [part[usable] for part in given]
    values = in_base_unit(rows)
    years = np.flatnonzero(end % 12 == 11)
    pool = Pool(*(part[years] for part in series), start[years] // 12)
    place = pool.exact(*series, start // 12)
    there = place >= 0
    whole = np.where(there, taken_at(years, place), UNKNOWN)
    year = taken(values, whole)
    said = Reasons(len(rows))
    doubled = there & taken_at(pool.contradicted(values.mid[years]), place)
    said.say(doubled, ComparabilityError, "当年有两个不同的全年数，不能取舍")
    said.say(there & (year.low <= 0), ComparabilityError, "全年数不是正数，没有比重")
    dimension = codes(rows["unit_measure"])[0]
    other = there & (dimension != taken_at(dimension, whole))
    said.say(other, UnitMismatchError, "累计数与全年数的计量单位不同类")
    mixed = there & ~one_ground(rows, np.arange(len(rows)), whole)
    if vintages == "refuse":
        said.say(mixed, VintageMismatchError, "累计数与全年数出自不同版次，不能相除")
    said.say(mixed, None, f"累计数与全年数{MIXED}")
    said.say(~there, None, "没有当年的全年数")
    shares = carry(share_of, values, year)
    good = ~said.refused
    return Shares(rows, whole, shares if good.all() else shares.where(good), said, end)


def _both_cells(shares: Shares) -> pd.Series | str:
    """Return the addresses of a level and of its whole year; a whole year is one cell."""
    own = np.arange(len(shares.whole))
    return cells_at(
        shares.rows, (own, np.where(shares.whole == own, UNKNOWN, shares.whole)), shares.rows.index
    )


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
    if refusals == "raise":
        seasonal_shares(observations, vintages=vintages, refusals=refusals)
    require_columns(observations, NEEDED)
    if at is None:
        shares = shares_of(observations, vintages)
        return progress_of(shares, shares.rows, years)
    return progress_of(shares_of(levels_about(observations, at), vintages), at, years)


def progress_of(shares: Shares, rows: pd.DataFrame, years: int) -> pd.DataFrame:
    """Return the mean share of the years before, for some rows; see `seasonal_progress`."""
    keys = ("ref_area", "indicator", "scope")
    if rows is shares.rows:
        end = shares.end
        own = asked = coded(rows, keys)
    else:
        end = months(rows["period_end"])
        own, asked = coded_alike(shares.rows, rows, keys)
    pool, index = Pool(*own, shares.end), rows.index
    doubled = pool.contradicted(shares.values.mid)
    past = [pool.exact(*asked, np.where(end < 0, UNKNOWN, end - 12))]
    for back in range(2, years + 1):
        # What the year before has as its year before is known; only where there is none, an older one is looked up.
        chained = asked is own
        older = taken_at(past[0], past[-1]) if chained else np.full(len(rows), UNKNOWN, np.int64)
        open_ = np.flatnonzero(past[-1] < 0) if chained else np.arange(len(rows))
        sought = np.where(end < 0, UNKNOWN, end - 12 * back)[open_]
        older[open_] = pool.exact(*(part[open_] for part in asked), sought)
        past.append(older)
    used = [np.where(taken_at(doubled, row), UNKNOWN, row) for row in past] if doubled.any() else past
    bands = [taken(shares.values, row) for row in used]
    there = [~np.isnan(band.mid) for band in bands]
    count = np.sum(there, axis=0)
    none = count == 0
    total = [
        sum(np.where(t, getattr(b, side), 0.0) for b, t in zip(bands, there, strict=True)) for side in _SIDES
    ]
    mean = Bands(*(np.where(none, np.nan, part / np.maximum(count, 1)) for part in total))
    cells = _both_cells(shares)
    if not isinstance(cells, str):
        cells = listed_at(
            cells, [np.where(t, row, UNKNOWN) for row, t in zip(used, there, strict=True)], index
        )
    refused = np.where(shares.said.refused, shares.said.found, 0)
    refusal = np.zeros(len(rows), np.int64)
    notes: list[pd.Series | str] = []
    if (count < years).any():
        none = "上年没有可用的数" if years == 1 else f"前{years}年都没有可用的数"
        said = (none, *(f"前{years}年中{n}年有数" for n in range(1, years)), "")
        notes.append(worded(count, said, index))
    reason = shares.said.reason(shares.rows.index)
    for row in past:
        if isinstance(reason, str):
            break
        notes.append(texts_at(reason, row, index))
        refusal = np.where(refusal == 0, np.where(row < 0, 0, taken_at(refused, row)), refusal)
    filled = result(
        rows,
        mean,
        method="seasonal_progress",
        sources=cells,
        refusal=worded(np.where(none, refusal, 0), shares.said.rules, index),
        comment=listed(*notes),
        measure="share",
        unit="%",
        unit_measure="PT",
        unit_mult=0,
    )
    # Infinities are cheaper to pass over than what is missing.
    for name, least, nothing in (("least", np.minimum, np.inf), ("most", np.maximum, -np.inf)):
        told = (np.where(t, band.mid, nothing) for t, band in zip(there, bands, strict=True))
        filled[name] = np.where(none, np.nan, functools.reduce(least, told))
    filled["years"] = count
    return filled


_SIDES = ("low", "mid", "high")
