"""What a reviewer tried on arguments: a slip of the pen is refused in Chinese, never obeyed in silence (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.adding import cumulate, sum_periods
from songyuan_analysis.methods.averages import average_growths
from songyuan_analysis.methods.benchmark import benchmarked
from songyuan_analysis.methods.chained import chained_index
from songyuan_analysis.methods.growth import growth
from songyuan_analysis.methods.seasonal import seasonally_adjusted
from songyuan_analysis.methods.single_period import single_period

Figures = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    "call",
    [
        lambda rows: growth(rows, refusals="ignore"),
        lambda rows: growth(rows, years="2"),
        lambda rows: growth(rows, years=1.5),
        lambda rows: average_growths(rows, years=2.5),
        lambda rows: single_period(rows, step="week"),
        lambda rows: cumulate(rows, step="year"),
        lambda rows: sum_periods(rows, step="quarter", to="month"),
        lambda rows: chained_index(rows, "2020", base=0.0),
        lambda rows: chained_index(rows, "2020", base=float("nan")),
    ],
)
def test_what_no_method_offers_is_refused(figures: Figures, call: Callable[[Any], Any]) -> None:
    with pytest.raises(UsageError) as caught:
        call(figures((2020, 12, 100), (2021, 12, 5.0, {"measure": "yoy"})))
    assert caught.value.remedy


def quarters(figures: Figures) -> pd.DataFrame:
    made = [(2020 + n // 4, n % 4 * 3 + 3, 50 + n % 5, {"first": n % 4 * 3 + 1}) for n in range(16)]
    return figures(*made, cumulative=False)


@pytest.mark.parametrize("index", [["ref_area", "indicator"], ["scope"]])
def test_an_index_with_the_names_of_columns_does_no_harm(figures: Figures, index: list[str]) -> None:
    rows = quarters(figures)
    plain = seasonally_adjusted(rows)["obs_value"].tolist()
    assert seasonally_adjusted(rows.set_index(index, drop=False))["obs_value"].tolist() == plain


def test_an_infinite_quarter_is_a_missing_one(figures: Figures) -> None:
    rows = quarters(figures)
    rows.loc[3, "obs_value"] = np.inf
    years = figures(*((year, 12, 210) for year in range(2020, 2024)))
    for found in (
        seasonally_adjusted(rows, refusals="mark"),
        benchmarked(rows, years, refusals="mark"),
    ):
        assert found["obs_value"].isna().all() and set(found["refusal"]) == {"series-gap"}
