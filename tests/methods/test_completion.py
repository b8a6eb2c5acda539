"""Completion, the calendar, and the rest of the year."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.completion import completion, due, schedule_gap, time_progress
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.required import required_growth, required_growth_by_share

exact = Interval.exact


@pytest.mark.parametrize(("done", "target", "rate"), [(760, 1790, 42.5), (400, 1168, 34.2)])
def test_R83_completion_of_the_city_s_half_year(done: float, target: float, rate: float) -> None:
    """Check the only published report of this shape: GDP 42.5 %, investment 34.2 % of the plan."""
    assert round(completion(done, target), 1) == rate


def test_R80_ahead_of_the_calendar() -> None:
    """Check 74 % by August: 7.33 points ahead."""
    assert schedule_gap(74, 100, 8) == pytest.approx(7.33, abs=0.005)
    assert round(time_progress(4), 2) == 33.33


def test_a_target_of_growth_has_no_completion() -> None:
    """Check that zero, negative targets and months outside the year are refused."""
    for target in (0, -3.5):
        with pytest.raises(UsageError):
            completion(1, target)
    for month in (0, 13):
        with pytest.raises(UsageError):
            time_progress(month)


@given(
    share=st.floats(0.1, 0.9),
    so_far=st.integers(-100, 200).map(lambda n: n / 10),
    target=st.integers(-50, 150).map(lambda n: n / 10),
)
def test_doing_what_is_required_reaches_the_target(share: float, so_far: float, target: float) -> None:
    """Check both forms against each other and against the year that they complete."""
    base, part = 1000.0, 1000.0 * share
    now = part * (1 + so_far / 100)
    rest = required_growth(exact(base), exact(part), exact(now), target).mid
    assert required_growth_by_share(exact(so_far), exact(share), target).mid == pytest.approx(rest, abs=1e-6)
    assert now + (base - part) * (1 + rest / 100) == pytest.approx(base * (1 + target / 100))


def test_precision_of_the_print_widens_the_requirement() -> None:
    """Check that one decimal of growth leaves a band, wider the more of the year has passed."""
    early = required_growth_by_share(Interval.from_printed("4.1"), exact(0.2), 6)
    late = required_growth_by_share(Interval.from_printed("4.1"), exact(0.8), 6)
    assert early.half_width == pytest.approx(0.05 * 0.2 / 0.8)
    assert late.half_width == pytest.approx(0.05 * 0.8 / 0.2)


def test_when_nothing_is_left_nothing_is_required() -> None:
    """Check the end of the year."""
    with pytest.raises(UsageError):
        required_growth(exact(100), exact(100), exact(104), 6)
    with pytest.raises(UsageError):
        required_growth_by_share(exact(4), exact(1), 6)


def test_a_target_is_due_in_parts_by_the_calendar() -> None:
    """Check half a year of 120, and that a whole year is due to the last digit."""
    assert due(120.0, time_progress(6)) == 60.0
    assert due(5.7, 100.0) == 5.7
    assert list(due(np.array([120.0, 12.0]), np.array([25.0, 50.0]))) == [30.0, 6.0]
