"""The year's end from past differences, and what it would have been worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from songyuan_analysis.errors import SampleTooSmallError, UsageError
from songyuan_analysis.methods.backtest import (
    backtest,
    mean_absolute_error,
    mean_percentage_error,
    mean_squared_error,
)
from songyuan_analysis.methods.differences import differences_to_year
from songyuan_analysis.methods.frames import RESULT
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.year_end import year_end, year_ends

Make = Callable[..., pd.DataFrame]
exact = Interval.exact
DIFFERENCES = [-0.5, 0.3, 0.1, -0.2, 0.4, -0.7, 0.2, 0.0]  # 虚构数据


@pytest.fixture
def growth(observations: Make) -> Make:
    """Growth to June and of the year; 虚构数据."""

    def make(
        halves: Sequence[float], ends: Sequence[float | None], first: int = 2015, **columns: object
    ) -> pd.DataFrame:
        fixed = {
            "measure": "yoy",
            "unit": "%",
            "unit_measure": "PT",
            "unit_mult": 0,
            "decimals": 1,
            **columns,
        }
        rows = []
        for number, (half, end) in enumerate(zip(halves, ends, strict=True)):
            year = first + number
            to_june = {
                "time_period": f"{year}-01/{year}-06",
                "period_start": f"{year}-01",
                "period_end": f"{year}-06",
                "cumulative": True,
            }
            rows.append({**fixed, **to_june, "obs_value": half})
            if end is not None:
                rows.append({**fixed, "time_period": str(year), "obs_value": end})
        return observations(*rows)

    return make


def test_the_formula_of_the_probability() -> None:
    found = year_end(exact(5.2), [exact(e) for e in DIFFERENCES], 5.0)
    mean, spread, n = np.mean(DIFFERENCES), np.std(DIFFERENCES, ddof=1), len(DIFFERENCES)
    scale = spread * np.sqrt(1 + 1 / n)
    assert found.expected is not None and found.lower is not None and found.upper is not None
    assert found.by_t is not None and found.by_rank is not None
    assert found.expected.mid == pytest.approx(5.2 + mean)
    assert found.lower.mid == pytest.approx(5.2 + mean - stats.t.ppf(0.975, n - 1) * scale)
    assert found.upper.mid == pytest.approx(5.2 + mean + stats.t.ppf(0.975, n - 1) * scale)
    assert found.by_t.mid == pytest.approx(100 * stats.t.cdf((5.2 + mean - 5.0) / scale, n - 1))
    assert found.by_rank.mid == pytest.approx(100 * 6 / 8)  # −0.2 reaches 5.0 exactly


def test_below_six_years_there_is_a_state_and_no_number() -> None:
    found = year_end(exact(5.2), [exact(e) for e in DIFFERENCES[:5]], 5.0)
    assert found.state == "样本不足：只有 5 年，少于 6 年" and found.years == 5
    assert (found.expected, found.lower, found.upper, found.by_t, found.by_rank) == (None,) * 5
    assert year_end(exact(5.2), [exact(e) for e in DIFFERENCES[:6]], 5.0).by_t is not None


def test_equal_differences_have_a_rank_but_no_probability() -> None:
    found = year_end(exact(5.2), [exact(e) for e in (0.1, 0.1, 5.3 - 5.2, 0.1, 0.1, 0.1)], 5.3)
    assert found.by_t is None and found.by_rank is not None
    assert found.by_rank.mid == 100


def test_a_coverage_outside_0_and_1_is_refused() -> None:
    with pytest.raises(UsageError):
        year_end(exact(5), [exact(e) for e in DIFFERENCES], 5, level=95)


@given(
    moves=st.lists(st.floats(-1, 1), min_size=9, max_size=9),
    so_far=st.floats(2, 9),
    target=st.floats(2, 9),
)
def test_the_print_is_carried(moves: list[float], so_far: float, target: float) -> None:
    """Any unrounded figures behind the printed ones give numbers within the bounds."""
    printed = [Interval(e - 0.1, e, e + 0.1) for e in DIFFERENCES]
    found = year_end(Interval(so_far - 0.05, so_far, so_far + 0.05), printed, target)
    behind = [exact(e + 0.1 * m) for e, m in zip(DIFFERENCES, moves, strict=False)]
    other = year_end(exact(so_far + 0.05 * moves[8]), behind, target)
    for name in ("expected", "lower", "upper", "by_t", "by_rank"):
        one, two = getattr(found, name), getattr(other, name)
        assert one.low - 1e-6 <= two.mid <= one.high + 1e-6, name


def test_differences_carry_the_print_and_bridge_nothing(growth: Make) -> None:
    frame = growth([5.0, 5.2, 4.8], [5.3, None, 4.9])
    found = differences_to_year(frame)
    assert found["year"].tolist() == [2015, 2017]
    assert found["obs_value"].tolist() == pytest.approx([0.3, 0.1])
    assert found["low"].tolist() == pytest.approx([0.2, 0.0])
    assert set(found["unit"]) == {"个百分点"} and set(found["month"]) == {6}
    assert found["sources"].iloc[0] == "公报.xlsx › 表 › B2；公报.xlsx › 表 › B1"
    yearly = frame[frame["time_period"] == "2015"].assign(
        time_period="2015-01/2015-12", cumulative=True, obs_value=9.9
    )
    same = pd.concat([yearly.assign(obs_value=5.3), frame])
    assert differences_to_year(same)["obs_value"].tolist() == pytest.approx([0.3, 0.1])
    found = differences_to_year(pd.concat([yearly, frame]))
    assert found["refusal"].tolist() == ["comparability", ""] and pd.isna(found["obs_value"].iloc[0])


@pytest.mark.parametrize("year", [2017, 2023])
def test_two_different_numbers_for_one_period_are_not_chosen_between(growth: Make, year: int) -> None:
    """Check a past year and the growth so far: nothing is said of the year's end, whichever number comes first."""
    frame = growth([5.0] * 9, [*(5 + e for e in DIFFERENCES), None])
    twice = frame[frame["time_period"] == f"{year}-01/{year}-06"].assign(obs_value=7.7, cell="Z9")
    assert len(twice) == 1 and year_ends(frame, 5.0, year=2023)["obs_value"].notna().all()
    for parts in ([frame, twice], [twice, frame]):
        found = year_ends(pd.concat(parts), 5.0, year=2023)
        assert found["obs_value"].isna().all() and set(found["refusal"]) == {"comparability"}
        assert found["comment_obs"].str.contains("两个不同的数").all()
    tried = backtest(pd.concat([frame, twice]))
    assert (tried["refusal"] == "comparability").all() == (year == 2017)
    again = pd.concat([frame, twice.assign(obs_value=5.0)])
    assert year_ends(again, 5.0, year=2023)["obs_value"].notna().all()


