"""Targets against observations on frames; figures that no source has are made up (虚构数据)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.errors import (
    ScopeMismatchError,
    UnknownBaseError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.completion import seasonal_progress, seasonal_share, seasonal_shares
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import RESULT
from songyuan_analysis.methods.lights import LIGHTS, light, load_lights
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.required import (
    required_growth_by_share,
    required_growth_to_level,
    required_growths,
)
from songyuan_analysis.methods.tracking import TRACK, completions, gaps, money_gaps, track
from songyuan_analysis.observations.breaks import Break

Row = dict[str, Any]

LEVEL: Row = {
    "ref_area": "220700", "indicator": "gdp", "measure": "level", "price_base": "current", "scope": "",
    "obs_value": 0.0, "decimals": 2, "unit": "亿元", "unit_measure": "CNY", "unit_mult": 8, "obs_status": "P",
    "vintage": "2025-04-01", "sha256": "a" * 64, "file": "公报.xlsx", "sheet": "表", "cell": "B4",
}  # fmt: skip
RATE: Row = {
    **LEVEL, "measure": "yoy", "price_base": "comparable", "decimals": 1, "unit": "%", "unit_measure": "PT",
    "unit_mult": 0, "cell": "C4",
}  # fmt: skip


def upto(year: int, month: int = 12) -> Row:
    end = f"{year}-{month:02d}"
    period = str(year) if month == 12 else f"{year}-01/{end}"
    return {"time_period": period, "period_start": f"{year}-01", "period_end": end, "cumulative": month < 12}


def level(value: float, year: int, month: int = 12, **columns: Any) -> Row:
    return {**LEVEL, **upto(year, month), "obs_value": value, **columns}


def rate(value: float, year: int = 2024, month: int = 12, **columns: Any) -> Row:
    return {**RATE, **upto(year, month), "obs_value": value, **columns}


def target(**columns: Any) -> pd.DataFrame:
    row = {
        "id": "t",
        "ref_area": "220700",
        "indicator": "gdp",
        "year": 2024,
        "kind": "growth",
        "operator": "=",
    }
    return pd.DataFrame([{**row, "value": 6.0, "unit": "%", **columns}])


def frame(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows)


def one(found: pd.DataFrame) -> pd.Series[Any]:
    assert len(found) == 1
    return found.iloc[0]


def test_the_city_missed_its_growth_in_points_and_in_money() -> None:
    """Check 3.8 against 6: −2.2 points, −21.24 亿元 at prices of 2024, with both cells."""
    row = one(track(frame(level(1002.18, 2024), rate(3.8)), target(price_base="comparable")))
    assert (row["state"], row["gap_unit"], row["gap_amount_unit"]) == ("missed", "个百分点", "亿元")
    assert row["gap"] == pytest.approx(-2.2) and row["gap_low"] == pytest.approx(-2.25)
    assert round(row["gap_amount"], 2) == -21.24
    assert (round(row["gap_amount_low"], 2), round(row["gap_amount_high"], 2)) == (-21.73, -20.75)
    assert row["gap_amount_price"] == "2024年价格"
    assert row["sources"] == "公报.xlsx › 表 › C4；公报.xlsx › 表 › B4"
    assert tuple(row.index) == TRACK


def test_nominal_growth_does_not_answer_a_real_target() -> None:
    row = one(track(frame(rate(12.3, price_base="nominal")), target(price_base="comparable")))
    assert row["state"] == "no_outcome"
    assert "口径" in row["comment_obs"]


def test_money_needs_a_level_of_the_same_file_or_day() -> None:
    apart = level(1002.18, 2024, sha256="b" * 64, vintage="2025-11-01")
    row = one(money_gaps(frame(apart, rate(3.8)), target()))
    assert pd.isna(row["obs_value"]) and "没有同口径" in row["comment_obs"]
    same_day = {**apart, "vintage": "2025-04-01"}
    row = one(money_gaps(frame(same_day, rate(3.8)), target()))
    assert (round(row["obs_value"], 2), row["unit"], row["price_base"]) == (-21.24, "亿元", "current")


@pytest.mark.parametrize(("done", "goal", "rate_"), [(760, 1790, 42.5), (400, 1168, 34.2)])
def test_R83_completion_on_frames(done: float, goal: float, rate_: float) -> None:
    goals = target(kind="amount", value=goal, unit="亿元")
    row = one(completions(frame(level(done, 2024, 6, decimals=0)), goals))
    assert round(row["obs_value"], 1) == rate_
    assert row["low"] < row["obs_value"] < row["high"]
    assert tuple(row.index) == ("id", *RESULT)


def test_R80_ahead_of_the_calendar_on_frames() -> None:
    """Check 23.68 亿元, which is 74 % of the plan of 32: 7.33 points ahead by August."""
    goals = target(indicator="fiscal_rev_local", kind="amount", value=32.0, unit="亿元")
    row = one(track(frame(level(23.68, 2024, 8, indicator="fiscal_rev_local")), goals))
    assert row["ahead_of_time"] == pytest.approx(7.33, abs=0.005)
    assert row["time_progress"] == pytest.approx(66.67, abs=0.005)
    assert row["state"] == "ahead"


def test_completion_meets_units_and_leaves_rates_and_ceilings_out() -> None:
    goals = target(kind="amount", value=1050, unit="亿元")
    row = one(completions(frame(level(10_021_800, 2024, unit="万元", unit_mult=4, decimals=0)), goals))
    assert row["obs_value"] == pytest.approx(95.4457, abs=1e-4)
    assert completions(frame(rate(3.8)), target()).empty
    ceiling = target(kind="amount", operator="at_most", value=50, unit="亿元")
    found = one(track(frame(level(40, 2024, 6)), ceiling))
    assert pd.isna(found["completion"]) and (found["state"], found["gap"]) == ("ahead", -10)


YEARS = [(2021, 36.0, 90.0), (2022, 40.0, 100.0), (2023, 45.0, 100.0)]
PAST = [level(v, y, m) for y, half, whole in YEARS for m, v in ((6, half), (12, whole))]


def test_the_season_of_past_years_stands_beside_the_calendar() -> None:
    """Check mean 41.67, least 40 and most 45 of three half-years, and that the year runs ahead of them."""
    goals = target(kind="amount", value=110, unit="亿元")
    row = one(track(frame(*PAST, level(47, 2024, 6)), goals))
    assert row["seasonal"] == pytest.approx((40 + 40 + 45) / 3)
    assert (row["seasonal_least"], row["seasonal_most"], row["seasonal_years"]) == (40, 45, 3)
    assert row["ahead_of_season"] == pytest.approx(47 / 1.1 - 125 / 3)
    assert row["ahead_of_time"] == pytest.approx(47 / 1.1 - 50)
    assert row["seasonal_low"] < row["seasonal"] < row["seasonal_high"]


def test_a_missing_year_is_missing_and_no_older_one_takes_its_place() -> None:
    holes = [row for row in PAST if not row["period_end"].startswith("2022")]
    found = seasonal_progress(
        frame(*holes, level(30, 2020, 6), level(100, 2020), level(47, 2024, 6)), years=3
    )
    now = one(found[found["period_end"] == "2024-06"])
    assert now["years"] == 2 and now["obs_value"] == pytest.approx(42.5)
    assert "前3年中2年有数" in now["comment_obs"]


def test_several_series_at_once_keep_apart() -> None:
    other = [{**row, "ref_area": "220800", "obs_value": row["obs_value"] * (2 if "-12" in row["period_end"] else 1)}
             for row in PAST]  # fmt: skip
    found = seasonal_shares(frame(*PAST, *other)).set_index(["ref_area", "period_end"])["obs_value"]
    assert found["220700", "2023-06"] == 45 and found["220800", "2023-06"] == 22.5


def test_a_share_of_two_vintages_is_refused_or_noted() -> None:
    part = level(404.05, 2024, 6, sha256="b" * 64, vintage="2024-07-20")
    both = frame(part, level(1002.18, 2024))
    row = seasonal_shares(both).iloc[0]
    assert (row["refusal"], pd.isna(row["obs_value"])) == ("vintage-mismatch", True)
    with pytest.raises(VintageMismatchError, match="出自不同版次"):
        seasonal_shares(both, refusals="raise")
    noted = seasonal_shares(both, vintages="note").iloc[0]
    assert round(noted["obs_value"], 1) == 40.3 and "仅供参考" in noted["comment_obs"]
    with pytest.raises(VintageMismatchError):
        seasonal_share(Datum.from_row(part), Datum.from_row(level(1002.18, 2024)))
    indicative = seasonal_share(Datum.from_row(part), Datum.from_row(level(1002.18, 2024)), vintages="note")
    assert round(indicative.mid, 1) == 40.3


def test_a_year_that_is_not_positive_has_no_shares() -> None:
    found = seasonal_shares(frame(level(-5, 2023, 6), level(0, 2023)))
    assert found["obs_value"].isna().all() and set(found["refusal"]) == {"comparability"}


def test_two_figures_for_one_place_are_not_chosen_between() -> None:
    found = seasonal_shares(frame(level(40, 2023, 6), level(100, 2023), level(101, 2023, cell="D9")))
    assert found.loc[0, "refusal"] == "comparability" and pd.isna(found.loc[0, "obs_value"])


def test_one_number_in_two_units_is_no_contradiction() -> None:
    ten_thousands = {"unit": "万元", "unit_mult": 4, "cell": "D9"}
    rows = (level(40, 2023, 6), level(100, 2023), level(1_000_000, 2023, **ten_thousands))
    assert seasonal_shares(frame(*rows)).loc[0, "obs_value"] == pytest.approx(40)
    other = level(1_000_100, 2023, **ten_thousands)
    assert seasonal_shares(frame(*rows[:2], other)).loc[0, "refusal"] == "comparability"


def test_track_says_all_of_an_amount_with_its_prices() -> None:
    """Check gap in yuan with its price base, required growth by levels, and lights, on one frame; 虚构数据."""
    goal = target(kind="amount", value=120.0, unit="亿元", price_base="current")
    row = one(track(frame(*PAST, level(51, 2024, 6)), goal))
    assert row["state"] == "behind" and row["gap_amount"] == pytest.approx(51 - 60)
    assert (row["gap_amount_unit"], row["gap_amount_price"]) == ("亿元", "2024年价格")
    needed = required_growth_to_level(*map(Interval.from_printed, ("100.00", "45.00", "51.00")), 120.0)
    assert row["required"] == pytest.approx(needed.mid) and row["required_low"] == pytest.approx(needed.low)
    for said, words in (("comparable", "2024年可比价格"), ("", "2024年价格（口径未注明）")):
        found = one(track(frame(level(51, 2024, 6, price_base=said)), goal.assign(price_base=said)))
        assert found["gap_amount_price"] == words


@pytest.mark.parametrize(
    ("done", "colour"),
    [(60.0, "green"), (49.9, "undefined"), (41.0, "undefined"), (39.0, "yellow"), (15.0, "red")],
)
def test_lights_on_what_track_found(done: float, colour: str, tmp_path: Path) -> None:
    """Check that the band from 0 to 10 points behind stays 未定义, and rules of one's own on the same columns."""
    goal = target(kind="amount", value=100.0, unit="亿元")
    found = track(frame(level(done, 2024, 6)), goal)
    lit = light(found["completion"].to_numpy(), found["time_progress"].to_numpy(), "yinchuan_2025_projects")
    assert lit.tolist() == [colour] and (colour != "undefined" or LIGHTS[colour] == "未定义")
    own = tmp_path / "own.toml"
    band = '[[rules.band]]\nlight = "{}"\nlead = {{ {} }}\n'
    text = '[[rules]]\nid = "own"\nname_zh = "自定"\nsource = "示例"\n'
    own.write_text(
        text + band.format("green", "at_least = -6") + band.format("red", "below = -6"), encoding="utf-8"
    )
    lit = light(found["completion"].to_numpy(), found["time_progress"].to_numpy(), load_lights(own)["own"])
    assert lit.tolist() == ["green" if done >= 44 else "red"]


