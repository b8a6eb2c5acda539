"""Observations against the plan of 2024."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.errors import PeriodError, PlanError
from songyuan_analysis.plan import Plan, load_plan
from songyuan_analysis.plan.progress import COLUMNS

Row = dict[str, Any]
Make = Callable[..., Row]


def one(frame: pd.DataFrame, commitment: str) -> "pd.Series[Any]":
    """Return the row of one commitment."""
    return frame[frame["id"] == commitment].iloc[0]


def test_gdp_of_2024_was_missed_by_2_2_points(plan: Plan, published: pd.DataFrame) -> None:
    """Check the anchor: 3.8 against 6, and about 21.24 亿元 at prices of 2024, said to be own arithmetic."""
    row = one(plan.progress(published), "headline.gdp")
    assert (row["state"], row["state_zh"]) == ("missed", "未完成")
    assert (row["outcome"], row["gap"], row["gap_unit"]) == (3.8, -2.2, "个百分点")
    assert (row["outcome_low"], row["outcome_high"]) == (3.75, 3.85)
    assert round(row["gap_amount"], 2) == -21.24
    assert row["gap_amount_unit"] == "亿元"
    assert (round(row["gap_amount_low"], 2), round(row["gap_amount_high"], 2)) == (-21.73, -20.75)
    assert "按2024年价格" in row["gap_amount_note"]
    assert "非公布数" in row["own_arithmetic"]
    for number in ("965.49", "1023.42", "-21.24"):
        assert number in row["own_arithmetic"]
    assert "初步数" in row["reason"]


def test_gdp_leads_back_to_both_cells(plan: Plan, published: pd.DataFrame) -> None:
    """Check that every observation used is named with file, sheet, cell and checksum."""
    row = one(plan.progress(published), "headline.gdp")
    told = {s["role"]: (s["file"], s["sheet"], s["cell"], s["obs_value"], s["unit"]) for s in row["sources"]}
    assert told == {
        "outcome": ("bulletin.xlsx", "公报", "C4", 3.8, "%"),
        "level": ("bulletin.xlsx", "公报", "B4", 1002.18, "亿元"),
    }
    assert {s["sha256"] for s in row["sources"]} == {"a" * 64}
    assert (row["plan_file"], row["plan_line"]) == ("2024.toml", plan.get("headline.gdp").line)


def test_revenue_is_in_step_under_both_readings(plan: Plan, published: pd.DataFrame) -> None:
    """Check that 17.5 is set against planned 6 (default) and realised 3.8, with its scope."""
    row = one(plan.progress(published), "headline.revenue")
    assert (row["state"], row["alt_state"]) == ("met", "met")
    assert (row["reference_value"], row["alt_reference_value"]) == (6.0, 3.8)
    assert (row["reference_name"], row["alt_reference_name"]) == (
        "地区生产总值计划增速",
        "地区生产总值实际增速",
    )
    assert (row["outcome_scope"], row["gap"]) == ("可比口径", 11.5)
    assert "可比口径" in row["reason"]
    assert "价格口径不同" in row["reason"]
    assert [(s["role"], s["indicator"]) for s in row["sources"]] == [
        ("outcome", "fiscal_rev_local"),
        ("reference", "gdp"),
    ]


def test_readings_that_disagree_are_said_to(plan: Plan, rate: Make) -> None:
    """Check a revenue growth between realised and planned GDP growth: the planned one decides."""
    revenue = rate(5.0, indicator="fiscal_rev_local", price_base="nominal", cell="C9")
    row = one(plan.progress(pd.DataFrame([rate(3.8), revenue])), "headline.revenue")
    assert (row["state"], row["alt_state"]) == ("missed", "met")
    assert "结论不同" in row["reason"]


def test_everything_else_has_no_published_outcome(plan: Plan, published: pd.DataFrame) -> None:
    """Check that unpublished is neither met nor missed, and that no number is invented for it."""
    frame = plan.progress(published)
    assert list(frame["id"]) == [item.id for item in plan]
    assert tuple(frame.columns) == COLUMNS
    rest = frame[~frame["id"].isin(["headline.gdp", "headline.revenue"])]
    assert set(rest["state"]) == {"no_outcome"}
    assert set(rest["state_zh"]) == {"结果未公布"}
    assert rest[["outcome", "gap", "gap_amount", "completion_pct"]].isna().all(axis=None)
    assert (rest["sources"].map(len) == 0).all()
    assert (frame["reason"] != "").all()


def test_a_commitment_in_words_is_not_measurable(plan: Plan, published: pd.DataFrame) -> None:
    """Check that a qualitative commitment says that the plan gives no number."""
    row = one(plan.progress(published), "layout.green")
    assert not row["measurable"]
    assert "没有提出数量要求" in row["reason"]


@pytest.mark.parametrize(
    ("commitment", "base"),
    [("projects.investment", 388 / 1.05), ("projects.pipeline", 390.0), ("projects.promotion_funds", 500.0)],
)
def test_the_implied_base_is_computed(
    plan: Plan, published: pd.DataFrame, commitment: str, base: float
) -> None:
    """Check 388/1.05, 429/1.10 and 625/1.25, and that the formula is shown."""
    row = one(plan.progress(published), commitment)
    assert row["implied_base"] == pytest.approx(base)
    assert row["implied_base_unit"] == row["target_unit"]
    assert "隐含上年基数" in row["own_arithmetic"]


@pytest.mark.parametrize(
    ("value", "state", "words"), [(-3.8, "met", "多0.3"), (-3.0, "missed", "少0.5"), (0.4, "missed", "少3.9")]
)
def test_energy_intensity_falls_for_good(
    plan: Plan, rate: Make, value: float, state: str, words: str
) -> None:
    """Check the inverted direction of a reduction target."""
    found = one(
        plan.progress(pd.DataFrame([rate(value, indicator="energy_intensity")])), "headline.energy_intensity"
    )
    assert found["state"] == state
    assert found["gap"] == pytest.approx(value + 3.5)
    assert words in found["reason"]


def test_a_cut_is_read_as_a_fall(plan: Plan, rate: Make) -> None:
    """Check that an indicator which is itself a cut in % counts with the sign turned."""
    cut = rate(12.0, indicator="admin_service_time_cut", measure="level", price_base="")
    row = one(plan.progress(pd.DataFrame([cut])), "reform.service_time")
    assert (row["outcome"], row["state"], row["gap"]) == (-12.0, "met", -2.0)
    assert row["sources"][0]["obs_value"] == 12.0
    assert "缩短幅度" in row["reason"]


@pytest.mark.parametrize("period", ["2024Q2", "2024H1", "2024-06", "2024-01/2024-06"])
def test_within_the_year_only_cumulative_figures_count(
    plan: Plan, rate: Make, half: Row, published: pd.DataFrame, period: str
) -> None:
    """Check that the half-year takes the cumulative 4.1, not the quarter's 9.9 nor the year's 3.8."""
    quarter = rate(9.9, freq="Q", time_period="2024Q2", period_start="2024-04", period_end="2024-06")
    frame = pd.concat([published, pd.DataFrame([rate(4.1, **half), quarter])], ignore_index=True)
    row = one(plan.progress(frame, period=period), "headline.gdp")
    assert (row["outcome"], row["state"], row["state_zh"]) == (4.1, "behind", "慢于目标")
    assert row["period"] == "2024-01/2024-06"
    assert "全年目标" in row["reason"]
    assert not {"met", "missed"} & set(plan.progress(frame, period=period)["state"])


def test_a_single_quarter_does_not_stand_in(plan: Plan, rate: Make) -> None:
    """Check that only a quarter's figure leaves the half-year without outcome, and the reason names it."""
    quarter = rate(9.9, freq="Q", time_period="2024Q2", period_start="2024-04", period_end="2024-06")
    row = one(plan.progress(pd.DataFrame([quarter]), period="2024H1"), "headline.gdp")
    assert row["state"] == "no_outcome"
    assert "只有2024年二季度的数" in row["reason"]


