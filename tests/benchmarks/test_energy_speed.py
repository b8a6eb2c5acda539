"""How long methods take on a million rows, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_energy_speed

prints the table; reached on two cores:

    round_column 13   carry(rate_of_ratio) 0.5   effects (LMDI) 2.1   intensity_change 21 to 34   multi_year_change 44 to 47

Frames cost more than ten times their arithmetic because of texts: addresses that are joined and rows that are copied are
two thirds of intensity_change. Processor time, quickest of three. Bare is the same formula at the same corners, on arrays
that already lie beside each other; what is measured beyond it is pairing, refusing, and the frame of results. All numbers
are made up (虚构数据).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

ROWS = 1_000_000
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


def quickest(action: Callable[[], object], runs: int = 3) -> float:
    found = []
    for _ in range(runs):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return min(found)


def timed(what: str, bare: Callable[[], object], own: Callable[[], object], bound: float = 15) -> Timing:
    return Timing(what, quickest(bare), quickest(own), bound)


def as_text(timings: list[Timing]) -> str:
    lines = [f"{'':34}{'bare, ms':>10}{'own, ms':>10}{'ratio':>8}"]
    lines += [f"{t.what:34}{t.bare * 1e3:10.1f}{t.own * 1e3:10.1f}{t.ratio:8.1f}" for t in timings]
    return "\n".join(lines)


def energy_timings(rows: int = ROWS) -> list[Timing]:
    """Measure rounding, decomposition, and energy on frames."""
    from songyuan_analysis.methods.bands import Bands, carry
    from songyuan_analysis.methods.decomposition import effects
    from songyuan_analysis.methods.energy import intensity_change, rate_of_ratio
    from songyuan_analysis.methods.energy_years import multi_year_change
    from songyuan_analysis.methods.rounding import round_column

    chance = np.random.default_rng(0)
    printed = np.round(chance.uniform(-10, 20, rows), 2)
    use, growth = np.round(chance.uniform(-5, 10, (2, rows)), 1)
    sectors = chance.uniform(1, 100, (2, rows // 30, 10, 3))
    frame = made_up_growth(rows)
    half = rows // 2
    left, right = use[:half], growth[:half]
    years = intensity_change(frame)
    cube = years["obs_value"].to_numpy().reshape(-1, 10)

    def corners(a: np.ndarray, b: np.ndarray) -> None:
        found = [rate_of_ratio(a + x, b + y) for x, y in ((0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))]
        np.minimum.reduce(found), np.maximum.reduce(found)

    def bare_lmdi() -> None:
        before, after = sectors
        v0, v1 = before.prod(-1), after.prod(-1)
        (((v1 - v0) / np.log(v1 / v0))[..., None] * np.log(after / before)).sum(-2)

    bands = [Bands.from_printed(x, np.ones(rows)) for x in (use, growth)]
    return [
        timed(
            "round_column",
            lambda: np.floor(np.abs(printed) * 10 + 0.5) / 10,
            lambda: round_column(printed, 1),
            25,
        ),
        timed("carry(rate_of_ratio)", lambda: corners(use, growth), lambda: carry(rate_of_ratio, *bands)),
        timed("effects (LMDI)", bare_lmdi, lambda: effects(*sectors)),
        timed("intensity_change", lambda: corners(left, right), lambda: intensity_change(frame), 60),
        timed(
            "multi_year_change, 10 years",
            lambda: [100 * ((1 + (cube + x) / 100).prod(-1) - 1) for x in (-1, 0, 1)],
            lambda: multi_year_change(years, 2011, 2020),
            120,
        ),
    ]


def made_up_growth(rows: int) -> pd.DataFrame:
    """Growth of energy and of GDP in ten years of as many areas as make the number of rows."""
    chance = np.random.default_rng(1)
    areas = rows // 20
    year = np.tile(np.arange(2011, 2021).repeat(2), areas)
    text = pd.Series(year, dtype="str")
    frame = pd.DataFrame({
        "ref_area": pd.Series(np.arange(areas).repeat(20), dtype="str"),
        "indicator": pd.Series(np.tile(["energy_total", "gdp"], rows // 2), dtype="str"),
        "measure": "yoy", "price_base": "comparable", "scope": "", "time_period": text,
        "period_start": text + "-01", "period_end": text + "-12", "cumulative": False,
        "obs_value": np.round(chance.uniform(-5, 10, rows), 1), "unit": "%", "unit_measure": "PT",
        "file": "虚构数据.xlsx", "sheet": "表", "cell": "B" + pd.Series(np.arange(rows), dtype="str"),
    })  # fmt: skip
    frame["decimals"] = pd.array(np.ones(rows, np.int64), "Int64")
    frame["unit_mult"] = pd.array(np.zeros(rows, np.int64), "Int64")
    text_columns = ["measure", "price_base", "scope", "unit", "unit_measure", "file", "sheet"]
    return frame.astype(dict.fromkeys(text_columns, "str"))


@pytest.mark.slow
def test_energy_costs_a_small_multiple_of_the_arithmetic() -> None:
    timings = energy_timings(ROWS // 5)
    assert all(t.ratio < _BUSY * t.bound for t in timings), as_text(timings)


if __name__ == "__main__":
    sys.stdout.write(as_text(energy_timings()) + "\n")
