"""What a reviewer tried on the frames of levels and growth: odd cells, odd frames, odd numbers (虚构数据 throughout)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import SongyuanError, UsageError
from songyuan_analysis.methods.adding import cumulate, sum_periods
from songyuan_analysis.methods.averages import average_growths, earlier_growths, points
from songyuan_analysis.methods.chained import chained_index
from songyuan_analysis.methods.cumulative import single_period_growth
from songyuan_analysis.methods.growth import growth
from songyuan_analysis.methods.month_on_month import month_on_month
from songyuan_analysis.methods.parts import check_contributions
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.single_period import single_period

Figures = Callable[..., pd.DataFrame]
YOY = {"measure": "yoy"}


@pytest.mark.parametrize("number", [float("inf"), float("-inf")])
def test_what_is_infinite_is_no_number(figures: Figures, number: float) -> None:
    """Check that growth over an infinite level is a gap and not −100 %."""
    rows = figures((2022, 12, 100), (2023, 12, number), (2024, 12, 110))
    found = growth(rows)
    assert found["obs_value"].isna().all()
    assert set(found["comment_obs"]) == {"没有对应时期的数"}
    quarters = figures((2024, 3, number), (2024, 6, 30))
    assert not np.isinf(single_period(quarters, step="quarter")["obs_value"]).any()


def test_a_missing_cell_leaves_no_address_and_stops_nothing(figures: Figures) -> None:
    rows = figures((2023, 12, 100), (2024, 12, 110)).assign(cell=None)
    assert growth(rows)["sources"].tolist() == ["", ""]
    single = figures((2024, 3, 10), (2024, 6, 11, {"first": 4})).assign(cell=None)
    assert cumulate(single, step="quarter")["obs_value"].tolist() == [10, 21]
    parts = figures(
        *((2024, 12, 33.3, {"indicator": code, "measure": "contribution"})
          for code in ("va_primary", "va_secondary", "va_tertiary")),
    ).assign(cell=None)  # fmt: skip
    assert check_contributions(parts)["comment_obs"].tolist() == [""]


@pytest.mark.parametrize("step", ["month", "quarter"])
def test_nothing_adds_up_to_nothing(figures: Figures, step: str) -> None:
    empty = figures((2024, 3, 10)).iloc[:0]
    assert sum_periods(empty, step=step, to="year").empty  # type: ignore[arg-type]
    assert cumulate(empty, step=step).empty  # type: ignore[arg-type]


def test_points_name_the_columns_that_lack(figures: Figures) -> None:
    for name in ("unit_measure", "measure"):
        with pytest.raises(UsageError, match=name):
            points(figures((2024, 12, 5.0, YOY)).drop(columns=name))


def test_a_mean_without_period_stays_out(figures: Figures) -> None:
    rows = figures((2021, 12, 5.0, {"measure": "two_year_average"}), (2021, 12, 18.3, YOY))
    rows.loc[0, "time_period"] = None
    found = earlier_growths(rows)
    assert round(found["obs_value"].iloc[0], 1) == -6.8


def test_chained_levels_below_zero_keep_their_order(figures: Figures) -> None:
    """Check the bounds of a series that begins below zero (net exports)."""
    rows = figures(
        (2020, 12, -100), (2021, 12, 5.0, YOY), (2022, 12, -2.0, YOY), (2020, 12, 3.0, YOY), decimals=2
    )
    found = chained_index(rows, "2020")
    assert (found["low"] <= found["obs_value"]).all() and (found["obs_value"] <= found["high"]).all()
    assert found["obs_value"].iloc[-1] == pytest.approx(-100 * 1.05 * 0.98)


def test_a_base_that_may_be_zero_is_refused_whatever_the_signs() -> None:
    exact = Interval.exact
    with pytest.raises(SongyuanError, match="基数不是正数"):
        single_period_growth(exact(-100), Interval(-1, 0, 2), exact(-100), Interval(-0.05, 0, 0.05))


def test_a_series_without_scope_is_not_adjusted(figures: Figures) -> None:
    rows = figures((2024, 4, 10, {"first": 4}), (2024, 5, 11, {"first": 5})).assign(scope=np.nan)
    assert month_on_month(rows, adjusted=True)["obs_value"].iloc[1] == pytest.approx(10)
    assert month_on_month(rows, refusals="mark")["obs_value"].isna().all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_order_index_and_types_of_columns_change_nothing(figures: Figures, data: st.DataObject) -> None:
    """Check that single quarters are found in any order, with any index, and with texts of any kind."""
    made: list[tuple[object, ...]] = []
    for year in (2023, 2024):
        so_far = 0
        for month in (3, 6, 9, 12):
            so_far += data.draw(st.integers(10, 99))
            if data.draw(st.integers(0, 4)):
                made.append((year, month, so_far))
                made.append((year, month, data.draw(st.integers(-50, 99)) / 10, YOY))
    if not made:
        return
    rows = figures(*made)
    levels = {(y, m): v for y, m, v, *own in made if not own}
    shuffled = rows.sample(frac=1, random_state=data.draw(st.integers(0, 99))).set_axis([7] * len(rows))
    kind = data.draw(st.sampled_from(["object", "category", "string", "str"]))
    texts = [name for name in rows.columns if rows[name].dtype == "str"]
    found = single_period(shuffled.astype(dict.fromkeys(texts, kind)), step="quarter", refusals="mark")
    assert len(found) == len(rows)
    singles = found[found["measure"] == "level"]
    for end, value in zip(singles["period_end"], singles["obs_value"], strict=True):
        year, month = int(end[:4]), int(end[5:])
        before = 0 if month == 3 else levels.get((year, month - 3))
        assert np.isnan(value) if before is None else value == levels[year, month] - before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.integers(-90, 300)), min_size=3, max_size=8), st.integers(2, 3))
def test_averages_are_those_of_plain_python(figures: Figures, tenths: list[int | None], years: int) -> None:
    made = [(2000 + n, 12, g / 10, YOY) for n, g in enumerate(tenths) if g is not None]
    if not made:
        return
    rates = {year: rate for year, _, rate, _ in made}
    found = average_growths(figures(*made), years=years)
    for year, value in zip(found["time_period"].astype(int), found["obs_value"], strict=True):
        own = [rates.get(year - back) for back in range(years)]
        if None in own:
            assert np.isnan(value)
        else:
            product = np.prod([1 + rate / 100 for rate in own if rate is not None])
            assert value == pytest.approx(100 * (product ** (1 / years) - 1))
