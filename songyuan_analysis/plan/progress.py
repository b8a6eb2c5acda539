"""Observations against the plan: a row per commitment, with the reason for its state and the cells behind it.

Columns of the result
---------------------
id, section, name_zh, name_en, indicator, ref_area, kind, operator, target, target_unit, target_text
    The commitment. Reductions are negative.
implied_base, implied_base_unit
    388 ÷ 1.05: what the plan's number and its growth say about the year before.
measurable
    Whether the plan gives something to measure against.
period, outcome, outcome_unit, outcome_low, outcome_high, outcome_scope, obs_status, vintage
    The published figure as printed, with the interval of the print. Within the year it is cumulative.
gap, gap_unit
    Outcome less target (less the target's calendar share for counts and amounts within the year); for
    reductions a positive gap is therefore bad.
gap_amount, gap_amount_low, gap_amount_high, gap_amount_unit, gap_amount_note
    The gap of a growth target in money, with the same sign as ``gap``: negative is short of the target.
completion_pct, time_progress_pct
    For counts and amounts: done ÷ target, and the share of the year that has passed.
reference_value, reference_name, alt_reference_value, alt_reference_name, alt_state
    For relational targets: what was compared with, and what would follow from the other possible reading.
state, state_zh, reason
    See `songyuan_analysis.plan.judge.STATES`; why, in one or two Chinese sentences.
own_arithmetic
    The formulas of everything in the row that was computed here and not published.
sources
    Tuple of dicts (role, file, sheet, cell, sha256, indicator, measure, time_period, obs_value, unit,
    published_value, correction, ...), one for each observation that was used.
due, note, plan_file, plan_line
    Where and how the plan says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from songyuan_analysis.errors import PlanError
from songyuan_analysis.observations.corrected import note_of
from songyuan_analysis.plan.evidence import Archive, Span
from songyuan_analysis.plan.finding import Finding
from songyuan_analysis.plan.judge import STATES
from songyuan_analysis.plan.measure import (
    find_growth,
    find_quantity,
    find_reduction,
    find_relational,
    find_share,
)

if TYPE_CHECKING:
    from songyuan_analysis.plan.commitment import Commitment
    from songyuan_analysis.plan.register import Plan

COLUMNS: tuple[str, ...] = (
    *("id", "section", "name_zh", "name_en", "indicator", "ref_area", "kind", "operator"),
    *("target", "target_unit", "target_text", "implied_base", "implied_base_unit", "measurable", "period"),
    *("outcome", "outcome_unit", "outcome_low", "outcome_high", "outcome_scope", "obs_status", "vintage"),
    *(
        "gap",
        "gap_unit",
        "gap_amount",
        "gap_amount_low",
        "gap_amount_high",
        "gap_amount_unit",
        "gap_amount_note",
    ),
    *("completion_pct", "time_progress_pct"),
    *("reference_value", "reference_name", "alt_reference_value", "alt_reference_name", "alt_state"),
    *("state", "state_zh", "reason", "own_arithmetic", "sources", "due", "note", "plan_file", "plan_line"),
)
_FLOATS = (
    *("target", "implied_base", "outcome", "outcome_low", "outcome_high", "gap"),
    *("gap_amount", "gap_amount_low", "gap_amount_high", "completion_pct", "time_progress_pct"),
    *("reference_value", "alt_reference_value"),
)


def progress_of(plan: Plan, observations: pd.DataFrame, period: str, province: str) -> pd.DataFrame:
    """Set observations against a plan; see :meth:`songyuan_analysis.plan.register.Plan.progress`."""
    span = Span.of(period)
    if span.year != plan.year:
        raise PlanError(
            f"时期“{period}”不在计划年度 {plan.year} 之内。",
            file=plan.path.name,
            remedy=f"换成 {plan.year} 年的时期，或在 data/raw/plan/ 下登记 {span.year} 年的计划。",
        )
    archive = Archive(observations, span)
    frame = pd.DataFrame([_row(item, plan, archive, province) for item in plan], columns=list(COLUMNS))
    words = [name for name in COLUMNS if name not in {*_FLOATS, "measurable", "sources", "plan_line"}]
    return frame.astype({**dict.fromkeys(_FLOATS, "float64"), **dict.fromkeys(words, "str")})


def _row(item: Commitment, plan: Plan, archive: Archive, province: str) -> dict[str, Any]:
    finding = _find(item, plan, archive, province)
    arithmetic = list(finding.arithmetic)
    if arithmetic:
        sources = finding.columns()["sources"]
        arithmetic += [f"其中{note}" for note in dict.fromkeys(map(note_of, sources)) if note]
    base, base_unit = item.implied_base, ""
    if base is not None:
        base_unit = item.unit
        formula = f"{item.value:g}÷(1{item.growth:+g}%)≈{base:.2f}{item.unit}"
        arithmetic.insert(0, f"隐含上年基数={formula}")
    return {
        "id": item.id,
        "section": item.section,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "indicator": item.indicator,
        "ref_area": item.area,
        "kind": item.kind,
        "operator": item.operator,
        "target": item.value,
        "target_unit": item.unit,
        "target_text": item.target_text,
        "implied_base": base,
        "implied_base_unit": base_unit,
        "measurable": item.measurable,
        "period": archive.span.text,
        **finding.columns(),
        "state_zh": STATES[finding.state],
        "own_arithmetic": ("本报告测算，非公布数：" + "；".join(arithmetic) + "。") if arithmetic else "",
        "due": item.due,
        "note": item.note,
        "plan_file": plan.path.name,
        "plan_line": item.line,
    }


def _find(item: Commitment, plan: Plan, archive: Archive, province: str) -> Finding:
    if item.kind == "qualitative":
        return Finding(reason="计划对这一项没有提出数量要求，无法用统计数字衡量。")
    if item.kind == "growth":
        return find_growth(item, archive)
    if item.kind == "reduction":
        return find_reduction(item, archive)
    if item.kind == "share":
        return find_share(item, archive)
    if item.kind == "relational":
        return find_relational(item, plan, archive, province)
    return find_quantity(item, archive)
