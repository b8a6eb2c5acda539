"""What is known about an area up to a period, and which of several numbers is printed."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.briefing import view as module
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.view import NOT_SEEN, View, open_view, report_period
from songyuan_analysis.errors import PeriodError, PlanError, StoreError, UsageError
from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.sheets.periods import Period

Make = Callable[..., pd.DataFrame]
ViewOf = Callable[[str], View]
GROWTH = {"measure": "yoy", "price_base": "comparable", "unit": "%", "unit_measure": "PT", "unit_mult": 0}
INDEX = {**GROWTH, "measure": "index_py100", "unit": "上年=100", "unit_measure": "INDEX"}


@pytest.fixture
def view(observations: Make) -> Callable[..., View]:
    """Make a view of a few observations."""

    def make(*rows: dict[str, Any], breaks: tuple[Break, ...] = ()) -> View:
        return View("220700", Period.year(2024), observations(*rows), breaks)

    return make


def number(cell: Figure | Missing) -> Figure:
    assert isinstance(cell, Figure), cell
    return cell


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(module)
    assert result.attempted >= 1 and result.failed == 0


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024", "2024"),
        ("2024Q1", "2024-01/2024-03"),
        ("2024Q2", "2024-01/2024-06"),
        ("2024H1", "2024-01/2024-06"),
        ("2024Q3", "2024-01/2024-09"),
        ("2024Q4", "2024"),
        ("2024H2", "2024"),
    ],
)
def test_a_quarter_means_everything_since_january(text: str, period: str) -> None:
    assert str(report_period(text)) == period


@pytest.mark.parametrize("text", ["2024-06", "2024-01/2024-06", "2023-07/2024-06", " 2024"])
def test_other_spans_are_no_report_period(text: str) -> None:
    with pytest.raises(UsageError, match="报告期") as caught:
        report_period(text)
    assert "2024Q2" in caught.value.remedy


def test_what_is_no_period_at_all_is_refused() -> None:
    with pytest.raises(PeriodError):
        report_period("去年")


@pytest.mark.parametrize(
    ("period", "last"), [("2024", "2024-12"), ("2024Q2", "2024-06"), ("2019", "2019-12")]
)
def test_no_outcome_later_than_the_period_is_known(view_of: ViewOf, period: str, last: str) -> None:
    rows = view_of(period).observations
    assert rows[rows["measure"] != "target"]["period_end"].max() <= last


def test_annual_tables_end_with_the_last_year_that_is_over(view_of: ViewOf) -> None:
    assert (view_of("2024").last_year, view_of("2024Q2").last_year) == (2024, 2023)


def test_a_view_knows_its_words(view_of: ViewOf) -> None:
    view = view_of("2024Q2")
    assert (view.year, view.period_text, view.label) == (2024, "2024-01/2024-06", "2024年上半年")
    assert (view.area_name, view.province) == ("松原市", "220000")
    assert View.period_label("2024-01/2024-09") == "2024年1—9月"


def test_a_published_number_keeps_the_address_of_its_cell(view_of: ViewOf) -> None:
    figure = number(view_of("2024").published("gdp"))
    assert (figure.value, figure.decimals, figure.unit, figure.status) == (1002.18, 2, "亿元", "初步")
    (source,) = figure.sources
    assert source.file == "松原市2024年国民经济和社会发展统计公报主要数据.xlsx"
    assert source.name_zh == "地区生产总值" and source.area_name == "松原市"
    assert not figure.derived


def test_what_nobody_published_is_missing_with_its_reason(view_of: ViewOf) -> None:
    for code in ("fai", "energy_intensity"):
        assert view_of("2024").growth(code) == view_of("2024").published(code) == NOT_SEEN


def test_a_mark_is_not_a_number(view: Callable[..., View]) -> None:
    found = view({"obs_value": float("nan"), "obs_status": "M", "mark": "…"}).published("gdp")
    assert found == NOT_SEEN


def test_a_figure_without_a_scope_is_preferred(view: Callable[..., View]) -> None:
    both = view(
        {"obs_value": 1.0, "scope": "可比口径"}, {"obs_value": 2.0}, {"obs_value": 3.0, "scope": "约"}
    )
    assert number(both.published("gdp")).value == 2.0
    assert (
        number(view({"obs_value": 1.0, "scope": "可比口径"}).published("gdp")).sources[0].scope == "可比口径"
    )


def test_growth_is_taken_as_published(view: Callable[..., View]) -> None:
    found = number(view({**GROWTH, "obs_value": 3.8}, {**INDEX, "obs_value": 104.0}).growth("gdp"))
    assert (found.value, found.derived) == (3.8, False)


def test_an_index_less_a_hundred_is_growth_and_says_so(view: Callable[..., View]) -> None:
    found = number(view({**INDEX, "obs_value": 107.55}).growth("gdp"))
    assert (found.text(unit=True), found.derivation) == ("7.55%", "上年=100的指数减100")
    assert found.sources[0].obs_value == 107.55


def test_nominal_growth_is_never_taken_for_growth_at_comparable_prices(view: Callable[..., View]) -> None:
    nominal = view({**GROWTH, "price_base": "nominal", "obs_value": 5.69})
    assert isinstance(nominal.growth("gdp"), Missing)
    assert number(nominal.published("gdp", "yoy", price_base="nominal")).value == 5.69


def test_growth_is_never_computed_from_levels(view: Callable[..., View]) -> None:
    levels = view({"time_period": "2023", "obs_value": 900.0}, {"time_period": "2024", "obs_value": 1000.0})
    assert isinstance(levels.growth("gdp"), Missing)


@pytest.mark.parametrize(
    ("scope", "text"),
    [("左右", "3左右%"), ("约", "约3%"), ("超过", "超过3%"), ("以上", "3以上%"), ("可比口径", "3%")],
)
def test_words_of_precision_stay_with_the_number(view: Callable[..., View], scope: str, text: str) -> None:
    found = number(view({**GROWTH, "obs_value": 3.0, "decimals": 0, "scope": scope}).growth("gdp"))
    assert found.text() == text.replace("%", "")


def test_money_is_printed_with_two_decimals_and_kept_with_all(view: Callable[..., View]) -> None:
    figure = number(view({"obs_value": 47.8797, "decimals": 4}).published("gdp"))
    assert (figure.text(), figure.value) == ("47.88", 47.8797)


def test_a_suspect_number_says_why(view_of: ViewOf) -> None:
    figure = number(view_of("2024").published("fiscal_rev_local", period="2020"))
    assert figure.value == 76.2 and "存疑" in figure.suspect
    assert number(view_of("2024").published("fiscal_rev_local", period="2021")).suspect == ""


def test_areas_of_one_table_share_the_first_publication(view_of: ViewOf) -> None:
    view = view_of("2024")
    first = number(view.first_published("gdp", area="220000", period="2023"))
    latest = number(view.published("gdp", area="220000", period="2023"))
    assert first.value == 13531.19
    assert latest.value != first.value and latest.status == "修订"
    assert view.first_published("gdp", area="220000", period="1990") == NOT_SEEN


def test_a_revision_replaces_what_it_revises(view: Callable[..., View]) -> None:
    both = view({"obs_value": 1.0, "obs_status": "R"}, {"obs_value": 2.0, "vintage": "2026-01-01"})
    assert number(both.published("gdp")).value == 1.0
    assert number(both.first_published("gdp", area="220700", period="2024")).value == 2.0


def test_a_break_is_found_for_the_own_area_unless_another_is_named(view: Callable[..., View]) -> None:
    known = view({}, breaks=(Break("220000", ("gdp",), "2018", "2019", "换了基础"),))
    assert known.break_before("gdp", "2018", "2019") is None
    assert known.break_before("gdp", "2018", "2019", "220000") is not None


def test_sources_are_named_once_and_the_worst_grade_is_told(view: Callable[..., View]) -> None:
    rows = [
        {"time_period": str(2010 + i), "source_title": f"资料{i}", "conf_tier": t}
        for i, t in enumerate("12223")
    ]
    many = view(*rows, {"time_period": "2020", "source_title": "资料0"})
    years = [*range(2010, 2015), 2020]
    line = many.source_line(number(many.published("gdp", period=str(year))) for year in years)
    assert line.startswith("松原市统计局《资料0》（1级）；")
    assert line.endswith("；等5种资料，来源等级最低为3级，逐数见简报的“溯源”表")
    assert many.source_line([number(many.published("gdp", period="2010"))]) == "松原市统计局《资料0》（1级）"


def test_a_year_without_a_plan_has_no_progress(view_of: ViewOf) -> None:
    assert view_of("2025H1").plan is None and view_of("2025H1").progress is None
    assert view_of("2024").progress is not None


def test_an_empty_store_is_refused(tmp_path: Path, raw: Path) -> None:
    with pytest.raises(StoreError):
        open_view("2024", processed=tmp_path, raw=raw)


def test_a_bad_plan_is_refused(tmp_path: Path, store: Path) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "2024.toml").write_text("[plan]\n", encoding="utf-8")
    with pytest.raises(PlanError):
        open_view("2024", processed=store, raw=tmp_path)
    assert open_view("2023", processed=store, raw=tmp_path).plan is None
