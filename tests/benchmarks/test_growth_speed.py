"""How long methods on frames take, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_growth_speed [rows]

prints the table; reached on a million rows, on two busy cores:

    growth 7.4   single_period 8.7, of growth 7.2   month_on_month 8.3   average_growths 6.2   earlier_growths 14
    implied_deflators 16   points 8.4   cumulate 27   sum_periods 17   chained_index 19   contributions 13
    contributions at constant prices 10   check_contributions 45

The goal is 10; what is above it copies texts of rows, or names many cells for little arithmetic.

The bare arithmetic (`tests.benchmarks.bare`) has its figures as aligned arrays already: it makes the bounds of all printed
figures and evaluates the formula at all their corners; sums and chains are taken of all three bounds. The method finds the
pairs, judges them, and writes a frame with the cells of each result. All numbers are made up (虚构数据).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.adding import cumulate, sum_periods
from songyuan_analysis.methods.averages import average_growths, earlier_growths, implied_deflators, points
from songyuan_analysis.methods.chained import chained_index
from songyuan_analysis.methods.constant_prices import contributions_at_constant_prices
from songyuan_analysis.methods.growth import growth
from songyuan_analysis.methods.month_on_month import month_on_month
from songyuan_analysis.methods.parts import check_contributions, contributions
from songyuan_analysis.methods.single_period import single_period
from tests.benchmarks.bare import Array, Triple, Work, bounds, corners, measured, table, too_slow

ROWS = 1_000_000
# Their arithmetic is a few sums; what they cost is the cells that they name: on average six and a half to a row of
# `cumulate`, and three kinds of frames in `check_contributions`.
WORDY = ("cumulate", "check_contributions")
WORDY_BOUND = 50.0


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


def rate(now: Array, before: Array) -> Array:
    return (now / before - 1) * 100


def share(part: Array, whole: Array) -> Array:
    return 100 * part / whole


def average(one: Array, other: Array) -> Array:
    return (np.sqrt((1 + one / 100) * (1 + other / 100)) - 1) * 100


def earlier(mean: Array, later: Array) -> Array:
    return ((1 + mean / 100) ** 2 / (1 + later / 100) - 1) * 100


def prices(nominal: Array, real: Array) -> Array:
    return ((100 + nominal) / (100 + real) - 1) * 100


def single(now: Array, grown: Array, then: Array, grew: Array) -> Array:
    return ((now - then) / (now / (1 + grown / 100) - then / (1 + grew / 100)) - 1) * 100


class Bare:
    """The arithmetic of the methods on a number of printed figures."""

    def __init__(self, rows: int) -> None:
        values = monthly(rows)["obs_value"].to_numpy()
        self.columns = [np.roll(values, n) for n in range(4)]
        self.digits = np.full(rows, 2.0)

    def figures(self, number: int, share_of_rows: float = 1.0) -> list[Triple]:
        """Return the bounds of several columns of figures."""
        size = int(len(self.digits) * share_of_rows) // 12 * 12
        return [bounds(column[:size], self.digits[:size]) for column in self.columns[:number]]

    def two(self, formula: Callable[..., Array], share_of_rows: float = 1.0) -> Work:
        return lambda: corners(formula, *self.figures(2, share_of_rows))

    def single_growth(self) -> object:
        now, then, grown, grew = self.figures(4, 1 / 2)
        return corners(np.subtract, now, then), corners(single, now, grown, then, grew)

    def deflators(self) -> object:
        now, then, real = self.figures(3, 1 / 2)
        return corners(prices, corners(rate, now, then), real)

    def sums(self, width: int) -> object:
        return [np.cumsum(part.reshape(-1, width), axis=1) for part in self.figures(1)[0]]

    def chain(self) -> object:
        made = [np.cumprod(1 + part.reshape(-1, 12) / 100, axis=1) for part in self.figures(1)[0]]
        return [100 * part / part[:, 5:6] for part in made]

    def contributions(self) -> object:
        base, growth_of = self.figures(2, 1 / 2)
        group = np.arange(len(base[0])) // 3
        more = corners(lambda b, g: b * g / 100, base, growth_of)
        whole, bases = (by_total(part, group) for part in (more, base))
        rest = tuple(w[group] - m for w, m in zip(whole, more, strict=True))
        return (
            corners(lambda part, other: 100 * part / (part + other), more, rest),
            corners(share, more, tuple(part[group] for part in bases)),
            corners(share, whole, bases),
        )

    def at_constant_prices(self) -> object:
        now, then = self.figures(2)
        more = corners(np.subtract, now, then)
        part = np.arange(len(now[0]) // 4 * 3)
        own, whole, base = (
            tuple(one[at] for one in three)
            for three, at in ((more, part), (more, part // 3), (then, part // 3))
        )
        total = part[::3] // 3
        grown = corners(rate, *(tuple(one[total] for one in three) for three in (now, then)))
        return corners(share, own, whole), corners(share, own, base), grown

    def check(self) -> object:
        shares, pulls = self.figures(2, 1 / 4)
        group = np.arange(len(shares[0])) // 3
        growth_of = self.figures(1, 1 / 3)[0]
        sums = [by_total(part, group) for part in (shares, pulls)]
        known = tuple(one[group] for one in growth_of)
        given = corners(lambda a, g: a * g / 100, shares, known)
        held = [
            (sums[0], (100.0, 0.0, 100.0)),
            (sums[1], [p[: group[-1] + 1] for p in growth_of]),
            (given, pulls),
        ]
        return [(mine[0] > other[2]) | (mine[2] < other[0]) for mine, other in held]


def by_total(values: Triple, group: np.ndarray) -> Triple:
    low, mid, high = (np.bincount(group, part) for part in values)
    return low, mid, high


def growth_and_periods(rows: int) -> dict[str, tuple[float, float]]:
    """Time every method on frames of growth, periods and parts: bare, method."""
    levels, singles, rates = monthly(rows), monthly(rows, cumulative=False), _yearly_growth(rows)
    adjusted = singles.assign(scope="季节调整")
    mixed = _side_by_side(rows, "level", "yoy")
    means = _side_by_side(rows, "two_year_average", "yoy")
    yearly, parts = sectors(rows, "yoy"), sectors(rows, "level", "yoy")
    printed = sectors(rows, "contribution", "pull", "yoy", total=True)
    constant = sectors(rows, "level", price_base="comparable", total=True)
    bare = Bare(rows)
    work: dict[str, tuple[Work, Work]] = {
        "growth": (bare.two(rate), lambda: growth(levels, refusals="mark")),
        "single_period": (bare.two(np.subtract), lambda: single_period(levels, refusals="mark")),
        "single_period, growth": (bare.single_growth, lambda: single_period(mixed, refusals="mark")),
        "month_on_month": (bare.two(rate), lambda: month_on_month(adjusted, refusals="mark")),
        "average_growths": (bare.two(average), lambda: average_growths(rates, refusals="mark")),
        "earlier_growths": (bare.two(earlier, 1 / 2), lambda: earlier_growths(means, refusals="mark")),
        "implied_deflators": (bare.deflators, lambda: implied_deflators(mixed, refusals="mark")),
        "points": (bare.two(np.subtract), lambda: points(rates, refusals="mark")),
        "cumulate": (lambda: bare.sums(12), lambda: cumulate(singles, refusals="mark")),
        "sum_periods": (lambda: bare.sums(3), lambda: sum_periods(singles, refusals="mark")),
        "chained_index": (
            bare.chain,
            lambda: chained_index(yearly, "2020", base=100.0, refusals="mark"),
        ),
        "contributions": (bare.contributions, lambda: contributions(parts, refusals="mark")),
        "at constant prices": (
            bare.at_constant_prices,
            lambda: contributions_at_constant_prices(constant, refusals="mark"),
        ),
        "check_contributions": (bare.check, lambda: check_contributions(printed)),
    }
    with np.errstate(all="ignore"):
        return measured(work)


@pytest.mark.slow
def test_growth_and_periods_cost_little_more_than_their_arithmetic() -> None:
    times = growth_and_periods(ROWS // 5)
    wordy = {name: times.pop(name) for name in WORDY}
    assert not too_slow(times)
    assert not too_slow(wordy, WORDY_BOUND)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    sys.stdout.write(table(growth_and_periods(size)) + "\n")
