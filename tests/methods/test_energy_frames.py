"""Energy on frames: intensity and elasticity from growth, levels, several years, budgets, savings."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.energy import (
    change_from_growth,
    compound_published,
    elasticities,
    intensity_change,
    looks_additive,
    required_per_year,
)
from songyuan_analysis.methods.energy_budget import (
    energy_budget,
    energy_budget_of,
    energy_budgets,
    energy_saved,
    energy_savings,
)
from songyuan_analysis.methods.energy_levels import change_from_levels, intensity_level, intensity_levels
from songyuan_analysis.methods.energy_years import multi_year_change, press_sums, required_change
from songyuan_analysis.methods.frames import RESULT
from songyuan_analysis.methods.growth import growth_from_levels
from songyuan_analysis.methods.precision import Interval, round_half_up
from songyuan_analysis.methods.rounding import round_column

Observed = Callable[..., pd.DataFrame]
printed = Interval.from_printed
FEEDSTOCK = {"scope": "扣除原料用能"}
NONFOSSIL = {"scope": "扣除原料用能和非化石能源消费量"}
# 新疆统计年鉴2006, table 16-9: year, energy, electricity, GDP, elasticity of energy and of electricity.
XINJIANG = """
1980 4.5 3.6 7.2 0.63 0.5
1985 13.6 11.5 16.9 0.8 0.68
1990 9.3 10.8 11.7 0.79 0.92
1991 7.6 11.8 14.4 0.53 0.82
1992 9.1 11.2 13.1 0.69 0.85
1993 10.4 10.3 10.3 1.01 1
1994 4.4 10.8 10.9 0.4 0.99
1995 4.9 13.4 9 0.54 1.49
1996 11.4 12.9 6.4 1.78 2.02
1997 5.4 10.7 11 0.49 0.97
1998 2.2 4.8 7.3 0.3 0.66
1999 -2 7.3 7.1 - 1.03
2000 3.1 8.1 8.2 0.38 0.99
2001 5.4 8 8.1 0.67 0.99
2002 3.6 7.4 8.1 0.44 0.91
2003 12.2 10.5 10.8 1.13 0.97
2004 17.7 13.3 11.1 1.59 1.2
2005 15.1 16.6 10.9 1.39 1.52
"""


def marked(frame: pd.DataFrame) -> list[str]:
    assert tuple(frame.columns) == RESULT
    assert (frame["obs_value"].isna() | (frame["refusal"] == "")).all()
    return frame["refusal"].tolist()


def test_R63_intensity_from_published_growth(observed: Observed) -> None:
    found = intensity_change(observed(("energy_total", 2019, 3.5), ("gdp", 2019, 6.4)))
    row = found.iloc[0]
    assert str(round_half_up(row["obs_value"], 1)) == "-2.7"
    alone = change_from_growth(printed("3.5"), printed("6.4"))
    assert (row["low"], row["obs_value"], row["high"]) == pytest.approx((alone.low, alone.mid, alone.high))
    assert (row["indicator"], row["unit"], row["time_period"]) == ("energy_intensity", "%", "2019")
    assert row["sources"] == "能耗.xlsx › 表 › B2；能耗.xlsx › 表 › B3"


def test_the_published_change_of_jilin_lies_in_the_band(observed: Observed) -> None:
    """Check 2020: energy +0.8 and GDP +2.4 against the published −1.57 (公报 of 2021-08-23)."""
    row = intensity_change(observed(("energy_total", 2020, 0.8), ("gdp", 2020, 2.4))).iloc[0]
    assert row["low"] <= -1.57 <= row["high"]


@given(st.lists(st.tuples(st.integers(-99, 300), st.integers(-99, 300)), min_size=1, max_size=9))
def test_columns_are_reckoned_as_single_figures(pairs: list[tuple[int, int]]) -> None:
    rows = [
        {"ref_area": str(k), "indicator": code, "measure": "yoy", "price_base": "comparable", "scope": "",
         "time_period": "2024", "obs_value": value / 10, "decimals": 1}
        for k, pair in enumerate(pairs) for code, value in zip(("energy_total", "gdp"), pair, strict=True)
    ]  # fmt: skip
    found = intensity_change(pd.DataFrame(rows).sample(frac=1, random_state=1))
    for k, (use, growth) in enumerate(pairs):
        row = found[found["ref_area"] == str(k)].iloc[0]
        alone = change_from_growth(printed(use / 10, 1), printed(growth / 10, 1))
        assert (row["low"], row["obs_value"], row["high"]) == pytest.approx(
            (alone.low, alone.mid, alone.high), abs=1e-9
        )


def test_scopes_and_prices_are_not_mixed(observed: Observed) -> None:
    """Check that GDP without scope goes with every scope of energy, and one of another scope with none."""
    frame = observed(
        ("energy_total", 2022, 1.0), ("energy_total", 2022, 0.4, FEEDSTOCK), ("gdp", 2022, 3.0),
        ("energy_total", 2023, 1.0, FEEDSTOCK), ("gdp", 2023, 3.0, NONFOSSIL),
        ("energy_total", 2024, 1.0), ("gdp", 2024, 3.0, {"price_base": "nominal"}),
    )  # fmt: skip
    found = intensity_change(frame, refusals="mark")
    assert marked(found) == ["", "", "scope-mismatch", "price-base-mismatch"]
    assert found["scope"].tolist()[:2] == ["", "扣除原料用能"]
    assert found["obs_value"].tolist()[:2] == pytest.approx(
        [100 * (1.01 / 1.03 - 1), 100 * (1.004 / 1.03 - 1)]
    )
    assert "扣除原料用能和非化石能源消费量" in found["comment_obs"].iloc[2]
    assert "名义" in found["comment_obs"].iloc[3]
    with pytest.raises(ScopeMismatchError):
        intensity_change(frame[frame["time_period"] == "2023"])
    with pytest.raises(PriceBaseMismatchError):
        intensity_change(frame[frame["time_period"] == "2024"])


def test_months_must_agree_and_gaps_stay_gaps(observed: Observed) -> None:
    """Check that a half-year finds no year, that a missing figure is no refusal, and areas are kept apart."""
    half = {"time_period": "2024-01/2024-06", "period_end": "2024-06", "cumulative": True}
    frame = observed(
        ("energy_total", 2024, 1.0, half), ("energy_total", 2023, np.nan), ("gdp", 2024, 3.0), ("gdp", 2023, 5.0),
        ("energy_total", 2024, 2.0, {"ref_area": "100000"}),
    )  # fmt: skip
    found = intensity_change(frame)
    assert marked(found) == ["", "", ""]
    assert found["obs_value"].isna().all()
    assert (found["comment_obs"] != "").all()
    assert intensity_change(frame.head(0)).empty


def test_two_values_of_gdp_are_refused(observed: Observed) -> None:
    frame = observed(("energy_total", 2020, 2.2), ("gdp", 2020, 2.3), ("gdp", 2020, 2.2))
    with pytest.raises(VintageMismatchError):
        intensity_change(frame)
    assert intensity_change(frame.drop(index=1))["obs_value"].tolist() == pytest.approx([0], abs=1e-12)
    twice = observed(("energy_total", 2020, 2.2), ("gdp", 2020, 2.2), ("gdp", 2020, 2.2))
    assert intensity_change(twice)["refusal"].tolist() == [""]


def test_prints_that_can_be_one_figure_are_one(observed: Observed) -> None:
    """Check 5.0 and 5.04, and 900 亿元 and 9000000 万元 (虚构数据): the more precise print counts, in any order."""
    fine = ("gdp", 2020, 5.04, {"decimals": 2})
    for rows in ((("gdp", 2020, 5.0), fine), (fine, ("gdp", 2020, 5.0))):
        frame = observed(("energy_total", 2020, 2.2), *rows)
        found = intensity_change(frame)
        assert found["obs_value"].item() == pytest.approx(100 * (1.022 / 1.0504 - 1))
        assert frame["cell"][frame["obs_value"] == 5.04].item() in found["sources"].item()
    used = {"price_base": "", "unit": "万吨标准煤", "unit_measure": "TCE", "unit_mult": 4}
    money = {"unit": "亿元", "unit_measure": "CNY", "unit_mult": 8, "decimals": 0}
    small = {**money, "unit": "万元", "unit_mult": 4}
    both = [("gdp", 2020, 900, money), ("gdp", 2020, 9_000_000, small)]
    found = intensity_levels(observed(("energy_total", 2020, 450, used), *both, measure="level"))
    assert found["obs_value"].item() == pytest.approx(0.5) and found["refusal"].item() == ""


def test_impossible_rates_are_refused(observed: Observed) -> None:
    for use, growth in ((3.0, -100.0), (-101.0, 3.0)):
        with pytest.raises(ComparabilityError, match="100%"):
            intensity_change(observed(("energy_total", 2020, use), ("gdp", 2020, growth)))
    with pytest.raises(UsageError, match="energy_total"):
        intensity_change(observed(("gdp", 2020, 1.0)), use="coal_consumption")


def test_R70_all_elasticities_of_the_yearbook(observed: Observed) -> None:
    """Check 34 cells and two blanks, half up; Python's round fails in one of them."""
    table = [line.split() for line in XINJIANG.split("\n") if line]
    rows = [
        (code, int(line[0]), float(line[k]))
        for line in table
        for k, code in enumerate(("", "energy_total", "electricity_total", "gdp"))
        if code
    ]
    frame = observed(*rows)
    wrong = 0
    for use, column in (("energy_total", 4), ("electricity_total", 5)):
        found = elasticities(frame, use=use)
        assert marked(found) == [""] * len(table)
        expected = [float(line[column]) if line[column] != "-" else np.nan for line in table]
        np.testing.assert_array_equal(round_column(found["obs_value"], 2), expected)
        wrong += sum(
            round(x, 2) != y for x, y in zip(found["obs_value"].dropna(), expected, strict=False) if y == 0.63
        )
        if use == "energy_total":
            blank = found[found["time_period"] == "1999"].iloc[0]
            assert "不列" in blank["comment_obs"]
            assert np.isnan([blank["low"], blank["high"]]).all()
    assert wrong == 1


