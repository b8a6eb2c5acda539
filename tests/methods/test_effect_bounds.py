"""Bounds of LMDI effects: no numbers within the print leave them, and they are no wider than they need be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.decomposition import Kind
from songyuan_analysis.methods.effect_bounds import effect_bands, use_effects

KINDS = st.sampled_from(["additive", "multiplicative"])


@st.composite
def printed_sides(draw: st.DrawFn) -> list[Bands]:
    """Use and output of some sectors at two times, printed with one decimal; a few sectors come, go or use nothing."""
    sectors = draw(st.integers(1, 4))
    sides = []
    for _ in range(2):
        output = np.array(draw(st.lists(st.integers(1, 2000), min_size=sectors, max_size=sectors))) / 10
        use = np.array(draw(st.lists(st.integers(0, 500), min_size=sectors, max_size=sectors))) / 10
        there = np.array(draw(st.lists(st.sampled_from([1, 1, 1, 1, 0]), min_size=sectors, max_size=sectors)))
        sides += [Bands.from_printed(part * there, np.ones(sectors)) for part in (use, output)]
    return sides


def drawn(chance: np.random.Generator, band: Bands, there: np.ndarray) -> Array:
    """Draw numbers within the print, half of them at its ends."""
    low, high = np.maximum(band.low, 0), band.high
    place = chance.uniform(size=(200, len(low)))
    place = np.where(chance.uniform(size=place.shape) < 0.5, np.round(place), place)
    return np.where(there, low + place * (high - low), 0.0)


@given(printed_sides(), KINDS, st.integers(0, 2**32 - 1))
def test_no_numbers_within_the_print_leave_the_bounds(sides: list[Bands], kind: Kind, seed: int) -> None:
    """Check 200 draws, ends among them; also where outputs change a hundredfold and effects are far from straight."""
    found = effect_bands(*sides, kind)
    chance = np.random.default_rng(seed)
    inputs = []
    for use, output in (sides[:2], sides[2:]):
        there = (use.mid != 0) | (output.mid != 0)
        inputs += [drawn(chance, use, there), drawn(chance, output, there)]
    effects = use_effects(*inputs, kind)
    known = np.isfinite(found.mid).all()
    effects = effects[np.isfinite(effects).all(-1)]
    if known and len(effects):
        room = 1e-9 * (1 + np.abs(effects))
        assert (effects >= found.low - room).all()
        assert (effects <= found.high + room).all()


def test_structure_is_not_monotone() -> None:
    """Check 虚构数据: the output of one sector alone moves structure up and then down; corners would be left."""
    moved = [
        use_effects(*(np.array(part) for part in ([1.0, 1], [10.0, 10], [1.2, 1], [y, 10.0])), "additive")[1]
        for y in (1.0, 12.0, 100.0)
    ]
    assert moved[1] > max(moved[0], moved[2])


@given(printed_sides())
def test_activity_and_intensity_reach_their_bounds(sides: list[Bands]) -> None:
    """Check that the ends are exact where the sectors stay and outputs change by less than a factor of e."""
    use0, output0, use1, _ = sides
    growing = Bands(*(part * 1.5 for part in (output0.low, output0.mid, output0.high)))
    if min(use0.low.min(), use1.low.min(), output0.low.min()) <= 0.5 or (
        max((use1.high / use0.low).max(), (use0.high / use1.low).max()) > 2
    ):
        return
    found = effect_bands(use0, output0, use1, growing, "additive")
    least = use_effects(use0.high, output0.low, use1.low, growing.high, "additive")
    most = use_effects(use0.low, output0.high, use1.high, growing.low, "additive")
    assert (found.low[2], found.high[2]) == pytest.approx((least[2], most[2]))
    most = use_effects(use0.high, output0.low, use1.high, growing.high, "additive")
    assert found.high[0] == pytest.approx(most[0])


def test_bounds_are_of_the_size_of_the_print() -> None:
    """Check 虚构数据: with two more decimals the bounds are a hundred times as narrow, and none without imprecision."""
    values = [np.array(part) for part in ([50.0, 20], [200.0, 300], [52.0, 22], [210.0, 320])]

    def width(decimals: float, kind: Kind) -> Array:
        found = effect_bands(*(Bands.from_printed(part, np.full(2, decimals)) for part in values), kind)
        return np.asarray(found.high - found.low)

    for kind in ("additive", "multiplicative"):
        assert width(3, kind) == pytest.approx(width(1, kind) / 100, rel=0.02)
        assert (width(np.nan, kind) == 0).all()
    # Each input moved alone to its ends, the moves added: what the bounds come down to for a fine print.
    alone = np.zeros(3)
    for which in range(4):
        for sector in range(2):
            ends = []
            for step in (-5e-4, 5e-4):
                moved = [part.copy() for part in values]
                moved[which][sector] += step
                ends.append(use_effects(*moved, "additive"))
            alone += np.abs(ends[1] - ends[0])
    assert width(3, "additive") == pytest.approx(alone, rel=0.05)


def test_an_output_that_may_be_zero_leaves_nothing_to_say() -> None:
    sides = [np.array([1.0, 1]), np.array([0.4, 9]), np.array([1.0, 1]), np.array([2.0, 9])]
    found = effect_bands(*(Bands.from_printed(part, np.zeros(2)) for part in sides), "additive")
    assert np.isnan([found.low, found.mid, found.high]).all()
