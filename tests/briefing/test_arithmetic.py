"""Our own arithmetic: formulas, intervals, inputs; and nothing where an input is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.briefing.arithmetic import difference, fall, interval_of, pull, pulls_together, ratio
from songyuan_analysis.briefing.figure import Figure, Missing, Source
from songyuan_analysis.methods.contribution import pulls_of_parts

GONE = Missing("未公布")


def printed(
    value: float, decimals: int = 1, unit: str = "%", cell: str = "B2", measure: str = "yoy"
) -> Figure:
    source = Source(
        indicator="gdp",
        name_zh="地区生产总值",
        ref_area="220700",
        area_name="松原市",
        measure=measure,
        time_period="2024",
        obs_value=value,
        decimals=decimals,
        unit=unit,
        file="表.xlsx",
        sheet="表",
        cell=cell,
    )
    return Figure.published(source)


def number(cell: Figure | Missing) -> Figure:
    assert isinstance(cell, Figure)
    return cell


def test_a_difference_names_its_formula_and_both_cells() -> None:
    gap = number(difference(printed(3.8), printed(6.0, 0, cell="C2"), what="增速−年度目标"))
    assert (gap.text(unit=True), gap.derivation) == ("-2.2百分点", "增速−年度目标（本报告测算）")
    assert [source.cell for source in gap.sources] == ["B2", "C2"]
    assert (gap.low, gap.high) == (pytest.approx(-2.75), pytest.approx(-1.65))


@given(st.integers(-500, 500), st.integers(-500, 500), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_true_difference_lies_in_the_interval(a: int, b: int, da: float, db: float) -> None:
    gap = number(difference(printed(a / 10), printed(b / 10), what="差"))
    truth = (a + da) / 10 - (b + db) / 10
    assert gap.low is not None and gap.high is not None
    assert gap.low - 1e-9 <= truth <= gap.high + 1e-9


@given(st.integers(10, 9999), st.integers(10, 9999), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_true_ratio_lies_in_the_interval(a: int, b: int, da: float, db: float) -> None:
    share = number(ratio(printed(a / 10, unit="亿元"), printed(b / 10, unit="亿元"), what="比"))
    assert share.low is not None and share.high is not None
    assert share.low - 1e-9 <= (a + da) / (b + db) * 100 <= share.high + 1e-9
    assert share.value == pytest.approx(a / b * 100)


def test_a_missing_input_makes_the_result_missing_for_the_same_reason() -> None:
    assert difference(GONE, printed(1.0), what="差") == difference(printed(1.0), GONE, what="差") == GONE
    assert ratio(printed(1.0), GONE, what="比") == GONE
    parts = [(printed(1.0), printed(1.0)), (printed(2.0), GONE)]
    assert pull(parts, 0, what="拉动") == pulls_together(parts, what="合计") == GONE


def test_pulls_of_parts_that_grow_alike_add_up_to_their_growth() -> None:
    parts = [(printed(value, unit="亿元"), printed(5.0)) for value in (20.0, 30.0, 50.0)]
    pulls = [number(pull(parts, at, what="拉动")) for at in range(3)]
    assert sum(figure.value for figure in pulls) == pytest.approx(5.0)
    assert [figure.text() for figure in pulls] == ["1.00", "1.50", "2.50"]
    assert all(figure.derived for figure in pulls)


def test_a_fall_is_said_without_its_sign() -> None:
    assert fall(printed(-0.7)).text(unit=True) == "0.7%"
    assert "下降" in fall(printed(-0.7)).derivation
    assert fall(printed(0.7)) == printed(0.7)


def test_a_target_was_rounded_by_nobody() -> None:
    target = printed(6.0, 0, cell="C2", measure="target")
    assert interval_of(target).half_width == 0
    gap = number(difference(printed(3.8), target, what="增速−年度目标"))
    assert (gap.low, gap.high) == (pytest.approx(-2.25), pytest.approx(-2.15))


def test_what_was_computed_with_a_target_is_as_uncertain_as_its_other_input() -> None:
    gap = number(difference(printed(3.8), printed(6.0, 0, cell="C2", measure="target"), what="差"))
    assert interval_of(gap).half_width == pytest.approx(0.05)


@pytest.mark.parametrize(("decimals", "half"), [(0, 0.5), (1, 0.05), (2, 0.005)])
def test_a_printed_number_may_be_half_a_unit_away(decimals: int, half: float) -> None:
    assert interval_of(printed(5.0, decimals)).half_width == pytest.approx(half)


def test_a_figure_shown_with_fewer_decimals_is_as_precise_as_its_source() -> None:
    level = replace(printed(53.2147, 4, unit="亿元"), decimals=2)
    assert interval_of(level).half_width == pytest.approx(0.00005)


def test_nothing_is_divided_by_what_may_be_zero() -> None:
    assert isinstance(ratio(printed(1.0), printed(0.0), what="比"), Missing)
    assert isinstance(ratio(printed(1.0), printed(0.1), what="比"), Figure)


@given(st.lists(st.tuples(st.integers(100, 999), st.integers(-99, 99)), min_size=2, max_size=3), st.data())
def test_the_true_pulls_lie_in_their_intervals(numbers: list[tuple[int, int]], data: st.DataObject) -> None:
    parts = [(printed(y / 10, unit="亿元"), printed(g / 10)) for y, g in numbers]
    off = st.floats(-0.5, 0.5)
    true = [((y + data.draw(off)) / 10, (g + data.draw(off)) / 10) for y, g in numbers]
    pulls = pulls_of_parts(*zip(*true, strict=True))
    found = [number(pull(parts, at, what="拉动")) for at in range(len(parts))]
    for figure, truth in [
        *zip(found, pulls, strict=True),
        (number(pulls_together(parts, what="合计")), pulls.sum()),
    ]:
        assert figure.low is not None and figure.high is not None
        assert figure.low - 1e-9 <= truth <= figure.high + 1e-9
