"""Frames of single periods added up: months or quarters since January, months to quarters, quarters to years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UsageError, VintageMismatchError
from songyuan_analysis.methods.addresses import joined_lists
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, dense, families, month_texts, period_texts
from songyuan_analysis.methods.frames import Refusals, is_cumulative, places, result, settle
from songyuan_analysis.methods.grounds import Levels, level_rows
from songyuan_analysis.methods.matching import Pool, kept, scaled, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.single_period import Step, length_of, refuse_stocks

Whole: TypeAlias = Literal["quarter", "half", "year"]
_AT_ODDS = "1月、2月之和与1—2月合并数不符，不知用哪一个"
_WHOLE: dict[Whole, int] = {"quarter": 3, "half": 6, "year": 12}


def cumulate(
    observations: pd.DataFrame, *, step: Step = "month", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return cumulative levels out of single months, quarters or half-years; the inverse of `single_period`.

    Formula: ``Y_k = x_1 + … + x_k``. Source: definition. January to February may stand as one cell of two months; beside
    both months it is left aside where it can be their sum, and refused with them where it cannot.
    Within one vintage; other figures are left aside.

    Parameters
    ----------
    observations : DataFrame
        Levels of single periods: observations, or what `single_period` returned.
    step : {"month", "quarter", "half"}
        Which single periods are added; one kind at a time, so that nothing is added twice.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, one row for each single period, from all cells up to it. After a gap the
        rest of the year is missing.

    Raises
    ------
    AccumulationMismatchError
        For stocks and rates.
    VintageMismatchError
        If a figure names neither file nor release date.
    ComparabilityError
        If one vintage has two different numbers for one period, or January to February is not January and February.
    """
    length = length_of(step)
    cells = _cells(observations, length)
    sums = _over(cells, lambda board: np.cumsum(board, axis=1))
    rows = cells.used | (cells.refused != 0)
    return _framed(cells, rows, sums, refusals, each=12 // length, start=cells.levels.end // 12 * 12)


def sum_periods(
    observations: pd.DataFrame, *, step: Step = "month", to: Whole = "quarter", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return levels of quarters, half-years or years as sums of single months or quarters.

    Formula: ``Q = x_1 + x_2 + x_3``. Source: definition. A quarter with a missing month is missing. The first
    quarter may be made of January to February and March. Otherwise as `cumulate`.

    Parameters
    ----------
    observations : DataFrame
    step, to : str
        What is added, and to what.
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, one row for the last single period of each sum.
    """
    length, whole = length_of(step), _WHOLE.get(to, 0)
    if whole <= length:
        raise UsageError(f"{step} 不能合成 {to}。", remedy="合成的时期应长于原来的时期。")
    cells, each = _cells(observations, length), whole // length

    def add(board: Array) -> Array:
        wholes = board.reshape(len(board), board.shape[1] // each, each).cumsum(axis=2)
        return wholes.reshape(board.shape)

    sums = _over(cells, add)
    last = (cells.levels.end + 1) % whole == 0
    rows = (cells.used | (cells.refused != 0)) & last
    start = cells.levels.end - whole + 1
    return _framed(cells, rows, sums, refusals, each=each, start=start, cumulative=False)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Single periods on boards: a line for each series, vintage and year, a column for each period of the year."""

    levels: Levels
    values: Bands
    group: Ints
    column: Ints
    place: Ints
    columns: int
    groups: int
    used: Flags
    pair: Flags
    refused: Ints
    said: Reasons


def _cells(observations: pd.DataFrame, length: int) -> _Cells:
    levels = _single(Levels(level_rows(observations)), length)
    said = Reasons(len(levels))
    refuse_stocks(levels, said)
    family = _family(levels)
    said.say(family < 0, VintageMismatchError, "没有文件校验码和发布日期，不知出自哪一版次")
    year = levels.end // 12
    parts = [levels.areas, levels.indicators, levels.units, levels.prices, levels.scopes, family, year]
    pool = Pool(*parts, levels.end, levels.span)
    clash = pool.clashes(levels.base_values() if pool.twins else levels.values)
    said.say(clash, ComparabilityError, "在同一版次里有两个不同的数，不知用哪一个")
    group, groups = dense(parts)
    pair = (levels.span == 1) & (length == 1)
    if pair.any():
        said.say(_at_odds(levels, group, groups, pair), ComparabilityError, _AT_ODDS)
    reference = _reference_power(levels, group, groups)
    refused = said.found.copy()
    used = pool.first_of_equals() & (refused == 0)
    # January to February as one cell counts where no February stands alone; its January is then in it.
    has_february = np.zeros(groups, bool)
    has_february[group[used & ~pair & (levels.end % 12 == 1)]] = True
    used &= ~(pair & has_february[group])
    column, columns = levels.end % 12 // length, 12 // length
    return _Cells(
        levels,
        scaled(levels.values, levels.powers - reference),
        group,
        column,
        group * columns + column,
        columns,
        groups,
        used,
        pair,
        refused,
        said,
    )


def _at_odds(levels: Levels, group: Ints, groups: int, pair: Flags) -> Flags:
    """Mark January, February, and the cell of both where the two cannot add up to it."""
    values, month = levels.base_values(), levels.end % 12
    kinds = [np.flatnonzero(where) for where in (~pair & (month == 0), ~pair & (month == 1), pair)]
    low, high = (np.full((3, groups), np.nan) for _ in range(2))
    for kind, rows in enumerate(kinds):
        low[kind, group[rows]], high[kind, group[rows]] = values.low[rows], values.high[rows]
    noise = 1e-9 * np.abs(low[2])
    apart = (low[0] + low[1] > high[2] + noise) | (high[0] + high[1] < low[2] - noise)
    return np.asarray(apart[group] & (pair | (month < 2)))


def _single(rows: Levels, length: int) -> Levels:
    start, span = rows.start, rows.span + 1
    single = (span == length) & (start % length == 0)
    if length == 1:
        single |= (span == 2) & (start % 12 == 0)
    if "cumulative" in rows.frame and length > 1:
        # 1—3月 as it was published since January is the first quarter too, but only where no other stands for it.
        single &= ~is_cumulative(rows.frame) | (start % 12 == 0)
    return rows.only(single & (start >= 0))


def _family(levels: Levels) -> Ints:
    dates, words = families(levels.frame, "vintage")
    # Files of one known date are one release; a file without a date is one of its own.
    return np.where(dates >= 0, dates, np.where(levels.file >= 0, levels.file + len(words), UNKNOWN))


def _reference_power(levels: Levels, group: Ints, groups: int) -> Array:
    reference = np.zeros(groups)
    reference[group[::-1]] = levels.powers[::-1]
    return reference[group]


def _over(cells: _Cells, formula: Callable[[Array], Array]) -> Bands:
    parts, shape = [], (cells.groups, cells.columns)
    alone, pair = np.flatnonzero(cells.used & ~cells.pair), np.flatnonzero(cells.used & cells.pair)
    for part in (cells.values.low, cells.values.mid, cells.values.high):
        board = np.full(cells.groups * cells.columns, np.nan)
        board[cells.place[alone]] = part[alone]
        found = formula(board.reshape(shape)).take(cells.place)
        if len(pair):
            board[cells.place[pair] - 1] = 0.0
            board[cells.place[pair]] = part[pair]
            with_pairs = formula(board.reshape(shape)).take(cells.place)
            found = np.where(cells.column > 0, with_pairs, found)
        parts.append(found)
    return scaled(
        Bands(*parts), _reference_power(cells.levels, cells.group, cells.groups) - cells.levels.powers
    )


def _sources(cells: _Cells, rows: Ints, each: int) -> pd.Series:
    """Join the cells of the sums of rows; a new sum begins every `each` columns of the boards."""
    own = places(cells.levels.frame)
    if not (own != "").any():
        return own.iloc[rows]
    board = np.full(cells.groups * cells.columns, UNKNOWN, np.int32)
    used = np.flatnonzero(cells.used)
    board[cells.place[used]] = used
    # A cell of January and February takes the place of a January alone.
    board[cells.place[used[cells.pair[used]]] - 1] = UNKNOWN
    # What is added up stands side by side on the board: everything from the start of the sum, then the row itself.
    last = cells.place[rows]
    length = (cells.column[rows] % each + 1).astype(np.int32)
    ends = np.cumsum(length, dtype=np.int64)
    squares = np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
    squares += np.repeat((last - ends + 1).astype(np.int32), length)
    items = board.take(squares)
    items[ends - 1] = rows
    there = items >= 0
    if not there.all():
        ends, items = np.cumsum(there, dtype=np.int64)[ends - 1], items[there]
    return joined_lists(own, items, ends)


def _framed(
    cells: _Cells,
    keep: Flags,
    sums: Bands,
    refusals: Refusals,
    *,
    each: int,
    start: Ints,
    cumulative: bool = True,
) -> pd.DataFrame:
    cells.said.say(np.isnan(sums.mid) & (cells.refused == 0), None, "之前缺一个单期数，不能累计")
    rows, like = np.flatnonzero(keep), kept(cells.levels.frame, keep)
    index, start, end = like.index, start[rows], cells.levels.end[rows]
    said = cells.said.of(rows)
    found = result(
        like,
        taken(sums.where(cells.refused == 0), rows),
        method="cumulate" if cumulative else "sum_periods",
        sources=_sources(cells, rows, each).set_axis(index),
        refusal=said.refusal(index),
        comment=said.reason(index),
        time_period=period_texts(start, end, index, cumulative=cumulative),
        period_start=month_texts(start, index),
        cumulative=cumulative,
    )
    return settle(found, refusals)
