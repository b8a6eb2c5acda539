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

from songyuan_analysis.methods.adding import cumulate
from songyuan_analysis.methods.averages import average_growths
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.chained import chained_index
from songyuan_analysis.methods.cumulative import between
from songyuan_analysis.methods.growth import growth, rate, yearly_average
from songyuan_analysis.methods.month_on_month import month_on_month
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


def growth_and_periods(rows: int) -> dict[str, tuple[float, float]]:
    """Time growth, single periods, sums, averages, chains and month-on-month growth: bare, method."""
    levels, singles, rates = monthly(rows), monthly(rows, cumulative=False), _yearly_growth(rows)
    adjusted = singles.assign(scope="季节调整")
    months = len(singles) // 120 * 120

    def bare_sums() -> None:
        first = _two(rows)[0]
        for part in (first.low, first.mid, first.high):
            np.cumsum(part[:months].reshape(-1, 12), axis=1)

    def bare_chain() -> None:
        first = _two(rows)[0]
        for part in (first.low, first.mid, first.high):
            np.cumprod(1 + part[:months].reshape(-1, 10) / 100, axis=1)

    def average(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return yearly_average((1 + one / 100) * (1 + other / 100), 2)

    work: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "growth": (lambda: carry(rate, *_two(rows)), lambda: growth(levels, refusals="mark")),
        "single_period": (
            lambda: carry(between, *_two(rows)),
            lambda: single_period(levels, refusals="mark"),
        ),
        "month_on_month": (
            lambda: carry(rate, *_two(rows)),
            lambda: month_on_month(adjusted, refusals="mark"),
        ),
        "average_growths": (
            lambda: carry(average, *_two(rows)),
            lambda: average_growths(rates, refusals="mark"),
        ),
        "cumulate": (bare_sums, lambda: cumulate(singles, refusals="mark")),
        "chained_index": (
            bare_chain,
            lambda: chained_index(rates, "2020-01/2020-12", base=100.0, refusals="mark"),
        ),
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
        sys.stdout.write(f"{name:20} {bare * 1000:8.0f} ms {method * 1000:8.0f} ms  {method / bare:5.1f}\n")
