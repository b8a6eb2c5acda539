"""The year's end from the growth so far: what past years did between this month and their end.

The only model is experience: annual growth less the growth of January to the same month, over past years. It
knows no news of this year; `backtest` says how far it could have been trusted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from songyuan_analysis.errors import ComparabilityError, SampleTooSmallError, UsageError
from songyuan_analysis.methods.addresses import joined_lists
from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.codes import Flags, Ints
from songyuan_analysis.methods.differences import (
    ALL_YEARS,
    LEAST_SPREAD,
    TWICE,
    UNUSUAL,
    Growths,
    Moments,
    growths_of,
    moments_of,
    without_words,
)
from songyuan_analysis.methods.frames import (
    RESULT,
    Refusals,
    places,
    result,
    settle,
)
from songyuan_analysis.methods.matching import Pool, taken
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.regular import whole_year

MIN_YEARS = 6


def expected_growth(so_far: Any, mean: Any) -> Any:
    """Return the growth of the year that experience expects; floats or arrays."""
    return so_far + mean


def bound_of_growth(so_far: Any, mean: Any, spread: Any, factor: Any) -> Any:
    """Return an end of the prediction interval; `factor` is ``± t · √(1 + 1/n)``."""
    return so_far + mean + factor * spread


def chance_by_t(so_far: Any, mean: Any, spread: Any, target: Any, years: Any) -> Any:
    """Return the probability of reaching a target, in %: ``100 · P(T_{n−1} ≥ (g* − g − ē) / (s·√(1 + 1/n)))``."""
    return 100 * stats.t.sf((target - so_far - mean) / (spread * np.sqrt(1 + 1 / years)), years - 1)


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What past years say about the end of this one; rates and probabilities in %.

    Attributes
    ----------
    years : int
        How many past years were used.
    state : str
        "" or why there are no numbers: 样本不足.
    expected, lower, upper : Interval or None
        Expected growth of the year, and the ends of its prediction interval.
    by_t, by_rank : Interval or None
        Probability of reaching the target by the t distribution, and the share of past years that would have.
    """

    years: int
    state: str
    expected: Interval | None = None
    lower: Interval | None = None
    upper: Interval | None = None
    by_t: Interval | None = None
    by_rank: Interval | None = None


def year_end(
    so_far: Interval, differences: Sequence[Interval], target: float, *, level: float = 0.95
) -> YearEnd:
    """Return the expected growth of the year and the probability of reaching a target.

    Formula: with ``e`` the past differences (annual growth less growth to the same month), their mean ``ē`` and
    standard deviation ``s``: expected ``g + ē``; interval ``g + ē ± t_{n−1} · s · √(1 + 1/n)``; probability
    ``P(T_{n−1} ≥ (g* − g − ē) / (s · √(1 + 1/n)))``; by rank the share of past years with ``e ≥ g* − g``. Source: the
    prediction interval of a normal sample with unknown mean and variance (textbook); no office publishes such a
    probability, so there is no published example.

    Parameters
    ----------
    so_far : Interval
        Growth of January to the month, in %.
    differences : sequence of Interval
        Of past years, in percentage points.
    target : float
        Exact, in %.
    level : float
        Coverage of the interval.

    Returns
    -------
    YearEnd
        Each number carries the precision of the print. Below six years there is no number but the state 样本不足; equal
        differences have a rank but no probability by t.
    """
    _require_level(level)
    past = Bands(*(np.array([getattr(e, side) for e in differences]) for side in ("low", "mid", "high")))
    if len(past) < MIN_YEARS:
        return YearEnd(len(past), _too_small(len(past)))
    one, zero = np.ones(1), np.zeros(len(past), np.int64)
    moments = moments_of(past, zero, 1)
    now = Bands(so_far.low * one, so_far.mid * one, so_far.high * one)
    found = _statistics(now, moments, np.full(1, float(target)), level)
    found["chance_by_rank"] = _ranks(past, zero, now, np.full(1, float(target)), moments.years)
    numbers = {
        name: None if np.isnan(band.mid[0]) else Interval(band.low[0], band.mid[0], band.high[0])
        for name, band in found.items()
    }
    return YearEnd(
        len(past),
        "",
        numbers["expected_growth"],
        numbers["lower_growth"],
        numbers["upper_growth"],
        numbers["chance_by_t"],
        numbers["chance_by_rank"],
    )