def test_the_first_quarter_is_its_own_accumulation(plan: Plan, rate: Make) -> None:
    """Check that January to March is the same figure under both names."""
    quarter = rate(6.3, freq="Q", time_period="2024Q1", period_end="2024-03")
    row = one(plan.progress(pd.DataFrame([quarter]), period="2024Q1"), "headline.gdp")
    assert (row["outcome"], row["state"]) == (6.3, "ahead")


@pytest.mark.parametrize("period", ["2023", "2025Q1"])
def test_a_period_outside_the_plan_is_refused(plan: Plan, published: pd.DataFrame, period: str) -> None:
    """Check that figures of another year are never set against this plan."""
    with pytest.raises(PlanError, match="计划年度 2024") as caught:
        plan.progress(published, period=period)
    assert caught.value.remedy


def test_a_text_that_is_no_period_is_refused(plan: Plan, published: pd.DataFrame) -> None:
    """Check that a typing mistake is named."""
    with pytest.raises(PeriodError):
        plan.progress(published, period="2024年上")
    with pytest.raises(PlanError, match="跨了年度"):
        plan.progress(published, period="2023-07/2024-06")


def test_a_frame_without_addresses_is_refused(plan: Plan, published: pd.DataFrame) -> None:
    """Check that nothing is computed from figures that lead nowhere."""
    with pytest.raises(PlanError, match="sha256"):
        plan.progress(published.drop(columns="sha256"))