def test_elasticity_is_blank_where_gdp_does_not_grow(observed: Observed) -> None:
    found = elasticities(observed(("energy_total", 2020, 1.0), ("gdp", 2020, 0.0)))
    assert found["obs_value"].isna().all()
    assert found["refusal"].tolist() == [""]
    assert "没有增长" in found["comment_obs"].iloc[0]


LEVEL = {"measure": "level", "decimals": 2, "sha256": "a"}
USED = {"price_base": "", "unit": "万吨标准煤", "unit_measure": "TCE", "unit_mult": 4}
MONEY = {
    "unit": "亿元",
    "unit_measure": "CNY",
    "unit_mult": 8,
    "row_label_path": "地区生产总值（2020年不变价）",
}


def test_levels_of_intensity(observed: Observed) -> None:
    """Check 虚构数据: 1200万吨标准煤 over 1000亿元 are 1.2吨标准煤/万元; the base year of prices is told."""
    frame = observed(("energy_total", 2024, 1200.0, USED), ("gdp", 2024, 1000.0, MONEY), **LEVEL)
    row = intensity_levels(frame).iloc[0]
    assert row["obs_value"] == pytest.approx(1.2)
    assert row["low"] < 1.2 < row["high"]
    assert (row["unit"], row["unit_measure"], row["unit_mult"]) == ("吨标准煤/万元", "TCE_PER_10KCNY", 0)
    assert row["comment_obs"] == "按2020年价格计算"
    use, money = (Datum.from_row(dict(frame.iloc[k])) for k in (0, 1))
    assert intensity_level(use, money).mid == pytest.approx(1.2)
    for column, value, kind in (
        ("price_base", "current", PriceBaseMismatchError),
        ("unit_measure", "USD", UnitMismatchError),
        ("scope", "不含农户", ScopeMismatchError),
    ):
        wrong = frame.copy()
        wrong.loc[1, column] = value
        with pytest.raises(kind):
            intensity_levels(wrong)
        with pytest.raises(kind):
            intensity_level(use, Datum.from_row(dict(wrong.iloc[1])))
    with pytest.raises(AccumulationMismatchError):
        intensity_level(use, Datum.from_row(dict(frame.iloc[1]) | {"period_end": "2024-06"}))
    tons = frame.assign(unit_measure=["T", "CNY"])
    assert marked(intensity_levels(tons, refusals="mark")) == ["unit-mismatch"]


