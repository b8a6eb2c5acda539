"""How long the methods take, in multiples of the bare arithmetic on the same arrays.

    python -m tests.benchmarks.test_estimate_speed

prints the table; as a test it asserts loose bounds. Times are processor times, the quickest of three. All numbers are made up
(虚构数据).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.interp import dentonm
from statsmodels.tsa.seasonal import STL

from songyuan_analysis.methods import seasonal
from songyuan_analysis.methods.backtest import backtest
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.benchmark import benchmarked
from songyuan_analysis.methods.seasonal import seasonally_adjusted
from songyuan_analysis.methods.year_end import (
    bound_of_growth,
    chance_by_t,
    differences_to_year,
    expected_growth,
    year_ends,
)

ROWS = 200_000
# A busy machine takes several times as long; a step that grows with the square takes a hundred times.
_BUSY = 4


@dataclass(frozen=True)
class Timing:
    what: str
    bare: float
    own: float
    bound: float

    @property
    def ratio(self) -> float:
        return self.own / self.bare


def quickest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def year_end_timings(rows: int = ROWS) -> list[Timing]:
    """The arithmetic against NumPy; whole frames against the bare join of their rows by pandas."""
    chance = np.random.default_rng(0)
    values = [chance.normal(5, 1, rows).round(1) for _ in range(3)]
    bands = [Bands.from_printed(value, np.ones(rows)) for value in values]
    factor = np.full(rows, 2.5)
    arithmetic = Timing(
        "year_end: arithmetic",
        quickest(lambda: bound_of_growth(*values, factor)),
        quickest(lambda: carry(bound_of_growth, *bands, Bands.exact(factor))),
        25.0,  # three printed inputs have nine evaluations; twice that is the least and the most of them
    )
    years, areas = 25, rows // 50
    year = pd.Series(np.tile(np.repeat(np.arange(2000, 2025), 2), areas)).astype("str")
    half = np.tile([True, False], areas * years)
    frame = pd.DataFrame(
        {
            "ref_area": np.repeat(np.arange(areas).astype("str"), 50),
            "indicator": "gdp",
            "measure": "yoy",
            "price_base": "comparable",
            "scope": "",
            "time_period": year.where(~half, year + "-01/" + year + "-06"),
            "period_start": year + "-01",
            "period_end": (year + "-12").where(~half, year + "-06"),
            "cumulative": half,
            "obs_value": chance.normal(5, 1, len(year)).round(1),
            "decimals": 1,
            "unit": "%",
            "unit_measure": "PT",
            "unit_mult": 0,
            "file": "示例.xlsx",
            "sheet": "表",
            "cell": "B1",
        }
    )
    part, whole = (frame["obs_value"].to_numpy()[rows] for rows in (half, ~half))
    one = np.ones(len(part))
    area = np.repeat(np.arange(areas), years)
    now, goal = frame["obs_value"].to_numpy()[::50], 5.0

    def differences() -> Bands:
        return carry(np.subtract, *(Bands.from_printed(values, one) for values in (whole, part)))

    def ends() -> None:
        for _ in range(2):  # with and without the unusual years
            past = differences()
            count = np.bincount(area)
            mean = Bands(*(np.bincount(area, side) / count for side in (past.low, past.mid, past.high)))
            for off in (past.mid - mean.mid[area], past.high - past.mid):
                spread = np.sqrt(np.bincount(area, off**2) / (count - 1))
            size = np.ones(areas)
            own, width = Bands.from_printed(now, size), Bands(spread * 0.9, spread, spread * 1.1)
            carry(expected_growth, own, mean)
            for factor in (-2.0, 2.0):
                carry(bound_of_growth, own, mean, width, Bands.exact(size * factor))
            carry(chance_by_t, own, mean, width, Bands.exact(size * goal), Bands.exact(size * years))
            for side in (past.low, past.mid, past.high):
                np.bincount(area, side >= goal - now[area])

    def tried() -> None:
        past, last = differences(), Bands.from_printed(whole, one)
        for side in (past.low, past.mid, past.high):
            np.cumsum(side.reshape(areas, years), axis=1)
        for error in (past, past, carry(np.subtract, last, last)):
            for side in (error.low, error.mid, error.high):
                np.bincount(area, np.abs(side))

    return [
        arithmetic,
        Timing(
            "differences_to_year", quickest(differences), quickest(lambda: differences_to_year(frame)), 70.0
        ),
        Timing("year_ends", quickest(ends), quickest(lambda: year_ends(frame, 5.0, year=2024)), 30.0),
        Timing("backtest", quickest(tried), quickest(lambda: backtest(frame)), 70.0),
    ]


def time_series_timings(series: int = 500) -> list[Timing]:
    """Benchmarking and adjustment of many series against the library's bare answer for each of them."""
    chance = np.random.default_rng(0)
    quarters = chance.uniform(50, 100, (series, 40))
    totals = quarters.reshape(series, 10, 4).sum(axis=2) * 1.1
    month = np.tile(np.arange(40) * 3, series) + 2010 * 12
    begin, end = (pd.Series([f"{m // 12}-{m % 12 + 1:02d}" for m in month + shift]) for shift in (0, 2))
    level = {"indicator": "gdp", "measure": "level", "price_base": "current", "scope": "", "decimals": 2}
    level |= {"unit": "亿元", "unit_measure": "CNY", "unit_mult": 8, "cumulative": False}
    level |= {"file": "示例.xlsx", "sheet": "表", "cell": "B1"}
    area = np.arange(series).astype("str")
    part = pd.DataFrame(
        {
            "ref_area": np.repeat(area, 40),
            "time_period": begin,
            "period_start": begin,
            "period_end": end,
            **level,
        }
    ).assign(obs_value=quarters.ravel())
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

    return [
        Timing("benchmarked: series", quickest(denton), quickest(lambda: benchmarked(part, whole)), 15.0),
        Timing("seasonally_adjusted: series", quickest(stl), quickest(adjust), 15.0),
    ]


def table(timings: list[Timing]) -> str:
    return "\n".join(
        f"{t.what:32}{t.bare * 1e3:10.1f} ms{t.own * 1e3:10.1f} ms{t.ratio:8.1f}" for t in timings
    )


@pytest.mark.slow
@pytest.mark.parametrize("measured", [year_end_timings, time_series_timings])
def test_methods_take_a_small_multiple_of_the_bare_arithmetic(measured: Callable[[], list[Timing]]) -> None:
    timings = measured()
    assert all(t.ratio <= _BUSY * t.bound for t in timings), table(timings)


if __name__ == "__main__":
    print(table([*year_end_timings(), *time_series_timings()]))  # noqa: T201
