"""How each kind of commitment is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from songyuan_analysis.methods.completion import completion, due, time_progress
from songyuan_analysis.methods.growth import difference, gap_in_yuan
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import slack_of
from songyuan_analysis.observations.catalogue import area, indicator
from songyuan_analysis.plan.evidence import Archive, Evidence
from songyuan_analysis.plan.finding import Finding, called, moved, printed, remarks, sentence, span_zh
from songyuan_analysis.plan.judge import Verdict, judge
from songyuan_analysis.sheets.units import parse_unit

if TYPE_CHECKING:
    from songyuan_analysis.plan.commitment import Commitment
    from songyuan_analysis.plan.register import Plan

POINTS = "个百分点"


def find_growth(item: Commitment, archive: Archive) -> Finding:
    """Measure a growth target by published growth; in money too where a level stands beside it."""
    found = archive.rate(item.area, item.indicator, item.price_base)
    if found is None:
        return _nothing(item, archive)
    target = _value(item)
    verdict = _judge(item, found.datum.interval, target, archive)
    gap = difference(found.datum.value, target)
    amount = _gap_amount(found, target, archive)
    return Finding(
        state=verdict.state,
        reason=_rate_reason(item, found, archive, verdict, gap),
        evidence=found,
        gap=gap,
        gap_unit=POINTS,
        gap_amount=amount.gap_amount,
        gap_amount_unit=amount.gap_amount_unit,
        gap_amount_note=amount.gap_amount_note,
        arithmetic=(_points(found.datum.value, target, gap), *amount.arithmetic),
        more_sources=amount.more_sources,
    )


def find_reduction(item: Commitment, archive: Archive) -> Finding:
    """Measure a reduction: negative is good, so a positive gap is a shortfall."""
    found = archive.cut(item.area, item.indicator, item.price_base)
    if found is None:
        return _nothing(item, archive)
    target = _value(item)
    verdict = _judge(item, found.datum.interval, target, archive)
    gap = difference(found.datum.value, target)
    return Finding(
        state=verdict.state,
        reason=_rate_reason(item, found, archive, verdict, gap),
        evidence=found,
        gap=gap,
        gap_unit=POINTS,
        arithmetic=(_points(found.datum.value, target, gap),),
    )


def find_share(item: Commitment, archive: Archive) -> Finding:
    """Measure a share; it does not grow with the calendar, so it is always set against the whole target."""
    found = archive.share(item.area, item.indicator)
    if found is None:
        return _nothing(item, archive)
    target = _value(item)
    verdict = _judge(item, found.datum.interval, target, archive)
    gap = difference(found.datum.value, target)
    said = f"{span_zh(archive.span)}{called(found.datum)}为{printed(found.datum)}，目标为{item.target_text}"
    return Finding(
        state=verdict.state,
        reason=sentence(said, verdict.caution, remarks(found)),
        evidence=found,
        gap=gap,
        gap_unit=POINTS,
        arithmetic=(_points(found.datum.value, target, gap),),
    )


def find_quantity(item: Commitment, archive: Archive) -> Finding:
    """Measure a count or an amount; within the year against the target's calendar share.

    Where only growth is published and the plan states a growth too, that growth decides.
    """
    unit = parse_unit(item.unit)
    found = archive.level(item.area, item.indicator, unit.dimension)
    if found is None:
        return _by_stated_growth(item, archive) or _nothing(item, archive)
    target = _value(item)
    span = archive.span
    shift = found.datum.unit_mult - unit.mult
    outcome = found.datum.interval.shifted(shift)
    # A stock stands at a level; only what adds up over the year can be due in proportion to the year.
    flow = indicator(item.indicator).kind == "flow"
    # A ceiling is not due in parts: it holds for the whole year at any time.
    parted = flow and not item.ceiling
    passed = time_progress(span.month)
    asked = target if span.whole_year or not parted else float(due(target, passed))
    verdict = _judge(item, outcome, asked, archive)
    gap = difference(outcome.mid, asked)
    rate = completion(outcome.mid, target)
    name = "占上限的比重" if item.ceiling else "完成率"
    arithmetic = [f"{name}={outcome.mid:g}÷{target:g}={rate:.1f}%"]
    said = f"{span_zh(span)}{called(found.datum)}为{printed(found.datum)}，目标为{item.target_text}，{name}{rate:.1f}%"
    if shift:
        arithmetic.append(f"折算为{outcome.mid:g}{item.unit}")
    schedule = ""
    if not span.whole_year and parted:
        arithmetic.append(f"时间进度={span.month}÷12={passed:.1f}%，应完成{asked:g}{item.unit}")
        schedule = f"时间进度{passed:.1f}%，按日历月份均摊，未考虑季节"
    elif not span.whole_year and item.ceiling:
        schedule = "上限不按时间均摊，直接与全年上限比"
    elif not span.whole_year:
        schedule = "存量不按时间均摊，直接与年末目标比"
    arithmetic.append(f"差距={outcome.mid:g}-{asked:g}={gap:g}{item.unit}")
    return Finding(
        state=verdict.state,
        reason=sentence(said, schedule, verdict.caution, remarks(found)),
        evidence=found,
        gap=gap,
        gap_unit=item.unit,
        completion_pct=None if item.ceiling else rate,
        time_progress_pct=passed if parted else None,
        arithmetic=tuple(arithmetic),
    )


def find_relational(item: Commitment, plan: Plan, archive: Archive, province: str) -> Finding:
    """Measure a target without a number by what it is tied to.

    "In step with": by the planned growth of the other indicator by default, and by its realised growth too.
    "Above the province": by the province's growth of the same indicator, which must be exceeded.
    """
    found = archive.rate(item.area, item.indicator, item.price_base)
    if found is None:
        return _nothing(item, archive)
    above = item.operator == "above the province"
    if above:
        rival = archive.rate(province, item.indicator, item.price_base)
        name = f"{area(province).name_zh}增速"
        planned = None
    else:
        rival = archive.rate(item.area, item.relative_to)
        name = f"{indicator(item.relative_to).name_zh}实际增速"
        planned = plan.get(item.reference) if item.reference else None
    references: list[tuple[float, str]] = []
    if planned is not None:
        references.append((_value(planned), f"{planned.name_zh}计划增速"))
    if rival is not None:
        references.append((rival.datum.value, name))
    said = f"{span_zh(archive.span)}{called(found.datum)}为{moved(found.datum.value, printed(found.datum))}"
    if not references:
        return Finding(reason=sentence(said, f"但没有{name}可作参照", remarks(found)), evidence=found)
    verdicts = [
        judge(found.datum.interval, value, whole_year=archive.span.whole_year, strict=above)
        for value, _ in references
    ]
    gaps = [difference(found.datum.value, value) for value, _ in references]
    compared = [
        f"比{label}{value:g}%{_more_or_less(gap)}"
        for (value, label), gap in zip(references, gaps, strict=True)
    ]
    return Finding(
        state=verdicts[0].state,
        reason=sentence(
            f"{said}，{'，'.join(compared)}",
            _agreement(verdicts, references[0][1]),
            verdicts[0].caution,
            "" if above else _price_caution(found, item),
            remarks(found),
            f"{name}为{remarks(rival)}" if rival and remarks(rival) else "",
        ),
        evidence=found,
        gap=gaps[0],
        gap_unit=POINTS,
        reference=references[0],
        alt_reference=references[1] if len(references) > 1 else None,
        alt_state=verdicts[1].state if len(verdicts) > 1 else "",
        arithmetic=tuple(
            f"与{label}之差={found.datum.value:g}-{value:g}={gap:g}{POINTS}"
            for (value, label), gap in zip(references, gaps, strict=True)
        ),
        more_sources=(rival.source("reference"),) if rival else (),
    )


def _by_stated_growth(item: Commitment, archive: Archive) -> Finding | None:
    found = archive.rate(item.area, item.indicator) if item.growth is not None else None
    if found is None or item.growth is None:
        return None
    verdict = judge(found.datum.interval, item.growth, whole_year=archive.span.whole_year)
    gap = difference(found.datum.value, item.growth)
    said = (
        f"{span_zh(archive.span)}只公布增速（{moved(found.datum.value, printed(found.datum))}），没有公布总量"
    )
    return Finding(
        state=verdict.state,
        reason=sentence(said, f"按计划同时写明的增速{item.growth:g}%判断", verdict.caution, remarks(found)),
        evidence=found,
        gap=gap,
        gap_unit=POINTS,
        arithmetic=(_points(found.datum.value, item.growth, gap),),
    )


def _gap_amount(found: Evidence, target: float, archive: Archive) -> Finding:
    """Return a finding of which only the gap in money counts."""
    beside = archive.level_beside(found)
    if beside is None:
        return Finding(reason="", gap_amount_note="增速所在的文件里没有同口径的总量，不折算金额")
    level, growth = beside.datum, found.datum
    result = gap_in_yuan(level.interval, growth.interval, target)
    low, mid, high = _ends(result.gap)
    year = archive.span.year
    formula = (
        f"基数={printed(level)}÷(1{growth.value:+g}%)≈{result.base.mid:.2f}{level.unit}，"
        f"目标水平=基数×(1{target:+g}%)≈{result.target_level.mid:.2f}{level.unit}，"
        f"金额差距=实际-目标水平≈{mid:.2f}{level.unit}"
    )
    note = f"按{year}年价格推算，非公布数；计入印出精度为{low:.2f}至{high:.2f}{level.unit}"
    return Finding(
        reason="",
        gap_amount=(low, mid, high),
        gap_amount_unit=level.unit,
        gap_amount_note=note,
        arithmetic=(formula,),
        more_sources=(beside.source("level"),),
    )


def _rate_reason(item: Commitment, found: Evidence, archive: Archive, verdict: Verdict, gap: float) -> str:
    said = f"{span_zh(archive.span)}{called(found.datum)}为{moved(found.datum.value, printed(found.datum))}"
    compared = f"目标为{item.target_text}，{_better_or_worse(item, gap)}"
    annual = "" if archive.span.whole_year else "以累计增速与全年目标相比，不作完成与否的结论"
    return sentence(f"{said}，{compared}", annual, verdict.caution, remarks(found))


def _better_or_worse(item: Commitment, gap: float) -> str:
    if gap == 0:
        return "与目标相同"
    size = f"{abs(gap):g}{POINTS}"
    if item.ceiling:
        return f"超过上限{size}" if gap > 0 else f"比上限低{size}"
    if item.kind == "reduction":
        return f"降幅比目标少{size}" if gap > 0 else f"降幅比目标多{size}"
    return f"高于目标{size}" if gap > 0 else f"低于目标{size}"


def _more_or_less(gap: float) -> str:
    if gap == 0:
        return "相同"
    return f"{'高' if gap > 0 else '低'}{abs(gap):g}{POINTS}"


def _price_caution(found: Evidence, item: Commitment) -> str:
    other = indicator(item.relative_to)
    if (found.datum.price_base, other.growth_price) != ("nominal", "comparable"):
        return ""
    return f"前者未扣除价格因素，{other.name_zh}增速按可比价格计算，两者价格口径不同"


def _agreement(verdicts: list[Verdict], default: str) -> str:
    if len(verdicts) < 2:
        return ""
    if verdicts[0].state == verdicts[1].state:
        return "两种参照结论一致"
    return f"两种参照结论不同，默认以{default}为准"


def _judge(item: Commitment, outcome: Interval, target: float, archive: Archive) -> Verdict:
    # 左右 leaves half a unit of the target's last written digit.
    slack = slack_of(item.operator, item.decimals)
    return judge(outcome, target, whole_year=archive.span.whole_year, down=item.down, slack=slack)


def _nothing(item: Commitment, archive: Archive) -> Finding:
    why = archive.missing(item.area, item.indicator)
    return Finding(reason=sentence(f"目标为{item.target_text}", f"{span_zh(archive.span)}{why}"))


def _points(outcome: float, target: float, gap: float) -> str:
    return (
        f"差距={outcome:g}-({target:g})={gap:g}{POINTS}"
        if target < 0
        else f"差距={outcome:g}-{target:g}={gap:g}{POINTS}"
    )


def _value(item: Commitment) -> float:
    assert item.value is not None, item.id  # the register's check has seen to it
    return item.value


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.low, interval.mid, interval.high
