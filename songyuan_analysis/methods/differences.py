"""What past years did between a month and their end: the distribution that the outlook of the year's end rests on."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import ComparabilityError
from songyuan_analysis.methods.addresses import addresses
from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, coded, marked
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.doubles import one_of_equals
from songyuan_analysis.methods.frames import (
    RESULT,
    SERIES,
    printed,
    require_columns,
    result,
)
from songyuan_analysis.methods.matching import Pool, at, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.regular import spans, whole_year
from songyuan_analysis.methods.selection import chosen

UNUSUAL = (2020, 2021)  # the years of the epidemic: their ends were not like others
POINTS = "个百分点"
TWICE = "同一时期有两个不同的数，不能取舍"
ALL_YEARS = "全部年份"
_NEEDED = (*SERIES, "time_period", "period_start", "period_end", "cumulative", "obs_value")
_ASKED = {*RESULT, "decimals", "file", "sheet", "cell"}
LEAST_SPREAD = 1e-9  # below it the differences are equal; binary noise is no dispersion


def differences_to_year(observations: pd.DataFrame) -> pd.DataFrame:
    """Return annual growth less the growth of January to a month, in percentage points.

    Formula: ``e = g_annual − g_k``, in the same year and series. Source: definition.

    Parameters
    ----------
    observations : DataFrame
        Observations of measure ``yoy``: cumulative ones and those of whole years; any number of series.

    Returns
    -------
    DataFrame
        `RESULT`, one row for each cumulative growth whose year is known, with measure ``gap``; further ``year``,
        ``month`` and ``annual`` (with ``annual_low``, ``annual_high``). A missing figure gives no row and is never
        bridged. Where a year or a period stands twice with the same number, the more precise print counts; with two
        different ones the row is refused.
    """
    return differences_of(growths_of(observations))


def differences_of(growth: Growths) -> pd.DataFrame:
    """Return the differences of growths that have their year; see `differences_to_year`."""
    mine = growth.annual >= 0
    part, whole = growth.part[mine], growth.annual[mine]
    now, annual = taken(growth.values, part), taken(growth.values, whole)
    like = growth.rows[[name for name in growth.rows.columns if name in RESULT]].take(part)
    like = like.reset_index(drop=True)
    said = Reasons(len(like))
    said.say(growth.clash[part] | growth.clash[whole], ComparabilityError, TWICE)
    found = result(
        like,
        carry(lambda a, b: a - b, annual, now).where(said.nothing),
        method="differences_to_year",
        sources=addresses(growth.rows, whole, part),
        refusal=said.refusal(like.index),
        comment=said.reason(like.index),
        measure="gap",
        unit=POINTS,
        unit_measure="PT",
        unit_mult=0,
    )
    # The codes stay those of growth, so that series can be put together again.
    found["year"], found["month"] = growth.year[part], growth.month[part]
    found["annual"], found["annual_low"], found["annual_high"] = annual.mid, annual.low, annual.high
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Growths:
    """Growth of January to a month and of whole years, each period once; positions are those of `rows`.

    Attributes
    ----------
    rows : DataFrame
    values : Bands
    series, year, month : ndarray of int
    clash : ndarray of bool
        Whether another figure of the same period has a different number.
    part, annual : ndarray of int
        The cumulative growths, and the growth of the whole year of each; `UNKNOWN` where there is none.
    """

    rows: pd.DataFrame
    values: Bands
    series: Ints
    year: Ints
    month: Ints
    clash: Flags
    part: Ints
    annual: Ints


def growths_of(observations: pd.DataFrame) -> Growths:
    """Split growth into that of January to a month and that of whole years, and pair the two."""
    require_columns(observations, _NEEDED)
    asked = observations[[name for name in observations.columns if name in _ASKED]]
    first = month_numbers(asked["period_start"])
    growth = marked(asked["measure"], "yoy".__eq__) & (first >= 0) & (first % 12 == 0)
    growth &= ~np.isnan(asked["obs_value"].to_numpy(np.float64))
    rows = chosen(asked, growth)
    values, year, month = printed(rows), first[growth] // 12, spans(rows)
    series = Pool(*coded(rows, SERIES)).groups()
    cumulative = rows["cumulative"].to_numpy(np.bool_)
    clash = np.zeros(len(rows), bool)

    def once(mine: Ints) -> Ints:
        pool = Pool(series[mine], year[mine], month[mine])
        clash[mine] = pool.contradicted(values.mid[mine])
        one: Ints = mine[one_of_equals(pool, taken(values, mine)) == np.arange(len(mine))]
        return one

    part = once(np.flatnonzero(cumulative & (month >= 1) & (month < 12)))
    whole = np.flatnonzero(month == 12)
    # A year published as 1—12月 is the year too; the plain form goes first.
    whole = once(whole[np.argsort(cumulative[whole], kind="stable")])
    place = Pool(series[whole], year[whole]).exact(series[part], year[part])
    annual = np.where(place < 0, UNKNOWN, at(whole, place)).astype(np.int64)
    return Growths(rows, values, series, year, month, clash, part, annual)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Mean, standard deviation and number of differences, by group."""

    mean: Bands
    spread: Bands
    years: Array