def test_electricity_per_10000_yuan(observed: Observed) -> None:
    """Check 虚构数据: 80亿千瓦时 over 1000亿元 are 800千瓦时/万元."""
    power = {"price_base": "", "unit": "亿千瓦时", "unit_measure": "KWH", "unit_mult": 8}
    frame = observed(("electricity_total", 2024, 80.0, power), ("gdp", 2024, 1000.0, MONEY), **LEVEL)
    row = intensity_levels(frame, use="electricity_total").iloc[0]
    assert (row["obs_value"], row["unit"]) == (pytest.approx(800), "千瓦时/万元")


def test_change_from_levels_wants_one_base_of_prices(observed: Observed) -> None:
    """Check 虚构数据: 1200 and 1236 over 1000 and 1060, a fall of 2.83 %."""
    frame = observed(
        ("energy_total", 2023, 1200.0, USED), ("energy_total", 2024, 1236.0, USED),
        ("gdp", 2023, 1000.0, MONEY), ("gdp", 2024, 1060.0, MONEY), **LEVEL,
    )  # fmt: skip
    before, now, money0, money1 = (Datum.from_row(dict(row)) for _, row in frame.iterrows())
    assert change_from_levels(now, before, money1, money0).mid == pytest.approx(100 * (1.03 / 1.06 - 1))
    other = Datum.from_row(dict(frame.iloc[2]) | {"row_label_path": "地区生产总值（2015年不变价）"})
    with pytest.raises(PriceBaseMismatchError, match="2015年"):
        change_from_levels(now, before, money1, other)


