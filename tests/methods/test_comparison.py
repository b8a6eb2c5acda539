"""One area beside others, one period beside another."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.comparison import (
    ACROSS,
    OVER_TIME,
    compare,
    comparisons,
    movement,
    rate_behind,
    rate_changes,
)
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.precision import Interval

HALF = {
    "time_period": "2024-01/2024-06",
    "period_start": "2024-01",
    "period_end": "2024-06",
    "cumulative": True,
}


def row(value: float, area: str = "220700", **columns: Any) -> dict[str, Any]:
    base = {
        "ref_area": area, "indicator": "gdp", "measure": "yoy", "price_base": "comparable", "scope": "", **HALF,
        "obs_value": value, "decimals": 1, "unit": "%", "unit_measure": "PT", "unit_mult": 0, "obs_status": "P",
        "vintage": "2024-07-20", "file": "表.xlsx", "sheet": "表", "cell": "B4",
    }  # fmt: skip
    return {**base, **columns}


@pytest.mark.parametrize(("own", "lead", "province"), [(3.6, 1.7, 1.9), (3.5, 0.7, 2.8), (-8.0, 2.9, -10.9)])
def test_R84_a_fall_can_be_faster(own: float, lead: float, province: float) -> None:
    """Check the half-year of a prefecture of Shanxi: 快于全省 beside growth and beside a fall."""
    found = rate_behind(Interval.from_printed(own, 1), Interval.from_printed(lead, 1))
    assert round(found.mid, 1) == province
    gap = compare(Datum.from_row(row(own)), Datum.from_row(row(province, "140000")))
    assert round(gap.mid, 1) == lead and gap.half_width == pytest.approx(0.1)
    frame = comparisons(pd.DataFrame([row(own), row(province, "140000")]), "220700", ["140000"])
    assert round(frame["obs_value"].iloc[0], 1) == lead
    assert frame["movement"].iloc[0] == ("smaller_fall" if own < 0 else "faster")


@pytest.mark.parametrize(
    ("own", "other", "name"),
    [
        (5.0, 4.0, "faster"),
        (3.0, 4.0, "slower"),
        (-1.0, -2.0, "smaller_fall"),
        (-3.0, -2.0, "larger_fall"),
        (0.5, -0.5, "up_while_down"),
        (-0.5, 0.5, "down_while_up"),
        (4.0, 4.0, "same"),
        (-4.0, -4.0, "same"),
        (0.0, 1.0, "slower"),
        (0.0, -1.0, "smaller_fall"),
        (-1.0, 0.0, "larger_fall"),
    ],
)
def test_movements_have_names_and_words(own: float, other: float, name: str) -> None:
    assert movement(own, other) == name
    assert set(ACROSS) == set(OVER_TIME) and name in ACROSS
    assert movement(float("nan"), other) == ""


def test_falls_widen_and_narrow() -> None:
    assert OVER_TIME["larger_fall"].format(name="上年同期", points="1.0") == "降幅比上年同期扩大1.0个百分点"
    assert "收窄" in OVER_TIME["smaller_fall"]


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"price_base": "nominal"}, PriceBaseMismatchError),
        ({"scope": "可比口径"}, ScopeMismatchError),
        ({"unit_measure": "PP"}, UnitMismatchError),
        ({"obs_status": "F"}, VintageMismatchError),
        ({"vintage": "2025-07-20"}, VintageMismatchError),
        ({"period_end": "2024-03"}, AccumulationMismatchError),
        ({"indicator": "fai"}, ComparabilityError),
    ],
)
def test_unlike_figures_are_not_compared(columns: dict[str, Any], error: type[ComparabilityError]) -> None:
    with pytest.raises(error):
        compare(Datum.from_row(row(5.0)), Datum.from_row(row(4.0, "220000", **columns)))
    found = comparisons(pd.DataFrame([row(5.0), row(4.0, "220000", **columns)]), "220700", ["220000"])
    if columns.get("indicator") or columns.get("period_end"):
        assert found["comment_obs"].tolist() == ["没有该地区同期的数"]
    else:
        assert found["refusal"].tolist() == [error.rule]
        with pytest.raises(error):
            comparisons(pd.DataFrame([row(5.0), row(4.0, "220000", **columns)]), "220700", refusals="raise")
    assert found["obs_value"].isna().all()


def test_levels_are_not_compared_by_points() -> None:
    one, other = (row(v, a, measure="level") for v, a in ((5.0, "220700"), (4.0, "220000")))
    with pytest.raises(ComparabilityError):
        compare(Datum.from_row(one), Datum.from_row(other))
    assert comparisons(pd.DataFrame([one, other]), "220700").empty


def test_province_nation_and_neighbours_at_once() -> None:
    frame = pd.DataFrame([row(3.8), row(4.3, "220000"), row(5.0, "100000"), row(3.8, "220800")])
    found = comparisons(frame, "220700").set_index("other_area")
    assert found["movement"].to_dict() == {"100000": "slower", "220000": "slower", "220800": "same"}
    assert found.loc["220000", "obs_value"] == pytest.approx(-0.5)
    assert (found.loc["220000", "low"], found.loc["220000", "high"]) == pytest.approx((-0.6, -0.4))
    assert found.loc["220000", "sources"] == "表.xlsx › 表 › B4"
    assert comparisons(frame, "220700", ["220100"])["comment_obs"].tolist() == ["没有该地区同期的数"]


def test_rates_change_from_year_to_year_and_gaps_stay_gaps() -> None:
    past = {"time_period": "2023-01/2023-06", "period_start": "2023-01", "period_end": "2023-06"}
    older = {"time_period": "2021-01/2021-06", "period_start": "2021-01", "period_end": "2021-06"}
    frame = pd.DataFrame([row(-3.0), row(-2.0, **past), row(1.0, **older), row(9.0, "220800", **past)])
    found = rate_changes(frame)
    assert found["movement"].tolist() == ["larger_fall", "", "", ""]
    assert found["obs_value"].iloc[0] == -1.0 and found["obs_value"].iloc[1:].isna().all()


def test_two_earlier_figures_are_not_chosen_between() -> None:
    past = {"time_period": "2023-01/2023-06", "period_start": "2023-01", "period_end": "2023-06"}
    found = rate_changes(pd.DataFrame([row(-3.0), row(-2.0, **past), row(-2.5, **past, cell="Z9")]))
    assert pd.isna(found["obs_value"].iloc[0]) and found["refusal"].tolist() == ["comparability", "", ""]
    found = rate_changes(pd.DataFrame([row(-3.0), row(-2.0, **past), row(-2.0, **past, cell="Z9")]))
    assert found["obs_value"].iloc[0] == -1.0


def test_figures_without_a_period_are_not_set_beside_each_other() -> None:
    nowhen = {"time_period": "", "period_start": "", "period_end": ""}
    found = comparisons(pd.DataFrame([row(5.0, **nowhen), row(6.0, "220000", **nowhen)]), "220700")
    assert found["obs_value"].isna().all() and found["comment_obs"].tolist() == ["没有该地区同期的数"]


def test_an_accumulation_is_set_beside_the_shorter_one_of_its_year() -> None:
    quarter = {"time_period": "2024Q1", "period_start": "2024-01", "period_end": "2024-03"}
    found = rate_changes(pd.DataFrame([row(5.0), row(5.3, **quarter)]), months=3)
    assert found["obs_value"].iloc[0] == pytest.approx(-0.3) and found["movement"].iloc[0] == "slower"
