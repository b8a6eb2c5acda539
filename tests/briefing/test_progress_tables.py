"""Progress and lights on made-up figures (虚构数据), counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from songyuan_analysis.briefing import compose, remarks, tables
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.model import Table
from songyuan_analysis.briefing.style import load_style, state_text
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.lights import LIGHTS

MadeView = Callable[..., View]
Rows = list[dict[str, Any]]
FUNDS = {"id": "main.funds", "name_zh": "招商引资到位资金", "indicator": "investment_in_place"}


def numbers(table: Table | None, row: int) -> list[float | str]:
    assert table is not None
    return [
        round(c.value, 4) if isinstance(c, Figure) else c.reason if isinstance(c, Missing) else c
        for c in table.rows[row]
    ]


@pytest.fixture
def amount(commitment: Callable[..., str]) -> str:
    """An amount that a region's revenue reaches: 50 of the year."""
    return commitment(id="main.revenue", name_zh="财政收入", indicator="fiscal_rev_local", kind="amount",
                      value=50, unit="亿元")  # fmt: skip


@pytest.fixture
def levels(so_far: Callable[[int], dict[str, Any]]) -> Rows:
    """Revenue to June and of three years: 40 % of each year by June; 21.00 this half-year."""
    fixed = {"indicator": "fiscal_rev_local"}
    rows: Rows = [{**fixed, **so_far(2024), "obs_value": 21.0}]
    for year, whole in ((2021, 40.0), (2022, 45.0), (2023, 48.0)):
        rows += [{**fixed, **so_far(year), "obs_value": 0.4 * whole},
                 {**fixed, "time_period": str(year), "obs_value": whole}]  # fmt: skip
    return rows


def test_completion_stands_beside_calendar_and_season(made_view: MadeView, levels: Rows, amount: str) -> None:
    view = made_view(levels, amount)
    table = tables.progress(view)
    assert numbers(table, 0) == [
        "财政收入", "亿元", 50.0, 21.0, 42.0, 50.0, 40.0, -8.0, 2.0, -4.0, "2024年价格",
    ]  # fmt: skip
    assert table is not None
    assert all(figure.sources for _, _, figure in table.figures())
    outcome = table.rows[0][3]
    assert isinstance(outcome, Figure) and not outcome.derived and outcome.sources[0].cell == "B1"
    assert "序时进度为50.0%" in remarks.progress(view)[0]


def test_a_whole_year_has_no_calendar(made_view: MadeView, levels: Rows, amount: str) -> None:
    rows = [*levels, {"indicator": "fiscal_rev_local", "time_period": "2024", "obs_value": 47.5}]
    table = tables.progress(made_view(rows, amount, period="2024"))
    assert numbers(table, 0) == ["财政收入", "亿元", 50.0, 47.5, 95.0, -2.5, "2024年价格"]


def test_without_past_years_the_season_is_missing_and_says_so(
    made_view: MadeView, levels: Rows, amount: str
) -> None:
    found = numbers(tables.progress(made_view(levels[:1], amount)), 0)
    assert found[6] == found[8] == "无往年数" and found[5] == 50.0


def test_gaps_of_growth_are_in_points_and_in_money(
    made_view: MadeView,
    commitment: Callable[..., str],
    so_far: Callable[[int], dict[str, Any]],
    rate: dict[str, Any],
) -> None:
    rows: Rows = [{**so_far(2024), "obs_value": 415.2}, {**rate, **so_far(2024), "obs_value": 3.8}]
    found = numbers(tables.progress_rates(made_view(rows, commitment())), 0)
    money = round(415.2 - 415.2 / 1.038 * 1.06, 4)
    assert found[:7] == ["地区生产总值", "%", 6.0, 3.8, -2.2, money, "2024年价格"]
    table = tables.progress_rates(made_view(rows, commitment()))
    assert table is not None
    assert any("后期须增长按上年同期占全年的比重推算" in note for note in table.notes)
    cell = table.rows[0][5]
    assert isinstance(cell, Figure) and cell.text() == "-8.80亿元" and "本报告测算" in cell.derivation
    assert tables.progress_rates(made_view(rows[:1], commitment())) is None


def test_the_real_year_has_gdp_in_points_and_money(view_of: Callable[[str], View]) -> None:
    """松原市2024年统计公报：1002.18亿元，增长3.8%；计划增长6%。"""
    found = numbers(tables.progress_rates(view_of("2024")), 0)
    assert found[2:7] == [6.0, 3.8, -2.2, pytest.approx(-21.2405, abs=1e-3), "2024年价格"]
    assert tables.progress(view_of("2024")) is None
    said = remarks.progress(view_of("2024"))
    assert "等11项没有找到2024年的结果" in said[0] and "不等于没有完成" in said[0]
    assert tables.progress(view_of("2025H1")) is None and tables.progress_rates(view_of("2025H1")) is None


