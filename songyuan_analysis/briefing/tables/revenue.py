"""Local revenue and expenditure."""

from __future__ import annotations

from songyuan_analysis.briefing.arithmetic import Maybe, ratio
from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import View


def revenue_history(view: View, since: int = 2010) -> Table:
    """Tabulate local revenue and expenditure, growth as published, revenue over GDP and over expenditure."""
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.last_year + 1)):
        revenue = view.published("fiscal_rev_local", period=year)
        sound: Maybe = revenue
        if isinstance(revenue, Figure) and revenue.suspect:
            sound = Missing("存疑不算", revenue.suspect)
        spent = view.published("fiscal_expenditure", period=year)
        at = len(rows)
        rows.append(
            (
                f"{year}年",
                revenue,
                view.growth("fiscal_rev_local", period=year),
                spent,
                ratio(
                    sound,
                    view.published("gdp", period=year),
                    what="地方级财政收入÷地区生产总值",
                ),
                ratio(
                    sound,
                    spent,
                    what="地方级财政收入÷一般公共预算支出",
                    formula=Formula("{0}/{1}*100", ((at, 1), (at, 3))),
                ),
            )
        )
    cuts = [b for b in view.breaks if b.ref_area == view.area and "gdp" in b.indicators]
    notes = [
        "2023年及以前的总量来自汇编（3级），汇编所称“地方财政一般预算内收入”与地方级财政收入的对应未见官方原文。",
        "2024年增速按可比口径计算，与以前各年总量不能互相推算；2020年增速为工作报告预计数。",
    ]
    if cuts:
        years = "、".join(f"{b.before}与{b.after}年" for b in cuts if int(b.after) <= view.last_year)
        notes.append(f"{years}之间地区生产总值口径变动，收入占GDP的跳动里有口径的成分。")
    return Table(
        id="revenue_history",
        title=f"{view.area_name}地方级财政收支（{since}年以来）",
        columns=(
            Column("年份", kind="text"),
            Column("地方级财政收入", "亿元"),
            Column("增长", "%"),
            Column("一般公共预算支出", "亿元"),
            Column("收入占GDP", "%"),
            Column("收支自给率", "%"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        source=view.source_of(rows),
    )
