"""How long the methods of plans take on a million observations, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_plan_method_speed [rows]

prints the table. Bare has its figures as aligned arrays: it makes the bounds of the printed figures and evaluates the
formula at all their corners; for ranks it sorts all three bounds within their groups. The method finds the pairs, judges
them, and writes a frame with the cells of each result. Processor time, quickest of three; as a test it asserts a loose
bound on fewer rows. Reached on a million rows, two cores busy with other work:

    states 1.0   lights 4.2   movements 6.8   rate_changes 7.5   rank_changes 6.9   ranks 4.7   seasonal_shares 8.8
    comparisons 16   seasonal_progress 24   scenarios 45
    targets of 20 areas: gaps 8.1   completions 7.1   money_gaps 12   required_growths 13   track 3.8
    targets of every area: gaps 23   completions 25   money_gaps 47   required_growths 53   track 18

The goal is 10; what is above it still copies texts of rows. All numbers are made up (虚构数据).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.comparison import comparisons, movements, points, rate_changes
from songyuan_analysis.methods.completion import seasonal_progress, seasonal_shares, share_of
from songyuan_analysis.methods.lights import light
from songyuan_analysis.methods.ranking import rank_changes, ranks
from songyuan_analysis.methods.required import required_growths, rest_by_levels, rest_by_share
from songyuan_analysis.methods.scenario import TARGETS, scenarios
from songyuan_analysis.methods.targets import lead, leads, money_gap, states_of
from songyuan_analysis.methods.tracking import completions, gaps, money_gaps, track

ROWS = 1_000_000
BOUND = 10.0
# Fewer rows and a busy machine take several times as long; a step that grows with the square takes a hundred times.
_BUSY = 8
Work = Callable[[], object]
Timing = tuple[str, float, float]


def quickest(work: Work) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def printed(values: Array) -> Bands:
    return Bands.from_printed(values, np.ones(len(values)))


def bare(formula: Callable[..., Array], *values: Array) -> Work:
    return lambda: carry(formula, *map(printed, values))


def numbers(rows: int, seed: int = 0, least: float = 1.0, most: float = 100.0) -> Array:
    return np.random.default_rng(seed).uniform(least, most, rows).round(1)


def frame(
    areas: int, indicators: list[str], periods: list[tuple[str, str, bool]], **columns: object
) -> pd.DataFrame:
    """Every area's indicators at every period (start, end, cumulative)."""
    size, months = areas * len(indicators), len(periods)
    rows = size * months
    starts, ends = ([one[at] for one in periods] for at in (0, 1))
    made = pd.DataFrame(
        {
            "ref_area": np.repeat([f"{n:06d}" for n in range(areas)], rows // areas),
            "indicator": np.tile(np.repeat(indicators, months), areas),
            "period_start": np.tile(starts, size),
            "period_end": np.tile(ends, size),
            "time_period": np.tile([f"{a}/{b}" for a, b in zip(starts, ends, strict=True)], size),
            "cumulative": np.tile([one[2] for one in periods], size),
            "obs_value": numbers(rows),
            "cell": [f"B{n}" for n in range(1, rows + 1)],
        }
    )
    made = made.assign(
        measure="yoy", price_base="comparable", scope="", unit="%", unit_measure="PT", unit_mult=0, decimals=1,
        vintage="2025-01-01", sha256="a" * 64, obs_status="", file="虚构.xlsx", sheet="表",
    ).assign(**columns)  # fmt: skip
    texts = {name: "str" for name in made.columns if made[name].dtype == object}
    return made.astype({**texts, "decimals": "Int64", "unit_mult": "Int64"})


LEVEL = {"measure": "level", "price_base": "current", "unit": "亿元", "unit_measure": "CNY", "unit_mult": 8}


def quarters(first: int, last: int) -> list[tuple[str, str, bool]]:
    """The cumulative quarters of some years."""
    every = [(year, month) for year in range(first, last + 1) for month in (3, 6, 9, 12)]
    return [(f"{year}-01", f"{year}-{month:02d}", month < 12) for year, month in every]


def years(first: int, last: int) -> list[tuple[str, str, bool]]:
    return [(f"{year}-01", f"{year}-12", False) for year in range(first, last + 1)]


def plain_timings(rows: int) -> Iterator[Timing]:
    """Functions of arrays."""
    small, large = numbers(rows), numbers(rows, 1, 100.0, 200.0)
    a, b = printed(small), printed(large)
    one, zero = np.ones(rows), np.zeros(rows)

    def bare_light() -> object:
        gap = small - large
        return np.select([gap >= 0, (gap >= -30) & (gap <= -10), gap < -30], [0, 1, 2], 3)

    yield (
        "states",
        quickest(bare(lead, small, large)),
        quickest(lambda: states_of(leads(a, b, one, zero), zero > 1)),
    )
    yield "lights", quickest(bare_light), quickest(lambda: light(small, large, "yinchuan_2025_projects"))
    bare_movements = quickest(lambda: np.select([small > large, small < large, small > 0], [0, 1, 2], 3))
    yield "movements", bare_movements, quickest(lambda: movements(small - 50, large - 150))


def beside_timings(rows: int) -> Iterator[Timing]:
    """Areas and periods beside one another."""
    rates = frame(rows // 25, ["gdp"], years(2000, 2024), obs_status="P")
    one, other = numbers(len(rates)), numbers(len(rates), 1)
    plain = quickest(bare(points, one, other))
    yield "rate_changes", plain, quickest(lambda: rate_changes(rates))
    few = frame(20, [f"i{n}" for n in range(max(rows // 500, 1))], years(2000, 2024), obs_status="P")
    one = numbers(len(few))
    group = np.tile(np.arange(len(few) // 20), 20)

    def bare_ranks() -> None:
        band = printed(one)
        for side in (band.low, band.mid, band.high):
            np.lexsort((side, group))

    yield "ranks", quickest(bare_ranks), quickest(lambda: ranks(few))
    found = ranks(few)
    yield "rank_changes", plain, quickest(lambda: rank_changes(found))
    one, other = (numbers(len(few) // 20 * 19, seed) for seed in (0, 1))
    yield "comparisons", quickest(bare(points, one, other)), quickest(lambda: comparisons(few, "000000"))


def season_timings(rows: int) -> Iterator[Timing]:
    """Shares of the year, and what they say of its rest."""
    levels = frame(rows // 20, ["gdp"], quarters(2019, 2023), **LEVEL)
    part, whole = numbers(len(levels)), numbers(len(levels), 1)
    share = quickest(bare(share_of, part, whole))
    yield "seasonal_shares", share, quickest(lambda: seasonal_shares(levels))

    def bare_progress() -> None:
        found = carry(share_of, printed(part), printed(whole))
        for side in (found.low, found.mid, found.high):
            _ = (side + side + side) / 3

    yield "seasonal_progress", quickest(bare_progress), quickest(lambda: seasonal_progress(levels))
    areas = rows // 7
    past = frame(areas, ["gdp"], quarters(2023, 2023), **LEVEL)
    both = pd.concat([past, frame(areas, ["gdp"], quarters(2024, 2024)[:3])], ignore_index=True)
    growth, part, whole = (numbers(areas * 3, seed) for seed in range(3))

    def bare_scenarios() -> None:
        for target in TARGETS:
            carry(lambda g, p, w, t=target: rest_by_share(g, p / w, t), *map(printed, (growth, part, whole)))

    yield "scenarios", quickest(bare_scenarios), quickest(lambda: scenarios(both, year=2024))


def goals(areas: int) -> pd.DataFrame:
    """Growth and an amount for each area."""
    codes = [f"{n:06d}" for n in range(areas)]
    grow = {"kind": "growth", "operator": ">=", "value": 6.0, "unit": "%"}
    reach = {"kind": "amount", "operator": "=", "value": 90.0, "unit": "亿元"}
    both = [
        pd.DataFrame({"ref_area": codes, "indicator": "gdp", "year": 2024, **one}) for one in (grow, reach)
    ]
    return pd.concat(both, ignore_index=True).assign(id="目标")


def target_timings(rows: int) -> Iterator[Timing]:
    """Targets against outcomes: of a few areas among many, and of every area."""
    areas = rows // 40
    periods = quarters(2020, 2024)
    every = pd.concat(
        [frame(areas, ["gdp"], periods), frame(areas, ["gdp"], periods, **LEVEL)], ignore_index=True
    )
    for name, size in (("of 20 areas", 20), ("of every area", areas)):
        yield from _against(every, min(size, areas), name)


def _against(every: pd.DataFrame, size: int, name: str) -> Iterator[Timing]:
    targets, n = goals(size), 4 * size
    value, growth, level, part, base = (numbers(n, seed, 10, 90) for seed in range(5))
    goal = np.full(n, 6.0)

    def bounds() -> None:
        printed(every["obs_value"].to_numpy())

    def bare_gaps() -> None:
        bounds()
        for one in (value, growth):
            ahead = carry(lead, printed(one), Bands.exact(goal))
            _ = ahead.low >= 0, ahead.high < 0

    def bare_required() -> None:
        bounds()
        carry(lambda g, p, w: rest_by_share(g, p / w, 6.0), *map(printed, (growth, part, level)))
        carry(lambda w, p, y: rest_by_levels(w, p, y, 90.0), *map(printed, (level, part, base)))

    def bare_completions() -> None:
        bounds()
        carry(share_of, printed(value), Bands.exact(goal))

    def bare_money() -> None:
        bounds()
        carry(money_gap, printed(level), printed(growth), Bands.exact(goal))

    def bare_track() -> None:
        bare_gaps()
        bare_required()
        bare_completions()
        bare_money()
        for _ in range(3):  # seasonal progress
            carry(share_of, printed(np.r_[part, part]), printed(np.r_[level, level]))
        for one in (value, growth):  # ahead of the calendar, and of the season
            carry(points, printed(one), Bands.exact(goal))
            carry(points, printed(one), printed(part))

    work: dict[str, tuple[Work, Work]] = {
        "gaps": (bare_gaps, lambda: gaps(every, targets)),
        "required_growths": (bare_required, lambda: required_growths(every, targets)),
        "completions": (bare_completions, lambda: completions(every, targets)),
        "money_gaps": (bare_money, lambda: money_gaps(every, targets)),
        "track": (bare_track, lambda: track(every, targets)),
    }
    for what, (plain, own) in work.items():
        yield f"{what} {name}", quickest(plain), quickest(own)


GROUPS = (plain_timings, beside_timings, season_timings, target_timings)


def table(timings: list[Timing]) -> str:
    return "\n".join(
        f"{what:36}{plain * 1e3:9.1f} ms{own * 1e3:9.1f} ms{own / plain:8.1f}" for what, plain, own in timings
    )


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_methods_of_plans_are_bound_by_their_arithmetic(group: Callable[[int], Iterator[Timing]]) -> None:
    found = list(group(ROWS // 5))
    assert all(own <= _BUSY * BOUND * plain for _, plain, own in found), table(found)


if __name__ == "__main__":
    for group in GROUPS:
        for timing in group(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
            print(table([timing]), flush=True)  # noqa: T201