# --- lights -------------------------------------------------------------------------------------------


def lit(table: Table | None) -> dict[str, str]:
    assert table is not None
    return {str(row[0]): str(row[1]) for row in table.rows}


@pytest.mark.parametrize(
    ("done", "word"),
    [(25.5, "绿灯"), (21.0, "未定义"), (18.0, "黄灯"), (9.0, "红灯"), (20.0, "精度内不能判定")],
)
def test_yinchuan_lights_completion_against_the_calendar(
    made_view: MadeView, levels: Rows, amount: str, done: float, word: str
) -> None:
    decimals = 0 if done == 20.0 else 3  # 40 ± 1 of 50: yellow or undefined
    rows = [{**levels[0], "obs_value": done, "decimals": decimals}]
    view = made_view(rows, amount, lights="yinchuan")
    table = tables.lights(view)
    assert lit(table) == {"财政收入": word}
    assert table is not None
    if word == "未定义":
        assert any("财政收入未定义：规则没有规定这一段" in note for note in table.notes)
    assert any("银川市2025年重点项目" in note and "出处" in note for note in table.notes)
    assert any("没有找到本市公布的亮灯规则" in note for note in table.notes)


def test_no_light_unless_asked(made_view: MadeView, levels: Rows, amount: str) -> None:
    view = made_view(levels, amount)
    assert tables.lights(view) is None and not remarks.lights(view)
    assert all(table.id != "lights" for table in compose.briefing(view).tables())
    asked = compose.briefing(made_view(levels, amount, lights="yinchuan"))
    assert "lights" in [table.id for table in asked.tables()]


@pytest.mark.parametrize(
    ("own", "province", "word"),
    [
        (6.0, 4.0, "绿灯"),
        (5.2, 5.5, "黄灯"),
        (-0.6, 4.0, "红灯"),
        (-0.6, None, "缺数"),
        (5.5, 5.5, "精度内不能判定"),
    ],
)
def test_tianjin_lights_investment_against_plan_and_province(
    made_view: MadeView,
    commitment: Callable[..., str],
    so_far: Callable[[int], dict[str, Any]],
    rate: dict[str, Any],
    own: float,
    province: float | None,
    word: str,
) -> None:
    nominal = {**rate, **so_far(2024), "indicator": "fai", "price_base": "nominal"}
    rows = [{**nominal, "obs_value": own}]
    if province is not None:
        rows.append({**nominal, "obs_value": province, "ref_area": "220000"})
    plan = commitment(id="main.fai", name_zh="投资", indicator="fai", value=5)
    table = tables.lights(made_view([*rows], plan + commitment(), lights="tianjin"))
    assert lit(table) == {"投资": word}
    assert table is not None and (province is None) == any("没有找到全省增速" in n for n in table.notes)


def test_rules_of_one_s_own_light_growth_and_turn_round_for_cuts(
    made_view: MadeView, commitment: Callable[..., str], rate: dict[str, Any], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[rules]]\nid = "own"\nname_zh = "试行（虚构）"\nsource = "虚构数据"\nkinds = ["growth", "reduction"]\n'
        '[[rules.band]]\nlight = "green"\nlead = { at_least = 0 }\n'
        '[[rules.band]]\nlight = "red"\nlead = { below = -2 }\n',
        encoding="utf-8",
    )
    cut = commitment(
        id="main.energy", name_zh="能耗", indicator="energy_intensity", kind="reduction", value=-3.5
    )
    energy = {**rate, "indicator": "energy_intensity", "price_base": "comparable"}
    rows: Rows = [{**rate, "obs_value": 5.0}, {**energy, "obs_value": -4.0}]
    view = made_view(rows, commitment() + cut, period="2024", lights=str(own))
    assert lit(tables.lights(view)) == {"地区生产总值": "未定义", "能耗": "绿灯"}
    rows[1]["obs_value"] = -1.0
    view = made_view(rows, commitment() + cut, period="2024", lights=str(own))
    assert lit(tables.lights(view))["能耗"] == "红灯"


def test_without_a_figure_nothing_is_lit_and_it_says_so(
    made_view: MadeView, levels: Rows, amount: str, view_of: Callable[[str], View]
) -> None:
    view = made_view(levels[1:], amount, lights="yinchuan")
    assert tables.lights(view) is None and "不亮灯" in remarks.lights(view)[0]


def test_colour_is_never_the_only_sign() -> None:
    shapes = {}
    for word in LIGHTS.values():
        state = load_style().state(word)
        assert state is not None and state_text(word) == f"{state.shape} {word}"
        shapes[word] = state.shape
    assert len({shapes[word] for word in ("绿灯", "黄灯", "红灯", "未定义")}) == 4