def test_a_frame_says_it_with_and_without_the_unusual_years(growth: Make) -> None:
    ends = [5 + e for e in DIFFERENCES]  # 2015 to 2022
    frame = growth([5.0] * 9, [*ends, None])
    other = growth([5.0] * 3, [5.1, 5.2, None], first=2021, ref_area="220100")
    found = year_ends(pd.concat([frame, other]), {"gdp": 5.0}, year=2023)
    assert tuple(found.columns[: len(RESULT)]) == RESULT
    own = found[found["ref_area"] == "220700"].set_index(["method", "sample"])
    assert own["years"].to_dict()["chance_by_t", "全部年份"] == 8
    assert own["years"].to_dict()["chance_by_t", "不含2020、2021年"] == 6
    assert set(own["time_period"]) == {"2023"} and set(own["known_to"]) == {"2023-01/2023-06"}
    alone = year_end(Interval.from_printed("5.0"), [Interval(e - 0.1, e, e + 0.1) for e in DIFFERENCES], 5.0)
    for method, number in {
        "expected_growth": alone.expected,
        "lower_growth": alone.lower,
        "upper_growth": alone.upper,
        "chance_by_t": alone.by_t,
    }.items():
        assert number is not None
        row = own.loc[(method, "全部年份")]
        assert row[["low", "obs_value", "high"]].tolist() == pytest.approx(
            [number.low, number.mid, number.high]
        )
    assert own.loc[("chance_by_rank", "全部年份"), "obs_value"] == pytest.approx(62.5)
    assert own.loc[("chance_by_rank", "不含2020、2021年"), "obs_value"] == pytest.approx(100 * 4 / 6)
    few = found[found["ref_area"] == "220100"]
    assert few["obs_value"].isna().all() and set(few["refusal"]) == {"sample-too-small"}
    assert set(few["comment_obs"]) == {"样本不足：只有 2 年，少于 6 年", "样本不足：只有 1 年，少于 6 年"}
    with pytest.raises(SampleTooSmallError):
        year_ends(other, 5.0, year=2023, refusals="raise")


def test_later_years_and_missing_targets_are_left_out(growth: Make) -> None:
    frame = growth([5.0] * 9, [5 + e for e in [*DIFFERENCES, 9.0]])
    found = year_ends(frame, {"investment": 3.0}, year=2022, leave_out=())
    assert set(found["method"]) == {"expected_growth", "lower_growth", "upper_growth"}
    assert set(found["years"]) == {7} and set(found["sample"]) == {"全部年份"}
    assert year_ends(frame, 5.0, year=2040).empty


