"""Releases of one number side by side: what was revised, by how much, and the triangle."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from songyuan_analysis.errors import UnitMismatchError, UsageError
from songyuan_analysis.observations.revisions import revisions, triangle
from songyuan_analysis.observations.store import load_observations

Observations = Callable[..., pd.DataFrame]

FIRST = {"obs_value": 900.0, "decimals": 2, "obs_status": "P", "vintage": "2024-01-20", "file": "快报.xlsx"}
REVISED = {"obs_value": 945.0, "decimals": 2, "obs_status": "R", "vintage": "2025-01-20", "file": "修订.xlsx"}


def test_a_revision_shows_both_values_both_cells_and_what_lies_between(observations: Observations) -> None:
    row = revisions(observations(FIRST, REVISED)).iloc[0]
    assert (row["old"], row["new"], row["difference"], row["percent"]) == (900.0, 945.0, 45.0, 5.0)
    assert (row["old_status"], row["new_status"]) == ("P", "R")
    assert (row["old_place"], row["new_place"]) == ("快报.xlsx › 表 › B1", "修订.xlsx › 表 › B2")


def test_units_are_converted_before_they_are_compared(observations: Observations) -> None:
    same = {**REVISED, "obs_value": 9_000_000.0, "unit": "万元", "unit_mult": 4, "decimals": 0}
    assert revisions(observations(FIRST, same)).empty
    row = revisions(observations(FIRST, {**same, "obs_value": 9_100_000.0})).iloc[0]
    assert (row["old"], row["new"], row["unit"]) == (9_000_000.0, 9_100_000.0, "万元")


def test_rates_differ_in_points_only(observations: Observations) -> None:
    rate = {
        "measure": "yoy",
        "price_base": "comparable",
        "unit": "%",
        "unit_measure": "PT",
        "unit_mult": 0,
        "decimals": 1,
    }
    row = revisions(
        observations({**FIRST, **rate, "obs_value": 3.8}, {**REVISED, **rate, "obs_value": 4.1})
    ).iloc[0]
    assert row["difference"] == pytest.approx(0.3)
    assert pd.isna(row["percent"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FIRST, {**REVISED, "obs_value": 900.0}),
        (FIRST, {**REVISED, "obs_value": 900.4, "decimals": 0}),
        (FIRST, {**REVISED, "file": "快报.xlsx"}),
        ({**FIRST, "vintage": ""}, {**REVISED, "obs_status": "P"}),
        (FIRST, {**REVISED, "time_period": "2023"}),
        (FIRST, {**REVISED, "price_base": "comparable"}),
        (FIRST, {**REVISED, "scope": "可比口径"}),
        (FIRST, {**REVISED, "indicator": ""}),
    ],
    ids=[
        "equal",
        "coarser print",
        "one file",
        "unknown order",
        "other period",
        "other prices",
        "other scope",
        "unknown label",
    ],
)
def test_what_is_no_revision(
    observations: Observations, old: dict[str, object], new: dict[str, object]
) -> None:
    assert revisions(observations(old, new)).empty


def test_three_releases_are_two_steps(observations: Observations) -> None:
    final = {**REVISED, "obs_value": 950.0, "obs_status": "F", "vintage": "2026-01-20", "file": "核实.xlsx"}
    found = revisions(observations(final, FIRST, REVISED))
    assert list(zip(found["old"], found["new"], strict=True)) == [(900.0, 945.0), (945.0, 950.0)]


def test_the_triangle_has_a_column_per_release(observations: Observations) -> None:
    rows = observations(
        {**FIRST, "time_period": "2022", "obs_value": 850.0, "vintage": ""},
        {**FIRST, "time_period": "2023"},
        {**REVISED, "time_period": "2022", "obs_value": 8_600_000.0, "unit": "万元", "unit_mult": 4},
        {**REVISED, "time_period": "2023", "obs_value": 9_450_000.0, "unit": "万元", "unit_mult": 4},
    )
    found = triangle(rows, indicator="gdp", area="220700")
    assert list(found.columns) == ["日期不明", "2024-01-20", "2025-01-20"]
    assert found.loc["2023"].tolist()[1:] == [9_000_000.0, 9_450_000.0]
    assert found.loc["2022", "日期不明"] == 8_500_000.0
    assert pd.isna(found.loc["2023", "日期不明"])


def test_a_triangle_of_nothing_or_of_two_series_is_refused(observations: Observations) -> None:
    rows = observations(FIRST, {**REVISED, "price_base": "comparable"})
    with pytest.raises(UsageError, match="库里没有"):
        triangle(rows, indicator="fai", area="220700")
    with pytest.raises(UsageError, match="几种价格口径"):
        triangle(rows, indicator="gdp", area="220700")
    assert triangle(rows, indicator="gdp", area="220700", price_base="current").shape == (1, 1)
    other = observations(FIRST, {**REVISED, "unit": "万人", "unit_measure": "PERS", "unit_mult": 4})
    with pytest.raises(UnitMismatchError, match="万人、亿元"):
        triangle(other, indicator="gdp", area="220700")


def test_the_census_revision_of_the_province_is_found(store: object) -> None:
    """The fifth economic census raised Jilin's GDP of 2023 from 13,531.19 to 13,942.70."""
    found = revisions(load_observations(str(store), vintages="all"))
    row = found[
        (found["ref_area"] == "220000") & (found["indicator"] == "gdp") & (found["time_period"] == "2023")
    ]
    assert row[["old", "new", "new_status"]].to_numpy().tolist() == [[13531.19, 13942.7, "R"]]
