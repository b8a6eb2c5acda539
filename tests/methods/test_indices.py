"""Indices as growth; 虚构数据."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.growth import rate_of_index
from songyuan_analysis.methods.indices import with_growth_of_indices

Make = Callable[..., pd.DataFrame]
INDEX: dict[str, Any] = {"measure": "index_py100", "price_base": "comparable", "unit": "", "decimals": 1}
RATE: dict[str, Any] = {**INDEX, "measure": "yoy", "unit": "%", "unit_measure": "PT", "unit_mult": 0}


def test_an_index_less_a_hundred_is_growth() -> None:
    assert rate_of_index(106.2) == pytest.approx(6.2)


def test_an_index_counts_where_no_rate_is_printed(observations: Make) -> None:
    frame = observations(
        {**INDEX, "time_period": "2021", "obs_value": 106.2},
        {**INDEX, "time_period": "2022", "obs_value": 95.5},
        {**RATE, "time_period": "2022", "obs_value": -4.5, "decimals": 2},
        {"time_period": "2022", "obs_value": 1002.18},
    )
    found = with_growth_of_indices(frame)
    assert found["obs_value"].tolist() == pytest.approx([6.2, -4.5, 1002.18])
    assert found["measure"].tolist() == ["yoy", "yoy", "level"]
    assert found["unit"].tolist() == ["%", "%", "亿元"] and found["decimals"].tolist() == [1, 2, 2]
    assert found["cell"].tolist() == ["B1", "B3", "B4"]


def test_an_index_of_another_series_stays(observations: Make) -> None:
    frame = observations(
        {**INDEX, "time_period": "2022", "obs_value": 95.5},
        {**RATE, "time_period": "2022", "obs_value": 3.1, "price_base": "nominal"},
        {**RATE, "time_period": "2022", "obs_value": 3.3, "ref_area": "220000"},
    )
    assert with_growth_of_indices(frame)["obs_value"].tolist() == pytest.approx([-4.5, 3.1, 3.3])


def test_without_an_index_nothing_changes(observations: Make) -> None:
    frame = observations({**RATE, "time_period": "2022", "obs_value": 3.1})
    pd.testing.assert_frame_equal(with_growth_of_indices(frame), frame)
    with pytest.raises(UsageError, match="缺少列"):
        with_growth_of_indices(pd.DataFrame({"measure": ["yoy"]}))
