"""Series that run evenly: levels of single months, quarters or years, one after the other, without gaps.

Benchmarking and seasonal adjustment know a figure by its place in the series alone; a hole, a cumulative figure or a
change of unit would move every later figure without a sign. What breaks the row is therefore found first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    SeriesGapError,
    UnitMismatchError,
    UsageError,
)
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.frames import SERIES, is_cumulative

NEEDED = (
    *SERIES, "time_period", "period_start", "period_end", "cumulative", "obs_value", "unit", "unit_measure", "unit_mult",
)  # fmt: skip
Months: TypeAlias = NDArray[np.int64]


def spans(observations: pd.DataFrame) -> Months:
    """Return how many months each figure spans."""
    return month_numbers(observations["period_end"]) - month_numbers(observations["period_start"]) + 1


def whole_year(year: object) -> int:
    """Return a year that somebody asked for as a number; ``"2024"`` is one, 2024.5 is none."""
    text = str(year).strip()
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise UsageError(f"年份“{year}”不成立。", remedy="写成 2024。")
    return int(text)


def january_february(observations: pd.DataFrame) -> pd.Series:
    """Return which figures are one cell for January and February."""
    first = month_numbers(observations["period_start"])
    return pd.Series((first % 12 == 0) & (spans(observations) == 2), index=observations.index)


def irregularities(observations: pd.DataFrame, allowed: Sequence[int]) -> pd.DataFrame:
    """Return for each row why its series does not run evenly.

    Parameters
    ----------
    observations : DataFrame
        With the columns `NEEDED`; several series at once, told apart by `SERIES`.
    allowed : sequence of int
        Spans in months that a series may be made of: ``(1, 3)``, ``(12,)``.

    Returns
    -------
    DataFrame
        Columns ``refusal`` (the rule, "" for a series without fault) and ``reason``, equal over all rows of a series
        except where the reason names a period; the index of `observations`.

    Notes
    -----
    The first fault in this order counts: rates, cumulative figures, January–February as one cell, spans that
    are not allowed or mixed, units, periods that stand twice, missing periods and figures.
    """
    found = pd.DataFrame({"refusal": "", "reason": ""}, index=observations.index)
    if observations.empty:
        return found
    code = (
        observations.reset_index(drop=True)
        .groupby(list(SERIES), sort=False, dropna=False)
        .ngroup()
        .to_numpy()
    )
    first, span = month_numbers(observations["period_start"]), spans(observations)
    order = np.lexsort((first, code))
    follows = np.zeros(len(order), np.bool_)  # of one series with the row before, in order
    follows[1:] = code[order][1:] == code[order][:-1]
    step = np.zeros(len(order), np.int64)
    step[1:] = np.diff(first[order])
    twice, gap = np.zeros_like(follows), np.zeros_like(follows)
    twice[order] = follows & (step == 0)
    gap[order] = follows & (step != span[order]) & (step != 0)
    together = january_february(observations).to_numpy()
    cumulative = is_cumulative(observations) & (span != 12) & ~together
    wrong_span = ~np.isin(span, allowed) | (first % np.where(span > 0, span, 1) != 0)
    rate = (observations["measure"] != "level").to_numpy() | (observations["unit"] == "%").to_numpy()
    unit = pd.factorize(observations["unit_measure"])[0] * 64 + observations["unit_mult"].to_numpy(
        np.int64, na_value=0
    )
    missing = ~np.isfinite(observations["obs_value"].to_numpy(np.float64, na_value=np.nan))
    accumulation = AccumulationMismatchError.rule
    faults: list[tuple[NDArray[np.bool_], str, str]] = [
        (rate, ComparabilityError.rule, "增速、比重等比率不是总量"),
        (cumulative, accumulation, "混有累计数"),
        (together, accumulation, "1—2月合并公布，没有单月数"),
        (wrong_span | (span != _first_of(span, code)), accumulation, "时期长短不一，或不是所要求的频度"),
        (unit != _first_of(unit, code), UnitMismatchError.rule, "计量单位不一"),
        (twice, SeriesGapError.rule, "同一时期有两个数"),
        (gap, SeriesGapError.rule, "这一期之前有缺期"),
        (missing, SeriesGapError.rule, "缺数"),
    ]
    taken = np.zeros(len(order), np.bool_)
    periods = observations["time_period"].to_numpy(object)
    for mask, rule, reason in faults:
        if not mask.any():
            continue
        where = pd.Series(periods).where(mask).groupby(code).transform("first")  # its first such row
        new = where.notna().to_numpy() & ~taken
        found.loc[new, "refusal"] = rule
        found.loc[new, "reason"] = f"{reason}（" + where[new].astype("str").to_numpy() + "）"
        taken |= new
    return found


def _first_of(values: NDArray[Any], code: NDArray[Any]) -> Months:
    return pd.Series(values).groupby(code).transform("first").to_numpy(np.int64)
