"""The charts of the notebooks: each takes a `View` and says in its title and source what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from songyuan_analysis.briefing import charts, scorecard, series, tables
from songyuan_analysis.briefing.arithmetic import OWN
from songyuan_analysis.briefing.model import Paragraph
from songyuan_analysis.briefing.prose import Sentences
from songyuan_analysis.briefing.view import View

# Altair's chart classes have no common public base that mypy could be told.
Chart = Any


def _draw(verb: Callable[..., Chart], frame: pd.DataFrame, *, title: str, **words: Any) -> Chart:
    """Draw a frame, or say that nobody has published what it would show."""
    measure = next(name for name in ("value", "count", "y") if name in frame.columns)
    if not frame[measure].notna().any():
        return Sentences((Paragraph(f"图“{title}”：到报告期为止没有已公布的数，不画。"),))
    return verb(frame, title=title, **words)


def gdp_levels(view: View) -> Chart:
    """Draw GDP at current prices, cut at every known break."""
    return _draw(
        charts.trend,
        series.levels(view, ["gdp"]),
        title=f"{view.area_name}地区生产总值：断点两边不可比",
        subtitle="现价；虚线处核算口径变动，线在此断开",
        unit="亿元",
        source=tables.gdp_history(view).chart_source,
        zero=True,
        decimals=0,
        labels="all",
    )


def gdp_growth(view: View, since: int = 2015) -> Chart:
    """Draw published growth of GDP, city against province."""
    table = tables.compare_growth(view, "gdp", since)
    return _draw(
        charts.trend,
        series.growth(view, ["gdp"], [view.area, view.province], since=since),
        title="地区生产总值增速：松原市与吉林省",
        subtitle="可比价，比上年；没有公布的年份空缺",
        unit="%",
        source=table.chart_source,
    )


def gdp_structure(view: View, since: int = 2017) -> Chart:
    """Draw the shares of the three industries in their sum."""
    return _draw(
        charts.structure,
        series.shares(view, list(tables.INDUSTRIES), since=since),
        title=f"{view.area_name}三次产业结构",
        subtitle="占三次产业合计的比重（本报告测算）；2018与2019、2023与2024年之间口径变动",
        source=tables.gdp_industries_source(view, since),
    )


def gdp_ranking(view: View) -> Chart:
    """Rank growth of the prefectures in the last year in which most of them have one."""
    year = tables.last_year_with_areas(view)
    if year is None:
        return _draw(charts.ranking, series.area_growth(view, view.year), title="各市州地区生产总值增速")
    return _draw(
        charts.ranking,
        series.area_growth(view, year),
        title=f"{year}年各市州地区生产总值增速",
        subtitle="可比价，比上年；位次由已公布的增速排出",
        unit="%",
        source=tables.gdp_areas(view, year).chart_source,
        references=series.province_growth(view, year),
    )


def investment_levels(view: View) -> Chart:
    """Draw fixed-asset investment as long as its level was published."""
    history = tables.investment_history(view)
    return _draw(
        charts.columns,
        series.table_column(history, ["固定资产投资"]),
        title=f"{view.area_name}固定资产投资总量",
        subtitle="2017年起不公布总量：空缺不是零",
        unit="亿元",
        source=history.chart_source,
        decimals=0,
    )


def real_estate(view: View) -> Chart:
    """Draw investment in real-estate development."""
    return _draw(
        charts.trend,
        series.levels(view, ["real_estate_investment"]),
        title=f"{view.area_name}房地产开发投资",
        subtitle="现价；是固定资产投资的一部分",
        unit="亿元",
        source=tables.investment_history(view).chart_source,
        zero=True,
    )


def _doubtful_years(view: View) -> str:
    """Name the years in which local revenue is under suspicion; "" if it is in none."""
    figures = (view.figure(row) for _, row in view.rows("fiscal_rev_local").iterrows())
    return "、".join(f"{figure.period}年" for figure in figures if figure.suspect)


def revenue_and_spending(view: View) -> Chart:
    """Draw local revenue and expenditure; figures under suspicion leave a gap."""
    doubtful = _doubtful_years(view)
    return _draw(
        charts.trend,
        series.levels(view, ["fiscal_rev_local", "fiscal_expenditure"]),
        title=f"{view.area_name}地方级财政收入和一般公共预算支出",
        subtitle=f"存疑的{doubtful}收入不画，留空" if doubtful else "",
        unit="亿元",
        source=tables.revenue_history(view).chart_source,
        zero=True,
        decimals=0,
    )


def revenue_share(view: View) -> Chart:
    """Draw local revenue over GDP of the same year."""
    history = tables.revenue_history(view)
    doubtful = _doubtful_years(view)
    return _draw(
        charts.columns,
        series.table_column(history, ["收入占GDP"]),
        title="地方级财政收入占地区生产总值的比重",
        subtitle=f"{OWN}；2017、2019年起分母口径变动" + (f"；{doubtful}收入存疑，不计算" if doubtful else ""),
        unit="%",
        source=history.chart_source,
    )


def revenue_growth(view: View, since: int = 2019) -> Chart:
    """Draw published growth of revenue beside growth of GDP."""
    table = tables.compare_growth(view, "fiscal_rev_local", since)
    return _draw(
        charts.columns,
        series.growth(view, ["fiscal_rev_local", "gdp"], [view.area], since=since),
        title=f"{view.area_name}财政收入增速与经济增速",
        subtitle="财政收入：2020年为预计数，2024年为可比口径；经济：可比价",
        unit="%",
        source=table.chart_source,
    )


def energy_changes(view: View) -> Chart:
    """Draw published changes of energy intensity of full scope, nation and province."""
    return _draw(
        charts.columns,
        series.energy_history(view),
        title="万元地区生产总值能耗比上年变动（全口径）",
        subtitle="负数为下降；没有公布的年份不列",
        unit="%",
        source=tables.energy_changes(view).chart_source,
    )


def energy_room(view: View) -> Chart:
    """Draw the growth of energy use that a cut in intensity leaves, by growth of GDP."""
    cut = scorecard.energy_cut(view)
    own = cut.value if cut else -3.5
    return _draw(
        charts.scenario,
        series.energy_room([own + step for step in (1.0, 0.0, -1.0)]),
        title="不同强度目标下，能源消费总量可以变动多少",
        subtitle=f"(1+增速)×(1+强度变动)−1，{OWN}",
        x_title="地区生产总值增速（%）",
        y_title="能源消费总量变动（%）",
        unit="%",
    )


def targets(view: View) -> Chart:
    """Draw published outcomes of the headline indicators against their targets."""
    return _draw(
        charts.versus,
        series.targets(view),
        title="主要预期目标与公布的结果",
        subtitle="增速；财政收入为可比口径；能耗为负数，越低越好",
        unit="%",
        source=scorecard.main_table(view).chart_source,
    )


def states(view: View) -> Chart:
    """Draw how many commitments of each section stand in which state."""
    return _draw(
        charts.states,
        scorecard.state_counts(view),
        title=f"{view.year}年计划各部分承诺的状态",
        unit="项",
        source=scorecard.commitments_table(view).chart_source,
    )


def project_bases(view: View) -> Chart:
    """Draw targets with a stated growth, and the base of the year before that they imply."""
    return _draw(
        charts.columns,
        series.project_bases(view),
        title="计划目标与隐含的上年基数",
        subtitle=f"隐含上年基数＝目标÷(1+计划增速)，{OWN}",
        source=scorecard.project_targets(view).chart_source,
    )
