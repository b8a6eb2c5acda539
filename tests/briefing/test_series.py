"""The frames behind the charts: cut at breaks, empty where a figure is doubtful or was never published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from songyuan_analysis.briefing import series
from songyuan_analysis.briefing.view import View

ViewOf = Callable[[str], View]


def test_a_line_is_cut_at_every_known_break(view_of: ViewOf) -> None:
    frame = series.levels(view_of("2024"), ["gdp"])
    assert frame[frame["label"] != ""]["period"].tolist() == ["2017年", "2019年", "2024年"]
    assert frame["segment"].max() == 3
    assert frame.groupby("segment")["period"].last().tolist() == ["2016年", "2018年", "2023年", "2024年"]


def test_a_doubtful_figure_leaves_a_gap_unless_it_is_asked_for(view_of: ViewOf) -> None:
    view = view_of("2024")
    plain = series.levels(view, ["fiscal_rev_local"]).set_index("period")["value"]
    asked = series.levels(view, ["fiscal_rev_local"], suspects=True).set_index("period")["value"]
    assert plain.index[plain.isna()].tolist() == ["2020年"]
    assert asked["2020年"] == 76.2 and asked.notna().all()


def test_growth_is_drawn_for_years_in_which_it_was_published(view_of: ViewOf) -> None:
    frame = series.growth(view_of("2024"), ["gdp"], ["220700", "220000"], since=2022)
    rows = {(row["period"], row["series"]): row["value"] for row in frame.to_dict("records")}
    assert rows[("2022年", "吉林省")] == -1.9
    assert ("2024年", "吉林省") not in rows and rows[("2024年", "松原市")] == 3.8


def test_shares_need_all_their_parts(view_of: ViewOf) -> None:
    frame = series.shares(view_of("2024"), ["va_primary", "va_secondary", "va_tertiary"], since=2022)
    assert frame.groupby("period").size().to_dict() == {"2022年": 3, "2023年": 3, "2024年": 3}
    assert series.shares(view_of("2024"), ["va_primary", "fai"], since=2017).empty


def test_targets_stand_beside_outcomes_and_what_is_missing_is_missing(view_of: ViewOf) -> None:
    frame = series.targets(view_of("2024")).set_index("category")
    assert frame.loc["地区生产总值"].tolist() == [3.8, 6.0]
    assert frame.loc["全社会固定资产投资"].isna().tolist() == [True, False]
    assert frame.loc["地方级财政收入"].isna().tolist() == [False, True]
    assert series.targets(view_of("2025H1")).empty


def test_implied_bases_are_drawn_beside_their_targets(view_of: ViewOf) -> None:
    frame = series.project_bases(view_of("2024")).pivot_table(
        index="period", columns="series", values="value"
    )
    funds = frame.loc["招商引资到位资金（亿元）"]
    assert (funds["计划目标"], funds["隐含上年基数"]) == (625.0, pytest.approx(500.0))
    assert len(frame) == 3


def test_the_room_for_energy_follows_the_formula() -> None:
    frame = series.energy_room([-3.5], highest=6.0)
    assert frame["x"].iloc[-1] == 6.0
    assert frame["y"].iloc[-1] == pytest.approx((1.06 * 0.965 - 1) * 100)


def test_cumulative_figures_keep_their_own_periods(view_of: ViewOf) -> None:
    frame = series.cumulative(view_of("2025H1"), "gdp")
    assert frame["period"].tolist() == ["2021年1—3月", "2021年1—9月", "2022年上半年", "2025年上半年"]


def test_energy_history_keeps_to_the_full_scope(view_of: ViewOf) -> None:
    frame = series.energy_history(view_of("2024"))
    assert set(frame["series"]) == {"全国", "吉林省"}
    assert not frame.duplicated(["period", "series"]).any()