CHANGE = {"price_base": "comparable"}
Y2006 = [("energy_intensity", y, d, {"decimals": 2}) for y, d in
         zip(range(2006, 2010), (-2.74, -5.04, -5.20, -3.61), strict=True)]  # fmt: skip
Y2011 = [("energy_intensity", y, d, {"decimals": n}) for y, d, n in
         zip(range(2011, 2016), (-2.01, -3.6, -3.7, -4.8, -5.6), (2, 1, 1, 1, 1), strict=True)]  # fmt: skip


def span(first: int, last: int, value: float, decimals: int) -> tuple[str, int, float, dict[str, object]]:
    period = {
        "period_start": f"{first}-01",
        "period_end": f"{last}-12",
        "time_period": f"{first}-01/{last}-12",
    }
    return (
        "energy_intensity",
        first,
        value,
        {"measure": "change", "price_base": "", "decimals": decimals, **period},
    )


def test_R64_the_official_figure_is_compounded(observed: Observed) -> None:
    row = multi_year_change(observed(*Y2006), 2006, 2009).iloc[0]
    assert row["low"] <= -15.61 <= row["high"]
    assert row["obs_value"] == pytest.approx(-15.605, abs=0.001)
    assert (row["time_period"], row["measure"]) == ("2006-01/2009-12", "change")
    assert row["sources"].count("›") == 8
    added = multi_year_change(observed(*Y2006), 2006, 2009, how="additive_press").iloc[0]
    assert added["obs_value"] == pytest.approx(-16.59)
    assert added["method"] == "additive_press"