def test_nominal_growth_does_not_answer_a_real_target(plan: Plan, rate: Make) -> None:
    """Check that nominal GDP growth of 12.3 does not meet a real target of 6."""
    row = one(plan.progress(pd.DataFrame([rate(12.3, price_base="nominal")])), "headline.gdp")
    assert row["state"] == "no_outcome"


def test_an_index_is_growth_in_other_clothes(plan: Plan, rate: Make) -> None:
    """Check that 上年=100 is used where the rate itself is not printed, and that this is said."""
    index = rate(103.8, measure="index_py100", unit_measure="INDEX", unit="上年=100")
    row = one(plan.progress(pd.DataFrame([index])), "headline.gdp")
    assert (row["outcome"], row["outcome_unit"], row["gap"]) == (3.8, "%", -2.2)
    assert "减100" in row["reason"]


def test_the_latest_vintage_is_taken_and_the_choice_is_named(plan: Plan, rate: Make) -> None:
    """Check that a revision beats the first print, no date counts as oldest, and the reader is told."""
    rows = [
        rate(3.8),
        rate(4.0, vintage="2026-01-10", file="later.xlsx", sha256="c" * 64),
        rate(9.0, vintage="", conf_tier="1", file="undated.xlsx", sha256="d" * 64),
    ]
    row = one(plan.progress(pd.DataFrame(rows)), "headline.gdp")
    assert (row["outcome"], row["vintage"]) == (4.0, "2026-01-10")
    assert "later.xlsx" in row["reason"]
    assert "3.8%（bulletin.xlsx" in row["reason"]
    assert "undated.xlsx，发布日期不明" in row["reason"]


def test_a_verified_figure_beats_a_later_estimate(plan: Plan, rate: Make) -> None:
    """Check the order of the store: status first, and an estimate gives way to everything."""
    rows = [
        rate(4.5, vintage="2026-03-01", obs_status="E", file="estimate.xlsx"),
        rate(4.0, vintage="2026-01-10", obs_status="F", file="final.xlsx"),
        rate(3.9, vintage="2025-09-01", obs_status="R", file="revised.xlsx"),
    ]
    for order in (rows, rows[::-1]):
        assert one(plan.progress(pd.DataFrame(order)), "headline.gdp")["outcome"] == 4.0
    assert one(plan.progress(pd.DataFrame(rows[::2])), "headline.gdp")["outcome"] == 3.9


def test_of_one_vintage_the_better_source_is_taken(plan: Plan, rate: Make) -> None:
    """Check the tier as second criterion; equal figures need no explanation."""
    rows = [rate(3.9, conf_tier="3", file="a.xlsx"), rate(3.8), rate(3.8, conf_tier="2", file="b.xlsx")]
    row = one(plan.progress(pd.DataFrame(rows)), "headline.gdp")
    assert row["outcome"] == 3.8
    assert "3.9%（a.xlsx" in row["reason"]
    assert "b.xlsx" not in row["reason"]


def test_a_gap_in_yuan_needs_level_and_growth_of_one_file(plan: Plan, level: Make, rate: Make) -> None:
    """Check that a level of another file is not used to turn points into money."""
    rows = [level(1002.18, sha256="c" * 64, file="other.xlsx"), rate(3.8)]
    row = one(plan.progress(pd.DataFrame(rows)), "headline.gdp")
    assert pd.isna(row["gap_amount"])
    assert "不折算金额" in row["gap_amount_note"]


