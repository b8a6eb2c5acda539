"""How long estimates take on a million observations, in multiples of the bare arithmetic on the same arrays.

    python -m tests.benchmarks.test_estimate_speed [rows]

prints the table. What bare is, `bare` says; the year's end needs sums by series besides, of all three bounds. Benchmarking
and adjustment stand beside the library's bare answer for each series. Processor time, quickest of three; as a test it
asserts the bounds on fewer rows. Reached on a million rows, two cores busy with other work:

    differences_to_year 8.8; year_ends 4.8; backtest 10; benchmarked: series 6.8; seasonally_adjusted: series 0.7

All numbers are made up (虚构数据).
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtr
from statsmodels.tsa.interp import dentonm
from statsmodels.tsa.seasonal import STL

from songyuan_analysis.methods import seasonal
from songyuan_analysis.methods.backtest import backtest
from songyuan_analysis.methods.benchmark import benchmarked
from songyuan_analysis.methods.differences import differences_to_year
from songyuan_analysis.methods.seasonal import seasonally_adjusted
from songyuan_analysis.methods.year_end import year_ends
from tests.benchmarks.bare import Array, Triple, Work, bounds, corners, exact, measured, table, too_slow

ROWS = 1_000_000
YEARS = 25
Pairs = dict[str, tuple[Work, Work]]


def minus(a: Array, b: Array) -> Array:
    return a - b


def halves(areas: int) -> pd.DataFrame:
    """Growth of the first half and of the whole year, year by year."""
    year = pd.Series(np.tile(np.repeat(np.arange(2000, 2000 + YEARS), 2), areas)).astype("str")
    half = np.tile([True, False], areas * YEARS)
    made = pd.DataFrame(
        {
            "ref_area": np.repeat([f"{n:06d}" for n in range(areas)], 2 * YEARS),
            "time_period": year.where(~half, year + "-01/" + year + "-06"),
            "period_start": year + "-01",
            "period_end": (year + "-12").where(~half, year + "-06"),
            "cumulative": half,
            "obs_value": np.random.default_rng(0).normal(5, 1, len(year)).round(1),
            "cell": [f"B{n}" for n in range(1, len(year) + 1)],
        }
    )
    made = made.assign(
        indicator="gdp", measure="yoy", price_base="comparable", scope="", decimals=1, unit="%", unit_measure="PT",
        unit_mult=0, file="虚构.xlsx", sheet="表",
    )  # fmt: skip
    return made.astype({name: "str" for name in made.columns if made[name].dtype == object})


def year_end(rows: int) -> Pairs:
    """The end of the year by experience, and how far it could have been trusted."""
    areas = rows // (2 * YEARS)
    frame = halves(areas)
    values, decimals = frame["obs_value"].to_numpy(), np.ones(len(frame))
    area, size = np.repeat(np.arange(areas), YEARS), np.ones(areas)

    def both() -> tuple[Triple, Triple]:
        every = bounds(values, decimals)
        return tuple(side[::2] for side in every), tuple(side[1::2] for side in every)

    def chance(now: Array, mean: Array, spread: Array, target: Array) -> Array:
        return 100 * stdtr(YEARS - 2, (now + mean - target) / spread)

    def bare_ends() -> None:
        part, whole = both()
        every = corners(minus, whole, part)
        now = tuple(side[YEARS - 1 :: YEARS] for side in part)
        for _ in range(2):  # with and without the unusual years
            count = np.bincount(area)
            mean = tuple(np.bincount(area, side) / count for side in every)
            middle = (every[1] - mean[1][area]) ** 2
            reach = (every[2] - every[1]) ** 2
            spread, wide = (np.sqrt(np.bincount(area, off) / (count - 1)) for off in (middle, reach))
            band = spread - wide, spread, spread + wide
            corners(np.add, now, mean)
            for factor in (-2.0, 2.0):
                corners(lambda g, m, s, t: g + m + t * s, now, mean, band, exact(size * factor))
            corners(chance, now, mean, band, exact(5.0 * size))
            for side in every:
                np.bincount(area, side >= (5.0 - now[1])[area])

    def bare_trial() -> None:
        part, whole = both()
        past = corners(minus, whole, part)
        learnt = tuple(np.cumsum(side.reshape(areas, YEARS), axis=1).ravel() for side in past)
        last = tuple(np.roll(side, 1) for side in whole)
        for error in (corners(minus, past, learnt), past, corners(minus, whole, last)):
            for side in error:
                np.bincount(area, np.abs(side))

    return {
        "differences_to_year": (lambda: corners(minus, *both()[::-1]), lambda: differences_to_year(frame)),
        "year_ends": (bare_ends, lambda: year_ends(frame, 5.0, year=2024)),
        "backtest": (bare_trial, lambda: backtest(frame)),
    }


def time_series(rows: int) -> Pairs:
    """Benchmarking and adjustment of many series against the library's bare answer for each of them."""
    series = max(rows // 2000, 1)
    chance = np.random.default_rng(0)
    quarters = chance.uniform(50, 100, (series, 40))
    totals = quarters.reshape(series, 10, 4).sum(axis=2) * 1.1
    month = np.tile(np.arange(40) * 3, series) + 2010 * 12
    begin, end = (pd.Series([f"{m // 12}-{m % 12 + 1:02d}" for m in month + shift]) for shift in (0, 2))
    level = {"indicator": "gdp", "measure": "level", "price_base": "current", "scope": "", "decimals": 2}
    level |= {"unit": "亿元", "unit_measure": "CNY", "unit_mult": 8, "cumulative": False}
    level |= {"file": "虚构.xlsx", "sheet": "表", "cell": "B1"}
    area = np.arange(series).astype("str")
    spans = {"time_period": begin, "period_start": begin, "period_end": end}
    part = pd.DataFrame({"ref_area": np.repeat(area, 40), **spans, **level}).assign(
        obs_value=quarters.ravel()
    )
    year = pd.Series(np.tile(np.arange(2010, 2020), series)).astype("str")
    whole = pd.DataFrame({"ref_area": np.repeat(area, 10), "time_period": year, **level}).assign(
        period_start=year + "-01", period_end=year + "-12", obs_value=totals.ravel()
    )

    def denton() -> list[object]:
        return [dentonm(q, t, freq="other", k=4) for q, t in zip(quarters, totals, strict=True)]

    def stl() -> list[object]:
        return [STL(np.log(q), period=4).fit() for q in quarters]

    def adjust() -> pd.DataFrame:
        seasonal._operators.cache_clear()
        return seasonally_adjusted(part)

    return {
        "benchmarked: series": (denton, lambda: benchmarked(part, whole)),
        "seasonally_adjusted: series": (stl, adjust),
    }


GROUPS = (year_end, time_series)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_estimates_are_bound_by_their_arithmetic(group: Callable[[int], Pairs]) -> None:
    times = measured(group(ROWS // 5))
    assert not too_slow(times), table(times)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for group in GROUPS:
        print(table(measured(group(size))), flush=True)  # noqa: T201
