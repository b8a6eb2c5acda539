"""How long methods on frames take, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_growth_speed [rows]

prints the table. The bare arithmetic has its figures as aligned arrays already: it makes the bounds of the printed
figures and evaluates the formula at all their corners. The method finds the pairs, judges them, and writes a frame with
the cells of each result. Processor time, quickest of three; as a test it asserts a loose bound. All numbers are made up
(虚构数据).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.adding import cumulate, sum_periods
from songyuan_analysis.methods.averages import average_growths, earlier_growths, implied_deflators, points
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.chained import chained_index
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.constant_prices import contributions_at_constant_prices
from songyuan_analysis.methods.contribution import pull
from songyuan_analysis.methods.cumulative import between, single_rate
from songyuan_analysis.methods.growth import earlier_rate, growth, price_change, rate, yearly_average
from songyuan_analysis.methods.month_on_month import month_on_month
from songyuan_analysis.methods.parts import check_contributions, contributions, growth_of_base
from songyuan_analysis.methods.single_period import single_period

ROWS = 1_000_000
# A busy machine takes several times as long; a step that grows with the square takes a hundred times.
_BUSY = 4
BOUND = 15.0


def quickest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@cache
def monthly(rows: int, *, cumulative: bool = True) -> pd.DataFrame:
    """Ten years of months of as many areas as it takes."""
    areas = rows // 120 + 1
    ends = [f"{2015 + month // 12}-{month % 12 + 1:02d}" for month in range(120)]
    chance = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "ref_area": np.repeat([f"{n:06d}" for n in range(areas)], 120)[:rows],
            "period_end": np.tile(ends, areas)[:rows],
            "obs_value": np.round(chance.uniform(100, 200, rows), 2),
            "cell": [f"B{n}" for n in range(1, rows + 1)],
        }
    )
    start = frame["period_end"].str[:4] + "-01" if cumulative else frame["period_end"]
    frame = frame.assign(
        indicator="gdp", measure="level", price_base="current", scope="", unit="亿元", unit_measure="CNY", unit_mult=8,
        decimals=2, vintage="2025-01-01", sha256="a" * 64, file="虚构.xlsx", sheet="表", cumulative=cumulative,
        period_start=start, time_period=start + "/" + frame["period_end"],
    )  # fmt: skip
    texts = {name: "str" for name in frame.columns if frame[name].dtype == object}
    return frame.astype({**texts, "decimals": "Int64", "unit_mult": "Int64"})


def _yearly_growth(rows: int) -> pd.DataFrame:
    frame = monthly(rows)
    return frame.assign(
        measure="yoy", price_base="comparable", unit_measure="PT", obs_value=frame["obs_value"] / 50
    )


def _two(rows: int) -> tuple[Bands, Bands]:
    values, digits = monthly(rows)["obs_value"].to_numpy(), np.full(rows, 2.0)
    return Bands.from_printed(values, digits), Bands.from_printed(values[::-1], digits)


@cache
def _side_by_side(rows: int, one: str, other: str) -> pd.DataFrame:
    """Two measures of every month, half of the rows each."""
    half, rates = rows // 2, _yearly_growth(rows)
    frames = [monthly(rows) if name == "level" else rates.assign(measure=name) for name in (one, other)]
    order = np.argsort(np.tile(np.arange(half), 2), kind="stable")
    return pd.concat([frame.iloc[:half] for frame in frames]).iloc[order].reset_index(drop=True)


@cache
def sectors(rows: int, *measures: str, price_base: str = "current", total: bool = False) -> pd.DataFrame:
    """Ten years of the three sectors (and their total) of as many areas as it takes, one row a measure."""
    codes = [*(["gdp"] if total else []), "va_primary", "va_secondary", "va_tertiary"]
    size = 10 * len(codes) * len(measures)
    areas, chance = rows // size + 1, np.random.default_rng(2)
    years = [str(2015 + year) for year in range(10)]
    texts = {
        "ref_area": np.repeat([f"{n:06d}" for n in range(areas)], size)[:rows],
        "indicator": np.tile(np.repeat(codes, len(measures)), areas * 10)[:rows],
        "measure": np.tile(measures, areas * 10 * len(codes))[:rows],
        "time_period": np.tile(np.repeat(years, len(codes) * len(measures)), areas)[:rows],
        "cell": [f"B{n}" for n in range(1, rows + 1)],
    }
    frame = pd.DataFrame(texts).astype("str")
    level = (frame["measure"] == "level").to_numpy()
    size_of = np.where((frame["indicator"] == "gdp").to_numpy(), 3, 1)
    values = np.where(level, chance.uniform(100, 200, rows) * size_of, chance.uniform(1, 10, rows))
    words = {
        "price_base": np.where(level, price_base, "comparable"),
        "unit": np.where(level, "亿元", "%"),
        "unit_measure": np.where(level, "CNY", "PT"),
    }
    frame = frame.assign(
        **{name: pd.Series(column, dtype="str") for name, column in words.items()},
        period_start=frame["time_period"] + "-01", period_end=frame["time_period"] + "-12",
        obs_value=np.round(values, 2), unit_mult=np.where(level, 8, 0), decimals=np.where(level, 2, 1), scope="",
        vintage="2025-01-01", sha256="a" * 64, file="虚构.xlsx", sheet="表", cumulative=False,
    )  # fmt: skip
    return frame.astype({"decimals": "Int64", "unit_mult": "Int64"})


def _average(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return yearly_average((1 + one / 100) * (1 + other / 100), 2)


def _bare_single_growth(rows: int) -> None:
    """Single levels, and single growth out of levels and growth of two cumulative periods."""
    (now, then), (rate_now, rate_then) = _two(rows // 2), _two(rows // 2)
    carry(between, now, then)
    carry(single_rate, now, rate_now, then, rate_then)


def _bare_contributions(rows: int, *, bases: bool) -> None:
    """Increments, their sums by total, contributions and pulls; `bases` where increments come from growth."""
    parts, other = _two(rows // 2)
    if bases:
        change = carry(growth_of_base, parts, other)
        whole, base = (_sum_of_three(band) for band in (change, parts))
    else:
        change, base = carry(lambda a, b: a - b, *_two(rows)), _two(rows)[1]
        whole = change
    carry(share_of, change, whole)
    carry(share_of, change, base)


def _sum_of_three(values: Bands) -> Bands:
    whole = len(values) // 3 * 3
    pad = len(values) - whole
    sums = (
        np.pad(np.repeat(part[:whole].reshape(-1, 3).sum(axis=1), 3), (0, pad), constant_values=1.0)
        for part in (values.low, values.mid, values.high)
    )
    return Bands(*sums)


def growth_and_periods(rows: int) -> dict[str, tuple[float, float]]:
    """Time every method on frames of growth, periods and parts: bare, method."""
    levels, singles, rates = monthly(rows), monthly(rows, cumulative=False), _yearly_growth(rows)
    adjusted = singles.assign(scope="季节调整")
    mixed = _side_by_side(rows, "level", "yoy")
    means = _side_by_side(rows, "two_year_average", "yoy")
    parts, printed = sectors(rows, "level", "yoy"), sectors(rows, "contribution", "pull")
    constant = sectors(rows, "level", price_base="comparable", total=True)
    months, half = len(singles) // 120 * 120, rows // 2

    def bare_sums(width: int) -> None:
        first = _two(rows)[0]
        for part in (first.low, first.mid, first.high):
            np.cumsum(part[:months].reshape(-1, width), axis=1)

    def bare_chain() -> None:
        first = _two(rows)[0]
        for part in (first.low, first.mid, first.high):
            np.cumprod(1 + part[:months].reshape(-1, 10) / 100, axis=1)

    def bare_check() -> None:
        shares, pulls = _two(half)
        _sum_of_three(shares), _sum_of_three(pulls)
        carry(pull, shares, pulls)

    def bare_deflator() -> None:
        grown = carry(rate, *_two(half))
        carry(price_change, grown, _two(half)[1])

    work: dict[str, tuple[Callable[[], object], Callable[..., object]]] = {
        "growth": (lambda: carry(rate, *_two(rows)), lambda: growth(levels, refusals="mark")),
        "single_period": (
            lambda: carry(between, *_two(rows)),
            lambda: single_period(levels, refusals="mark"),
        ),
        "single_period, growth": (
            lambda: _bare_single_growth(rows),
            lambda: single_period(mixed, refusals="mark"),
        ),
        "month_on_month": (
            lambda: carry(rate, *_two(rows)),
            lambda: month_on_month(adjusted, refusals="mark"),
        ),
        "average_growths": (
            lambda: carry(_average, *_two(rows)),
            lambda: average_growths(rates, refusals="mark"),
        ),
        "earlier_growths": (
            lambda: carry(earlier_rate, *_two(half)),
            lambda: earlier_growths(means, refusals="mark"),
        ),
        "implied_deflators": (bare_deflator, lambda: implied_deflators(mixed, refusals="mark")),
        "points": (
            lambda: carry(lambda a, b: a - b, *_two(rows)),
            lambda: points(rates, refusals="mark"),
        ),
        "cumulate": (lambda: bare_sums(12), lambda: cumulate(singles, refusals="mark")),
        "sum_periods": (lambda: bare_sums(3), lambda: sum_periods(singles, refusals="mark")),
        "chained_index": (
            bare_chain,
            lambda: chained_index(rates, "2020-01/2020-12", base=100.0, refusals="mark"),
        ),
        "contributions": (
            lambda: _bare_contributions(rows, bases=True),
            lambda: contributions(parts, refusals="mark"),
        ),
        "at constant prices": (
            lambda: _bare_contributions(rows, bases=False),
            lambda: contributions_at_constant_prices(constant, refusals="mark"),
        ),
        "check_contributions": (bare_check, lambda: check_contributions(printed)),
    }
    return {name: (quickest(bare), quickest(method)) for name, (bare, method) in work.items()}


@pytest.mark.slow
def test_growth_and_periods_cost_little_more_than_their_arithmetic() -> None:
    times = growth_and_periods(ROWS // 5)
    # Sums and chains work on a matrix; their arithmetic is next to nothing beside the words of the frame.
    looser = {"cumulate", "chained_index"}
    slow = {
        n: t / bare for n, (bare, t) in times.items() if t > _BUSY * bare * BOUND * (3 if n in looser else 1)
    }
    assert not slow


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for name, (bare, method) in growth_and_periods(size).items():
        sys.stdout.write(f"{name:22} {bare * 1000:8.0f} ms {method * 1000:8.0f} ms  {method / bare:5.1f}\n")