def test_a_mark_is_told_as_a_mark(plan: Plan, rate: Make) -> None:
    """Check that a published dash is not zero and not silence."""
    row = one(plan.progress(pd.DataFrame([rate(float("nan"), mark="…", obs_status="M")])), "headline.gdp")
    assert row["state"] == "no_outcome"
    assert "标记“…”" in row["reason"]
    assert "bulletin.xlsx › 公报 › C4" in row["reason"]


def test_counts_and_amounts_of_the_year(plan: Plan, level: Make) -> None:
    """Check completion, gap in the target's unit, and the conversion of 万元."""
    count = {"unit_measure": "ITEM", "unit_mult": 0, "unit": "个", "decimals": 0, "price_base": ""}
    rows = [
        level(118, indicator="projects_100m_signed", **count),
        level(330, indicator="projects_50m", **count),
        level(6300000, indicator="investment_promotion_funds", unit="万元", unit_mult=4, decimals=0),
    ]
    frame = plan.progress(pd.DataFrame(rows))
    signed, started, funds = (
        one(frame, i) for i in ("projects.signed", "projects.started", "projects.promotion_funds")
    )
    assert (signed["state"], signed["gap"], signed["gap_unit"]) == ("missed", -2, "个")
    assert (started["state"], started["gap"]) == ("met", 5)
    assert (funds["outcome"], funds["outcome_unit"]) == (6300000, "万元")
    assert (funds["gap"], funds["gap_unit"], funds["state"]) == (5, "亿元", "met")
    assert funds["completion_pct"] == pytest.approx(100.8)


def test_firms_are_counted_whatever_the_measure_word(plan: Plan, level: Make) -> None:
    """Check that 21家 answers a target of 20户."""
    firms = level(21, indicator="srdi_firms", unit="家", unit_measure="ENT", unit_mult=0, decimals=0)
    assert one(plan.progress(pd.DataFrame([firms])), "cooperation.srdi_firms")["state"] == "met"


def test_flows_are_due_with_the_calendar_and_stocks_are_not(plan: Plan, level: Make, half: Row) -> None:
    """Check that half a year asks half the signed projects, but the whole reserve."""
    count = {"unit_measure": "ITEM", "unit_mult": 0, "unit": "个", "decimals": 0, "price_base": ""}
    rows = [
        level(70, indicator="projects_100m_signed", **count, **half),
        level(
            400,
            indicator="projects_50m_pipeline",
            **count,
            **{**half, "time_period": "2024-06", "period_start": "2024-06", "cumulative": False},
        ),
    ]
    frame = plan.progress(pd.DataFrame(rows), period="2024Q2")
    flow, stock = one(frame, "projects.signed"), one(frame, "projects.pipeline")
    assert (flow["state"], flow["gap"], flow["time_progress_pct"]) == ("ahead", 10, 50)
    assert "未考虑季节" in flow["reason"]
    assert (stock["state"], stock["gap"]) == ("behind", -29)
    assert pd.isna(stock["time_progress_pct"])


def test_growth_answers_where_no_total_is_published(plan: Plan, rate: Make) -> None:
    """Check that a promise said in two ways can be judged by the second."""
    growth = rate(26.0, indicator="investment_promotion_funds", price_base="nominal")
    row = one(plan.progress(pd.DataFrame([growth])), "projects.promotion_funds")
    assert (row["state"], row["gap"], row["gap_unit"]) == ("met", 1, "个百分点")
    assert "只公布增速" in row["reason"]


def test_above_the_province_needs_the_province(tmp_path: Path, plan: Plan, rate: Make) -> None:
    """Check the second kind of relation, and that the reference area can be chosen."""
    body = plan.path.read_text(encoding="utf-8")
    old = 'operator = "in step with"\nrelative_to = "gdp"\nreference = "headline.gdp"'
    path = tmp_path / "2024.toml"
    path.write_text(
        body.replace(old, 'operator = "above the province"\nrelative_to = "fiscal_rev_local"'),
        encoding="utf-8",
    )
    changed = load_plan(path)
    own = rate(17.5, indicator="fiscal_rev_local", price_base="nominal")
    alone = one(changed.progress(pd.DataFrame([own])), "headline.revenue")
    assert (alone["state"], alone["outcome"]) == ("no_outcome", 17.5)
    both = pd.DataFrame([own, {**own, "ref_area": "220000", "obs_value": 18.0, "cell": "C8"}])
    row = one(changed.progress(both), "headline.revenue")
    assert (row["state"], row["reference_name"], row["gap"]) == ("missed", "吉林省增速", -0.5)
    assert one(changed.progress(both, province="220700"), "headline.revenue")["state"] == "missed"