def test_R94_naive_forecast() -> None:
    """Check the textbook's weekly sales: each week as the one before."""
    sales = [18.0, 13.0, 16.0, 11.0, 17.0, 14.0]
    assert round(mean_absolute_error(sales[:-1], sales[1:]), 2) == 4.40
    assert round(mean_squared_error(sales[:-1], sales[1:]), 2) == 20.80
    assert round(mean_percentage_error(sales[:-1], sales[1:]), 2) == 31.88
    assert sales[-1] == 14


def test_errors_of_unequal_columns_or_over_zero_are_refused() -> None:
    for forecast, actual in (([1.0], [1.0, 2.0]), ([], []), ([float("nan")], [1.0])):
        with pytest.raises(UsageError):
            mean_absolute_error(forecast, actual)
    with pytest.raises(UsageError):
        mean_percentage_error([1.0], [0.0])


def test_the_backtest_uses_earlier_years_only(growth: Make) -> None:
    halves = [5.0, 6.0, 4.5, 5.5, 6.5, 4.0, 5.0, 5.6, 4.4]
    ends = [h + e for h, e in zip(halves, [*DIFFERENCES, -0.3], strict=True)]
    found = backtest(growth(halves, ends, decimals=None)).set_index("method")
    assert set(found["origins"]) == {3}
    gaps = np.array([*DIFFERENCES, -0.3])
    own = np.mean([abs(gaps[n] - gaps[:n].mean()) for n in (6, 7, 8)])
    assert found.loc["experience", "obs_value"] == pytest.approx(own)
    assert found.loc["no_change", "obs_value"] == pytest.approx(np.abs(gaps[6:]).mean())
    last = np.mean([abs(ends[n] - ends[n - 1]) for n in (6, 7, 8)])
    assert found.loc["last_year", "obs_value"] == pytest.approx(last)
    assert own > np.abs(gaps[6:]).mean()  # experience lost here, and the table says so
    assert "不如按现状推算" in found.loc["experience", "comment_obs"]
    assert "优于按上年推算" in found.loc["experience", "comment_obs"]
    rounded = backtest(growth(halves, ends)).set_index("method").loc["experience"]
    assert "与按现状推算的差别在印出精度之内" in rounded["comment_obs"]
    assert rounded["low"] < rounded["obs_value"] < rounded["high"]


def test_a_backtest_without_years_is_a_state(growth: Make) -> None:
    found = backtest(growth([5.0] * 6, [5.1, 5.2, 5.3, 5.1, 5.0, 5.2]))
    assert found["obs_value"].isna().all() and set(found["refusal"]) == {"sample-too-small"}
    with pytest.raises(SampleTooSmallError):
        backtest(growth([5.0] * 2, [5.1, 5.2]), refusals="raise")
    assert backtest(growth([5.0], [None])).empty
    full = growth([5.0] * 9, [5 + e for e in [*DIFFERENCES, 0.1]])
    assert set(backtest(full)["origins"]) == {3}
    assert set(backtest(full, leave_out=(2020, 2021))["origins"]) == {1}


def test_the_order_of_rows_and_missing_words_change_nothing(growth: Make) -> None:
    frame = growth([5.0 + e for e in DIFFERENCES] + [5.2], [5.0] * 8 + [None])
    again = pd.concat([frame.iloc[[0, 1]].assign(decimals=3), frame], ignore_index=True)
    one, other = (year_ends(rows, 5.0, year=2023, leave_out=()) for rows in (again, again.iloc[::-1]))
    for name in ("low", "obs_value", "high"):
        assert one[name].tolist() == pytest.approx(other[name].tolist())
    for nothing in (None, float("nan")):
        blank = frame.astype({"scope": object}).assign(scope=nothing)
        for method in (differences_to_year, backtest, lambda rows: year_ends(rows, 5.0, year=2023)):
            assert method(blank)["obs_value"].tolist() == pytest.approx(
                method(frame)["obs_value"].tolist(), nan_ok=True
            )


def test_a_year_may_be_written_and_must_be_one(growth: Make) -> None:
    frame = growth([5.0 + e for e in DIFFERENCES] + [5.2], [5.0] * 8 + [None])
    written: object = "2023"
    assert len(year_ends(frame, 5.0, year=written)) == len(year_ends(frame, 5.0, year=2023)) > 0  # type: ignore[arg-type]
    wrong: object = "今年"
    with pytest.raises(UsageError, match="今年"):
        year_ends(frame, 5.0, year=wrong)  # type: ignore[arg-type]
