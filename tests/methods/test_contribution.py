"""Contribution and pull."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.contribution import (
    contribution,
    contributions_from_shares,
    growth_behind,
    pull,
    pull_agrees,
    pulls_of_parts,
)
from songyuan_analysis.methods.precision import Interval, round_half_up

printed = Interval.from_printed
TENTHS = st.integers(-2000, 2000).map(lambda n: n / 10)


def test_R31_contributions_from_the_structure_of_the_base_year() -> None:
    """Check Zhuhai 2011: total 11.34 for the published 11.3, contributions within .25 points."""
    result = contributions_from_shares(
        {"一产": 2.7, "二产": 54.8, "三产": 42.5}, {"一产": 3.2, "二产": 14.4, "三产": 7.9}
    )
    assert str(round_half_up(result["pull"].sum(), 1)) == "11.3"
    assert result["pull"].sum() == pytest.approx(11.335, abs=1e-3)
    assert list(result["contribution"].round(1)) == [0.8, 69.6, 29.6]
    for ours, official in zip(result["contribution"], (0.7, 69.5, 29.8), strict=True):
        assert abs(ours - official) <= 0.25


@pytest.mark.parametrize(("share", "expected"), [("13.7", "1.7"), ("59.4", "7.3"), ("26.9", "3.3")])
def test_R33_pull_is_growth_times_contribution(share: str, expected: str) -> None:
    """Check the three sectors of 2015 at a growth of 12.3."""
    assert round_half_up(pull(12.3, float(share)), 1) == round_half_up(expected, 1)
    assert pull_agrees(printed("12.3"), printed(share), printed(expected))


@pytest.mark.parametrize(
    ("share", "expected"), [("3.69", "0.40"), ("358.74", "38.74"), ("-262.43", "-28.34")]
)
def test_R34_contributions_beyond_a_hundred(share: str, expected: str) -> None:
    """Check Qinghai 2013, where investment outweighs all growth."""
    assert pull_agrees(Interval.exact(10.80), printed(share), printed(expected))


def test_R37_the_nation_s_consumption_in_2024() -> None:
    """Check 44.5 % of 5.0: 2.225 is printed 2.2."""
    assert pull_agrees(printed("5.0"), printed("44.5"), printed("2.2"))
    assert not pull_agrees(printed("5.0"), printed("44.5"), printed("2.4"))


def test_a_pull_left_behind_by_a_revision_is_found() -> None:
    """Check that a pull which belongs to growth of 7.45 does not agree with a printed 7.7."""
    kept = round_half_up(pull(7.45, 60.0), 1)
    assert pull_agrees(printed("7.4"), printed("60.0"), printed(str(kept)))
    assert not pull_agrees(printed("7.7"), printed("60.0"), printed(str(kept)))


@given(growth=TENTHS, share=TENTHS)
def test_a_pull_printed_from_unrounded_figures_always_agrees(growth: float, share: float) -> None:
    """Check that the interval test never condemns a table that was computed right."""
    true_growth, true_share = growth + 0.049, share - 0.049
    official = round_half_up(pull(true_growth, true_share), 1)
    assert pull_agrees(
        printed(str(round_half_up(true_growth, 1))),
        printed(str(round_half_up(true_share, 1))),
        printed(official),
    )


def test_a_falling_total_turns_the_signs() -> None:
    """Check that a part which grew while the total fell contributes negatively."""
    assert contribution(2, -10) == -20
    with pytest.raises(UsageError):
        contribution(2, 0)


def test_parts_must_match() -> None:
    """Check that a part without growth is named."""
    with pytest.raises(UsageError, match="三产"):
        contributions_from_shares({"一产": 50, "三产": 50}, {"一产": 3})


def test_pulls_from_levels_add_up_to_the_growth_that_they_imply() -> None:
    """Check 虚构数据: bases 100, 200 and 50 that grow by 5, 10 and −2 %, for one total and for two at once."""
    levels, rates = [105.0, 220.0, 49.0], [5.0, 10.0, -2.0]
    pulls = pulls_of_parts(levels, rates)
    assert list(pulls) == pytest.approx([100 * 5 / 350, 100 * 20 / 350, -100 / 350])
    assert pulls.sum() == pytest.approx(100 * (374 / 350 - 1))
    assert pulls_of_parts([levels, levels], [rates, rates]).tolist() == [list(pulls), list(pulls)]


@given(growth=TENTHS, share=TENTHS.filter(lambda x: x != 0))
def test_growth_behind_a_pull_undoes_the_pull(growth: float, share: float) -> None:
    """Check the inverse, and that no contribution implies nothing."""
    assert growth_behind(pull(growth, share), share) == pytest.approx(growth)
    assert math.isnan(growth_behind(1.0, 0.0))