def test_the_investment_rules_of_tianjin_on_what_track_found() -> None:
    """Growth 9.0 against a plan of 8 and an average of 7.5 leads both; 虚构数据."""
    found = track(frame(rate(9.0, 2024, 6)), target(value=8.0))
    figures = found["outcome"].to_numpy(), found["target"].to_numpy()
    assert light(*figures, "tianjin_2022_investment", 7.5).tolist() == ["green"]


def test_required_growth_from_last_year_s_share() -> None:
    """Check (6 − 0.45·4.1)/0.55 against the scalar form, bands included."""
    rows = frame(*PAST, rate(4.1, 2024, 6))
    row = one(required_growths(rows, target()))
    share = Interval(44.995 / 100.005, 0.45, 45.005 / 99.995)
    expected = required_growth_by_share(Interval.from_printed("4.1"), share, 6)
    assert (row["low"], row["obs_value"], row["high"]) == pytest.approx(
        (expected.low, expected.mid, expected.high)
    )
    assert "没有" in one(required_growths(frame(rate(4.1, 2024, 6)), target()))["comment_obs"]
    assert pd.isna(one(required_growths(frame(*PAST, rate(4.1)), target()))["obs_value"])
    apart = [level(45, 2023, 6, sha256="b" * 64, vintage="2023-07-20"), level(100, 2023), rate(4.1, 2024, 6)]
    assert one(required_growths(frame(*apart), target()))["refusal"] == "vintage-mismatch"
    noted = one(required_growths(frame(*apart), target(), vintages="note"))
    assert noted["obs_value"] == pytest.approx(row["obs_value"]) and "仅供参考" in noted["comment_obs"]
    assert "仅供参考" in one(track(frame(*apart), target(), vintages="note"))["comment_obs"]


