"""The audit: what it finds in the real figures and in planted faults, and that clean figures leave it silent."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.checks.finding import COLUMNS, NOTE, WARNING
from songyuan_analysis.checks.labels import nearest, unknown_labels
from songyuan_analysis.checks.run import audit, suspects
from songyuan_analysis.observations.breaks import Break, load_breaks
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.schema import as_observations
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


def test_growth_that_contradicts_the_suspect_level_is_not_a_second_finding(found: pd.DataFrame) -> None:
    rows = found[(found["ref_area"] == "220700") & (found["indicator"] == "fiscal_rev_local")]
    assert rows["rule"].tolist() == ["spike"]


def test_known_breaks_are_named_with_their_notes(found: pd.DataFrame) -> None:
    rows = found[(found["rule"] == "known-break") & (found["ref_area"] == "220700")]
    assert rows["time_period"].tolist() == ["2017", "2019", "2024"]
    assert set(rows["severity"]) == {NOTE}
    assert (
        "核算基础显然变了" in rows.iloc[0]["message"]
        and "修订后的2023年数没有找到" in rows.iloc[2]["message"]
    )


def test_the_whole_list_of_findings_is_the_one_that_was_read(found: pd.DataFrame) -> None:
    """The golden list was read against the sources one by one; a change of it has to be read too."""
    lines = [
        " | ".join(row) for row in found[["severity", "rule", "file", "sheet", "cell", "message"]].to_numpy()
    ]
    golden = Path(__file__).parent / "findings.txt"
    assert lines == golden.read_text(encoding="utf-8").splitlines()


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
    assert list(suspects(frame)) == [("公报.xlsx", "表", "B5")]
    assert audit(frame)["rule"].tolist() == ["spike"]


def test_a_lasting_step_is_no_spike(observations: Make) -> None:
    frame = observations(*years(50, 51, 52, 53, 90, 91, 92, 93, 94, **REVENUE))
    assert suspects(frame) == {}


def test_a_step_at_a_known_break_is_no_spike(observations: Make) -> None:
    frame = observations(*years(50, 51, 52, 53, 90, 55, 56, 57, 58, **REVENUE))
    broken = Break("220700", ("fiscal_rev_local",), "2013", "2014", "换了口径")
    assert suspects(frame, [broken]) == {}


def test_short_series_are_not_called_spiky(observations: Make) -> None:
    assert suspects(observations(*years(50, 51, 90, 52, 53, **REVENUE))) == {}


def test_growth_that_two_levels_deny_is_found_unless_a_break_explains_it(observations: Make) -> None:
    growth = {**GROWTH, **REVENUE, "price_base": "nominal"}
    frame = observations(*years(50, 60, **REVENUE), *years(5.0, first=2011, **growth))
    assert audit(frame)["rule"].tolist() == ["growth-against-levels"]
    broken = Break("220700", ("fiscal_rev_local",), "2010", "2011", "换了口径")
    assert audit(frame, [broken])["rule"].tolist() == ["known-break"]


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


def test_unknown_labels_come_with_counts_the_nearest_names_and_the_first_cell(observations: Make) -> None:
    unknown = {
        "indicator": "",
        "measure": "",
        "row_label_path": "规模以上工业增加直",
        "problem": "指标名称不在目录里",
    }
    area = {
        **unknown,
        "row_label_path": "地区生产总值",
        "problem": "标签“松原是”不认识，不知道它把指标变成了什么",
    }
    labels = unknown_labels(observations(unknown, unknown, area, {}))
    assert labels[["label", "count", "cell"]].to_numpy().tolist() == [
        ["规模以上工业增加直", 2, "B1"], ["松原是", 1, "B3"],
    ]  # fmt: skip
    assert labels.iloc[0]["nearest"].startswith("规模以上工业增加值（industry_va_above_scale）")
    assert labels.iloc[0]["nearest"].count("（") >= 3
    assert "松原市（220700）" in labels.iloc[1]["nearest"] or "松原（220700）" in labels.iloc[1]["nearest"]
    assert unknown_labels(observations({})).empty


def test_near_names_are_never_used_for_matching(observations: Make) -> None:
    assert nearest("地区生产总直")[0].startswith("地区生产总值")
    assert catalogue().find_indicator(["地区生产总直"]) == ""


def test_two_hundred_thousand_observations_take_seconds(observations: Make) -> None:
    """Twenty series of thirty years in each of 170 made-up areas (虚构数据), with one planted slip."""
    codes = [
        item.code for item in catalogue() if item.kind == "flow" and not item.part_of and not item.parent
    ][:20]
    row = observations({}).iloc[0].to_dict()
    rows = []
    for area in range(170):
        for place, code in enumerate(codes):
            for year in range(1994, 2024):
                when = {"time_period": str(year), "period_start": f"{year}-01", "period_end": f"{year}-12"}
                here = {**row, **when, "ref_area": f"9{area:05d}", "indicator": code, "file": f"{area}.xlsx"}
                value = round(100 * 1.06 ** (year - 1994) * (1 + 0.001 * ((year * 7 + place) % 5)), 2)
                rows.append(
                    {
                        **here,
                        "obs_value": value,
                        "cell": f"B{place * 100 + year}",
                        "vintage": f"{year + 1}-03-20",
                    }
                )
                rows.append(
                    {**here, **GROWTH, "obs_value": 6.0, "cell": f"C{place * 100 + year}", "vintage": ""}
                )
    frame = as_observations(pd.DataFrame(rows))
    assert len(frame) > 200_000
    at = frame.index[(frame["measure"] == "level") & (frame["time_period"] == "2010")][0]
    frame.loc[at, "obs_value"] *= 10_000
    began = time.perf_counter()
    found = audit(frame)
    seconds = time.perf_counter() - began
    assert found["rule"].tolist() == ["unit-slip"]
    assert seconds < 60  # a few seconds on a quiet machine; a quadratic loop takes many minutes
