"""Bands are intervals by the column: the same formula gives the same bounds, one figure at a time or a million."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.precision import Interval, propagate

FIGURES = st.tuples(st.integers(1, 10**6), st.integers(0, 3))


def growth(now: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    return (now / before - 1) * 100


@given(st.lists(st.tuples(FIGURES, FIGURES), min_size=1, max_size=8))
def test_bands_are_intervals(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Check against the scalar arithmetic, figure by figure."""
    now, before = ([p[i] for p in pairs] for i in (0, 1))
    found = carry(
        growth, *(Bands.from_printed([v for v, _ in side], [d for _, d in side]) for side in (now, before))
    )
    for i, (one, other) in enumerate(zip(now, before, strict=True)):
        single = propagate(
            lambda a, b: (a / b - 1) * 100, Interval.from_printed(*one), Interval.from_printed(*other)
        )
        assert found.low[i] == pytest.approx(single.low)
        assert found.mid[i] == pytest.approx(single.mid)
        assert found.high[i] == pytest.approx(single.high)


def test_what_is_not_finite_is_missing_altogether() -> None:
    found = carry(growth, Bands.exact([1.0, np.nan, 2.0]), Bands.exact([0.0, 1.0, 1.0]))
    assert np.isnan(found.mid).tolist() == [True, True, False]
    assert np.isnan(found.low).tolist() == np.isnan(found.high).tolist() == [True, True, False]
    assert found.mid[2] == 100.0


def test_unknown_decimals_make_a_figure_exact() -> None:
    found = Bands.from_printed([5.0, 5.0], [np.nan, 1])
    assert (found.low.tolist(), found.high.tolist()) == ([5.0, 4.95], [5.0, 5.05])


def test_a_formula_of_exact_numbers_is_asked_once_more() -> None:
    calls = 0

    def formula(*values: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal calls
        calls += 1
        return np.sum(values, axis=0)

    carry(formula, *(Bands.exact([1.0]) for _ in range(8)))
    assert calls == 2
