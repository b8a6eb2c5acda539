"""How long the methods of plans take on a million observations, in multiples of the bare NumPy arithmetic on the same arrays.

    python -m tests.benchmarks.test_plan_method_speed [rows]

prints the table. What bare is, `bare` says: the bounds of every printed figure that the method is given, and the formula
at their corners; for ranks it sorts all three bounds within their groups. Processor time, quickest of three; as a test it
asserts the bound on fewer rows. Reached on a million rows, two cores busy with other work:

    states 0.8; lights 4.0; movements 8.5; rate_changes 11; ranks 4.1; rank_changes 12; comparisons 11;
    seasonal_shares 7.8; seasonal_progress 13; scenarios 11; gaps, 20 areas 6.9; completions, 20 areas 6.0;
    money_gaps, 20 areas 7.2; required_growths, 20 areas 7.5; track, 20 areas 9.5; gaps, all areas 18;
    completions, all areas 18; money_gaps, all areas 34; required_growths, all areas 36; track, all areas 40

All numbers are made up (虚构数据).
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.comparison import comparisons, movements, rate_changes
from songyuan_analysis.methods.completion import seasonal_progress, seasonal_shares
from songyuan_analysis.methods.lights import light
from songyuan_analysis.methods.ranking import rank_changes, ranks
from songyuan_analysis.methods.required import required_growths
from songyuan_analysis.methods.scenario import scenarios
from songyuan_analysis.methods.targets import leads, states_of
from songyuan_analysis.methods.tracking import completions, gaps, money_gaps, track
from tests.benchmarks.bare import (
    Array,
    Triple,
    Work,
    bounds,
    corners,
    exact,
    measured,
    table,
    too_slow,
)

ROWS = 1_000_000
ALL_AREAS = 45.0
Pairs = dict[str, tuple[Work, Work]]


def numbers(rows: int, seed: int = 0, least: float = 1.0, most: float = 100.0) -> Array:
    return np.random.default_rng(seed).uniform(least, most, rows).round(1)


def all_bounds(frame: pd.DataFrame) -> Work:
    """What every method begins with: the bounds of all figures of its frame, laid out as plain arrays beforehand."""
    values, decimals = frame["obs_value"].to_numpy(), frame["decimals"].to_numpy(np.float64)
    return lambda: bounds(values, decimals)


def some(of: Triple, *rows: slice | Array) -> list[Triple]:
    """Parts of some figures, in the order of the rows."""
    return [(of[0][at], of[1][at], of[2][at]) for at in rows]


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


def minus(a: Array, b: Array) -> Array:
    return a - b


def share(part: Array, whole: Array) -> Array:
    return 100 * part / whole


def rest_by_share(growth: Array, part: Array, target: Array) -> Array:
    return (target - part * growth) / (1 - part)


def rest_by_levels(whole: Array, part: Array, now: Array, target: Array) -> Array:
    return 100 * ((target - now) / (whole - part) - 1)


def money(level: Array, growth: Array, target: Array) -> Array:
    return level - level / (1 + growth / 100) * (1 + target / 100)


def plain(rows: int) -> Pairs:
    """Functions of arrays."""
    small, large, one = numbers(rows), numbers(rows, 1, 100.0, 200.0), np.ones(rows)
    a, b = (Bands.from_printed(values, one) for values in (small, large))
    zero, never = np.zeros(rows), np.zeros(rows, bool)

    def bare_states() -> object:
        low, mid, high = corners(minus, bounds(small, one), bounds(large, one))
        return np.select([low >= 0, high < 0], [2, 1], 0), np.where(mid >= 0, 2, 1)

    def bare_light() -> object:
        gap = small - large
        return np.select([gap >= 0, (gap >= -30) & (gap <= -10), gap < -30], [0, 1, 2], 3)

    def bare_movements() -> object:
        return np.select([small > large, small < large, small > 0], [0, 1, 2], 3)

    return {
        "states": (bare_states, lambda: states_of(leads(a, b, one, zero), never)),
        "lights": (bare_light, lambda: light(small, large, "yinchuan_2025_projects")),
        "movements": (bare_movements, lambda: movements(small - 50, large - 150)),
    }


def beside(rows: int) -> Pairs:
    """Areas and periods beside one another."""
    rates = frame(rows // 25, ["gdp"], years(2000, 2024), obs_status="P")
    few = frame(20, [f"i{n}" for n in range(max(rows // 500, 1))], years(2000, 2024), obs_status="P")
    one_area = len(few) // 20
    others, group = 19 * one_area, np.tile(np.arange(one_area), 20)
    found = ranks(few)
    last = slice(1, None), slice(None, -1)  # the year beside the year before
    made = {name: all_bounds(each) for name, each in (("rates", rates), ("few", few))}

    def bare_ranks() -> None:
        for side in made["few"]():
            np.lexsort((side, group))

    def bare_comparisons() -> None:
        every = made["few"]()
        own = tuple(np.tile(side[:one_area], 19) for side in every)
        corners(minus, own, *some(every, slice(-others, None)))

    placed = [found[name].to_numpy() for name in ("low", "obs_value", "high")]

    return {
        "rate_changes": (lambda: corners(minus, *some(made["rates"](), *last)), lambda: rate_changes(rates)),
        "ranks": (bare_ranks, lambda: ranks(few)),
        "rank_changes": (lambda: corners(minus, *some(placed, *last)), lambda: rank_changes(found)),
        "comparisons": (bare_comparisons, lambda: comparisons(few, "000000")),
    }


def seasons(rows: int) -> Pairs:
    """Shares of the year, and what they say of its rest."""
    levels = frame(rows // 20, ["gdp"], quarters(2019, 2023), **LEVEL)
    areas = rows // 7
    past = frame(areas, ["gdp"], quarters(2023, 2023), **LEVEL)
    both = pd.concat([past, frame(areas, ["gdp"], quarters(2024, 2024)[:3])], ignore_index=True)
    made = {name: all_bounds(each) for name, each in (("levels", levels), ("both", both))}

    def shares(of: Triple) -> Triple:
        """Of every quarter and its own whole year."""
        return corners(share, of, tuple(side[3::4].repeat(4) for side in of))

    def bare_progress() -> None:
        found = [side.reshape(-1, 20) for side in shares(made["levels"]())]
        for side in found:
            _ = (side[:, :8] + side[:, 4:12] + side[:, 8:16]) / 3
        for end in (np.minimum, np.maximum):
            end(end(found[1][:, :8], found[1][:, 4:12]), found[1][:, 8:16])

    def bare_scenarios() -> None:
        levels, growth = some(made["both"](), slice(4 * areas), slice(4 * areas, None))
        part = tuple(side.reshape(-1, 4)[:, :3].ravel() / 100 for side in shares(levels))
        for target in (5.0, 5.5, 6.0):
            with np.errstate(all="ignore"):
                corners(rest_by_share, growth, part, exact(np.full(3 * areas, target)))

    return {
        "seasonal_shares": (lambda: shares(made["levels"]()), lambda: seasonal_shares(levels)),
        "seasonal_progress": (bare_progress, lambda: seasonal_progress(levels)),
        "scenarios": (bare_scenarios, lambda: scenarios(both, year=2024)),
    }


def goals(areas: int) -> pd.DataFrame:
    """Growth and an amount for each area."""
    codes = [f"{n:06d}" for n in range(areas)]
    grow = {"kind": "growth", "operator": ">=", "value": 6.0, "unit": "%"}
    reach = {"kind": "amount", "operator": "=", "value": 90.0, "unit": "亿元"}
    both = [
        pd.DataFrame({"ref_area": codes, "indicator": "gdp", "year": 2024, **one}) for one in (grow, reach)
    ]
    return pd.concat(both, ignore_index=True).assign(id="目标")


def against(rows: int) -> Pairs:
    """Targets against outcomes: of a few areas among many, and of every area."""
    areas = rows // 40
    frames = [frame(areas, ["gdp"], quarters(2020, 2024), **one) for one in ({}, LEVEL)]
    every = pd.concat(frames, ignore_index=True)
    found: Pairs = {}
    for name, size in (("20 areas", min(20, areas)), ("all areas", areas)):
        found |= {f"{what}, {name}": pair for what, pair in _of(every, size).items()}
    return found


def _of(every: pd.DataFrame, size: int) -> Pairs:
    targets, areas, make = goals(size), len(every) // 40, all_bounds(every)
    passed = np.tile([25.0, 50.0, 75.0, 100.0], size)
    growth_goal, amount = exact(np.full(4 * size, 6.0)), exact(np.full(4 * size, 90.0))

    def years_of() -> list[list[Triple]]:
        """The bounds of all figures; then growth and levels of the targets' areas, year by year."""
        halves = some(make(), slice(20 * size), slice(20 * areas, 20 * (areas + size)))
        return [
            [tuple(side.reshape(size, 20)[:, at : at + 4].ravel() for side in half) for at in range(0, 20, 4)]
            for half in halves
        ]

    def bare_gaps(growth: Triple, level: Triple) -> None:
        for one, goal in ((growth, growth_goal), (level, exact(amount[1] * passed / 100))):
            low, mid, high = corners(minus, one, goal)
            _ = low >= 0, high < 0, mid >= 0

    def bare_required(growth: Triple, level: Triple, before: Triple) -> None:
        whole = tuple(side[3::4].repeat(4) for side in before)
        part = corners(lambda a, b: a / b, before, whole)
        with np.errstate(all="ignore"):  # nothing is left of a whole year
            corners(rest_by_share, growth, part, growth_goal)
            corners(rest_by_levels, whole, before, level, amount)

    def bare_track() -> None:
        growths, levels = years_of()
        bare_gaps(growths[-1], levels[-1])
        bare_required(growths[-1], levels[-1], levels[-2])
        corners(money, levels[-1], growths[-1], growth_goal)
        done = corners(share, levels[-1], amount)
        corners(minus, done, exact(passed))
        past = [corners(share, one, tuple(side[3::4].repeat(4) for side in one)) for one in levels[1:-1]]
        season = tuple(sum(sides) / 3 for sides in zip(*past, strict=True))
        corners(minus, done, season)

    work: dict[str, tuple[Callable[[list[Triple], list[Triple]], object], Work]] = {
        "gaps": (lambda g, y: bare_gaps(g[-1], y[-1]), lambda: gaps(every, targets)),
        "completions": (lambda g, y: corners(share, y[-1], amount), lambda: completions(every, targets)),
        "money_gaps": (
            lambda g, y: corners(money, y[-1], g[-1], growth_goal),
            lambda: money_gaps(every, targets),
        ),
        "required_growths": (
            lambda g, y: bare_required(g[-1], y[-1], y[-2]),
            lambda: required_growths(every, targets),
        ),
    }
    found: Pairs = {name: ((lambda f=f: f(*years_of())), own) for name, (f, own) in work.items()}
    return found | {"track": (bare_track, lambda: track(every, targets))}


GROUPS = (plain, beside, seasons, against)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_methods_of_plans_are_bound_by_their_arithmetic(group: Callable[[int], Pairs]) -> None:
    times = measured(group(ROWS // 2))
    # Where every area has targets, the rows of text of the answer are as many as those of the question.
    loose = {name: time for name, time in times.items() if name.endswith("all areas")}
    slow = too_slow({name: time for name, time in times.items() if name not in loose})
    assert not slow | too_slow(loose, ALL_AREAS), table(times)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for group in GROUPS:
        print(table(measured(group(size))), flush=True)  # noqa: T201