def test_required_growth_from_levels() -> None:
    goals = target(kind="amount", value=110, unit="亿元")
    rows = frame(*PAST, level(47, 2024, 6))
    row = one(required_growths(rows, goals))
    expected = required_growth_to_level(*(Interval.from_printed(v, 2) for v in (100.0, 45.0, 47.0)), 110)
    assert row["obs_value"] == pytest.approx(100 * (63 / 55 - 1)) == pytest.approx(expected.mid)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    cut = Break("220700", ("gdp",), "2023", "2024", "核算基础变了")
    refused = one(required_growths(rows, goals, breaks=[cut]))
    assert refused["refusal"] == "vintage-mismatch" and pd.isna(refused["obs_value"])
    real = target(kind="amount", value=110, unit="亿元", price_base="comparable")
    assert one(required_growths(rows, real))["refusal"] == "price-base-mismatch"


@pytest.mark.parametrize("last", [(375035, 503036), (287611, 500000)])
def test_R11_R12_published_investment_is_no_base_of_the_plan(last: tuple[float, float]) -> None:
    """Check that last year's published investment is refused as what this year must grow from."""
    fai = {"indicator": "fai", "decimals": 0}
    rows = frame(level(last[0], 2023, 9, **fai), level(last[1], 2023, **fai), level(288229, 2024, 9, **fai))
    goals = target(indicator="fai", kind="amount", value=520000, unit="亿元")
    assert one(required_growths(rows, goals))["refusal"] == "unknown-base"
    with pytest.raises(UnknownBaseError, match="可比口径"):
        required_growths(rows, goals, refusals="raise")


