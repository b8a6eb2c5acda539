"""Figures that the tests of the arithmetic are made of."""

from collections.abc import Callable
from typing import Any

import pandas as pd
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


@pytest.fixture
def observed() -> Callable[..., pd.DataFrame]:
    """Make yearly observations: ``observed(("energy_total", 2024, 3.5), ("gdp", 2024, 6.4, {"scope": "…"}))``."""

    def make(*rows: tuple[Any, ...], **columns: Any) -> pd.DataFrame:
        frame = pd.DataFrame([_observation(number, *row, **columns) for number, row in enumerate(rows)])
        return frame.astype({"decimals": "Int64", "unit_mult": "Int64", "obs_value": "float64"})

    return make


def _observation(
    number: int, indicator: str, year: int, value: float, own: dict[str, Any] | None = None, **columns: Any
) -> dict[str, Any]:
    fields = {
        "ref_area": "220000",
        "indicator": indicator,
        "measure": "yoy",
        "price_base": "comparable",
        "scope": "",
        "time_period": str(year),
        "period_start": f"{year}-01",
        "period_end": f"{year}-12",
        "cumulative": False,
        "obs_value": value,
        "decimals": 1,
        "unit": "%",
        "unit_measure": "PT",
        "unit_mult": 0,
        "file": "能耗.xlsx",
        "sheet": "表",
        "cell": f"B{number + 2}",
    }
    return {**fields, **columns, **(own or {})}


@pytest.fixture
def figures() -> Callable[..., pd.DataFrame]:
    """Make observations: ``figures((2024, 6, 616836), (2024, 6, 5.0, {"measure": "yoy"}), indicator="gdp")``.

    Every row is a year, the last month, a number and columns of its own; periods begin in January unless they say
    otherwise. Growth is in per cent with one decimal.
    """

    def make(*rows: tuple[Any, ...], **columns: Any) -> pd.DataFrame:
        made = []
        for number, (year, month, value, *own) in enumerate(rows, start=1):
            row = {**_YEAR, "scope": "", "cell": f"B{number}", "cumulative": month != 12, **columns}
            row |= own[0] if own else {}
            if row["measure"] in {"yoy", "contribution", "pull", "two_year_average", "share"}:
                row |= {"unit": "%", "unit_measure": "PT", "unit_mult": 0}
                row |= {"price_base": (own[0] if own else {}).get("price_base", "comparable")}
                row |= {"decimals": (own[0] if own else {}).get("decimals", 1)}
            first = row.pop("first", 1)
            start, end = f"{year}-{first:02d}", f"{year}-{month:02d}"
            single = first == month or (first == month - 2 and not row["cumulative"])
            text = (
                f"{year}Q{month // 3}" if single and first != month else end if single else f"{start}/{end}"
            )
            row["cumulative"] = bool(row["cumulative"] and first == 1)
            text = str(year) if (first, month) == (1, 12) and not row["cumulative"] else text
            made.append(
                row
                | {"time_period": text, "period_start": start, "period_end": end, "obs_value": float(value)}
            )
        return pd.DataFrame(made).astype({"decimals": "Int64", "unit_mult": "Int64"})

    return make
