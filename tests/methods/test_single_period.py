"""Frames of cumulative figures, to single periods and back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.adding import cumulate, sum_periods
from songyuan_analysis.methods.frames import RESULT
from songyuan_analysis.methods.single_period import single_period

Figures = Callable[..., pd.DataFrame]
YOY = {"measure": "yoy"}
NEXT = {"sha256": "b" * 64, "vintage": "2025-01-17", "file": "new.xlsx"}


def periods(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["time_period"], frame["obs_value"], strict=True))


def test_R01_R02_R03_R04_R05_quarters_of_2024_and_their_sectors(figures: Figures) -> None:
    """Check the quarters of GDP and of its sectors in one frame: in every quarter they add up."""
    sectors = {
        "va_primary": (11538, 30660, 57733),
        "va_secondary": (109846, 236530, 361362),
        "va_tertiary": (174915, 349646, 530651),
    }
    total = (296299, 616836, 949746)
    assert tuple(map(sum, zip(*sectors.values(), strict=True))) == total
    rows = [
        (2024, month, value, {"indicator": code})
        for code, values in {**sectors, "gdp": total}.items()
        for month, value in zip((3, 6, 9), values, strict=True)
    ]
    found = single_period(figures(*rows), step="quarter")
    assert tuple(found.columns) == RESULT
    gdp = periods(found[found["indicator"] == "gdp"])
    assert gdp == {"2024Q1": 296299, "2024Q2": 320537, "2024Q3": 332910}
    parts = found[found["indicator"] != "gdp"].groupby("time_period")["obs_value"].sum()
    assert parts.to_dict() == gdp
    second = found[(found["indicator"] == "gdp") & (found["time_period"] == "2024Q2")].iloc[0]
    assert (second["low"], second["high"]) == (320536, 320538)
    assert second["sources"] == "gdp.xlsx › GDP › B11；gdp.xlsx › GDP › B10"
    assert (second["period_start"], second["period_end"], second["cumulative"]) == (
        "2024-04",
        "2024-06",
        False,
    )


def test_R06_the_revised_year_less_nine_months_is_refused(figures: Figures) -> None:
    """Check that 399338 does not come out, and that prices are not mixed either."""
    rows = figures((2024, 9, 949746), (2024, 12, 1349084, NEXT))
    with pytest.raises(VintageMismatchError):
        single_period(rows, step="quarter")
    marked = single_period(rows, step="quarter", refusals="mark")
    assert marked["refusal"].tolist() == ["", "vintage-mismatch"]
    assert marked["obs_value"].isna().all()
    with pytest.raises(PriceBaseMismatchError):
        single_period(figures((2024, 3, 5), (2024, 6, 9, {"price_base": "comparable"})), step="quarter")


def test_R07_R08_growth_of_single_quarters_with_levels(figures: Figures) -> None:
    """Check the bands of 2024: published 4.7 and 4.6 lie inside, and all four cells are named."""
    rows = figures(
        (2024, 3, 296299), (2024, 6, 616836), (2024, 9, 949746),
        (2024, 3, 5.3, YOY), (2024, 6, 5.0, YOY), (2024, 9, 4.8, YOY),
    )  # fmt: skip
    found = single_period(rows, step="quarter").query("measure == 'yoy'")
    assert found["low"].round(2).tolist() == [5.25, 4.58, 4.20]
    assert found["high"].round(2).tolist() == [5.35, 4.87, 4.67]
    assert round(found["obs_value"].iloc[2], 2) == 4.43
    assert set(found["method"]) == {"single_period_growth"}
    assert set(found["price_base"]) == {"comparable"}
    assert found["sources"].iloc[1] == "；".join(f"gdp.xlsx › GDP › B{n}" for n in (5, 4, 2, 1))


def test_R09_R14_single_months_of_investment(figures: Figures) -> None:
    """Check December 2022 and August 2025: levels, and growth on the comparable base that published growth has."""
    rows = figures(
        (2022, 11, 520043), (2022, 12, 572138), (2022, 11, 5.3, YOY), (2022, 12, 5.1, YOY),
        (2025, 7, 288229), (2025, 8, 326111), (2025, 7, 1.6, YOY), (2025, 8, 0.5, YOY),
        indicator="fai", cumulative=True,
    )  # fmt: skip
    found = single_period(rows)
    level = periods(found[found["measure"] == "level"])
    assert (level["2022-12"], level["2025-08"]) == (52095, 37882)
    growth = found[found["measure"] == "yoy"].set_index("time_period")
    assert growth.loc["2022-12", ["low", "high"]].astype(float).round(1).tolist() == [2.1, 4.2]
    assert round(growth.loc["2025-08", "obs_value"], 1) == -7.1


def test_R97_the_tightest_case(figures: Figures) -> None:
    """Check Jilin's second quarter of 2020: level 3000.08, band [5.14, 5.44]."""
    rows = figures(
        (2020, 3, 2441.84), (2020, 6, 5441.92), (2020, 3, -6.6, YOY), (2020, 6, -0.4, YOY), decimals=2
    )
    found = single_period(rows, step="quarter").set_index(["measure", "time_period"])
    assert found.loc[("level", "2020Q2"), "obs_value"] == pytest.approx(3000.08)
    band = found.loc[("yoy", "2020Q2")]
    assert (round(band["low"], 2), round(band["obs_value"], 2), round(band["high"], 2)) == (5.14, 5.29, 5.44)