REVENUE: Row = {"indicator": "fiscal_rev_local", "price_base": "nominal", "scope": "可比口径", "cell": "B9"}


def revenue(**columns: Any) -> pd.DataFrame:
    return target(
        indicator="fiscal_rev_local", kind="relational", operator="in step with", value=float("nan"), unit="",
        relative_to="gdp", planned=6.0, **columns,
    )  # fmt: skip


def test_in_step_has_two_readings() -> None:
    """Check revenue of +17.5 against planned 6 and realised 3.8, which has a precision of its own."""
    found = track(frame(rate(3.8), rate(17.5, **REVENUE)), revenue()).set_index("reading")
    assert found["gap"].to_dict() == pytest.approx({"planned": 11.5, "realised": 13.7})
    assert set(found["state"]) == {"met"}
    assert found.loc["realised", "gap_high"] - found.loc["realised", "gap_low"] == pytest.approx(0.2)
    assert (found["comment_obs"] == "与参照的价格口径不同").all()
    assert found.loc["realised", "sources"] == "公报.xlsx › 表 › B9；公报.xlsx › 表 › C4"
    apart = track(frame(rate(3.8), rate(5.0, **REVENUE)), revenue()).set_index("reading")["state"]
    assert apart.to_dict() == {"planned": "missed", "realised": "met"}


def test_in_step_without_growth_to_step_with() -> None:
    found = gaps(frame(rate(17.5, **REVENUE)), revenue()).set_index("reading")
    assert found.loc["realised", "state"] == "no_reference" and found.loc["planned", "state"] == "met"


def above(**columns: Any) -> pd.DataFrame:
    return target(
        indicator="fiscal_rev_local",
        kind="relational",
        operator="above the province",
        value=float("nan"),
        unit="",
    )


@pytest.mark.parametrize(("province", "state"), [(17.0, "met"), (17.5, "undecided"), (18.0, "missed")])
def test_above_the_province(province: float, state: str) -> None:
    rows = frame(rate(17.5, **REVENUE), rate(province, **REVENUE, ref_area="220000"))
    row = one(track(rows, above()))
    assert row["state"] == state
    if province == 17.5:
        assert row["as_printed"] == "missed"  # as much as the province is not above it


def test_above_the_province_refuses_another_scope() -> None:
    rows = frame(rate(17.5, **REVENUE), rate(4.0, **{**REVENUE, "scope": ""}, ref_area="220000"))
    row = one(track(rows, above()))
    assert (row["refusal"], row["state"]) == ("scope-mismatch", "no_reference")
    with pytest.raises(ScopeMismatchError):
        track(rows, above(), refusals="raise")