def moments_of(past: Bands, group: NDArray[np.int64], groups: int) -> Moments:
    """Describe differences by group; the groups ascend.

    The standard deviation is a seminorm: moving each figure by at most ``h`` moves it by at most ``√(Σh² / (n − 1))``.
    """

    def total(values: Array) -> Array:
        return np.asarray(np.bincount(group, values, groups), np.float64)

    years = total(np.ones(len(past)))
    with np.errstate(all="ignore"):
        mean = Bands(*(total(side) / years for side in (past.low, past.mid, past.high)))
        spread = np.sqrt(total((past.mid - mean.mid[group]) ** 2) / (years - 1))
        reach = np.sqrt(total(np.maximum(past.high - past.mid, past.mid - past.low) ** 2) / (years - 1))
    spread = np.where(spread < LEAST_SPREAD, 0.0, spread)
    return Moments(mean, Bands(np.maximum(spread - reach, LEAST_SPREAD), spread, spread + reach), years)


def joined(texts: pd.Series, group: NDArray[np.int64], groups: int) -> list[str]:
    """Join texts by group; the groups ascend."""
    every = texts.tolist()
    ends = np.searchsorted(group, np.arange(groups + 1)).tolist()
    return ["；".join(every[start:end]) for start, end in itertools.pairwise(ends)]


def without_words(years: Collection[int]) -> str:
    """Name the sample without some years."""
    return f"不含{'、'.join(str(y) for y in sorted(years))}年"


def describe_differences(
    observations: pd.DataFrame, *, year: int, leave_out: Collection[int] = UNUSUAL
) -> pd.DataFrame:
    """Return mean, standard deviation, least and greatest of past differences, in percentage points.

    Formula: with the differences ``e`` of `differences_to_year` before `year`: ``ē = Σe / n`` and
    ``s = √(Σ(e − ē)² / (n − 1))``, as `year_end` uses them. They describe, so that even few years have them; one year has
    no standard deviation. Source: definition.

    Parameters
    ----------
    observations : DataFrame
        As for `year_ends`.
    year : int
        The year whose end is asked for.
    leave_out : collection of int
        Past years without which everything is said a second time.

    Returns
    -------
    DataFrame
        `RESULT`, four rows for each series, month and sample: ``method`` is ``mean``, ``spread``, ``least`` or
        ``greatest``; then ``month``, ``sample``, ``years`` (how many) and ``which`` (the years, joined by ``、``).
    """
    past = differences_to_year(observations)
    past = past[past["year"] < whole_year(year)]
    said = [_described(past, ALL_YEARS)]
    if leave_out:
        said.append(_described(past[~past["year"].isin(list(leave_out))], without_words(leave_out)))
    return pd.concat(said, ignore_index=True)


def _described(past: pd.DataFrame, sample: str) -> pd.DataFrame:
    past = past.sort_values("year", kind="stable")
    code = np.asarray(past.groupby([*SERIES, "month"], sort=False, dropna=False).ngroup(), np.int64)
    past, code = past.iloc[(order := np.argsort(code, kind="stable"))], code[order]
    first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]][: len(code)])
    like, groups = past.iloc[first].reset_index(drop=True), len(first)
    sides = [past[side].to_numpy(np.float64) for side in ("low", "obs_value", "high")]
    moments = moments_of(Bands(*sides), code, groups)
    spread = moments.spread
    ends = (np.minimum, np.maximum)
    least, greatest = (
        Bands(*(end.reduceat(side, first) if groups else side for side in sides)) for end in ends
    )
    found = {
        "mean": moments.mean,
        "spread": Bands(np.minimum(spread.low, spread.mid), spread.mid, spread.high),
        "least": least,
        "greatest": greatest,
    }
    cells = pd.Series(joined(past["sources"], code, groups), like.index, dtype="str")
    which = [past["year"].to_numpy()[code == at] for at in range(groups)]
    frames = []
    for name, band in found.items():
        frame = result(like, band, method=name, sources=cells, unit=POINTS, unit_measure="PT", unit_mult=0)
        frame["month"], frame["sample"] = like["month"], sample
        frame["years"] = moments.years.astype(np.int64)
        frame["which"] = ["、".join(map(str, years)) for years in which]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
