"""The outlook of the year's end on made-up figures (虚构数据), every number against the methods' own results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from songyuan_analysis.briefing import remarks, tables
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.model import Table
from songyuan_analysis.briefing.outlook import prospects, years_text
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.precision import Interval, round_half_up
from songyuan_analysis.methods.required import required_growth, required_growth_by_share
from songyuan_analysis.methods.year_end import year_end

Rows = list[dict[str, Any]]
MadeView = Callable[..., View]
HALVES = [7.0, 6.4, 5.1, 5.6, 3.2, 8.9, 2.4, 6.3]  # 2016 to 2023, growth to June; 虚构数据
DIFFERENCES = [-0.5, 0.3, 0.1, -0.2, 0.4, -0.7, 0.2, 0.0]
NOW = 5.6


@pytest.fixture
def history(so_far: Callable[[int], dict[str, Any]], rate: dict[str, Any]) -> Callable[..., Rows]:
    """Growth to June and of the year since 2016, growth of this half-year, and last year's levels."""

    def make(years: int = 8, **columns: object) -> Rows:
        rows: Rows = []
        for at in range(8 - years, 8):
            year = 2016 + at
            rows.append({**rate, **so_far(year), "obs_value": HALVES[at], **columns})
            end = round(HALVES[at] + DIFFERENCES[at], 1)
            rows.append({**rate, "time_period": str(year), "obs_value": end, **columns})
        level = {k: v for k, v in columns.items() if k != "price_base"}
        rows.append({**so_far(2023), "obs_value": 360.0, **level})
        rows.append({"time_period": "2023", "obs_value": 892.72, **level})
        rows.append({**rate, **so_far(2024), "obs_value": NOW, **columns})
        return rows

    return make


def named(view: View) -> dict[str, Table]:
    return {table.id: table for table in tables.outlook(view)}


def values(table: Table, row: int) -> list[float]:
    return [cell.value for cell in table.rows[row] if isinstance(cell, Figure)]


def interval(figure: object) -> Interval:
    assert isinstance(figure, Figure) and figure.low is not None and figure.high is not None
    return Interval(figure.low, figure.value, figure.high)


def close(figure: object, wanted: Interval | None) -> bool:
    found = interval(figure)
    assert wanted is not None
    return all(
        getattr(found, side) == pytest.approx(getattr(wanted, side), abs=1e-9)
        for side in ("low", "mid", "high")
    )


def printed(value: float) -> Interval:
    return Interval.from_printed(value, 1)


def past(*leave_out: int) -> list[Interval]:
    pairs = zip(range(2016, 2024), HALVES, DIFFERENCES, strict=True)
    return [
        Interval(e - 0.1, e, e + 0.1)
        for year, half, gap in pairs
        if year not in leave_out and (e := round(half + gap, 1) - half) is not None
    ]


