"""The rules of the audit, in the order in which their findings are worth doing something about."""

from __future__ import annotations

from songyuan_analysis.checks import coverage, disputes, growth, labels, pulls, scale, series, sums, units
from songyuan_analysis.checks.finding import ERROR, NOTE, WARNING, Rule

_LOOK_UP = "查原始资料；改正来源卡或工作簿，不要自行改数。"

RULES: tuple[Rule, ...] = (
    Rule(
        "unit-slip", "单位差十的若干次方", ERROR, "同一序列的相邻年份，或同一个数的另一处",
        scale.unit_slips, "核对万元与亿元、人与万人等单位；在原表的单位处改正。",
    ),
    Rule(
        "growth-scale", "增速差100倍", ERROR, "同一增速的另一处，或同表的两年总量",
        scale.growth_scale, "核对增速是百分数还是小数。", ("unit-slip",),
    ),
    Rule(
        "sign", "正负相反", ERROR, "同一个数的另一处", disputes.sign_slips,
        "核对原表写的是增长还是下降；“下降”的数应带负号。",
    ),
    Rule(
        "release-before-end", "发布早于时期结束", ERROR, "来源卡的发布日期",
        coverage.early_releases, "核对来源卡的发布日期和表中的时期；预计数应标为 estimate。",
    ),
    Rule(
        "reduction-sign", "降低率当作增速", WARNING, "单耗类指标的表头和数值",
        units.reduction_signs, "核对正负号：降低率3.5%即增速-3.5%。", ("sign",),
    ),
    Rule(
        "spike", "跳离前后两年", WARNING, "七年以上的年度总量；公布的增速", series.spikes,
        "使用前查原始年鉴；不要据此计算增速。", ("unit-slip",),
    ),
    Rule(
        "parts-and-total", "部分与合计", WARNING, "同一文件同一时期的合计和全部组成部分",
        sums.parts_and_total, "核对原表；不要自行调平。", ("unit-slip",),
    ),
    Rule(
        "year-and-periods", "全年与各期", WARNING, "同一文件里的全年数和1—12月数，或全部单期数",
        sums.year_and_periods, "核对各期是否修订过；全年数以年度公布为准。", ("unit-slip",),
    ),
    Rule(
        "cumulative-falls", "累计数变小", WARNING, "同一年里先后两个累计数", sums.cumulative_falls,
        "核对是否一处为当月数、一处为累计数，或累计数向下修订过。", ("unit-slip", "year-and-periods"),
    ),
    Rule(
        "shares", "比重与总量", WARNING, "同一文件里的比重、部分和合计", sums.shares, _LOOK_UP, ("unit-slip", "parts-and-total"),
    ),
    Rule(
        "pull-and-contribution", "拉动与贡献率", WARNING, "同一文件里的贡献率、拉动和合计的增速",
        pulls.pull_and_contribution, "多半增速修订过而拉动没有；两者不要混用。", ("index-as-growth",),
    ),
    Rule(
        "sum-of-pulls", "拉动、贡献率之和", WARNING, "同一文件里全部部分的贡献率或拉动",
        pulls.sums_of_pulls, _LOOK_UP, ("pull-and-contribution",),
    ),
    Rule(
        "growth-against-levels", "增速与总量", WARNING, "公布的增速和相邻两年的总量", growth.growth_against_levels,
        "采用公布的增速；两年总量可能口径不同或有一个有误。",
        ("unit-slip", "growth-scale", "index-as-growth", "sign", "spike"),
    ),
    Rule(
        "conflict", "同一个数有两种印法", WARNING, "同一个数的另一处", disputes.conflicts,
        "查明哪个是后发布的；默认采用状态更高、发布更晚、来源更可靠的一个。", ("year-and-periods",),
    ),
    Rule(
        "single-month", "只有累计数的指标出现单期数", WARNING, "目录里标为只按累计公布的指标",
        units.single_months, "核对该列是否其实是累计数；是则在表头写明“1—本月”。",
    ),
    Rule(
        "unit-doubt", "单位与数值矛盾", WARNING, "带单位的数", units.unit_doubts,
        "核对原表的单位；在表头或单位栏改正。", ("index-as-growth", "growth-scale", "unit-slip"),
    ),
    Rule(
        "denominator", "人均指标换了分母", WARNING, "地区生产总值和人均地区生产总值", series.denominator,
        "两年的人均值不可相除；在 breaks.toml 登记断点。",
    ),
    Rule(
        "incomplete", "含义不全", WARNING, "有指标而缺地区、度量或时期的行", labels.incomplete,
        "在标题或表头写明，或在来源卡里补 ref_area。",
    ),
    Rule(
        "index-as-growth", "指数当作增速", NOTE, "80至130之间的增速，或同一增速的另一处",
        scale.index_as_growth, "核对原表；若是指数，单位应写“上年=100”。",
    ),
    Rule(
        "release-order", "发布先后颠倒", NOTE, "同一发布单位同一序列的发布日期", coverage.late_releases,
        "核对来源卡的发布日期。", ("release-before-end",),
    ),
    Rule(
        "lasting-step", "水平突变", NOTE, "七年以上的年度总量", series.lasting_steps,
        "查是否换了口径；是则在 breaks.toml 登记断点。",
        ("unit-slip", "spike", "growth-against-levels", "conflict", "denominator"),
    ),
    Rule(
        "implied-base", "上年基数已修订", NOTE, "总量、增速或增量，和上年公布的总量", growth.implied_base,
        "上年公布数不再是现在的基数；不要用它计算增速。",
        ("unit-slip", "growth-scale", "index-as-growth", "sign", "spike", "growth-against-levels"),
    ),
    Rule(
        "missing-period", "缺期", NOTE, "按年、季或月连续的序列", coverage.missing_periods,
        "补上缺的工作簿，或在表中写明缺数的符号。",
    ),
    Rule(
        "known-break", "跨越已登记的断点", NOTE, "breaks.toml 和断点两边的总量", series.known_breaks,
        "断点两边的总量不相除；采用公布的增速。", ("denominator",),
    ),
    Rule(
        "correction", "采用更正数", NOTE, "更正登记", labels.corrections,
        "原工作簿没有改动；取得更正后的原件，用它换下工作簿，再删去这一条更正。",
    ),
    Rule(
        "unmapped", "未识别的标签", NOTE, "没有指标的行", labels.unmapped,
        "数据已保留、不参加计算；要使用它，请在目录（indicators.toml、areas.toml 或 measures.toml）里加上这个名称。",
    ),
)  # fmt: skip