def test_R60_R61_R62_four_vintages_of_one_year_are_not_chosen_from(observed: Observed) -> None:
    """Check the change of 2008 as printed in January and June 2009 and after the census."""
    frame = observed(
        *Y2006, *(("energy_intensity", 2008, value, {"decimals": 2}) for value in (-4.21, -4.59))
    )
    with pytest.raises(VintageMismatchError):
        multi_year_change(frame, 2006, 2009)
    assert press_sums(pd.concat([frame, observed(span(2006, 2009, -16.59, 2))], ignore_index=True)).empty


def test_R62_printed_changes_agree_with_printed_levels_by_interval() -> None:
    """Check 2005–2009 after the census: the printed −5.04, −5.20 and −3.61 are not those of the printed levels."""
    levels = [
        Datum(
            value=value, decimals=3, unit="吨标准煤/万元", unit_measure="TCE_PER_10KCNY", ref_area="100000",
            indicator="energy_intensity", sha256="a", time_period=str(year), period_start=f"{year}-01",
            period_end=f"{year}-12",
        )
        for year, value in zip(range(2005, 2010), (1.276, 1.241, 1.179, 1.118, 1.077), strict=True)
    ]  # fmt: skip
    changes = [growth_from_levels(now, before) for before, now in itertools.pairwise(levels)]
    published = [printed(text) for text in ("-2.74", "-5.04", "-5.20", "-3.61")]
    assert [str(round_half_up(own.mid, 2)) for own in changes] == ["-2.74", "-5.00", "-5.17", "-3.67"]
    assert all(own.meets(other) for own, other in zip(changes, published, strict=True))
    assert str(round_half_up(growth_from_levels(levels[-1], levels[0]).mid, 2)) == "-15.60"


def test_R65_R66_sums_of_the_press_are_found(observed: Observed) -> None:
    """Check 19.71 and 14.1 as sums, 15.61 as no sum."""
    frame = observed(
        *Y2006, *Y2011, span(2011, 2015, -19.71, 2), span(2011, 2014, -14.1, 1), span(2006, 2009, -15.61, 2)
    )
    found = press_sums(frame)
    assert found["obs_value"].tolist() == [-19.71, -14.1]
    assert "-18.25%" in found["comment_obs"].iloc[0]
    assert multi_year_change(frame, 2011, 2015)["obs_value"].tolist() == pytest.approx([-18.25], abs=0.01)
    assert press_sums(frame[frame["time_period"] != "2013"]).empty
    years = [printed(d, n["decimals"]) for _, _, d, n in Y2011]
    assert looks_additive(printed("-19.71"), years)
    assert not looks_additive(printed("-18.3"), years)


def test_R67_what_is_left_of_twenty(observed: Observed) -> None:
    row = required_change(observed(*Y2006), -20, 2006, 2010, until=2009).iloc[0]
    assert str(round_half_up(row["obs_value"], 2)) == "-5.21"  # 5.20 from the printed 15.61
    assert row["low"] <= -5.20 <= row["high"]
    assert row["time_period"] == "2010-01/2010-12"
    single = required_change(
        observed(span(2006, 2009, -15.61, 2), *Y2006[:2]), -20, 2006, 2010, until=2007
    ).iloc[0]
    assert "其后每年需" in single["comment_obs"]


def test_R68_yearly_rate_of_what_is_left() -> None:
    assert required_per_year(-13.5, [-7.3, -3.8], 1) == pytest.approx(-3.002, abs=0.001)
    rate = required_per_year(-13.5, [-7.3], 2)
    assert (1 + rate / 100) ** 2 * 0.927 == pytest.approx(0.865)
    with pytest.raises(UsageError):
        required_per_year(-13.5, [-7.3], 0)


