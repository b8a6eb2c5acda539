"""What is said beside the outlook, the progress, the ranks and the lights; and exactly what is missing where they are not."""

from __future__ import annotations

from collections.abc import Iterable

from songyuan_analysis.briefing.arithmetic import OWN
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.model import Paragraph
from songyuan_analysis.briefing.outlook import LOOK_BACK, Prospect, prospects, years_text
from songyuan_analysis.briefing.prose import Sentences, change_words
from songyuan_analysis.briefing.tables.lights import lit, rules_text
from songyuan_analysis.briefing.tables.outlook import outlook as outlook_tables
from songyuan_analysis.briefing.tables.progress import LEVELS, tracked
from songyuan_analysis.briefing.tables.ranks import FEWEST, city_ranks
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.completion import time_progress
from songyuan_analysis.methods.precision import round_half_up
from songyuan_analysis.methods.year_end import MIN_YEARS

_MOST_NAMED = 4


def outlook(view: View) -> Sentences:
    """Say what the outlook says in a sentence for each target, and what must be added where it says nothing."""
    if view.period.is_year:
        return Sentences((Paragraph(f"{view.year}年已经结束，不作全年展望。"),))
    if view.plan is None:
        said = f"没有登记{view.year}年的计划，没有目标可以展望；登记为 data/raw/plan/{view.year}.toml 后再出报告。"
        return Sentences((Paragraph(said),))
    known = prospects(view)
    if not known:
        return Sentences((Paragraph(f"{view.year}年计划没有增速目标，不作全年展望。"),))
    paragraphs = [_expected(one) for one in known if one.enough]
    paragraphs += [*_without_growth(view, known), *_too_few(view, known), *_without_levels(known)]
    return Sentences(paragraphs)


def _expected(one: Prospect) -> Paragraph:
    table = next(table for table in outlook_tables(one.view) if table.id == "outlook")
    row = next(cells for cells in table.rows if cells[0] == one.name)
    growth, target, middle, low, high, by_t, by_rank = row[3:]
    parts: list[str | Figure] = [f"{one.name}：{one.view.label}"]
    if isinstance(growth, Figure) and isinstance(target, Figure):
        goal = ["与经济同步（计划增速", target, "）"] if one.tied else change_words(target)
        parts += [*change_words(growth), "，年度目标为", *goal]
    if isinstance(middle, Figure) and isinstance(low, Figure) and isinstance(high, Figure):
        parts += ["；按历年经验推算，全年约为", middle, "（95%区间", low, "至", high, "）"]
    if isinstance(by_t, Figure) and isinstance(by_rank, Figure):
        parts += ["，达到目标的概率约", by_t, f"（印出的位数只能定到{_ends(by_t)}）；按位次", by_rank]
        if by_rank.low != by_rank.high:
            parts += [f"（只能定到{_ends(by_rank)}）"]
    return Paragraph.of(*parts, f"。{OWN}，不是公布数。")


def _ends(figure: Figure) -> str:
    """Say the ends of an interval, in whole per cent."""
    assert figure.low is not None
    assert figure.high is not None
    return f"{round_half_up(figure.low)}%—{round_half_up(figure.high)}%"


def _without_growth(view: View, known: Iterable[Prospect]) -> list[Paragraph]:
    silent = [one for one in known if isinstance(one.growth, Missing)]
    if not silent:
        return []
    return [
        Paragraph(
            f"{'、'.join(one.name for one in silent)}：没有找到{view.area_name}{view.label}的累计增速，不作展望。"
            f"要补的是《{view.area_name}{view.label}主要经济指标》一类的工作簿（含累计同比增速），"
            "用 songyuan add 加入。"
        )
    ]


def _too_few(view: View, known: Iterable[Prospect]) -> list[Paragraph]:
    """Say how many years there are and which, and which are missing, of targets without a probability."""
    short = [one for one in known if len(one.years) < MIN_YEARS]
    if not short:
        return []
    said = [
        f"{one.name}{len(one.years)}年" + (f"（{years_text(one.years)}）" if one.years else "")
        for one in short
    ]
    past = range(view.year - LOOK_BACK, view.year)
    wanted = sorted({year for one in short for year in past if year not in one.years})
    span = view.label.removeprefix(f"{view.year}年")
    return [
        Paragraph(
            f"样本不足：推算全年和达标概率，至少要{MIN_YEARS}年同时有{span}累计增速和全年增速，现有"
            f"{'、'.join(said)}。要补的是{years_text(wanted)}{span}的主要经济指标工作簿；全年增速缺的，补统计公报。"
        )
    ]


def _without_levels(known: Iterable[Prospect]) -> list[Paragraph]:
    reasons: dict[str, list[str]] = {}
    for one in known:
        if isinstance(one.growth, Figure) and not one.scenarios["obs_value"].notna().any():
            said = one.scenarios["comment_obs"]
            reasons.setdefault(said.iloc[0] if len(said) else "没有累计增速", []).append(one.name)
    return [
        Paragraph(f"{'、'.join(names)}：不能推算后期须达到的增速，{reason.rstrip('。')}。")
        for reason, names in reasons.items()
    ]


def progress(view: View) -> Sentences:
    """Say how much of the year has passed, and which targets have no figure to be set against it."""
    if view.plan is None:
        return Sentences((Paragraph(f"没有登记{view.year}年的计划，不作进度对照。"),))
    month = view.period.end[1]
    passed = f"到{view.year}年{month}月底，序时进度为{time_progress(month):.1f}%（{month}个月÷12个月）。"
    paragraphs = [] if view.period.is_year else [Paragraph(passed)]
    found = tracked(view)
    known = set(found["id"]) if len(found) else set()
    silent = [item for item in view.plan if item.measurable and item.kind in LEVELS and item.id not in known]
    if silent:
        names = "、".join(item.name_zh for item in silent[:_MOST_NAMED])
        names += f"等{len(silent)}项" if len(silent) > _MOST_NAMED else ""
        paragraphs.append(
            Paragraph(
                f"数量和金额目标中，{names}没有找到{view.label}的结果，算不出完成率；不等于没有完成。"
                f"补上{view.label}重点项目、招商引资的调度表或通报（写明累计完成数）即可。"
            )
        )
    return Sentences(paragraphs)


def ranks(view: View) -> Sentences:
    """Say how ranks are made; or, where there are none, what to add."""
    if (table := city_ranks(view)) is not None:
        said = [f"位次和快慢都由已公布的数排出、算出（{OWN}），不是官方位次。"]
        if older := dict.fromkeys(str(row[2]) for row in table.rows if row[2] != view.label):
            said.append(f"{'、'.join(older)}的位次是见到的最近一期，不是{view.label}的位次。")
        return Sentences((Paragraph("".join(said)),))
    return Sentences(
        (
            Paragraph(
                f"没有一个指标找到{FEWEST}个以上市州同期的数，排不出位次；"
                "补上全省各市州主要经济指标的工作簿即可。"
            ),
        )
    )


def lights(view: View) -> Sentences:
    """Say which rules were chosen, and that nothing is lit where they find no figure; nothing where none were chosen."""
    if not view.lights or lit(view):
        return Sentences(())
    if view.plan is None:
        return Sentences((Paragraph(f"没有登记{view.year}年的计划，不亮灯。"),))
    return Sentences(
        (
            Paragraph(
                f"亮灯：所选规则适用的目标，到{view.label}为止没有一项有可用的公布数，不亮灯。"
                + "".join(rules_text(view))
            ),
        )
    )
