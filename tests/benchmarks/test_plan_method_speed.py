"""How long the methods of plans take on a million figures, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_plan_method_speed

prints the table; reached on two cores, busy with other work:

    completion 3.3   required by share 2.2   required by levels 3.6   gap in money 2.1   states 7.0   lights 3.7
    movements 3.7   rank 1.3   rank with its bounds 11.5

Bare is the formula at low, mid and high; for ranks it is the sorting. Processor time, quickest of three. Frames cost far more
than their arithmetic, because codes of series are numbered and addresses joined; the last line prints how much and holds
nothing. All numbers are made up (虚构数据).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.comparison import movements, points, rate_changes
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.lights import light
from songyuan_analysis.methods.ranking import competition_rank, rank_bounds
from songyuan_analysis.methods.required import rest_by_levels, rest_by_share
from songyuan_analysis.methods.targets import lead, leads, money_gap, states_of

ROWS = 1_000_000
Work = Callable[[], object]


def quickest(work: Work) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def plan_timings(rows: int = ROWS) -> dict[str, tuple[float, float]]:
    """Bare and own seconds of each method."""
    chance = np.random.default_rng(0)
    small, large = chance.uniform(1, 100, rows).round(1), chance.uniform(100, 200, rows).round(1)
    a, b = (Bands.from_printed(values, np.ones(rows)) for values in (small, large))
    goal, share = Bands.exact(large), Bands(*(x / 300 for x in (a.low, a.mid, a.high)))
    group = chance.integers(0, rows // 10, rows)
    one, zero = np.ones(rows), np.zeros(rows)

    def bare(formula: Callable[..., object], *inputs: Bands) -> Work:
        return lambda: [formula(*(getattr(x, side) for x in inputs)) for side in ("low", "mid", "high")]

    def bare_light() -> object:
        gap = small - large
        return np.select([gap >= 0, (gap >= -30) & (gap <= -10), gap < -30], [0, 1, 2], 3)

    pairs: dict[str, tuple[Work, Work]] = {
        "completion": (bare(share_of, a, goal), lambda: carry(share_of, a, goal)),
        "required by share": (
            bare(rest_by_share, a, share, goal),
            lambda: carry(rest_by_share, a, share, goal),
        ),
        "required by levels": (
            bare(rest_by_levels, b, a, a, goal),
            lambda: carry(rest_by_levels, b, a, a, goal),
        ),
        "gap in money": (bare(money_gap, b, a, goal), lambda: carry(money_gap, b, a, goal)),
        "states": (bare(lead, a, goal), lambda: states_of(leads(a, goal, one, zero), zero > 1)),
        "lights": (bare_light, lambda: light(small, large, "yinchuan_2025_projects")),
        "movements": (
            lambda: np.select([small > large, small < large, small > 0], [0, 1, 2], 3),
            lambda: movements(small - 50, large - 150),
        ),
        "rank": (lambda: np.lexsort((small, group)), lambda: competition_rank(small, group)),
        "rank with its bounds": (lambda: np.lexsort((small, group)), lambda: rank_bounds(a, group)),
    }
    return {name: (quickest(plain), quickest(own)) for name, (plain, own) in pairs.items()}


def frame_timing(rows: int = ROWS // 10) -> tuple[float, float]:
    """Bare and own seconds of one method on a frame: every rate beside the one of the year before."""
    years, areas = np.arange(2000, 2025).astype(str), rows // 25
    value = np.random.default_rng(1).normal(5, 2, areas * 25).round(1)
    frame = pd.DataFrame({"ref_area": np.repeat(np.arange(areas).astype(str), 25), "obs_value": value})
    year = pd.Series(np.tile(years, areas))
    frame = frame.assign(
        indicator="gdp", measure="yoy", price_base="comparable", scope="", time_period=year, decimals=1,
        period_start=year + "-01", period_end=year + "-12", unit="%", unit_measure="PT", unit_mult=0,
    )  # fmt: skip
    band = Bands.from_printed(value, np.ones(len(value)))
    return quickest(lambda: carry(points, band, band)), quickest(lambda: rate_changes(frame))


@pytest.mark.slow
def test_methods_of_plans_are_bound_by_their_arithmetic() -> None:
    found = plan_timings(ROWS // 5)
    slow = {name: own / bare for name, (bare, own) in found.items() if own > 60 * bare}
    assert not slow


if __name__ == "__main__":
    for what, (plain, own) in {**plan_timings(), "a frame (rate_changes)": frame_timing()}.items():
        print(f"{what:26}{plain * 1e3:9.1f} ms{own * 1e3:9.1f} ms{own / plain:8.1f}")  # noqa: T201
