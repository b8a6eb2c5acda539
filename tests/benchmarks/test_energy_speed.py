"""How long methods take on a million rows, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_energy_speed [rows]

prints the table; reached on two busy cores:

    round_column 8.4   intensity_change 5.8   elasticities 6.4   intensity_levels 7.7   energy_savings 8.6
    energy_budgets 7.0   multi_year_change 11   required_change 10   press_sums 10   decompose 6.5   decompose_use 15

Bare (`tests.benchmarks.bare`) are the bounds of all printed inputs and the formula at all their corners, on arrays that
already lie beside each other; several years lie in a cube of area and year, where both ends of all factors are the corners.
Effects have too many corners: beside them stands the plain formula at the middle and at two ends, which bounds nothing.
What is measured beyond it is filtering, pairing, refusing, addresses, and the frame of results. All numbers are made up
(虚构数据).
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.energy import elasticities, intensity_change
from songyuan_analysis.methods.energy_budget import energy_budgets, energy_savings
from songyuan_analysis.methods.energy_effects import decompose, decompose_use
from songyuan_analysis.methods.energy_levels import intensity_levels
from songyuan_analysis.methods.energy_years import multi_year_change, press_sums, required_change
from songyuan_analysis.methods.rounding import round_column
from tests.benchmarks.bare import Array, Triple, Work, bounds, corners, measured, table, too_slow

ROWS = 1_000_000
# The effects' bounds are no corners of the formula, but a search of their own.
EFFECTS = "decompose_use, 10 sectors"
EFFECTS_BOUND = 25


def chained(values: Array, decimals: Array) -> list[Array]:
    return [100 * (np.prod(1 + part / 100, axis=-1) - 1) for part in bounds(values, decimals)]


def ratio_change(one: Array, other: Array) -> Array:
    return ((100 + one) / (100 + other) - 1) * 100


def lmdi(use0: Array, output0: Array, use1: Array, output1: Array) -> list[Array]:
    weight = (use1 - use0) / np.log(use1 / use0)
    whole0, whole1 = output0.sum(-1, keepdims=True), output1.sum(-1, keepdims=True)
    ratios = (
        whole1 / whole0,
        (output1 / whole1) / (output0 / whole0),
        (use1 / output1) / (use0 / output0),
    )
    return [(weight * np.log(ratio)).sum(-1) for ratio in ratios]


def plain_effects(use: Array, output: Array, decimals: Array) -> object:
    """Reckon bounds of the inputs, and the plain formula at the middle and at two ends."""
    uses, outputs = bounds(use, decimals), bounds(output, decimals)
    cubes = [(uses[at], outputs[2 - at]) for at in range(3)]
    return [lmdi(e[:, :-1], y[:, :-1], e[:, 1:], y[:, 1:]) for e, y in cubes]


def energy_and_rounding(rows: int = ROWS) -> dict[str, tuple[float, float]]:
    """Time rounding, decomposition, and energy on frames: bare, method."""
    random = np.random.default_rng(0)
    printed = np.round(random.uniform(-10, 20, rows), 2)
    growth = made_up(rows, [("energy_total", *GROWTH), ("gdp", *GROWTH)])
    levels = made_up(rows, [("energy_total", *USED), ("gdp", *MONEY)])
    saved = made_up(rows, [("energy_total", *USED), ("energy_intensity", *GROWTH)])
    used = made_up(rows, [("energy_total", *USED)])
    yearly = made_up(rows, [("energy_intensity", *GROWTH)])
    span = {"measure": "change", "time_period": "2011-01/2020-12", "period_start": "2011-01"}
    told = yearly.iloc[::10].assign(**span, period_end="2020-12")
    stated = pd.concat([yearly, told], ignore_index=True).sort_values("ref_area", kind="stable")
    names = {f"部门{k}": (f"use_{k}", f"va_{k}") for k in range(10)}
    sectors = made_up(rows, [kind for use, va in names.values() for kind in ((use, *USED), (va, *MONEY))])
    by_sector = pd.DataFrame({
        "land": np.arange(rows) // 100, "year": 2011 + np.arange(rows) % 100 // 10, "sector": np.arange(rows) % 10,
        **{name: random.uniform(1, 9, rows) for name in "abc"},
    })  # fmt: skip
    factors = by_sector[list("abc")].to_numpy().reshape(-1, 10, 10, 3)

    def of(frame: pd.DataFrame, indicator: str) -> tuple[Array, Array]:
        own = frame[frame["indicator"] == indicator]
        return own["obs_value"].to_numpy(), own["decimals"].to_numpy(np.float64)

    def both(frame: pd.DataFrame, *indicators: str) -> list[tuple[Array, Array]]:
        return [of(frame, indicator) for indicator in indicators]

    def figures(columns: list[tuple[Array, Array]]) -> list[Triple]:
        return [bounds(*column) for column in columns]

    rates, uses = both(growth, "energy_total", "gdp"), both(levels, "energy_total", "gdp")
    falls, alone = both(saved, "energy_total", "energy_intensity"), both(used, "energy_total")
    cube = [part.reshape(-1, 10) for part in of(yearly, "energy_intensity")]
    change = of(stated, "energy_intensity")[0][10::11], of(stated, "energy_intensity")[1][10::11]
    use, output = (
        np.stack([of(sectors, pair[at])[0].reshape(-1, 10) for pair in names.values()], -1) for at in (0, 1)
    )
    ones = np.ones(use.shape)

    def bare_table() -> None:
        before, after = factors[:, :-1], factors[:, 1:]
        v0, v1 = before.prod(-1), after.prod(-1)
        (((v1 - v0) / np.log(v1 / v0))[..., None] * np.log(after / before)).sum(-2)

    def bare_press() -> None:
        bounds(*change)
        for part in bounds(*cube):
            part.sum(-1), np.prod(1 + part / 100, axis=-1)

    work: dict[str, tuple[Work, Work]] = {
        "round_column": (
            lambda: np.copysign(np.floor(np.abs(printed) * 10 + 0.5) / 10, printed),
            lambda: round_column(printed, 1),
        ),
        "intensity_change": (
            lambda: corners(ratio_change, *figures(rates)),
            lambda: intensity_change(growth),
        ),
        "elasticities": (lambda: corners(np.divide, *figures(rates)), lambda: elasticities(growth)),
        "intensity_levels": (
            lambda: corners(lambda e, y: e / y * 1.0, *figures(uses)),
            lambda: intensity_levels(levels),
        ),
        "energy_savings": (
            lambda: corners(lambda e, d: e * (100 / (100 + d) - 1), *figures(falls)),
            lambda: energy_savings(saved),
        ),
        "energy_budgets": (
            lambda: corners(lambda e: e * (106.0 / 100) * (96.5 / 100), *figures(alone)),
            lambda: energy_budgets(used, gdp_growth=6.0, change=-3.5, scope=""),
        ),
        "multi_year_change, 10 years": (
            lambda: chained(*cube),
            lambda: multi_year_change(yearly, 2011, 2020),
        ),
        "required_change, 10 years": (
            lambda: [100 * ((1 - 13.5 / 100) / (1 + part / 100) - 1) for part in chained(*cube)],
            lambda: required_change(yearly, -13.5, 2011, 2021, until=2020),
        ),
        "press_sums, 10 years": (bare_press, lambda: press_sums(stated)),
        "decompose, 10 sectors": (bare_table, lambda: decompose(by_sector, list("abc"), by=["land"])),
        EFFECTS: (lambda: plain_effects(use, output, ones), lambda: decompose_use(sectors, names)),
    }
    with np.errstate(all="ignore"):
        return measured(work)


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
    times = energy_and_rounding(ROWS // 5)
    effects = {EFFECTS: times.pop(EFFECTS)}
    assert not too_slow(times)
    assert not too_slow(effects, EFFECTS_BOUND)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    sys.stdout.write(table(energy_and_rounding(size)) + "\n")