def test_spans_are_complete_and_of_one_scope(observed: Observed) -> None:
    """Check a hole, a year of another scope, a year with two values, and an impossible fall."""
    years = [("energy_intensity", y, -3.0) for y in (2021, 2022, 2023, 2024)]
    cases = {
        "comparability": years[:1] + years[2:],
        "scope-mismatch": [*years[:3], (*years[3], NONFOSSIL)],
        "vintage-mismatch": [*years, ("energy_intensity", 2022, -3.1)],
    }
    for rule, rows in cases.items():
        found = multi_year_change(observed(*rows), 2021, 2024, refusals="mark")
        assert marked(found)[0] == rule
        assert found["low"].isna().iloc[0]
    with pytest.raises(ScopeMismatchError, match="2024年只有别的口径"):
        multi_year_change(observed(*cases["scope-mismatch"]), 2021, 2024)
    with pytest.raises(ComparabilityError, match="缺2022年"):
        multi_year_change(observed(*cases["comparability"]), 2021, 2024)
    with pytest.raises(ComparabilityError, match="100%"):
        multi_year_change(observed(*years[:3], ("energy_intensity", 2024, -100.0)), 2021, 2024)
    assert multi_year_change(observed(*years), 2001, 2004).empty
    with pytest.raises(UsageError):
        multi_year_change(observed(*years), 2024, 2021)


def test_many_series_at_once_and_results_go_in_again(observed: Observed) -> None:
    """Check that changes that were computed compound as published ones do, series by series."""
    rows = [
        (code, year, value, {"ref_area": area})
        for area, use in (("220000", 1.0), ("220700", 2.0))
        for year in (2022, 2023)
        for code, value in (("energy_total", use), ("gdp", 5.0))
    ]
    found = multi_year_change(intensity_change(observed(*rows)), 2022, 2023)
    assert found["ref_area"].tolist() == ["220000", "220700"]
    expected = [100 * ((1 + use / 100) ** 2 / 1.05**2 - 1) for use in (1, 2)]
    assert found["obs_value"].tolist() == pytest.approx(expected)
    assert found["sources"].iloc[0] == "；".join(f"能耗.xlsx › 表 › B{row}" for row in range(2, 6))


def test_published_years_must_follow_each_other() -> None:
    def year(n: int, **columns: str) -> Datum:
        own = {"time_period": str(n), "period_start": f"{n}-01", "period_end": f"{n}-12", **columns}
        return Datum(value=-3.0, unit="%", measure="yoy", **own)

    assert compound_published([year(2021), year(2022)]) == pytest.approx(-5.91)
    for wrong in (year(2021), year(2023)):
        with pytest.raises(ComparabilityError, match="不相接"):
            compound_published([year(2021), wrong])
    with pytest.raises(PriceBaseMismatchError):
        compound_published([year(2021), year(2022, price_base="nominal")])


