"""The outlook of the year's end in tables: what past years say, how they spread, what is needed, and how it was tried."""

from __future__ import annotations

import math

from songyuan_analysis.briefing.arithmetic import OWN, Maybe
from songyuan_analysis.briefing.computed import Row, computed, sources_at
from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.outlook import SAMPLES, Prospect, prospects
from songyuan_analysis.briefing.view import View, as_growth
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.year_end import MIN_YEARS

_OURS = f"全部为{OWN}，不是公布数，也不是任何机构的预测。"
_TOO_FEW = Missing("样本不足", f"少于{MIN_YEARS}年")


def outlook(view: View) -> tuple[Table, ...]:
    """Return the tables of the outlook that have numbers; none for a whole year or without a target for growth."""
    return view.once(_outlook)


def _outlook(view: View) -> tuple[Table, ...]:
    known = [one for one in prospects(view) if isinstance(one.growth, Figure)]
    enough = [one for one in known if one.enough]
    made = (
        _ends(view, enough) if enough else None,
        _needed(view, known),
        _spread(view, known),
        _pairs(view, known),
        _tried(view, enough),
    )
    return tuple(table for table in made if table is not None and table.rows)


def _ends(view: View, known: list[Prospect]) -> Table:
    """Tabulate what past years expect of the year, and the probability of reaching the target."""
    rows: list[tuple[Cell, ...]] = []
    for one in known:
        for sample in SAMPLES:
            said = {row["method"]: row for row in one.ends.to_dict("records") if row["sample"] == sample}
            cells = [
                _end(one, said[name], words)
                for name, words in (
                    ("expected_growth", "累计增速＋历年平均差额"),
                    ("lower_growth", "累计增速＋平均差额−t×标准差×√(1+1/n)"),
                    ("upper_growth", "累计增速＋平均差额＋t×标准差×√(1+1/n)"),
                    ("chance_by_t", f"t分布：全年增速不低于{one.goal:g}%的概率"),
                    ("chance_by_rank", f"历年差额不小于{one.goal:g}%−累计增速的年数÷年数"),
                )
            ]
            years = f"{said['expected_growth']['years']}年"
            rows.append((one.name, sample, years, one.growth, one.target, *cells))
    notes = [
        _OURS,
        f"推算：把历年“全年增速−{_span(view)}增速”的差额加到今年的累计增速上；它不知道今年的政策和项目。",
        "概率越接近50%，越说明不了什么；历年没有重大变动时才可参考。“按位次”是历年中照样达到目标的年数所占比重。",
    ]
    if any(one.goal != one.target.value for one in known):
        notes.append("目标写“左右”的，按低半个末位单位也算达到计算概率。")
    if any(one.tied for one in known):
        notes.append("“与经济同步”的目标，按计划的经济增速计算。")
    return Table(
        id="outlook",
        title=f"{view.year}年全年展望：按历年经验推算（{OWN}）",
        unit="%",
        columns=(
            Column("指标", kind="text"),
            Column("样本", kind="text"),
            Column("历年", kind="text"),
            Column(f"{_span(view)}增速"),
            Column("年度目标"),
            Column("推算", group="全年增速（95%区间）"),
            Column("下限", group="全年增速（95%区间）"),
            Column("上限", group="全年增速（95%区间）"),
            Column("按t分布", group="达到目标的概率"),
            Column("按位次", group="达到目标的概率"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        source=view.source_of(rows),
    )


def _end(one: Prospect, row: Row, what: str) -> Maybe:
    missing = _TOO_FEW if "样本不足" in row["comment_obs"] else Missing("算不出", row["comment_obs"])
    chance = row["method"].startswith("chance")
    more, decimals = (one.target.sources, 0) if chance else ((), 1)
    if row["method"] == "chance_by_t" and not 0.5 <= row["obs_value"] < 99.5:
        decimals = 1  # a chance is never printed as certain that is not
    return computed(one.view, row, what=what, unit="%", decimals=decimals, missing=missing, more=more)


def _needed(view: View, known: list[Prospect]) -> Table | None:
    """Tabulate what the rest of the year must bring for several year's ends."""
    rows: list[tuple[Cell, ...]] = []
    remarks: list[str] = []
    for one in known:
        said = one.scenarios.to_dict("records")
        levels = [one.by_levels(row["target"]) for row in said]
        if all(math.isnan(row["obs_value"]) for row in said) and all(isinstance(x, str) for x in levels):
            continue
        for row, level in zip(said, levels, strict=True):
            goal, own = row["target"], row["target"] == one.goal
            more = one.target.sources if own else ()
            what = f"({goal:g}%−上年同期比重×累计增速)÷(1−上年同期比重)"
            needed = computed(
                view, row, what=what, unit="%", missing=Missing("不能推算", row["comment_obs"]), more=more
            )
            rows.append(
                (
                    one.name,
                    f"{goal:g}%",
                    "年度目标" if own else "假设",
                    one.growth,
                    _share(view, row, one),
                    needed,
                    _by_levels(one, level, goal),
                )
            )
            if "版次" in row["comment_obs"] and not math.isnan(row["obs_value"]):
                remarks.append(f"{one.name}：上年同期数与全年数出自不同版次，比重仅供参考。")
        if reasons := {level for level in levels if isinstance(level, str)}:
            remarks.append(f"{one.name}不按总量推算：{'；'.join(sorted(reasons)).rstrip('。')}。")
    if not rows:
        return None
    by_levels = any(isinstance(row[-1], Figure) for row in rows)
    left = f"后{12 - view.period.end[1]}个月"
    columns = (
        Column("指标", kind="text"),
        Column("全年增速设为", kind="text"),
        Column("性质", kind="text"),
        Column(f"{_span(view)}增速", "%"),
        Column("上年同期占全年", "%"),
        Column("按比重" if by_levels else f"{left}须增长", "%", group=f"{left}须增长" if by_levels else ""),
        Column("按总量", "%", group=f"{left}须增长"),
    )
    kept = len(columns) if by_levels else len(columns) - 1
    return Table(
        id="outlook_needed",
        title=f"{view.year}年{left}须达到的增速（{OWN}）",
        columns=columns[:kept],
        rows=tuple(row[:kept] for row in rows),
        notes=(
            _OURS,
            "按比重：(全年增速−上年同期比重×累计增速)÷(1−上年同期比重)；比重用上年现价总量。",
            *dict.fromkeys(remarks),
        ),
        source=view.source_of(rows),
    )


def _share(view: View, row: Row, one: Prospect) -> Maybe:
    share = float(row["share"])
    if math.isnan(share):
        return Missing("—", row["comment_obs"])
    growth = set(one.growth.sources) if isinstance(one.growth, Figure) else set()
    levels = tuple(source for source in sources_at(view, row["sources"]) if source not in growth)
    return Figure(
        value=share,
        decimals=1,
        unit="%",
        sources=levels,
        derivation=f"上年同期总量÷上年全年总量（{OWN}）",
    )


def _by_levels(one: Prospect, found: Interval | str, goal: float) -> Maybe:
    if isinstance(found, str):
        return Missing("—", found)
    return Figure(
        value=found.mid,
        decimals=1,
        unit="%",
        sources=sources_at(one.view, one.levels()),
        derivation=f"(上年全年×(1+{goal:g}%)−今年累计)÷(上年全年−上年同期)−1（{OWN}）",
        low=found.low,
        high=found.high,
    )


def _spread(view: View, known: list[Prospect]) -> Table | None:
    """Tabulate how the differences of past years spread, with and without the years of the epidemic."""
    rows: list[tuple[Cell, ...]] = []
    for one in known:
        for sample in SAMPLES:
            said = {row["method"]: row for row in one.spread.to_dict("records") if row["sample"] == sample}
            if not said:
                continue
            cells = [
                computed(
                    view,
                    said[name],
                    what=f"历年差额的{words}",
                    unit="个百分点",
                    decimals=decimals,
                    missing=Missing("只有一年"),
                )
                for name, words, decimals in (
                    ("mean", "平均数", 2),
                    ("spread", "标准差", 2),
                    ("least", "最小值", 1),
                    ("greatest", "最大值", 1),
                )
            ]
            years = [int(year) for year in said["mean"]["which"].split("、")]
            rows.append((one.name, sample, f"{len(years)}年", *cells))
    if not rows:
        return None
    return Table(
        id="outlook_spread",
        title=f"历年全年增速与{_span(view)}增速之差的分布（{OWN}）",
        unit="个百分点",
        columns=(
            Column("指标", kind="text"),
            Column("样本", kind="text"),
            Column("历年", kind="text"),
            Column("平均"),
            Column("标准差"),
            Column("最小"),
            Column("最大"),
        ),
        rows=tuple(rows),
        notes=("差额为正，是后几个月比前几个月增长快。2020、2021年受疫情影响，去掉后另列一行。",),
        source=view.source_of(rows),
    )


def _pairs(view: View, known: list[Prospect]) -> Table | None:
    """Tabulate the past years themselves: growth so far, growth of the year, and the difference."""
    rows: list[tuple[Cell, ...]] = []
    for one in known:
        for row in one.pairs.to_dict("records"):
            annual, part = (as_growth(figure) for figure in view.figures_at(row["sources"]))
            at = len(rows)
            gap = computed(
                view,
                row,
                what="全年增速−同期累计增速",
                unit="个百分点",
                decimals=max(annual.decimals, part.decimals),
                formula=Formula("{0}-{1}", ((at, 3), (at, 2))),
            )
            rows.append((one.name, f"{row['year']}年", part, annual, gap))
    if not rows:
        return None
    return Table(
        id="outlook_pairs",
        title=f"历年{_span(view)}增速与全年增速",
        columns=(
            Column("指标", kind="text"),
            Column("年份", kind="text"),
            Column(f"{_span(view)}增速", "%"),
            Column("全年增速", "%"),
            Column("差额", "百分点"),
        ),
        rows=tuple(rows),
        notes=("只列两个数都找到的年份；预计数、存疑的数不用。",),
        source=view.source_of(rows),
    )


def _tried(view: View, known: list[Prospect]) -> Table | None:
    """Tabulate the back-test: how far off experience would have been, beside two naive rules."""
    rows: list[tuple[Cell, ...]] = []
    verdicts, short = [], []
    for one in known:
        for sample in SAMPLES:
            said = {row["method"]: row for row in one.tried(sample).to_dict("records")}
            if not said or math.isnan(said["experience"]["obs_value"]):
                short.append(f"{one.name}（{sample}）")
                continue
            cells = [
                computed(view, said[name], what=f"{words}：|推算−实际|的平均", unit="个百分点", decimals=2)
                for name, words in (
                    ("experience", "累计增速＋此前各年平均差额"),
                    ("no_change", "全年等于累计增速"),
                    ("last_year", "全年等于上年增速"),
                )
            ]
            _, *verdict = said["experience"]["comment_obs"].split("；")
            verdicts.append(f"{one.name}（{sample}）：经验推算{'；'.join(verdict)}。")
            rows.append((one.name, sample, f"{said['experience']['origins']}年", *cells))
    if not rows:
        return None
    notes = [
        "试算：只用此前各年推算那一年，再与公布的全年增速比；数越小越准。",
        *verdicts,
        "经验推算若不比两种简单办法好，上面的推算和概率不宜采用。",
    ]
    if short:
        notes.append(f"年数不够试算的：{'、'.join(short)}。试算一年要它之前有{MIN_YEARS}年。")
    return Table(
        id="outlook_tried",
        title=f"推算办法在往年的误差（平均绝对误差，{OWN}）",
        unit="个百分点",
        columns=(
            Column("指标", kind="text"),
            Column("样本", kind="text"),
            Column("试算", kind="text"),
            Column("经验推算"),
            Column("按现状", group="简单办法"),
            Column("按上年", group="简单办法"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        source=view.source_of(rows),
    )


def _span(view: View) -> str:
    """Say the months of the report without the year."""
    return view.label.removeprefix(f"{view.year}年")
