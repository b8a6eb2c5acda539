"""Labelled cells and cards that the tests of the observations are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.observations.observe import observe
from songyuan_analysis.observations.schema import as_observations
from songyuan_analysis.observations.sources import SourceCard

_CELL: dict[str, Any] = {
    "sheet": "表",
    "cell": "B3",
    "row_label_path": "地区生产总值",
    "column_label_path": "2024年",
    "period": "2024",
    "unit": "亿元",
    "value": 1002.18,
    "mark": "",
    "table": 1,
    "title": "松原市主要经济指标",
    "note": "",
    "hidden": False,
}
_ROW: dict[str, Any] = {
    "ref_area": "220700",
    "indicator": "gdp",
    "measure": "level",
    "price_base": "current",
    "scope": "",
    "freq": "A",
    "time_period": "2024",
    "period_start": "2024-01",
    "period_end": "2024-12",
    "cumulative": False,
    "obs_value": 1002.18,
    "decimals": 2,
    "unit_measure": "CNY",
    "unit_mult": 8,
    "unit": "亿元",
    "obs_status": "P",
    "vintage": "2025-03-20",
    "conf_tier": "1",
    "comment_obs": "",
    "mark": "",
    "title": "松原市主要经济指标",
    "issuer": "松原市统计局",
    "source_title": "示例",
    "transcribed": True,
    "file": "公报.xlsx",
    "sha256": "a" * 64,
    "sheet": "表",
    "cell": "B3",
    "row_label_path": "地区生产总值",
    "column_label_path": "2024年",
    "table": 1,
    "hidden": False,
    "problem": "",
}


@pytest.fixture
def card() -> SourceCard:
    return SourceCard(
        path=Path("表.source.toml"),
        issuer="松原市统计局",
        title="示例",
        release_date="2025-03-20",
        status="P",
        read_from="示例",
        tier="1",
        transcribed=True,
        sha256="a" * 64,
        ref_area="220700",
    )


@pytest.fixture
def observed(card: SourceCard) -> Callable[..., dict[str, Any]]:
    """Observe one labelled cell; keywords change its columns."""

    def one(**columns: Any) -> dict[str, Any]:
        frame = observe(pd.DataFrame([{**_CELL, **columns}]), card, file="表.xlsx")
        assert len(frame) == 1
        return frame.iloc[0].to_dict()

    return one


@pytest.fixture
def observations() -> Callable[..., pd.DataFrame]:
    """Make observations; each dict changes columns of the same row, and a year names its period."""

    def make(*rows: dict[str, Any]) -> pd.DataFrame:
        made = []
        for number, columns in enumerate(rows):
            row = {**_ROW, "cell": f"B{number + 1}", **columns}
            if "time_period" in columns and "period_start" not in columns:
                row |= {"period_start": f"{row['time_period']}-01", "period_end": f"{row['time_period']}-12"}
            made.append(row)
        return as_observations(pd.DataFrame(made))

    return make
