"""What was found for one commitment, before it becomes a row; and the words that all kinds share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.observations.corrected import note_of
from songyuan_analysis.plan.evidence import Evidence, Span

_STATUS_ZH = {"P": "初步数", "R": "修订数", "F": "最终核实数", "E": "预计数"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The outcome side of a row of progress; see `songyuan_analysis.plan.progress` for the columns."""

    reason: str
    state: str = "no_outcome"
    evidence: Evidence | None = None
    gap: float | None = None
    gap_unit: str = ""
    gap_amount: tuple[float, float, float] | None = None
    gap_amount_unit: str = ""
    gap_amount_note: str = ""
    completion_pct: float | None = None
    time_progress_pct: float | None = None
    reference: tuple[float, str] | None = None
    alt_reference: tuple[float, str] | None = None
    alt_state: str = ""
    arithmetic: tuple[str, ...] = ()
    more_sources: tuple[dict[str, Any], ...] = ()

    def columns(self) -> dict[str, Any]:
        """Return the columns of the row that this finding fills."""
        datum = self.evidence.datum if self.evidence else None
        low, amount, high = self.gap_amount or (None, None, None)
        reference, reference_name = self.reference or (None, "")
        alternative, alternative_name = self.alt_reference or (None, "")
        own = (self.evidence.source("outcome"),) if self.evidence else ()
        return {
            "outcome": datum.value if datum else None,
            "outcome_unit": datum.unit if datum else "",
            "outcome_low": datum.interval.low if datum else None,
            "outcome_high": datum.interval.high if datum else None,
            "outcome_scope": datum.scope if datum else "",
            "obs_status": datum.obs_status if datum else "",
            "vintage": datum.vintage if datum else "",
            "gap": self.gap,
            "gap_unit": self.gap_unit,
            "gap_amount": amount,
            "gap_amount_low": low,
            "gap_amount_high": high,
            "gap_amount_unit": self.gap_amount_unit,
            "gap_amount_note": self.gap_amount_note,
            "completion_pct": self.completion_pct,
            "time_progress_pct": self.time_progress_pct,
            "reference_value": reference,
            "reference_name": reference_name,
            "alt_reference_value": alternative,
            "alt_reference_name": alternative_name,
            "alt_state": self.alt_state,
            "state": self.state,
            "reason": self.reason,
            "sources": own + self.more_sources,
        }


def sentence(*parts: str) -> str:
    """Join the parts that say something into Chinese text that ends with a full stop."""
    return "；".join(part for part in parts if part) + "。"


def printed(datum: Datum) -> str:
    """Return a figure as printed, with its unit."""
    decimals = datum.decimals if datum.decimals is not None else None
    number = f"{datum.value:g}" if decimals is None else f"{datum.value:.{max(decimals, 0)}f}"
    return f"{number}{datum.unit}"


def called(datum: Datum) -> str:
    """Name what a figure is: nobody published a corrected one."""
    return "更正数" if datum.correction else "公布数"


def moved(value: float, text: str) -> str:
    """Say a rate with its direction: 增长3.8%, 下降0.7%, 持平."""
    if value == 0:
        return "持平"
    return ("增长" if value > 0 else "下降") + text.removeprefix("-")


def span_zh(span: Span) -> str:
    """Say the span: 2024年, 2024年1—6月."""
    return f"{span.year}年" if span.whole_year else f"{span.year}年1—{span.month}月"


def remarks(evidence: Evidence) -> str:
    """Say what belongs to an observation: status, scope, correction, how it was read, what it was chosen from."""
    datum = evidence.datum
    status = _STATUS_ZH.get(datum.obs_status, "")
    scope = f"增速为{datum.scope}" if datum.scope else ""
    return "，".join(
        part for part in (status, scope, note_of(evidence.row), evidence.how, evidence.choice) if part
    )