def year_ends(
    observations: pd.DataFrame,
    target: float | Mapping[str, float],
    *,
    year: int,
    leave_out: Collection[int] = UNUSUAL,
    level: float = 0.95,
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Return for every cumulative growth of a year what past years say about the year's end.

    Formula, source and edge cases: see `year_end`. Only years before `year` are asked.

    Parameters
    ----------
    observations : DataFrame
        Observations of measure ``yoy``: cumulative ones and those of whole years; any number of series.
    target : float or mapping of indicator to float
        In %; an indicator without target has no probability.
    year : int
        The year whose end is asked for.
    leave_out : collection of int
        Past years without which everything is said a second time.
    level : float
        Coverage of the interval.
    refusals : {"raise", "mark"}
        A sample that is too small is a state, therefore marked unless told otherwise. So is one in which a period has
        two different numbers: none of them is taken.

    Returns
    -------
    DataFrame
        `RESULT`, five rows for each growth and sample: ``method`` is ``expected_growth``, ``lower_growth``,
        ``upper_growth``, ``chance_by_t`` or ``chance_by_rank``, the period is the whole year; then ``known_to`` (the
        period of the growth), ``sample``, ``years`` and ``target``.
    """
    _require_level(level)
    year = whole_year(year)
    growth = growths_of(observations)
    asked = growth.part[growth.year[growth.part] == year]
    past = (growth.annual >= 0) & (growth.year[growth.part] < year)
    said = [_year_ends(growth, asked, past, ALL_YEARS, target, level)]
    if leave_out:
        rest = past & ~np.isin(growth.year[growth.part], list(leave_out))
        said.append(_year_ends(growth, asked, rest, without_words(leave_out), target, level))
    found = pd.concat(said, ignore_index=True)
    found["time_period"], found["cumulative"] = str(year), False
    found["period_start"], found["period_end"] = f"{year}-01", f"{year}-12"
    return settle(found, refusals)


def _statistics(now: Bands, past: Moments, target: Array, level: float) -> dict[str, Bands]:
    enough = past.years >= MIN_YEARS
    years = np.where(enough, past.years, np.nan)
    factor = stats.t.ppf((1 + level) / 2, years - 1) * np.sqrt(1 + 1 / years)
    goal, number = Bands.exact(target), Bands.exact(years)
    chance = carry(chance_by_t, now, past.mean, past.spread, goal, number).where(past.spread.mid > 0)
    return {
        "expected_growth": carry(expected_growth, now, past.mean).where(enough),
        "lower_growth": carry(bound_of_growth, now, past.mean, past.spread, Bands.exact(-factor)),
        "upper_growth": carry(bound_of_growth, now, past.mean, past.spread, Bands.exact(factor)),
        "chance_by_t": chance,
    }


def _ranks(past: Bands, group: NDArray[np.int64], now: Bands, target: Array, years: Array) -> Bands:
    """Return the share of past differences that would reach the target from here, in %."""

    def share(difference: Array, growth: Array) -> Array:
        enough = difference >= (target - growth)[group] - LEAST_SPREAD
        counted = np.bincount(group, enough.astype(np.float64), len(target))
        return np.asarray(100 * counted / np.maximum(years, 1), np.float64)

    ranks = Bands(share(past.low, now.low), share(past.mid, now.mid), share(past.high, now.high))
    return ranks.where((years >= MIN_YEARS) & ~np.isnan(target) & ~np.isnan(now.mid))


def _year_ends(
    growth: Growths,
    asked: Ints,
    past: Flags,
    sample: str,
    target: float | Mapping[str, float],
    level: float,
) -> pd.DataFrame:
    now = growth.rows[[name for name in growth.rows.columns if name in RESULT]].take(asked)
    now = now.reset_index(drop=True)
    part, whole = growth.part[past], growth.annual[past]
    # The years of a growth stand one after the other: growth by growth, in the order of the rows.
    place = Pool(growth.series[asked], growth.month[asked]).exact(growth.series[part], growth.month[part])
    order = np.argsort(place, kind="stable")[np.count_nonzero(place < 0) :]
    group, part, whole = place[order], part[order], whole[order]
    clash = growth.clash[part] | growth.clash[whole]
    differences = carry(lambda a, b: a - b, taken(growth.values, whole), taken(growth.values, part)).where(
        ~clash
    )
    moments = moments_of(differences, group, len(now))
    goal = np.full(len(now), target) if isinstance(target, (int, float)) else now["indicator"].map(target)
    goals = np.asarray(goal, np.float64)
    values = taken(growth.values, asked)
    found = _statistics(values, moments, goals, level)
    found["chance_by_rank"] = _ranks(differences, group, values, goals, moments.years)
    cells = places(growth.rows)
    # Its own cell first, then two of each year.
    items = np.insert(
        np.stack([whole, part], axis=1).ravel(), 2 * np.searchsorted(group, np.arange(len(now))), asked
    )
    ends = np.cumsum(1 + 2 * np.bincount(group, minlength=len(now)))
    sources = joined_lists(cells, items, ends)
    years = moments.years.astype(np.int64)
    few = years < MIN_YEARS
    small = np.array([_too_small(n) for n in range(int(years.max(initial=0)) + 1)], object)[years]
    clash = np.bincount(group, clash, len(now)) > 0
    clash |= growth.clash[asked]
    frames = []
    for name, band in found.items():
        comment = np.where(few, small, f"按历年经验推算（{sample}），不是公布数")
        refusal = np.where(few, SampleTooSmallError.rule, "")
        if name == "chance_by_t":
            equal = ~few & (moments.spread.mid == 0)
            comment = np.where(equal, "历年差额全部相同，算不出概率", comment)
            refusal = np.where(equal, SampleTooSmallError.rule, refusal)
        comment = np.where(clash, TWICE, comment)
        refusal = np.where(clash, ComparabilityError.rule, refusal)
        frame = result(
            now,
            band.where(~clash),
            method=name,
            sources=sources,
            refusal=pd.Series(refusal, now.index, dtype="str"),
            comment=pd.Series(comment, now.index, dtype="str"),
            measure="" if name.startswith("chance") else "yoy",
            unit="%",
            unit_measure="PT",
            unit_mult=0,
        )
        frame["known_to"], frame["sample"] = now["time_period"], sample
        frame["years"], frame["target"] = years, goals
        if name.startswith("chance"):
            frame = frame[~np.isnan(goals)]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _too_small(years: int) -> str:
    return f"样本不足：只有 {years} 年，少于 {MIN_YEARS} 年"


def _require_level(level: float) -> None:
    if not 0 < level < 1:
        raise UsageError(f"置信水平 {level:g} 不在 0 与 1 之间。", remedy="以小数给出，如 0.95。")