def test_a_target_in_a_workbook_is_no_outcome(plan: Plan, rate: Make) -> None:
    """Check that a bulletin which repeats the target does not count as a result, nor as a near miss."""
    row = one(plan.progress(pd.DataFrame([rate(6.0, measure="target")])), "headline.gdp")
    assert row["state"] == "no_outcome"
    assert "没有找到" in row["reason"]


def test_other_areas_and_years_do_not_count(plan: Plan, rate: Make) -> None:
    """Check that the province's figure, and last year's, leave the city without outcome."""
    rows = [
        rate(5.7, ref_area="220000"),
        rate(5.9, time_period="2023", period_start="2023-01", period_end="2023-12"),
    ]
    row = one(plan.progress(pd.DataFrame(rows)), "headline.gdp")
    assert row["state"] == "no_outcome"
    assert "没有找到" in row["reason"]


def test_no_observations_at_all(plan: Plan, published: pd.DataFrame) -> None:
    """Check that an empty store gives a full table without outcomes."""
    frame = plan.progress(published.iloc[:0])
    assert len(frame) == len(plan)
    assert set(frame["state"]) == {"no_outcome"}


CEILING_BODY = """[[commitment]]
id = "headline.{id}"
section = "主要目标"
name_zh = "上限"
name_en = "Ceiling"
indicator = "{indicator}"
kind = "{kind}"
operator = "at_most"
value = {value}
unit = "{unit}"
"""


@pytest.mark.parametrize(
    ("value", "state", "words"),
    [(1.7, "met", "比上限低0.3个百分点"), (2.0, "met", "与目标相同"), (2.4, "missed", "超过上限0.4个百分点")],
)
def test_a_ceiling_on_prices_is_kept_from_below(
    register: Callable[[str], Path], rate: Make, value: float, state: str, words: str
) -> None:
    """Check CPI against 控制在2%以内 (虚构数据)."""
    body = CEILING_BODY.format(id="cpi", indicator="cpi", kind="growth", value=2, unit="%")
    row = one(
        load_plan(register(body)).progress(pd.DataFrame([rate(value, indicator="cpi", price_base="")])),
        "headline.cpi",
    )
    assert row["state"] == state
    assert words in row["reason"]
    assert "控制在2%以内" in row["target_text"]


@pytest.mark.parametrize(("value", "state"), [(4.8, "met"), (5.2, "missed")])
def test_a_ceiling_on_unemployment(
    register: Callable[[str], Path], rate: Make, value: float, state: str
) -> None:
    """Check 失业率控制在5%以内 (虚构数据)."""
    code = "unemployment_surveyed"
    body = CEILING_BODY.format(id="jobless", indicator=code, kind="share", value=5, unit="%")
    found = rate(value, indicator=code, measure="level", price_base="")
    assert (
        one(load_plan(register(body)).progress(pd.DataFrame([found])), "headline.jobless")["state"] == state
    )


def test_a_ceiling_is_not_due_in_parts(register: Callable[[str], Path], level: Make, half: Row) -> None:
    """Check that 70 of at most 100 by June is within the ceiling, and that no completion is claimed (虚构数据)."""
    code = "projects_100m_signed"
    body = CEILING_BODY.format(id="count", indicator=code, kind="count", value=100, unit="个")
    row_of = level(
        70, indicator=code, unit="个", unit_measure="ITEM", unit_mult=0, decimals=0, price_base="", **half
    )
    found = one(load_plan(register(body)).progress(pd.DataFrame([row_of]), period="2024Q2"), "headline.count")
    assert (found["state"], found["gap"]) == ("ahead", -30)
    assert pd.isna(found["completion_pct"]) and pd.isna(found["time_progress_pct"])
    assert "占上限的比重70.0%" in found["reason"] and "不按时间均摊" in found["reason"]