@pytest.mark.parametrize(
    ("value", "state"), [(-4.0, "met"), (-3.5, "undecided"), (-3.0, "missed"), (0.4, "missed")]
)
def test_energy_falls_for_good_on_frames(value: float, state: str) -> None:
    goals = target(indicator="energy_intensity", kind="reduction", value=-3.5)
    assert one(track(frame(rate(value, indicator="energy_intensity")), goals))["state"] == state


def test_a_cut_that_is_itself_the_indicator_turns_its_sign() -> None:
    code = "admin_service_time_cut"
    goals = target(indicator=code, kind="reduction", operator="<=", value=-10)
    row = one(track(frame(rate(12.0, indicator=code, measure="level", price_base="")), goals))
    assert (row["outcome"], row["state"]) == (-12.0, "met")
    assert row["outcome_low"] == pytest.approx(-12.05)


@pytest.mark.parametrize(("value", "state"), [(1.8, "met"), (2.0, "undecided"), (2.3, "missed")])
def test_prices_below_their_ceiling_on_frames(value: float, state: str) -> None:
    goals = target(indicator="cpi", operator="at_most", value=2.0)
    assert one(track(frame(rate(value, indicator="cpi", price_base="")), goals))["state"] == state
    index = rate(100 + value, indicator="cpi", price_base="", measure="index_py100", unit_measure="INDEX")
    assert one(track(frame(index), goals))["state"] == state


def test_counts_of_projects_whatever_the_measure_word() -> None:
    count = {"unit": "家", "unit_measure": "ENT", "unit_mult": 0, "decimals": 0, "price_base": ""}
    goals = target(indicator="projects_100m_signed", kind="count", operator=">=", value=120, unit="个")
    rows = frame(level(118, 2024, indicator="projects_100m_signed", **count))
    row = one(track(rows, goals))
    assert (row["gap"], row["gap_unit"], row["as_printed"]) == (-2, "个", "missed")
    assert row["completion"] == pytest.approx(98.33, abs=0.005)


def test_a_target_without_outcome_keeps_its_row() -> None:
    found = track(frame(rate(3.8)), pd.concat([target(), target(id="fai", indicator="fai", value=5)]))
    assert found.set_index("id")["state"].to_dict() == {"t": "missed", "fai": "no_outcome"}
    assert found["comment_obs"].tolist()[1] == "没有找到公布的结果"


def test_a_single_quarter_and_another_year_do_not_answer() -> None:
    quarter = {**rate(9.9), "period_start": "2024-04", "period_end": "2024-06", "time_period": "2024Q2"}
    row = one(track(frame(quarter, rate(5.9, 2023)), target()))
    assert row["state"] == "no_outcome"


def count(value: float, month: int = 12, **columns: Any) -> Row:
    shape = {"indicator": "enterprises", "unit": "个", "unit_measure": "ITEM", "unit_mult": 0, "decimals": 0}
    return level(value, 2024, month, **{**shape, **columns})


def test_a_count_is_what_it_says() -> None:
    """One hundred and twenty projects are not 119.5; 虚构数据."""
    goal = target(kind="count", operator=">=", indicator="enterprises", value=120.0, unit="个")
    states = [one(track(frame(count(value)), goal))["state"] for value in (119.0, 120.0)]
    assert states == ["missed", "met"]
    assert one(track(frame(count(60.0, 6)), goal))["state"] == "ahead"
    rounded = count(0.012, unit="万个", unit_mult=4, decimals=3)
    assert one(track(frame(rounded), goal))["state"] == "undecided"


@pytest.mark.parametrize("turned", [False, True])
def test_two_outcomes_that_differ_decide_nothing(*, turned: bool) -> None:
    rows = [rate(6.4), rate(3.8, cell="C5")]
    found = track(frame(*(rows[::-1] if turned else rows)), target(price_base="comparable"))
    assert set(found["state"]) == {"contradicted"} and found["gap"].isna().all()
    assert set(found["refusal"]) == {"comparability"}
    needed = required_growths(frame(rate(6.4, month=6), rate(3.8, month=6)), target(price_base="comparable"))
    assert set(needed["refusal"]) == {"comparability"} and needed["obs_value"].isna().all()


def test_a_frame_without_a_needed_column_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="cumulative"):
        track(frame(rate(3.8)).drop(columns="cumulative"), target())


def test_nothing_is_required_of_a_year_that_is_over() -> None:
    row = one(required_growths(frame(rate(3.8)), target(price_base="comparable")))
    assert pd.isna(row["obs_value"]) and row["comment_obs"] == "全年已经结束"
