"""Puts the briefing of a period together: chapters of sentences, tables and charts."""

from __future__ import annotations

from songyuan_analysis.briefing import prose, remarks, scorecard, tables
from songyuan_analysis.briefing.arithmetic import OWN
from songyuan_analysis.briefing.figure import Figure
from songyuan_analysis.briefing.model import Briefing, Chapter, Check, NativeChart, Paragraph, Table
from songyuan_analysis.briefing.view import View

DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("绝对量", "按当年价格（现价）计算的总量。"),
    ("增长、同比增长", "已公布的增速，照录，不由总量推算；地区生产总值及各产业按可比价格计算。"),
    ("可比口径", "剔除口径变动后的增速，不能由两年总量还原。"),
    ("断点", "前后两年核算基础、区划或分母不同；断点两边的总量不相除、图上不连线。"),
    ("百分点", "两个百分数相减的单位。"),
    ("未见公布、结果未公布", "没有找到公布数，可能已经公布而没有收录；不是零，也不是没有完成。"),
    ("无数量要求", "计划没有对这一项提出数量要求，统计数字无从检验。"),
    ("固定资产投资", "计划写“全社会固定资产投资”；公布的增速常为“不含农户”口径，两者略有不同，只作对照。"),
    ("与经济同步", "官方没有给出算法；本报告同时对照计划增速和实际增速，默认以计划增速为准。"),
    ("隐含上年基数", "计划数除以（1＋计划增速）得到的上年数，本报告测算。"),
    ("本报告测算", "由已公布的数按注明的公式算出，不是公布数；溯源表列出全部来源单元格。"),
    ("序时进度", "已过月数占全年12个月的比重，不分季节。"),
    ("季节进度", "前三年同期总量占全年总量的平均比重，本报告测算。"),
    ("位次", "按已公布的数排出，同数并列；括号里是印出的位数不能定的范围。不是官方位次。"),
    ("※", "存疑的数保留原样，不参加计算；更正的数改用登记的数，公布数一并列出；原因见表下。"),
    (
        "来源等级",
        "1级为官方文本或其原样转载；1-2级为媒体转述的官方数字；2级为二手引用；3级为汇编，只作参照。",
    ),
)
_CAVEATS: tuple[str, ...] = (
    "data/raw 里的工作簿是按公布文本转录的，不是统计局的原始文件；引用前请核对原文。",
    "2010—2023年松原市的总量几乎都来自3级汇编，只宜看走势。",
    "同一数字有多个版本时，采用状态更高（最终、修订、初步）、发布更晚、来源更可靠的一个；其余版本保留在数据里。",
    "各产业、各部分之和与合计可能因四舍五入略有出入，未作机械调整。",
)


def briefing(view: View) -> Briefing:
    """Build the briefing of a period.

    Parameters
    ----------
    view : View
        What is known up to the period.

    Returns
    -------
    Briefing
        The same value for the same view; nothing in it depends on the day it is made.
    """
    kind = "年" if view.period.is_year else ""
    cover = Chapter(
        sheet_name="封面",
        title=f"{view.area_name}{view.label}经济运行简报",
        paragraphs=prose.overview(view),
        tables=(scorecard.main_table(view),),
    )
    chapters = (
        cover,
        _gdp(view),
        _investment(view),
        _revenue(view),
        _energy(view),
        _commitments(view),
        *_progress(view),
        *_outlook(view),
        _ranks(view),
        _everything(view),
    )
    return Briefing(
        title=f"{view.area_name}{view.label}经济运行简报",
        subtitle=f"对照{view.year}年政府计划"
        if view.plan
        else f"{view.label}已公布数据{kind and '（全年）'}",
        area=view.area_name,
        period=view.period_text,
        period_label=view.label,
        chapters=chapters,
        definitions=DEFINITIONS,
        caveats=_CAVEATS,
        gaps=prose.gaps(view),
        compiled_by="songyuan_analysis",
        sources_note="每个数字的文件、工作表、单元格见“溯源”表；审核发现的问题见“检查”表。",
        checks=_checks(view),
    )


def _checks(view: View) -> tuple[Check, ...]:
    columns = ["severity", "title", "message", "file", "sheet", "cell", "evidence", "remedy"]
    return tuple(
        Check(
            period=view.period_label(row["time_period"]) if row["time_period"] else "",
            **{c: row[c] for c in columns},
        )
        for row in view.findings.to_dict("records")
    )


