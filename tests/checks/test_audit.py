"""The audit: what it finds in the real figures and in planted faults, and that clean figures leave it silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.observations.breaks import Break, load_breaks
from songyuan_analysis.checks.finding import COLUMNS, NOTE, WARNING
from songyuan_analysis.checks.run import audit, suspects
from songyuan_analysis.observations.store import load_observations

Make = Callable[..., pd.DataFrame]
GROWTH = {"measure": "yoy", "price_base": "comparable", "unit": "%", "unit_measure": "PT", "unit_mult": 0}


def years(*values: float, first: int = 2010, **columns: Any) -> list[dict[str, Any]]:
    return [{"time_period": str(first + i), "obs_value": v, **columns} for i, v in enumerate(values)]


@pytest.fixture(scope="module")
def found(store: Path, raw: Path) -> pd.DataFrame:
    observations = load_observations(store, vintages="all")
    return audit(observations, load_breaks(raw / "breaks.toml"))


def test_the_suspect_revenue_of_2020_is_found(found: pd.DataFrame) -> None:
    rows = found[found["rule"] == "spike"]
    assert rows[["ref_area", "indicator", "time_period"]].to_numpy().tolist() == [
        ["220700", "fiscal_rev_local", "2020"]
    ]
    row = rows.iloc[0]
    assert "76.2" in row["message"] and "存疑" in row["message"] and "增速是5%" in row["message"]
    assert row["evidence"].count("松原市地方财政收支（2010—2023年）.xlsx › 财政收支 › ") == 3
    assert "松原市2020年主要指标" in row["evidence"]


def test_growth_published_for_2020_contradicts_the_suspect_level(found: pd.DataFrame) -> None:
    rows = found[(found["rule"] == "growth-against-levels") & (found["indicator"] == "fiscal_rev_local")]
    assert rows["time_period"].tolist() == ["2020"]
    assert "59.1%" in rows.iloc[0]["message"]


def test_the_industries_of_2013_do_not_add_up(found: pd.DataFrame) -> None:
    rows = found[found["rule"] == "parts-and-total"]
    assert rows[["ref_area", "indicator", "time_period"]].to_numpy().tolist() == [["220700", "gdp", "2013"]]
    assert "1650.65" in rows.iloc[0]["message"] and "1650.48" in rows.iloc[0]["message"]


def test_the_denominator_of_gdp_per_head_changes_from_2020_to_2021(found: pd.DataFrame) -> None:
    rows = found[found["rule"] == "denominator"]
    assert rows[["ref_area", "time_period"]].to_numpy().tolist() == [["220700", "2021"]]
    assert "2020年" in rows.iloc[0]["message"] and "户籍" in rows.iloc[0]["message"]


def test_every_label_that_the_catalogue_does_not_know_is_counted(found: pd.DataFrame, store: Path) -> None:
    observations = load_observations(store, vintages="all")
    unknown = observations[(observations["indicator"] == "") & observations["obs_value"].notna()]
    listed = found[found["rule"] == "unmapped"]["message"].str.extract(r"（(\d+)个格）")[0].astype(int)
    assert listed.sum() >= len(unknown) > 0


def test_every_finding_says_where_and_what_to_do(found: pd.DataFrame) -> None:
    assert tuple(found.columns) == COLUMNS
    assert (found[["message", "evidence", "remedy", "file", "sheet", "cell"]] != "").all(axis=None)
    order = {"错误": 0, "警示": 1, "提示": 2}
    assert found["severity"].map(order).is_monotonic_increasing


def test_clean_figures_give_no_finding(observations: Make) -> None:
    levels = [100.0, 104.0, 107.5, 112.0, 116.0, 121.0, 125.0, 131.0]
    rows = [
        *years(*levels),
        *years(4.0, 3.4, 4.2, 3.6, 4.3, 3.3, 4.8, first=2011, **GROWTH),
        *years(*[v * 0.25 for v in levels], indicator="va_primary"),
        *years(*[v * 0.25 for v in levels], indicator="va_secondary"),
        *years(*[v * 0.50 for v in levels], indicator="va_tertiary"),
        *years(*[v * 400 for v in levels], indicator="gdp_per_capita", unit="元", unit_mult=0, decimals=0),
    ]
    assert audit(observations(*rows)).empty


def test_no_observations_give_no_finding(observations: Make) -> None:
    assert audit(observations({}).iloc[:0]).empty


def test_an_index_in_a_column_of_growth_is_noted(observations: Make) -> None:
    rows = audit(observations({**GROWTH, "obs_value": 103.8}))
    assert rows[["rule", "severity"]].to_numpy().tolist() == [["index-as-growth", NOTE]]
    assert "103.8" in rows.iloc[0]["message"]


def test_two_different_numbers_for_one_thing_are_a_conflict(observations: Make) -> None:
    rows = audit(observations({"obs_value": 1002.18}, {"obs_value": 1012.18, "file": "年鉴.xlsx"}))
    assert rows["rule"].tolist() == ["conflict"]
    assert rows.iloc[0]["severity"] == WARNING
    assert {"公报.xlsx › 表 › B1", "年鉴.xlsx › 表 › B2"} == set(rows.iloc[0]["evidence"].split("；"))


@pytest.mark.parametrize(
    "other",
    [
        {"obs_value": 1002.2, "decimals": 1},
        {"obs_value": 10021800.0, "unit": "万元", "unit_mult": 4, "decimals": 0},
        {"obs_value": 1002.18},
        {"obs_value": 1012.18, "obs_status": "R"},
        {"obs_value": 1012.18, "scope": "可比口径"},
    ],
)
def test_the_same_number_rounded_or_revised_is_no_conflict(observations: Make, other: dict[str, Any]) -> None:
    assert audit(observations({}, {**other, "file": "年鉴.xlsx"})).empty


def test_a_first_figure_and_one_of_unknown_status_that_differ_are_a_conflict(observations: Make) -> None:
    rate = {**GROWTH, "decimals": 1}
    first = {**rate, "obs_value": 3.8, "obs_status": "P"}
    for status in ("P", "A"):
        rows = audit(
            observations(first, {**rate, "obs_value": 4.1, "obs_status": status, "file": "年鉴.xlsx"})
        )
        assert rows["rule"].tolist() == ["conflict"]
        assert "3.8%" in rows.iloc[0]["message"] and "4.1%" in rows.iloc[0]["message"]


@pytest.mark.parametrize("status", ["R", "F", "E"])
def test_a_revision_differs_from_the_first_figure_and_an_estimate_may(
    observations: Make, status: str
) -> None:
    rate = {**GROWTH, "decimals": 1}
    other = {**rate, "obs_value": 4.1, "obs_status": status, "file": "年鉴.xlsx"}
    assert audit(observations({**rate, "obs_value": 3.8, "obs_status": "P"}, other)).empty


def test_a_gap_below_an_unknown_label_is_no_finding_and_a_text_is(observations: Make) -> None:
    unknown = {"indicator": "", "measure": "", "obs_value": float("nan"), "obs_status": "M"}
    assert audit(observations({**unknown, "mark": "…"}, {**unknown, "mark": "-"})).empty
    found = audit(observations({**unknown, "mark": "见注", "problem": "标签“排队”不认识"}))
    assert found["rule"].tolist() == ["unmapped"]
    assert "排队" in found.iloc[0]["message"] and "measures.toml" in found.iloc[0]["remedy"]


def test_every_number_is_held_against_every_other(observations: Make) -> None:
    rows = [{"obs_value": 1002.0, "decimals": 0}, {"obs_value": 1002.49}, {"obs_value": 1001.51}]
    found = audit(observations(*[{**row, "file": f"{i}.xlsx"} for i, row in enumerate(rows)]))
    assert found["rule"].tolist() == ["conflict"]
    assert "1002.49" in found.iloc[0]["message"] and "1001.51" in found.iloc[0]["message"]


def test_parts_that_miss_their_total_by_more_than_rounding_are_found(observations: Make) -> None:
    def parts(third: float) -> pd.DataFrame:
        names = {"gdp": 100.0, "va_primary": 20.0, "va_secondary": 30.0, "va_tertiary": third}
        return observations(*[{"indicator": n, "obs_value": v, "decimals": 1} for n, v in names.items()])

    assert audit(parts(50.2)).empty
    assert audit(parts(50.3))["rule"].tolist() == ["parts-and-total"]


def test_parts_from_two_workbooks_are_not_added_up(observations: Make) -> None:
    names = {"gdp": 100.0, "va_primary": 20.0, "va_secondary": 30.0, "va_tertiary": 60.0}
    rows = [{"indicator": n, "obs_value": v, "file": f"{n}.xlsx"} for n, v in names.items()]
    assert audit(observations(*rows)).empty


REVENUE = {"indicator": "fiscal_rev_local", "price_base": "current"}


def test_a_year_that_jumps_and_falls_back_is_a_spike(observations: Make) -> None:
    frame = observations(*years(50, 51, 52, 53, 90, 55, 56, 57, 58, **REVENUE))
    spike = list(spikes(frame))
    assert [(f.time_period, f.rule) for f in spike] == [("2014", "spike")]


def test_a_lasting_step_is_no_spike(observations: Make) -> None:
    frame = observations(*years(50, 51, 52, 53, 90, 91, 92, 93, 94, **REVENUE))
    assert list(spikes(frame)) == []


def test_a_step_at_a_known_break_is_no_spike(observations: Make) -> None:
    frame = observations(*years(50, 51, 52, 53, 90, 55, 56, 57, 58, **REVENUE))
    broken = Break("220700", ("fiscal_rev_local",), "2013", "2014", "换了口径")
    assert list(spikes(frame, [broken])) == []


def test_short_series_are_not_called_spiky(observations: Make) -> None:
    assert list(spikes(observations(*years(50, 51, 90, 52, 53, **REVENUE)))) == []


def test_growth_that_two_levels_deny_is_found_unless_a_break_explains_it(observations: Make) -> None:
    growth = {**GROWTH, **REVENUE, "price_base": "nominal"}
    frame = observations(*years(50, 60, **REVENUE), *years(5.0, first=2011, **growth))
    assert audit(frame)["rule"].tolist() == ["growth-against-levels"]
    broken = Break("220700", ("fiscal_rev_local",), "2010", "2011", "换了口径")
    assert audit(frame, [broken]).empty


def test_growth_of_a_comparable_scope_is_not_held_against_levels(observations: Make) -> None:
    growth = {**GROWTH, **REVENUE, "price_base": "nominal", "scope": "可比口径"}
    frame = observations(*years(50, 60, **REVENUE), *years(5.0, first=2011, **growth))
    assert audit(frame).empty


def test_investment_levels_are_never_divided(observations: Make) -> None:
    fai = {"indicator": "fai"}
    growth = {**GROWTH, **fai, "price_base": "nominal"}
    assert audit(observations(*years(100, 60, **fai), *years(5.0, first=2011, **growth))).empty


def test_an_implied_deflator_out_of_reason_is_found(observations: Make) -> None:
    frame = observations(*years(100, 130), *years(5.0, first=2011, **GROWTH))
    row = audit(frame).iloc[0]
    assert row["rule"] == "growth-against-levels" and "隐含价格" in row["message"]
    assert audit(observations(*years(100, 108), *years(5.0, first=2011, **GROWTH))).empty


def test_a_row_without_an_area_is_named(observations: Make) -> None:
    rows = audit(observations({"ref_area": "", "problem": "没有地区"}))
    assert rows["rule"].tolist() == ["incomplete"]
    assert "公报.xlsx › 表" in rows.iloc[0]["message"]
