"""Observations and registers that the tests of the plan are made of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.plan import Plan, load_plan

REGISTER = Path(__file__).parents[2] / "data" / "raw" / "plan" / "2024.toml"

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
    "vintage": "2025-04-01",
    "conf_tier": "1",
    "mark": "",
    "file": "bulletin.xlsx",
    "sha256": "a" * 64,
    "sheet": "公报",
    "cell": "B4",
}
_RATE: dict[str, Any] = {
    "measure": "yoy",
    "price_base": "comparable",
    "decimals": 1,
    "unit_measure": "PT",
    "unit_mult": 0,
    "unit": "%",
    "cell": "C4",
}
_HALF: dict[str, Any] = {
    "freq": "YTD",
    "time_period": "2024-01/2024-06",
    "period_end": "2024-06",
    "cumulative": True,
}


@pytest.fixture
def level() -> Callable[..., dict[str, Any]]:
    """Make a row with a level; keywords change columns."""
    return lambda value, **columns: {**_ROW, "obs_value": value, **columns}


@pytest.fixture
def rate() -> Callable[..., dict[str, Any]]:
    """Make a row with a growth rate; keywords change columns."""
    return lambda value, **columns: {**_ROW, **_RATE, "obs_value": value, **columns}


@pytest.fixture
def half() -> dict[str, Any]:
    """Columns that turn a row of the year into one of January to June."""
    return dict(_HALF)


@pytest.fixture
def published(level: Callable[..., dict[str, Any]], rate: Callable[..., dict[str, Any]]) -> pd.DataFrame:
    """Return what was published on 2024: the bulletin's GDP, and revenue growth on a comparable scope."""
    revenue = rate(
        17.5,
        indicator="fiscal_rev_local",
        price_base="nominal",
        scope="可比口径",
        obs_status="A",
        vintage="2025-07-08",
        conf_tier="1-2",
        file="daily.xlsx",
        sha256="b" * 64,
        cell="B3",
    )
    return pd.DataFrame([level(1002.18), rate(3.8), revenue])


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Return the register of 2024 as it ships."""
    return load_plan(REGISTER)


@pytest.fixture
def register(tmp_path: Path) -> Callable[[str], Path]:
    """Write a small register whose body is given; its first line of body is line 11."""
    head = (
        "[plan]\n"
        'title = "示例计划"\n'
        "year = 2024\n"
        'area = "220700"\n'
        'issuer = "示例市人民政府"\n'
        'source_title = "示例"\n'
        'release_date = "2024-01-10"\n'
        'conf_tier = "1"\n'
        'due = "2024-12-31"\n'
        'sections = ["主要目标"]\n'
    )

    def write(body: str) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(head + body, encoding="utf-8")
        return path

    return write
