"""Targets: direction, slack, and what precision leaves open."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import PlanWarning, UsageError
from songyuan_analysis.methods.growth import gap_in_yuan
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import (
    check_targets,
    counts_down,
    doubts,
    money_gap,
    slack_of,
    standing,
)

printed = Interval.from_printed
TENTHS = st.integers(-200, 200).map(lambda n: n / 10)


@pytest.mark.parametrize(
    ("outcome", "state"), [("-4.0", "met"), ("-3.5", "undecided"), ("-3.4", "missed"), ("0.4", "missed")]
)
def test_a_cut_is_met_by_falling_further(outcome: str, state: str) -> None:
    assert standing(printed(outcome), -3.5, down=counts_down("reduction", "=")).state == state


@pytest.mark.parametrize(("outcome", "state"), [("1.9", "met"), ("2.0", "undecided"), ("2.1", "missed")])
def test_a_ceiling_is_met_from_below(outcome: str, state: str) -> None:
    assert standing(printed(outcome), 2.0, down=counts_down("growth", "at_most", "cpi")).state == state


def test_equal_as_printed_is_reached_to_the_reader_and_open_to_the_interval() -> None:
    found = standing(printed("6.0"), 6.0)
    assert (found.state, found.as_printed) == ("undecided", "met")
    assert (found.lead.low, found.lead.high) == (pytest.approx(-0.05), pytest.approx(0.05))
    assert standing(printed("6.0"), 6.0, strict=True).as_printed == "missed"
    assert standing(Interval.exact(325), 325).state == "met"


def test_about_leaves_half_of_the_last_digit() -> None:
    assert (slack_of("约", 0), slack_of("约", 1), slack_of("=", 0)) == (0.5, 0.05, 0.0)
    assert standing(printed("5.6"), 6.0, slack=slack_of("约", 0)).state == "met"


def test_growth_that_a_target_is_tied_to_has_precision_too() -> None:
    assert standing(printed("5.1"), printed("5.0")).state == "met"
    assert standing(printed("5.1"), printed("5")).state == "undecided"


@given(outcome=TENTHS, target=TENTHS, slack=st.sampled_from([0.0, 0.5]))
def test_less_is_better_in_the_mirror(outcome: float, target: float, slack: float) -> None:
    up = standing(printed(str(outcome)), target, slack=slack)
    down = standing(printed(str(-outcome)), -target, slack=slack, down=True)
    assert (up.state, up.as_printed) == (down.state, down.as_printed)
    assert up.lead.mid == pytest.approx(down.lead.mid)


def test_the_gap_of_the_city_in_money() -> None:
    """Check the anchor: 1002.18 at +3.8 against +6 is 21.24 short, and both forms agree."""
    assert round(money_gap(1002.18, 3.8, 6.0), 2) == -21.24
    assert gap_in_yuan(printed("1002.18"), printed("3.8"), 6).gap.mid == pytest.approx(
        money_gap(1002.18, 3.8, 6)
    )


@pytest.mark.parametrize(
    ("kind", "value", "growth", "many"),
    [
        ("growth", 50, None, 0),
        ("growth", 50.1, None, 1),
        ("growth", -51, None, 1),
        ("reduction", -60, None, 1),
        ("count", -3, None, 1),
        ("amount", 625, 25, 0),
        ("amount", 625, 80, 1),
        ("relational", None, None, 0),
    ],
)
def test_absurd_targets_are_doubted(kind: str, value: float | None, growth: float | None, many: int) -> None:
    assert len(doubts(kind, value, growth)) == many


def frame(**columns: object) -> pd.DataFrame:
    row = {
        "ref_area": "220700",
        "indicator": "gdp",
        "year": 2024,
        "kind": "growth",
        "operator": "=",
        "value": 6.0,
    }
    return pd.DataFrame([{**row, "unit": "%", "id": "a", "source": "plan.toml › 第3行", **columns}])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"kind": "grow"}, "kind“grow”"),
        ({"operator": "<="}, "operator“<=”"),
        ({"kind": "reduction", "operator": "at_most"}, "at_most"),
        ({"value": float("nan")}, "没有数值"),
    ],
)
def test_a_frame_of_targets_is_checked(columns: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        check_targets(frame(**columns))
    assert caught.value.file == "plan.toml › 第3行"


def test_a_frame_without_columns_and_with_doubts() -> None:
    with pytest.raises(UsageError, match="缺少列：unit"):
        check_targets(frame().drop(columns="unit"))
    with pytest.warns(PlanWarning, match="第3行"):
        check_targets(frame(value=90.0))


def row_of(**columns: object) -> pd.DataFrame:
    row = {"ref_area": "220700", "indicator": "fai_projects", "year": 2024, "kind": "count", "operator": ">="}
    return pd.DataFrame([{**row, "value": 120.0, "unit": "个", **columns}])  # 虚构数据


@pytest.mark.parametrize(
    "columns",
    [
        {"value": 0.0},
        {"value": -3.0},
        {"value": -3.0, "operator": "at_most"},
        {"kind": "amount", "value": 0.0},
    ],
)
def test_a_size_that_anything_would_reach_is_no_target(columns: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="不是正数"):
        check_targets(row_of(**columns))


def test_no_accident_is_a_ceiling() -> None:
    assert check_targets(row_of(value=0.0, operator="at_most"))["value"].tolist() == [0.0]


@pytest.mark.parametrize("unit", ["亿元", "个", "年"])
def test_growth_in_a_unit_that_is_no_rate_is_refused(unit: str) -> None:
    with pytest.raises(UsageError, match="不是百分数"):
        check_targets(row_of(kind="growth", value=6.0, unit=unit))
    assert len(check_targets(row_of(kind="growth", value=6.0, unit="%"))) == 1


def test_a_plan_is_no_table_of_targets() -> None:
    with pytest.raises(UsageError, match=r"plan\.targets\(\)"):
        check_targets({"gdp": 6.0})  # type: ignore[arg-type]
