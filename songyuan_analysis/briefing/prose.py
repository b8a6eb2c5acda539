"""Sentences of the briefing, in the words that bureaus use; every number in them can be traced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from songyuan_analysis.briefing.arithmetic import OWN, Maybe, difference, fall, naive_growth, ratio
from songyuan_analysis.briefing.figure import Figure, Missing, Source
from songyuan_analysis.briefing.model import Paragraph
from songyuan_analysis.briefing.scorecard import NO_FIGURE, RATES, headline_targets, target_figure
from songyuan_analysis.briefing.tables import INDUSTRIES
from songyuan_analysis.briefing.view import View
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.plan import Commitment

Part = str | Figure


class Sentences(tuple[Paragraph, ...]):
    """Paragraphs that a notebook shows as text."""

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self)

    def __repr__(self) -> str:
        return "\n".join(self)


def change_words(growth: Figure) -> list[Part]:
    """Say a growth rate: 增长3.8%, 下降0.7%, or 持平; never 增长−0.7%."""
    if growth.value > 0:
        return ["增长", growth]
    if growth.value < 0:
        return ["下降", fall(growth)]
    return ["持平"]


def against(gap: Maybe, other: str, words: tuple[str, str] = ("快于", "慢于")) -> list[Part]:
    """Say a gap in percentage points: 快于全省0.5个百分点, 低于年度目标2.2个百分点, 与…持平."""
    if not isinstance(gap, Figure):
        return []
    size = Figure(
        value=abs(gap.value),
        decimals=gap.decimals,
        unit="个百分点",
        sources=gap.sources,
        derivation=gap.derivation,
    )
    if size.rounded == 0:  # as it would be printed
        return [f"与{other}持平"]
    return [f"{words[gap.value < 0]}{other}", size]


def overview(view: View) -> Sentences:
    """Say where the four targets stand, and what nobody has published."""
    paragraphs = [gdp_sentence(view), *industry_sentences(view)]
    paragraphs += [target_sentence(view, code) for code in ("fai", "fiscal_rev_local", "energy_intensity")]
    paragraphs += [*level_puzzle(view), commitments_sentence(view)]
    return Sentences(paragraphs)


def gdp_sentence(view: View) -> Paragraph:
    """Say level, growth and the distance to the target of GDP."""
    level, growth = view.published("gdp"), view.growth("gdp")
    parts: list[Part] = [f"{view.label}，{view.area_name}地区生产总值"]
    if isinstance(level, Missing) and isinstance(growth, Missing):
        return Paragraph.of(*parts, "没有找到公布数。")
    if isinstance(level, Figure):
        parts += [level]
    if isinstance(growth, Figure):
        parts += [
            "，按可比价格计算，" if isinstance(level, Figure) else "按可比价格计算",
            *change_words(growth),
        ]
    else:
        nominal = view.published("gdp", "yoy", price_base="nominal")
        parts += ["，没有找到可比价增速"]
        if isinstance(nominal, Figure):
            parts += ["；按现价计算的名义增速为", nominal, "，含价格因素，不能当作可比价增速"]
    parts += _gap_to_target(view, "gdp", growth)
    return Paragraph.of(*parts, "。")


def _gap_to_target(view: View, indicator: str, growth: Maybe) -> list[Part]:
    item = _commitment(view, indicator)
    if item is None or view.progress is None:
        return []
    target = target_figure(view, item)
    row = view.progress.set_index("id").loc[item.id]
    if isinstance(target, Figure) and item.kind not in RATES:
        return ["，年度目标为", target, f"，{row['state_zh']}"]
    if isinstance(growth, Missing) or isinstance(target, Missing):
        return []
    gap = difference(growth, target, what="增速−年度目标")
    parts: list[Part] = [
        "，",
        *against(gap, "年度目标", ("高于", "低于")),
        "（目标控制在" if item.ceiling else "（目标增长",
        target,
        "）",
    ]
    if (
        isinstance(gap, Figure)
        and isinstance(row["gap_amount"], float)
        and row["gap_amount"] == row["gap_amount"]
    ):
        amount = Figure(
            value=abs(row["gap_amount"]),
            decimals=2,
            unit=str(row["gap_amount_unit"]),
            sources=tuple(dict.fromkeys((*gap.sources, *_cited(view, list(row["sources"]))))),
            derivation=str(row["own_arithmetic"]),
        )
        parts += [f"，按{view.year}年价格约{'少' if gap.value < 0 else '多'}", amount, f"（{OWN}，非公布数）"]
    return parts


def _cited(view: View, addresses: Sequence[Mapping[str, str]]) -> list[Source]:
    """Find the observations that a verdict rests on again, by the addresses that it kept."""
    found = [view.figure_at(a["file"], a["sheet"], a["cell"]) for a in addresses]
    return [source for figure in found if figure is not None for source in figure.sources]


def industry_sentences(view: View) -> list[Paragraph]:
    """Say in one sentence the three industries, if all levels are known."""
    levels = [view.published(code) for code in INDUSTRIES]
    if any(isinstance(level, Missing) for level in levels):
        return []
    parts: list[Part] = ["分产业看，"]
    for code, level in zip(INDUSTRIES, levels, strict=True):
        growth, share = view.growth(code), view.published(code, "share")
        parts += [catalogue().indicator(code).name_zh]
        parts += [level] if isinstance(level, Figure) else []
        parts += ["，", *change_words(growth)] if isinstance(growth, Figure) else []
        parts += ["，占", share] if isinstance(share, Figure) else []
        parts += ["。" if code == INDUSTRIES[-1] else "；"]
    return [Paragraph.of(*parts)]


def target_sentence(view: View, indicator: str) -> Paragraph:
    """Say target and outcome of one headline indicator; a missing outcome is said to be missing."""
    name = catalogue().indicator(indicator).name_zh
    item = _commitment(view, indicator)
    # What is held against an amount is the amount; growth says nothing about it.
    in_rates = item is None or item.kind in RATES
    outcome = view.growth(indicator) if in_rates else view.published(indicator)
    parts: list[Part] = []
    if item is not None:
        target = target_figure(view, item)
        name = item.name_zh
        if isinstance(target, Figure):
            said: list[Part] = change_words(target) if item.kind in {"growth", "reduction"} else [target]
            said = ["控制在", target] if item.ceiling else said
            parts += [f"{name}：年度目标为", *said]
        else:
            parts += [f"{name}：年度目标为{item.target_text}"]
    else:
        parts += [f"{name}：没有登记{view.year}年的目标"]
    if isinstance(outcome, Missing):
        verdict = "，没有找到公布的结果，本报告不作推测。" if item is not None else "，也没有找到公布数。"
        return Paragraph.of(*parts, verdict)
    scope = outcome.sources[0].scope
    words = change_words(outcome) if in_rates else [outcome]
    parts += [f"，{view.label}", *words, f"（{scope}）" if scope else ""]
    if item is not None and view.progress is not None:
        row = view.progress.set_index("id").loc[item.id]
        parts += [f"，{row['state_zh']}。", _reason(view, item, outcome, str(row["reason"]))]
        return Paragraph.of(*parts)
    return Paragraph.of(*parts, "。")


def _reason(view: View, item: Commitment, outcome: Figure, reason: str) -> Paragraph:
    """Give the words of a verdict the numbers that they repeat, so that these can be traced too."""
    others: list[tuple[Maybe, str]] = [(target_figure(view, item), "年度目标")]
    if item.reference and view.plan is not None:
        name = catalogue().indicator(item.relative_to).name_zh
        planned = target_figure(view, view.plan.get(item.reference))
        others = [(planned, f"{name}计划增速"), (view.growth(item.relative_to), f"{name}实际增速")]
    gaps = [
        (
            other,
            difference(outcome, other, what=f"增速−{name}")
            if item.kind in RATES
            else ratio(outcome, other, what=f"公布数÷{name}"),
        )
        for other, name in others
    ]
    known = [outcome, *(cell for pair in gaps for cell in pair)]
    return Paragraph(reason, tuple(cell for cell in known if isinstance(cell, Figure)))


def level_puzzle(view: View) -> list[Paragraph]:
    """Answer before it is asked: why the level rose by a tenth while growth was 3.8 %."""
    if not view.period.is_year:
        return []
    before, now = str(view.year - 1), str(view.year)
    found = view.break_before("gdp", before, now)
    old, new, growth = view.published("gdp", period=before), view.published("gdp"), view.growth("gdp")
    if found is None or isinstance(old, Missing) or isinstance(new, Missing) or isinstance(growth, Missing):
        return []
    naive = naive_growth(new, old, what=f"{now}年总量÷{before}年总量−1，两数口径不同，仅说明不可比")
    return [
        Paragraph.of(
            f"为什么不能用总量相除：{now}年总量",
            new,
            f"与{before}年",
            old,
            f"（来源等级{old.sources[0].conf_tier}级）相除为",
            naive,
            "，而公布的可比价增速是",
            growth,
            "。两个总量不在同一口径上（"
            + (found.cause or "原因未见官方说明")
            + f"），修订后的{before}年数没有找到，差额里还有价格因素；增速以公布数为准。",
        )
    ]


def commitments_sentence(view: View) -> Paragraph:
    """Say how many commitments there are, and how many can be judged."""
    progress = view.progress
    if progress is None:
        return Paragraph(f"没有登记{view.year}年的政府计划，本报告不作目标对照。")
    counted = progress[progress["measurable"].astype(bool)]
    states = counted["state_zh"].value_counts()
    known = [f"{name}{states[name]}项" for name in states.index if name != NO_FIGURE]
    unknown = int(states.get(NO_FIGURE, 0))
    rest = f"，{NO_FIGURE}{unknown}项。{NO_FIGURE}不等于没有完成" if unknown else ""
    return Paragraph(
        f"{view.year}年计划登记承诺{len(progress)}项，其中有数量要求的{len(counted)}项、"
        f"无数量要求的{len(progress) - len(counted)}项。有数量要求的各项，按找到的公布数："
        f"{'、'.join(known) if known else '没有一项可以判断'}{rest}。"
    )


def revenue_sentences(view: View) -> Sentences:
    """Say for revenue the target, what in step means, and what must not be compared."""
    return Sentences((target_sentence(view, "fiscal_rev_local"), *_doubts(view, "fiscal_rev_local")))


def _doubts(view: View, indicator: str) -> list[Paragraph]:
    """Say of each level under suspicion why it is, with the figures that it is held against."""
    found: list[Paragraph] = []
    figures = [view.figure(row) for _, row in view.rows(indicator).iterrows()]
    for at, figure in enumerate(figures):
        if figure.suspect:
            held = [*figures[max(0, at - 1) : at + 2], view.growth(indicator, period=figure.period)]
            text = f"{figure.suspect}。本报告保留原数，标※，不据此计算增速。"
            found.append(Paragraph(text, tuple(cell for cell in held if isinstance(cell, Figure))))
    return found


def gdp_sentences(view: View) -> Sentences:
    """Say for GDP level and growth, the industries, and why levels must not be divided."""
    return Sentences((gdp_sentence(view), *industry_sentences(view), *level_puzzle(view)))


def investment_sentences(view: View) -> Sentences:
    """Say for investment the target, and why two levels say nothing about growth."""
    comparable = Paragraph(
        "投资增速按可比口径计算，上年基数会修订，两年公布的总量不可相除；2017年起没有见到松原市公布投资总量，只见到个别年份的增速。"
    )
    return Sentences((target_sentence(view, "fai"), comparable))


def energy_sentences(view: View, cut: Figure | None) -> Sentences:
    """Say for energy the target, and what a cut in intensity leaves for energy use."""
    paragraphs = [target_sentence(view, "energy_intensity")]
    if cut is not None:
        paragraphs.append(
            Paragraph.of(
                "万元地区生产总值能耗",
                *change_words(cut),
                "的目标，不等于能源消费总量下降同样幅度：经济增长越快，能源消费可以增加得越多。",
            )
        )
    return Sentences(paragraphs)


def plan_sentences(view: View) -> Sentences:
    """Say how many commitments there are, and how many can be judged."""
    return Sentences((commitments_sentence(view),))


def gaps(view: View) -> tuple[str, ...]:
    """Name what nobody has published and the briefing therefore does not say."""
    missing = []
    for code in ("gdp", "fai", "fiscal_rev_local", "energy_intensity"):
        name = catalogue().indicator(code).name_zh
        if isinstance(view.growth(code), Missing):
            missing.append(f"{view.label}{name}{_rate_word(code)}：没有找到公布数。")
        if code != "energy_intensity" and isinstance(view.published(code), Missing):
            missing.append(f"{view.label}{name}总量：没有找到公布数。")
    if isinstance(view.growth("gdp", area=view.province), Missing):
        missing.append(
            f"{view.label}{catalogue().area(view.province).name_zh}地区生产总值增速：没有找到公布数。"
        )
    progress = view.progress
    if progress is not None:
        left = progress[(progress["state"] == "no_outcome") & progress["measurable"]]
        missing += [
            f"{row['name_zh']}（目标{row['target_text']}）：结果未公布。" for row in left.to_dict("records")
        ]
    return tuple(missing)


def _rate_word(code: str) -> str:
    return "升降率" if code == "energy_intensity" else "增速"


def _commitment(view: View, indicator: str) -> Commitment | None:
    return headline_targets(view).get(indicator)