def test_growth_by_last_years_share_where_a_level_is_missing(figures: Figures) -> None:
    """Check (g − s·g0) / (1 − s) with s of last year's levels, in whatever vintage they stand (虚构数据)."""
    rows = figures(
        (2023, 3, 40, NEXT), (2023, 6, 100, NEXT), (2024, 3, 6.0, YOY), (2024, 6, 5.0, YOY), decimals=1
    )
    found = single_period(rows, step="quarter", refusals="mark")
    row = found[(found["measure"] == "yoy") & (found["time_period"] == "2024Q2")].iloc[0]
    assert row["obs_value"] == pytest.approx((5 - 0.4 * 6) / 0.6)
    assert row["low"] < row["obs_value"] < row["high"]
    assert row["method"] == "single_period_growth_by_share"
    assert row["sources"].count("new.xlsx") == 2


def test_last_years_share_comes_before_this_years_levels(figures: Figures) -> None:
    """Check that prices of this year do not weigh growth where last year's levels are known (虚构数据)."""
    levels = [(2023, 3, 40), (2023, 6, 100), (2024, 3, 60), (2024, 6, 130)]
    rates = [(2024, 3, 6.0, YOY), (2024, 6, 5.0, YOY)]
    for rows, method, value in (
        ([*levels, *rates], "single_period_growth_by_share", (5 - 0.4 * 6) / 0.6),
        ([*levels[1:], *rates], "single_period_growth", 100 * (70 / (130 / 1.05 - 60 / 1.06) - 1)),
    ):
        found = single_period(figures(*rows), step="quarter", refusals="mark")
        row = found[(found["measure"] == "yoy") & (found["time_period"] == "2024Q2")].iloc[0]
        assert (row["method"], row["obs_value"]) == (method, pytest.approx(value))
    fai = single_period(figures(*levels, *rates, indicator="fai"), step="quarter", refusals="mark")
    assert "single_period_growth" in set(fai["method"]) and "by_share" not in "".join(fai["method"])


def test_levels_at_constant_prices_do_not_hide_those_at_current_prices(figures: Figures) -> None:
    """Check growth of a quarter with both kinds of levels side by side (虚构数据)."""
    rows = [(2024, 3, 40), (2024, 6, 100), (2024, 3, 6.0, YOY), (2024, 6, 5.0, YOY)]
    alone = single_period(figures(*rows), step="quarter")
    constant = [(2024, m, v, {"price_base": "comparable"}) for m, v in ((3, 30), (6, 90))]
    both = single_period(figures(*rows, *constant), step="quarter")
    growth = [frame.loc[frame["measure"] == "yoy", "obs_value"].tolist() for frame in (alone, both)]
    assert growth[0] == growth[1] and not np.isnan(growth[0]).any()


def test_january_and_february_beside_another_cell_of_both(figures: Figures) -> None:
    """Check 8 and 12 beside 20, which is their sum, and beside 25, which is not (虚构数据)."""
    months = [(2024, 1, 8, {"first": 1}), (2024, 2, 12, {"first": 2}), (2024, 3, 10, {"first": 3})]
    fine = cumulate(figures(*months, (2024, 2, 20), cumulative=False))
    assert fine["obs_value"].tolist() == [8, 20, 30]
    odd = figures(*months, (2024, 2, 25), cumulative=False)
    with pytest.raises(ComparabilityError, match="1—2月合并数不符"):
        cumulate(odd)
    assert cumulate(odd, refusals="mark")["obs_value"].isna().all()


def test_what_does_not_say_whether_it_is_cumulative_is_single(figures: Figures) -> None:
    """Check a missing mark, which is no error (虚构数据)."""
    rows = figures(*((2024, m, 10, {"first": m - 2}) for m in (3, 6)), cumulative=False)
    rows["cumulative"] = pd.array([pd.NA, False], "boolean")
    assert cumulate(rows, step="quarter")["obs_value"].tolist() == [10, 20]


