"""Investment and projects: levels as long as they were published, growth after that."""

from __future__ import annotations

from songyuan_analysis.briefing.figure import Cell, Figure
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import View
from songyuan_analysis.observations.catalogue import catalogue


def investment_history(view: View, since: int = 2010) -> Table:
    """Tabulate fixed-asset and real-estate investment: levels as long as they were published, growth after that."""
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.last_year + 1)):
        rows.append(
            (
                f"{year}年",
                view.published("fai", period=year),
                view.growth("fai", period=year),
                view.published("real_estate_investment", period=year),
            )
        )
    return Table(
        id="investment_history",
        title=f"{view.area_name}固定资产投资（{since}年以来）",
        columns=(
            Column("年份", kind="text"),
            Column("固定资产投资", "亿元"),
            Column("增长", "%"),
            Column("房地产开发投资", "亿元"),
        ),
        rows=tuple(rows),
        notes=(
            "2017年起没有见到松原市公布投资总量，只见到个别年份的增速；2020年为工作报告预计数。",
            "投资增速按可比口径计算，两年总量相除不是增速，本表不作此计算。",
        ),
        source=view.source_of(rows),
    )


def province_projects(view: View) -> Table:
    """Tabulate project figures that the province published, for reference only."""
    frame = view.observations
    found = frame[
        (frame["ref_area"] == view.province)
        & frame["indicator"].str.startswith("projects_")
        & frame["measure"].isin(["level", "yoy"])
        & frame["obs_value"].notna()
    ]
    rows: list[tuple[Cell, ...]] = []
    for indicator, period in dict.fromkeys(zip(found["indicator"], found["time_period"], strict=True)):
        level = view.published(indicator, area=view.province, period=period)
        rows.append(
            (
                catalogue().indicator(indicator).name_zh,
                view.period_label(period),
                level,
                level.unit if isinstance(level, Figure) else "—",
                view.growth(indicator, area=view.province, period=period),
            )
        )
    return Table(
        id="province_projects",
        title=f"{catalogue().area(view.province).name_zh}公布过的项目数（到{view.label}为止）",
        columns=(
            Column("指标", kind="text"),
            Column("时期", kind="text"),
            Column("数量"),
            Column("单位", kind="text"),
            Column("增长", "%"),
        ),
        rows=tuple(rows),
        notes=("各时点、各档次的口径不同，只供查阅，不与松原市的目标相比。",),
        source=view.source_of(rows),
    )
