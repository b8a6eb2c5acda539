"""The scorecard: main indicators against their targets, and every commitment with its state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from songyuan_analysis.briefing.arithmetic import OWN, Maybe, difference
from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing, Source
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import NOT_SEEN, View
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.plan import Commitment

NO_FIGURE = "结果未公布"
NO_QUANTITY = "无数量要求"
RATES = frozenset({"growth", "reduction", "relational"})


@dataclass(frozen=True)
class _Line:
    """One row of the main table; the level is left out where only growth is ever published."""

    indicator: str
    name: str
    indent: int = 0
    per_head: bool = False


MAIN_LINES: tuple[_Line, ...] = (
    _Line("gdp", "地区生产总值"),
    _Line("va_primary", "第一产业增加值", 1),
    _Line("va_secondary", "第二产业增加值", 1),
    _Line("va_tertiary", "第三产业增加值", 1),
    _Line("fai", "固定资产投资"),
    _Line("fiscal_rev_local", "地方级财政收入"),
    _Line("energy_intensity", "万元地区生产总值能耗"),
    _Line("output_agriculture_all", "农林牧渔业总产值"),
    _Line("industry_va_above_scale", "规模以上工业增加值"),
    _Line("retail_sales", "社会消费品零售总额"),
    _Line("cpi", "居民消费价格"),
    _Line("electricity_total", "全社会用电量"),
    _Line("electricity_industry", "工业用电量", 1),
    _Line("gdp_per_capita", "人均地区生产总值"),
    _Line("population_resident", "年末常住人口"),
)

# The four headline targets stay in the table even when nothing was published: that is the news.
_ALWAYS = frozenset({"gdp", "fai", "fiscal_rev_local", "energy_intensity"})


def target_figure(view: View, item: Commitment) -> Maybe:
    """Return a commitment's target as a printed number whose address is the plan register."""
    if item.value is None or view.plan is None:
        return Missing(item.target_text, "计划没有给出数值")
    source = Source(
        indicator=item.indicator,
        name_zh=item.name_zh,
        ref_area=item.area,
        area_name=catalogue().area(item.area).name_zh,
        measure="target",
        time_period=str(view.year),
        obs_value=item.value,
        decimals=item.decimals,
        unit=item.unit,
        file=f"plan/{view.plan.path.name}",
        sheet=item.id,
        cell=f"第{item.line}行",
        sha256=view.plan.sha256,
        issuer=view.plan.issuer,
        source_title=view.plan.source_title,
        vintage=view.plan.release_date,
        conf_tier=view.plan.conf_tier,
        transcribed=True,
    )
    suffix = {"约": "左右", ">=": "以上", "<=": "以上", "at_most": "以内"}.get(item.operator, "")
    return Figure.published(source, suffix=suffix)


def headline_targets(view: View) -> dict[str, Commitment]:
    """Return the area's measurable targets by their indicator; one in growth before one in amounts."""
    if view.plan is None:
        return {}
    own = [item for item in view.plan if item.measurable and item.indicator and item.area == view.area]
    own.sort(key=lambda item: item.kind in RATES)
    return {item.indicator: item for item in own}


def growth_target(view: View) -> Figure | Missing:
    """Return the plan's growth of GDP, if the year has one."""
    item = headline_targets(view).get("gdp")
    return target_figure(view, item) if item and item.kind == "growth" else Missing("—", "没有这一目标")


def energy_cut(view: View) -> Figure | None:
    """Return the plan's cut in energy intensity, if the year has one."""
    item = headline_targets(view).get("energy_intensity")
    target = target_figure(view, item) if item else Missing()
    return target if isinstance(target, Figure) else None


def state_words(view: View) -> dict[str, str]:
    """Return the state of every commitment by its id, in Chinese."""
    progress = view.progress
    if progress is None:
        return {}
    words = progress["state_zh"].where(progress["measurable"], NO_QUANTITY)
    return dict(zip(progress["id"], words, strict=True))


