"""Labelled cells and cards that the tests of the observations are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.observations.observe import observe
from songyuan_analysis.observations.sources import SourceCard
from songyuan_analysis.sheets.units import parse_unit

_CELL: dict[str, Any] = {
    "sheet": "表",
    "cell": "B3",
    "row_label_path": "地区生产总值",
    "column_label_path": "2024年",
    "period": "2024",
    "unit": "亿元",
    "unit_measure": "CNY",
    "unit_mult": 8,
    "value": 1002.18,
    "mark": "",
    "table": 1,
    "title": "松原市主要经济指标",
    "note": "",
    "hidden": False,
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
        unit = parse_unit(columns.get("unit", _CELL["unit"]))
        meant = {"unit_measure": unit.dimension, "unit_mult": unit.mult if unit.known else pd.NA}
        frame = observe(pd.DataFrame([{**_CELL, **meant, **columns}]), card, file="表.xlsx")
        assert len(frame) == 1
        return frame.iloc[0].to_dict()

    return one