def test_a_budget_of_energy(observed: Observed) -> None:
    """Check 虚构数据: 1000万吨标准煤 at +6 % and −3.5 % leave 1022.9."""
    own = energy_budget(printed("1000"), Interval.exact(6), Interval.exact(-3.5))
    assert (own.allowed.mid, own.increment.mid) == (pytest.approx(1022.9), pytest.approx(22.9))
    assert own.allowed.low == pytest.approx(999.5 * 1.0229)
    frame = observed(
        ("energy_total", 2023, 1000.0, USED), ("energy_total", 2023, 900.0, {**USED, "scope": "当量值"}),
        measure="level", decimals=0,
    )  # fmt: skip
    found = energy_budgets(frame, gdp_growth=6, change=-3.5, scope="", refusals="mark")
    assert marked(found) == ["", "scope-mismatch"]
    assert found["obs_value"].iloc[0] == pytest.approx(1022.9)
    assert (found["low"].iloc[0], found["unit"].iloc[0]) == (pytest.approx(own.allowed.low), "万吨标准煤")
    assert "+6%" in found["comment_obs"].iloc[0]
    with pytest.raises(ScopeMismatchError, match="当量值"):
        energy_budgets(frame.head(1), gdp_growth=6, change=-3.5, scope="当量值")
    by_area = pd.Series({"220700": 5.0})
    empty = energy_budgets(frame.head(1), gdp_growth=by_area, change=-3.5, scope="")
    assert empty["obs_value"].isna().all()
    with pytest.raises(UnitMismatchError):
        energy_budgets(frame.head(1).assign(unit_measure="T"), gdp_growth=6, change=-3.5, scope="")
    with pytest.raises(ComparabilityError):
        energy_budgets(frame.head(1), gdp_growth=-100, change=-3.5, scope="")
    with pytest.raises(UsageError):
        energy_budget(printed("1000"), Interval.exact(6), Interval.exact(-100))


def test_equivalent_and_calorific_value_are_kept_apart() -> None:
    base = Datum(
        value=1000, unit="万吨标准煤", unit_measure="TCE", unit_mult=4, scope="等价值", ref_area="220700"
    )
    growth = Datum(value=6, unit="%", unit_measure="PT", price_base="comparable", ref_area="220700")
    target = Datum(value=-3.5, unit="%", unit_measure="PT", scope="等价值", ref_area="220700")
    assert energy_budget_of(base, growth, target).allowed.mid == pytest.approx(1022.9)
    for wrong, kind in (
        (
            (base, growth, Datum(value=-3.5, unit_measure="PT", scope="当量值", ref_area="220700")),
            ScopeMismatchError,
        ),
        (
            (base, Datum(value=6, unit_measure="PT", price_base="nominal", ref_area="220700"), target),
            PriceBaseMismatchError,
        ),
        (
            (Datum(value=1, unit_measure="T", scope="等价值", ref_area="220700"), growth, target),
            UnitMismatchError,
        ),
        ((base, Datum(value=6, unit_measure="PT", price_base="comparable"), target), ComparabilityError),
    ):
        with pytest.raises(kind):
            energy_budget_of(*wrong)


def test_energy_saved(observed: Observed) -> None:
    """Check 虚构数据: 1000 used after a fall of 2 % saved 20.41; of another scope nothing is said."""
    assert energy_saved(printed("1000"), printed("-2.0")).mid == pytest.approx(1000 / 0.98 - 1000)
    assert energy_saved(printed("1000"), printed("2.0")).mid < 0
    with pytest.raises(UsageError):
        energy_saved(printed("1000"), Interval.exact(-100))
    level = {**USED, "measure": "level", "decimals": 0}
    frame = observed(
        ("energy_total", 2023, 1000.0, level), ("energy_intensity", 2023, -2.0),
        ("energy_total", 2024, 1000.0, {**level, **FEEDSTOCK}), ("energy_intensity", 2024, -2.0),
    )  # fmt: skip
    found = energy_savings(frame, refusals="mark")
    assert marked(found) == ["", "scope-mismatch"]
    assert found["obs_value"].iloc[0] == pytest.approx(20.408, abs=0.001)
    assert (found["measure"].iloc[0], found["unit"].iloc[0]) == ("change", "万吨标准煤")