def main_table(view: View) -> Table:
    """Tabulate the main indicators (主要经济指标完成情况表): level, growth, target, gap, the province, state and status of the figure."""
    targets, states = headline_targets(view), state_words(view)
    province = catalogue().area(view.province).name_zh
    rows: list[tuple[Cell, ...]] = []
    indents: list[int] = []
    scoped: list[str] = []
    prices: dict[str, list[str]] = {"comparable": [], "nominal": []}
    for line in MAIN_LINES:
        level = view.published(line.indicator)
        growth = view.growth(line.indicator)
        nominal: Maybe = NOT_SEEN
        if catalogue().indicator(line.indicator).growth_price == "comparable":
            nominal = view.published(line.indicator, "yoy", price_base="nominal")
        item = targets.get(line.indicator)
        known = [cell for cell in (level, growth, nominal) if isinstance(cell, Figure)]
        if not known and line.indicator not in _ALWAYS:
            continue
        scoped += [
            f"{line.name}增速为{s.scope}。"
            for cell in known
            for s in cell.sources
            if s.measure == "yoy" and s.scope
        ]
        if isinstance(growth, Figure):
            prices.get(growth.sources[0].price_base, []).append(line.name)
        target = _rate_target(view, item)
        above = view.growth(line.indicator, area=view.province)
        at = len(rows)
        rows.append(
            (
                line.name,
                level.unit if isinstance(level, Figure) else "%",
                level,
                growth,
                nominal,
                target,
                _gap(growth, target, "增速−年度目标", at, (3, 5)),
                above,
                _gap(growth, above, f"{view.area_name}增速−{province}增速", at, (3, 7)),
                states.get(item.id, "无计划") if item else Missing("—", "计划没有这一项"),
                _status_word(known),
            )
        )
        indents.append(line.indent)
    words = {"comparable": "增速按可比价格计算", "nominal": "增速未扣除价格因素"}
    said = [f"{'、'.join(names)}{words[base]}" for base, names in prices.items() if names]
    notes = [
        f"{'；'.join(['总量按现价计算', *said])}。",
        *dict.fromkeys(scoped),
    ]
    if view.plan is None:
        notes.append(f"没有登记{view.year}年的计划，不作对照。")
    elif not view.period.is_year:
        notes.append("年度目标是全年的目标；年中只说快于或慢于目标，不说完成与否。")
    return Table(
        id="main",
        title="主要经济指标完成情况表" if view.plan else "主要经济指标",
        columns=(
            Column("指标", kind="text"),
            Column("单位", kind="text"),
            Column("绝对量" if view.period.is_year else "本期累计"),
            Column("同比增长", "%"),
            Column("名义增速", "%"),
            Column("年度目标", "%"),
            Column("比目标±", "百分点"),
            Column(f"{province}增速", "%"),
            Column("比全省±", "百分点"),
            Column("状态", kind="state"),
            Column("数据状态", kind="text"),
        ),
        rows=tuple(rows),
        indents=tuple(indents),
        notes=tuple(notes),
        source=view.source_of(rows),
    ).without_empty_columns()


def _rate_target(view: View, item: Commitment | None) -> Maybe:
    """Return the target for the column of rates; an amount is said in words, it has no place among rates."""
    if item is None:
        return Missing("—", "计划没有这一项")
    return target_figure(view, item) if item.kind in RATES else Missing(item.target_text, "计划给的是数量")


def _gap(a: Maybe, b: Maybe, what: str, row: int, columns: tuple[int, int]) -> Maybe:
    if isinstance(a, Missing) or isinstance(b, Missing):
        return Missing("—", "缺少可比的两个数")
    return difference(a, b, what=what, formula=Formula("{0}-{1}", tuple((row, c) for c in columns)))


def _status_word(figures: Sequence[Figure]) -> str:
    words = dict.fromkeys(f.status for f in figures if f.status)
    return "、".join(words) or ("未注明" if figures else "—")


def no_plan(view: View, name: str) -> Table:
    """Say in place of a table that no plan is registered for the year, and what to do about it."""
    return Table(
        id=name,
        title=f"{view.year}年政府计划",
        columns=(Column("事项", kind="text"), Column("状态", kind="state")),
        rows=((f"没有登记{view.year}年的计划", "无计划"),),
        notes=(f"有了计划，请登记为 data/raw/plan/{view.year}.toml，再出一次报告。",),
    )


def commitments_table(view: View) -> Table:
    """Tabulate every commitment: what was promised, what is known of the outcome, and the state."""
    progress = view.progress
    if progress is None:
        return no_plan(view, "commitments")
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(progress.to_dict("records"), start=1):
        rows.append(
            (
                str(number),
                str(row["section"]),
                str(row["name_zh"]),
                str(row["target_text"]),
                _implied_base(view, view.plan.get(str(row["id"])) if view.plan else None),
                _outcome(view, row),
                str(row["outcome_unit"]) if pd.notna(row["outcome"]) else "—",
                str(row["state_zh"]) if row["measurable"] else NO_QUANTITY,
                str(row["reason"]),
            )
        )
    return Table(
        id="commitments",
        title=f"{view.year}年计划承诺完成情况",
        columns=(
            Column("序号", kind="text"),
            Column("部分", kind="text"),
            Column("事项", kind="text"),
            Column("目标", kind="text"),
            Column("隐含上年基数"),
            Column("结果"),
            Column("单位", kind="text"),
            Column("状态", kind="state"),
            Column("说明", kind="text"),
        ),
        rows=tuple(rows),
        notes=(
            f"“{NO_FIGURE}”不是没有完成：没有找到已公布的结果，不作判断。",
            "隐含上年基数＝计划数÷(1+计划增速)，为本报告测算，不是公布数。",
        ),
        source=f"{view.plan.issuer}，{view.plan.source_title}（{view.plan.publisher}，{view.plan.release_date}）"
        if view.plan
        else "",
    )


