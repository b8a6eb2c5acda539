"""The distribution of past differences, against NumPy; 虚构数据."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.differences import describe_differences
from songyuan_analysis.methods.frames import RESULT

Make = Callable[..., pd.DataFrame]
HALVES = [7.0, 6.4, 5.1, 5.6, 3.2, 8.9, 2.4]  # 2016 to 2022, growth to June
DIFFERENCES = [-0.5, 0.3, 0.1, -0.2, 0.4, -0.7, 0.2]


@pytest.fixture
def growth(observations: Make) -> pd.DataFrame:
    rate = {"measure": "yoy", "unit": "%", "unit_measure": "PT", "unit_mult": 0, "decimals": 1}
    rows = []
    for year, half, gap in zip(range(2016, 2023), HALVES, DIFFERENCES, strict=True):
        span = {"period_start": f"{year}-01", "period_end": f"{year}-06", "cumulative": True}
        rows.append({**rate, "time_period": f"{year}-01/{year}-06", **span, "obs_value": half})
        rows.append({**rate, "time_period": str(year), "obs_value": round(half + gap, 1)})
    return observations(*rows)


def test_the_numbers_are_those_of_numpy(growth: pd.DataFrame) -> None:
    found = describe_differences(growth, year=2023)
    assert set(RESULT) <= set(found.columns) and len(found) == 8
    whole = found[found["sample"] == "全部年份"].set_index("method")
    assert whole["obs_value"].to_dict() == pytest.approx(
        {"mean": np.mean(DIFFERENCES), "spread": np.std(DIFFERENCES, ddof=1), "least": -0.7, "greatest": 0.4}
    )
    assert whole.loc["least", ["low", "high"]].tolist() == pytest.approx([-1.05 + 0.25, -0.6])
    assert whole.loc["mean", "which"] == "2016、2017、2018、2019、2020、2021、2022"
    assert (found["low"] <= found["obs_value"]).all() and (found["obs_value"] <= found["high"]).all()
    without = found[found["sample"] == "不含2020、2021年"].set_index("method")
    rest = DIFFERENCES[:4] + DIFFERENCES[6:]
    assert without.loc["mean", "obs_value"] == pytest.approx(np.mean(rest))
    assert without.loc["spread", "obs_value"] == pytest.approx(np.std(rest, ddof=1))
    assert without["years"].tolist() == [5] * 4


def test_only_years_before_count_and_one_year_has_no_spread(growth: pd.DataFrame) -> None:
    one = describe_differences(growth, year=2017, leave_out=()).set_index("method")
    assert one["obs_value"].drop("spread").tolist() == pytest.approx([-0.5] * 3)
    assert np.isnan(one.loc["spread", "obs_value"]) and one.loc["mean", "which"] == "2016"
    assert describe_differences(growth, year=2016).empty


def test_equal_differences_do_not_spread(growth: pd.DataFrame) -> None:
    values = growth["obs_value"].where(growth["cumulative"], growth["obs_value"].shift() + 0.1)
    found = describe_differences(growth.assign(obs_value=values.round(1)), year=2023, leave_out=())
    assert found.set_index("method").loc["spread", ["low", "obs_value"]].tolist() == pytest.approx([0, 0])
