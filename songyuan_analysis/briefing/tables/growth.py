"""Growth of one indicator: the city against its province."""

from __future__ import annotations

from songyuan_analysis.briefing.arithmetic import difference
from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import View
from songyuan_analysis.observations.catalogue import catalogue


def compare_growth(view: View, indicator: str, since: int = 2015) -> Table:
    """Tabulate growth of the city and of the province, year by year, and the gap in percentage points."""
    province = catalogue().area(view.province)
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.last_year + 1)):
        own = view.growth(indicator, period=year)
        above = view.growth(indicator, area=province.code, period=year)
        if isinstance(own, Missing) and isinstance(above, Missing):
            continue
        both = isinstance(own, Figure) and isinstance(above, Figure)
        formula = Formula("{0}-{1}", ((len(rows), 1), (len(rows), 2))) if both else None
        gap = difference(own, above, what=f"{view.area_name}增速−{province.name_zh}增速", formula=formula)
        rows.append((f"{year}年", own, above, gap))
    name = catalogue().indicator(indicator).name_zh
    return Table(
        id=f"compare_{indicator}",
        title=f"{name}增速：{view.area_name}与{province.name_zh}",
        columns=(
            Column("年份", kind="text"),
            Column(view.area_name, "%"),
            Column(province.name_zh, "%"),
            Column("高（低）于全省", "百分点"),
        ),
        rows=tuple(rows),
        source=view.source_of(rows),
    )
