"""The tables of the briefing and the notebooks, made from the project's own data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from songyuan_analysis.briefing import tables
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.model import Briefing, Paragraph, Table
from songyuan_analysis.briefing.scorecard import energy_cut, growth_target
from songyuan_analysis.briefing.view import NOT_SEEN, View
from songyuan_analysis.observations.schema import MEASURES

ViewOf = Callable[[str], View]
BriefingOf = Callable[[str], Briefing]
PERIODS = ["2024", "2024Q2", "2025H1", "2016"]


def printed(table: Table) -> dict[str, list[str]]:
    """The table as it is read: cells as text by the label of their row."""
    rows = {}
    for number, row in enumerate(table.rows):
        texts = [c if isinstance(c, str) else c.text() if isinstance(c, Figure) else c.reason for c in row]
        rows[table.row_label(number)] = [text for i, text in enumerate(texts) if i != table.label_column]
    return rows


@pytest.mark.parametrize("period", PERIODS)
def test_no_cell_is_blank_and_every_gap_has_a_reason(briefing_of: BriefingOf, period: str) -> None:
    for table in briefing_of(period).tables():
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                assert cell != "" or column.name == "断点", (table.title, column.name)
                assert not isinstance(cell, Missing) or cell.reason


@pytest.mark.parametrize("period", PERIODS)
def test_every_live_formula_gives_the_number_that_is_printed(briefing_of: BriefingOf, period: str) -> None:
    checked = 0
    for table in briefing_of(period).tables():
        for _, _, figure in table.figures():
            if figure.formula is None:
                continue
            inputs = [table.rows[row][column] for row, column in figure.formula.inputs]
            values = [cell.value for cell in inputs if isinstance(cell, Figure)]
            left, sign, right = re.fullmatch(r"\{0\}([-/])\{1\}(\*100)?", figure.formula.template), *values
            assert left is not None
            result = sign - right if left[1] == "-" else sign / right * 100
            assert result == pytest.approx(figure.value)
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("period", PERIODS)
def test_every_derived_number_lies_in_its_interval(briefing_of: BriefingOf, period: str) -> None:
    for table in briefing_of(period).tables():
        for _, _, figure in table.figures():
            assert figure.sources, table.title
            if figure.low is not None and figure.high is not None:
                assert figure.low <= figure.value <= figure.high


@pytest.mark.parametrize("period", PERIODS)
def test_every_table_with_a_published_number_names_its_source(briefing_of: BriefingOf, period: str) -> None:
    for table in briefing_of(period).tables():
        assert table.source or not list(table.figures()), table.title


def test_gdp_and_industries_of_2024(view_of: ViewOf) -> None:
    table = tables.gdp_table(view_of("2024"))
    assert printed(table) == {
        "地区生产总值": ["1002.18", "—", "3.8", "—"],
        "第一产业增加值": ["241.09", "24.1", "3.8", "0.91"],
        "第二产业增加值": ["237.72", "23.7", "0.5", "0.12"],
        "第三产业增加值": ["523.37", "52.2", "4.9", "2.53"],
    }
    assert table.indents == (0, 1, 1, 1)


def test_every_number_of_the_note_on_pulls_is_traced(view_of: ViewOf) -> None:
    (note,) = [note for note in tables.gdp_table(view_of("2024")).notes if "拉动" in note]
    assert isinstance(note, Paragraph)
    assert "合计3.56个百分点，与公布的增速3.8%相差0.24个百分点" in note
    said = set(re.findall(r"\d+(?:\.\d+)?", note))
    assert said == {figure.text() for figure in note.figures} == {"3.56", "3.8", "0.24"}
    whole, growth, rest = note.figures
    assert (whole.derived, growth.derived, rest.derived) == (True, False, True)
    assert {source.obs_value for source in whole.sources} == {241.09, 237.72, 523.37, 3.8, 0.5, 4.9}
    assert set(rest.sources) == {*whole.sources, *growth.sources}
    assert not [note for note in tables.gdp_table(view_of("2024Q2")).notes if "拉动为" in note]


def test_the_history_of_gdp_marks_its_breaks_and_divides_nothing(view_of: ViewOf) -> None:
    table = tables.gdp_history(view_of("2024"))
    rows = printed(table)
    assert {year: row[-1] for year, row in rows.items() if row[-1]} == {
        "2017年": "总量、人均与上年不可比",
        "2019年": "总量、人均与上年不可比",
        "2021年": "人均与上年不可比",
        "2024年": "总量、人均与上年不可比",
    }
    assert rows["2019年"][:2] == ["729.78", "2.6"] and rows["2024年"][:2] == ["1002.18", "3.8"]
    assert sum("原因未找到资料" in note for note in table.notes) == 3
    derived = [figure for _, _, figure in table.figures() if figure.derived]
    assert {figure.derivation for figure in derived} == {"上年=100的指数减100"}


def test_a_break_of_the_future_is_not_mentioned(view_of: ViewOf) -> None:
    assert not [note for note in tables.gdp_history(view_of("2023")).notes if "2024" in note]


def test_no_annual_row_for_a_year_that_is_not_over(view_of: ViewOf) -> None:
    view = view_of("2025H1")
    for table in (tables.gdp_history(view), tables.investment_history(view), tables.revenue_history(view)):
        assert list(printed(table))[-1] == "2024年"


def test_prefectures_are_ranked_by_growth_and_equals_share_a_place(view_of: ViewOf) -> None:
    view = view_of("2024")
    assert tables.last_year_with_areas(view) == 2023
    rows = printed(tables.gdp_areas(view, 2023))
    assert next(iter(rows)) == "吉林省" and rows["吉林省"] == ["13531.19", "6.3", "—"]
    assert [row[-1] for row in rows.values()][1:] == [
        "1", "2", "3", "4", "5（5—6）", "5（5—6）", "7", "8", "9",
    ]  # fmt: skip
    assert rows["松原市"] == ["892.72", "5.9", "5（5—6）"]  # two print 5.9: either may be the faster


def test_prefectures_within_the_year_show_nominal_growth_as_such(view_of: ViewOf) -> None:
    table = tables.gdp_areas_so_far(view_of("2025H1"))
    assert table is not None
    rows = printed(table)
    assert rows["松原市"] == ["427.06", "23.01", "5.69", "未见公布"]
    assert any("不能当作可比价增速" in note for note in table.notes)
    levels = table.to_frame()["绝对量"]
    assert levels.is_monotonic_decreasing
    assert tables.gdp_areas_so_far(view_of("2024")) is None


def test_prefectures_of_a_half_year_with_both_kinds_of_growth_keep_them_apart(view_of: ViewOf) -> None:
    table = tables.gdp_areas_so_far(view_of("2025H1"))
    assert table is not None and table.id == "gdp_areas_so_far" and len(table.rows) == 9
    assert printed(table)["吉林市"] == ["780", "53.57", "7.37", "6.4"]


@pytest.mark.parametrize("period", PERIODS)
def test_all_figures_of_the_period_are_listed_with_grade_and_status(view_of: ViewOf, period: str) -> None:
    view = view_of(period)
    table = tables.all_figures(view)
    frame = view.observations
    own = frame[
        (frame["ref_area"] == view.area)
        & (frame["time_period"] == view.period_text)
        & (frame["indicator"] != "")
        & (frame["measure"] != "")
        & frame["obs_value"].notna()
    ]
    listed = {(s.file, s.sheet, s.cell) for _, _, figure in table.figures() for s in figure.sources}
    assert listed == set(zip(own["file"], own["sheet"], own["cell"], strict=True))
    assert table.id == "everything" and len(table.rows) == max(1, len(own))
    if period == "2024Q2":
        assert table.rows[0][2] == NOT_SEEN
    else:
        assert {str(row[-1])[-1] for row in table.rows} == {"级"}
        assert "" not in {cell for row in table.rows for cell in row if isinstance(cell, str)}


def test_all_figures_say_at_which_prices_growth_is(view_of: ViewOf) -> None:
    rows = [row[:2] for row in tables.all_figures(view_of("2024")).rows]
    assert ("地区生产总值", "增长（可比价）") in rows
    assert ("地方级财政收入", "增长（现价）") in rows and ("居民消费价格", "增长") in rows


def test_every_measure_has_a_word() -> None:
    from songyuan_analysis.briefing.tables.everything import MEASURE_WORDS

    assert set(MEASURE_WORDS) == {measure for measure in MEASURES if measure}


def test_cumulative_figures_stand_alone(view_of: ViewOf) -> None:
    table = tables.gdp_cumulative(view_of("2025H1"))
    assert table is not None
    assert printed(table)["2025年上半年"] == ["427.06", "23.01", "5.69", "未见公布"]
    assert tables.gdp_cumulative(view_of("2016")) is None


def test_investment_levels_end_in_2016_and_a_forecast_keeps_its_word(view_of: ViewOf) -> None:
    rows = printed(tables.investment_history(view_of("2024")))
    assert rows["2016年"] == ["1415.73", "未见公布", "35.27"]
    assert {rows[f"{year}年"][0] for year in range(2017, 2025)} == {"未见公布"}
    assert rows["2020年"][1] == "3左右"
    assert rows["2024年"] == ["未见公布"] * 3


def test_a_suspect_revenue_is_shown_and_not_used(view_of: ViewOf) -> None:
    table = tables.revenue_history(view_of("2024"))
    rows = printed(table)
    assert rows["2020年"] == ["76.2", "5", "297.4", "存疑不算", "存疑不算"]
    assert rows["2023年"] == ["46.11", "11.9", "310.93", "5.2", "14.8"]
    assert rows["2024年"] == ["未见公布", "17.5", *["未见公布"] * 3]
    assert len(table.suspects) == 1 and "76.2" in table.suspects[0]


def test_the_city_has_no_published_energy_intensity(view_of: ViewOf) -> None:
    table = tables.energy_changes(view_of("2025H1"))
    assert table.to_frame()["松原市"].isna().all()
    assert table.to_frame()["全国"].notna().sum() > 8


def test_scopes_of_energy_intensity_never_share_a_row(view_of: ViewOf) -> None:
    table = tables.energy_changes(view_of("2024"))
    for row in table.rows:
        scope = "" if row[-1] == "—" else row[-1]
        assert {source.scope for cell in row if isinstance(cell, Figure) for source in cell.sources} <= {
            scope
        }
    assert len({row[-1] for row in table.rows}) >= 2


def test_changes_over_several_years_stand_apart_from_the_yearly_ones(view_of: ViewOf) -> None:
    spans = tables.energy_spans(view_of("2024"))
    assert spans is not None
    assert all("—" in str(row[1]) for row in spans.rows)
    assert {row[2] for row in spans.rows} == {"累计变动", "规划目标"}
    targets = {source.measure for row in spans.rows if row[2] == "规划目标" for source in row[3].sources}
    assert targets == {"target"}


def test_a_cut_in_intensity_leaves_room_that_grows_with_gdp(view_of: ViewOf) -> None:
    view = view_of("2024")
    cut = energy_cut(view)
    assert cut is not None and cut.value == -3.5
    table = tables.energy_scenario(view, cut, growth_target(view), assumed=(0.0, 5.0))
    assert [column.name for column in table.columns][:2] == ["地区生产总值增速", "增速性质"]
    assert printed(table) == {
        "0%": ["假设", "-3.50"],
        "3.8%": ["公布的增速", "0.17"],
        "5%": ["假设", "1.33"],
        "6%": ["计划的增速", "2.29"],
    }
    for _, _, figure in table.figures():
        assert figure.derivation and figure.sources[0].file == "plan/2024.toml"
    of_year = [[source.measure for source in figure.sources] for _, _, figure in table.figures()]
    assert of_year == [["target"], ["target", "yoy"], ["target"], ["target", "target"]]


def test_growth_of_city_and_province_side_by_side(view_of: ViewOf) -> None:
    rows = printed(tables.compare_growth(view_of("2024"), "gdp"))
    assert rows["2022年"] == ["3.07", "-1.9", "4.97"]
    assert rows["2024年"] == ["3.8", "未见公布", "未见公布"]
    assert printed(tables.compare_growth(view_of("2024"), "fai", since=2024)) == {}


def test_electricity_is_listed_as_published(view_of: ViewOf) -> None:
    rows = {row[0]: row[1:] for row in tables.electricity(view_of("2025H1")).rows}
    total = rows["全社会用电量"]
    assert total[0] == "2025年上半年"
    assert [cell.text() for cell in total[1:] if isinstance(cell, Figure)][:2] == ["38.17", "3.0"]
    none = tables.electricity(view_of("2016")).rows
    assert len(none) == 1 and none[0][2:] == (NOT_SEEN,) * 3


def test_projects_of_the_province_are_for_reference_only(view_of: ViewOf) -> None:
    table = tables.province_projects(view_of("2024"))
    assert table.rows
    assert all(source.ref_area == "220000" for _, _, f in table.figures() for source in f.sources)
    assert any("不与松原市的目标相比" in note for note in table.notes)


def test_the_view_of_a_city_without_observations_prints_no_number(view_of: ViewOf) -> None:
    empty = replace(view_of("2024"), releases=view_of("2024").releases.iloc[:0])
    for table in (tables.gdp_table(empty), tables.investment_history(empty), tables.revenue_history(empty)):
        assert list(table.figures()) == []
    assert all(not math.isfinite(v) for v in tables.investment_history(empty).to_frame()["增长"])
