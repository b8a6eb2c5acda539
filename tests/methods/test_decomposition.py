"""LMDI-I: published numbers, zeros as limits, and effects that leave no residual."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.decomposition import effects, logarithmic_mean, terms

# Two sectors of three factors in four years, from the tests of LMDIR (M. Heun).
YEARS = np.array([
    [[1, 10, 2], [4, 5, 3]],
    [[4, 5, 3], [5, 6, 4]],
    [[8, 2, 4], [5, 7, 5]],
    [[10, 1, 5], [6, 8, 6]],
], float)  # fmt: skip
MANY, ANSWER = 9999.0, 42.0

POSITIVE = st.floats(1e-3, 1e3)
SOMETIMES_ZERO = st.one_of(st.just(0.0), POSITIVE)


@st.composite
def two_times(draw: st.DrawFn, values: st.SearchStrategy[float]) -> tuple[np.ndarray, np.ndarray]:
    sectors, factors = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    size = sectors * factors
    both = [draw(st.lists(values, min_size=size, max_size=size)) for _ in range(2)]
    first, second = (np.array(part).reshape(sectors, factors) for part in both)
    return first, second


def test_R71_additive() -> None:
    assert effects(YEARS[0], YEARS[1]) == pytest.approx([69.79006598, -9.455125793, 39.66505981], abs=1e-8)
    assert effects(YEARS[1], YEARS[2]) == pytest.approx([42.96021467, -34.31902656, 50.3588119], abs=1e-7)
    assert effects(YEARS[2], YEARS[3]) == pytest.approx([54.01064234, -9.021284671, 54.01064234], abs=1e-8)
    assert effects(YEARS[0], YEARS[1]).sum() == pytest.approx(100, abs=1e-12)


def test_R72_multiplicative() -> None:
    found = effects(YEARS[:-1], YEARS[1:], "multiplicative")
    expected = [
        [1.761117821, 0.926191306, 1.379410116],
        [1.229284572, 0.847970248, 1.273773912],
        [1.208140223, 0.968911503, 1.208140223],
    ]
    assert found == pytest.approx(np.array(expected), abs=1e-8)
    assert found.prod(-1) == pytest.approx([2.25, 1.327777778, 1.414225941], abs=1e-8)


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ([0, 1], [MANY, ANSWER / MANY], ANSWER),
        ([MANY, ANSWER / MANY], [0, 1], -ANSWER),
        ([MANY, 0], [MANY, 1], 0),
        ([MANY, 1], [MANY, 0], 0),
        ([MANY, 0], [MANY, 0], 0),
        ([0, 1], [0, 1], 0),
        ([MANY, 0], [0, 1], 0),
        ([0, 1], [MANY, 0], 0),
    ],
)
def test_R73_the_eight_cases_of_zero(before: list[float], after: list[float], effect: float) -> None:
    """Check the first factor in table 2 of Ang, Zhang and Choi (1998)."""
    assert terms(before, after)[0] == pytest.approx(effect, rel=1e-15)


def test_R73_zeros_in_the_first_and_the_last_year() -> None:
    before, after = YEARS[0].copy(), YEARS[1].copy()
    before[0, 0], after[1, 2] = 0, 0
    assert terms(before, YEARS[1])[0].tolist() == [60, 0, 0]
    assert terms(YEARS[0], after)[1].tolist() == [0, 0, -60]
    assert not np.signbit(terms(YEARS[0], after)[1, :2]).any()


def test_R74_carbon_of_commercial_buildings_2018() -> None:
    """Check six factors of one sector: population, income, structure, intensity, emission, area."""
    before = [[1390.08, 59.04367375, 0.51892765, 0.002876626, 3.004500526, 2.07]]
    after = [[1395.38, 64.52073987, 0.521570193, 0.002743568, 3.053397862, 2.02]]
    found = effects(before, after)
    assert found == pytest.approx([2.9614, 69.0322, 3.9527, -36.8539, 12.5628, -19.0275], abs=6e-5)
    assert found.sum() == pytest.approx(prod(after[0]) - prod(before[0]), rel=1e-12)
    assert found.sum() == pytest.approx(32.62767, abs=1e-3)


def test_R75_effects_close_to_the_change() -> None:
    """Check the reading of Ang (2016): +50, −10 and −20 take 140 to 160."""
    scale = np.exp(np.array([50, -10, -20]) / logarithmic_mean(160, 140))
    found = effects([[140.0, 1, 1]], [[140.0, 1, 1] * scale])
    assert found == pytest.approx([50, -10, -20])


@given(two_times(SOMETIMES_ZERO))
def test_effects_add_up_to_the_change(times: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = times
    change = after.prod(-1).sum() - before.prod(-1).sum()
    scale = max(after.prod(-1).sum(), before.prod(-1).sum(), 1e-300)
    assert effects(before, after).sum() == pytest.approx(change, abs=1e-12 * scale)


@given(two_times(POSITIVE))
def test_effects_multiply_to_the_ratio_and_both_kinds_tell_one_story(
    times: tuple[np.ndarray, np.ndarray],
) -> None:
    """Check D = ∏ D_x, and that ΔV_x = L(V1, V0) · ln D_x for every factor."""
    before, after = times
    total0, total1 = before.prod(-1).sum(), after.prod(-1).sum()
    ratios = effects(before, after, "multiplicative")
    assert ratios.prod() == pytest.approx(total1 / total0, rel=1e-9)
    mean = logarithmic_mean(total1, total0)
    assert mean * np.log(ratios) == pytest.approx(
        effects(before, after), rel=1e-6, abs=1e-9 * max(total0, total1)
    )


@given(two_times(POSITIVE))
def test_going_back_undoes_the_effects(times: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = times
    scale = max(before.prod(-1).sum(), after.prod(-1).sum())
    assert effects(before, after) == pytest.approx(-effects(after, before), rel=1e-9, abs=1e-12 * scale)


def exact_limit(before: list[float], after: list[float], small: Decimal) -> list[Decimal]:
    """Put a small number for zeros and reckon with 60 digits."""
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 60, -(10**15), 10**15
        own = [[Decimal(x) or small for x in part] for part in (before, after)]
        first, second = (prod(part, start=Decimal(1)) for part in own)
        mean = first if first == second else (second - first) / (second / first).ln()
        return [mean * (b / a).ln() for a, b in zip(*own, strict=True)]


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.tuples(*(st.lists(st.sampled_from([0, 0, 0.5, 2, 7]), min_size=n, max_size=n),) * 2)
    )
)
def test_zeros_are_limits_of_small_numbers(times: tuple[list[float], list[float]]) -> None:
    """Check against brute force: the smaller the number, the nearer, and very near in the end."""
    before, after = times
    found = terms(before, after)
    scale = max(prod(before), prod(after), 1)
    distance = [
        max(abs(float(x) - own) for x, own in zip(exact_limit(before, after, small), found, strict=True))
        for small in (Decimal("1e-60"), Decimal("1e-100"), Decimal("1e-1000000"))
    ]
    assert distance[0] <= 0.06 * scale
    assert distance[1] <= 0.035 * scale
    assert distance[2] <= 1e-5 * scale


def test_small_numbers_themselves_are_reckoned_in_full() -> None:
    """Check five factors of 1e-100, whose product no float holds."""
    found = terms([1e-100] * 5, [3, 4, 5, 1, 1])
    assert found.sum() == pytest.approx(60)
    assert found == pytest.approx([12] * 5, rel=0.01)


def test_values_that_hardly_change_lose_no_digits() -> None:
    near = 1 + 1e-13
    assert float(logarithmic_mean(5 * near, 5)) == pytest.approx(5, rel=1e-12)
    assert terms([5.0, 1], [5 * near, 1]).sum() == pytest.approx(5 * near - 5, rel=1e-9)
    assert logarithmic_mean(1, 1e-20) == pytest.approx(1 / np.log(1e20))
    assert logarithmic_mean([3, 0, 0, 2], [3, 5, 0, 0]).tolist() == [3, 0, 0, 0]


def test_signs_and_gaps() -> None:
    """Check that both-negative factors work, and that a change of sign or a gap leaves its product without effects."""
    assert effects([[-2.0, 3]], [[-4.0, 3]]) == pytest.approx([-6, 0])
    assert np.isnan(logarithmic_mean(1, -1))
    assert np.isnan(terms([[1, 2.0], [3, 4]], [[-1, 2.0], [3, 4]])).tolist() == [[True, True], [False, False]]
    assert np.isnan(effects([[1, np.nan]], [[1, 2.0]])).all()
    assert np.isnan(effects([[0.0, 1]], [[2.0, 1]], "multiplicative")).all()
    with pytest.raises(UsageError, match="additive"):
        effects(YEARS[0], YEARS[1], "乘法")  # type: ignore[arg-type]
