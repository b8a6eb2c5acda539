"""From numbers to states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import standing
from songyuan_analysis.plan.judge import STATES, judge

TENTHS = st.integers(-999, 999).map(lambda n: n / 10)


@pytest.mark.parametrize(
    ("printed", "target", "down", "state"),
    [
        ("3.8", 6, False, "missed"),
        ("6.0", 6, False, "met"),
        ("6.1", 6, False, "met"),
        ("-3.8", -3.5, True, "met"),
        ("-3.5", -3.5, True, "met"),
        ("-3.4", -3.5, True, "missed"),
        ("0.2", -3.5, True, "missed"),
    ],
)
def test_after_the_year_a_target_is_met_or_missed(
    printed: str, target: float, down: bool, state: str
) -> None:
    """Check both directions; for reductions negative is good."""
    assert judge(Interval.from_printed(printed), target, whole_year=True, down=down).state == state


def test_equal_as_printed_counts_as_reached_and_says_so() -> None:
    """Check that the print decides, and that the reader hears that it was close."""
    verdict = judge(Interval.from_printed("6.0"), 6, whole_year=True)
    assert verdict.reached
    assert "持平" in verdict.caution


def test_an_interval_across_the_target_is_admitted() -> None:
    """Check that a coarse print beside the target is judged as printed, with a warning."""
    verdict = judge(Interval.from_printed("6"), 6.2, whole_year=True)
    assert verdict.state == "missed"
    assert "跨过目标" in verdict.caution
    assert judge(Interval.from_printed("3.8"), 6, whole_year=True).caution == ""


def test_about_leaves_half_a_digit() -> None:
    """Check 左右: 4.5 is about 5, 4.4 is not."""
    assert judge(Interval.from_printed("4.5"), 5, whole_year=True, slack=0.5).state == "met"
    assert judge(Interval.from_printed("4.4"), 5, whole_year=True, slack=0.5).state == "missed"
    assert judge(Interval.from_printed("-3.0"), -3.5, whole_year=True, down=True, slack=0.5).state == "met"


def test_above_does_not_mean_equal() -> None:
    """Check that "above the province" needs more than the province."""
    assert judge(Interval.from_printed("5.7"), 5.7, whole_year=True, strict=True).state == "missed"
    assert judge(Interval.from_printed("5.8"), 5.7, whole_year=True, strict=True).state == "met"


@given(outcome=TENTHS, target=TENTHS, down=st.booleans())
def test_nothing_is_met_or_missed_before_the_year_is_over(outcome: float, target: float, down: bool) -> None:
    """Check that within the year figures run ahead or behind, and agree with the year's end."""
    printed = Interval.from_printed(str(outcome))
    within = judge(printed, target, whole_year=False, down=down)
    after = judge(printed, target, whole_year=True, down=down)
    assert {within.state, after.state} in ({"ahead", "met"}, {"behind", "missed"})
    assert {within.state, after.state} <= set(STATES)


@given(outcome=TENTHS, target=TENTHS)
def test_a_reduction_is_growth_in_the_mirror(outcome: float, target: float) -> None:
    """Check that turning all signs and the direction changes nothing."""
    upwards = judge(Interval.from_printed(str(outcome)), target, whole_year=True)
    downwards = judge(Interval.from_printed(str(-outcome)), -target, whole_year=True, down=True)
    assert upwards == downwards


@given(
    outcome=TENTHS, target=TENTHS, down=st.booleans(), strict=st.booleans(), slack=st.sampled_from([0, 0.5])
)
def test_the_verdict_is_the_standing_of_the_methods(
    outcome: float, target: float, down: bool, strict: bool, slack: float
) -> None:
    """Check that one figure and its target have one verdict, and a caution wherever precision leaves it open."""
    printed = Interval.from_printed(str(outcome))
    found = standing(printed, target, down=down, slack=slack, strict=strict)
    verdict = judge(printed, target, whole_year=True, down=down, slack=slack, strict=strict)
    assert verdict.state == found.as_printed
    assert bool(verdict.caution) == (found.state == "undecided" or found.equal)
