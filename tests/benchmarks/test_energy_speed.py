"""How long methods take on a million rows, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_energy_speed

prints the table; reached on two busy cores:

    round_column 13   intensity_change 10   elasticities 13   intensity_levels 14   energy_savings 9   energy_budgets 8
    multi_year_change 11   required_change 11   press_sums 13   decompose 7   decompose_use 4 (16 times the plain formula)

Processor time, quickest of three. Bare are the bounds of all printed inputs (value ± half a unit) and the formula at all
their corners with minimum and maximum, on arrays that already lie beside each other; several years lie in a cube of area
and year, where both ends of all factors are the corners. Effects have too many corners: theirs is the arithmetic of their
bounds; beside it stands the plain formula at the middle and at two ends, which bounds nothing. What is measured beyond it
is filtering, pairing, refusing, addresses, and the frame of results. All numbers are made up (虚构数据).
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

ROWS = 1_000_000
BOUND = 10
# A busy machine takes several times as long; a step that grows with the square takes a hundred times.
_BUSY = 4
Array = np.ndarray


@dataclass(frozen=True)
class Timing:
    what: str
    bare: float
    own: float
    bound: float = BOUND

    @property
    def ratio(self) -> float:
        return self.own / self.bare


def quickest(action: Callable[[], object], runs: int = 3) -> float:
    found = []
    for _ in range(runs):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return min(found)


def timed(what: str, bare: Callable[[], object], own: Callable[[], object]) -> Timing:
    return Timing(what, quickest(bare), quickest(own))


def as_text(timings: list[Timing]) -> str:
    lines = [f"{'':34}{'bare, ms':>10}{'own, ms':>10}{'ratio':>8}"]
    lines += [f"{t.what:34}{t.bare * 1e3:10.1f}{t.own * 1e3:10.1f}{t.ratio:8.1f}" for t in timings]
    return "\n".join(lines)


def bounds(values: Array, decimals: Array) -> tuple[Array, Array]:
    half = 0.5 * 10.0**-decimals
    return values - half, values + half


def corners(formula: Callable[..., Array], *inputs: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    """Reckon what a method has to reckon: the bounds of its inputs, and the formula at all corners."""
    mid = formula(*(values for values, _ in inputs))
    low, high = mid.copy(), mid.copy()
    for corner in itertools.product(*(bounds(*pair) for pair in inputs)):
        value = formula(*corner)
        np.minimum(low, value, out=low)
        np.maximum(high, value, out=high)
    return low, mid, high


def chained(values: Array, decimals: Array) -> list[Array]:
    low, high = bounds(values, decimals)
    return [100 * (np.prod(1 + part / 100, axis=-1) - 1) for part in (low, values, high)]


def plain_lmdi(use0: Array, output0: Array, use1: Array, output1: Array) -> list[Array]:
    weight = (use1 - use0) / np.log(use1 / use0)
    whole0, whole1 = output0.sum(-1, keepdims=True), output1.sum(-1, keepdims=True)
    ratios = (
        whole1 / whole0,
        (output1 / whole1) / (output0 / whole0),
        (use1 / output1) / (use0 / output0),
    )
    return [(weight * np.log(ratio)).sum(-1) for ratio in ratios]


def bare_effects(use: Array, output: Array, decimals: Array) -> object:
    """Reckon bounds of the inputs, and effects with theirs, on arrays that already lie beside each other."""
    from songyuan_analysis.methods.bands import Bands
    from songyuan_analysis.methods.effect_bounds import effect_bands

    ends = [bounds(part, decimals) for part in (use, output)]
    sides = [Bands(low, part, high) for part, (low, high) in zip((use, output), ends, strict=True)]
    then, now = (
        [Bands(*(part[:, years] for part in (side.low, side.mid, side.high))) for side in sides]
        for years in (slice(None, -1), slice(1, None))
    )
    return effect_bands(then[0], then[1], now[0], now[1])


def plain_effects(use: Array, output: Array, decimals: Array) -> object:
    """Reckon bounds of the inputs, and the plain formula at the middle and at two ends."""
    (low0, high0), (low1, high1) = bounds(use, decimals), bounds(output, decimals)
    cubes = [(use, output), (low0, high1), (high0, low1)]
    return [plain_lmdi(e[:, :-1], y[:, :-1], e[:, 1:], y[:, 1:]) for e, y in cubes]


def energy_timings(rows: int = ROWS) -> list[Timing]:
    """Measure rounding, decomposition, and energy on frames."""
    from songyuan_analysis.methods.energy import elasticities, intensity_change, rate_of_ratio
    from songyuan_analysis.methods.energy_budget import (
        allowed_use,
        energy_budgets,
        energy_savings,
        saved_use,
    )
    from songyuan_analysis.methods.energy_effects import decompose, decompose_use
    from songyuan_analysis.methods.energy_levels import intensity_levels
    from songyuan_analysis.methods.energy_years import multi_year_change, press_sums, required_change
    from songyuan_analysis.methods.rounding import round_column

    printed = np.round(np.random.default_rng(0).uniform(-10, 20, rows), 2)
    growth = made_up(rows, [("energy_total", *GROWTH), ("gdp", *GROWTH)])
    levels = made_up(rows, [("energy_total", *USED), ("gdp", *MONEY)])
    saved = made_up(rows, [("energy_total", *USED), ("energy_intensity", *GROWTH)])
    used = made_up(rows, [("energy_total", *USED)])
    yearly = made_up(rows, [("energy_intensity", *GROWTH)])
    span = {
        "measure": "change",
        "time_period": "2011-01/2020-12",
        "period_start": "2011-01",
        "period_end": "2020-12",
    }
    told = yearly.iloc[::10].assign(**span)  # type: ignore[arg-type]
    stated = pd.concat([yearly, told], ignore_index=True).sort_values("ref_area", kind="stable")
    names = {f"部门{k}": (f"use_{k}", f"va_{k}") for k in range(10)}
    sectors = made_up(rows, [kind for use, va in names.values() for kind in ((use, *USED), (va, *MONEY))])
    table = pd.DataFrame({
        "land": np.arange(rows) // 100, "year": 2011 + np.arange(rows) % 100 // 10, "sector": np.arange(rows) % 10,
        **{name: np.random.default_rng(k).uniform(1, 9, rows) for k, name in enumerate("abc")},
    })  # fmt: skip
    factors = table[list("abc")].to_numpy().reshape(-1, 10, 10, 3)

    def of(frame: pd.DataFrame, indicator: str) -> tuple[Array, Array]:
        own = frame[frame["indicator"] == indicator]
        return own["obs_value"].to_numpy(), own["decimals"].to_numpy(np.float64)

    def bare_table() -> None:
        before, after = factors[:, :-1], factors[:, 1:]
        v0, v1 = before.prod(-1), after.prod(-1)
        (((v1 - v0) / np.log(v1 / v0))[..., None] * np.log(after / before)).sum(-2)

    left, right = of(growth, "energy_total"), of(growth, "gdp")
    use, money = of(levels, "energy_total"), of(levels, "gdp")
    alone = of(used, "energy_total")
    factor = np.full(len(use[0]), 1.0)
    mine, fall = of(saved, "energy_total"), of(saved, "energy_intensity")
    cube = [part.reshape(-1, 10) for part in of(yearly, "energy_intensity")]
    whole = [
        np.stack([of(sectors, pair[side])[0].reshape(-1, 10) for pair in names.values()], -1)
        for side in (0, 1)
    ]

    ones = np.full(whole[0].shape, 1.0)
    effects_took = quickest(lambda: decompose_use(sectors, names))

    def bare_required() -> None:
        for part in chained(*cube):
            100 * ((1 - 13.5 / 100) / (1 + part / 100) - 1)

    def bare_press() -> None:
        low, high = bounds(*cube)
        for part in (low, cube[0], high):
            part.sum(-1), np.prod(1 + part / 100, axis=-1)

    return [
        timed(
            "round_column",
            lambda: np.floor(np.abs(printed) * 10 + 0.5) / 10,
            lambda: round_column(printed, 1),
        ),
        timed(
            "intensity_change", lambda: corners(rate_of_ratio, left, right), lambda: intensity_change(growth)
        ),
        timed("elasticities", lambda: corners(np.divide, left, right), lambda: elasticities(growth)),
        timed(
            "intensity_levels",
            lambda: corners(lambda e, y: e / y * factor, use, money),
            lambda: intensity_levels(levels),
        ),
        timed("energy_savings", lambda: corners(saved_use, mine, fall), lambda: energy_savings(saved)),
        timed(
            "energy_budgets",
            lambda: corners(lambda e: allowed_use(e, 6.0, -3.5), alone),
            lambda: energy_budgets(used, gdp_growth=6.0, change=-3.5, scope=""),
        ),
        timed(
            "multi_year_change, 10 years",
            lambda: chained(*cube),
            lambda: multi_year_change(yearly, 2011, 2020),
        ),
        timed(
            "required_change, 10 years",
            bare_required,
            lambda: required_change(yearly, -13.5, 2011, 2021, until=2020),
        ),
        timed("press_sums, 10 years", bare_press, lambda: press_sums(stated)),
        timed("decompose, 10 sectors", bare_table, lambda: decompose(table, list("abc"), by=["land"])),
        Timing("decompose_use, 10 sectors", quickest(lambda: bare_effects(*whole, ones)), effects_took),
        Timing(
            "  against the plain formula", quickest(lambda: plain_effects(*whole, ones)), effects_took, 25
        ),
    ]


# measure, prices, unit, what is measured, power of ten, least and greatest value
GROWTH = ("yoy", "comparable", "%", "PT", 0, 1, 10)
USED = ("level", "", "万吨标准煤", "TCE", 4, 900, 1200)
MONEY = ("level", "comparable", "亿元", "CNY", 8, 900, 1200)


def made_up(rows: int, kinds: list[tuple[str, str, str, str, str, int, float, float]]) -> pd.DataFrame:
    """Figures of several kinds in ten years of as many areas as make the number of rows."""
    chance = np.random.default_rng(1)
    areas = rows // (10 * len(kinds))
    n = areas * 10 * len(kinds)
    year = pd.Series(np.tile(np.arange(2011, 2021).repeat(len(kinds)), areas), dtype="str")

    def told(column: int, dtype: object) -> pd.Series:
        return pd.Series(np.tile(np.array([kind[column] for kind in kinds], object), areas * 10), dtype=dtype)

    low, high = (told(column, "float64").to_numpy() for column in (6, 7))
    frame = pd.DataFrame({
        "ref_area": pd.Series(np.arange(areas).repeat(10 * len(kinds)), dtype="str"),
        "indicator": told(0, "str"), "measure": told(1, "str"), "price_base": told(2, "str"), "scope": "",
        "time_period": year, "period_start": year + "-01", "period_end": year + "-12", "cumulative": False,
        "obs_value": np.round(low + (high - low) * chance.random(n), 1), "unit": told(3, "str"),
        "unit_measure": told(4, "str"), "unit_mult": told(5, "Int64"), "file": "虚构数据.xlsx", "sheet": "表",
        "cell": "B" + pd.Series(np.arange(n), dtype="str"), "sha256": "a", "vintage": "2024-01-01",
    })  # fmt: skip
    frame["decimals"] = pd.array(np.ones(n, np.int64), "Int64")
    return frame.astype(dict.fromkeys(["scope", "file", "sheet", "sha256", "vintage"], "str"))


@pytest.mark.slow
def test_energy_costs_a_small_multiple_of_the_arithmetic() -> None:
    timings = energy_timings(ROWS // 5)
    assert all(t.ratio < _BUSY * t.bound for t in timings), as_text(timings)


if __name__ == "__main__":
    sys.stdout.write(as_text(energy_timings()) + "\n")
