"""Traffic lights of the plan's targets by the rules that somebody asked for; without being asked there are none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from songyuan_analysis.briefing.arithmetic import Maybe, interval_of
from songyuan_analysis.briefing.computed import Row
from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.tables.progress import LEVELS, Part, tracked
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.lights import COLOURS, LIGHTS, Rules, Span, light
from songyuan_analysis.methods.outcomes import OWN, PLANNED, PROVINCE, REALISED
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import counts_down, reached_from

_AGAINST = {OWN: "增速比计划数", PLANNED: "增速比经济计划增速", PROVINCE: "增速比全省增速"}
_QUANTITIES = {
    "value": "数值",
    "lead": "数值减标准（百分点）",
    "least_lead": "数值减目标、参照中较高者（百分点）",
    "shortfall": "比标准少（占标准的%）",
}


@dataclass(frozen=True)
class Lit:
    """One target with its light.

    Attributes
    ----------
    id : str
        Of the commitment.
    name : str
    against : str
        What it is set against, in words.
    value, standard, reference, gap : Figure or Missing
        What was compared: completion or growth; the calendar or the target; the province where the rules want it; and
        the value less the standard.
    colour : str
        A key of `LIGHTS`.
    why : str
        Why there is no colour; else the bounds of the one that there is.
    rules : Rules
    """

    id: str
    name: str
    against: str
    value: Maybe
    standard: Maybe
    reference: Maybe
    gap: Maybe
    colour: str
    why: str
    rules: Rules

    @property
    def word(self) -> str:
        """The light in a word."""
        return LIGHTS[self.colour]


def lit(view: View) -> tuple[Lit, ...]:
    """Return the lights of all targets that have an outcome and that the chosen rules are for; each target once."""
    if not view.lights or view.plan is None:
        return ()
    found = []
    for row in tracked(view).to_dict("records"):
        rules = next((one for one in view.lights if one.fits(row["kind"], row["indicator"])), None)
        # A relational target has its light by the plan, as its state has.
        if rules is not None and row["reading"] != REALISED:
            found.append(_lit(view, row, rules))
    return tuple(found)


def _lit(view: View, row: Row, rules: Rules) -> Lit:
    part = Part(view, row)
    level = row["kind"] in LEVELS
    value: Maybe
    if level:
        value = part.number("completion", "累计÷目标", "%", 1, Missing("—", "控制类目标没有完成率"))
        standard = part.number("time_progress", "已过月数÷12", "%", 1)
        against = "完成率比序时进度"
    else:
        value, standard = part.outcome(), part.target()
        against = _AGAINST[row["reading"]]
    reference: Maybe = Missing("—")
    if rules.needs_reference:
        reference = view.growth(part.item.indicator, area=view.province)
        against += "和全省增速"
    colour, why = _judged(part, row, rules, value, standard, reference)
    name, what = ("ahead_of_time", "完成率−序时进度") if level else ("gap", "增速−目标")
    gap = part.number(name, what, "百分点", 1)
    return Lit(part.item.id, part.name, against, value, standard, reference, gap, colour, why, rules)


def _judged(
    part: Part, row: Row, rules: Rules, value: Maybe, standard: Maybe, reference: Maybe
) -> tuple[str, str]:
    if isinstance(value, Missing) or isinstance(standard, Missing):
        return "", "没有可比的数"
    if rules.needs_reference and isinstance(reference, Missing):
        return "", "没有找到全省增速，规则要与它相比"
    name = "completion" if row["kind"] in LEVELS else "outcome"
    band = Interval(*(float(row[key]) for key in (f"{name}_low", name, f"{name}_high")))
    item = part.item
    if row["kind"] in LEVELS:
        goal = float(row["time_progress"])
    else:
        goal = reached_from(float(row["target"]), item.operator, item.decimals)
        if counts_down(row["kind"], item.operator, item.indicator):
            if rules.quantities != {"lead"}:
                return "undefined", "规则没有说下降类目标怎么判"
            # Beyond a cut is below it: turned round, ahead is more again.
            band, goal = Interval(-band.high, -band.mid, -band.low), -float(row["target"])
    others = _ends(reference) if isinstance(reference, Figure) else (None,)
    colours = {light(band, goal, rules, other) for other in others}
    colour = colours.pop() if len(colours) == 1 else "undecided"
    if colour == "undecided":
        return colour, "印出的位数跨过两种颜色的界限"
    if colour == "undefined":
        claimed = [b.light for b in rules.bands if _claims(band, goal, rules, b.light, others[0])]
        words = [LIGHTS[one] for one in dict.fromkeys(claimed)]
        if len(words) > 1:
            return colour, f"规则的{'、'.join(words)}都适用"
        return colour, "规则没有规定这一段"
    return colour, bounds_text(rules, colour)


def _claims(band: Interval, goal: float, rules: Rules, colour: str, other: float | None) -> bool:
    only = replace(rules, bands=tuple(b for b in rules.bands if b.light == colour))
    reference = other if only.needs_reference else None
    return light(band.mid, goal if only.needs_target else None, only, reference) == colour


def _ends(figure: Figure) -> tuple[float, ...]:
    band = interval_of(figure)
    return tuple(dict.fromkeys((band.mid, band.low, band.high)))


def bounds_text(rules: Rules, colour: str = "") -> str:
    """Say the bounds of a rule set, or of one of its colours."""
    said = []
    for band in rules.bands:
        if colour in {"", band.light}:
            parts = [f"{_QUANTITIES[name]}{_span_text(span)}" for name, span in band.spans.items()]
            said.append(("" if colour else f"{LIGHTS[band.light]}：") + "，且".join(parts))
    return "；".join(said)


def _span_text(span: Span) -> str:
    low = "" if span.low == float("-inf") else f"{'>' if span.low_open else '≥'}{span.low:g}"
    high = "" if span.high == float("inf") else f"{'<' if span.high_open else '≤'}{span.high:g}"
    return "、".join(part for part in (low, high) if part)


def lights(view: View) -> Table | None:
    """Tabulate the lights that were asked for; None if none were, or no target has a figure for them."""
    rows: list[tuple[Cell, ...]] = []
    found = lit(view)
    referred = any(one.rules.needs_reference for one in found)
    for one in found:
        reference = (one.reference,) if referred else ()
        rows.append((one.name, one.word, one.value, one.standard, *reference, one.gap))
    if not rows:
        return None
    # Within a page of several tables a column of sentences would tear the others apart: reasons stand below.
    unsaid = [one for one in found if one.colour not in COLOURS]
    return Table(
        id="lights",
        title=f"{view.label}亮灯（按使用者所选的规则）",
        columns=(
            Column("事项", kind="text"),
            Column("亮灯", kind="state"),
            Column("数值", "%"),
            Column("标准", "%"),
            *((Column("全省", "%"),) if referred else ()),
            Column("差", "百分点"),
        ),
        rows=tuple(rows),
        notes=(
            "没有找到本市公布的亮灯规则；这里的灯是按使用者所选的规则套用的。",
            *(f"{one.name}{one.word}：{one.why}。" for one in unsaid),
            "；".join(dict.fromkeys(f"{one.name}是{one.against}" for one in found)) + "。",
            *rules_text(view),
        ),
        source=view.source_of(rows),
    )


def rules_text(view: View) -> tuple[str, ...]:
    """Name the chosen rules with their source."""
    return tuple(
        f"规则“{rules.name_zh}”：{bounds_text(rules)}。出处：{rules.source}。"
        for rules in view.lights
        if rules.kinds != ()
    )