def test_growth_without_any_levels_is_a_gap(figures: Figures) -> None:
    found = single_period(figures((2024, 3, 6.0, YOY), (2024, 6, 5.0, YOY)), step="quarter")
    assert found["obs_value"].isna().tolist() == [False, True]
    assert "缺相应的总量" in found["comment_obs"].iloc[1]
    assert set(found["refusal"]) == {""}


def test_growth_over_an_impossible_base_is_refused(figures: Figures) -> None:
    """Check two cumulative figures whose bases are in the wrong order, and growth of −100 (虚构数据)."""
    turned = figures((2024, 3, 100), (2024, 6, 101), (2024, 3, 0.0, YOY), (2024, 6, 30.0, YOY))
    with pytest.raises(ComparabilityError, match="基数不是正数"):
        single_period(turned, step="quarter")
    lost = figures((2024, 3, 100), (2024, 6, 101), (2024, 3, -100, YOY), (2024, 6, 30.0, YOY))
    with pytest.raises(ComparabilityError, match="-100%"):
        single_period(lost, step="quarter")


def test_R55_january_and_february_are_one_cell(figures: Figures) -> None:
    """Check that there is no January, neither zero nor half; where one is published, February follows (虚构数据)."""
    found = single_period(figures((2024, 2, 20), (2024, 3, 30)))
    assert periods(found) == {"2024-01/2024-02": 20, "2024-03": 10}
    assert found["period_start"].tolist() == ["2024-01", "2024-03"]
    with_january = single_period(figures((2024, 1, 8), (2024, 2, 20), (2024, 3, 30)))
    assert periods(with_january) == {"2024-01": 8, "2024-02": 12, "2024-03": 10}


def test_a_gap_stays_a_gap(figures: Figures) -> None:
    """Check that March without February is missing and April is not, in another year and series too (虚构数据)."""
    found = single_period(
        figures((2024, 3, 30), (2024, 4, 45), (2023, 2, 9), (2024, 2, 1, {"ref_area": "220000"}))
    )
    assert np.isnan(found["obs_value"].iloc[0])
    assert found["obs_value"].tolist()[1:] == [15, 9, 1]
    assert found["comment_obs"].tolist() == ["缺前一个累计数，不能相减", "", "", ""]
    assert set(found["refusal"]) == {""}


def test_a_revision_downwards_is_flagged(figures: Figures) -> None:
    found = single_period(figures((2024, 2, 20), (2024, 3, 19)))
    assert found["obs_value"].tolist() == [20, -1]
    assert found["comment_obs"].iloc[1].startswith("为负")


@pytest.mark.parametrize("indicator", ["population_resident", "cpi"])
def test_stocks_and_rates_are_refused(figures: Figures, indicator: str) -> None:
    rows = figures((2024, 2, 20), (2024, 3, 30), indicator=indicator)
    for method in (single_period, cumulate):
        frame = rows if method is single_period else rows.assign(period_start=rows["period_end"])
        with pytest.raises(AccumulationMismatchError, match="存量或比率"):
            method(frame)


def test_two_numbers_of_one_period_are_not_chosen_between(figures: Figures) -> None:
    with pytest.raises(ComparabilityError, match="两个不同的数"):
        single_period(figures((2024, 2, 20), (2024, 2, 25), (2024, 3, 30)))


def test_a_year_is_december_s_cumulative_figure(figures: Figures) -> None:
    """Check that 2024 and 2024-01/2024-12 give one December, and units meet (虚构数据)."""
    rows = figures(
        (2024, 11, 900_000, {"unit": "万元", "unit_mult": 4}),
        (2024, 12, 100, {"cumulative": False}),
        (2024, 12, 100, {"cumulative": True}),
    )
    found = single_period(rows)
    assert found["time_period"].tolist() == ["2024-11", "2024-12"]
    assert found["obs_value"].iloc[1] == pytest.approx(10)


def test_figures_that_are_single_already_are_left_aside(figures: Figures) -> None:
    assert single_period(figures((2024, 6, 3, {"first": 6}))).empty
    assert single_period(figures((2024, 6, 3)).iloc[:0]).empty


