"""The refusals on the project's own data: what a hurried analyst would divide, and must not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    DenominatorMismatchError,
    ScopeMismatchError,
    UnknownBaseError,
    VintageMismatchError,
)
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.growth import growth_from_levels
from songyuan_analysis.observations.breaks import Break, load_breaks
from songyuan_analysis.observations.store import load_observations


@pytest.fixture(scope="module")
def published(store: Path) -> pd.DataFrame:
    return load_observations(store, area="220700", measure="level").dropna(subset=["obs_value"])


@pytest.fixture(scope="module")
def breaks(raw: Path) -> tuple[Break, ...]:
    return load_breaks(raw / "breaks.toml")


def level(published: pd.DataFrame, indicator: str, period: str) -> Datum:
    rows = published[(published["indicator"] == indicator) & (published["time_period"] == period)]
    return Datum.from_row(rows.iloc[0])


@pytest.mark.parametrize(
    ("indicator", "now", "before", "error"),
    [
        ("gdp", "2024", "2023", VintageMismatchError),
        ("gdp", "2019", "2018", VintageMismatchError),
        ("gdp", "2017", "2016", VintageMismatchError),
        ("va_primary", "2019", "2018", VintageMismatchError),
        ("gdp_per_capita", "2021", "2020", DenominatorMismatchError),
    ],
)
def test_known_breaks_of_the_city_are_refused(
    published: pd.DataFrame,
    breaks: tuple[Break, ...],
    indicator: str,
    now: str,
    before: str,
    error: type[ComparabilityError],
) -> None:
    """Check that both cells are named, and what would be allowed."""
    one, other = level(published, indicator, now), level(published, indicator, before)
    with pytest.raises(error) as caught:
        growth_from_levels(one, other, breaks)
    assert type(caught.value) is error
    for figure in (one, other):
        assert f"{figure.file} › {figure.sheet} › {figure.cell}" in caught.value.message
    assert "公布的增速" in caught.value.remedy


def test_years_on_one_ground_are_divided(store: Path, breaks: tuple[Break, ...]) -> None:
    """Check that the refusals do not refuse everything: 752.88 over 729.78 is 3.17 %, in one file."""
    every = load_observations(store, area="220700", indicator="gdp", measure="level", vintages="all")
    one_file = every[every["file"].str.startswith("松原市地区生产总值及三次产业")]
    found = growth_from_levels(level(one_file, "gdp", "2020"), level(one_file, "gdp", "2019"), breaks)
    assert found.mid == pytest.approx(3.165, abs=1e-3)


def test_half_a_year_is_not_set_against_a_year(published: pd.DataFrame) -> None:
    half = level(published, "gdp", "2022-01/2022-06")
    year = level(published, "gdp", "2021")
    with pytest.raises((AccumulationMismatchError, VintageMismatchError)):
        growth_from_levels(half, year)


def test_investment_levels_are_never_divided(published: pd.DataFrame) -> None:
    rows = published[published["indicator"] == "fai"].sort_values("time_period")
    one, other = (Datum.from_row(row) for _, row in rows.tail(2).iterrows())
    with pytest.raises(UnknownBaseError):
        growth_from_levels(other, one)


def test_energy_of_two_scopes_is_not_one_series(published: pd.DataFrame) -> None:
    """Check 全口径 against 扣除原料用能 on a figure of the city, printed twice."""
    row = published.iloc[0].to_dict() | {
        "indicator": "energy_total",
        "unit_measure": "TCE",
        "time_period": "2024",
    }
    now = Datum.from_row(row | {"scope": "扣除原料用能"})
    for scope in ("", "扣除原料用能和非化石能源消费量"):
        with pytest.raises(ScopeMismatchError):
            growth_from_levels(now, Datum.from_row(row | {"scope": scope, "time_period": "2023"}))