def base_table(view: View) -> Table | None:
    """Tabulate what the plan's own document says of the year before, in its own bounds; None without a plan."""
    if view.plan is None or not view.plan.base:
        return None
    rows: list[tuple[Cell, ...]] = []
    for item in view.plan.base:
        number = "" if item.value is None else f"{item.value:.{item.decimals}f}{item.unit}"
        before = {">": "超过", "约": "约"}.get(item.operator, "")
        after = "以上" if item.operator == ">=" else ""
        said = (
            "高于全省平均水平，没有数值"
            if item.operator == "above the province"
            else f"{before}{number}{after}"
        )
        rows.append((item.name_zh, said, item.note or "—"))
    return Table(
        id="plan_base",
        title=f"计划文本所述的{view.year - 1}年情况",
        columns=(Column("事项", kind="text"), Column("所述", kind="text"), Column("说明", kind="text")),
        rows=tuple(rows),
        notes=("“超过”“以上”是下限，不是数值，不参加计算。",),
        source=f"{view.plan.source_title}（{view.plan.publisher}，{view.plan.release_date}）",
    )


def _implied_base(view: View, item: Commitment | None) -> Maybe:
    if item is None or item.implied_base is None:
        return Missing("—", "计划没有同时给出数量和增速")
    target = target_figure(view, item)
    return Figure(
        value=item.implied_base,
        decimals=1,
        unit=item.unit,
        sources=target.sources if isinstance(target, Figure) else (),
        derivation=f"{item.value:g}÷(1+{item.growth:g}%)（{OWN}）",
    )


def _outcome(view: View, row: dict[object, object]) -> Maybe:
    """Find the observation behind an outcome again, by the address that the progress kept."""
    if math.isnan(float(str(row["outcome"]))):
        return Missing(NO_FIGURE if row["measurable"] else "—", str(row["reason"]))
    sources = row["sources"]
    assert isinstance(sources, (tuple, list))
    place = next(s for s in sources if s["role"] == "outcome")
    frame = view.observations
    found = frame[
        (frame["file"] == place["file"])
        & (frame["sheet"] == place["sheet"])
        & (frame["cell"] == place["cell"])
    ]
    return view.figure(found.iloc[0])


def state_counts(view: View) -> pd.DataFrame:
    """Count commitments by section and state, for a chart: section, state, count."""
    progress = view.progress
    if progress is None:
        return pd.DataFrame({"section": [], "state": [], "count": []})
    words = progress["state_zh"].where(progress["measurable"], NO_QUANTITY)
    counted = progress.assign(state=words).groupby(["section", "state"], sort=False).size()
    return counted.rename("count").reset_index()


def project_targets(view: View) -> Table:
    """Tabulate the plan's targets for projects and funds, with the base that each implies."""
    if view.plan is None:
        return no_plan(view, "projects")
    items = [i for i in view.plan if i.kind in {"count", "amount", "share"}]
    states = state_words(view)
    rows: list[tuple[Cell, ...]] = []
    for item in items:
        growth: Maybe = Missing("—", "计划没有给出增速")
        target = target_figure(view, item)
        if item.growth is not None and isinstance(target, Figure):
            stated = replace(target.sources[0], obs_value=item.growth, decimals=0, unit="%")
            growth = Figure.published(stated)
        rows.append(
            (
                item.name_zh,
                item.unit,
                target,
                growth,
                _implied_base(view, item),
                states.get(item.id, "无计划"),
            )
        )
    return Table(
        id="projects",
        title=f"{view.year}年计划的项目和数量目标",
        columns=(
            Column("事项", kind="text"),
            Column("单位", kind="text"),
            Column("目标"),
            Column("计划增速", "%"),
            Column("隐含上年基数"),
            Column("状态", kind="state"),
        ),
        rows=tuple(rows),
        notes=("隐含上年基数＝目标÷(1+计划增速)，为本报告测算，不是公布数。",),
        source=view.source_of(rows),
    )