def test_results_bring_their_bounds_and_sources_along(observed: Observed) -> None:
    """Check that computed years compound with the bounds that they were computed with, beside observed ones too."""
    rows = [
        (code, year, value) for year in (2022, 2023) for code, value in (("energy_total", 1.0), ("gdp", 5.0))
    ]
    years = intensity_change(observed(*rows))
    found = multi_year_change(years, 2022, 2023).iloc[0]
    ends = [100 * ((1 + end / 100) ** 2 - 1) for end in (years["low"].iloc[0], years["high"].iloc[0])]
    assert [found["low"], found["high"]] == pytest.approx(ends)
    level = observed(("energy_total", 2023, 1000.0, {**USED, "measure": "level", "cell": "D9"}))
    saved = energy_savings(pd.concat([level, years])).iloc[0]
    assert saved["sources"] == "能耗.xlsx › 表 › D9；能耗.xlsx › 表 › B4；能耗.xlsx › 表 › B5"
    unknown = pd.concat(
        [part.drop(columns=["file", "sheet", "cell"], errors="ignore") for part in (level, years)]
    )
    assert energy_savings(unknown.assign(sources=""))["sources"].tolist() == [""]


def test_what_is_not_known_meets_nobody(observed: Observed) -> None:
    """Check that figures of no area, or of no months, are no partners; and that a missing scope is none."""
    for column in ("ref_area", "period_start"):
        frame = observed(("energy_total", 2024, 1.0), ("gdp", 2024, 3.0)).assign(**{column: ""})
        found = intensity_change(frame)
        assert found["obs_value"].isna().all()
        assert "没有同一地区" in found["comment_obs"].iloc[0]
    frame = observed(("energy_total", 2024, 1.0), ("gdp", 2024, 3.0), ("gdp", 2023, 3.0))
    frame["scope"] = pd.Series([None, None, "当量值"], dtype="str")
    assert intensity_change(frame)["obs_value"].notna().all()


def test_a_missing_level_is_a_gap_and_no_refusal(observed: Observed) -> None:
    tons = {**USED, "unit_measure": "T"}
    frame = observed(("energy_total", 2024, np.nan, tons), ("gdp", 2024, 1000.0, MONEY), **LEVEL)
    found = intensity_levels(frame)
    assert marked(found) == [""]
    assert found["comment_obs"].tolist() == ["没有公布数"]


def test_of_equal_figures_the_first_is_named(observed: Observed) -> None:
    rows = [("energy_intensity", year, -3.0) for year in (2022, 2022, 2023)]
    assert multi_year_change(observed(*rows), 2022, 2023)["sources"].tolist() == [
        "能耗.xlsx › 表 › B2；能耗.xlsx › 表 › B4"
    ]


@pytest.mark.parametrize("seed", range(4))
def test_order_of_rows_and_sheets_do_not_matter(observed: Observed, seed: int) -> None:
    """Check 虚构数据 in several files and scopes, shuffled and with an index of its own, figure by figure."""
    chance = np.random.default_rng(seed)
    rows = [
        (code, year, float(np.round(chance.uniform(1, 9), 1)), {"ref_area": area, "file": f"{area}.xlsx", "scope": scope})
        for area in ("220000", "220700", "220800") for year in (2021, 2022, 2023)
        for code, scope in (("energy_total", ""), ("energy_total", "当量值"), ("gdp", ""))
        if chance.random() < 0.9
    ]  # fmt: skip
    frame = observed(*rows)
    keys = ["ref_area", "scope", "time_period"]
    mixed = frame.sample(frac=1, random_state=seed).rename(index=lambda k: f"r{k}")
    for method in (intensity_change, elasticities):
        found = method(mixed)
        assert set(found.index) <= set(mixed.index)
        one, other = (part.sort_values(keys).reset_index(drop=True) for part in (method(frame), found))
        pd.testing.assert_frame_equal(one, other)
        for row in one.itertuples():
            cells = frame[
                (frame["ref_area"] == row.ref_area) & (frame["time_period"] == row.time_period)
                & ((frame["scope"] == row.scope) & (frame["indicator"] == "energy_total") | (frame["indicator"] == "gdp"))
            ]  # fmt: skip
            expected = "；".join(cells["file"] + " › " + cells["sheet"] + " › " + cells["cell"])
            assert row.sources == expected
