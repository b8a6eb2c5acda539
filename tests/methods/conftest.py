"""Figures that the tests of the arithmetic are made of."""

from collections.abc import Callable
from typing import Any

import pytest

from songyuan_analysis.methods.datum import Datum

_YEAR: dict[str, Any] = {
    "unit": "亿元",
    "decimals": 0,
    "unit_measure": "CNY",
    "unit_mult": 8,
    "ref_area": "100000",
    "indicator": "gdp",
    "measure": "level",
    "price_base": "current",
    "vintage": "2024-10-18",
    "file": "gdp.xlsx",
    "sha256": "a" * 64,
    "sheet": "GDP",
    "cell": "B3",
}


@pytest.fixture
def cumulative() -> Callable[..., Datum]:
    """Make a level of January to a month: ``cumulative(616836, 2024, 6)``."""

    def make(value: float, year: int, month: int, **columns: Any) -> Datum:
        end = f"{year}-{month:02d}"
        period = f"{year}" if month == 12 else f"{year}-01/{end}"
        fields = {"period_start": f"{year}-01", "period_end": end, "cumulative": month != 12, **_YEAR}
        return Datum(**{**fields, "value": value, "time_period": period, **columns})

    return make
