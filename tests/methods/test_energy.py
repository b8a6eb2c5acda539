"""Energy per unit of GDP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import ScopeMismatchError, UsageError
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.energy import (
    additive_press,
    change_from_growth,
    compound,
    compound_published,
    elasticity,
    energy_change,
    looks_additive,
    required_reduction,
)
from songyuan_analysis.methods.precision import Interval, round_half_up

printed = Interval.from_printed
YEARS_2006_2009 = [-2.74, -5.04, -5.20, -3.61]
YEARS_2011_2015 = [-2.01, -3.6, -3.7, -4.8, -5.6]
CHANGES = st.integers(-150, 100).map(lambda n: n / 10)


def test_R63_intensity_from_two_growth_rates() -> None:
    """Check energy +3.5 at GDP +6.4: published −2.7."""
    assert str(round_half_up(change_from_growth(printed("3.5"), printed("6.4")).mid, 1)) == "-2.7"


def test_R64_the_official_figure_is_compounded() -> None:
    """Check 2006–2009: 15.61 by compounding, where the sum says 16.59."""
    assert compound(YEARS_2006_2009) == pytest.approx(-15.61, abs=0.01)
    assert additive_press(YEARS_2006_2009) == pytest.approx(-16.59)


def test_R65_R66_newspapers_add() -> None:
    """Check 2011–2015: 19.71 is the sum, 18.25 the compounded fall; likewise 14.1 for four years."""
    assert additive_press(YEARS_2011_2015) == pytest.approx(-19.71)
    assert compound(YEARS_2011_2015) == pytest.approx(-18.25, abs=0.01)
    assert looks_additive(printed("-19.71"), YEARS_2011_2015)
    assert looks_additive(printed("-14.1"), YEARS_2011_2015[:4])
    assert not looks_additive(printed("-15.61"), YEARS_2006_2009)


def test_R67_what_is_left_is_not_a_difference() -> None:
    """Check 2010: with 15.61 of 20 done, 5.20 is needed and not 4.39."""
    assert required_reduction(-20, [-15.61]) == pytest.approx(-5.20, abs=0.005)


def test_R68_the_fourteenth_plan_closes() -> None:
    """Check 7.3 in three years, 3.8 in 2024: 2025 needs 3.002, and 3 makes 13.5."""
    assert required_reduction(-13.5, [-7.3, -3.8]) == pytest.approx(-3.002, abs=0.001)
    assert str(round_half_up(compound([-7.3, -3.8, -3]), 1)) == "-13.5"


def test_the_plan_s_cut_leaves_room_for_energy() -> None:
    """Check what −3.5 means for energy use at the planned and at the published growth of 2024."""
    assert energy_change(6, -3.5) == pytest.approx(2.29)
    assert energy_change(3.8, -3.5) == pytest.approx(0.167)


@given(growth=CHANGES, change=CHANGES)
def test_energy_change_undoes_the_intensity(growth: float, change: float) -> None:
    """Check that the two directions are inverse."""
    use = energy_change(growth, change)
    assert change_from_growth(Interval.exact(use), Interval.exact(growth)).mid == pytest.approx(
        change, abs=1e-9
    )


@given(done=st.lists(CHANGES, min_size=0, max_size=5), target=CHANGES)
def test_what_is_required_completes_the_target(done: list[float], target: float) -> None:
    """Check that doing what is required reaches the target, from any start."""
    assert compound([*done, required_reduction(target, done)]) == pytest.approx(target, abs=1e-9)


def test_scopes_are_not_joined() -> None:
    """Check that a year with feedstock and one without are refused, with both scopes named."""
    total = Datum(value=-3.0, unit="%", measure="yoy", time_period="2021", cell="B3")
    without = Datum(value=-3.8, unit="%", measure="yoy", time_period="2024", scope="扣除原料用能", cell="B6")
    with pytest.raises(ScopeMismatchError, match="扣除原料用能"):
        compound_published([total, without])
    assert compound_published([total, total]) == pytest.approx(-5.91)


def test_R70_elasticity_is_blank_when_energy_falls() -> None:
    """Check 1980 and 1999 of 新疆统计年鉴2006: .63, blank for energy, 1.03 for power."""
    up = elasticity(4.5, 7.2)
    assert up is not None
    assert str(round_half_up(up, 2)) == "0.63"
    assert elasticity(-2.0, 7.1) is None
    power = elasticity(7.3, 7.1)
    assert power is not None
    assert str(round_half_up(power, 2)) == "1.03"
    assert elasticity(2.0, 0) is None


def test_holes_are_not_skipped() -> None:
    """Check that a missing year is refused by both sums, and an empty list by compounding."""
    for function in (compound, additive_press):
        with pytest.raises(UsageError):
            function([-2.0, float("nan")])
        with pytest.raises(UsageError):
            function([])
    with pytest.raises(UsageError):
        required_reduction(-20, [-100])
    with pytest.raises(UsageError):
        change_from_growth(printed("3.5"), Interval.exact(-100))