def test_all_tables_are_there_and_in_order(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    view = made_view(history(), commitment())
    assert list(named(view)) == [
        "outlook", "outlook_needed", "outlook_spread", "outlook_pairs", "outlook_tried",
    ]  # fmt: skip
    for table in named(view).values():
        derived = [figure for _, _, figure in table.figures() if figure.derived]
        assert derived and all(figure.sources and "本报告测算" in figure.derivation for figure in derived)
        assert "本报告测算" in table.title or table.id == "outlook_pairs"


@pytest.mark.parametrize(("row", "leave_out"), [(0, ()), (1, (2020, 2021))])
def test_the_year_s_end_is_that_of_the_method(
    made_view: MadeView,
    history: Callable[..., Rows],
    commitment: Callable[..., str],
    row: int,
    leave_out: tuple[int, ...],
) -> None:
    table = named(made_view(history(), commitment()))["outlook"]
    cells = table.rows[row]
    wanted = year_end(printed(NOW), past(*leave_out), 6.0)
    assert cells[2] == f"{wanted.years}年"
    for cell, number in zip(
        cells[5:], (wanted.expected, wanted.lower, wanted.upper, wanted.by_t, wanted.by_rank), strict=True
    ):
        assert close(cell, number)
    published, target = cells[3], cells[4]
    assert isinstance(published, Figure) and not published.derived and published.value == NOW
    assert isinstance(target, Figure) and target.value == 6


def test_the_rest_of_the_year_is_that_of_the_method(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    table = named(made_view(history(), commitment(value=5.8)))["outlook_needed"]
    assert [row[1:3] for row in table.rows] == [
        ("5%", "假设"), ("5.5%", "假设"), ("5.8%", "年度目标"), ("6%", "假设"),
    ]  # fmt: skip
    low, mid, high = (100 * (360 + e) / (892.72 - 0.1 * e) for e in (-0.005, 0, 0.005))
    share = Interval(359.995 / 892.725, 360 / 892.72, 360.005 / 892.715)
    for row, goal in zip(table.rows, (5.0, 5.5, 5.8, 6.0), strict=True):
        assert close(row[5], required_growth_by_share(printed(NOW), share, goal))
    assert low < mid < high and table.rows[0][4].value == pytest.approx(mid)  # type: ignore[union-attr]
    assert len(table.columns) == 6 and any("总量按现价" in note for note in table.notes)


def test_levels_serve_where_growth_is_nominal_and_of_one_vintage(
    made_view: MadeView,
    history: Callable[..., Rows],
    commitment: Callable[..., str],
    so_far: Callable[[int], dict[str, Any]],
) -> None:
    nominal = {"indicator": "fiscal_rev_local", "price_base": "nominal"}
    rows = [*history(**nominal), {**so_far(2024), "indicator": "fiscal_rev_local", "obs_value": 380.16}]
    table = named(made_view(rows, commitment(indicator="fiscal_rev_local")))["outlook_needed"]
    assert table.columns[6].key == "后6个月须增长 / 按总量"
    wanted = required_growth(
        *(Interval.from_printed(number, 2) for number in (892.72, 360.0, 380.16)), target_growth=6.0
    )
    assert close(table.rows[2][6], wanted)
    rows[-1] = {**rows[-1], "vintage": "2024-07-20", "sha256": "b" * 64, "file": "另一份.xlsx"}
    other = named(made_view(rows, commitment(indicator="fiscal_rev_local")))["outlook_needed"]
    assert len(other.columns) == 6 and any("出自不同版次" in note for note in other.notes)


def test_the_distribution_is_that_of_the_years(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    found = named(made_view(history(), commitment()))
    rest = DIFFERENCES[:4] + DIFFERENCES[6:]
    for row, kept in ((0, DIFFERENCES), (1, rest)):
        wanted = [np.mean(kept), np.std(kept, ddof=1), min(kept), max(kept)]
        assert values(found["outlook_spread"], row) == pytest.approx(wanted)
    pairs = found["outlook_pairs"]
    assert [row[1] for row in pairs.rows] == [f"{year}年" for year in range(2016, 2024)]
    assert [row[4].value for row in pairs.rows] == pytest.approx(DIFFERENCES)  # type: ignore[union-attr]
    formulas = [row[4].formula for row in pairs.rows if isinstance(row[4], Figure)]
    assert formulas[3] is not None and formulas[3].inputs == ((3, 3), (3, 2))


def test_the_back_test_is_that_of_past_years(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    table = named(made_view(history(), commitment()))["outlook_tried"]
    ends = [half + gap for half, gap in zip(HALVES, DIFFERENCES, strict=True)]
    experience = np.mean([abs(DIFFERENCES[at] - np.mean(DIFFERENCES[:at])) for at in (6, 7)])
    same = np.mean([abs(DIFFERENCES[at]) for at in (6, 7)])
    last = np.mean([abs(ends[at] - ends[at - 1]) for at in (6, 7)])
    assert len(table.rows) == 1 and table.rows[0][2] == "2年"
    assert values(table, 0) == pytest.approx([experience, same, last])
    assert any("优于按上年推算" in note for note in table.notes)
    assert any("年数不够试算的：地区生产总值（不含2020、2021年）" in note for note in table.notes)


def test_a_sentence_says_it_and_traces_its_numbers(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    view = made_view(history(), commitment())
    said = str(remarks.outlook(view)[0])
    wanted = year_end(printed(NOW), past(), 6.0)
    assert wanted.expected is not None and wanted.by_t is not None
    middle, chance = round_half_up(wanted.expected.mid, 1), round_half_up(wanted.by_t.mid)
    assert f"全年约为{middle}%" in said and f"概率约{chance}%" in said
    assert "本报告测算，不是公布数" in said
    assert wanted.by_rank is not None
    ends = f"（只能定到{round_half_up(wanted.by_rank.low)}%—{round_half_up(wanted.by_rank.high)}%）"
    assert (ends in said) == (wanted.by_rank.low < wanted.by_rank.high)
    assert len(remarks.outlook(view)[0].figures) == 7


def test_few_years_are_named_and_make_no_probability(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    view = made_view(history(5), commitment())
    assert "outlook" not in named(view) and "outlook_tried" not in named(view)
    assert "outlook_pairs" in named(view)
    (said,) = remarks.outlook(view)
    assert "样本不足" in said and "地区生产总值5年（2019—2023年）" in said and "至少要6年" in said
    assert "要补的是2016—2018年上半年" in said
    without = made_view(history(7), commitment())
    row = named(without)["outlook"].rows[1]
    assert [cell.reason for cell in row if isinstance(cell, Missing)] == ["样本不足"] * 5


def test_estimates_and_doubtful_figures_teach_nothing(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    rows = history()
    rows[1] = {**rows[1], "obs_status": "E"}
    (one,) = prospects(made_view(rows, commitment()))
    assert one.years == tuple(range(2017, 2024))


def test_without_growth_so_far_it_says_what_to_add(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    view = made_view(history()[:-1], commitment())
    assert not tables.outlook(view)
    said = str(remarks.outlook(view)[0])
    assert "没有找到松原市2024年上半年的累计增速" in said and "songyuan add" in said
    assert "《松原市2024年上半年主要经济指标》" in said


def test_the_real_half_year_says_what_is_missing_in_two_lines(view_of: Callable[[str], View]) -> None:
    view = view_of("2024Q2")
    assert not tables.outlook(view)
    said = remarks.outlook(view)
    assert len(said) == 2 and "地区生产总值、全社会固定资产投资、地方级财政收入" in said[0]
    assert "样本不足" in said[1] and "2016—2023年上半年" in said[1]
    assert not prospects(view_of("2024")) and not prospects(view_of("2025H1"))
    assert "已经结束" in remarks.outlook(view_of("2024"))[0]
    assert "没有登记2025年的计划" in remarks.outlook(view_of("2025H1"))[0]


def test_ceilings_are_left_out_and_about_leaves_half_a_digit(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    assert not prospects(made_view(history(), commitment(operator="at_most")))
    view = made_view(history(), commitment(operator="约"))
    (one,) = prospects(view)
    assert one.goal == 5.5
    found = named(view)["outlook"]
    assert close(found.rows[0][8], year_end(printed(NOW), past(), 5.5).by_t)
    assert any("左右" in note for note in found.notes)


def test_a_target_in_step_with_the_economy_takes_the_planned_growth(
    made_view: MadeView, history: Callable[..., Rows], commitment: Callable[..., str]
) -> None:
    tied = commitment(
        id="main.revenue", name_zh="地方级财政收入", indicator="fiscal_rev_local", kind="relational",
        operator="in step with", value="", unit="", relative_to="gdp", reference="main.gdp",
    )  # fmt: skip
    rows = history(indicator="fiscal_rev_local", price_base="nominal")
    view = made_view(rows, commitment() + tied)
    assert [one.goal for one in prospects(view)] == [6.0, 6.0]
    said = "".join(remarks.outlook(view))
    assert "与经济同步（计划增速6%）" in said and "地区生产总值：没有找到" in said


def test_years_are_said_in_runs() -> None:
    assert years_text([2020, 2016, 2017, 2018]) == "2016—2018、2020年"