def test_months_make_quarters_and_years(figures: Figures) -> None:
    """Check that January to February and March are a quarter, and a missing month is a missing quarter (虚构数据)."""
    months = figures(
        (2024, 2, 20),
        *((2024, m, 10 + m, {"first": m}) for m in (3, 4, 5, 6, 7, 9)),
    )
    found = sum_periods(months)
    assert periods(found)["2024Q1"] == 33
    assert periods(found)["2024Q2"] == 45
    assert np.isnan(periods(found)["2024Q3"])
    first = found.iloc[0]
    assert (first["low"], first["high"]) == (32, 34)
    assert first["sources"] == "gdp.xlsx › GDP › B1；gdp.xlsx › GDP › B2"
    quarters = figures(*((2024, m, m, {"first": m - 2, "cumulative": False}) for m in (3, 6, 9, 12)))
    assert periods(sum_periods(quarters, step="quarter", to="year")) == {"2024": 30}
    assert periods(sum_periods(quarters, step="quarter", to="half")) == {
        "2024-01/2024-06": 9,
        "2024-07/2024-12": 21,
    }
    with pytest.raises(UsageError):
        sum_periods(quarters, step="quarter", to="quarter")


def test_vintages_are_not_added_up(figures: Figures) -> None:
    """Check that a month of another release leaves a gap, and a month of none is refused (虚构数据)."""
    month = {"first": 3}
    assert np.isnan(cumulate(figures((2024, 2, 20), (2024, 3, 10, {**month, **NEXT})))["obs_value"].iloc[1])
    nowhere = figures((2024, 2, 20), (2024, 3, 10, month), sha256="", vintage="")
    with pytest.raises(VintageMismatchError):
        cumulate(nowhere)


def test_adding_brings_units_together(figures: Figures) -> None:
    """Check that each sum is in the unit of its own row (虚构数据)."""
    rows = figures((2024, 2, 20), (2024, 3, 100_000, {"first": 3, "unit": "万元", "unit_mult": 4}))
    assert cumulate(rows)["obs_value"].tolist() == pytest.approx([20, 300_000])


@st.composite
def years_of_months(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Draw some years of single months, some missing, of which some begin with January to February (虚构数据)."""
    rows = []
    for year in draw(st.lists(st.integers(2015, 2024), min_size=1, max_size=4, unique=True)):
        together = draw(st.booleans())
        for month in range(2 if together else 1, 13):
            if draw(st.integers(0, 9)):
                first = 1 if together and month == 2 else month
                rows.append((year, first, month, draw(st.integers(-50, 500))))
    return rows


@settings(max_examples=40)
@given(rows=years_of_months())
def test_cumulating_and_taking_apart_lead_back(rows: list[tuple[int, int, int, int]]) -> None:
    """Check both ways round, with gaps: what comes back is what went in, and its bounds hold it (虚构数据)."""
    frame = pd.DataFrame(
        [
            {
                "ref_area": "220700", "indicator": "gdp", "measure": "level", "price_base": "current", "scope": "",
                "unit_measure": "CNY", "unit_mult": 8, "unit": "亿元", "decimals": 1, "vintage": "2024-01-01",
                "sha256": "", "obs_value": value / 10, "cumulative": first < month,
                "period_start": f"{year}-{first:02d}", "period_end": f"{year}-{month:02d}", "time_period": f"{month}",
            }
            for year, first, month, value in rows
        ],
        columns=[
            "ref_area", "indicator", "measure", "price_base", "scope", "unit_measure", "unit_mult", "unit", "decimals",
            "vintage", "sha256", "obs_value", "cumulative", "period_start", "period_end", "time_period",
        ],
    )  # fmt: skip
    whole = cumulate(frame)
    back = single_period(whole)
    for label in back.index[back["obs_value"].notna()]:
        assert back.loc[label, "obs_value"] == pytest.approx(frame.loc[label, "obs_value"], abs=1e-9)
        assert back.loc[label, "low"] <= frame.loc[label, "obs_value"] <= back.loc[label, "high"]
        assert back.loc[label, "period_start"] == frame.loc[label, "period_start"]
    # Whatever could be added up can be taken apart again.
    assert set(back.index[back["obs_value"].notna()]) == set(whole.index[whole["obs_value"].notna()])
    again = cumulate(back)
    both = again["obs_value"].dropna()
    assert both.tolist() == pytest.approx(whole.loc[both.index, "obs_value"].tolist(), abs=1e-9)
    assert len(both) == whole["obs_value"].notna().sum()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_worked_example_prints_what_the_page_says(
    name: str,
    store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Second quarter of 2020 in Jilin; the published 5.1 meets the band."""
    page = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
    example = re.search(r"```python\n([^`]*single_period\([^`]*)```\n\n```text\n([^`]*)```", page)
    assert example is not None
    shutil.copytree(store, tmp_path / "data" / "processed")
    monkeypatch.chdir(tmp_path)
    exec(example[1], {})
    assert capsys.readouterr().out == example[2]
    low, high = re.findall(r"2020Q2 +([0-9.]+) +[0-9.]+ +([0-9.]+)", example[2])[0]
    assert 5.05 <= float(low) < 5.15 < float(high)
