"""Energy intensity and electricity use, and what a cut in intensity leaves."""

from __future__ import annotations

from collections.abc import Sequence

from songyuan_analysis.briefing.arithmetic import OWN, Maybe
from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import NOT_SEEN, View
from songyuan_analysis.methods.energy import energy_change
from songyuan_analysis.observations.catalogue import catalogue


def energy_changes(view: View, since: int = 2006) -> Table:
    """Tabulate published changes of energy per 10,000 yuan of GDP: nation, province, city, by year and scope."""
    nation = catalogue().area(view.province).parent
    rows: list[tuple[Cell, ...]] = []
    for year in range(since, view.last_year + 1):
        for scope in _scopes(view, str(year), (nation, view.province, view.area)):
            cells = [_in_scope(view, a, str(year), scope) for a in (nation, view.province, view.area)]
            rows.append((f"{year}年", *cells, scope or "—"))
    return Table(
        id="energy_changes",
        title="万元地区生产总值能耗比上年变动",
        unit="单位：%，负数为下降",
        columns=(
            Column("年份", kind="text"),
            Column("全国"),
            Column(catalogue().area(view.province).name_zh),
            Column(view.area_name),
            Column("口径", kind="text"),
        ),
        rows=tuple(rows),
        notes=("不同口径（全口径、扣除原料用能、再扣除非化石能源）的数不能接成一条序列。",),
        source=view.source_of(rows),
    )


def _scopes(view: View, year: str, areas: Sequence[str]) -> list[str]:
    frame = view.observations
    own = frame[
        (frame["indicator"] == "energy_intensity")
        & (frame["measure"] == "yoy")
        & (frame["time_period"] == year)
        & frame["ref_area"].isin(areas)
        & frame["obs_value"].notna()
    ]
    return sorted(own["scope"].unique()) or [""]


def _in_scope(view: View, area: str, year: str, scope: str) -> Maybe:
    rows = view.rows("energy_intensity", "yoy", area=area)
    rows = rows[(rows["time_period"] == year) & (rows["scope"] == scope)]
    if rows.empty:
        return view.gap("energy_intensity", "yoy", area=area, period=year)
    return view.figure(rows.iloc[-1])


def energy_spans(view: View) -> Table | None:
    """Tabulate changes and targets over several years, which stand beside the yearly ones and never join them."""
    rows: list[tuple[Cell, ...]] = []
    for area in (catalogue().area(view.province).parent, view.province, view.area):
        for measure, words in (("change", "累计变动"), ("target", "规划目标")):
            for _, row in view.rows("energy_intensity", measure, area=area, freq="I").iterrows():
                span = view.period_label(str(row["time_period"]))
                rows.append((catalogue().area(area).name_zh, span, words, view.figure(row)))
    if not rows:
        return None
    return Table(
        id="energy_spans",
        title="万元地区生产总值能耗多年累计变动和规划目标",
        columns=(
            Column("地区", kind="text"),
            Column("时期", kind="text"),
            Column("性质", kind="text"),
            Column("变动", "%"),
        ),
        rows=tuple(rows),
        notes=("多年降幅按逐年连乘计算，不是逐年相加；规划目标可能晚于报告期，列出供查。",),
        source=view.source_of(rows),
    )


def energy_scenario(
    view: View, cut: Figure, target: Figure | Missing, assumed: Sequence[float] = (3.0, 4.0, 5.0, 6.0, 7.0)
) -> Table:
    """Tabulate what a cut in energy intensity leaves for energy use at several rates of growth of GDP.

    Parameters
    ----------
    view : View
    cut : Figure
        The plan's change of intensity, negative.
    target : Figure or Missing
        The plan's growth of GDP.
    assumed : sequence of float
        Further rates; the published and the planned one are added and named.
    """
    known = {"公布的增速": view.growth("gdp"), "计划的增速": target}
    named = {f.value: (words, f) for words, f in known.items() if isinstance(f, Figure)}
    rows: list[tuple[Cell, ...]] = []
    for g in sorted({*assumed, *named}):
        words, own = named.get(g, ("假设", None))
        rows.append(
            (
                f"{g:g}%",
                words,
                Figure(
                    value=energy_change(g, cut.value),
                    decimals=2,
                    unit="%",
                    sources=(*cut.sources, *(own.sources if own else ())),
                    derivation=f"(1+{g:g}%)×(1{cut.value:+g}%)−1（{OWN}）",
                ),
            )
        )
    return Table(
        id="energy_scenario",
        title=f"万元地区生产总值能耗变动{cut.value:+g}%时，能源消费总量可以变动多少",
        columns=(
            Column("地区生产总值增速", kind="text"),
            Column("增速性质", kind="text"),
            Column("能源消费总量变动", "%"),
        ),
        rows=tuple(rows),
        notes=("能源消费总量变动 =（1+地区生产总值增速）×（1+能耗强度变动）−1，增速按可比价格。",),
        source=view.source_of(rows),
    )


def electricity(view: View) -> Table:
    """Tabulate electricity use as published: level, growth, and the gap to the province."""
    rows: list[tuple[Cell, ...]] = []
    for code in ("electricity_total", "electricity_industry"):
        for period in dict.fromkeys(view.rows(code, freq=None)["time_period"]):
            rows.append(
                (
                    catalogue().indicator(code).name_zh,
                    view.period_label(str(period)),
                    view.published(code, period=str(period)),
                    view.growth(code, period=str(period)),
                    view.published(code, "gap", period=str(period)),
                )
            )
    if not rows:
        rows = [("全社会用电量", view.label, *[NOT_SEEN] * 3)]
    return Table(
        id="electricity",
        title=f"{view.area_name}用电量（到{view.label}为止公布过的）",
        columns=(
            Column("指标", kind="text"),
            Column("时期", kind="text"),
            Column("绝对量", "亿千瓦时"),
            Column("增长", "%"),
            Column("高（低）于全省", "百分点"),
        ),
        rows=tuple(rows),
        source=view.source_of(rows),
    )