def _present(*candidates: Table | None) -> tuple[Table, ...]:
    return tuple(table for table in candidates if table is not None and table.rows)


def _gdp(view: View) -> Chapter:
    year = tables.last_year_with_areas(view)
    history = tables.gdp_history(view)
    found = _present(
        tables.gdp_table(view) if isinstance(view.published("va_primary"), Figure) else None,
        history,
        tables.compare_growth(view, "gdp"),
        tables.gdp_areas(view, year) if year else None,
        tables.gdp_areas_so_far(view),
        tables.gdp_cumulative(view),
    )
    chart = NativeChart(
        kind="line",
        title=f"{view.area_name}地区生产总值增速",
        table_id=history.id,
        category="年份",
        values=("增长（可比价）",),
        unit="%",
        note="增速逐年公布，各自以上年可比价为基数，跨断点仍可比。",
    )
    return Chapter(
        sheet_name="地区生产总值",
        title="地区生产总值",
        paragraphs=prose.gdp_sentences(view),
        tables=found,
        charts=(chart,) if history.rows else (),
    )


def _investment(view: View) -> Chapter:
    history = tables.investment_history(view)
    chart = NativeChart(
        kind="column",
        title=f"{view.area_name}固定资产投资总量",
        table_id=history.id,
        category="年份",
        values=("固定资产投资", "房地产开发投资"),
        unit="亿元",
        note="2017年起没有见到投资总量，空缺不是零。",
    )
    return Chapter(
        sheet_name="投资",
        title="固定资产投资和项目",
        paragraphs=prose.investment_sentences(view),
        tables=_present(history, scorecard.project_targets(view) if view.plan else None),
        charts=(chart,),
    )


def _revenue(view: View) -> Chapter:
    history = tables.revenue_history(view)
    chart = NativeChart(
        kind="column",
        title=f"{view.area_name}地方级财政收支",
        table_id=history.id,
        category="年份",
        values=("地方级财政收入", "一般公共预算支出"),
        unit="亿元",
        note="存疑的数（见表下注）不画。",
    )
    return Chapter(
        sheet_name="财政收入",
        title="地方级财政收入",
        paragraphs=prose.revenue_sentences(view),
        tables=(history,),
        charts=(chart,),
    )


def _energy(view: View) -> Chapter:
    cut = scorecard.energy_cut(view)
    scenario = tables.energy_scenario(view, cut, scorecard.growth_target(view)) if cut else None
    return Chapter(
        sheet_name="能耗",
        title="万元地区生产总值能耗",
        paragraphs=prose.energy_sentences(view, cut),
        tables=_present(tables.energy_changes(view), tables.energy_spans(view), scenario),
    )


def _progress(view: View) -> tuple[Chapter, ...]:
    """Show progress through the year, and the lights if they were asked for; nothing without a plan."""
    if view.plan is None:
        return ()
    found = _present(tables.progress(view), tables.progress_rates(view), tables.lights(view))
    said = (*remarks.progress(view), *remarks.lights(view))
    return (Chapter(sheet_name="进度", title=f"{view.label}目标进度", paragraphs=said, tables=found),)


def _outlook(view: View) -> tuple[Chapter, ...]:
    """Show what past years say about the year's end; only within a year that has a plan."""
    if view.period.is_year or view.plan is None:
        return ()
    return (
        Chapter(
            sheet_name="全年展望",
            title=f"{view.year}年全年展望（{OWN}）",
            paragraphs=remarks.outlook(view),
            tables=tables.outlook(view),
        ),
    )


def _ranks(view: View) -> Chapter:
    return Chapter(
        sheet_name="位次",
        title="在全省各市州中的位次",
        paragraphs=remarks.ranks(view),
        tables=_present(tables.city_ranks(view)),
    )


def _everything(view: View) -> Chapter:
    return Chapter(
        sheet_name="本期全部数据",
        title=f"{view.label}收录的全部数据",
        paragraphs=(Paragraph("前面各表没有用到的数也在这里，照原表录入。"),),
        tables=(tables.all_figures(view),),
    )


def _commitments(view: View) -> Chapter:
    return Chapter(
        sheet_name="计划承诺",
        title=f"{view.year}年计划承诺",
        paragraphs=prose.plan_sentences(view),
        tables=_present(scorecard.commitments_table(view), scorecard.base_table(view)),
    )
